//! Numeric literals as languages spell them: separators, exponent letters, kinds and suffixes.

mod scan;

use bigdecimal::BigDecimal;

use self::scan::{Scan, is_suffix, is_unsigned_suffix, is_whole_suffix};
use super::language::Language;
use crate::value::Value;

/// A numeric literal, taken apart so that another number can be written in its style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// The number in plain words: `3.0e-2` for `3.0d-2_dp`, `3.0` for `3d0`.
    plain: String,
    /// The letter of the exponent if it carries a type: Fortran's `d`, Julia's `f`.
    letter: Option<char>,
    point: bool,
    /// True if the literal has a point or an exponent.
    float: bool,
    suffix: String,
}

/// A suffix or literal into which a number does not go, in the words of an error.
pub(super) type Misfit = String;

impl Number {
    /// Takes `text` apart; `None` if it is not one numeric literal of `language`.
    pub(super) fn parse(text: &[u8], language: Language) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let sign = usize::from(text.starts_with(['+', '-']));
        let mut scan = Scan { text, at: sign, plain: text[..sign].to_owned() };
        if let Some(radix) = scan.radix() {
            scan.digits(|c| c.is_digit(radix), language);
            let suffix = text[scan.at..].to_owned();
            let number = Self { plain: scan.plain, letter: None, point: false, float: false, suffix };
            return (number.exact().is_some() && is_suffix(&number.suffix, language)).then_some(number);
        }
        scan.digits(|c| c.is_ascii_digit(), language);
        let point = scan.take('.');
        if point {
            scan.digits(|c| c.is_ascii_digit(), language);
        }
        let letter = scan.exponent(language);
        let float = point || letter.is_some();
        if let Some(number) = scan.octal(sign, float, language) {
            scan.plain.replace_range(sign.., &number.to_string());
        }
        let letter = letter.filter(|letter| !matches!(letter, 'e' | 'E'));
        if letter.is_some()
            && let Some(at) = scan.plain.find('e')
            && scan.plain[at + 1..].trim_start_matches(['+', '-']).bytes().all(|b| b == b'0')
        {
            // The letter stands for the type alone.
            scan.plain.replace_range(at.., if point { "" } else { ".0" });
        }
        let suffix = text[scan.at..].to_owned();
        let number = Self { plain: scan.plain, letter, point, float, suffix };
        (number.exact().is_some() && is_suffix(&number.suffix, language)).then_some(number)
    }

    /// The number without rounding.
    pub(super) fn exact(&self) -> Option<BigDecimal> {
        Value::number(&self.plain)?.exact()
    }

    /// True if the literal has a point or an exponent.
    pub(super) fn has_fraction(&self) -> bool {
        self.float
    }

    /// True for JavaScript's `10n`.
    pub(super) fn is_big(&self) -> bool {
        self.suffix == "n"
    }

    /// The literal without separators, kind and suffix.
    pub(super) fn plain(&self) -> &str {
        &self.plain
    }

    /// `value` in the style of this literal.
    pub(super) fn restyle(&self, value: &Value, language: Language, digits: Digits) -> Result<String, Misfit> {
        if let Some(special) = special(value, language)? {
            return Ok(special);
        }
        let strict = self.letter.is_some() || !self.suffix.is_empty();
        let parts = Parts::of(value, language, if strict { Next::Letter } else { Next::Nothing });
        let whole_only = matches!(language, Language::Rust | Language::C | Language::JavaScript | Language::Kotlin)
            && is_whole_suffix(&self.suffix);
        if whole_only && parts.is_float() {
            return Err(format!("its suffix `{}` is one of whole numbers", self.suffix));
        }
        if parts.mantissa.starts_with('-') && value.as_f64() != Some(0.0) && is_unsigned_suffix(&self.suffix, language)
        {
            return Err(format!("its suffix `{}` is one of numbers without a sign", self.suffix));
        }
        let keep_suffix = !(language == Language::R && self.suffix == "L" && parts.is_float());
        let suffix = if keep_suffix { self.suffix.as_str() } else { "" };
        let typed = strict || types_by_point(language) && digits == Digits::OfValue;
        let fraction = if self.letter.is_some() { self.point } else { self.float };
        let parts = if fraction && typed && !parts.is_float() { parts.with_point() } else { parts };
        Ok(match self.letter {
            Some(letter) => format!("{}{letter}{}{suffix}", parts.mantissa, parts.exponent.as_deref().unwrap_or("0")),
            None => format!("{}{suffix}", parts.join(language)),
        })
    }
}

/// `value` where no numeric literal stood.
pub(super) fn spell(value: &Value, language: Language) -> Result<String, Misfit> {
    if let Some(special) = special(value, language)? {
        return Ok(special);
    }
    Ok(Parts::of(value, language, Next::Nothing).join(language))
}

/// Gives a number of Fortran, which has none, the kind of what it is given to, where single precision has another value for it:
/// 0.1 is `0.1d0` for double precision.
pub(super) fn add_kind(number: &mut String, kind: &str, language: Language) {
    let Some(parsed) = Number::parse(number.as_bytes(), language) else { return };
    let value = number.parse::<f64>().ok().filter(|_| parsed.letter.is_none() && parsed.suffix.is_empty());
    let is_single = |value: f64| f64::from(value as f32) == value;
    if value.is_none_or(is_single) || kind == "4" {
        return;
    }
    match number.find(['e', 'E']) {
        Some(at) if kind == "8" => number.replace_range(at..=at, "d"),
        None if kind == "8" => number.push_str("d0"),
        _ => {
            number.push('_');
            number.push_str(kind);
        }
    }
}

/// Infinities and NaN in the words of `language`; `None` for other numbers.
fn special(value: &Value, language: Language) -> Result<Option<String>, Misfit> {
    let literal = value.as_str();
    let (sign, name) = literal.strip_prefix('-').map_or(("", literal), |name| ("-", name));
    let name = name.strip_prefix('+').unwrap_or(name);
    if !matches!(name, "inf" | "nan") {
        return Ok(None);
    }
    let infinite = name == "inf";
    Ok(Some(match language {
        Language::Python => format!("float('{sign}{name}')"),
        Language::Julia | Language::R | Language::Matlab => format!("{sign}{}", if infinite { "Inf" } else { "NaN" }),
        Language::JavaScript => format!("{sign}{}", if infinite { "Infinity" } else { "NaN" }),
        Language::Yaml if infinite => format!("{sign}.inf"),
        Language::Yaml => ".nan".to_owned(),
        Language::Json => return Err("JSON has no spelling for it".to_owned()),
        _ => literal.to_owned(),
    }))
}

/// True for languages in which `3.0` and `3` are of different types and only some places convert them.
pub(super) fn types_by_point(language: Language) -> bool {
    match language {
        Language::C
        | Language::Rust
        | Language::Go
        | Language::Kotlin
        | Language::Julia
        | Language::Fortran
        | Language::FixedFortran => true,
        Language::Other(other) => other.types_by_point(),
        _ => false,
    }
}

/// True for languages that refuse `010`, or take it for 8.
fn minds_leading_zeros(language: Language) -> bool {
    matches!(
        language,
        Language::Python | Language::C | Language::Go | Language::JavaScript | Language::Kotlin | Language::Perl
    )
}

/// True for languages that do so with a fraction behind it, too: Perl's `007.5` is 7 and 5, `"75"`.
fn minds_zeros_of_fractions(language: Language) -> bool {
    matches!(language, Language::JavaScript | Language::Perl)
}

/// Whose digits a number has that is written in the style of another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
    /// The value's own: a point is added where the type asks for one.
    OfValue,
    /// Those of a format that the user gave it: they stay.
    OfFormat,
}

/// What follows the digits of a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Nothing,
    /// The letter of an exponent, or a suffix.
    Letter,
}

/// The pieces of a number to be written.
struct Parts {
    mantissa: String,
    exponent: Option<String>,
    radix: bool,
}

impl Parts {
    /// Takes a finite number apart.
    fn of(value: &Value, language: Language, next: Next) -> Self {
        let strict = next == Next::Letter;
        let literal = value.as_str();
        let unsigned = literal.trim_start_matches(['-', '+']);
        let is_radix = ["0x", "0o", "0b"].iter().any(|prefix| unsigned.starts_with(prefix));
        if is_radix {
            let keep = !strict && keeps_radix(literal, language);
            let decimal = value.exact().map_or_else(|| literal.to_owned(), |number| number.to_string());
            return Self { mantissa: if keep { literal.to_owned() } else { decimal }, exponent: None, radix: keep };
        }
        let (mantissa, exponent) = match literal.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent.to_owned())),
            None => (literal, None),
        };
        let mut mantissa = mantissa.to_owned();
        let rigid = language.escapes();
        let needs_digits = rigid || matches!(language, Language::Rust | Language::Kotlin | Language::Other(_));
        let digits = mantissa.find(|c| c != '-' && c != '+').unwrap_or(0);
        if mantissa[digits..].starts_with('.') && needs_digits {
            mantissa.insert(digits, '0');
        }
        if mantissa.ends_with('.') && (needs_digits || strict) {
            mantissa.push('0');
        }
        let whole_number = exponent.is_none() && !mantissa.contains('.');
        let minds = minds_leading_zeros(language) && (whole_number || minds_zeros_of_fractions(language));
        if rigid || minds {
            let whole = mantissa[digits..].find('.').unwrap_or(mantissa.len() - digits);
            let zeros = mantissa[digits..digits + whole]
                .bytes()
                .take_while(|&b| b == b'0')
                .count()
                .min(whole.saturating_sub(1));
            mantissa.replace_range(digits..digits + zeros, "");
        }
        if rigid || matches!(language, Language::Rust | Language::Lua) {
            mantissa = mantissa.strip_prefix('+').unwrap_or(&mantissa).to_owned();
        }
        Self { mantissa, exponent, radix: false }
    }

    fn is_float(&self) -> bool {
        !self.radix && (self.exponent.is_some() || self.mantissa.contains('.'))
    }

    fn with_point(mut self) -> Self {
        if !self.radix {
            self.mantissa.push_str(".0");
        }
        self
    }

    fn join(self, language: Language) -> String {
        match self.exponent {
            None => self.mantissa,
            // YAML 1.1 takes `1e5` and `1.0e5` for text: it wants a point, and a sign in the exponent.
            Some(exponent) if language == Language::Yaml => {
                let point = if self.mantissa.contains('.') { "" } else { ".0" };
                let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
                format!("{}{point}e{sign}{exponent}", self.mantissa)
            }
            Some(exponent) => {
                let wants_point = matches!(language, Language::Other(other) if other.wants_point());
                let point = if wants_point && !self.mantissa.contains('.') { ".0" } else { "" };
                format!("{}{point}e{exponent}", self.mantissa)
            }
        }
    }
}

/// True if `language` reads the literal, which has a radix prefix, as what it means.
fn keeps_radix(literal: &str, language: Language) -> bool {
    let hex = literal.trim_start_matches(['-', '+']).starts_with("0x");
    match language {
        Language::Fortran
        | Language::FixedFortran
        | Language::Matlab
        | Language::Hoc
        | Language::Nmodl
        | Language::Gromacs
        | Language::Json
        | Language::Xml
        | Language::Cp2k
        | Language::Namd
        | Language::Plumed
        | Language::Other(_) => false,
        Language::Python | Language::Rust | Language::Go | Language::JavaScript | Language::Julia => true,
        Language::Toml => literal.starts_with('0'),
        Language::Yaml => hex && literal.starts_with('0'),
        _ => hex,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_many_languages_are_taken_apart() {
        for (language, text, plain, suffix) in [
            (Language::C, "3.0f", "3.0", "f"),
            (Language::C, "0x1Fu", "0x1F", "u"),
            (Language::C, "1'000'000ULL", "1000000", "ULL"),
            (Language::C, "-.5", "-.5", ""),
            (Language::C, "3.0_km", "3.0", "_km"),
            (Language::C, "010", "8", ""),
            (Language::C, "-0'17UL", "-15", "UL"),
            (Language::C, "010.5f", "010.5", "f"),
            (Language::C, "00", "0", ""),
            (Language::C, "010f", "010", "f"),
            (Language::Go, "010", "8", ""),
            (Language::JavaScript, "089", "089", ""),
            (Language::Fortran, "010", "010", ""),
            (Language::Rust, "1_000.5_f64", "1000.5", "_f64"),
            (Language::Rust, "3u32", "3", "u32"),
            (Language::Fortran, "3.0d-2", "3.0e-2", ""),
            (Language::Fortran, "3.0D0_8", "3.0", "_8"),
            (Language::Fortran, "-2d+00", "-2.0", ""),
            (Language::Fortran, "2.d0", "2.", ""),
            (Language::Fortran, "3_8", "3", "_8"),
            (Language::Julia, "3.0f0", "3.0", ""),
            (Language::R, "3L", "3", "L"),
            (Language::Python, "1_000", "1000", ""),
            (Language::Python, "-1e-5", "-1e-5", ""),
        ] {
            let number = Number::parse(text.as_bytes(), language).unwrap();
            assert_eq!((number.plain(), number.suffix.as_str()), (plain, suffix), "{text}");
        }
        for (language, text) in [
            (Language::Python, "3f"),
            (Language::Python, "a3"),
            (Language::Python, "3 4"),
            (Language::Julia, "2x"),
            (Language::C, "3nS"),
            (Language::C, "1.2.3"),
            (Language::C, "0x"),
            (Language::C, "1__0"),
            (Language::Yaml, "é"),
            (Language::Python, ""),
            (Language::Python, "."),
        ] {
            assert_eq!(Number::parse(text.as_bytes(), language), None, "{text}");
        }
    }
}
