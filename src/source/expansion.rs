//! Variables that a shell script takes from its environment, with what it takes where they are not set: `${KMER:-7}`.
//!
//! The default is no place for a value: a variable that is set where a run takes place would silently win.

use std::ops::Range;

use super::language::Language;
use super::lexer::{Class, Lexed};

/// `${name:-default}` and the like.
pub(super) struct Expansion {
    pub(super) name: Range<usize>,
    /// What stands for the variable where it is not set, up to the next `}`.
    pub(super) default: Range<usize>,
}

/// Those of the file, in its order.
pub(super) fn find(lexed: &Lexed<'_>) -> Vec<Expansion> {
    if lexed.language != Language::Shell {
        return Vec::new();
    }
    let opens = lexed.bytes.windows(2).enumerate().filter(|(_, window)| window == b"${").map(|(at, _)| at);
    opens.filter(|&at| lexed.classes[at] != Class::Comment).filter_map(|at| Expansion::read(lexed, at + 2)).collect()
}

impl Expansion {
    /// The one whose name starts at `start`.
    fn read(lexed: &Lexed<'_>, start: usize) -> Option<Self> {
        let bytes = lexed.bytes;
        let end = start + bytes[start..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let sign = if bytes.get(end) == Some(&b':') { end + 1 } else { end };
        let defaults = end > start && !bytes[start].is_ascii_digit() && matches!(bytes.get(sign), Some(b'-' | b'='));
        let length = bytes.get(sign + 1..)?.iter().position(|&b| matches!(b, b'}' | b'\n'))?;
        defaults.then(|| Self { name: start..end, default: sign + 1..sign + 1 + length })
    }
}
