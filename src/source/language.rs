//! Which language a file is written in, judged by its name, or by its content where the name tells nothing.

mod content;
mod other;

pub use other::Other;

/// A family of languages that share comments, strings and the ways of giving a name its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Python, Cython and Snakemake.
    Python,
    /// C, C++, CUDA, Java and the other languages whose statements end in a semicolon.
    C,
    /// Rust and Zig.
    Rust,
    /// Go.
    Go,
    /// JavaScript and TypeScript.
    JavaScript,
    /// Kotlin, Swift, Scala and Groovy: braces, but no semicolons needed.
    Kotlin,
    /// Fortran in free form, and its namelist files.
    Fortran,
    /// Fortran in fixed form: `c` or `*` in column 1 is a comment.
    FixedFortran,
    /// Julia.
    Julia,
    /// R.
    R,
    /// MATLAB and Octave.
    Matlab,
    /// NEURON's interpreter.
    Hoc,
    /// NEURON's mechanism files.
    Nmodl,
    /// POSIX shells, the job scripts of Slurm and PBS, and Docker's files.
    Shell,
    /// `.env` files, as dotenv reads them.
    Dotenv,
    /// Makefiles.
    Make,
    /// `key = value` files.
    Ini,
    /// GROMACS run parameters (`.mdp`).
    Gromacs,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// JSON, with or without comments.
    Json,
    /// Jupyter notebooks.
    Notebook,
    /// XML.
    Xml,
    /// Lua.
    Lua,
    /// Perl.
    Perl,
    /// AWK.
    Awk,
    /// Modelica.
    Modelica,
    /// Stata's do-files.
    Stata,
    /// Netlists of SPICE.
    Spice,
    /// Input scripts of LAMMPS.
    Lammps,
    /// Input files of CP2K.
    Cp2k,
    /// Configuration files of NAMD.
    Namd,
    /// Input files of PLUMED.
    Plumed,
    /// Dictionaries of OpenFOAM.
    Foam,
    /// VASP's `INCAR`.
    Vasp,
    /// A language of which no more is known than its comments and strings.
    Other(Other),
    /// Anything else: the comment signs of all of them count where a blank stands before.
    Generic,
}

impl Language {
    /// The language of the file at `path`, by its name; [`Language::Generic`] where the name tells nothing.
    ///
    /// ```
    /// # use gitsweep::source::Language;
    /// assert_eq!(Language::of_path("src/model.F90"), Language::Fortran);
    /// assert_eq!(Language::of_path("Makefile"), Language::Make);
    /// assert_eq!(Language::of_path("notes.txt"), Language::Generic);
    /// ```
    pub fn of_path(path: &str) -> Self {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        match name {
            "Snakefile" | "SConstruct" | "SConscript" => return Self::Python,
            "Makefile" | "makefile" | "GNUmakefile" => return Self::Make,
            "Jenkinsfile" | "nextflow.config" => return Self::Kotlin,
            "Dockerfile" | "Containerfile" => return Self::Shell,
            "Pipfile" | "Cargo.lock" => return Self::Toml,
            ".env" => return Self::Dotenv,
            ".envrc" | ".bashrc" | ".zshrc" | ".profile" | ".bash_profile" => return Self::Shell,
            ".Rprofile" => return Self::R,
            _ => {}
        }
        if name.starts_with(".env.") {
            return Self::Dotenv;
        }
        if name.starts_with("Dockerfile.") {
            return Self::Shell;
        }
        if name.starts_with("plumed") && [".dat", ".inp", ".in", ".txt"].iter().any(|end| name.ends_with(end)) {
            return Self::Plumed;
        }
        if name.starts_with("INCAR") {
            return Self::Vasp;
        }
        if let Some(other) = Other::of_name(name) {
            return Self::Other(other);
        }
        let Some((_, extension)) = name.rsplit_once('.') else { return Self::Generic };
        match extension.to_ascii_lowercase().as_str() {
            "py" | "pyw" | "pyi" | "pyx" | "pxd" | "pxi" | "sage" | "smk" | "bzl" => Self::Python,
            "c" | "h" | "cc" | "cpp" | "cxx" | "c++" | "hh" | "hpp" | "hxx" | "h++" | "inl" | "ipp" | "tpp" | "cu"
            | "cuh" | "hip" | "cl" | "metal" | "glsl" | "ino" | "mm" | "java" | "cs" | "d" | "stan" | "ispc" | "sv"
            | "v" | "geo" => Self::C,
            "rs" | "zig" => Self::Rust,
            "go" => Self::Go,
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => Self::JavaScript,
            "kt" | "kts" | "swift" | "scala" | "sc" | "groovy" | "gradle" | "nf" => Self::Kotlin,
            "f90" | "f95" | "f03" | "f08" | "f18" | "f15" | "nml" | "pf" => Self::Fortran,
            "f" | "for" | "ftn" | "f77" | "fpp" => Self::FixedFortran,
            "jl" => Self::Julia,
            "r" => Self::R,
            "m" => Self::Matlab,
            "hoc" | "ses" => Self::Hoc,
            "mod" | "nmodl" => Self::Nmodl,
            "sh" | "bash" | "zsh" | "ksh" | "dash" | "slurm" | "sbatch" | "pbs" | "sge" | "lsf" | "job"
            | "dockerfile" => Self::Shell,
            "env" => Self::Dotenv,
            "mk" | "mak" | "make" => Self::Make,
            "ini" | "cfg" | "conf" | "config" | "properties" | "desktop" | "cnf" => Self::Ini,
            "mdp" => Self::Gromacs,
            "yaml" | "yml" | "cff" => Self::Yaml,
            "toml" => Self::Toml,
            "json" | "jsonc" | "json5" => Self::Json,
            "ipynb" => Self::Notebook,
            "xml" => Self::Xml,
            "lua" => Self::Lua,
            "pl" | "pm" => Self::Perl,
            "awk" | "gawk" => Self::Awk,
            "mo" => Self::Modelica,
            "do" | "ado" => Self::Stata,
            "cir" | "sp" | "spice" | "ckt" => Self::Spice,
            "lmp" | "lammps" => Self::Lammps,
            "namd" => Self::Namd,
            extension => Other::of_extension(extension).map_or(Self::Generic, Self::Other),
        }
    }

    /// The language of the file at `path` that holds `bytes`, by what stands in it where its name tells nothing.
    ///
    /// ```
    /// # use gitsweep::source::Language;
    /// assert_eq!(Language::of_file("pw.in", b"&control\n prefix = 'si' /\n"), Language::Fortran);
    /// assert_eq!(Language::of_file("bin/fit", b"#!/usr/bin/env python3\n"), Language::Python);
    /// ```
    pub fn of_file(path: &str, bytes: &[u8]) -> Self {
        match Self::of_path(path) {
            Self::Generic => content::language(bytes).unwrap_or(Self::Generic),
            // The names of NeuroML's files, and some of configurations.
            Self::Fortran | Self::Ini if content::is_xml(bytes) => Self::Xml,
            Self::Matlab if content::is_mathematica(bytes) => Self::Other(Other::Mathematica),
            Self::Ini if content::is_namd(bytes) => Self::Namd,
            Self::Ini if content::is_nextflow(bytes) => Self::Kotlin,
            language => language,
        }
    }

    /// True where what assigns is known of no single language: all that does so in some counts.
    pub(super) fn is_loose(self) -> bool {
        matches!(self, Self::Generic | Self::Other(_))
    }

    /// True for the formats whose text values are escaped by rule, so that any text can be written.
    pub(super) fn escapes(self) -> bool {
        matches!(self, Self::Json | Self::Toml | Self::Yaml | Self::Xml)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_language() {
        for (path, language) in [
            ("src/model.py", Language::Python),
            ("a/b.CU", Language::C),
            ("legacy/ode.f", Language::FixedFortran),
            ("legacy/ODE.FOR", Language::FixedFortran),
            ("ode.f90", Language::Fortran),
            ("input.nml", Language::Fortran),
            ("fit.R", Language::R),
            ("sim.m", Language::Matlab),
            ("cell.hoc", Language::Hoc),
            ("hh.mod", Language::Nmodl),
            ("job.slurm", Language::Shell),
            ("GNUmakefile", Language::Make),
            ("Dockerfile.gpu", Language::Shell),
            ("md.mdp", Language::Gromacs),
            (".env.local", Language::Dotenv),
            ("run/INCAR.relax", Language::Vasp),
            ("conf/model.yml", Language::Yaml),
            ("src/ODE.ML", Language::Other(Other::Ocaml)),
            ("cpu/alu.vhd", Language::Other(Other::Ada)),
            ("CMakeLists.txt", Language::Other(Other::CMake)),
            ("deep.dir/noextension", Language::Generic),
            ("", Language::Generic),
        ] {
            assert_eq!(Language::of_path(path), language, "{path}");
        }
    }
}
