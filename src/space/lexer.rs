//! A domain's text as words and punctuation, each with its place.

use std::ops::Range;

use super::error::Fault;

/// How the text is spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// As typed on a command line or inside a TOML string: bare words are text, blanks separate list items.
    Typed,
    /// TOML source: comments, multi-line strings, commas between items, no bare words.
    Toml,
}

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `[`, `(` or `{`.
    Open(char),
    /// `]`, `)` or `}`.
    Close(char),
    /// `,`
    Comma,
    /// `=`, or JSON's `:` after a quoted key.
    Equals,
    /// A run of other characters: a number, a name, bare text.
    Word(String),
    /// Quoted text, decoded.
    Quoted(String),
    /// The end of the text.
    End,
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
}

/// Cuts `text` into lexemes, the last of which is [`Token::End`].
pub(super) fn lex(text: &str, dialect: Dialect) -> Result<Vec<Lexeme>, Fault> {
    let mut lexemes: Vec<Lexeme> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        at += c.len_utf8();
        let token = match c {
            _ if c.is_whitespace() => continue,
            '#' if dialect == Dialect::Toml => {
                at = text[at..].find('\n').map_or(text.len(), |line| at + line);
                continue;
            }
            '[' | '(' | '{' => Token::Open(c),
            ']' | ')' | '}' => Token::Close(c),
            ',' => Token::Comma,
            '=' => Token::Equals,
            ':' if matches!(lexemes.last(), Some(Lexeme { token: Token::Quoted(_), .. })) => Token::Equals,
            '"' | '\'' => {
                let (quoted, end) = quoted(text, start, c, dialect)?;
                at = end;
                Token::Quoted(quoted)
            }
            _ => {
                let rest = &text[start..];
                at = start + rest.find(|c| ends_word(c, dialect)).unwrap_or(rest.len());
                let word = &text[start..at];
                no_control(word, start)?;
                Token::Word(word.to_owned())
            }
        };
        lexemes.push(Lexeme { token, span: start..at });
    }
    lexemes.push(Lexeme { token: Token::End, span: text.len()..text.len() });
    Ok(lexemes)
}

fn ends_word(c: char, dialect: Dialect) -> bool {
    c.is_whitespace() || "[](){},='\"".contains(c) || (dialect == Dialect::Toml && c == '#')
}

/// Reads the quoted text that opens with `quote` at `start`; gives it decoded, and the place after it.
///
/// As in TOML, nothing is special between single quotes, and a backslash escapes between double quotes.
fn quoted(text: &str, start: usize, quote: char, dialect: Dialect) -> Result<(String, usize), Fault> {
    let triple: String = [quote; 3].iter().collect();
    if dialect == Dialect::Toml && text[start..].starts_with(&triple) {
        return Err(Fault::new(start, "a value cannot be text over several lines")
            .with_hint("write the text on one line between single quotes"));
    }
    let body = start + 1;
    let mut decoded = String::new();
    let mut chars = text[body..].char_indices();
    while let Some((place, c)) = chars.next() {
        let place = body + place;
        if c == quote {
            return Ok((decoded, place + 1));
        }
        if c.is_control() {
            return Err(control(place));
        }
        if c != '\\' || quote == '\'' {
            decoded.push(c);
            continue;
        }
        let escape = chars.next().map_or('\0', |(_, escape)| escape);
        let unescaped = match escape {
            '"' | '\'' | '\\' => escape,
            'n' | 't' | 'r' | 'b' | 'f' | 'e' => return Err(control(place)),
            'u' => code_point(&mut chars, 4).ok_or_else(|| bad_escape(place))?,
            'U' => code_point(&mut chars, 8).ok_or_else(|| bad_escape(place))?,
            _ => return Err(bad_escape(place)),
        };
        if unescaped.is_control() {
            return Err(control(place));
        }
        decoded.push(unescaped);
    }
    Err(Fault::new(start, format!("the quote {quote} is never closed"))
        .with_hint("text that has a quote in it goes between quotes of the other kind"))
}

/// The character whose code is the next `digits` hexadecimal digits.
fn code_point(chars: &mut impl Iterator<Item = (usize, char)>, digits: usize) -> Option<char> {
    let mut code = 0;
    for _ in 0..digits {
        code = code * 16 + chars.next()?.1.to_digit(16)?;
    }
    char::from_u32(code)
}

fn bad_escape(at: usize) -> Fault {
    Fault::new(at, "unknown escape between double quotes")
        .with_hint("between single quotes a backslash is only a backslash")
}

fn no_control(word: &str, start: usize) -> Result<(), Fault> {
    word.find(char::is_control).map_or(Ok(()), |place| Err(control(start + place)))
}

fn control(at: usize) -> Fault {
    Fault::new(at, "a value cannot hold a line break or another control character")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str, dialect: Dialect) -> Vec<Token> {
        lex(text, dialect).unwrap().into_iter().map(|lexeme| lexeme.token).collect()
    }

    fn word(word: &str) -> Token {
        Token::Word(word.to_owned())
    }

    fn quoted(text: &str) -> Token {
        Token::Quoted(text.to_owned())
    }

    #[test]
    fn words_end_at_punctuation_and_blanks() {
        assert_eq!(
            tokens("a/b.c -1e-5,[x='y z']", Dialect::Typed),
            [
                word("a/b.c"),
                word("-1e-5"),
                Token::Comma,
                Token::Open('['),
                word("x"),
                Token::Equals,
                quoted("y z"),
                Token::Close(']'),
                Token::End
            ]
        );
    }

    #[test]
    fn a_hash_is_a_comment_in_toml_only() {
        assert_eq!(tokens("1 # one\n, 2", Dialect::Toml), [word("1"), Token::Comma, word("2"), Token::End]);
        assert_eq!(tokens("#fff", Dialect::Typed), [word("#fff"), Token::End]);
    }

    #[test]
    fn quotes_are_those_of_toml() {
        assert_eq!(tokens(r#"'a\b'"#, Dialect::Typed), [quoted(r"a\b"), Token::End]);
        assert_eq!(tokens(r#""a\\b\"é\u00e9""#, Dialect::Typed), [quoted("a\\b\"éé"), Token::End]);
        for bad in ["'a", "\"a\\", r#""\q""#, r#""\u12""#, r#""\ud800""#, "\"a\nb\"", r#""a\nb""#, "a\u{7}"] {
            assert!(lex(bad, Dialect::Typed).is_err(), "{bad}");
        }
    }

    #[test]
    fn json_colons_follow_quoted_keys() {
        let read = tokens(r#"{"type":"discrete", a:b}"#, Dialect::Typed);
        assert_eq!(read[1..5], [quoted("type"), Token::Equals, quoted("discrete"), Token::Comma]);
        assert_eq!(read[5], word("a:b"));
    }
}
