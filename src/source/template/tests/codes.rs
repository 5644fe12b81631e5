//! Input files of simulation codes, as their users write them.

use super::super::*;
use super::rewriting::check;
use crate::source::language::Language::*;

#[test]
fn a_blank_sets_assignments_apart() {
    check(&[
        (Fortran, "&a x = 1 y = 2 /\n", "x", "5", "&a x = 5 y = 2 /\n"),
        (Fortran, "&a x = 1 y = 2 /\n", "y", "5", "&a x = 1 y = 5 /\n"),
        (Fortran, "$a x=1 y=2 $end\n", "y", "5", "$a x=1 y=5 $end\n"),
        (Fortran, " s = 'a b' on = .true. q = T r = 4\n", "on", "false", " s = 'a b' on = .false. q = T r = 4\n"),
        (Fortran, " s = 'a b' on = .true. q = T r = 4\n", "s", "c", " s = 'c' on = .true. q = T r = 4\n"),
        (Fortran, " s = 'a b' on = .true. q = T r = 4\n", "q", "false", " s = 'a b' on = .true. q = F r = 4\n"),
        (Fortran, " v = 1 2 3*4.0 u(1) = 5 w%z = 6\n", "v", "'7 8 9", " v = 7 8 9 u(1) = 5 w%z = 6\n"),
        (Fortran, " v = 1 2 3*4.0 u(1) = 5 w%z = 6\n", "z", "7", " v = 1 2 3*4.0 u(1) = 5 w%z = 7\n"),
        (Fortran, " v = 1 2 3*4.0 u(1) = 5 w%z = 6\n", "u(1)", "7", " v = 1 2 3*4.0 u(1) = 7 w%z = 6\n"),
        (Generic, "  samples = 100 seed = 1234\n", "samples", "5", "  samples = 5 seed = 1234\n"),
        (Generic, "  samples = 100 seed = 1234\n", "seed", "5", "  samples = 100 seed = 5\n"),
        (Generic, "  l = 5.0 6.0 d = 'x' 'y' # c\n", "l", "'1 2", "  l = 1 2 d = 'x' 'y' # c\n"),
        (Generic, "command = run 3 x=4\n", "command", "'make", "command = make\n"),
        (Generic, "FLAGS = -O2 N = 3\n", "FLAGS", "'-O3", "FLAGS = -O3\n"),
        (Generic, "command = python fit.py lr=1\n", "command", "'make", "command = make\n"),
        (Spice, ".param r=1k c=1u\n", "r", "5", ".param r=5 c=1u\n"),
        (Spice, ".param r=1k c = {2 * r} l=2\n", "C", "'2u", ".param r=1k c = 2u l=2\n"),
        (
            Spice,
            ".model m nmos (vto=0.7 kp=100u)\n+ lambda=0.02\n",
            "vto",
            "1",
            ".model m nmos (vto=1 kp=100u)\n+ lambda=0.02\n",
        ),
        (
            Spice,
            ".model m nmos (vto=0.7 kp=100u)\n+ lambda=0.02\n",
            "kp",
            "1",
            ".model m nmos (vto=0.7 kp=1)\n+ lambda=0.02\n",
        ),
        (
            Spice,
            ".model m nmos (vto=0.7)\n+ lambda=0.02 ; c\n",
            "lambda",
            "1",
            ".model m nmos (vto=0.7)\n+ lambda=1 ; c\n",
        ),
        (Spice, "V1 a 0 dc=1m ac 1 sin(0 1 1k)\n", "dc", "1", "V1 a 0 dc=1 ac 1 sin(0 1 1k)\n"),
        (Spice, "* .param r=1k\n.param r=2k\n", "r", "5", "* .param r=1k\n.param r=5\n"),
    ]);
    let found = Template::assignment("a", Generic).find(b"a = lhs b = 2\n", Occurrences::Only).unwrap_err();
    assert!(matches!(found, SiteError::Shared { .. }), "{found:?}");
}

#[test]
fn each_name_of_a_list_of_initial_values_has_its_own() {
    check(&[
        (C, "double dt{1e-3}, T{10.0};\n", "dt", "5", "double dt{5.0}, T{10.0};\n"),
        (C, "double dt{1e-3}, T{10.0};\n", "T", "5", "double dt{1e-3}, T{5.0};\n"),
        (C, "  const double a = 1.0, b(2.0), c{3.0};\n", "b", "5", "  const double a = 1.0, b(5.0), c{3.0};\n"),
        (C, "  const double a = 1.0, b(2.0), c{3.0};\n", "c", "5", "  const double a = 1.0, b(2.0), c{5.0};\n"),
        (
            C,
            "module m #(parameter N = 8, parameter M = 3) (input clk);\n",
            "N",
            "5",
            "module m #(parameter N = 5, parameter M = 3) (input clk);\n",
        ),
        (
            C,
            "module m #(parameter N = 8, M = 3) (input clk);\n",
            "M",
            "5",
            "module m #(parameter N = 8, M = 5) (input clk);\n",
        ),
    ]);
    for (file, name) in [("f(1), g(2);\n", "g"), ("return f(1), g(2);\n", "g"), ("A() : a{1}, b{2} {}\n", "b")] {
        let found = Template::assignment(name, C).find(file.as_bytes(), Occurrences::Only);
        assert!(found.is_err(), "{file}");
    }
}

#[test]
fn conditions_behind_a_statement_stay() {
    check(&[
        (Perl, "my $g = 3 if $x;\n", "g", "5", "my $g = 5 if $x;\n"),
        (Perl, "$g = f(3) unless $x;\n", "g", "5", "$g = 5 unless $x;\n"),
        (Perl, "$g = 'only if so'; # if not\n", "g", "'a", "$g = 'a'; # if not\n"),
        (Generic, "g = 3 if x # c\n", "g", "5", "g = 5 if x # c\n"),
        (Generic, "g = 3 if x else 4\n", "g", "5", "g = 5\n"),
        (Generic, "mode = run if ready\n", "mode", "'stop", "mode = stop\n"),
    ]);
}

#[test]
fn data_statements_of_fortran() {
    check(&[
        (Fortran, "  data x /3.0/\n", "x", "5", "  data x /5.0/\n"),
        (Fortran, "  data x / 3.0d0 / ! c\n", "x", "5", "  data x / 5.0d0 / ! c\n"),
        (FixedFortran, "      DATA X /3.0/, Y /4.0/\n", "x", "5", "      DATA X /5.0/, Y /4.0/\n"),
        (FixedFortran, "      DATA X /3.0/, Y /4.0/\n", "Y", "5", "      DATA X /3.0/, Y /5.0/\n"),
        (Fortran, "data s /'a/b'/\n", "s", "c", "data s /'c'/\n"),
    ]);
    for (text, name) in
        [("data x, y /1, 2/\n", "x"), ("data x, y /1, 2/\n", "y"), ("z = x / y / 2\n", "x"), ("data = x /3/\n", "x")]
    {
        let found = Template::assignment(name, Fortran).find(text.as_bytes(), Occurrences::Only).unwrap_err();
        assert!(matches!(found, SiteError::NotFound { .. }), "{text}{found:?}");
    }
}

#[test]
fn declarations_and_targets() {
    check(&[
        (Matlab, "global x = 3 % c\n", "x", "5", "global x = 5 % c\n"),
        (Matlab, "persistent n = 4;\n", "n", "5", "persistent n = 5;\n"),
        (Make, "debug: A = 3 # c\n", "A", "5", "debug: A = 5 # c\n"),
        (Make, "%.o: export CF := -O2 -g\n", "CF", "-O3", "%.o: export CF := -O3\n"),
        (Make, "A = http://h:B=2\nB = 3\n", "B", "5", "A = http://h:B=2\nB = 5\n"),
        (Modelica, "  parameter Real g = 9.81 \"gravity\";\n", "g", "1.6", "  parameter Real g = 1.6 \"gravity\";\n"),
        (
            Modelica,
            "  constant Real c = 2 annotation(Evaluate=true);\n",
            "c",
            "5",
            "  constant Real c = 5 annotation(Evaluate=true);\n",
        ),
        (
            Modelica,
            "  parameter Real k(unit=\"N/m\") = 100 \"k\";\n",
            "k",
            "5",
            "  parameter Real k(unit=\"N/m\") = 5 \"k\";\n",
        ),
        (Modelica, "  Real v[2](each start=0) = {1, 2};\n", "v", "'{3, 4}", "  Real v[2](each start=0) = {3, 4};\n"),
    ]);
}

#[test]
fn a_blank_assigns() {
    check(&[
        (Lammps, "variable T equal 300 # K\n", "T", "310", "variable T equal 310 # K\n"),
        (Lammps, "variable        T  index  300 310\n", "T", "'320 330", "variable        T  index  320 330\n"),
        (Lammps, "variable s string \"a b\"\n", "s", "c", "variable s string \"c\"\n"),
        (Lammps, "timestep 0.005\n", "timestep", "0.001", "timestep 0.001\n"),
        (Lammps, "variable a loop 3\nvariable a delete\n", "a", "4", "variable a loop 4\nvariable a delete\n"),
        (Lammps, "variable equal equal 3\n", "equal", "4", "variable equal equal 4\n"),
        (Foam, "deltaT          0.005;   // s\n", "deltaT", "0.1", "deltaT          0.1;   // s\n"),
        (
            Foam,
            "solvers { p { solver PCG; relTol 0.05; } }\n",
            "relTol",
            "0.1",
            "solvers { p { solver PCG; relTol 0.1; } }\n",
        ),
        (
            Foam,
            "solvers { p { solver PCG; relTol 0.05; } }\n",
            "solver",
            "'GAMG",
            "solvers { p { solver GAMG; relTol 0.05; } }\n",
        ),
        (Foam, "nu              [0 2 -1 0 0 0 0] 0.01;\n", "nu", "0.1", "nu              [0 2 -1 0 0 0 0] 0.1;\n"),
        (Foam, "nu nu [0 2 -1 0 0 0 0] 1e-5;\n", "nu", "0.1", "nu nu [0 2 -1 0 0 0 0] 0.1;\n"),
        (Foam, "internalField   uniform 0;\n", "internalField", "1", "internalField   uniform 1;\n"),
        (Foam, "U uniform (1 0 0);\n", "U", "'(2 0 0)", "U uniform (2 0 0);\n"),
        (Stata, "local n = 100\n", "n", "5", "local n = 5\n"),
        (Stata, "global reps 500 // c\n", "reps", "5", "global reps 5 // c\n"),
        (Stata, "local s \"abc\"\n", "s", "c", "local s \"c\"\n"),
        (Stata, "set seed 42\n", "seed", "5", "set seed 5\n"),
        (Stata, "* local m 5\nlocal m 200\n", "m", "5", "* local m 5\nlocal m 5\n"),
        (Stata, "  gen z = 3 if x == 2\n", "z", "5", "  gen z = 5 if x == 2\n"),
        (Vasp, "ISMEAR = 0 ; SIGMA = 0.05 # c\n", "sigma", "0.1", "ISMEAR = 0 ; SIGMA = 0.1 # c\n"),
        (Vasp, " NSW = 100   steps\n", "NSW", "5", " NSW = 5   steps\n"),
        (Vasp, "MAGMOM = 5.0 -5.0 2*0 ! c\n", "MAGMOM", "'1 1", "MAGMOM = 1 1 ! c\n"),
        (Vasp, "LREAL = .FALSE.\n", "LREAL", "true", "LREAL = .TRUE.\n"),
    ]);
    for (language, text, name) in [
        (Lammps, "fix 1 all nvt temp 300 300 0.1\n", "temp"),
        (Lammps, "variable a delete\n", "a"),
        (Lammps, "# timestep 0.1\n", "timestep"),
        (Foam, "FoamFile\n{\n version 2.0;\n}\n", "FoamFile"),
        (Foam, "solvers { p { tol 1; } }\n", "p"),
        (Foam, "/* dt 3; */ // dt 4;\n", "dt"),
        (Stata, "summarize x 3\n", "x"),
        (Stata, "local i\n", "i"),
        (Stata, "forvalues i = 1/10 {\n", "i"),
    ] {
        let found = Template::assignment(name, language).find(text.as_bytes(), Occurrences::Only).unwrap_err();
        assert!(matches!(found, SiteError::NotFound { .. }), "{text}{found:?}");
    }
}

#[test]
fn settings_of_cp2k_and_namd() {
    let cp2k = "@SET CUT 300\n&MGRID\n  CUTOFF 280 ! Ry\n  REL_CUTOFF [eV] 40\n  ABC 9.8 9.8 9.8\n  EPS_SCF 1.0D-6\n  \
                TEMPERATURE = 300.0\n  STEPS ${CUT}\n  RESTART .FALSE.\n&END MGRID\n";
    for (name, value, from, to) in [
        ("CUT", "400", "CUT 300", "CUT 400"),
        ("cutoff", "400", "280 ! Ry", "400 ! Ry"),
        ("REL_CUTOFF", "60", "[eV] 40", "[eV] 60"),
        ("ABC", "'9 9 9", "9.8 9.8 9.8", "9 9 9"),
        ("EPS_SCF", "1e-5", "1.0D-6", "1D-5"),
        ("TEMPERATURE", "310", "300.0", "310"),
        ("STEPS", "5", "${CUT}", "5"),
        ("RESTART", "true", ".FALSE.", ".TRUE."),
    ] {
        check(&[(Cp2k, cp2k, name, value, &cp2k.replace(from, to))]);
    }
    let namd = "structure a.psf\nset temperature    310\nset out ubq\ntemperature $temperature\ncutoff  12.0 ;# A\nPME yes\n\
                pairlistdist=14.0\n# timestep 1\ntimestep 2.0 # fs\nrun 2500 ;\n";
    for (name, value, from, to) in [
        ("temperature", "300", "310", "300"),
        ("cutoff", "10", "12.0 ;", "10 ;"),
        ("pme", "false", "yes", "no"),
        ("out", "'b", "ubq", "b"),
        ("pairlistdist", "13", "14.0", "13"),
        ("timestep", "1", "2.0 #", "1 #"),
        ("run", "100", "2500", "100"),
    ] {
        check(&[(Namd, namd, name, value, &namd.replace(from, to))]);
    }
    let plumed = "# vim:ft=plumed\nd1: DISTANCE ATOMS=1,2 NOPBC\nRESTRAINT ARG=d1 KAPPA=150 AT=1.0 LABEL=r # AT=3\n\
                  METAD ...\n LABEL=m\n ARG={d1 d2} SIGMA=0.35\n... METAD\n";
    for (name, value, from, to) in [
        ("KAPPA", "10", "150", "10"),
        ("AT", "-2.5", "AT=1.0", "AT=-2.5"),
        ("SIGMA", "0.1", "0.35", "0.1"),
        ("ATOMS", "'3,4", "1,2", "3,4"),
    ] {
        check(&[(Plumed, plumed, name, value, &plumed.replace(from, to))]);
    }
    for (language, text, name) in [
        (Plumed, plumed, "d1"),
        (Plumed, plumed, "METAD"),
        (Cp2k, cp2k, "MGRID"),
        (Cp2k, "&XC_FUNCTIONAL PBE\n", "XC_FUNCTIONAL"),
        (Namd, "for {set i 0} {$i < 3}\n", "i"),
    ] {
        let found = Template::assignment(name, language).find(text.as_bytes(), Occurrences::Only).unwrap_err();
        assert!(matches!(found, SiteError::NotFound { .. }), "{text}{found:?}");
    }
}

#[test]
fn what_goes_on_in_the_next_line_is_refused() {
    for (language, text) in [
        (Lammps, "variable g equal 1 + &\n 2\n"),
        (Stata, "local g = 1 ///\n + 2\n"),
        (Foam, "g (1\n 2);\n"),
        (Dotenv, "g=\"a\nb\"\n"),
        (Fortran, "data g /1,&\n 2/\n"),
    ] {
        let found = Template::assignment("g", language).find(text.as_bytes(), Occurrences::Only).unwrap_err();
        assert!(matches!(found, SiteError::Continues { .. }), "{text}{found:?}");
    }
}

#[test]
fn env_files_are_read_as_dotenv_does() {
    check(&[
        (Dotenv, "A=x y\n", "A", "z", "A=z\n"),
        (Dotenv, "A=x y # c\n", "A", "'u v", "A=u v # c\n"),
        (Dotenv, "A=a#b\n", "A", "z", "A=z\n"),
        (Dotenv, "A = 3\n", "A", "5", "A = 5\n"),
        (Dotenv, "export A=$B/x; y\n", "A", "z", "export A=z\n"),
        (Dotenv, "A=\"x # y\" # c\n", "A", "z", "A=\"z\" # c\n"),
        (Dotenv, "A='x y'\n", "A", "z w", "A='z w'\n"),
        (Dotenv, "K=\"a\nA=1\nb\"\nA=2\n", "A", "5", "K=\"a\nA=1\nb\"\nA=5\n"),
        (Dotenv, "A=\n", "A", "5", "A=5\n"),
        (Dotenv, "ON=true\n", "ON", "false", "ON=false\n"),
    ]);
}

#[test]
fn what_looks_like_a_comment_and_is_none_and_the_other_way_round() {
    check(&[
        (Generic, "x = 10 % 3;\n", "x", "5", "x = 5;\n"),
        (Generic, "x = 8 // 3\n", "x", "5", "x = 5\n"),
        (Generic, "x = 8 // 3 was better\n", "x", "5", "x = 5 // 3 was better\n"),
        (Generic, "x = 0.1 % ms\n", "x", "5", "x = 5 % ms\n"),
        (Generic, "* .param g=1\ng = 2\n", "g", "5", "* .param g=1\ng = 5\n"),
        (Generic, "** old g = 1\ng = 2\n", "g", "5", "** old g = 1\ng = 5\n"),
        (Generic, "*STEP, INC=1000\n", "INC", "5", "*STEP, INC=5\n"),
    ]);
    let notebook = b"{\"cells\": [{\"source\": [\"name = 'a'\\n\"]}],\n \"metadata\": {\"name\": \"python\"}}\n";
    let found = Template::assignment("name", Notebook).find(notebook, Occurrences::Only).unwrap_err();
    assert!(matches!(found, SiteError::NotFound { .. }), "{found:?}");
}

#[test]
fn the_hint_has_a_pattern_that_finds_the_value() {
    for (language, text, name, pattern) in [
        (Python, "def f(x, g=2): return x * g\n", "g", r"\bg=(?<value>[-+.\w]+)"),
        (Python, "def f(x, g: int = 2): return x\n", "g", r"\bg:[ \t]+int[ \t]+=[ \t]+(?<value>[-+.\w]+)"),
        (Generic, "    CUTOFF   300\n", "CUTOFF", r"\bCUTOFF[ \t]+(?<value>[-+.\w]+)"),
        (Generic, "REL_CUTOFF [eV] 60\n", "REL_CUTOFF", r"\bREL_CUTOFF[ \t]+\[eV\][ \t]+(?<value>[-+.\w]+)"),
        (Generic, "<option timestep=\"0.01\"/>\n", "timestep", r#"\btimestep="(?<value>[-+.\w]+)"#),
        (Generic, "-ksp_rtol 1e-6\n", "ksp_rtol", r"\bksp_rtol[ \t]+(?<value>[-+.\w]+)"),
        (Fortran, " celldm(1) = 10.2,\n", "celldm", r"\bcelldm\(1\)[ \t]+=[ \t]+(?<value>[-+.\w]+)"),
        (Matlab, "p = plot('g', 3);\n", "g", r"\bg',[ \t]+(?<value>[-+.\w]+)"),
        (Ini, "set temp    310\nlangevin $temp\nsteps 3\n", "temp", r"\btemp[ \t]+(?<value>[-+.\w]+)"),
        (Notebook, "   \"g = 3.0\\n\",\n", "g", r"\bg[ \t]+=[ \t]+(?<value>[-+.\w]+)"),
    ] {
        let error = Template::assignment(name, language).find(text.as_bytes(), Occurrences::Only).unwrap_err();
        let hint = error.hint().unwrap();
        assert!(hint.ends_with(&format!("such as `pattern = {}`", toml::Value::from(pattern))), "{hint}");
        let found = Template::pattern(pattern, language).unwrap().find(text.as_bytes(), Occurrences::Only).unwrap();
        assert!(found[0].literal.is_number(), "{text}{found:?}");
    }
    let others = ["print(g, 3)\n", "if g > 3: pass\n", "if g == 3: pass\n", "x(g) / 3\n"];
    for text in ["def f(g=2): return 1\ndef h(g=3): return 2\n"].iter().chain(&others) {
        let hint =
            Template::assignment("g", Python).find(text.as_bytes(), Occurrences::Only).unwrap_err().hint().unwrap();
        assert!(!hint.contains("such as"), "{hint}");
    }
}
