//! The table of each language: what most of them share here, and where each differs.

mod configuration;
mod others;
mod programming;
mod simulation;

pub(super) use configuration::*;
pub(super) use others::other;
pub(super) use programming::*;
pub(super) use simulation::*;

use super::{
    Apart, BlockComment, Colon, Comma, Escape, Extent, LineEnd, Opens, Prefix, Quote, Syntax, TypeBehind, When,
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
