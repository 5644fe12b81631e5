//! A pattern for a value that seems to stand behind a name, where no line gives the name a value by the language's rules.

use regex::bytes::Regex;

use super::lexer::{Class, Lexed};
use super::names;
use super::pattern::Pattern;

/// What may stand between a name and a number that seems to be its value, and the number.
const BEHIND: &str = concat!(
    r#"^(?<between>(?:\([^()\n]*\)|\[[^\[\]\n]*\])?"#,
    r#"(?:\\?["']?[ \t]*(?::[ \t]*[A-Za-z]\w*[ \t]*)?(?::=|[=:])[ \t]*|["'][ \t]*,[ \t]*|>|[ \t]+(?:\[[^\[\]\n]*\][ \t]+)?)"#,
    r#"\\?["']?)(?<number>[-+]?\.?[0-9][-+.\w]*)"#
);

/// A pattern that finds one number in the file, which stands behind `name`; `None` if none or several do.
pub(super) fn pattern(lexed: &Lexed<'_>, name: &str) -> Option<String> {
    let behind = Regex::new(BEHIND).ok()?;
    let is_comment = |at: &usize| lexed.classes[*at] == Class::Comment;
    let candidates = names::occurrences(lexed, name).into_iter().filter(|at| !is_comment(at));
    let mut found = candidates.filter_map(|at| {
        let captures = behind.captures(&lexed.bytes[at + name.len()..])?;
        let between = std::str::from_utf8(captures.name("between")?.as_bytes()).ok()?;
        Some((at + name.len() + captures.name("number")?.start(), between))
    });
    let (start, between) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let blanks = Regex::new("[ \t]+").ok()?;
    let escaped = regex::escape(between);
    let between = blanks.replace_all(escaped.as_bytes(), &br"[ \t]+"[..]);
    let text = format!(r"\b{}{}(?<value>[-+.\w]+)", regex::escape(name), String::from_utf8_lossy(&between));
    let matches = Pattern::new(&text).ok()?.matches(lexed.bytes);
    let is_it = matches.len() == 1 && matches[0].value.as_ref().is_some_and(|value| value.start == start);
    is_it.then_some(text)
}
