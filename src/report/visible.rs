//! Text that cannot act on a terminal: what it does not show, or obeys, is spelt out.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub(super) const ELLIPSIS: char = '…';

/// Turns an emoji-like character into an emoji, which makes it wider.
const EMOJI_SELECTOR: char = '\u{fe0f}';

/// The text with control characters as `\n`, `\t`, `\x1b` and those that reorder or hide text as `\u{202e}`.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        let code = u32::from(c);
        let written = match c {
            '\n' | '\r' | '\t' => write!(shown, "{}", c.escape_default()),
            _ if acts(c) && code < 0x80 => write!(shown, "\\x{code:02x}"),
            _ if acts(c) => write!(shown, "\\u{{{code:x}}}"),
            _ => shown.write_char(c),
        };
        debug_assert!(written.is_ok(), "a String takes what is written to it");
    }
    Cow::Owned(shown)
}

/// True for control characters, line and paragraph separators, and the marks that change the direction of text or are
/// not there to see.
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// How many columns of a terminal the text takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The text if it takes at most `room` columns, else as much of it as fits before an ellipsis.
pub(super) fn truncate(text: &str, room: usize) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    let Some(room) = room.checked_sub(1) else { return Cow::Borrowed("") };
    Cow::Owned(format!("{}{ELLIPSIS}", beginning(text, room)))
}

/// As much of the beginning of the text as fits.
pub(super) fn beginning(text: &str, room: usize) -> &str {
    let end = fitting(text.char_indices(), room).last().map_or(0, |(at, c)| at + c.len_utf8());
    &text[..end]
}

/// As much of the end of the text as fits; it begins with a character that can be seen.
pub(super) fn ending(text: &str, room: usize) -> &str {
    let seen = |&(_, c): &(usize, char)| c.width().unwrap_or(1) > 0;
    let start = fitting(text.char_indices().rev(), room).filter(seen).last().map_or(text.len(), |(at, _)| at);
    &text[start..]
}

fn fitting(chars: impl Iterator<Item = (usize, char)>, room: usize) -> impl Iterator<Item = (usize, char)> {
    let mut taken = 0;
    // Characters that take no room could go on for ever.
    chars.take(4 * room).take_while(move |&(_, c)| {
        taken += if c == EMOJI_SELECTOR { 1 } else { c.width().unwrap_or(1) };
        taken <= room
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escape_sequences_are_spelt_out() {
        assert_eq!(visible("plain, é, 日本 👩‍🔬"), "plain, é, 日本 👩‍🔬");
        assert_eq!(visible("\u{1b}[31mred\u{7}\n\ta\rb\0\u{7f}"), r"\x1b[31mred\x07\n\ta\rb\x00\x7f");
        assert_eq!(visible("a\u{9b}b\u{202e}c\u{2028}"), r"a\u{9b}b\u{202e}c\u{2028}");
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(truncate("abcdef", 6), "abcdef");
        assert_eq!(truncate("abcdef", 5), "abcd…");
        assert_eq!(truncate("日本語", 5), "日本…");
        assert_eq!(truncate("日本語", 4), "日…");
        assert_eq!(truncate("abc", 1), "…");
        assert_eq!(truncate("abc", 0), "");
    }

    #[test]
    fn beginnings_and_endings() {
        assert_eq!([beginning("abcdef", 2), ending("abcdef", 2)], ["ab", "ef"]);
        assert_eq!([beginning("日本語", 3), ending("日本語", 3)], ["日", "語"]);
        assert_eq!([beginning("abc", 9), ending("abc", 9), ending("abc", 0)], ["abc", "abc", ""]);
        assert_eq!(ending("abe\u{301}d", 2), "e\u{301}d");
        assert_eq!(ending("ab\u{301}", 0), "");
    }

    proptest! {
        #[test]
        fn truncated_text_fits_and_has_no_control_characters(text: String, room in 0_usize..12) {
            let shown = visible(&text).into_owned();
            prop_assert!(!shown.chars().any(char::is_control));
            let cut = truncate(&shown, room);
            prop_assert!(width(&cut) <= room);
            prop_assert!(cut == shown || cut.is_empty() || cut.ends_with(ELLIPSIS));
        }
    }
}
