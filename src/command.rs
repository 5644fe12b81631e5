//! Commands: a line for the shell with `{name}` of parameters in it.

use crate::point::Point;

/// What the shell is reading at some place of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    None,
    Single,
    Double,
}

/// Replaces `{name}` of each parameter by its value, quoted for the place where it stands, in one pass.
///
/// `${name}` and braces around anything else stay as they are.
///
/// ```
/// use gitsweep::command::fill_in;
/// use gitsweep::point::{ParamName, Point};
/// use gitsweep::value::Value;
/// let point = Point::new(vec![(ParamName::new("model").unwrap(), Value::text("two words"))]);
/// assert_eq!(fill_in("run --m={model} \"{model}\" ${model} {other}", &point),
///            "run --m='two words' \"two words\" ${model} {other}");
/// ```
pub fn fill_in(line: &str, point: &Point) -> String {
    let mut filled = String::with_capacity(line.len() + 32);
    let mut quoting = Quoting::None;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if c == '{'
            && !filled.ends_with('$')
            && let Some(end) = rest.find('}')
            && let Some(value) = point.get(&rest[1..end])
        {
            push_quoted(&mut filled, value.as_str(), quoting);
            rest = &rest[end + 1..];
            continue;
        }
        match (quoting, c) {
            (Quoting::None, '\'') => quoting = Quoting::Single,
            (Quoting::None, '"') => quoting = Quoting::Double,
            (Quoting::Single, '\'') | (Quoting::Double, '"') => quoting = Quoting::None,
            (Quoting::None | Quoting::Double, '\\') => {
                filled.push(c);
                rest = &rest[1..];
                if let Some(escaped) = rest.chars().next() {
                    filled.push(escaped);
                    rest = &rest[escaped.len_utf8()..];
                }
                continue;
            }
            _ => {}
        }
        filled.push(c);
        rest = &rest[c.len_utf8()..];
    }
    filled
}

/// What stands in `{...}` of a line where a parameter's name could.
pub fn placeholders(line: &str) -> impl Iterator<Item = &str> {
    let is_name = |text: &str| {
        let mut letters = text.chars();
        letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && letters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    line.match_indices('{').filter_map(move |(start, _)| {
        let inside = line[start + 1..].split('}').next()?;
        let is_closed = line[start + 1 + inside.len()..].starts_with('}');
        (is_closed && !line[..start].ends_with('$') && is_name(inside)).then_some(inside)
    })
}

fn push_quoted(line: &mut String, text: &str, quoting: Quoting) {
    match quoting {
        Quoting::None => line.push_str(&quote(text)),
        Quoting::Single => line.push_str(&text.replace('\'', r"'\''")),
        Quoting::Double => {
            for c in text.chars() {
                if matches!(c, '"' | '\\' | '$' | '`') {
                    line.push('\\');
                }
                line.push(c);
            }
        }
    }
}

/// `text` as one word of the shell.
pub fn quote(text: &str) -> String {
    let is_safe =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '=' | ':' | ',' | '+' | '@' | '%');
    if !text.is_empty() && text.chars().all(is_safe) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Words as a line for the shell. A single word is a line already; `{name}` stays open for the value's own quotes, and what is
/// set before the program is set.
///
/// ```
/// let words = |words: &[&str]| gitsweep::command::join(&words.iter().map(|w| w.to_string()).collect::<Vec<_>>());
/// assert_eq!(words(&["python3 a.py | tee log"]), "python3 a.py | tee log");
/// assert_eq!(words(&["python3", "a b.py", "--lr={lr}"]), "python3 'a b.py' --lr={lr}");
/// assert_eq!(words(&["OPTIONS=-a -b", "./model", "x=a b"]), "OPTIONS='-a -b' ./model 'x=a b'");
/// ```
pub fn join(words: &[String]) -> String {
    if let [line] = words {
        return line.clone();
    }
    let set = words.iter().take_while(|word| variable(word).is_some()).count();
    let quoted = words.iter().enumerate().map(|(at, word)| match variable(word).filter(|_| at < set) {
        Some((name, value)) => format!("{name}={}", quote_around_placeholders(value)),
        None => quote_around_placeholders(word),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Name and value, if the shell would take a word before a program for a variable that is set.
fn variable(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && name.starts_with(|c: char| !c.is_ascii_digit())).then_some((name, value))
}

/// Quotes a word in pieces, so that what looks like `{name}` stands outside of the quotes.
fn quote_around_placeholders(word: &str) -> String {
    let mut quoted = String::new();
    let mut rest = word;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else { break };
        let name = &rest[start + 1..start + length];
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if !is_name || rest[..start].ends_with('$') {
            quoted.push_str(&quote(&rest[..=start + length]));
        } else {
            if start > 0 {
                quoted.push_str(&quote(&rest[..start]));
            }
            quoted.push_str(&rest[start..=start + length]);
        }
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() || quoted.is_empty() {
        quoted.push_str(&quote(rest));
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::ParamName;
    use crate::value::Value;

    fn point(text: &str) -> Point {
        Point::new(vec![(ParamName::new("x").unwrap(), Value::text(text))])
    }

    #[test]
    fn what_the_shell_sees_is_the_value() {
        for text in ["plain", "two words", "it's", "a\"b", "$HOME", "`id`", "back\\slash", "{x}", "", "*"] {
            for line in
                ["printf %s {x}", "printf %s \"{x}\"", "printf %s '{x}'", "printf %s a{x}b", "printf %s \\\"{x}\\\""]
            {
                let output =
                    std::process::Command::new("sh").arg("-c").arg(fill_in(line, &point(text))).output().unwrap();
                let expected = match line {
                    "printf %s a{x}b" => format!("a{text}b"),
                    "printf %s \\\"{x}\\\"" => format!("\"{text}\""),
                    _ => text.to_owned(),
                };
                assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{line} with {text}");
            }
        }
    }

    #[test]
    fn other_braces_stay() {
        for line in ["awk '{print $1}'", "echo ${x} ${HOME}", "echo {y} {", "for f in {1..3}; do :; done"] {
            assert_eq!(fill_in(line, &point("v")), line);
        }
    }
}
