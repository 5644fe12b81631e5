//! A negative number in the place of a positive one: what stands next to it may take its sign for something else.

use std::ops::Range;

use super::language::{Language, Other};
use super::syntax::{Extent, Syntax};

/// True if `before` ends with `#define NAME `: the sign is read with what stands around each use of the name.
fn is_defined(before: &[u8]) -> bool {
    let line = before.rsplit(|&b| b == b'\n').next().unwrap_or_default().trim_ascii_start();
    let definition = line.strip_prefix(b"#").and_then(|directive| directive.trim_ascii_start().strip_prefix(b"define"));
    let is_name = |name: &[u8]| name.iter().all(|&b| b.is_ascii_alphanumeric() || b == b'_');
    definition.is_some_and(|name| name.ends_with(b" ") || name.ends_with(b"\t"))
        && definition.map(<[u8]>::trim_ascii).is_some_and(is_name)
}

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
    let is_functional = matches!(language, Language::Other(Other::Ocaml | Other::FSharp));
    if is_functional && file[..span.start].ends_with(b"ref ") {
        return Some("ref");
    }
    let is_compiled = matches!(language, Language::C | Language::Fortran | Language::FixedFortran);
    if is_compiled && is_defined(&file[..span.start]) {
        return Some("#define");
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
