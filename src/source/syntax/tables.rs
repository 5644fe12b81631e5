//! The table of each language.

use super::{
    Apart, BlockComment, Colon, Comma, Escape, Extent, LineEnd, Oddity, Opens, Prefix, Quote, Syntax, TypeBehind, When,
};

/// Text that ends where its line does.
const fn quote(mark: &'static str, escape: Escape, when: When) -> Quote {
    Quote { mark, escape, lines: false, when }
}

/// Text that goes on over lines.
const fn long_quote(mark: &'static str, escape: Escape, when: When) -> Quote {
    Quote { mark, escape, lines: true, when }
}

const DOUBLE: Quote = quote("\"", Escape::Backslash, When::Always);
const SINGLE: Quote = quote("'", Escape::Backslash, When::Always);
const CHARACTER: Quote = quote("'", Escape::Backslash, When::Character);
const C_COMMENTS: &[BlockComment] = &[BlockComment { open: "/*", close: "*/", nests: false }];
const SLASHES: &[(&str, Opens)] = &[("//", Opens::Anywhere)];
const HASH: &[(&str, Opens)] = &[("#", Opens::Anywhere)];
const TRIPLE_DOUBLE: Quote = long_quote("\"\"\"", Escape::Backslash, When::Always);
const TRIPLE_SINGLE: Quote = long_quote("'''", Escape::Backslash, When::Always);
const STANDALONE: &[Quote] =
    &[quote("\"", Escape::Backslash, When::Standalone), quote("'", Escape::Backslash, When::Standalone)];
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
    apart: Apart::Nothing,
    extent: Extent::Expression,
    line_end: LineEnd::Ends,
    continuation: "",
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
    oddities: &[Oddity::CppRaw, Oddity::TextBlock, Oddity::ContinuedComment],
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

pub(super) static GO: Syntax = Syntax {
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

pub(super) static JAVASCRIPT: Syntax = Syntax {
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

pub(super) static FIXED_FORTRAN: Syntax = Syntax {
    line_comments: &[("!", Opens::Anywhere), ("c", Opens::Column1), ("C", Opens::Column1), ("*", Opens::Column1)],
    ..FORTRAN
};

pub(super) static JULIA: Syntax = Syntax {
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

pub(super) static R: Syntax = Syntax {
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

pub(super) static MATLAB: Syntax = Syntax {
    line_comments: &[("%", Opens::Anywhere), ("#", Opens::AfterBlank)],
    quotes: &[quote("'", Escape::Doubled, When::NotAfterOperand), quote("\"", Escape::Doubled, When::Always)],
    oddities: &[Oddity::Matlab],
    prefix: Prefix::Words(&["global", "persistent"]),
    entries: b"(",
    continuation: "...",
    ..COMMON
};

pub(super) static HOC: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE],
    prefix: Prefix::Types,
    braces: true,
    apart: Apart::Quantity,
    extent: Extent::Quantity,
    ..COMMON
};

pub(super) static NMODL: Syntax = Syntax {
    line_comments: &[(":", Opens::Anywhere), ("?", Opens::Anywhere)],
    quotes: &[DOUBLE],
    oddities: &[Oddity::Nmodl],
    braces: true,
    apart: Apart::Quantity,
    extent: Extent::Quantity,
    ..COMMON
};

pub(super) static SHELL: Syntax = Syntax {
    line_comments: &[("#", Opens::AfterBlank)],
    quotes: &[long_quote("\"", Escape::Backslash, When::Always), long_quote("'", Escape::None, When::Always)],
    oddities: &[Oddity::HereDocument, Oddity::BackslashEscape],
    brackets: false,
    members: &[],
    comma: Comma::Never,
    extent: Extent::Word,
    ..COMMON
};

/// As dotenv reads it: up to the end of the line, or between quotes over several.
pub(super) static DOTENV: Syntax = Syntax {
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

pub(super) static TOML: Syntax = Syntax {
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

/// A notebook's code stands in strings, where no name is found; the names of its own JSON are none of the code.
pub(super) static NOTEBOOK: Syntax = Syntax { colon: Colon::Never, ..JSON };

/// Names are found by the elements and attributes of the document, not by its lines.
pub(super) static XML: Syntax = Syntax {
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

pub(super) static LUA: Syntax = Syntax {
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

pub(super) static AWK: Syntax = Syntax { quotes: &[DOUBLE], braces: true, members: &[], ..COMMON };

pub(super) static MODELICA: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[long_quote("\"", Escape::Backslash, When::Always)],
    prefix: Prefix::Types,
    extent: Extent::Quantity,
    line_end: LineEnd::Nothing,
    ..COMMON
};

pub(super) static STATA: Syntax = Syntax {
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

pub(super) static SPICE: Syntax = Syntax {
    line_comments: &[("*", Opens::LineStart), (";", Opens::Anywhere), ("$", Opens::AfterBlank)],
    quotes: &[quote("\"", Escape::None, When::Always), quote("'", Escape::None, When::Always)],
    ignores_case: true,
    brackets: false,
    semicolon: false,
    apart: Apart::Value,
    extent: Extent::Quantity,
    ..COMMON
};

pub(super) static LAMMPS: Syntax = Syntax {
    operators: &["equal", "index", "loop", "string", "internal", ""],
    quotes: &[TRIPLE_DOUBLE, DOUBLE, SINGLE],
    prefix: Prefix::Words(&["variable"]),
    brackets: false,
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    extent: Extent::Rest,
    continuation: "&",
    ..COMMON
};

pub(super) static CP2K: Syntax = Syntax {
    line_comments: &[("!", Opens::Anywhere), ("#", Opens::Anywhere)],
    quotes: STANDALONE,
    identifier: b"-",
    ignores_case: true,
    operators: &["=", ""],
    prefix: Prefix::Words(&["SET", "set"]),
    sigils: b"@",
    brackets: false,
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    extent: Extent::Rest,
    ..COMMON
};

/// In Tcl, where a semicolon ends the command: what stands behind it is passed over.
pub(super) static NAMD: Syntax = Syntax {
    line_comments: &[("#", Opens::AfterBlank), (";", Opens::Anywhere)],
    quotes: STANDALONE,
    ignores_case: true,
    operators: &["=", ""],
    prefix: Prefix::Words(&["set"]),
    brackets: false,
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    extent: Extent::Rest,
    ..COMMON
};

pub(super) static PLUMED: Syntax = Syntax {
    quotes: &[],
    prefix: Prefix::Nothing,
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    apart: Apart::Value,
    extent: Extent::Word,
    ..COMMON
};

pub(super) static FOAM: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE],
    operators: &[""],
    members: &[],
    braces: true,
    comma: Comma::Never,
    line_end: LineEnd::Nothing,
    ..COMMON
};

pub(super) static VASP: Syntax = Syntax {
    line_comments: &[("#", Opens::Anywhere), ("!", Opens::Anywhere)],
    quotes: &[long_quote("\"", Escape::None, When::Standalone)],
    ignores_case: true,
    brackets: false,
    members: &[],
    comma: Comma::Never,
    extent: Extent::Quantity,
    ..COMMON
};

pub(super) static GENERIC: Syntax = Syntax {
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
