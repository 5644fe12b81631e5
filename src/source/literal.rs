//! The value that stands at a site, and how another is written in its place: with its quotes, suffix and spelling.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::Sign;

use super::config::is_collection;
use super::declared::{self, Declared};
use super::embedded::Escaping;
use super::format::Format;
use super::language::Language;
use super::lexer::{Class, Lexed};
use super::number::{self, Digits, Number};
use super::percent;
use super::quote::{quote, unescape_xml};
use super::quoted::Quoted;
use super::render_error::{Reason, RenderError};
use super::syntax::{Extent, Syntax};
use super::truth::{self, Truth};
use super::{extent, extent::Reach};
use crate::value::{Kind, Value};

/// The value that stands at a site, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    language: Language,
    shape: Shape,
    text: Box<str>,
    declared: Declared,
    /// True if a percent sign alone is none for the readers of the file.
    doubles_percents: bool,
    /// How the file that the value belongs to is written in the one that holds it.
    escaping: Escaping,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    Number(Number),
    Quoted(Quoted),
    Truth(Truth),
    Empty,
    /// An identifier, an expression, a list.
    Other,
}

impl Literal {
    /// Takes apart the value `text` of a file of `language`.
    pub(super) fn read(text: &[u8], language: Language) -> Self {
        let shape = if text.is_empty() {
            Shape::Empty
        } else if let Some(number) = Number::parse(text, language) {
            Shape::Number(number)
        } else if let Some(quoted) = Quoted::read(text, language) {
            Shape::Quoted(quoted)
        } else {
            Truth::read(text, language).map_or(Shape::Other, Shape::Truth)
        };
        Self {
            language,
            shape,
            text: String::from_utf8_lossy(text).into(),
            declared: Declared::default(),
            doubles_percents: false,
            escaping: Escaping::None,
        }
    }

    /// Says what the declaration is in which the value stands.
    pub(super) fn declare(&mut self, declared: Declared) {
        self.declared = declared;
    }

    /// Says that the file has percent signs doubled.
    pub(super) fn double_percents(&mut self) {
        self.doubles_percents = true;
    }

    /// Says how the file that the value belongs to is written in the one that holds it.
    pub(super) fn embed(&mut self, escaping: Escaping) {
        self.escaping = escaping;
    }

    /// True for the value of a macro without parentheses: a replacement may have them.
    pub(super) fn is_bare_macro(&self) -> bool {
        self.declared.is_bare_macro
    }

    /// The value as it stands in the file; bytes that are not UTF-8 are shown as `\u{FFFD}`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The language whose rules the value follows.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The values that a user may mean by what stands there, the likeliest first: a number without its suffix and kind
    /// (`1.0e-2` of `1.0d-2`), true or false, the words between quotes.
    pub fn readings(&self) -> Vec<Value> {
        let words = self.text.trim_matches(['"', '\'']);
        let plain = if self.language == Language::Xml { unescape_xml(words) } else { None };
        let plain = plain.or_else(|| self.doubles_percents.then(|| words.replace("%%", "%")));
        let words = plain.as_deref().unwrap_or(words);
        let likeliest = match &self.shape {
            Shape::Number(number) => Value::number(number.plain()),
            Shape::Truth(style) => Some(Value::bool(style.means(&self.text))),
            _ => None,
        };
        let zero_or_one = likeliest.as_ref().filter(|value| matches!(value.as_str(), "0" | "1"));
        let truth = zero_or_one.map(|value| Value::bool(value.as_str() == "1"));
        likeliest.into_iter().chain(truth).chain([Value::guess(words), Value::text(words)]).collect()
    }

    /// The text to put in place of the value so that the program reads `value` there.
    ///
    /// # Errors
    /// If `value` cannot stand in this place, such as text with a quote inside quotes, or the format does not fit.
    pub fn render(&self, value: &Value, format: Option<&Format>) -> Result<String, RenderError> {
        let text = self.render_plain(value, format)?;
        match self.escaping {
            Escaping::None => Ok(text),
            Escaping::Json => {
                let string = serde_json::Value::from(text).to_string();
                Ok(string[1..string.len() - 1].to_owned())
            }
            Escaping::Shell if text.contains(['$', '`', '\\']) => {
                Err(RenderError { value: value.clone(), reason: Reason::Expanded })
            }
            Escaping::Shell => Ok(text),
        }
    }

    /// The text in the file that the value belongs to.
    fn render_plain(&self, value: &Value, format: Option<&Format>) -> Result<String, RenderError> {
        let fail = |reason| RenderError { value: value.clone(), reason };
        if let Some((number, whole_type)) = value.exact().zip(self.declared.whole_type.as_ref()) {
            self.check_type(&number, whole_type, value).map_err(fail)?;
        }
        let Some(format) = format else {
            return match value.kind() {
                Kind::Text => self.text_in_place(value.as_str()),
                Kind::Bool if self.is_aggregate() => Err(Reason::Aggregate(self.text.clone())),
                Kind::Bool => {
                    let truth = value.as_str() == "true";
                    let zero_or_one = match &self.shape {
                        Shape::Number(number) if matches!(number.plain(), "0" | "1") => Truth::digit(self.language),
                        Shape::Truth(style) => Some(*style),
                        _ => None,
                    };
                    return Ok(zero_or_one.unwrap_or_else(|| truth::spelling(self.language)).spell(truth).to_owned());
                }
                Kind::Integer | Kind::Decimal => self.number_in_place(value, Digits::OfValue),
            }
            .map_err(fail);
        };
        let spelt = format.apply(value).map_err(|error| fail(Reason::Format(error)))?;
        match Value::number(&spelt) {
            Some(number) if value.kind() != Kind::Text => self.number_in_place(&number, Digits::OfFormat),
            _ => self.text_in_place(&spelt),
        }
        .map_err(fail)
    }

    /// Refuses a number that the declared type would make another of.
    fn check_type(&self, number: &BigDecimal, whole_type: &str, value: &Value) -> Result<(), Reason> {
        let by: Box<str> = self.declared.elsewhere.as_deref().unwrap_or("its line").into();
        if !number.is_integer() {
            return Err(Reason::Fraction { whole_type: whole_type.into(), by });
        }
        let is_unsigned = declared::is_unsigned(whole_type, self.language);
        if is_unsigned && number.sign() == Sign::Minus {
            return Err(Reason::Negative { whole_type: whole_type.into(), by });
        }
        let Some(bits) = declared::bits(whole_type, self.language) else { return Ok(()) };
        // The bits of a number with a sign are often given in hexadecimal.
        let for_sign = u32::from(!is_unsigned && !value.as_str().contains("0x"));
        let most = BigDecimal::from(u128::MAX >> (128 - bits + for_sign));
        let least = if is_unsigned { BigDecimal::from(0) } else { -BigDecimal::from(u128::MAX >> (129 - bits)) - 1 };
        if *number > most || *number < least {
            Err(Reason::Range { whole_type: whole_type.into(), bits, by })
        } else {
            Ok(())
        }
    }

    fn number_in_place(&self, value: &Value, digits: Digits) -> Result<String, Reason> {
        if self.is_aggregate() {
            return Err(Reason::Aggregate(self.text.clone()));
        }
        let number = match &self.shape {
            Shape::Number(number) => number.restyle(value, self.language, digits),
            _ => match self.first_typed() {
                Some(number) => number.restyle(value, self.language, digits),
                None => number::spell(value, self.language),
            },
        };
        let mut number = number.map_err(Reason::Misfit)?;
        if let Some(kind) = self.declared.real_kind.as_ref().filter(|_| digits == Digits::OfValue) {
            number::add_kind(&mut number, kind, self.language);
        }
        // As `R**2` and `2-R` would have it otherwise, it is another number, or none.
        let is_bare = self.is_bare_macro() && number.starts_with('-') && !self.text.starts_with('-');
        Ok(if is_bare { format!("({number})") } else { number })
    }

    fn text_in_place(&self, text: &str) -> Result<String, Reason> {
        if text.contains('\0') {
            return Err(Reason::Nul);
        }
        let has_no_spelling =
            |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{FFFE}' | '\u{FFFF}');
        if self.language == Language::Xml && text.contains(has_no_spelling) {
            return Err(Reason::Misfit("XML has no spelling for it".to_owned()));
        }
        if self.language.escapes() {
            // In place of a list or table a list or table, and no string that looks like one.
            let bare = self.is_collection() && is_collection(text, self.language);
            return if bare { self.bare(text) } else { Ok(quote(text, &self.text, self.language)) };
        }
        if text.contains(['\n', '\r']) {
            return Err(Reason::LineBreak);
        }
        let doubled = self.doubles_percents.then(|| percent::double(text));
        let text = doubled.as_deref().unwrap_or(text);
        match &self.shape {
            Shape::Quoted(quoted) => quoted.hold(text).map_err(Reason::Quoted),
            _ => self.bare(text),
        }
    }

    /// Text without quotes: an expression or a word that the language takes for one value.
    fn bare(&self, text: &str) -> Result<String, Reason> {
        let extent = Syntax::of(self.language).extent;
        if text.is_empty() {
            let may_be_empty = matches!(extent, Extent::Rest | Extent::Word) || self.shape == Shape::Empty;
            return if may_be_empty { Ok(String::new()) } else { Err(Reason::Empty) };
        }
        let is_open = self.language == Language::Dotenv
            && text.starts_with(['"', '\''])
            && Quoted::read(text.as_bytes(), self.language).is_none();
        if is_open {
            return Err(Reason::Ends);
        }
        if self.language == Language::Shell && loses_backslash(text) {
            let is_plain = !text.contains(['\'', '"', '$', '`']);
            return if is_plain { Ok(format!("'{text}'")) } else { Err(Reason::Backslash) };
        }
        let lexed = Lexed::new(text.as_bytes(), self.language);
        if lexed.classes.contains(&Class::Comment) {
            return Err(Reason::Comment);
        }
        match extent::reach(&lexed, lexed.lines[0], 0) {
            Reach::Value(span, _) if span == (0..text.len()) => Ok(text.to_owned()),
            _ => Err(Reason::Ends),
        }
    }

    /// The first number with a fraction of an expression that consists of numbers, names and signs, which makes all of it one of
    /// its type: `1.0_dp/3`, `0.5*M_PI`. In JavaScript it is the first `10n`, which is never mixed with others.
    fn first_typed(&self) -> Option<Number> {
        let has_types = number::types_by_point(self.language) || self.language == Language::JavaScript;
        if self.shape != Shape::Other || self.declared.whole_type.is_some() || !has_types {
            return None;
        }
        let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let is_word = |b: u8| is_name(b) || b == b'.';
        let is_part = |b: u8| is_word(b) || b"+-*/() ".contains(&b);
        let bytes = self.text.as_bytes();
        // Neither a call nor a cast.
        let is_plain = bytes.iter().enumerate().all(|(at, &b)| {
            let before = bytes[..at].last().copied().unwrap_or(b' ');
            is_part(b) && !(b == b'(' && is_name(before) || before == b')' && (is_name(b) || b == b'('))
        });
        let starts = (0..bytes.len()).filter(|&at| is_plain && at.checked_sub(1).is_none_or(|at| !is_word(bytes[at])));
        let mut numbers = starts.filter_map(|start| {
            let in_exponent = |at: usize| matches!(bytes[at], b'+' | b'-') && b"eEdD".contains(&bytes[at - 1]);
            let is_number = bytes[start].is_ascii_digit() || bytes[start] == b'.';
            let ends = |at: &usize| !(is_word(bytes[*at]) || *at > start && is_number && in_exponent(*at));
            let end = (start..bytes.len()).find(ends).unwrap_or(bytes.len());
            Number::parse(&bytes[start..end], self.language)
        });
        match self.language {
            Language::JavaScript => numbers.find(Number::is_big),
            _ => numbers.find(Number::has_fraction),
        }
    }

    /// True if a list or table in brackets stands here.
    pub fn is_collection(&self) -> bool {
        self.shape == Shape::Other && self.text.starts_with(['[', '{'])
    }

    /// True if a list stands here in whose place a compiler takes no single value: `{1, 2}`, `new int[]{1, 2}`, `vec![1]`; or
    /// a namelist's, `1, 2*3.0`, of which a single value would set the first item and leave the others.
    fn is_aggregate(&self) -> bool {
        let text = &self.text;
        self.shape == Shape::Other
            && match self.language {
                Language::C => {
                    text.ends_with('}') && !text.contains(';') && (text.starts_with('{') || text.contains(','))
                }
                Language::Go => text.ends_with('}') && !text.starts_with("func"),
                Language::Fortran | Language::FixedFortran => self.is_list_of_constants(),
                Language::Rust => text.ends_with(']') && (text.starts_with('[') || text.starts_with("vec![")),
                _ => false,
            }
    }

    /// True if several constants stand here, a comma or a blank between them, none of them in brackets.
    fn is_list_of_constants(&self) -> bool {
        let is_quoted = |item: &str| item.starts_with(['\'', '"']) || item.ends_with(['\'', '"']);
        let is_constant = |item: &str| {
            let item =
                item.split_once('*').filter(|(times, _)| times.parse::<u32>().is_ok()).map_or(item, |(_, item)| item);
            is_quoted(item) || self.reads_as_number(item) || Truth::read(item.as_bytes(), self.language).is_some()
        };
        let items = || self.text.split([',', ' ', '\t']).filter(|item| !item.is_empty());
        let is_repeated = || self.declared.in_namelist && items().any(|item| item.contains('*'));
        (items().count() > 1 || is_repeated()) && items().all(is_constant)
    }

    /// True if a number stands here.
    pub fn is_number(&self) -> bool {
        matches!(self.shape, Shape::Number(_))
    }

    /// True if a number with a point or an exponent stands here.
    pub fn has_fraction(&self) -> bool {
        matches!(&self.shape, Shape::Number(number) if number.has_fraction())
    }

    /// True if what reads the value makes a number with a fraction of any.
    pub fn is_converted(&self) -> bool {
        self.declared.converts
    }

    /// True if `replacement` is a single numeric literal here.
    pub(super) fn reads_as_number(&self, replacement: &str) -> bool {
        Number::parse(replacement.as_bytes(), self.language).is_some()
    }

    /// True if `replacement`, which stands at the site now, is the number `value`.
    pub(super) fn reads_back(&self, replacement: &str, value: &Value) -> bool {
        let Some(exact) = value.exact() else { return true };
        let inside = replacement.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let replacement = inside.filter(|_| self.is_bare_macro()).unwrap_or(replacement);
        Number::parse(replacement.as_bytes(), self.language).and_then(|number| number.exact()) == Some(exact)
    }
}

/// True if a shell would drop a backslash that nobody writes to escape something: `a\b`, `\d+`.
fn loses_backslash(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let mut behind = rest[at + 1..].chars();
        if behind.next().is_none_or(char::is_alphanumeric) {
            return true;
        }
        rest = behind.as_str();
    }
    false
}

#[cfg(test)]
mod tests;
