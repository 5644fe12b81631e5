//! The table of each language.

use super::{Colon, Comma, Escape, Extent, LineEnd, Oddity, Opens, Prefix, Quote, Syntax, TypeBehind, When};

const fn quote(mark: &'static str, escape: Escape, lines: bool, when: When) -> Quote {
    Quote { mark, escape, lines, when }
}

const DOUBLE: Quote = quote("\"", Escape::Backslash, false, When::Always);
const SINGLE: Quote = quote("'", Escape::Backslash, false, When::Always);
const CHARACTER: Quote = quote("'", Escape::Backslash, false, When::Character);
const C_COMMENTS: &[(&str, &str, bool)] = &[("/*", "*/", false)];
const SLASHES: &[(&str, Opens)] = &[("//", Opens::Anywhere)];
const HASH: &[(&str, Opens)] = &[("#", Opens::Anywhere)];
const TRIPLE_DOUBLE: Quote = quote("\"\"\"", Escape::Backslash, true, When::Always);
const TRIPLE_SINGLE: Quote = quote("'''", Escape::Backslash, true, When::Always);
const STANDALONE: &[Quote] =
    &[quote("\"", Escape::Backslash, false, When::Standalone), quote("'", Escape::Backslash, false, When::Standalone)];
const ANY_BRACKET: Comma = Comma::Inside(b"([{");

/// What most languages share; each table says where it differs.
const COMMON: Syntax = Syntax {
    line_comments: HASH,
    block_comments: &[],
    quotes: &[DOUBLE, SINGLE],
    oddities: &[],
    identifier: b"",
    ignores_case: false,
    brackets: true,
    operators: &["="],
    arrow: false,
    colon: Colon::Never,
    prefix: Prefix::Nothing,
    members: &["."],
    sigils: b"",
    subscripts: false,
    type_behind: TypeBehind::None,
    braces: false,
    colon_blocks: &[],
    semicolon: true,
    entries: b"",
    comma: Comma::Always,
    extent: Extent::Expression,
    line_end: LineEnd::Ends,
    defines: false,
};

pub(super) static PYTHON: Syntax = Syntax {
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

pub(super) static C: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE, CHARACTER],
    oddities: &[Oddity::CppRaw],
    colon: Colon::Literal,
    prefix: Prefix::Types,
    members: &["->", "::", "."],
    braces: true,
    colon_blocks: &["case", "default", "public", "private", "protected"],
    line_end: LineEnd::Nothing,
    defines: true,
    ..COMMON
};

pub(super) static RUST: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: &[("/*", "*/", true)],
    quotes: &[quote("\"", Escape::Backslash, true, When::Always), CHARACTER],
    oddities: &[Oddity::RustRaw],
    colon: Colon::Literal,
    prefix: Prefix::Types,
    members: &["::", "."],
    type_behind: TypeBehind::Colon,
    braces: true,
    line_end: LineEnd::Nothing,
    ..COMMON
};

pub(super) static GO: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE, CHARACTER, quote("`", Escape::None, true, When::Always)],
    operators: &[":=", "="],
    colon: Colon::Entry,
    prefix: Prefix::Words(&["var", "const"]),
    type_behind: TypeBehind::Word,
    braces: true,
    colon_blocks: &["case", "default"],
    line_end: LineEnd::EndsUnlessOperator,
    ..COMMON
};

pub(super) static JAVASCRIPT: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE, SINGLE, quote("`", Escape::Backslash, true, When::Always)],
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

pub(super) static KOTLIN: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
    colon: Colon::Literal,
    prefix: Prefix::Types,
    type_behind: TypeBehind::Colon,
    braces: true,
    line_end: LineEnd::EndsUnlessOperator,
    ..COMMON
};

pub(super) static FORTRAN: Syntax = Syntax {
    line_comments: &[("!", Opens::Anywhere)],
    quotes: &[quote("\"", Escape::Doubled, false, When::Always), quote("'", Escape::Doubled, false, When::Always)],
    ignores_case: true,
    prefix: Prefix::Types,
    members: &["%", "."],
    comma: Comma::UnlessConstant,
    defines: true,
    ..COMMON
};

pub(super) static FIXED_FORTRAN: Syntax = Syntax {
    line_comments: &[("!", Opens::Anywhere), ("c", Opens::Column1), ("C", Opens::Column1), ("*", Opens::Column1)],
    ..FORTRAN
};

pub(super) static JULIA: Syntax = Syntax {
    block_comments: &[("#=", "=#", true)],
    quotes: &[
        TRIPLE_DOUBLE,
        quote("\"", Escape::Backslash, true, When::Always),
        CHARACTER,
        quote("`", Escape::Backslash, true, When::Always),
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

pub(super) static R: Syntax = Syntax {
    quotes: &[quote("\"", Escape::Backslash, true, When::Always), quote("'", Escape::Backslash, true, When::Always)],
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

pub(super) static MATLAB: Syntax = Syntax {
    line_comments: &[("%", Opens::Anywhere), ("#", Opens::AfterBlank)],
    quotes: &[
        quote("'", Escape::Doubled, false, When::NotAfterOperand),
        quote("\"", Escape::Doubled, false, When::Always),
    ],
    oddities: &[Oddity::Matlab],
    entries: b"(",
    ..COMMON
};

pub(super) static HOC: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE],
    prefix: Prefix::Types,
    braces: true,
    extent: Extent::Quantity,
    ..COMMON
};

pub(super) static NMODL: Syntax = Syntax {
    line_comments: &[(":", Opens::Anywhere), ("?", Opens::Anywhere)],
    quotes: &[DOUBLE],
    oddities: &[Oddity::Nmodl],
    braces: true,
    extent: Extent::Quantity,
    ..COMMON
};

pub(super) static SHELL: Syntax = Syntax {
    line_comments: &[("#", Opens::AfterBlank)],
    quotes: &[quote("\"", Escape::Backslash, true, When::Always), quote("'", Escape::None, true, When::Always)],
    oddities: &[Oddity::HereDocument, Oddity::BackslashEscape],
    brackets: false,
    members: &[],
    comma: Comma::Never,
    extent: Extent::Word,
    ..COMMON
};

pub(super) static MAKE: Syntax = Syntax {
    line_comments: &[("#", Opens::NotBehind(b'\\'))],
    quotes: &[],
    identifier: b"-.",
    brackets: false,
    operators: &[":::=", "::=", ":=", "?=", "="],
    prefix: Prefix::Words(&["export", "override", "private"]),
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    extent: Extent::Rest,
    ..COMMON
};

pub(super) static INI: Syntax = Syntax {
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

pub(super) static GROMACS: Syntax = Syntax {
    line_comments: &[(";", Opens::Anywhere), ("#", Opens::AfterBlank)],
    ignores_case: true,
    colon: Colon::Never,
    ..INI
};

pub(super) static YAML: Syntax = Syntax {
    line_comments: &[("#", Opens::AfterBlank)],
    quotes: &[
        quote("\"", Escape::Backslash, false, When::Standalone),
        quote("'", Escape::Doubled, false, When::Standalone),
    ],
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

pub(super) static TOML: Syntax = Syntax {
    quotes: &[
        TRIPLE_DOUBLE,
        quote("'''", Escape::None, true, When::Always),
        DOUBLE,
        quote("'", Escape::None, false, When::Always),
    ],
    identifier: b"-",
    semicolon: false,
    braces: true,
    ..COMMON
};

pub(super) static JSON: Syntax = Syntax {
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

pub(super) static LUA: Syntax = Syntax {
    line_comments: &[("--", Opens::Anywhere)],
    oddities: &[Oddity::LuaBrackets],
    prefix: Prefix::Words(&["local", "global"]),
    members: &[".", ":"],
    subscripts: true,
    type_behind: TypeBehind::Angle,
    braces: true,
    comma: ANY_BRACKET,
    line_end: LineEnd::EndsUnlessOperator,
    ..COMMON
};

pub(super) static PERL: Syntax = Syntax {
    line_comments: &[("#", Opens::NotBehind(b'$'))],
    oddities: &[Oddity::Pod],
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

pub(super) static GENERIC: Syntax = Syntax {
    line_comments: &[
        ("#", Opens::AfterBlank),
        ("//", Opens::AfterBlank),
        ("%", Opens::AfterBlank),
        ("!", Opens::AfterBlank),
        (";", Opens::AfterBlank),
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
    defines: true,
    ..COMMON
};
