//! Where a string ends that opens here.

use super::super::syntax::{Escape, Oddity, Quote, When};
use super::Lexer;

/// The longest character literal looked for: `'\U0001F600'`.
const LONGEST_CHARACTER: usize = 12;

impl Lexer<'_> {
    /// The end of the string that opens at the current byte, if one does.
    pub(super) fn string_end(&self) -> Option<usize> {
        if self.syntax.has(Oddity::RustRaw)
            && self.rest().starts_with(b"\"")
            && let Some(end) = self.rust_raw_end()
        {
            return Some(end);
        }
        if self.syntax.has(Oddity::CppRaw)
            && self.rest().starts_with(b"\"")
            && let Some(end) = self.cpp_raw_end()
        {
            return Some(end);
        }
        if self.syntax.has(Oddity::TextBlock)
            && let Some(end) = self.text_block_end()
        {
            return Some(end);
        }
        if self.syntax.has(Oddity::RRaw)
            && let Some(end) = self.r_raw_end()
        {
            return Some(end);
        }
        if self.syntax.has(Oddity::LuaBrackets)
            && let Some(end) = self.lua_bracket_end(self.at)
        {
            return Some(end);
        }
        let quote = self.syntax.quotes.iter().find(|quote| self.rest().starts_with(quote.mark.as_bytes()))?;
        match quote.when {
            When::Always => self.closing(quote),
            When::Standalone => self.standalone_end(quote),
            When::NotAfterOperand => {
                let operand =
                    |b: u8| self.syntax.is_identifier(b) || matches!(b, b')' | b']' | b'}' | b'\'' | b'"' | b'.');
                let behind = self.at.checked_sub(1).is_some_and(|before| operand(self.bytes[before]));
                if behind { None } else { self.closing(quote) }
            }
            When::Character => self.character_end(),
        }
    }

    /// The end of the string that `quote` opens; `None` if it has to close on this line and does not.
    fn closing(&self, quote: &Quote) -> Option<usize> {
        let mark = quote.mark.as_bytes();
        let mut at = self.at + mark.len();
        if self.syntax.has(Oddity::HereDocument)
            && mark == b"\""
            && let Some(end) = self.shell_end(at, b'"')
        {
            return Some(end);
        }
        let escapes = quote.escape == Escape::Backslash || mark == b"'" && self.is_behind_dollar();
        while at < self.bytes.len() {
            let rest = &self.bytes[at..];
            if rest[0] == b'\\' && escapes {
                at += match rest {
                    [_, b'\r', b'\n', ..] => 3,
                    [_, b'z', rest @ ..] if self.syntax.has(Oddity::LuaBrackets) => {
                        2 + rest.len() - rest.trim_ascii_start().len()
                    }
                    _ => 2,
                };
            } else if rest.starts_with(mark) {
                if quote.escape == Escape::Doubled && rest[mark.len()..].starts_with(mark) {
                    at += 2 * mark.len();
                } else {
                    return Some(at + mark.len());
                }
            } else if rest[0] == b'\n' && !quote.lines && !self.goes_on_behind_mark(at) {
                return None;
            } else {
                at += 1;
            }
        }
        quote.lines.then_some(self.bytes.len())
    }

    /// True if Fortran's mark ends the line that ends at `at`, so that a string goes on in the next.
    fn goes_on_behind_mark(&self, at: usize) -> bool {
        self.syntax.continuation == "&" && self.bytes[..at].trim_ascii_end().ends_with(b"&")
    }

    /// True for a shell's `$'it\'s'`.
    fn is_behind_dollar(&self) -> bool {
        self.syntax.has(Oddity::HereDocument)
            && self.bytes[..self.at].ends_with(b"$")
            && !self.bytes[..self.at - 1].ends_with(b"\\")
            && !self.bytes[..self.at - 1].ends_with(b"$")
    }

    /// Behind the `close` of what opened before `at` in a shell: `"`, or the `)` or `}` of a `$(` or `${`, which may hold
    /// strings of their own.
    fn shell_end(&self, mut at: usize, close: u8) -> Option<usize> {
        while let Some(&byte) = self.bytes.get(at) {
            at = match byte {
                _ if byte == close => return Some(at + 1),
                b'\\' => at + 2,
                b'"' => self.shell_end(at + 1, b'"')?,
                b'\'' if close == b')' => self.find(at + 1, b"'"),
                b'(' if close == b')' => self.shell_end(at + 1, b')')?,
                b'$' => match self.bytes.get(at + 1) {
                    Some(b'(') => self.shell_end(at + 2, b')')?,
                    Some(b'{') => self.shell_end(at + 2, b'}')?,
                    _ => at + 1,
                },
                _ => at + 1,
            };
        }
        None
    }

    fn standalone_end(&self, quote: &Quote) -> Option<usize> {
        let starts_value = self.at.checked_sub(1).is_none_or(|before| {
            matches!(self.bytes[before], b' ' | b'\t' | b'\n' | b'=' | b':' | b'[' | b'{' | b'(' | b',')
        });
        let end = if starts_value { self.closing(quote)? } else { return None };
        let follows = self.bytes.get(end).copied().unwrap_or(b'\n');
        let closes = matches!(
            follows,
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b';' | b']' | b'}' | b')' | b'#' | b':' | b'=' | b'/' | b'%' | b'!'
        );
        closes.then_some(end)
    }

    fn character_end(&self) -> Option<usize> {
        // 1'000'000: a token that starts with a digit and goes on over the quote.
        let token = self.bytes[..self.at].iter().rposition(|b| !b.is_ascii_alphanumeric() && *b != b'\'');
        let token_start = token.map_or(0, |at| at + 1);
        if token_start < self.at && self.bytes[token_start].is_ascii_digit() {
            return None;
        }
        let inside = &self.bytes[self.at + 1..self.bytes.len().min(self.at + 1 + LONGEST_CHARACTER)];
        let first = *inside.first()?;
        let length = match first {
            b'\\' => 2 + inside.get(2..)?.iter().position(|&b| b == b'\'')?,
            b'\'' | b'\n' => return None,
            0xF0.. => 4,
            0xE0.. => 3,
            0xC2.. => 2,
            _ => 1,
        };
        let closes = |length: usize| inside.get(length) == Some(&b'\'');
        // A lone byte outside ASCII is Latin-1.
        let length = if closes(length) { length } else { 1 };
        (closes(length) && !inside[..length].contains(&b'\n')).then(|| self.at + length + 2)
    }

    fn rust_raw_end(&self) -> Option<usize> {
        let before = &self.bytes[self.line_start(self.at)..self.at];
        let hashes = before.iter().rev().take_while(|&&b| b == b'#').count();
        let before = before[..before.len() - hashes].strip_suffix(b"r")?;
        let before = before.strip_suffix(b"b").or_else(|| before.strip_suffix(b"c")).unwrap_or(before);
        if before.last().is_some_and(|&b| self.syntax.is_identifier(b)) {
            return None;
        }
        let mut close = vec![b'"'];
        close.resize(hashes + 1, b'#');
        Some(self.find(self.at + 1, &close))
    }

    fn r_raw_end(&self) -> Option<usize> {
        let quote = *self.rest().first().filter(|quote| matches!(quote, b'"' | b'\''))?;
        let before = self.bytes[..self.at].strip_suffix(b"r").or_else(|| self.bytes[..self.at].strip_suffix(b"R"))?;
        if before.last().is_some_and(|&b| self.syntax.is_identifier(b)) {
            return None;
        }
        let dashes = self.rest()[1..].iter().take_while(|&&b| b == b'-').count();
        let close = match self.rest().get(1 + dashes)? {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            _ => return None,
        };
        let close = [&[close], &self.rest()[1..=dashes], &[quote]].concat();
        Some(self.find(self.at + 2 + dashes, &close))
    }

    fn text_block_end(&self) -> Option<usize> {
        let quotes = self.rest().iter().take_while(|&&b| b == b'"').count();
        let behind = &self.rest()[quotes..];
        let opens = behind.iter().find(|&&b| !matches!(b, b' ' | b'\t' | b'\r')) == Some(&b'\n');
        if !opens || quotes < 3 {
            return None;
        }
        let mut at = self.at + quotes;
        loop {
            at = self.find(at, &self.rest()[..quotes]);
            if at == self.bytes.len() || !self.bytes[..at - quotes].ends_with(b"\\") {
                return Some(at);
            }
        }
    }

    fn cpp_raw_end(&self) -> Option<usize> {
        let before = &self.bytes[self.line_start(self.at)..self.at];
        let before = before.strip_suffix(b"R")?;
        let before = [&b"u8"[..], b"u", b"U", b"L"].iter().find_map(|p| before.strip_suffix(*p)).unwrap_or(before);
        if before.last().is_some_and(|&b| self.syntax.is_identifier(b)) {
            return None;
        }
        let delimiter = self.rest()[1..].iter().take(17).position(|&b| b == b'(')?;
        let delimiter = &self.rest()[1..=delimiter];
        let close = [b")", delimiter, b"\""].concat();
        Some(self.find(self.at + 1, &close))
    }

    /// The end of the long bracket that opens at `at`, if one does.
    pub(super) fn lua_bracket_end(&self, at: usize) -> Option<usize> {
        let rest = self.bytes.get(at..)?.strip_prefix(b"[")?;
        let level = rest.iter().take_while(|&&b| b == b'=').count();
        if rest.get(level) != Some(&b'[') {
            return None;
        }
        let mut close = vec![b']'];
        close.resize(level + 1, b'=');
        close.push(b']');
        Some(self.find(at + level + 2, &close))
    }

    /// Behind the next `mark` from `at` on; the end of the file if there is none.
    pub(super) fn find(&self, at: usize, mark: &[u8]) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.windows(mark.len())
            .position(|window| window == mark)
            .map_or(self.bytes.len(), |next| at + next + mark.len())
    }
}
