//! The way to a value in a nested document: `encoder.layers[2].size`.

use std::fmt;

/// What stands before the name of an attribute in its key.
pub(super) const ATTRIBUTE: char = '@';

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// Into a table, by key.
    Key(String),
    /// Into a list, by position from 0.
    Index(usize),
    /// To an attribute of an element, by name.
    Attribute(String),
}

/// Keys and positions that lead to a value. A key with a dot, a bracket or a quote in it is written in quotes.
///
/// ```
/// # use gitsweep::source::KeyPath;
/// let path = KeyPath::parse("encoder.'layer.sizes'[2]")?;
/// assert_eq!(path.to_string(), "encoder.\"layer.sizes\"[2]");
/// # Ok::<(), gitsweep::source::KeyPathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyPath {
    steps: Vec<Step>,
}

impl KeyPath {
    /// Reads a path.
    ///
    /// # Errors
    /// If a key is empty, or a quote or bracket is not closed.
    pub fn parse(source: &str) -> Result<Self, KeyPathError> {
        let fail = |problem| KeyPathError { path: source.to_owned(), problem };
        let mut steps = Vec::new();
        let mut rest = source.trim();
        loop {
            if let Some(inside) = rest.strip_prefix('[') {
                let end = inside.find(']').ok_or_else(|| fail(Problem::Unclosed(']')))?;
                let index = inside[..end].trim();
                steps.push(Step::Index(index.parse().map_err(|_| fail(Problem::NoIndex(index.to_owned())))?));
                rest = &inside[end + 1..];
            } else {
                let (key, tail) = key(rest).map_err(fail)?;
                steps.push(Step::Key(key));
                rest = tail;
            }
            rest = match rest.strip_prefix('.') {
                Some(tail) => tail,
                None if rest.is_empty() => return Ok(Self { steps }),
                None if rest.starts_with(['[', ATTRIBUTE]) => rest,
                None => return Err(fail(Problem::Behind(rest.to_owned()))),
            };
        }
    }

    /// The value that it leads to in a document of JSON.
    pub fn find_in<'a>(&self, document: &'a serde_json::Value) -> Option<&'a serde_json::Value> {
        self.steps.iter().try_fold(document, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
            Step::Attribute(_) => None,
        })
    }

    /// The same path to elements and attributes of XML, `a.b@c`, from the element `root` on, which may be left out.
    pub(super) fn of_elements(&self, root: &str) -> Self {
        let mut steps = Vec::new();
        for step in &self.steps {
            match step {
                Step::Key(key) if key.contains(ATTRIBUTE) => {
                    let (element, attribute) = key.split_once(ATTRIBUTE).unwrap_or((key, ""));
                    steps.extend((!element.is_empty()).then(|| Step::Key(element.to_owned())));
                    steps.push(Step::Attribute(attribute.to_owned()));
                }
                step => steps.push(step.clone()),
            }
        }
        if !matches!(&steps[0], Step::Key(key) if key == root) {
            steps.insert(0, Step::Key(root.to_owned()));
        }
        Self { steps }
    }

    /// A path of `steps`.
    pub(super) fn of(steps: &[Step]) -> Self {
        Self { steps: steps.to_vec() }
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

/// The key at the start of `source`, and what follows it.
fn key(source: &str) -> Result<(String, &str), Problem> {
    let Some(quote) = source.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let end = source.find(['.', '[']).unwrap_or(source.len());
        let key = source[..end].trim();
        return if key.is_empty() { Err(Problem::Empty) } else { Ok((key.to_owned(), &source[end..])) };
    };
    let mut key = String::new();
    let mut chars = source.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => key.extend(chars.next().map(|(_, c)| c)),
            c if c == quote => return Ok((key, &source[at + 1..])),
            c => key.push(c),
        }
    }
    Err(Problem::Unclosed(quote))
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, step) in self.steps.iter().enumerate() {
            let dot = if nth > 0 && matches!(step, Step::Key(_)) { "." } else { "" };
            write!(f, "{dot}{step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Attribute(name) => write!(f, "{ATTRIBUTE}{name}"),
            Self::Key(key) if key.is_empty() || key.trim() != key || key.contains(['.', '[', ']', '"', '\'', '\\']) => {
                write!(f, "\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
            }
            Self::Key(key) => f.write_str(key),
        }
    }
}

/// Says why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPathError {
    path: String,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Empty,
    Unclosed(char),
    NoIndex(String),
    Behind(String),
}

impl KeyPathError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        Some("a path looks like `encoder.layers[2].size`; a key with a dot in it is put in quotes".to_owned())
    }
}

impl fmt::Display for KeyPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.problem {
            Problem::Empty => write!(f, "key `{path}` has an empty part"),
            Problem::Unclosed(mark) => write!(f, "key `{path}` lacks a closing `{mark}`"),
            Problem::NoIndex(index) => write!(f, "key `{path}`: `[{index}]` is no position in a list"),
            Problem::Behind(rest) => write!(f, "key `{path}`: a dot is missing before `{rest}`"),
        }
    }
}

impl std::error::Error for KeyPathError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_back() {
        for (source, written) in [
            ("g", "g"),
            ("a.b.c", "a.b.c"),
            ("a[2].b[0][1]", "a[2].b[0][1]"),
            ("[0].a", "[0].a"),
            ("a.'b.c'", "a.\"b.c\""),
            (r#""a\"b".c"#, r#""a\"b".c"#),
            ("\"\"", "\"\""),
            (" learning rate . x ", "learning rate.x"),
            ("a.[1]", "a[1]"),
            ("größe", "größe"),
        ] {
            let path = KeyPath::parse(source).unwrap();
            assert_eq!(path.to_string(), written);
            assert_eq!(KeyPath::parse(written).unwrap(), path);
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for (source, message) in [
            ("", "key `` has an empty part"),
            ("a..b", "key `a..b` has an empty part"),
            ("a.", "key `a.` has an empty part"),
            ("a[1", "key `a[1` lacks a closing `]`"),
            ("'a", "key `'a` lacks a closing `'`"),
            ("a[-1]", "key `a[-1]`: `[-1]` is no position in a list"),
            ("a[0]b", "key `a[0]b`: a dot is missing before `b`"),
        ] {
            assert_eq!(KeyPath::parse(source).unwrap_err().to_string(), message);
        }
    }
}
