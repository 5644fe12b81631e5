//! Names and texts as TOML spells them.

use std::fmt::Write as _;

/// The name as a key of TOML, in quotes only if it needs them.
pub fn toml_key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if is_bare { name.to_owned() } else { toml_text(name) }
}

/// The texts as a list of TOML on one line.
pub(super) fn toml_list<S: AsRef<str>>(items: &[S]) -> String {
    format!("[{}]", items.iter().map(|item| toml_text(item.as_ref())).collect::<Vec<_>>().join(", "))
}

/// The text as a string of TOML on one line.
pub(super) fn toml_text(text: &str) -> String {
    let spelt = toml::Value::from(text).to_string();
    if !spelt.starts_with("\"\"\"") && !spelt.starts_with("'''") {
        return spelt;
    }
    let mut spelt = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => spelt.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(spelt, "\\u{:04x}", u32::from(c));
            }
            c => spelt.push(c),
        }
    }
    spelt + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_reads_back() {
        for text in ["plain", "it's", "\"a\"", "'a,b \"c\"'", "\\d\t", "'\\ \" #\n\u{1b}\u{7f}", "''' \"\"\"", ""] {
            let line = toml_text(text);
            assert!(!line.contains('\n'), "{line}");
            let table: toml::Table = format!("{} = {line}", toml_key(text)).parse().unwrap();
            assert_eq!(table[text].as_str(), Some(text), "{line}");
        }
    }
}
