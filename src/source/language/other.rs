//! Languages of which no more is known than their comments, their strings and whether a point tells the type of a number: what
//! assigns is what does so in a file of no known language.

/// One of these languages, or several that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Other {
    /// OCaml.
    Ocaml,
    /// F#.
    FSharp,
    /// Haskell, Elm, Idris and PureScript.
    Haskell,
    /// Nim.
    Nim,
    /// Ruby.
    Ruby,
    /// Crystal.
    Crystal,
    /// Elixir.
    Elixir,
    /// PHP.
    Php,
    /// Dart.
    Dart,
    /// Pascal and Delphi.
    Pascal,
    /// Ada and VHDL.
    Ada,
    /// SQL.
    Sql,
    /// Lisp, Scheme, Racket and Clojure.
    Lisp,
    /// Erlang.
    Erlang,
    /// Prolog.
    Prolog,
    /// The Wolfram Language of Mathematica.
    Mathematica,
    /// CMake.
    CMake,
}

impl Other {
    /// The one whose files have this name.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        match name {
            "CMakeLists.txt" => Some(Self::CMake),
            "Rakefile" | "Gemfile" | "Vagrantfile" => Some(Self::Ruby),
            _ => None,
        }
    }

    /// The one whose files have this extension, in small letters.
    pub(super) fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "ml" | "mli" => Self::Ocaml,
            "fs" | "fsi" | "fsx" => Self::FSharp,
            "hs" | "elm" | "idr" | "purs" => Self::Haskell,
            "nim" | "nims" | "nimble" => Self::Nim,
            "rb" | "rake" | "gemspec" => Self::Ruby,
            "cr" => Self::Crystal,
            "ex" | "exs" => Self::Elixir,
            "php" => Self::Php,
            "dart" => Self::Dart,
            "pas" | "dpr" | "lpr" => Self::Pascal,
            "adb" | "ads" | "ada" | "vhd" | "vhdl" => Self::Ada,
            "sql" => Self::Sql,
            "lisp" | "lsp" | "el" | "scm" | "ss" | "rkt" | "clj" | "cljs" | "hy" => Self::Lisp,
            "erl" | "hrl" => Self::Erlang,
            "prolog" => Self::Prolog,
            "wl" | "wls" => Self::Mathematica,
            "cmake" => Self::CMake,
            _ => return None,
        })
    }

    /// True if `3.0` and `3` are of different types and a place takes only one of them.
    pub(in crate::source) fn types_by_point(self) -> bool {
        matches!(
            self,
            Self::Ocaml
                | Self::FSharp
                | Self::Haskell
                | Self::Nim
                | Self::Crystal
                | Self::Dart
                | Self::Pascal
                | Self::Ada
        )
    }

    /// True if a number with an exponent needs a point, too: `1e-5` is none, or a whole one.
    pub(in crate::source) fn wants_point(self) -> bool {
        matches!(self, Self::Ada | Self::Erlang | Self::Elixir | Self::Prolog)
    }
}
