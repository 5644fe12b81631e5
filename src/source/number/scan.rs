//! Reading a numeric literal: its digits, its exponent and its suffix.

use crate::source::language::{Language, Other};

/// A literal that is being read.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    /// How far it is read.
    pub(super) at: usize,
    /// What has been read, in plain words.
    pub(super) plain: String,
}

impl Scan<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    pub(super) fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.plain.push(wanted);
            self.at += 1;
        }
        found
    }

    pub(super) fn radix(&mut self) -> Option<u32> {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2), ("0X", 16)] {
            if self.text[self.at..].starts_with(prefix) {
                self.plain.push_str(&prefix.to_ascii_lowercase());
                self.at += prefix.len();
                return Some(radix);
            }
        }
        None
    }

    /// Takes digits and the separators between them.
    pub(super) fn digits(&mut self, is_digit: impl Fn(char) -> bool, language: Language) {
        while let Some(c) = self.peek() {
            let separates = match c {
                '_' => !matches!(language, Language::Fortran | Language::FixedFortran),
                '\'' => language == Language::C,
                _ => false,
            };
            if is_digit(c) {
                self.plain.push(c);
            } else if !separates || !self.text[self.at + 1..].starts_with(&is_digit) || !self.plain.ends_with(&is_digit)
            {
                return;
            }
            self.at += c.len_utf8();
        }
    }

    /// What a compiler takes the whole number behind the sign for if it starts with `0` and has no digit beyond 7: `010` is 8.
    pub(super) fn octal(&self, sign: usize, is_float: bool, language: Language) -> Option<u128> {
        let has_octal = matches!(language, Language::C | Language::Go | Language::JavaScript | Language::Perl);
        let digits = &self.plain[sign..];
        // `010f` is one of Java's numbers with fractions, and those are decimal.
        let is_float = is_float || self.text[self.at..].starts_with(['f', 'F', 'd', 'D']);
        let is_octal = has_octal && !is_float && digits.len() > 1 && digits.starts_with('0');
        u128::from_str_radix(digits, 8).ok().filter(|_| is_octal)
    }

    /// Takes an exponent, if one stands here, and returns its letter.
    pub(super) fn exponent(&mut self, language: Language) -> Option<char> {
        let letter = self.peek()?;
        let allowed = match letter {
            'e' | 'E' => true,
            'd' | 'D' => {
                matches!(
                    language,
                    Language::Fortran
                        | Language::FixedFortran
                        | Language::Matlab
                        | Language::Cp2k
                        | Language::Generic
                        | Language::Other(Other::Lisp)
                )
            }
            'f' => language == Language::Julia,
            _ => false,
        };
        let rest = self.text.get(self.at + 1..)?;
        let sign = usize::from(rest.starts_with(['+', '-']));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        if !allowed || digits == 0 {
            return None;
        }
        let length = sign + digits;
        self.plain.push('e');
        self.plain.push_str(&rest[..length]);
        self.at += 1 + length;
        Some(letter)
    }
}

/// True if `suffix` may follow a number of `language`; the empty one always may. One that makes it imaginary is none: another
/// number takes the place of all of it.
pub(super) fn is_suffix(suffix: &str, language: Language) -> bool {
    let lower = suffix.to_ascii_lowercase();
    let kind = || suffix.strip_prefix('_').is_some_and(is_word);
    let typed = || {
        let name = suffix.strip_prefix('_').unwrap_or(suffix);
        let width =
            name.strip_prefix(['f', 'i', 'u']).is_some_and(|w| ["8", "16", "32", "64", "128", "size"].contains(&w));
        width && name != "fsize" && name != "f8"
    };
    if suffix.is_empty() {
        return true;
    }
    match language {
        Language::C => {
            let known = ["f", "l", "u", "ul", "lu", "ll", "ull", "llu", "z", "uz", "d", "m", "bf16"];
            let durations = ["h", "min", "s", "ms", "us", "ns"];
            known.contains(&lower.as_str()) || durations.contains(&suffix) || typed() || kind()
        }
        Language::Rust => typed(),
        Language::JavaScript => suffix == "n",
        Language::Kotlin => ["f", "l", "u", "ul", "d", "g", "i"].contains(&lower.as_str()),
        Language::Fortran | Language::FixedFortran => kind(),
        Language::R => suffix == "L",
        Language::Xml => is_unit(suffix),
        Language::Other(Other::Nim) if suffix.starts_with('\'') => is_suffix(&suffix[1..], language),
        Language::Generic | Language::Other(_) => {
            ["f", "l", "u", "ul", "ll", "ull"].contains(&lower.as_str()) || typed() || kind()
        }
        _ => false,
    }
}

/// True for a unit as NeuroML and others write it behind a number: `nS`, ` S_per_m2`, ` %`.
fn is_unit(text: &str) -> bool {
    let unit = text.trim_start_matches(' ');
    unit.starts_with(|c: char| c.is_alphabetic() || matches!(c, '%' | '°'))
        && unit.chars().all(|c| c.is_alphanumeric() || matches!(c, '%' | '°' | '_' | '/' | '*' | '^' | '-'))
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// True if numbers with this suffix are whole.
pub(super) fn is_whole_suffix(suffix: &str) -> bool {
    let lower = suffix.to_ascii_lowercase();
    let name = lower.strip_prefix('_').unwrap_or(&lower);
    let width = name.strip_prefix(['i', 'u']);
    ["n", "u", "ul", "lu", "ull", "llu", "uz"].contains(&lower.as_str())
        || width.is_some_and(|width| ["8", "16", "32", "64", "128", "size"].contains(&width))
}

/// True if numbers of `language` with this suffix are not negative.
pub(super) fn is_unsigned_suffix(suffix: &str, language: Language) -> bool {
    let lower = suffix.to_ascii_lowercase();
    let has_types = matches!(language, Language::C | Language::Rust | Language::Kotlin) || language.is_loose();
    has_types && is_whole_suffix(suffix) && lower.trim_start_matches(['_', 'l']).starts_with('u')
}
