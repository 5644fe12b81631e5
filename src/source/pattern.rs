//! The user's own regular expression, whose group `value` is the place.
//!
//! The regex crate knows no look-around. One form of it can be had all the same, and is the one that people write to
//! find the end of a value: a look-ahead that ends the expression. `x(?=y)` is matched as `x()(?:y)`, and the search
//! goes on from the empty group.

use std::fmt;
use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

/// Marks where the expression proper ends and a final look-ahead begins.
const BODY_END: &str = "gitsweep_body_end";

/// A regular expression with a group `value`.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    source: String,
    regex: Regex,
    /// For files that are not UTF-8: `.` and negated classes match any byte.
    bytewise: Option<Regex>,
}

/// One match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Where the whole match starts, which is where a search finds it again.
    pub(super) start: usize,
    /// The group `value`; `None` if it took no part.
    pub(super) value: Option<Range<usize>>,
    end: usize,
}

impl Pattern {
    pub(super) fn new(source: &str) -> Result<Self, PatternError> {
        let rewritten = without_final_look_ahead(source);
        let regex = Regex::new(&rewritten)
            .map_err(|error| PatternError::Invalid { pattern: source.to_owned(), message: error.to_string() })?;
        if !regex.capture_names().flatten().any(|name| name == "value") {
            let names = regex.capture_names().flatten().filter(|name| *name != BODY_END).map(str::to_owned).collect();
            return Err(PatternError::NoGroup { pattern: source.to_owned(), names });
        }
        let bytewise = RegexBuilder::new(&rewritten).unicode(false).build().ok();
        Ok(Self { source: source.to_owned(), regex, bytewise })
    }

    /// The expression as the user wrote it.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// All matches, which do not overlap.
    pub(super) fn matches(&self, bytes: &[u8]) -> Vec<Match> {
        let regex = self.regex_for(bytes);
        let mut found = Vec::new();
        let mut at = 0;
        while at <= bytes.len() {
            let Some(next) = find_at(regex, bytes, at) else { break };
            at = if next.end > next.start.max(at) { next.end } else { next.end.max(at) + 1 };
            found.push(next);
        }
        found
    }

    /// The first match that starts at `at` or later.
    pub(super) fn match_at(&self, bytes: &[u8], at: usize) -> Option<Match> {
        find_at(self.regex_for(bytes), bytes, at)
    }

    fn regex_for(&self, bytes: &[u8]) -> &Regex {
        match &self.bytewise {
            Some(bytewise) if std::str::from_utf8(bytes).is_err() => bytewise,
            _ => &self.regex,
        }
    }
}

fn find_at(regex: &Regex, bytes: &[u8], at: usize) -> Option<Match> {
    let captures = regex.captures_at(bytes, at)?;
    let whole = captures.get(0)?;
    let value = captures.name("value").map(|group| {
        let range = group.range();
        // `.*$` takes in the first half of a CRLF, which belongs to the line end.
        let half = bytes[range.clone()].ends_with(b"\r") && bytes.get(range.end) == Some(&b'\n');
        range.start..range.end - usize::from(half)
    });
    let end = captures.name(BODY_END).map_or(whole.end(), |mark| mark.end());
    Some(Match { start: whole.start(), value, end })
}

/// `x(?=y)` as `x(?<mark>)(?:y)` if the look-ahead ends the expression and belongs to all of it.
fn without_final_look_ahead(source: &str) -> String {
    let unchanged = || source.to_owned();
    let Some(inside) = source.strip_suffix(')') else { return unchanged() };
    let mut depth = 0_usize;
    let mut in_class = 0_usize;
    let mut last_group = None;
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => in_class += 1,
            ']' => in_class = in_class.saturating_sub(1),
            _ if in_class > 0 => {}
            '(' => {
                if depth == 0 {
                    last_group = Some(at);
                }
                depth += 1;
            }
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return unchanged(),
            _ => {}
        }
    }
    match last_group {
        Some(at) if depth == 1 && inside[at..].starts_with("(?=") => {
            format!("{}(?<{BODY_END}>)(?:{})", &inside[..at], &inside[at + 3..])
        }
        _ => unchanged(),
    }
}

/// Says why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// It is no regular expression.
    Invalid {
        /// The pattern.
        pattern: String,
        /// What the regular expression engine says of it.
        message: String,
    },
    /// It has no group `value`.
    NoGroup {
        /// The pattern.
        pattern: String,
        /// The named groups that it has.
        names: Vec<String>,
    },
}

impl PatternError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid { message, .. } if message.contains("look-around") => {
                Some("the one look-around that can be used is a final `(?=...)`".to_owned())
            }
            Self::Invalid { .. } => None,
            Self::NoGroup { names, .. } => Some(match names.first() {
                Some(name) => format!("rename the group `{name}`: `(?<value>...)` is what gets replaced"),
                None => "put `(?<value>...)` around what is to be replaced".to_owned(),
            }),
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { pattern, message } => write!(f, "pattern `{pattern}` is no regular expression: {message}"),
            Self::NoGroup { pattern, .. } => write!(f, "pattern `{pattern}` has no group `value`"),
        }
    }
}

impl std::error::Error for PatternError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pattern: &str, text: &str) -> Vec<String> {
        let found = Pattern::new(pattern).unwrap().matches(text.as_bytes());
        found.into_iter().map(|m| text[m.value.unwrap()].to_owned()).collect()
    }

    #[test]
    fn the_group_value_is_found() {
        for (pattern, text, expected) in [
            (r"(?m)^g = (?<value>.*)$", "g = 3\r\ng = 4\n", vec!["3", "4"]),
            (
                r"(?m)^(\s*)self\.w = (?<value>.*?)(?=\s*#|$)",
                "  self.w = a * -10.  # nS\nself.w = 2\n",
                vec!["a * -10.", "2"],
            ),
            (r"a(?P<value>\d)(?=,|$)", "a1,a2", vec!["1", "2"]),
            (r"x(?<value>)", "x x", vec!["", ""]),
            (r"(?<value>\d)(?=\d)", "123", vec!["1", "2"]),
            (r"(?<value>a|[()])", "a)", vec!["a", ")"]),
            (r"(?<value>[^)]*)\)(?=;)", "ab);", vec!["ab"]),
        ] {
            assert_eq!(values(pattern, text), expected, "{pattern}");
        }
    }

    #[test]
    fn bytes_outside_utf8_are_any_byte() {
        let pattern = Pattern::new(r"(?m)^g = (?<value>\d).*$").unwrap();
        assert_eq!(pattern.matches(b"g = 3 # \xE9\n")[0].value, Some(4..5));
    }

    #[test]
    fn bad_patterns_are_refused_with_the_way_out() {
        let error = Pattern::new(r"(?<=x)(?<value>\d)").unwrap_err();
        assert_eq!(error.hint().unwrap(), "the one look-around that can be used is a final `(?=...)`");
        let error = Pattern::new(r"g = (?<v>\d)").unwrap_err();
        assert_eq!(error.to_string(), r"pattern `g = (?<v>\d)` has no group `value`");
        assert_eq!(error.hint().unwrap(), "rename the group `v`: `(?<value>...)` is what gets replaced");
        assert!(matches!(Pattern::new("(").unwrap_err(), PatternError::Invalid { .. }));
    }
}
