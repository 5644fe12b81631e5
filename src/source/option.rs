//! Options of a command line whose declaration says what they are by default, in Python's argparse, click and absl:
//! `parser.add_argument("--lr", type=float, default=1e-3)`.

use std::ops::Range;

use super::call::Call;
use super::extent::{self, Reach};
use super::language::Language;
use super::lexer::{Class, Lexed};

/// Functions that declare an option.
const DECLARERS: [&[u8]; 3] = [b"add_argument", b"add_option", b"option"];

/// What an option is by default.
pub(super) struct Default {
    pub(super) reach: Reach,
    /// The 0-based number of the line that says it.
    pub(super) line: usize,
    /// True if the option is declared to be a whole number.
    pub(super) is_whole: bool,
}

/// The default of the option whose name, without its dashes, stands at `name`.
pub(super) fn default(lexed: &Lexed<'_>, name: &Range<usize>) -> Option<Default> {
    let quote = opening_quote(lexed, name)?;
    let closes =
        lexed.bytes.get(name.end) == lexed.bytes.get(quote) && lexed.classes.get(name.end) == Some(&Class::Text);
    let Declaration { call, kind, whole } = Declaration::around(lexed, quote)?;
    let (arguments, _) = closes.then(|| call.arguments(lexed)).flatten()?;
    let named = match kind {
        Kind::Option => arguments.iter().any(|a| a.value == quote && (a.key.is_none() || a.is(lexed, b"dest"))),
        Kind::Flag => arguments.first()?.value == quote,
    };
    let by_key = |key: &[u8]| arguments.iter().find(|argument| argument.is(lexed, key));
    let second = || arguments.get(1).filter(|argument| kind == Kind::Flag && argument.key.is_none());
    let value = by_key(b"default").or_else(second).filter(|_| named)?.value;
    let line = lexed.line_of(value);
    let is_whole =
        whole || by_key(b"type").is_some_and(|kind| lexed.bytes[kind.value..kind.end].trim_ascii() == b"int");
    Some(Default { reach: extent::reach(lexed, lexed.lines[line], value), line, is_whole })
}

/// True if the default at `at` is made a number with a fraction whatever it is, as click, typer and absl do; argparse leaves it
/// as it is.
pub(super) fn converts(lexed: &Lexed<'_>, at: usize) -> bool {
    if lexed.language != Language::Python || lexed.innermost(at) != b'(' {
        return false;
    }
    let Some(call) = Call::around(lexed, at) else { return false };
    let is_float = |call: &Call| {
        let (arguments, _) = call.arguments(lexed).unwrap_or_default();
        let kind = arguments.iter().find(|argument| argument.is(lexed, b"type"));
        kind.is_some_and(|kind| lexed.bytes[kind.value..kind.end].trim_ascii() == b"float")
    };
    match &lexed.bytes[call.function.clone()] {
        b"DEFINE_float" | b"Option" | b"Argument" => true,
        b"option" => is_float(&call),
        _ => false,
    }
}

/// The name of the option that starts with `word`, such as all of `batch-size`; none of the kind `-b`.
pub(super) fn whole_name(lexed: &Lexed<'_>, word: &Range<usize>) -> Option<Range<usize>> {
    let quote = opening_quote(lexed, word)?;
    let part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let length = lexed.bytes[word.start..].iter().take_while(part).count();
    let name = word.start..word.start + length;
    (word.start - quote != 2 && default(lexed, &name).is_some()).then_some(name)
}

/// The same option's name with its words joined as the other of the two ways has it: `batch-size` and `batch_size`.
pub(super) fn other_spelling(language: Language, name: &str) -> Option<String> {
    let [from, to] = if name.contains('-') { ["-", "_"] } else { ["_", "-"] };
    (language == Language::Python && name.contains(from)).then(|| name.replace(from, to))
}

/// True if the byte at `at` stands among the arguments of an option's declaration.
pub(super) fn is_in_declaration(lexed: &Lexed<'_>, at: usize) -> bool {
    Declaration::around(lexed, at).is_some()
}

/// Where the string opens that holds nothing but dashes before `name`.
fn opening_quote(lexed: &Lexed<'_>, name: &Range<usize>) -> Option<usize> {
    if lexed.language != Language::Python || lexed.classes.get(name.start) != Some(&Class::Text) {
        return None;
    }
    let dashes = lexed.bytes[..name.start].iter().rev().take_while(|&&b| b == b'-').count();
    let quote = (name.start - dashes).checked_sub(1)?;
    (dashes <= 2 && matches!(lexed.bytes[quote], b'"' | b'\'')).then_some(quote)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Named by any of its strings, `default=` says what it is.
    Option,
    /// absl's `DEFINE_float("name", default, "help")`.
    Flag,
}

/// A call that declares an option.
struct Declaration {
    call: Call,
    kind: Kind,
    /// True if the function's name says that the option is a whole number.
    whole: bool,
}

impl Declaration {
    /// The one directly among whose arguments the byte at `at` stands.
    fn around(lexed: &Lexed<'_>, at: usize) -> Option<Self> {
        if lexed.language != Language::Python {
            return None;
        }
        let call = Call::around(lexed, at)?;
        let function = &lexed.bytes[call.function.clone()];
        let flag = function.strip_prefix(b"DEFINE_");
        let kind = if flag.is_some() { Kind::Flag } else { Kind::Option };
        let whole = flag == Some(b"integer");
        (flag.is_some() || DECLARERS.contains(&function)).then_some(Self { call, kind, whole })
    }
}
