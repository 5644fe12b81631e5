//! A string as a language writes it, and how other text stands in its place so that the program reads that text.

use std::fmt;

use super::language::{Language, Other};
use super::lexer::{Class, Lexed};
use super::syntax::{Escape, Syntax, When};

/// A string with what opens and closes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quoted {
    open: String,
    close: String,
    /// True if a backslash does not stand for itself.
    backslash: bool,
    character: bool,
    /// True for Python's raw strings, which must not end with a single backslash.
    raw: bool,
    /// True for bytes, which hold ASCII alone.
    bytes: bool,
    /// What would be replaced inside the string when the program runs.
    interpolates: &'static [&'static str],
    spelling: Spelling,
}

/// How what has a meaning in a string is written so that it stands for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// Not at all.
    AsIs,
    /// The mark twice.
    Doubled,
    /// Behind a backslash; braces twice if so said (Python's `f"{x}"`).
    Backslash { braces: bool },
    /// A shell's string in single quotes ends, and another begins behind the quote: `'it'\''s'`.
    Reopened,
}

/// Says why a string cannot hold a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// This ends the string.
    Quote(String),
    Backslash,
    Interpolates(char),
    Character,
    Bytes,
}

impl Quoted {
    /// `text` if it is one string literal of `language`.
    pub(super) fn read(text: &[u8], language: Language) -> Option<Self> {
        let text =
            std::str::from_utf8(text).map_or_else(|_| text.iter().map(|&b| char::from(b)).collect(), str::to_owned);
        let start = text.find(['"', '\'', '`', '['])?;
        let (prefix, string) = text.split_at(start);
        if !prefix.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'#' | b'$' | b'@')) || prefix.len() > 16 {
            return None;
        }
        let lexed = Lexed::new(text.as_bytes(), language);
        if let Some(first) = first_of_several(&lexed, start) {
            return Self::read(&text.as_bytes()[..first], language);
        }
        let whole = lexed.classes[start..].iter().all(|&class| class == Class::Text);
        let syntax = Syntax::of(language);
        let quote = syntax.quotes.iter().find(|quote| string.starts_with(quote.mark));
        let raw = prefix.contains(['r', 'R']);
        let (opening, closing) = match quote {
            Some(quote) => (quote.mark.to_owned(), quote.mark.to_owned()),
            None if language == Language::Make => (string[..1].to_owned(), string[..1].to_owned()),
            None if language == Language::Lua => {
                let level = "=".repeat(string[1..].bytes().take_while(|&b| b == b'=').count());
                (format!("[{level}["), format!("]{level}]"))
            }
            None => return None,
        };
        let (opening, closing) = match language {
            Language::Rust if raw => (opening, format!("\"{}", "#".repeat(prefix.matches('#').count()))),
            Language::C if raw => {
                let delimiter = &string[1..string.find('(')?];
                (format!("\"{delimiter}("), format!("){delimiter}\""))
            }
            Language::R if raw => {
                let dashes = &string[1..=string[1..].find(|c| c != '-')?];
                let bracket = string[1 + dashes.len()..].chars().next()?;
                let closing = [('(', ')'), ('[', ']'), ('{', '}')].into_iter().find(|(open, _)| *open == bracket)?.1;
                (format!("{opening}{dashes}{bracket}"), format!("{closing}{dashes}{opening}"))
            }
            _ => (opening, closing),
        };
        let inside = string.strip_prefix(&*opening)?.strip_suffix(&*closing)?;
        if language == Language::Make && inside.contains(&*closing) || language != Language::Make && !whole {
            return None;
        }
        let escape = quote.map(|quote| quote.escape);
        let spelling = Spelling::of(prefix, &opening, escape, language);
        // Octave takes it for an escape where MATLAB does not.
        let minds_backslash = language == Language::Matlab && opening == "\"";
        Some(Self {
            open: format!("{prefix}{opening}"),
            backslash: escape == Some(Escape::Backslash) && !raw || minds_backslash,
            character: quote.is_some_and(|quote| quote.when == When::Character),
            raw: raw && language == Language::Python,
            bytes: prefix.contains(['b', 'B']) && matches!(language, Language::Python | Language::Rust),
            interpolates: interpolation(prefix, &opening, language),
            spelling,
            close: closing,
        })
    }

    /// The string with `text` in it.
    pub(super) fn hold(&self, text: &str) -> Result<String, Unfit> {
        if self.character && text.chars().count() != 1 {
            return Err(Unfit::Character);
        }
        if self.bytes && !text.is_ascii() {
            return Err(Unfit::Bytes);
        }
        if self.raw && text.bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1 {
            return Err(Unfit::Backslash);
        }
        // The mark may also come about where text and mark meet: `"""a""""`.
        let ends_early = format!("{text}{}", self.close).find(&*self.close) != Some(text.len());
        let interpolates = self.interpolates.iter().find(|part| text.contains(**part));
        let mark = self.close.chars().next().filter(|_| ends_early);
        let held = match self.spelling {
            _ if ends_early && self.spelling == Spelling::AsIs => return Err(Unfit::Quote(self.close.clone())),
            Spelling::AsIs | Spelling::Doubled | Spelling::Reopened if self.backslash && text.contains('\\') => {
                return Err(Unfit::Backslash);
            }
            Spelling::AsIs => {
                if let Some(part) = interpolates {
                    return Err(Unfit::Interpolates(part.chars().next().unwrap_or_default()));
                }
                text.to_owned()
            }
            Spelling::Doubled => text.replace(&*self.close, &self.close.repeat(2)),
            Spelling::Reopened => text.replace('\'', r"'\''"),
            Spelling::Backslash { braces } => {
                let mut held = String::with_capacity(text.len() + 2);
                for c in text.chars() {
                    let is_part = self.interpolates.iter().any(|part| part.starts_with(c));
                    match c {
                        '{' | '}' if braces => held.push(c),
                        c if c == '\\' || Some(c) == mark || is_part => held.push('\\'),
                        _ => {}
                    }
                    held.push(c);
                }
                held
            }
        };
        Ok(format!("{}{held}{}", self.open, self.close))
    }
}

/// Where the first of the strings ends that start at `start` and stand side by side, `"a" "b"`, which compilers join; `None` if
/// that is not all that stands there.
fn first_of_several(lexed: &Lexed<'_>, start: usize) -> Option<usize> {
    if !matches!(lexed.language, Language::Python | Language::C) {
        return None;
    }
    let is_blank = |at: usize| lexed.is_code(at) && matches!(lexed.bytes[at], b' ' | b'\t');
    let end = (start..lexed.bytes.len()).find(|&at| lexed.classes[at] != Class::Text)?;
    let are_strings = (end..lexed.bytes.len()).all(|at| lexed.classes[at] == Class::Text || is_blank(at));
    (end > start && are_strings).then_some(end)
}

impl Spelling {
    /// How a string of `language` that opens like this spells what has a meaning in it, as far as all its readers agree.
    fn of(prefix: &str, open: &str, escape: Option<Escape>, language: Language) -> Self {
        let braces = prefix.contains(['f', 'F', 't', 'T']);
        let backslash = Self::Backslash { braces: false };
        match language {
            Language::Python if !prefix.contains(['r', 'R']) => Self::Backslash { braces },
            Language::C if matches!(prefix, "" | "L" | "u8" | "u" | "U") => backslash,
            Language::Rust if matches!(prefix, "" | "b" | "c") => backslash,
            Language::Go if open != "`" => backslash,
            Language::JavaScript | Language::Perl | Language::R | Language::Modelica if prefix.is_empty() => backslash,
            Language::Lua if escape == Some(Escape::Backslash) => backslash,
            Language::Julia if prefix.is_empty() && open != "`" => backslash,
            Language::Shell if open == "\"" || prefix == "$" => backslash,
            Language::Shell => Self::Reopened,
            Language::Fortran | Language::FixedFortran | Language::Matlab => Self::Doubled,
            _ => Self::AsIs,
        }
    }
}

/// What `language` replaces in a string that opens like this.
fn interpolation(prefix: &str, open: &str, language: Language) -> &'static [&'static str] {
    match language {
        Language::Python if prefix.contains(['f', 'F', 't', 'T']) => &["{", "}"],
        Language::Shell if open == "\"" => &["$", "`"],
        Language::Perl if open == "\"" => &["$", "@"],
        Language::Julia if open != "'" && prefix.is_empty() => &["$"],
        Language::JavaScript if open == "`" => &["$"],
        Language::Kotlin if open != "'" => &["$"],
        Language::Stata => &["$", "`"],
        Language::Make => &["$"],
        // Ruby's.
        Language::Generic | Language::Other(Other::Ruby | Other::Crystal | Other::Elixir) if open == "\"" => {
            &["#{", "#$", "#@"]
        }
        Language::Other(Other::Php | Other::Dart) if open == "\"" => &["$"],
        _ => &[],
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quote(quote) => write!(f, "it holds `{quote}`, which ends the string there"),
            Self::Backslash => f.write_str("it holds a backslash, which the string there would take for an escape"),
            Self::Interpolates(c) => write!(f, "it holds `{c}`, which has a meaning in the string there"),
            Self::Character => f.write_str("the place holds one character"),
            Self::Bytes => f.write_str("the string there holds bytes, and of characters those of ASCII alone"),
        }
    }
}
