//! Reading a domain's text into a tree.

use std::ops::Range;

use super::error::Fault;
use super::lexer::{Dialect, Lexeme, Token, lex};
use super::tree::{Call, Field, Node, Tree, bare_value};
use crate::value::Kind;

/// How deeply brackets may nest; no domain needs more than three.
const DEEPEST: usize = 16;

/// Reads the whole of `text`.
pub(super) fn parse(text: &str, dialect: Dialect) -> Result<Node, Fault> {
    let mut parser = Parser { lexemes: lex(text, dialect)?, next: 0, depth: 0, dialect };
    let node = parser.expression()?;
    parser.end(&node)?;
    Ok(node)
}

struct Parser {
    lexemes: Vec<Lexeme>,
    next: usize,
    depth: usize,
    dialect: Dialect,
}

impl Parser {
    fn peek(&self) -> &Lexeme {
        // The last lexeme is the end, and `take` never goes past it.
        &self.lexemes[self.next]
    }

    fn take(&mut self) -> Lexeme {
        let lexeme = self.peek().clone();
        if lexeme.token != Token::End {
            self.next += 1;
        }
        lexeme
    }

    fn peek_word(&self, word: &str) -> bool {
        matches!(&self.peek().token, Token::Word(next) if next == word)
    }

    /// An item, or a range `a to b step c`.
    fn expression(&mut self) -> Result<Node, Fault> {
        let from = self.item()?;
        if self.dialect == Dialect::Toml || !self.peek_word("to") {
            return Ok(from);
        }
        self.take();
        let to = self.item()?;
        if !self.peek_word("step") {
            let (from, to) = (spelt(&from), spelt(&to));
            let falls = falls(&from, &to);
            let step = if falls { "-1" } else { "1" };
            let (low, high) = if falls { (&to, &from) } else { (&from, &to) };
            return Err(Fault::new(self.peek().span.start, "expected `step` and a number").with_hint(format!(
                "say how far apart the values are, as in `{from} to {to} step {step}`; all between two bounds are \
                 `uniform({low}, {high})`, by their magnitude `loguniform`"
            )));
        }
        self.take();
        let step = self.item()?;
        let span = from.span.start..step.span.end;
        Ok(Node { tree: Tree::Range(Box::new([from, to, step])), span })
    }

    /// Anything but a range.
    fn item(&mut self) -> Result<Node, Fault> {
        let Lexeme { token, span } = self.take();
        match token {
            Token::Word(word) if self.peek().token == Token::Open('(') => self.call(word, span),
            Token::Word(word) => {
                self.check_bare(&word, span.start)?;
                Ok(Node { tree: Tree::Bare(word), span })
            }
            Token::Quoted(text) => Ok(Node { tree: Tree::Quoted(text), span }),
            Token::Open(open) => self.bracket(open, span),
            Token::Close(_) | Token::Comma | Token::Equals | Token::End => {
                Err(Fault::new(span.start, "expected a value"))
            }
        }
    }

    fn check_bare(&self, word: &str, at: usize) -> Result<(), Fault> {
        let value = bare_value(word);
        if value.kind() != Kind::Text {
            return Ok(());
        }
        // A date is the only other thing that TOML writes without quotes.
        let date = word.contains(['-', ':']) && word.starts_with(|c: char| c.is_ascii_digit());
        if self.dialect == Dialect::Toml && !date {
            return Err(Fault::new(at, "expected a number, true, false, or text in quotes"));
        }
        if !word.contains(char::is_alphanumeric) {
            return Err(
                Fault::new(at, "expected a value").with_hint(format!("if it is text, write '{word}' in quotes"))
            );
        }
        Ok(())
    }

    fn bracket(&mut self, open: char, span: Range<usize>) -> Result<Node, Fault> {
        self.deeper(span.start)?;
        let (tree, end) = match open {
            '[' => {
                let (items, end) = self.list(span.start)?;
                (Tree::List(items), end)
            }
            '(' => {
                let (items, keyword, end) = self.arguments(span.start)?;
                if let Some(field) = keyword.first() {
                    return Err(Fault::new(field.at, "expected a number")
                        .with_hint("(start, stop, step) has no names; a table is written { key = value }"));
                }
                (Tree::Tuple(items), end)
            }
            _ => {
                let (fields, end) = self.table(span.start)?;
                (Tree::Table(fields), end)
            }
        };
        self.depth -= 1;
        Ok(Node { tree, span: span.start..end })
    }

    fn call(&mut self, name: String, span: Range<usize>) -> Result<Node, Fault> {
        let open = self.take().span.start;
        self.deeper(open)?;
        let (positional, keyword, end) = self.arguments(open)?;
        self.depth -= 1;
        let at = span.start;
        Ok(Node { tree: Tree::Call(Call { name, positional, keyword, at, close: end - 1 }), span: at..end })
    }

    /// The items up to `]`, separated by commas or, where typed, by blanks; and the place after it. Among commas a blank
    /// may belong to a text that lacks its quotes.
    fn list(&mut self, open: usize) -> Result<(Vec<Node>, usize), Fault> {
        let mut items: Vec<Node> = Vec::new();
        let (mut comma, mut blank) = (false, None);
        loop {
            if let (true, Some(at)) = (comma, blank) {
                return Err(Fault::new(at, "expected a comma or `]`").with_hint(
                    "text with blanks goes between quotes; bare words are separated by commas or by blanks, not by both",
                ));
            }
            if let Some(end) = self.closed(open, ']')? {
                return Ok((items, end));
            }
            if self.peek_word("to") && matches!(items.last(), Some(last) if last.value().is_some_and(|v| v.is_number()))
            {
                return Err(Fault::new(self.peek().span.start, "a range is written without brackets")
                    .with_hint("as in `0.5 to 3.0 step 0.5`; for the text, write 'to' in quotes"));
            }
            let item = self.item()?;
            let end = item.span.end;
            items.push(item);
            let next = self.peek();
            match next.token {
                Token::Comma => {
                    comma = true;
                    self.take();
                }
                Token::Close(_) | Token::End => {}
                _ if self.dialect == Dialect::Typed && next.span.start > end => {
                    let is_text = |word: &str| bare_value(word).kind() == Kind::Text;
                    if let (Some(Tree::Bare(last)), Token::Word(word)) =
                        (items.last().map(|item| &item.tree), &next.token)
                        && is_text(last)
                        && is_text(word)
                    {
                        blank = blank.or(Some(next.span.start));
                    }
                }
                _ => return Err(Fault::new(next.span.start, "expected a comma or `]`")),
            }
        }
    }

    /// The arguments up to `)`, separated by commas, and the place after it.
    fn arguments(&mut self, open: usize) -> Result<(Vec<Node>, Vec<Field>, usize), Fault> {
        let (mut positional, mut keyword) = (Vec::new(), Vec::new());
        loop {
            if let Some(end) = self.closed(open, ')')? {
                return Ok((positional, keyword, end));
            }
            if matches!(&self.lexemes[self.next..], [name, equals, ..]
                if matches!(name.token, Token::Word(_)) && equals.token == Token::Equals)
            {
                keyword.push(self.field()?);
            } else {
                let argument = self.expression()?;
                if !keyword.is_empty() {
                    return Err(Fault::new(argument.at(), "an argument without a name stands after one with a name"));
                }
                positional.push(argument);
            }
            self.separator(')')?;
        }
    }

    /// The fields up to `}`, and the place after it.
    fn table(&mut self, open: usize) -> Result<(Vec<Field>, usize), Fault> {
        let mut fields = Vec::new();
        loop {
            if let Some(end) = self.closed(open, '}')? {
                return Ok((fields, end));
            }
            fields.push(self.field()?);
            self.separator('}')?;
        }
    }

    /// `key = value`
    fn field(&mut self) -> Result<Field, Fault> {
        let Lexeme { token, span } = self.take();
        let (Token::Word(key) | Token::Quoted(key)) = token else {
            return Err(Fault::new(span.start, "expected a key, as in `key = value`"));
        };
        let equals = self.take();
        if equals.token != Token::Equals {
            return Err(Fault::new(equals.span.start, format!("expected `=` after `{key}`")));
        }
        Ok(Field { key, value: self.expression()?, at: span.start })
    }

    /// Takes a comma, if there is one; without one only `close` may follow.
    fn separator(&mut self, close: char) -> Result<(), Fault> {
        match self.peek().token {
            Token::Comma => {
                self.take();
                Ok(())
            }
            Token::Close(_) | Token::End => Ok(()),
            _ => Err(Fault::new(self.peek().span.start, format!("expected a comma or `{close}`"))),
        }
    }

    /// The place after `close` if it comes next; an error if the text ends or another bracket closes.
    fn closed(&mut self, open: usize, close: char) -> Result<Option<usize>, Fault> {
        let Lexeme { token, span } = self.peek();
        match token {
            Token::Close(found) if *found == close => {
                let end = span.end;
                self.take();
                Ok(Some(end))
            }
            Token::Close(found) => Err(Fault::new(span.start, format!("expected `{close}`, not `{found}`"))),
            Token::End => Err(Fault::new(open, format!("this bracket is never closed; expected a `{close}`"))),
            _ => Ok(None),
        }
    }

    fn deeper(&mut self, at: usize) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(Fault::new(at, "brackets are nested too deeply")) } else { Ok(()) }
    }

    /// Refuses what follows a whole domain.
    fn end(&self, read: &Node) -> Result<(), Fault> {
        let Lexeme { token, span } = self.peek();
        let fault = match token {
            Token::End => return Ok(()),
            Token::Close(found) => Fault::new(span.start, format!("`{found}` closes nothing")),
            Token::Comma => Fault::new(span.start, "expected the end of the domain")
                .with_hint("a list goes between brackets: [1, 2, 3]"),
            _ => Fault::new(span.start, "expected the end of the domain"),
        };
        Err(match (&read.tree, token) {
            (Tree::Bare(_), Token::Word(_) | Token::Equals | Token::Quoted(_)) => {
                fault.with_hint("text with blanks, brackets or signs in it goes between quotes; a list between [ ]")
            }
            _ => fault,
        })
    }
}

/// A value as written, for hints.
pub(super) fn spelt(node: &Node) -> String {
    node.value().map_or_else(|| "a".to_owned(), |value| value.to_string())
}

/// True if a range from one to the other goes down.
pub(super) fn falls(from: &str, to: &str) -> bool {
    from.parse::<f64>().ok() > to.parse::<f64>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, dialect: Dialect) -> String {
        parse(text, dialect).unwrap_err().in_text(text).to_string()
    }

    #[test]
    fn errors_stand_where_reading_stops() {
        for (text, expected) in [
            ("", "expected a value"),
            ("  ", "expected a value"),
            ("[1 2", "this bracket is never closed; expected a `]`\n  [1 2\n  ^"),
            ("[1, 2)", "expected `]`, not `)`\n  [1, 2)\n       ^"),
            ("[1,, 2]", "expected a value\n  [1,, 2]\n     ^"),
            ("[a b, c]", "expected a comma or `]`\n  [a b, c]\n     ^"),
            ("[a, b c]", "expected a comma or `]`\n  [a, b c]\n        ^"),
            ("['a''b']", "expected a comma or `]`\n  ['a''b']\n      ^"),
            ("(1 10)", "expected a comma or `)`\n  (1 10)\n     ^"),
            ("1 to 10", "expected `step` and a number\n  1 to 10\n         ^"),
            ("[1 to 10]", "a range is written without brackets\n  [1 to 10]\n     ^"),
            ("3 nS", "expected the end of the domain\n  3 nS\n    ^"),
            ("1, 2", "expected the end of the domain\n  1, 2\n   ^"),
            ("[1]]", "`]` closes nothing\n  [1]]\n     ^"),
            ("{ from 1 }", "expected `=` after `from`\n  { from 1 }\n         ^"),
            ("f(a=1, 2)", "an argument without a name stands after one with a name\n  f(a=1, 2)\n         ^"),
            ("*", "expected a value\n  *\n  ^"),
        ] {
            assert_eq!(message(text, Dialect::Typed), expected);
        }
    }

    #[test]
    fn toml_takes_no_bare_words() {
        assert!(message("[relu]", Dialect::Toml).starts_with("expected a number, true, false, or text in quotes"));
        assert!(message("[1 2]", Dialect::Toml).starts_with("expected a comma"));
        assert!(parse("[ 1, # one\n  2026-08-22,\n]", Dialect::Toml).is_ok());
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(message(&"(".repeat(100_000), Dialect::Typed).starts_with("brackets are nested too deeply"));
    }
}
