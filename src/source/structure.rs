//! Fields that MATLAB's functions are told by their names, each with its value behind it: `struct('g', 3)`.

use super::call::Call;
use super::extent::Reach;
use super::key::Key;
use super::language::Language;
use super::lexer::{Class, Lexed};

/// Functions that take names and values in turn, up to their last argument.
const PAIRS: [&[u8]; 8] =
    [b"struct", b"odeset", b"optimset", b"optimoptions", b"bvpset", b"ddeset", b"statset", b"setfield"];

/// Functions of a parser of arguments, which take a name and what it is by default.
const DEFAULTS: [&[u8]; 3] = [b"addParameter", b"addParamValue", b"addOptional"];

/// True for a function that is told fields by their names.
pub(super) fn takes_fields(function: &[u8]) -> bool {
    PAIRS.contains(&function) || DEFAULTS.contains(&function)
}

/// The value of the field whose name stands at `key`.
pub(super) fn field(lexed: &Lexed<'_>, key: &Key) -> Option<Reach> {
    if lexed.language != Language::Matlab || !key.quoted || lexed.innermost(key.start) != b'(' {
        return None;
    }
    let call = Call::around(lexed, key.start)?;
    let function = &lexed.bytes[call.function.clone()];
    let (arguments, _) = call.arguments(lexed)?;
    // MATLAB's `...` may stand before it.
    let joins = |at: usize| lexed.classes[at] == Class::Comment || b". \t\r\n".contains(&lexed.bytes[at]);
    let nth = arguments.iter().position(|argument| argument.end > key.start)?;
    if !(arguments[nth].value..key.start).all(joins) {
        return None;
    }
    let is_name =
        PAIRS.contains(&function) && (arguments.len() - nth).is_multiple_of(2) || DEFAULTS.contains(&function);
    let value = arguments.get(nth + 1).filter(|_| is_name)?;
    let is_solid = |at: &usize| lexed.classes[*at] != Class::Comment && !lexed.bytes[*at].is_ascii_whitespace();
    let end = (value.value..value.end).rfind(is_solid)? + 1;
    let is_whole = (value.value..end).all(|at| lexed.classes[at] != Class::Comment && lexed.bytes[at] != b'\n');
    Some(if is_whole { Reach::Value(value.value..end, Some(b',')) } else { Reach::Continues })
}
