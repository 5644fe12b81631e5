//! Formats of configuration files, and what is known of a file of an unknown kind.

use super::super::{Apart, BlockComment, Colon, Comma, Escape, Extent, Oddity, Opens, Prefix, Syntax, When};
use super::{C_COMMENTS, COMMON, DOUBLE, SINGLE, SLASHES, STANDALONE, TRIPLE_DOUBLE, long_quote, quote};

/// As dotenv reads it: up to the end of the line, or between quotes over several.
pub(in crate::source::syntax) static DOTENV: Syntax = Syntax {
    line_comments: &[("#", Opens::AfterBlank)],
    quotes: &[
        long_quote("\"", Escape::Backslash, When::Standalone),
        long_quote("'", Escape::Backslash, When::Standalone),
        long_quote("`", Escape::None, When::Standalone),
    ],
    identifier: b"-.",
    brackets: false,
    prefix: Prefix::Words(&["export"]),
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    extent: Extent::Rest,
    ..COMMON
};

pub(in crate::source::syntax) static INI: Syntax = Syntax {
    line_comments: &[("#", Opens::AfterBlank), (";", Opens::AfterBlank)],
    quotes: STANDALONE,
    identifier: b"-.",
    brackets: false,
    operators: &[":=", "="],
    colon: Colon::Always,
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    extent: Extent::Rest,
    ..COMMON
};

pub(in crate::source::syntax) static GROMACS: Syntax = Syntax {
    line_comments: &[(";", Opens::Anywhere), ("#", Opens::AfterBlank)],
    ignores_case: true,
    colon: Colon::Never,
    ..INI
};

pub(in crate::source::syntax) static YAML: Syntax = Syntax {
    line_comments: &[("#", Opens::AfterBlank)],
    quotes: &[quote("\"", Escape::Backslash, When::Standalone), quote("'", Escape::Doubled, When::Standalone)],
    oddities: &[Oddity::YamlBlocks],
    identifier: b"-.",
    operators: &[],
    colon: Colon::Blank,
    members: &[],
    semicolon: false,
    braces: true,
    extent: Extent::Yaml,
    ..COMMON
};

pub(in crate::source::syntax) static TOML: Syntax = Syntax {
    quotes: &[
        TRIPLE_DOUBLE,
        long_quote("'''", Escape::None, When::Always),
        DOUBLE,
        quote("'", Escape::None, When::Always),
    ],
    identifier: b"-",
    semicolon: false,
    braces: true,
    ..COMMON
};

pub(in crate::source::syntax) static JSON: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE, SINGLE],
    identifier: b"-.",
    operators: &[],
    colon: Colon::Always,
    members: &[],
    braces: true,
    semicolon: false,
    ..COMMON
};

/// A notebook's code stands in strings, where no name is found; the names of its own JSON are none of the code.
pub(in crate::source::syntax) static NOTEBOOK: Syntax = Syntax { colon: Colon::Never, ..JSON };

/// Names are found by the elements and attributes of the document, not by its lines.
pub(in crate::source::syntax) static XML: Syntax = Syntax {
    line_comments: &[],
    block_comments: &[BlockComment { open: "<!--", close: "-->", nests: false }],
    quotes: &[],
    identifier: b"-.:",
    brackets: false,
    operators: &[],
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    ..COMMON
};

pub(in crate::source::syntax) static GENERIC: Syntax = UNKNOWN;

/// Of a language that is not known.
pub(super) const UNKNOWN: Syntax = Syntax {
    line_comments: &[
        ("#", Opens::AfterBlank),
        ("//", Opens::AfterBlankUnlessOperator),
        ("%", Opens::AfterBlankUnlessOperator),
        ("!", Opens::AfterBlank),
        (";", Opens::AfterBlank),
        ("* ", Opens::Column1),
        ("**", Opens::Column1),
    ],
    quotes: STANDALONE,
    brackets: false,
    operators: &[":=", "<-", "="],
    arrow: true,
    colon: Colon::Blank,
    prefix: Prefix::Types,
    members: &["->", "::", "."],
    sigils: b"$@",
    comma: Comma::BeforeName,
    apart: Apart::Literal,
    defines: true,
    ..COMMON
};
