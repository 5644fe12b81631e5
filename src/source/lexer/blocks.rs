//! Comments and strings that are made of whole lines.

use super::super::embedded::Document;
use super::super::syntax::Oddity;
use super::{Announced, Class, Ending, Lexed, Lexer};

impl Lexer<'_> {
    /// Where the whole lines end that are comment or text from the current line on, if they are.
    pub(super) fn whole_lines(&self) -> Option<(usize, Class)> {
        let line = &self.bytes[self.at..self.line_end(self.at)];
        if self.syntax.has(Oddity::Pod) {
            if line.starts_with(b"__END__") || line.starts_with(b"__DATA__") {
                return Some((self.bytes.len(), Class::Comment));
            }
            if line.first() == Some(&b'=') && line.get(1).is_some_and(u8::is_ascii_alphabetic) {
                let cut = self.find(self.at, b"\n=cut");
                return Some((self.line_end(cut), Class::Comment));
            }
        }
        if self.syntax.has(Oddity::RubyBlock) && (line.starts_with(b"=begin") || line == b"__END__") {
            let end = if line == b"__END__" { self.bytes.len() } else { self.find(self.at, b"\n=end") };
            return Some((self.line_end(end), Class::Comment));
        }
        let word = line.trim_ascii();
        if self.syntax.defines && is_never(word) {
            return Some((self.skipped_end(), Class::Comment));
        }
        if self.syntax.has(Oddity::Matlab) && (word == b"%{" || word == b"#{") {
            return Some((self.matlab_block_end(), Class::Comment));
        }
        if self.syntax.has(Oddity::Nmodl) {
            let first = word.split(|b| !b.is_ascii_alphanumeric()).next().unwrap_or_default();
            return match first {
                b"COMMENT" => Some((self.find(self.at, b"ENDCOMMENT"), Class::Comment)),
                b"VERBATIM" => Some((self.find(self.at, b"ENDVERBATIM"), Class::Text)),
                b"TITLE" => Some((self.line_end(self.at), Class::Comment)),
                _ => None,
            };
        }
        None
    }

    /// Where the lines end that the preprocessor skips behind the `#if 0` of the current line.
    fn skipped_end(&self) -> usize {
        let mut depth = 0;
        let mut at = self.line_end(self.at) + 1;
        while at < self.bytes.len() {
            let end = self.line_end(at);
            match directive(self.bytes[at..end].trim_ascii()) {
                Some(b"if" | b"ifdef" | b"ifndef") => depth += 1,
                Some(b"endif") if depth > 0 => depth -= 1,
                Some(b"endif" | b"else" | b"elif" | b"elifdef" | b"elifndef") if depth == 0 => return at,
                _ => {}
            }
            at = end + 1;
        }
        self.bytes.len()
    }

    fn matlab_block_end(&self) -> usize {
        let mut depth = 0;
        let mut at = self.at;
        while at < self.bytes.len() {
            let end = self.line_end(at);
            match self.bytes[at..end].trim_ascii() {
                b"%{" | b"#{" => depth += 1,
                b"%}" | b"#}" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return end;
            }
            at = end + 1;
        }
        self.bytes.len()
    }

    /// Takes the documents and block scalars that the line before the current byte announced.
    pub(super) fn blocks_after_line(&mut self) {
        for Announced { mark, delimiter, ending, is_literal } in std::mem::take(&mut self.announced) {
            if let Some(end) = self.document_end(self.at, &delimiter, ending)
                && end > self.at
            {
                let last = self.bytes[..end].strip_suffix(b"\n").map_or(end, <[u8]>::len);
                let body = self.at..self.line_start(last).max(self.at);
                self.documents.push(Document { mark, body, is_literal });
                self.advance(end, Class::Text);
            }
        }
        if self.syntax.has(Oddity::YamlBlocks)
            && let Some(column) = self.yaml_block_column()
        {
            let end = self.yaml_block_end(column);
            if end > self.at {
                self.advance(end, Class::Text);
            }
        }
    }

    /// Remembers the shell document whose `<<` stands here.
    pub(super) fn note_document(&mut self) {
        let rest = &self.rest()[2..];
        let (rest, ending) = rest.strip_prefix(b"-").map_or((rest, Ending::Bare), |rest| (rest, Ending::Indented));
        let quotes = |b: &u8| matches!(b, b'\'' | b'"' | b'\\');
        let rest = rest.trim_ascii_start();
        let word = &rest[..rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || quotes(b)).count()];
        let delimiter: Vec<u8> = word.iter().copied().filter(|b| !quotes(b)).collect();
        let is_literal = delimiter.len() < word.len();
        self.announce(delimiter, ending, is_literal);
    }

    /// Remembers the document of Ruby or Perl whose `<<` stands here: `<<~EOF`, `<<"EOF"`. Before a blank or a number it is an
    /// operator.
    pub(super) fn note_ruby_document(&mut self) {
        let rest = &self.rest()[2..];
        let indented = rest.strip_prefix(b"~").or_else(|| rest.strip_prefix(b"-"));
        let ending = if indented.is_some() { Ending::Indented } else { Ending::Bare };
        let (delimiter, is_literal) = delimiter(indented.unwrap_or(rest));
        self.announce(delimiter, ending, is_literal);
    }

    /// Remembers the document of PHP whose `<<<` stands here.
    pub(super) fn note_php_document(&mut self) {
        let (delimiter, is_literal) = delimiter(self.rest()[3..].trim_ascii_start());
        self.announce(delimiter, Ending::Start, is_literal);
    }

    /// Remembers a document, if it ends somewhere.
    fn announce(&mut self, delimiter: Vec<u8>, ending: Ending, is_literal: bool) {
        let next_line = self.line_end(self.at) + 1;
        if !delimiter.is_empty() && self.document_end(next_line, &delimiter, ending).is_some() {
            self.announced.push(Announced { mark: self.at, delimiter, ending, is_literal });
        }
    }

    /// Behind the line, or its start, that ends the document with this `delimiter`, from the line at `at` on.
    fn document_end(&self, mut at: usize, delimiter: &[u8], ending: Ending) -> Option<usize> {
        while at < self.bytes.len() {
            let end = self.line_end(at);
            let line = self.bytes[at..end].trim_ascii_end();
            let code = if ending == Ending::Bare { line } else { line.trim_ascii_start() };
            let behind = code.strip_prefix(delimiter);
            match behind {
                Some([]) => return Some((end + 1).min(self.bytes.len())),
                Some([next, ..]) if ending == Ending::Start && !self.syntax.is_identifier(*next) => {
                    return Some(at + line.len() - code.len() + delimiter.len());
                }
                _ => at = end + 1,
            }
        }
        None
    }

    /// The column that the lines of a block scalar must pass if the line before the current byte opens one.
    fn yaml_block_column(&self) -> Option<isize> {
        let start = self.line_start(self.at - 1);
        let code: Vec<u8> =
            (start..self.at).take_while(|&at| self.classes[at] != Class::Comment).map(|at| self.bytes[at]).collect();
        let code = code.trim_ascii_end();
        let header = code.iter().rposition(|b| matches!(b, b' ' | b'\t')).map_or(0, |blank| blank + 1);
        let is_header = matches!(code.get(header), Some(b'|' | b'>'))
            && code[header + 1..].iter().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-'));
        if !is_header {
            return None;
        }
        let before = code[..header].trim_ascii();
        if before.starts_with(b"---") {
            return Some(-1);
        }
        let mut column = code.len() - code.trim_ascii_start().len();
        while code[column..].starts_with(b"- ") {
            let next = column + 1 + code[column + 1..].iter().take_while(|&&b| b == b' ').count();
            if next >= header {
                break;
            }
            column = next;
        }
        let announces =
            before.ends_with(b":") || before.ends_with(b"-") || before.contains(&b'!') || before.contains(&b'&');
        if announces { isize::try_from(column).ok() } else { None }
    }

    fn yaml_block_end(&self, column: isize) -> usize {
        let mut at = self.at;
        while at < self.bytes.len() {
            let end = self.line_end(at);
            let line = &self.bytes[at..end];
            let indent = line.iter().take_while(|&&b| b == b' ').count();
            let inside = isize::try_from(indent).is_ok_and(|indent| indent > column);
            if !line.trim_ascii().is_empty() && !inside || column < 0 && line.starts_with(b"---") {
                return at;
            }
            at = end + 1;
        }
        self.bytes.len()
    }
}

impl Lexed<'_> {
    /// The 0-based line of the `#if 0` behind which the preprocessor skips the byte at `at`, if it does.
    pub(in crate::source) fn skipped_by(&self, at: usize) -> Option<usize> {
        let is_comment = |at: &usize| self.classes[*at] == Class::Comment;
        let length = (0..=at).rev().take_while(is_comment).count();
        let line = self.line_of((at + 1).checked_sub(length)?);
        let opens = self.syntax.defines && length > 0 && is_never(self.bytes[self.lines[line].range()].trim_ascii());
        opens.then_some(line)
    }
}

/// The delimiter that `rest` starts with, and whether it is quoted so that nothing is replaced in the document; an empty one if
/// there is none.
fn delimiter(rest: &[u8]) -> (Vec<u8>, bool) {
    let quote = rest.first().copied().filter(|b| matches!(b, b'\'' | b'"' | b'`'));
    let word = match quote {
        Some(quote) => rest[1..].split(|&b| b == quote || b == b'\n').next().unwrap_or_default(),
        None if rest.first().is_some_and(u8::is_ascii_digit) => b"",
        None => &rest[..rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count()],
    };
    (word.to_vec(), quote == Some(b'\''))
}

/// The word of the preprocessor's directive that `line` is.
fn directive(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"#")?.trim_ascii_start();
    Some(&rest[..rest.iter().take_while(|b| b.is_ascii_alphabetic()).count()])
}

/// True for `#if 0`, and C#'s `#if false`.
fn is_never(line: &[u8]) -> bool {
    let rest = line.strip_prefix(b"#").map(<[u8]>::trim_ascii_start).and_then(|rest| rest.strip_prefix(b"if"));
    let condition = rest.filter(|rest| rest.first().is_some_and(|b| !b.is_ascii_alphanumeric()));
    let code = condition.map(|condition| {
        let comment = condition.windows(2).position(|pair| matches!(pair, b"//" | b"/*"));
        condition[..comment.unwrap_or(condition.len())].trim_ascii()
    });
    code.is_some_and(|code| matches!(code, b"0" | b"(0)" | b"false"))
}
