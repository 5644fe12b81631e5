//! The near miss: names of a file that may have been meant where it gives a name no value.

use super::assignment::Finder;
use super::lexer::Lexed;
use super::names::identifiers;

/// The names to which a file gives a value and that a message can offer for `name`, nearest first.
pub(super) fn similar(lexed: &Lexed<'_>, name: &str) -> Vec<String> {
    let wanted = name.to_lowercase();
    let mut near: Vec<(usize, String)> = Vec::new();
    let mut finder = Finder::new(lexed);
    for at in identifiers(lexed) {
        let Ok(word) = std::str::from_utf8(&lexed.bytes[at.clone()]) else { continue };
        let literal = word.starts_with(|c: char| c.is_ascii_digit());
        // A byte order mark or a blank of no width would make the offer look like the name itself.
        let shown = word.chars().all(|c| c.is_ascii() || c.is_alphanumeric());
        let same = word.eq_ignore_ascii_case(name) && lexed.syntax.ignores_case || word == name;
        if literal || !shown || same || word.len() > 2 * name.len() + 4 || near.iter().any(|(_, known)| known == word) {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &word.to_lowercase());
        if distance <= 1 + name.chars().count() / 4 && finder.assignment_at(at).is_some() {
            near.push((distance, word.to_owned()));
        }
    }
    near.sort();
    near.into_iter().take(3).map(|(_, word)| word).collect()
}
