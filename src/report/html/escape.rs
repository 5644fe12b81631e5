//! Text of the user's as text of the page: it cannot become markup, script or an address.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::report::visible::visible;

/// The text for between two tags, or in an attribute's double quotes; what acts on a reader's eyes unseen is spelt out.
pub(in crate::report) fn escape(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    if !shown.contains(['&', '<', '>', '"', '\'']) {
        return shown;
    }
    let mut escaped = String::with_capacity(shown.len() + 16);
    for c in shown.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// JSON for a script element that is data: no `<` in it can end the element.
pub(super) fn json(value: &serde_json::Value) -> String {
    let text = value.to_string();
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(escape("a < 'b' & \"c\"\n"), "a &lt; &#39;b&#39; &amp; &quot;c&quot;\\n");
        assert_eq!(escape("plain"), "plain");
        assert_eq!(escape("\u{202e}x"), "\\u{202e}x");
    }

    #[test]
    fn json_cannot_end_its_element_and_reads_back() {
        let value = serde_json::json!({ "</script><!--": "&\u{2028}" });
        let written = json(&value);
        assert!(!written.contains('<') && !written.contains('&'), "{written}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), value);
    }
}
