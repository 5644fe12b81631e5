//! Text in the formats whose strings are escaped by rule: JSON, TOML, YAML and XML.

use super::language::Language;

/// `text` as a string of `language`, in the style of the value `old` where that style can hold it.
pub(super) fn quote(text: &str, old: &str, language: Language) -> String {
    match language {
        Language::Toml => toml(text, old),
        Language::Yaml => yaml(text, old),
        Language::Xml => xml(text, old),
        _ => serde_json::Value::from(text).to_string(),
    }
}

fn toml(text: &str, old: &str) -> String {
    let literal = old.starts_with('\'') && !text.contains('\'') && !text.chars().any(char::is_control);
    if literal { format!("'{text}'") } else { double(text) }
}

fn yaml(text: &str, old: &str) -> String {
    let printable = !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}'));
    if old.starts_with('"') || !printable {
        double(text)
    } else if old.starts_with('\'') {
        format!("'{}'", text.replace('\'', "''"))
    } else if is_plain_yaml(text) {
        text.to_owned()
    } else {
        double(text)
    }
}

/// Text of an element or between the quotes of an attribute. What takes the place of elements is taken for elements.
fn xml(text: &str, old: &str) -> String {
    if old.contains('<') {
        return text.to_owned();
    }
    let mark = if old.len() > 1 && old.ends_with(['"', '\'']) && old.starts_with(&old[old.len() - 1..]) {
        &old[..1]
    } else {
        ""
    };
    let mut escaped = mark.to_owned();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // Readers make a blank of them in attributes.
            '\n' | '\r' | '\t' => escaped.push_str(&format!("&#{};", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped + mark
}

/// The text that `raw` stands for in XML; `None` if it has an entity that only the document type knows.
pub(super) fn unescape_xml(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let end = at + rest[at..].find(';')?;
        let entity = &rest[at + 1..end];
        text.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = entity.strip_prefix('#')?;
                let hex = number.strip_prefix('x').map(|hex| u32::from_str_radix(hex, 16));
                char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)?
            }
        });
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    Some(text)
}

/// A double-quoted string with the escapes that JSON, TOML and YAML have in common.
fn double(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}') => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// True if every YAML reader, 1.1 and 1.2, in block and flow, takes `text` as it stands for that very text.
fn is_plain_yaml(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let starts = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '/'));
    let safe =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | '+' | ' ' | '(' | ')' | '=' | '@' | '~');
    starts && !text.ends_with(' ') && text.chars().all(safe) && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_style_is_kept_where_it_can_be() {
        for (language, text, old, expected) in [
            (Language::Json, "a\"b\n", "1", r#""a\"b\n""#),
            (Language::Toml, "a\\b", "'x'", r"'a\b'"),
            (Language::Toml, "it's", "'x'", "\"it's\""),
            (Language::Toml, "3", "4", "\"3\""),
            (Language::Yaml, "relu", "tanh", "relu"),
            (Language::Yaml, "yes", "tanh", "\"yes\""),
            (Language::Yaml, "3", "tanh", "\"3\""),
            (Language::Yaml, "a: b", "tanh", "\"a: b\""),
            (Language::Yaml, "# x", "tanh", "\"# x\""),
            (Language::Yaml, " a", "tanh", "\" a\""),
            (Language::Yaml, "", "tanh", "\"\""),
            (Language::Yaml, "it's", "'x'", "'it''s'"),
            (Language::Yaml, "a\nb", "'x'", "\"a\\nb\""),
            (Language::Yaml, "relu", "\"x\"", "\"relu\""),
        ] {
            assert_eq!(quote(text, old, language), expected);
        }
    }
}
