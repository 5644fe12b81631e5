//! Inputs of simulators, and the languages in which models are written for them.

use super::super::{Apart, Comma, Escape, Extent, LineEnd, Oddity, Opens, Prefix, Syntax, When};
use super::{C_COMMENTS, COMMON, DOUBLE, SINGLE, SLASHES, STANDALONE, TRIPLE_DOUBLE, long_quote, quote};

pub(in crate::source::syntax) static HOC: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[DOUBLE],
    prefix: Prefix::Types,
    braces: true,
    apart: Apart::Quantity,
    extent: Extent::Quantity,
    ..COMMON
};

pub(in crate::source::syntax) static NMODL: Syntax = Syntax {
    line_comments: &[(":", Opens::Anywhere), ("?", Opens::Anywhere)],
    quotes: &[DOUBLE],
    oddities: &[Oddity::Nmodl],
    braces: true,
    apart: Apart::Quantity,
    extent: Extent::Quantity,
    ..COMMON
};

pub(in crate::source::syntax) static MODELICA: Syntax = Syntax {
    line_comments: SLASHES,
    block_comments: C_COMMENTS,
    quotes: &[long_quote("\"", Escape::Backslash, When::Always)],
    prefix: Prefix::Types,
    extent: Extent::Quantity,
    line_end: LineEnd::Nothing,
    ..COMMON
};

pub(in crate::source::syntax) static SPICE: Syntax = Syntax {
    line_comments: &[("*", Opens::LineStart), (";", Opens::Anywhere), ("$", Opens::AfterBlank)],
    quotes: &[quote("\"", Escape::None, When::Always), quote("'", Escape::None, When::Always)],
    ignores_case: true,
    brackets: false,
    semicolon: false,
    apart: Apart::Value,
    extent: Extent::Quantity,
    ..COMMON
};

pub(in crate::source::syntax) static LAMMPS: Syntax = Syntax {
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

pub(in crate::source::syntax) static CP2K: Syntax = Syntax {
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
pub(in crate::source::syntax) static NAMD: Syntax = Syntax {
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

pub(in crate::source::syntax) static PLUMED: Syntax = Syntax {
    quotes: &[],
    prefix: Prefix::Nothing,
    members: &[],
    semicolon: false,
    comma: Comma::Never,
    apart: Apart::Value,
    extent: Extent::Word,
    ..COMMON
};

pub(in crate::source::syntax) static FOAM: Syntax = Syntax {
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

pub(in crate::source::syntax) static VASP: Syntax = Syntax {
    line_comments: &[("#", Opens::Anywhere), ("!", Opens::Anywhere)],
    quotes: &[long_quote("\"", Escape::None, When::Standalone)],
    ignores_case: true,
    brackets: false,
    members: &[],
    comma: Comma::Never,
    extent: Extent::Quantity,
    ..COMMON
};
