//! The tables of languages of which only comments, strings and declaring words are known.

use super::super::{BlockComment, Colon, Escape, LineEnd, Oddity, Opens, Prefix, Quote, Syntax, TypeBehind, When};
use super::configuration::UNKNOWN;
use super::{
    C_COMMENTS, CHARACTER, DOUBLE, HASH, SLASHES, STANDALONE, TRIPLE_DOUBLE, TRIPLE_SINGLE, long_quote, quote,
};
use crate::source::language::Other;

const DASHES: &[(&str, Opens)] = &[("--", Opens::Anywhere)];
const PERCENT: &[(&str, Opens)] = &[("%", Opens::NotBehind(b'$'))];
/// `(* *)`
const ROUND_STARS: BlockComment = BlockComment { open: "(*", close: "*)", nests: true };
/// `"""`, `'''`, and text on a line.
const THREEFOLD: &[Quote] = &[
    TRIPLE_DOUBLE,
    TRIPLE_SINGLE,
    quote("\"", Escape::Backslash, When::Standalone),
    quote("'", Escape::Backslash, When::Standalone),
];
const LONG_DOUBLE: Quote = long_quote("\"", Escape::Backslash, When::Always);

/// What these share: a line ends a statement unless an operator stands there.
const OTHER: Syntax = Syntax { line_comments: &[], line_end: LineEnd::EndsUnlessOperator, ..UNKNOWN };

static OCAML: Syntax = Syntax {
    block_comments: &[ROUND_STARS],
    quotes: &[LONG_DOUBLE, CHARACTER],
    identifier: b"'",
    prefix: Prefix::Only(&["let", "rec", "and", "mutable", "val", "in"]),
    colon: Colon::Literal,
    type_behind: TypeBehind::Colon,
    braces: true,
    ..OTHER
};

static FSHARP: Syntax = Syntax {
    line_comments: SLASHES,
    quotes: &[TRIPLE_DOUBLE, LONG_DOUBLE, CHARACTER],
    oddities: &[Oddity::StarOperator],
    prefix: Prefix::Only(&[
        "let", "rec", "and", "mutable", "val", "static", "member", "private", "public", "internal", "inline",
    ]),
    ..OCAML
};

static HASKELL: Syntax = Syntax {
    line_comments: &[("--", Opens::NoOperator)],
    block_comments: &[BlockComment { open: "{-", close: "-}", nests: true }],
    quotes: &[DOUBLE, CHARACTER],
    identifier: b"'",
    prefix: Prefix::Only(&["let", "where", "in"]),
    type_behind: TypeBehind::DoubleColon,
    braces: true,
    ..OTHER
};

static NIM: Syntax = Syntax {
    line_comments: HASH,
    block_comments: &[BlockComment { open: "#[", close: "]#", nests: true }],
    quotes: &[TRIPLE_DOUBLE, DOUBLE, CHARACTER],
    colon_blocks: &["if", "elif", "else", "when", "of", "try", "except", "finally"],
    colon: Colon::Literal,
    type_behind: TypeBehind::Colon,
    ..OTHER
};

static RUBY: Syntax = Syntax {
    line_comments: &[("#", Opens::AfterBlank)],
    oddities: &[Oddity::RubyBlock, Oddity::RubyDocument],
    braces: true,
    ..OTHER
};

static CRYSTAL: Syntax =
    Syntax { oddities: &[Oddity::RubyDocument], colon: Colon::Literal, type_behind: TypeBehind::Colon, ..RUBY };

static ELIXIR: Syntax = Syntax { quotes: THREEFOLD, oddities: &[], ..RUBY };

static PHP: Syntax = Syntax {
    line_comments: &[("//", Opens::AfterBlank), ("#", Opens::AfterBlank)],
    block_comments: C_COMMENTS,
    oddities: &[Oddity::PhpDocument],
    ..OTHER
};

static DART: Syntax = Syntax {
    line_comments: SLASHES,
    quotes: THREEFOLD,
    block_comments: &[BlockComment { open: "/*", close: "*/", nests: true }],
    ..OTHER
};

static PASCAL: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: &[
        BlockComment { open: "{", close: "}", nests: false },
        BlockComment { open: "(*", close: "*)", nests: false },
    ],
    quotes: &[quote("'", Escape::Doubled, When::Always)],
    ignores_case: true,
    colon: Colon::Literal,
    type_behind: TypeBehind::Colon,
    ..OTHER
};

static ADA: Syntax = Syntax {
    line_comments: DASHES,
    quotes: &[quote("\"", Escape::Doubled, When::Always), CHARACTER],
    operators: &[":="],
    ignores_case: true,
    colon: Colon::Literal,
    type_behind: TypeBehind::Colon,
    ..OTHER
};

static SQL: Syntax = Syntax {
    line_comments: &[("--", Opens::Anywhere), ("#", Opens::AfterBlank)],
    block_comments: C_COMMENTS,
    quotes: &[quote("\"", Escape::Doubled, When::Standalone), quote("'", Escape::Doubled, When::Standalone)],
    ignores_case: true,
    ..OTHER
};

static LISP: Syntax = Syntax {
    line_comments: &[(";", Opens::Anywhere)],
    block_comments: &[BlockComment { open: "#|", close: "|#", nests: true }],
    quotes: &[LONG_DOUBLE],
    // `#\;` is a character.
    oddities: &[Oddity::BackslashEscape],
    ..OTHER
};

static ERLANG: Syntax = Syntax { line_comments: PERCENT, quotes: STANDALONE, ..OTHER };

static PROLOG: Syntax =
    Syntax { line_comments: &[("%", Opens::NotBehind(b'\''))], block_comments: C_COMMENTS, ..OTHER };

static MATHEMATICA: Syntax = Syntax { block_comments: &[ROUND_STARS], quotes: &[LONG_DOUBLE], ..OTHER };

static CMAKE: Syntax = Syntax {
    line_comments: HASH,
    quotes: &[LONG_DOUBLE],
    oddities: &[Oddity::BackslashEscape, Oddity::CMakeBrackets],
    line_end: LineEnd::Ends,
    ..OTHER
};

/// The facts about `language`.
pub(in crate::source::syntax) fn other(language: Other) -> &'static Syntax {
    match language {
        Other::Ocaml => &OCAML,
        Other::FSharp => &FSHARP,
        Other::Haskell => &HASKELL,
        Other::Nim => &NIM,
        Other::Ruby => &RUBY,
        Other::Crystal => &CRYSTAL,
        Other::Elixir => &ELIXIR,
        Other::Php => &PHP,
        Other::Dart => &DART,
        Other::Pascal => &PASCAL,
        Other::Ada => &ADA,
        Other::Sql => &SQL,
        Other::Lisp => &LISP,
        Other::Erlang => &ERLANG,
        Other::Prolog => &PROLOG,
        Other::Mathematica => &MATHEMATICA,
        Other::CMake => &CMAKE,
    }
}
