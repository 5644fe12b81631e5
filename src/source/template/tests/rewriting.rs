use super::super::*;
use crate::source::language::Language::*;
use crate::value::Value;

/// Writes `value` over what `name` is given in `before`; `'text` is text, whatever it looks like.
fn rewrite(language: Language, before: &[u8], name: &str, value: &str) -> Vec<u8> {
    let sites = Template::assignment(name, language)
        .find(before, Occurrences::Only)
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(before)));
    let site = &sites[0];
    let value = value.strip_prefix('\'').map_or_else(|| Value::guess(value), Value::text);
    let text = site.literal.render(&value, None).unwrap();
    let after = [&before[..site.span.start], text.as_bytes(), &before[site.span.end..]].concat();
    let again = &Template::assignment(name, language).find(&after, Occurrences::Only).unwrap()[0];
    assert_eq!(again.span, site.span.start..site.span.start + text.len(), "{}", String::from_utf8_lossy(&after));
    assert_eq!(again.line, site.line);
    after
}

/// Checks `(language, before, name, value, after)`.
pub(super) fn check(rows: &[(Language, &str, &str, &str, &str)]) {
    for &(language, before, name, value, after) in rows {
        let written = rewrite(language, before.as_bytes(), name, value);
        assert_eq!(String::from_utf8(written).unwrap(), after, "{language:?}: {before}");
    }
}

#[test]
fn python() {
    check(&[
        (Python, "g = 3.0\n", "g", "2.5", "g = 2.5\n"),
        (Python, "g=3.0", "g", "2.5", "g=2.5"),
        (Python, "    self.g_e = 3.0  # nS\n", "g_e", "0.5", "    self.g_e = 0.5  # nS\n"),
        (Python, "self.weightII = self.wbar * -10.  # nS\n", "weightII", "-5.0", "self.weightII = -5.0  # nS\n"),
        (Python, "x = f(a, b)  # c\n", "x", "3", "x = 3  # c\n"),
        (Python, "g = [1, 2, 3]\n", "g", "'[4, 5]", "g = [4, 5]\n"),
        (Python, "g = 1, 2  # pair\n", "g", "3", "g = 3  # pair\n"),
        (Python, "name = \"a # b\"  # c\n", "name", "relu", "name = \"relu\"  # c\n"),
        (Python, "name = 'a'\n", "name", "'3", "name = '3'\n"),
        (Python, "name = r'a'\n", "name", "b\\d", "name = r'b\\d'\n"),
        (Python, "name = \"\"\"a\"\"\"\n", "name", "b", "name = \"\"\"b\"\"\"\n"),
        (Python, "name = 'relu'\n", "name", "3", "name = 3\n"),
        (Python, "act = relu\n", "act", "tanh", "act = tanh\n"),
        (Python, "lr: float = 3e-4  # rate\n", "lr", "1e-5", "lr: float = 1e-5  # rate\n"),
        (Python, "d: Dict[str, int] = 3\n", "d", "4", "d: Dict[str, int] = 4\n"),
        (Python, "f(\n    g_e=3.0,\n    h=2)\n", "g_e", "0.5", "f(\n    g_e=0.5,\n    h=2)\n"),
        (Python, "f(\n    g_e=3.0, h=2,\n)\n", "h", "5", "f(\n    g_e=3.0, h=5,\n)\n"),
        (Python, "f(a,\n  g_e=3.0)  # c\n", "g_e", "0.5", "f(a,\n  g_e=0.5)  # c\n"),
        (Python, "def f(a,\n      g_e=3.0):\n  pass\n", "g_e", "0.5", "def f(a,\n      g_e=0.5):\n  pass\n"),
        (Python, "p = {\n  'g_e': 3.0,  # nS\n}\n", "g_e", "0.5", "p = {\n  'g_e': 0.5,  # nS\n}\n"),
        (Python, "p['g_e'] = 3.0\n", "g_e", "0.5", "p['g_e'] = 0.5\n"),
        (Python, "a = 1; g = 2;\n", "g", "5", "a = 1; g = 5;\n"),
        (Python, "if fast: g = 2\n", "g", "5", "if fast: g = 5\n"),
        (Python, "model.g_e = 3\nother.g_e = 4\n", "model.g_e", "5", "model.g_e = 5\nother.g_e = 4\n"),
        (Python, "'''\ng = 1\n'''\ng = 2\n", "g", "5", "'''\ng = 1\n'''\ng = 5\n"),
        (Python, "g = 3.0\nself.g = g\nf(\n g=self.g,\n)\n", "g", "5", "g = 5\nself.g = g\nf(\n g=self.g,\n)\n"),
        (Python, "def f(g):\n  self.g = g\n", "g", "5", "def f(g):\n  self.g = 5\n"),
        (Python, "flag = False\n", "flag", "true", "flag = True\n"),
        (Python, "flag = 1\n", "flag", "false", "flag = False\n"),
        (Python, "g = 3.0\n", "g", "inf", "g = float('inf')\n"),
        (
            Python,
            "eps = 1\nsteps = 2\neps_e = 3\neps.x = 4\n",
            "eps",
            "9",
            "eps = 9\nsteps = 2\neps_e = 3\neps.x = 4\n",
        ),
        (Python, "g = x == 3\n", "g", "5", "g = 5\n"),
        (Python, "g = lambda x=3: x\n", "g", "5", "g = 5\n"),
        (Python, "\tg\t=\t3.0\t# x\n", "g", "5", "\tg\t=\t5\t# x\n"),
        (Python, "cdef double g = 3.0\n", "g", "2.5", "cdef double g = 2.5\n"),
        (Python, "g = 3.0 if fast else 2.0\n", "g", "5", "g = 5\n"),
        (Python, "größe = 3\n", "größe", "5", "größe = 5\n"),
    ]);
}

#[test]
fn percent_signs_are_written_as_configparser_reads_them() {
    check(&[
        (Ini, "[a]\nx = 50%%\n", "x", "40%", "[a]\nx = 40%%\n"),
        (Ini, "[a]\nx = 50\ny = %(x)s\n", "x", "40%", "[a]\nx = 40%%\ny = %(x)s\n"),
        (Ini, "[a]\nx = %(y)s/z\n", "x", "%(y)s/w", "[a]\nx = %(y)s/w\n"),
        (Ini, "[a]\nx = 50%\n", "x", "40%", "[a]\nx = 40%\n"),
        (Ini, "[a]\nx = 50\n", "x", "40%", "[a]\nx = 40%\n"),
    ]);
}

#[test]
fn numbers_of_fortran_have_the_precision_of_what_they_are_given_to() {
    check(&[
        (Fortran, "real(dp) :: g = 3\n", "g", "0.1", "real(dp) :: g = 0.1_dp\n"),
        (Fortran, "real(dp) :: g = 3\n", "g", "0.5", "real(dp) :: g = 0.5\n"),
        (
            Fortran,
            "REAL(KIND=8), parameter :: a = 1, g = 3.0\n",
            "g",
            "1e-9",
            "REAL(KIND=8), parameter :: a = 1, g = 1d-9\n",
        ),
        (Fortran, "double precision :: g = 3.0\n", "g", "0.1", "double precision :: g = 0.1d0\n"),
        (Fortran, "real*8 :: g = 3.0\n", "g", "-0.1", "real*8 :: g = -0.1d0\n"),
        (Fortran, "real(kind=kind(1.0d0)) :: g = 3\n", "g", "0.1", "real(kind=kind(1.0d0)) :: g = 0.1d0\n"),
        (Fortran, "real(real64) :: g = 3.0\n", "g", "1.5e-3", "real(real64) :: g = 1.5e-3_real64\n"),
        (Fortran, "real(dp) :: g = 1.0_dp/3\n", "g", "0.1", "real(dp) :: g = 0.1_dp\n"),
        (Fortran, "g = 1.0d0/3\n", "g", "2", "g = 2.0d0\n"),
        (Fortran, "real :: g = 3.0\n", "g", "0.1", "real :: g = 0.1\n"),
        (Fortran, "real(4) :: g = 3.0\n", "g", "0.1", "real(4) :: g = 0.1\n"),
        (Fortran, "real(dp) :: a; g = 3.0\n", "g", "0.1", "real(dp) :: a; g = 0.1\n"),
        (Fortran, "g = 3.0\n", "g", "0.1", "g = 0.1\n"),
    ]);
}

#[test]
fn c_and_its_kin() {
    check(&[
        (C, "const double g = 3.0;  // nS\n", "g", "2.5", "const double g = 2.5;  // nS\n"),
        (C, "static constexpr float g{3.0f};\n", "g", "2.5", "static constexpr float g{2.5f};\n"),
        (C, "double g(3.0);\n", "g", "2.5", "double g(2.5);\n"),
        (C, "float g = 3.0f;\n", "g", "5", "float g = 5.0f;\n"),
        (C, "float g = 3.F;\n", "g", "1e-5", "float g = 1e-5F;\n"),
        (C, "double g = 3.0;\n", "g", "5", "double g = 5.0;\n"),
        (C, "int n = 3;\n", "n", "5", "int n = 5;\n"),
        (C, "unsigned long n = 3UL;\n", "n", "5", "unsigned long n = 5UL;\n"),
        (C, "int a = 1, g = 2;\n", "g", "5", "int a = 1, g = 5;\n"),
        (C, "int g = 1, a = 2;\n", "g", "5", "int g = 5, a = 2;\n"),
        (C, "#define G 3.0\n", "G", "2.5", "#define G 2.5\n"),
        // What the preprocessor skips.
        (C, "#if 0\ng = 1;\n#endif\ng = 2;\n", "g", "5", "#if 0\ng = 1;\n#endif\ng = 5;\n"),
        (
            C,
            " # if 0 // it's old\n#ifdef A\ng = 1;\n#else\ng = 3;\n#endif\n#else\ng = 2;\n#endif\n",
            "g",
            "5",
            " # if 0 // it's old\n#ifdef A\ng = 1;\n#else\ng = 3;\n#endif\n#else\ng = 5;\n#endif\n",
        ),
        (C, "#if 0x1\ng = 1;\n#endif\n", "g", "5", "#if 0x1\ng = 5;\n#endif\n"),
        (C, "#  define G (3.0) /* nS */\n", "G", "-2.5", "#  define G (-2.5) /* nS */\n"),
        (C, "#define G 3.0f // nS\n", "G", "5", "#define G 5.0f // nS\n"),
        (C, "#define G (3.0*2)\n", "G", "4", "#define G (4.0)\n"),
        (C, "auto g = 1.0/2;\n", "g", "2", "auto g = 2.0;\n"),
        (C, "float g = 1.5e-3f*M_PI;\n", "g", "2", "float g = 2.0f;\n"),
        (C, "int g = 1.5*4;\n", "g", "2", "int g = 2;\n"),
        (C, "auto g = f(1.5);\n", "g", "2", "auto g = 2;\n"),
        (C, "#define G ( -(1 + 2) ) /* nS */\n", "G", "-4", "#define G ( -4 ) /* nS */\n"),
        (C, "#define G -3\n", "G", "-5", "#define G -5\n"),
        (C, "#define G (1)+(2)\n", "G", "4", "#define G 4\n"),
        (C, "#define G (int)2.5\n", "G", "4", "#define G 4\n"),
        (C, "#define G_E 1\n#define G(x) x\n#define G 3\n", "G", "5", "#define G_E 1\n#define G(x) x\n#define G 5\n"),
        (C, "this->g = 3.0;\n", "g", "2.5", "this->g = 2.5;\n"),
        (C, "p.neuron[0].g = 3.0;\n", "g", "2.5", "p.neuron[0].g = 2.5;\n"),
        (C, "double Model::g = 3.0;\n", "g", "2.5", "double Model::g = 2.5;\n"),
        (C, "std::vector<double> g = {1, 2};\n", "g", "'{3}", "std::vector<double> g = {3};\n"),
        (C, "double g[2] = {1, 2};\n", "g", "'{3, 4}", "double g[2] = {3, 4};\n"),
        (C, "auto g = 3;\n", "g", "5", "auto g = 5;\n"),
        (C, "P p = {\n  .g = 3.0,\n};\n", "g", "2.5", "P p = {\n  .g = 2.5,\n};\n"),
        (C, "enum { A = 1,\n  G = 2\n};\n", "G", "5", "enum { A = 1,\n  G = 5\n};\n"),
        (C, "/* g = 1;\n g = 2; */ g = 3;\n", "g", "5", "/* g = 1;\n g = 2; */ g = 5;\n"),
        (C, "const char *s = \"a;//b\"; // c\n", "s", "relu", "const char *s = \"relu\"; // c\n"),
        (C, "char c = 'a';\n", "c", "b", "char c = 'b';\n"),
        (C, "bool b = true;\n", "b", "false", "bool b = false;\n"),
        (C, "int flag = 0;\n", "flag", "true", "int flag = 1;\n"),
        (C, "if (x) { g = 3.0; } else { h = 1; }\n", "h", "2", "if (x) { g = 3.0; } else { h = 2; }\n"),
        (C, "if (x > 1) g = 3.0;\n", "g", "2.5", "if (x > 1) g = 2.5;\n"),
        (C, "g = f<1, 2>(x);\n", "g", "5", "g = 5;\n"),
        (C, "int n = 1'000'000; // c\n", "n", "5", "int n = 5; // c\n"),
        (
            C,
            "@Param(\"a, b\") public final double g = 3.0d;\n",
            "g",
            "2",
            "@Param(\"a, b\") public final double g = 2.0d;\n",
        ),
        (C, "__device__ __constant__ float g = -3.0e-2f;\n", "g", "0.5", "__device__ __constant__ float g = 0.5f;\n"),
        (Rust, "    let mut g: f64 = 3.0_f64; // nS\n", "g", "5", "    let mut g: f64 = 5.0_f64; // nS\n"),
        (Rust, "pub const G: f64 = 3.0;\n", "G", "5", "pub const G: f64 = 5.0;\n"),
        (Rust, "const N: u32 = 3u32;\n", "N", "5", "const N: u32 = 5u32;\n"),
        (Rust, "    P { g: 3.0, h: 2 }\n", "g", "2.5", "    P { g: 2.5, h: 2 }\n"),
        (
            Rust,
            "struct P {\n    g: f64,\n}\nfn f() -> P {\n P {\n    g: 3.0,\n}}\n",
            "g",
            "2.5",
            "struct P {\n    g: f64,\n}\nfn f() -> P {\n P {\n    g: 2.5,\n}}\n",
        ),
        (Rust, "let s = r#\"a\"#;\n", "s", "b", "let s = r#\"b\"#;\n"),
        (Rust, "let n = 1_000_000;\n", "n", "5", "let n = 5;\n"),
        (Go, "g := 3.0 // nS\n", "g", "2.5", "g := 2.5 // nS\n"),
        (Go, "var g float64 = 3.0\n", "g", "5", "var g float64 = 5.0\n"),
        (Go, "const (\n\tG float64 = 3.0\n)\n", "G", "2.5", "const (\n\tG float64 = 2.5\n)\n"),
        (Go, "p := P{\n\tg: 3.0,\n}\n", "g", "2.5", "p := P{\n\tg: 2.5,\n}\n"),
        (JavaScript, "const g = 3.0\n", "g", "2.5", "const g = 2.5\n"),
        (JavaScript, "let g: number = 3.0;\n", "g", "5", "let g: number = 5;\n"),
        (JavaScript, "const p = {\n  lr: base * 2, // x\n};\n", "lr", "5", "const p = {\n  lr: 5, // x\n};\n"),
        (JavaScript, "export const s = `a`;\n", "s", "b", "export const s = `b`;\n"),
        (Kotlin, "val g: Double = 3.0 // nS\n", "g", "5", "val g: Double = 5.0 // nS\n"),
        (Kotlin, "val g = 3.0f\n", "g", "5", "val g = 5.0f\n"),
    ]);
}

#[test]
fn fortran() {
    check(&[
        (Fortran, "  g = 3.0d0 ! nS\n", "g", "2.5", "  g = 2.5d0 ! nS\n"),
        (Fortran, "s = 'a &\r\n &g = 3'\r\ng = 4\n", "g", "5", "s = 'a &\r\n &g = 3'\r\ng = 5\n"),
        (Fortran, "#if 0\ng = 1\n#endif\ng = 2\n", "g", "5", "#if 0\ng = 1\n#endif\ng = 5\n"),
        (Fortran, "g = 3.0d0\n", "g", "1e-5", "g = 1d-5\n"),
        (Fortran, "g = 3.0d-2\n", "g", "2.5", "g = 2.5d0\n"),
        (Fortran, "g = 3.0D0\n", "g", "5", "g = 5.0D0\n"),
        (Fortran, "g = 3.0_dp\n", "g", "5", "g = 5.0_dp\n"),
        (Fortran, "real(8), parameter :: g = 3.0d0\n", "g", "2.5", "real(8), parameter :: g = 2.5d0\n"),
        (Fortran, "REAL, PARAMETER :: a = 1.0, g = 2.0\n", "g", "2.5", "REAL, PARAMETER :: a = 1.0, g = 2.5\n"),
        (Fortran, "REAL, PARAMETER :: A = 1.0, G = 2.0\n", "a", "2.5", "REAL, PARAMETER :: A = 2.5, G = 2.0\n"),
        (Fortran, "real :: g(2) = [1.0, 2.0]\n", "g", "'[3.0]", "real :: g(2) = [3.0]\n"),
        (Fortran, "model%g = 3.0\n", "g", "2.5", "model%g = 2.5\n"),
        (Fortran, "s = 'it''s ! x' ! c\n", "s", "relu", "s = 'relu' ! c\n"),
        (Fortran, "logical :: on = .false.\n", "on", "true", "logical :: on = .true.\n"),
        (Fortran, "on = .TRUE.\n", "on", "false", "on = .FALSE.\n"),
        (Fortran, "if (x > 1) g = 3.0\n", "g", "2.5", "if (x > 1) g = 2.5\n"),
        (Fortran, "&model\n g = 3.0,\n h = 1.0, 2.0,\n/\n", "g", "2.5", "&model\n g = 2.5,\n h = 1.0, 2.0,\n/\n"),
        (Fortran, "h = 1.0, 2.0, k = 3\n", "h", "'5 6", "h = 5 6, k = 3\n"),
        (Fortran, "on = T, F, t, k = 3\n", "on", "'F, T, F", "on = F, T, F, k = 3\n"),
        (Fortran, "on = T,\nf = 3\n", "on", "'F", "on = F,\nf = 3\n"),
        (Fortran, "g = 1\n10 continue\n", "g", "5", "g = 5\n10 continue\n"),
        (FixedFortran, "      X,\n     $  G = 3.0)\n", "g", "5", "      X,\n     $  G = 5.0)\n"),
        (FixedFortran, "     +G = 3.0)\n", "g", "5", "     +G = 5.0)\n"),
        (FixedFortran, "\t2 G = 3.0)\n", "g", "5", "\t2 G = 5.0)\n"),
        (FixedFortran, "c     g = 1\n      g = 3.0d0\n", "g", "2.5", "c     g = 1\n      g = 2.5d0\n"),
        (
            FixedFortran,
            "* g = 1\n      PARAMETER (A=1, G = 3.0)\n",
            "G",
            "2.5",
            "* g = 1\n      PARAMETER (A=1, G = 2.5)\n",
        ),
        (FixedFortran, "  10  g = 3.0\n      h = 2\n", "g", "2.5", "  10  g = 2.5\n      h = 2\n"),
    ]);
}

#[test]
fn julia_r_and_matlab() {
    check(&[
        (Julia, "const g = 3.0 # nS\n", "g", "2.5", "const g = 2.5 # nS\n"),
        (Julia, "g::Float64 = 3.0\n", "g", "5", "g::Float64 = 5.0\n"),
        (Julia, "σ = 3.0\n", "σ", "2.5", "σ = 2.5\n"),
        (Julia, "g = 3.0f0\n", "g", "1e-5", "g = 1f-5\n"),
        (Julia, "p = Dict(\n  :g => 3.0,\n)\n", "g", "2.5", "p = Dict(\n  :g => 2.5,\n)\n"),
        (Julia, "p = Dict(\n  \"g\" => 3.0\n)\n", "g", "2.5", "p = Dict(\n  \"g\" => 2.5\n)\n"),
        (Julia, "a = b'; g = 2\n", "g", "5", "a = b'; g = 5\n"),
        (Julia, "g = 3.0\n", "g", "-inf", "g = -Inf\n"),
        (R, "g <- 3 # nS\n", "g", "2.5", "g <- 2.5 # nS\n"),
        (R, "g <<- 3\n", "g", "2.5", "g <<- 2.5\n"),
        (R, "g = 3\n", "g", "2.5", "g = 2.5\n"),
        (R, "p$g <- 3\n", "g", "2.5", "p$g <- 2.5\n"),
        (R, "p[[\"g\"]] <- 3\n", "g", "2.5", "p[[\"g\"]] <- 2.5\n"),
        (R, "g.e <- 3\ng <- 4\n", "g", "5", "g.e <- 3\ng <- 5\n"),
        (R, "n <- 3L\n", "n", "5", "n <- 5L\n"),
        (R, "n <- 3L\n", "n", "2.5", "n <- 2.5\n"),
        (R, "list(\n  g = 3,\n  h = c(1, 2))\n", "h", "5", "list(\n  g = 3,\n  h = 5)\n"),
        (R, "on <- TRUE\n", "on", "false", "on <- FALSE\n"),
        (R, "on <- T\n", "on", "false", "on <- F\n"),
        (Matlab, "g = 3; % nS\n", "g", "2.5", "g = 2.5; % nS\n"),
        (Matlab, "b = a'; g = 3; c = 'x % y';\n", "g", "2.5", "b = a'; g = 2.5; c = 'x % y';\n"),
        (Matlab, "s = 'a % b'; % c\n", "s", "relu", "s = 'relu'; % c\n"),
        (Matlab, "p.g = 3, h = 4\n", "g", "2.5", "p.g = 2.5, h = 4\n"),
        (Matlab, "g = [1 2; 3 4]';\n", "g", "5", "g = 5;\n"),
        (Matlab, "%{\ng = 1\n%}\ng = 2\n", "g", "5", "%{\ng = 1\n%}\ng = 5\n"),
    ]);
}

#[test]
fn neuron_and_shells() {
    check(&[
        (Hoc, "gbar = 0.12 // S/cm2\n", "gbar", "0.5", "gbar = 0.5 // S/cm2\n"),
        (
            Hoc,
            "soma { insert hh gnabar_hh = 0.12 gkbar_hh = 0.036 }\n",
            "gnabar_hh",
            "0.5",
            "soma { insert hh gnabar_hh = 0.5 gkbar_hh = 0.036 }\n",
        ),
        (Hoc, "soma.gbar = 0.12\n", "gbar", "0.5", "soma.gbar = 0.5\n"),
        (Hoc, "soma { nseg = 1  diam = 18.8 L=3 }\n", "diam", "5", "soma { nseg = 1  diam = 5 L=3 }\n"),
        (Hoc, "soma { nseg = 1  diam = 18.8 L=3 }\n", "L", "5", "soma { nseg = 1  diam = 18.8 L=5 }\n"),
        (Hoc, "s.del = 100. s.amp = 0.1 s.x[0] = 4\n", "amp", "5", "s.del = 100. s.amp = 5 s.x[0] = 4\n"),
        (Hoc, "for i=0,10 g = 3\n", "g", "5", "for i=0,10 g = 5\n"),
        (Hoc, "forall Ra = 100\n", "Ra", "5", "forall Ra = 5\n"),
        (Nmodl, "PARAMETER { v (mV) g = 5(S) e=-70 (mV) }\n", "g", "3", "PARAMETER { v (mV) g = 3(S) e=-70 (mV) }\n"),
        (Nmodl, "PARAMETER { v (mV) g = 5(S) e=-70 (mV) }\n", "e", "3", "PARAMETER { v (mV) g = 5(S) e=3 (mV) }\n"),
        (Nmodl, "tau = 2 <1e-9,1e9> g = 1\n", "g", "5", "tau = 2 <1e-9,1e9> g = 5\n"),
        (Hoc, "soma gbar = 0.12\n", "gbar", "0.5", "soma gbar = 0.5\n"),
        (
            Nmodl,
            "PARAMETER {\n    gbar = 0.12 (S/cm2) : peak\n}\n",
            "gbar",
            "0.5",
            "PARAMETER {\n    gbar = 0.5 (S/cm2) : peak\n}\n",
        ),
        (Nmodl, "tau = 2 (ms) <1e-9,1e9>\n", "tau", "5", "tau = 5 (ms) <1e-9,1e9>\n"),
        (Nmodl, "g = gbar * (a + b)\n", "g", "5", "g = 5\n"),
        (
            Nmodl,
            "COMMENT\ng = 1\nENDCOMMENT\nPARAMETER { g = .001 (umho) }\n",
            "g",
            "5",
            "COMMENT\ng = 1\nENDCOMMENT\nPARAMETER { g = 5 (umho) }\n",
        ),
        (Shell, "G=3\n", "G", "2.5", "G=2.5\n"),
        (Shell, "export G=3 # nS\n", "G", "2.5", "export G=2.5 # nS\n"),
        (Shell, "G=\"a b\" # c\n", "G", "relu", "G=\"relu\" # c\n"),
        (Shell, "G=$(f 1; g 2); H=1\n", "G", "5", "G=5; H=1\n"),
        (Shell, "G=\"$(sed \"s|$a|b|\" \"$f\")\" # c\n", "G", "relu", "G=\"relu\" # c\n"),
        (Shell, "G=\"${x:-\"a b\"}\" H=1\n", "G", "relu", "G=\"relu\" H=1\n"),
        (Shell, "A=1 G=3 ./run\n", "G", "5", "A=1 G=5 ./run\n"),
        (Shell, "declare -i G=3\n", "G", "5", "declare -i G=5\n"),
        (Shell, "#SBATCH --g=1\ncat <<E\nG=1\nE\nG=2\n", "G", "5", "#SBATCH --g=1\ncat <<E\nG=1\nE\nG=5\n"),
        (Shell, "if x; then G=3; fi\n", "G", "5", "if x; then G=5; fi\n"),
        (Make, "G := 3 # nS\n", "G", "5", "G := 5 # nS\n"),
        (Make, "G ?= 3\nall:\n\tG=4\n", "G", "5", "G ?= 5\nall:\n\tG=4\n"),
        (Make, "export CFLAGS = -O2 -g\n", "CFLAGS", "-O3 -g", "export CFLAGS = -O3 -g\n"),
    ]);
}

#[test]
fn configuration_files() {
    check(&[
        (Ini, "[model]\ng = 3.0 ; nS\n", "g", "2.5", "[model]\ng = 2.5 ; nS\n"),
        (Ini, "g: 3.0\n", "g", "2.5", "g: 2.5\n"),
        (Ini, "url = http://a/b#c  # d\n", "url", "'http://x", "url = http://x  # d\n"),
        (Ini, "dt-max = 1\ndt = 2\n", "dt", "5", "dt-max = 1\ndt = 5\n"),
        (Ini, "g = \n", "g", "5", "g = 5\n"),
        (Gromacs, "dt = 0.002 ; ps\n", "dt", "0.001", "dt = 0.001 ; ps\n"),
        (Gromacs, "dt=0.002;ps\n", "dt", "0.001", "dt=0.001;ps\n"),
        (Gromacs, "ref_t = 300 300\n", "ref_t", "310 310", "ref_t = 310 310\n"),
        (Gromacs, "pbc = no\n", "pbc", "true", "pbc = yes\n"),
        (Yaml, "model:\n  g: 3.0  # nS\n", "g", "2.5", "model:\n  g: 2.5  # nS\n"),
        (Yaml, "- g: 3.0\n", "g", "2.5", "- g: 2.5\n"),
        (Yaml, "g: 3.0\n", "g", "1e-5", "g: 1.0e-5\n"),
        (Yaml, "g: {a: 1, b: 2}\n", "b", "5", "g: {a: 1, b: 5}\n"),
        (Yaml, "act: relu # c\n", "act", "yes", "act: \"yes\" # c\n"),
        (Yaml, "act: 'it''s'\n", "act", "it's 2", "act: 'it''s 2'\n"),
        (Yaml, "s: |\n  g: 1\ng: 2\n", "g", "5", "s: |\n  g: 1\ng: 5\n"),
        (Yaml, "\"g\": 3\n", "g", "5", "\"g\": 5\n"),
        (Yaml, "g: it's # c\n", "g", "5", "g: 5 # c\n"),
        (Toml, "g = 3.0 # nS\n", "g", "2.5", "g = 2.5 # nS\n"),
        (Toml, "model.g = 3.0\n", "g", "2.5", "model.g = 2.5\n"),
        (Toml, "act = 'relu'\n", "act", "tanh", "act = 'tanh'\n"),
        (Toml, "p = { g = 3.0, h = 2 }\n", "h", "5", "p = { g = 3.0, h = 5 }\n"),
        (Toml, "on = true\n", "on", "false", "on = false\n"),
        (Json, "{\n  \"g\": 3.0,\n  \"h\": 2\n}\n", "g", "2.5", "{\n  \"g\": 2.5,\n  \"h\": 2\n}\n"),
        (Json, "{\"g\": 3.0, \"h\": [1, 2]}\n", "h", "5", "{\"g\": 3.0, \"h\": 5}\n"),
        (Json, "{\"a\": {\"act\": \"re\\\"lu\"}}\n", "act", "a\"b", "{\"a\": {\"act\": \"a\\\"b\"}}\n"),
        (Json, "{\"g\": 3}\n", "g", ".5", "{\"g\": 0.5}\n"),
    ]);
}

#[test]
fn other_languages() {
    check(&[
        (Lua, "local g = 3 -- nS\n", "g", "5", "local g = 5 -- nS\n"),
        (Lua, "s = 'a\\z\n  g = 1'\ng = 3\n", "g", "5", "s = 'a\\z\n  g = 1'\ng = 5\n"),
        (Lua, "local p = { g = 3, h = 4 }\n", "g", "5", "local p = { g = 5, h = 4 }\n"),
        (Lua, "M.g = 3\n", "g", "5", "M.g = 5\n"),
        (Lua, "p = {\n  [\"g\"] = 3,\n}\n", "g", "5", "p = {\n  [\"g\"] = 5,\n}\n"),
        (Lua, "local g <const> = 3\n", "g", "5", "local g <const> = 5\n"),
        (Lua, "p = {\n  g = 3,\n}\n", "g", "5", "p = {\n  g = 5,\n}\n"),
        (Perl, "my $g = 3; # nS\n", "g", "5", "my $g = 5; # nS\n"),
        (Perl, "$self->{g} = 3;\n", "g", "5", "$self->{g} = 5;\n"),
        (Perl, "%p = (\n  g => 3,\n);\n", "g", "5", "%p = (\n  g => 5,\n);\n"),
        (Perl, "my $s = \"a # b\"; # c\n", "s", "x", "my $s = \"x\"; # c\n"),
        (Generic, "g = 3.0 # nS\n", "g", "2.5", "g = 2.5 # nS\n"),
        (Generic, "param g := 3.0; ! nS\n", "g", "2.5", "param g := 2.5; ! nS\n"),
        (Generic, "par gca=4.4, gk=8\n", "gk", "5", "par gca=4.4, gk=5\n"),
        (Generic, "g: 3.0\n", "g", "2.5", "g: 2.5\n"),
        (Generic, "g = 3.0d0 // it's\n", "g", "2.5", "g = 2.5d0 // it's\n"),
        (Generic, "name = \"a # b\"  # c\n", "name", "x", "name = \"x\"  # c\n"),
    ]);
}

#[test]
fn bytes_outside_the_value_stay_as_they_are() {
    for (before, after) in [
        (&b"g = 3.0\r\nh = 2\r\n"[..], &b"g = 2.5\r\nh = 2\r\n"[..]),
        (b"# caf\xE9\ng = 3.0  # \xB5S\n", b"# caf\xE9\ng = 2.5  # \xB5S\n"),
        (b"\xEF\xBB\xBF# bom\ng = 3.0", b"\xEF\xBB\xBF# bom\ng = 2.5"),
        (b"h = 1\ng = 3.0", b"h = 1\ng = 2.5"),
        (b"  g = 3.0  \r\n", b"  g = 2.5  \r\n"),
        (b"s = '\xE9'\r\ng = 3.0\r\n\r\n", b"s = '\xE9'\r\ng = 2.5\r\n\r\n"),
    ] {
        assert_eq!(rewrite(Python, before, "g", "2.5"), after);
    }
}

#[test]
fn what_stands_behind_a_value_stays() {
    check(&[
        (Generic, "config :app, lr: 0.1, k: 3\n", "lr", "5", "config :app, lr: 5, k: 3\n"),
        (Generic, "note: one, two: three\n", "note", "four", "note: four\n"),
        (Lua, "lr = 0.1 k = 2 -- k\n", "lr", "0.5", "lr = 0.5 k = 2 -- k\n"),
        (Lua, "lr = 0.1 k = 2 -- k\n", "k", "3", "lr = 0.1 k = 3 -- k\n"),
        (Lua, "local a = f(1, 2) + 3\n", "a", "5", "local a = 5\n"),
        (Awk, "BEGIN { on = 0; x = 3.5 } # on = 2\n", "on", "true", "BEGIN { on = 1; x = 3.5 } # on = 2\n"),
        (Awk, "BEGIN { on = 0; x = 3.5 } # on = 2\n", "x", "2", "BEGIN { on = 0; x = 2 } # on = 2\n"),
        (Shell, "ARG LR=0.1\nENV A=\"b c\" B=2\n", "B", "3", "ARG LR=0.1\nENV A=\"b c\" B=3\n"),
    ]);
}

#[test]
fn text_and_comments_of_c_and_its_kin_go_on_over_lines() {
    check(&[
        (
            C,
            "String s = \"\"\"\n  g = 3;\n \"\"\";\ndouble g = 4.0;\n",
            "g",
            "5",
            "String s = \"\"\"\n  g = 3;\n \"\"\";\ndouble g = 5.0;\n",
        ),
        (
            C,
            "#include <a>\n// a \\\ndouble g = 3.0;\ndouble g = 4.0;\n",
            "g",
            "5",
            "#include <a>\n// a \\\ndouble g = 3.0;\ndouble g = 5.0;\n",
        ),
        (C, "// in C:\\data\\\ndouble g = 3.0;\n", "g", "5", "// in C:\\data\\\ndouble g = 5.0;\n"),
        (C, "s = \"\"\"a\"; double g = 3.0;\n", "g", "5", "s = \"\"\"a\"; double g = 5.0;\n"),
    ]);
}

#[test]
fn a_shell_keeps_the_backslash_of_a_word() {
    check(&[
        (Shell, "A=b\n", "A", "'c\\d", "A='c\\d'\n"),
        (Shell, "A=b\n", "A", "'c\\ d", "A=c\\ d\n"),
        (Shell, "A=\"b\"\n", "A", "'c\\d", "A=\"c\\\\d\"\n"),
    ]);
    let sites = Template::assignment("A", Shell).find(b"A=b\n", Occurrences::Only).unwrap();
    let error = sites[0].literal.render(&Value::text("$B\\c"), None).unwrap_err().to_string();
    assert_eq!(error, "$B\\c cannot be written there: the shell would drop a backslash of it");
}
