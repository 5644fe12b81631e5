//! A negative number in the place of a positive one: what stands next to it may take its sign for something else.

use std::ops::Range;

use super::language::Language;
use super::syntax::{Extent, Syntax};

/// The sign next to `span` with which the sign of `text` in its place would be read: the minus before it, as in `5 -3`, which
/// makes `--`, or the power behind it, as in `3**2`, which comes before the minus.
pub(super) fn clash(file: &[u8], span: &Range<usize>, text: &str, language: Language) -> Option<&'static str> {
    let is_code = matches!(Syntax::of(language).extent, Extent::Expression | Extent::Quantity);
    let had_sign = matches!(file[span.clone()].first(), Some(b'-' | b'+'));
    if !is_code || !text.starts_with('-') || had_sign {
        return None;
    }
    // These have no `--`, and negate twice.
    let negates_twice = matches!(language, Language::Python | Language::R | Language::Julia);
    if file[..span.start].ends_with(b"-") && !negates_twice {
        return Some("-");
    }
    let behind = file[span.end..].trim_ascii_start();
    // In C and its kin it is no power.
    let has_caret =
        !matches!(language, Language::C | Language::Rust | Language::Go | Language::JavaScript | Language::Python);
    match behind {
        [b'*', b'*', ..] => Some("**"),
        [b'^', ..] if has_caret => Some("^"),
        _ => None,
    }
}
