//! Languages in which programs are written.

use super::super::{
    Apart, BlockComment, Colon, Comma, Escape, Extent, LineEnd, Oddity, Opens, Prefix, Syntax, TypeBehind, When,
};
use super::{
    ANY_BRACKET, C_COMMENTS, CHARACTER, COMMON, DOUBLE, SINGLE, SLASHES, TRIPLE_DOUBLE, TRIPLE_SINGLE, long_quote,
    quote,
};

pub(in crate::source::syntax) static PYTHON: Syntax = Syntax {
    quotes: &[TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
    colon: Colon::Quoted,
    prefix: Prefix::Words(&["cdef", "cpdef", "DEF"]),
    subscripts: true,
    type_behind: TypeBehind::Colon,
    colon_blocks: &["if", "elif", "else", "for", "while", "try", "except", "finally", "with", "class", "def"],
    entries: b"({",
    comma: ANY_BRACKET,
    ..COMMON
};

pub(in crate::source::syntax) static C: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE, CHARACTER],
    oddities: &[Oddity::CppRaw, Oddity::TextBlock, Oddity::ContinuedComment, Oddity::PlusComment],
    colon: Colon::Literal,
    prefix: Prefix::Types,
    members: &["->", "::", "."],
    braces: true,
    colon_blocks: &["case", "default", "public", "private", "protected"],
    line_end: LineEnd::Nothing,
    defines: true,
    ..COMMON
};

pub(in crate::source::syntax) static RUST: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: &[BlockComment { open: "/*", close: "*/", nests: true }],
    quotes: &[long_quote("\"", Escape::Backslash, When::Always), CHARACTER],
    oddities: &[Oddity::RustRaw],
    colon: Colon::Literal,
    prefix: Prefix::Types,
    members: &["::", "."],
    type_behind: TypeBehind::Colon,
    braces: true,
    line_end: LineEnd::Nothing,
    ..COMMON
};

pub(in crate::source::syntax) static GO: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE, CHARACTER, long_quote("`", Escape::None, When::Always)],
    operators: &[":=", "="],
    colon: Colon::Entry,
    prefix: Prefix::Words(&["var", "const"]),
    type_behind: TypeBehind::Word,
    braces: true,
    colon_blocks: &["case", "default"],
    line_end: LineEnd::EndsUnlessOperator,
    ..COMMON
};

pub(in crate::source::syntax) static JAVASCRIPT: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE, SINGLE, long_quote("`", Escape::Backslash, When::Always)],
    identifier: b"$",
    colon: Colon::Entry,
    prefix: Prefix::Types,
    subscripts: true,
    type_behind: TypeBehind::Colon,
    braces: true,
    colon_blocks: &["case", "default"],
    line_end: LineEnd::EndsUnlessOperator,
    ..COMMON
};

pub(in crate::source::syntax) static KOTLIN: Syntax = Syntax {
    line_comments: SLASHES,
    // In Groovy they do not nest.
    block_comments: &[BlockComment { open: "/*", close: "*/", nests: true }],
    quotes: &[TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
    colon: Colon::Literal,
    prefix: Prefix::Types,
    type_behind: TypeBehind::Colon,
    braces: true,
    line_end: LineEnd::EndsUnlessOperator,
    ..COMMON
};

pub(in crate::source::syntax) static FORTRAN: Syntax = Syntax {
    line_comments: &[("!", Opens::Anywhere)],
    quotes: &[quote("\"", Escape::Doubled, When::Always), quote("'", Escape::Doubled, When::Always)],
    ignores_case: true,
    prefix: Prefix::Types,
    members: &["%", "."],
    comma: Comma::UnlessConstant,
    apart: Apart::Literal,
    continuation: "&",
    defines: true,
    ..COMMON
};

pub(in crate::source::syntax) static FIXED_FORTRAN: Syntax = Syntax {
    line_comments: &[("!", Opens::Anywhere), ("c", Opens::Column1), ("C", Opens::Column1), ("*", Opens::Column1)],
    ..FORTRAN
};

pub(in crate::source::syntax) static JULIA: Syntax = Syntax {
    block_comments: &[BlockComment { open: "#=", close: "=#", nests: true }],
    quotes: &[
        TRIPLE_DOUBLE,
        long_quote("\"", Escape::Backslash, When::Always),
        CHARACTER,
        long_quote("`", Escape::Backslash, When::Always),
    ],
    arrow: true,
    prefix: Prefix::Words(&["const", "global", "local"]),
    subscripts: true,
    type_behind: TypeBehind::DoubleColon,
    entries: b"([",
    comma: ANY_BRACKET,
    line_end: LineEnd::EndsUnlessOperator,
    ..COMMON
};

pub(in crate::source::syntax) static R: Syntax = Syntax {
    quotes: &[long_quote("\"", Escape::Backslash, When::Always), long_quote("'", Escape::Backslash, When::Always)],
    oddities: &[Oddity::RRaw],
    identifier: b".",
    operators: &["<<-", "<-", "="],
    members: &["$", "@"],
    subscripts: true,
    braces: true,
    entries: b"([",
    comma: Comma::Inside(b"(["),
    line_end: LineEnd::EndsUnlessOperator,
    ..COMMON
};

pub(in crate::source::syntax) static MATLAB: Syntax = Syntax {
    line_comments: &[("%", Opens::Anywhere), ("#", Opens::AfterBlank)],
    quotes: &[quote("'", Escape::Doubled, When::NotAfterOperand), quote("\"", Escape::Doubled, When::Always)],
    oddities: &[Oddity::Matlab],
    prefix: Prefix::Words(&["global", "persistent"]),
    entries: b"(",
    continuation: "...",
    ..COMMON
};

pub(in crate::source::syntax) static SHELL: Syntax = Syntax {
    line_comments: &[("#", Opens::AfterBlank)],
    quotes: &[long_quote("\"", Escape::Backslash, When::Always), long_quote("'", Escape::None, When::Always)],
    oddities: &[Oddity::HereDocument, Oddity::BackslashEscape],
    brackets: false,
    members: &[],
    comma: Comma::Never,
    extent: Extent::Word,
    ..COMMON
};

pub(in crate::source::syntax) static MAKE: Syntax = Syntax {
    line_comments: &[("#", Opens::NotBehind(b'\\'))],
    quotes: &[],
    identifier: b"-.",
    brackets: false,
    operators: &[":::=", "::=", ":=", "?=", "+=", "="],
    prefix: Prefix::Words(&["export", "override", "private"]),
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    extent: Extent::Rest,
    ..COMMON
};

pub(in crate::source::syntax) static LUA: Syntax = Syntax {
    line_comments: &[("--", Opens::Anywhere)],
    oddities: &[Oddity::LuaBrackets],
    prefix: Prefix::Words(&["local", "global"]),
    members: &[".", ":"],
    subscripts: true,
    type_behind: TypeBehind::Angle,
    braces: true,
    comma: ANY_BRACKET,
    apart: Apart::Literal,
    line_end: LineEnd::EndsUnlessOperator,
    ..COMMON
};

pub(in crate::source::syntax) static PERL: Syntax = Syntax {
    line_comments: &[("#", Opens::NotBehind(b'$'))],
    oddities: &[Oddity::Pod, Oddity::RubyDocument],
    arrow: true,
    prefix: Prefix::Words(&["my", "our", "local", "state", "use"]),
    members: &["->", "::"],
    sigils: b"$@%",
    subscripts: true,
    braces: true,
    entries: b"(",
    line_end: LineEnd::Nothing,
    ..COMMON
};

pub(in crate::source::syntax) static AWK: Syntax = Syntax { quotes: &[DOUBLE], braces: true, members: &[], ..COMMON };

pub(in crate::source::syntax) static STATA: Syntax = Syntax {
    line_comments: &[("*", Opens::LineStart), ("//", Opens::AfterBlank)],
    block_comments: C_COMMENTS,
    quotes: &[quote("\"", Escape::None, When::Always)],
    operators: &["=", ""],
    prefix: Prefix::Words(&["local", "loc", "global", "glo", "scalar", "set", "gen", "generate", "replace", "matrix"]),
    members: &[],
    semicolon: false,
    braces: true,
    comma: Comma::Never,
    extent: Extent::Quantity,
    continuation: "///",
    ..COMMON
};
