//! Fields of a class whose declaration says what they are by default, in Python's dataclasses, attrs and pydantic, and
//! the options of typer: `g: float = field(default=3.0, metadata={"unit": "nS"})`.

use super::call::{self, Argument, Call};
use super::extent::{self, Reach};
use super::language::Language;
use super::lexer::Lexed;
use super::statement::skip_blank;

/// What dataclasses and attrs know of a field beside its default: a call that gives anything else is another function's.
const KEYS: [&[u8]; 19] = [
    b"default",
    b"default_factory",
    b"factory",
    b"init",
    b"repr",
    b"hash",
    b"compare",
    b"metadata",
    b"kw_only",
    b"doc",
    b"validator",
    b"converter",
    b"type",
    b"eq",
    b"order",
    b"cmp",
    b"on_setattr",
    b"alias",
    b"str",
];

/// Of which function a declaration is a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `field(default=3)` of dataclasses and attrs.
    Keyed,
    /// `attr.ib(3)`, `attr.ib(default=3)`.
    Either,
    /// `Field(3)`, `typer.Option(3)`, which stand behind a type.
    Typed,
}

impl Kind {
    fn of(function: &[u8]) -> Option<Self> {
        match function {
            b"field" => Some(Self::Keyed),
            b"ib" | b"attrib" => Some(Self::Either),
            b"Field" | b"Option" | b"Argument" => Some(Self::Typed),
            _ => None,
        }
    }
}

/// The default within the declaration of a field that starts at `start`; `None` if none starts there.
///
/// `typed` says that the name's type stands before it.
pub(super) fn default(lexed: &Lexed<'_>, start: usize, typed: bool) -> Option<Reach> {
    if lexed.language != Language::Python {
        return None;
    }
    let call = Call::at(lexed, start)?;
    let (arguments, end) = call.arguments(lexed)?;
    let kind = Kind::of(&lexed.bytes[call.function.clone()])?;
    let line = lexed.lines[lexed.line_of(end)];
    let behind = skip_blank(lexed, end, line.end);
    let is_whole = behind == line.end || matches!(lexed.bytes[behind], b',' | b';' | b')');
    let keyed = |argument: &Argument| KEYS.iter().any(|key| argument.is(lexed, key));
    let declares = is_whole
        && match kind {
            Kind::Keyed => arguments.iter().all(keyed) && (typed || !arguments.is_empty()),
            Kind::Either => arguments.iter().skip(1).all(keyed),
            Kind::Typed => typed,
        };
    let first = || arguments.first().filter(|argument| argument.key.is_none() && kind != Kind::Keyed);
    let default = arguments.iter().find(|argument| argument.is(lexed, b"default")).or_else(first);
    let reach = |at: usize| extent::reach(lexed, lexed.lines[lexed.line_of(at)], at);
    declares.then(|| default.map_or(Reach::NoDefault, |default| reach(default.value)))
}

/// True if the byte at `at` stands within the declaration of a field, at whatever depth.
pub(super) fn is_in_declaration(lexed: &Lexed<'_>, at: usize) -> bool {
    let outwards = std::iter::successors(call::opening(lexed, at), |&open| call::opening(lexed, open));
    let declares = |call: Call| Kind::of(&lexed.bytes[call.function]).is_some();
    lexed.language == Language::Python && outwards.filter_map(|open| Call::of_bracket(lexed, open)).any(declares)
}
