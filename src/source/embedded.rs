//! Files within a file: the code of a notebook's cells, and what a shell script hands on with `<<EOF`.

use std::ops::Range;

use super::config;
use super::language::Language;
use super::lexer::Lexed;

/// How a file is written in the one that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escaping {
    /// In strings of JSON.
    Json,
    /// As it stands.
    None,
    /// As it stands, but for what a shell expands.
    Shell,
}

/// A file that another one holds.
pub(super) struct Embedded {
    pub(super) text: Vec<u8>,
    pub(super) language: Language,
    pub(super) escaping: Escaping,
    /// The bytes of the holding file that each byte stands for.
    places: Vec<Range<usize>>,
}

impl Embedded {
    /// Those that the file holds, in its order.
    pub(super) fn all(lexed: &Lexed<'_>) -> Vec<Self> {
        match lexed.language {
            Language::Notebook => std::str::from_utf8(lexed.bytes).ok().and_then(notebook).into_iter().collect(),
            Language::Shell => {
                let handed_on = lexed.documents.iter().filter(|document| !document.is_shown(lexed));
                handed_on.map(|document| Self::document(lexed, document)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn document(lexed: &Lexed<'_>, document: &Document) -> Self {
        let text = lexed.bytes[document.body.clone()].to_vec();
        let line = lexed.lines[lexed.line_of(document.mark)];
        let language = language(&lexed.bytes[line.start..document.mark], &lexed.bytes[line.range()], &text);
        let escaping = if document.is_literal { Escaping::None } else { Escaping::Shell };
        Self { text, language, escaping, places: document.body.clone().map(|at| at..at + 1).collect() }
    }

    /// The bytes of the holding file that stand for `span`, if they stand there in one piece.
    pub(super) fn place(&self, span: &Range<usize>) -> Option<Range<usize>> {
        let places = self.places.get(span.clone()).filter(|places| !places.is_empty())?;
        let is_joined = places.windows(2).all(|pair| pair[0].end == pair[1].start || pair[0] == pair[1]);
        is_joined.then(|| places[0].start..places[places.len() - 1].end)
    }

    /// The byte of the holding file that stands for the one at `at`.
    pub(super) fn start_of(&self, at: usize) -> usize {
        self.places.get(at).map_or(0, |place| place.start)
    }
}

/// What stands between a `<<EOF` and its end, in a shell and others.
pub(super) struct Document {
    /// Where the `<<` stands.
    pub(super) mark: usize,
    pub(super) body: Range<usize>,
    /// True if the shell expands nothing in it.
    pub(super) is_literal: bool,
}

impl Document {
    /// True if a `cat` alone in its line has it go where what the script says goes, such as how to use it.
    fn is_shown(&self, lexed: &Lexed<'_>) -> bool {
        let line = lexed.lines[lexed.line_of(self.mark)];
        let goes_on =
            |at: usize| matches!(lexed.bytes[at], b'|' | b'>' | b')') && !lexed.bytes[at..].starts_with(b">&2");
        lexed.bytes[line.start..self.mark].trim_ascii().starts_with(b"cat") && !line.range().any(goes_on)
    }
}

/// The language of a document of a shell: that of the file that it is written to or the program that reads it, else what it
/// tells itself.
fn language(command: &[u8], line: &[u8], text: &[u8]) -> Language {
    let is_end = |b: &u8| b.is_ascii_whitespace() || b"<;&|)".contains(b);
    // What another program writes is not what it reads.
    let copies = command.split(|b| b" \t;&|({".contains(b)).any(|word| word == b"cat");
    let target = line.iter().position(|&b| b == b'>').filter(|_| copies).map(|at| line[at + 1..].trim_ascii_start());
    let target = target
        .and_then(|rest| rest.strip_prefix(b">").unwrap_or(rest).trim_ascii_start().split(is_end).next())
        .unwrap_or_default();
    let command = String::from_utf8_lossy(command.rsplit(|b| b";&|(".contains(b)).next().unwrap_or_default());
    let by_name = Language::of_path(String::from_utf8_lossy(target).trim_matches(['"', '\'']));
    match by_name {
        Language::Generic => {
            let by_program = Language::of_file("", format!("#!{}\n", command.trim()).as_bytes());
            if by_program == Language::Generic { Language::of_file("", text) } else { by_program }
        }
        language => language,
    }
}

/// The code of all cells of a notebook, one below the other.
fn notebook(file: &str) -> Option<Embedded> {
    let (name, cells) = config::notebook_code(file)?;
    let language = match name.as_str() {
        "python" | "ipython" | "sage" => Language::Python,
        "julia" => Language::Julia,
        "r" => Language::R,
        "octave" | "matlab" => Language::Matlab,
        _ => return None,
    };
    let (mut text, mut places) = (Vec::new(), Vec::new());
    for cell in cells {
        let start = text.len();
        for string in cell.into_iter() {
            decode(file, string.start + 1..string.end - 1, &mut text, &mut places)?;
        }
        // `%%bash` and its kin make another language of the cell.
        let magic = text[start..].trim_ascii_start().strip_prefix(b"%%");
        let runs = [&b"time"[..], b"capture", b"prun"];
        let is_other = magic.is_some_and(|magic| !runs.iter().any(|word| magic.starts_with(word)));
        if is_other {
            text.truncate(start);
            places.truncate(start);
        }
        let end = places.last().map_or(0, |place: &Range<usize>| place.end);
        text.push(b'\n');
        places.push(end..end);
    }
    Some(Embedded { text, language, escaping: Escaping::Json, places })
}

/// Adds what a string of JSON stands for, and where each byte of it stands.
fn decode(file: &str, span: Range<usize>, text: &mut Vec<u8>, places: &mut Vec<Range<usize>>) -> Option<()> {
    let mut at = span.start;
    while at < span.end {
        let rest = &file[at..span.end];
        let length = match rest.as_bytes() {
            [b'\\', b'u', b'd' | b'D', b'8'..=b'9' | b'a'..=b'b' | b'A'..=b'B', ..] => 12,
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            _ => rest.chars().next()?.len_utf8(),
        };
        let one: String = serde_json::from_str(&format!("\"{}\"", rest.get(..length)?)).ok()?;
        places.extend(std::iter::repeat_n(at..at + length, one.len()));
        text.extend(one.bytes());
        at += length;
    }
    Some(())
}
