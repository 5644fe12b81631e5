//! Why a file holds no site for a parameter, with what the user needs to see to put that right.

use std::fmt;

use super::lexer::Lexed;

/// The most lines and names that a message shows.
const SHOWN: usize = 10;
/// The most keys that a hint offers.
const KEYS_SHOWN: usize = 4;
/// The longest line that a message shows whole, in characters.
const LINE_SHOWN: usize = 100;

/// A line of the file as a message shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownLine {
    /// From 1.
    pub number: usize,
    /// The line without its indentation; bytes that are not UTF-8 are replaced, a long line is cut.
    pub text: String,
}

impl ShownLine {
    /// The line of `lexed` with the 0-based number `index`.
    pub(super) fn of(lexed: &Lexed<'_>, index: usize) -> Self {
        let bytes = lexed.bytes[lexed.lines[index].range()].trim_ascii();
        let whole = String::from_utf8_lossy(bytes);
        let cut: String = whole.chars().take(LINE_SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let more = if whole.chars().count() > LINE_SHOWN { "..." } else { "" };
        Self { number: index + 1, text: format!("{cut}{more}") }
    }
}

impl fmt::Display for ShownLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.number, self.text)
    }
}

/// What was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A line that gives this name its value.
    Name(String),
    /// A match of this regular expression.
    Pattern(String),
}

/// Another way to a value that no line gives a name by the language's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WayOut {
    /// The file's values can be named by key.
    Key,
    /// The file takes the name from its environment, as in `${KMER:-7}`.
    Variable,
    /// The name stands behind the `#if 0` of this line, counted from 1, which no compiler reads.
    Skipped(usize),
    /// This pattern finds what seems to be its value.
    Pattern(String),
}

/// Says why a template has no site in a file, or not the ones asked for.
///
/// The error does not know the file: [`SiteError::in_file`] gives the message that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteError {
    /// Nothing was found.
    NotFound {
        /// What was looked for.
        wanted: Wanted,
        /// Lines on which the name occurs all the same.
        occurs: Vec<ShownLine>,
        /// Names in the file that differ little.
        similar: Vec<String>,
        /// How the value can be had all the same.
        way_out: Option<Box<WayOut>>,
    },
    /// Several were found, and it was not said which is meant.
    Several {
        /// What was looked for.
        wanted: Wanted,
        /// Where it was found; a line on which it stands twice is there twice.
        found: Vec<ShownLine>,
        /// The keys of that name, where the file's values can be named by key.
        keys: Vec<String>,
    },
    /// There are fewer than the number asked for.
    NoSuchOccurrence {
        /// What was looked for.
        wanted: Wanted,
        /// The number asked for.
        number: usize,
        /// Where it was found.
        found: Vec<ShownLine>,
    },
    /// The value goes on in the next line.
    Continues {
        /// What was looked for.
        wanted: Wanted,
        /// Where the value starts.
        line: ShownLine,
        /// True if the file's values can be named by key.
        keyed: bool,
    },
    /// The line gives the same value to other names too, as in `a = b = 3`.
    Shared {
        /// What was looked for.
        wanted: Wanted,
        /// The line.
        line: ShownLine,
        /// How the value can be had all the same.
        way_out: Option<Box<WayOut>>,
    },
    /// The line declares a field and gives it no default, as in `a: list = field(default_factory=list)`.
    NoDefault {
        /// What was looked for.
        wanted: Wanted,
        /// The line.
        line: ShownLine,
    },
    /// The pattern matches, but without its group `value`.
    NoValue {
        /// The pattern.
        wanted: Wanted,
        /// Where it matches.
        line: ShownLine,
    },
    /// The file is not text.
    Binary,
}

impl SiteError {
    /// The message, with `file` as the file's name.
    pub fn in_file(&self, file: &str) -> String {
        let lines = |lines: &[ShownLine]| {
            let mut lines: Vec<&ShownLine> = lines.iter().collect();
            lines.dedup();
            let mut text: String = lines.iter().take(SHOWN).map(|line| format!("\n  {line}")).collect();
            if lines.len() > SHOWN {
                text.push_str(&format!("\n  and {} more", lines.len() - SHOWN));
            }
            text
        };
        match self {
            Self::NotFound { wanted: Wanted::Pattern(pattern), .. } => {
                format!("pattern `{pattern}` matches nowhere in {file}")
            }
            Self::NotFound { wanted: Wanted::Name(name), occurs, similar, .. } => {
                let place = if !occurs.is_empty() {
                    format!("it occurs on:{}", lines(occurs))
                } else if similar.is_empty() {
                    "the name does not occur there".to_owned()
                } else {
                    let verb = if similar.len() == 1 { "does" } else { "do" };
                    format!("the name does not occur there, but {} {verb}", similar.join(", "))
                };
                format!("no line of {file} gives {name} a value; {place}")
            }
            Self::Several { wanted: Wanted::Name(name), found, .. } if has_doubles(found) => {
                format!("{file} gives {name} a value {}:{}", times(found.len()), lines(found))
            }
            Self::Several { wanted: Wanted::Name(name), found, .. } => {
                format!("{} lines of {file} give {name} a value:{}", found.len(), lines(found))
            }
            Self::Several { wanted: Wanted::Pattern(pattern), found, .. } => {
                format!("pattern `{pattern}` matches {} times in {file}:{}", found.len(), lines(found))
            }
            Self::NoSuchOccurrence { wanted, number, found } => {
                let what = match wanted {
                    Wanted::Name(name) => format!("{file} gives {name} a value {}", times(found.len())),
                    Wanted::Pattern(pattern) => format!("pattern `{pattern}` matches {} in {file}", times(found.len())),
                };
                format!("{what}, so there is no occurrence {number}:{}", lines(found))
            }
            Self::Continues { wanted, line, .. } => {
                format!(
                    "the value of {} goes on in the next line of {file}:{}",
                    subject(wanted),
                    lines(std::slice::from_ref(line))
                )
            }
            Self::Shared { wanted, line, .. } => {
                format!(
                    "a line of {file} gives {} and others a value at once:{}",
                    subject(wanted),
                    lines(std::slice::from_ref(line))
                )
            }
            Self::NoDefault { wanted, line } => {
                let line = lines(std::slice::from_ref(line));
                format!(
                    "{file} declares the field {} without a `default=` that could be replaced:{line}",
                    subject(wanted)
                )
            }
            Self::NoValue { wanted, line } => {
                let line = lines(std::slice::from_ref(line));
                format!("{} matches in {file}, but its group `value` takes no part:{line}", subject(wanted))
            }
            Self::Binary => format!("{file} is a binary file"),
        }
    }

    /// True if the name that was looked for is a path of keys, in a file that has these.
    fn is_of_key(&self, way_out: Option<&WayOut>) -> bool {
        let dotted = matches!(self.wanted(), Some(Wanted::Name(name)) if name.contains('.'));
        dotted && way_out == Some(&WayOut::Key)
    }

    /// What was looked for.
    pub(super) fn wanted(&self) -> Option<&Wanted> {
        match self {
            Self::NotFound { wanted, .. }
            | Self::Several { wanted, .. }
            | Self::NoSuchOccurrence { wanted, .. }
            | Self::Continues { wanted, .. }
            | Self::Shared { wanted, .. }
            | Self::NoDefault { wanted, .. }
            | Self::NoValue { wanted, .. } => Some(wanted),
            Self::Binary => None,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let key = "name the value by its `key`, as in `key = \"model.g\"`";
        let pattern = "give a `pattern`, a regular expression whose group `value` is what gets replaced";
        Some(match self {
            Self::NotFound { wanted: Wanted::Pattern(_), .. } => {
                "`^` and `$` stand for the ends of lines only after `(?m)`".to_owned()
            }
            Self::NotFound { similar, occurs, way_out, .. }
                if occurs.is_empty() && !similar.is_empty() && !self.is_of_key(way_out.as_deref()) =>
            {
                format!("did you mean {}?", similar[0])
            }
            Self::NotFound { way_out, wanted, .. } | Self::Shared { way_out, wanted, .. } => match way_out.as_deref() {
                Some(WayOut::Key) if self.is_of_key(way_out.as_deref()) => format!(
                    "a value inside of others is named by its key in gitsweep.toml: `key = \"{}\"`",
                    subject(wanted)
                ),
                Some(WayOut::Key) => key.to_owned(),
                Some(WayOut::Skipped(line)) => format!(
                    "what stands behind line {line} is skipped by the compiler: give {} its value where code is compiled, or \
                     take the directive away, and commit that",
                    subject(wanted)
                ),
                Some(WayOut::Variable) => format!(
                    "the script takes it from its environment: name no file for it, but `env = \"{name}\"` in gitsweep.toml, or \
                     give the command's own variable the values, as in -- {name}='[1, 2]' COMMAND",
                    name = subject(wanted)
                ),
                Some(WayOut::Pattern(found)) => {
                    format!("{pattern}, such as `pattern = {}`", toml::Value::from(found.as_str()))
                }
                None => pattern.to_owned(),
            },
            Self::Continues { keyed: true, .. } => key.to_owned(),
            Self::Continues { .. } => format!("put the value on one line, or {pattern}"),
            Self::Several { wanted: Wanted::Name(_), keys, .. } if !keys.is_empty() => by_key(keys),
            Self::Several { wanted, found, .. } => {
                let other = if matches!(wanted, Wanted::Name(_)) { "give a `pattern`" } else { "narrow the pattern" };
                format!("say which: `occurrences = \"all\"`, or a number from 1 to {}, or {other}", found.len())
            }
            Self::NoSuchOccurrence { found, .. } => {
                format!("`occurrences` goes from 1 to {}, or is \"all\"", found.len())
            }
            Self::NoDefault { .. } => format!("write its default there as `default=...` and commit that, or {pattern}"),
            Self::NoValue { .. } => "let `(?<value>...)` stand outside of alternatives and optional parts".to_owned(),
            Self::Binary => return None,
        })
    }
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_file("the file"))
    }
}

impl std::error::Error for SiteError {}

fn subject(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Name(name) => name.clone(),
        Wanted::Pattern(pattern) => format!("pattern `{pattern}`"),
    }
}

/// True if one line stands there twice.
fn has_doubles(lines: &[ShownLine]) -> bool {
    lines.windows(2).any(|pair| pair[0] == pair[1])
}

/// How one of several values of the same name is meant.
fn by_key(keys: &[String]) -> String {
    let named: Vec<String> =
        keys.iter().take(KEYS_SHOWN).map(|key| format!("`key = {}`", toml::Value::from(key.as_str()))).collect();
    let is_plain = |key: &&String| {
        key.contains('.')
            && key.starts_with(char::is_alphabetic)
            && key.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
    };
    let flag = keys.iter().find(is_plain).map_or_else(String::new, |key| format!(" (-p '{key}=...')"));
    format!("name the value by its key, {}{flag}, or say `occurrences = \"all\"`", named.join(" or "))
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}
