//! The words of an expression, each with its place.

use std::ops::Range;

use super::error::{ExpressionError, Fault};
use crate::value::Value;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(Value),
    Text(String),
    Name(String),
    /// A name in backquotes, which is never a keyword.
    QuotedName(String),
    /// An operator, bracket or keyword, in its first spelling: `and` also for `&&`.
    Symbol(&'static str),
    End,
}

enum Reading {
    As(&'static str),
    /// Not ours; this is what the user means.
    Instead(&'static str),
}
use Reading::{As, Instead};

/// Longer spellings stand before those that they begin with.
const SYMBOLS: [(&str, Reading); 40] = [
    ("===", Instead("==")),
    ("!==", Instead("!=")),
    ("<>", Instead("!=")),
    ("=<", Instead("<=")),
    ("=>", Instead(">=")),
    ("**", As("**")),
    ("//", As("//")),
    ("==", As("==")),
    ("!=", As("!=")),
    ("<=", As("<=")),
    (">=", As(">=")),
    ("&&", As("and")),
    ("||", As("or")),
    ("<", As("<")),
    (">", As(">")),
    ("+", As("+")),
    ("-", As("-")),
    ("*", As("*")),
    ("/", As("/")),
    ("%", As("%")),
    ("^", As("**")),
    ("!", As("not")),
    ("(", As("(")),
    (")", As(")")),
    ("[", As("[")),
    ("]", As("]")),
    (",", As(",")),
    ("=", Instead("==")),
    ("&", Instead("and")),
    ("|", Instead("or")),
    ("~", Instead("not")),
    ("?", Instead("b if a else c")),
    ("≤", Instead("<=")),
    ("≥", Instead(">=")),
    ("≠", Instead("!=")),
    ("×", Instead("*")),
    ("·", Instead("*")),
    ("−", Instead("-")),
    ("‘", Instead("'")),
    ("“", Instead("\"")),
];

const KEYWORDS: [&str; 7] = ["and", "or", "not", "in", "is", "if", "else"];

/// All words of `text`; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, ExpressionError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let (token, length) = match first {
            '0'..='9' => number(rest),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => number(rest),
            '\'' | '"' => quoted(rest, first),
            '`' => quoted_name(rest),
            c if starts_name(c) => Ok(name(rest)),
            _ => symbol(rest),
        }
        .map_err(|(fault, length)| ExpressionError::new(text, at..at + length, fault))?;
        found.push((token, at..at + length));
        at += length;
    }
    let end = text.trim_end().len();
    found.push((Token::End, end..end));
    Ok(found)
}

/// A token and its length, or a fault and how far it reaches.
type Lexed = Result<(Token, usize), (Fault, usize)>;

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn number(rest: &str) -> Lexed {
    let bytes = rest.as_bytes();
    let radix = rest.starts_with("0x") || rest.starts_with("0o") || rest.starts_with("0b");
    let end = rest
        .char_indices()
        .find(|&(at, c)| {
            let exponent_sign = (c == '-' || c == '+')
                && !radix
                && matches!(bytes[at - 1], b'e' | b'E')
                && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
            !(c == '.' || continues_name(c) || exponent_sign)
        })
        .map_or(rest.len(), |(at, _)| at);
    let literal = &rest[..end];
    let refused = || {
        let fault = Fault::new(format!("`{literal}` is not a number"));
        let digits = literal.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(end);
        match literal.split_at(digits) {
            (factor, name) if !radix && name.starts_with(starts_name) && !name.starts_with('_') => {
                (fault.hint(format!("a product is written `{factor} * {name}`, a name in backquotes")), end)
            }
            _ => (fault, end),
        }
    };
    Value::number(literal).map(|number| (Token::Number(number), end)).ok_or_else(refused)
}

fn quoted(rest: &str, quote: char) -> Lexed {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Ok((Token::Text(text), at + 1)),
            '\\' => match chars.next().map(|(_, escaped)| escaped) {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(escaped @ ('\\' | '\'' | '"')) => text.push(escaped),
                Some(other) => text.extend(['\\', other]),
                None => {}
            },
            c => text.push(c),
        }
    }
    Err((Fault::new("this text does not end").hint(format!("close it with {quote}")), 1))
}

fn quoted_name(rest: &str) -> Lexed {
    match rest[1..].find('`') {
        Some(0) => Err((Fault::new("a name is missing between the backquotes"), 2)),
        Some(length) => Ok((Token::QuotedName(rest[1..=length].to_owned()), length + 2)),
        None => Err((Fault::new("this name does not end").hint("close it with `"), 1)),
    }
}

/// A name with its dots (`model.g_e`), or a keyword.
fn name(rest: &str) -> (Token, usize) {
    let mut end = 0;
    loop {
        end += rest[end..].find(|c: char| !continues_name(c)).unwrap_or(rest.len() - end);
        let dotted = rest[end..].strip_prefix('.').is_some_and(|next| next.starts_with(continues_name));
        if !dotted {
            break;
        }
        end += 1;
    }
    let name = &rest[..end];
    let keyword = KEYWORDS.into_iter().find(|&keyword| keyword == name);
    (keyword.map_or_else(|| Token::Name(name.to_owned()), Token::Symbol), end)
}

fn symbol(rest: &str) -> Lexed {
    match SYMBOLS.iter().find(|(spelt, _)| rest.starts_with(spelt)) {
        Some((spelt, As(symbol))) => Ok((Token::Symbol(symbol), spelt.len())),
        Some((spelt, Instead(ours))) => {
            Err((Fault::new(format!("`{spelt}` is not an operator here")).hint(format!("write `{ours}`")), spelt.len()))
        }
        None => {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            Err((Fault::new(format!("unexpected {:?}", &rest[..length])), length))
        }
    }
}
