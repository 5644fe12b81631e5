//! Where statements start in a line, and whether what stands before a name leaves it the name that gets a value.

use super::language::{Language, Other};
use super::lexer::{Class, Lexed, Line};
use super::number::Number;
use super::syntax::{Apart, Comma, Extent, Prefix, Syntax, TypeBehind};
use super::truth::Truth;

/// Words that make what follows no assignment of a value, in whatever language they mean something.
const NO_DECLARATIONS: [&str; 24] = [
    "return",
    "goto",
    "do",
    "for",
    "parfor",
    "forall",
    "foreach",
    "forvalues",
    "assert",
    "print",
    "import",
    "from",
    "using",
    "typedef",
    "namespace",
    "type",
    "def",
    "function",
    "func",
    "fn",
    "lambda",
    "throw",
    "alias",
    "switch",
];

/// Words after which `name {` opens a body and not an initial value.
const BODIES: [&str; 8] = ["struct", "class", "enum", "union", "interface", "trait", "impl", "mod"];

/// Words after which `name(3)` is called, or made, and gets no value: `else g(3);`, `new g(3);`.
const CALLERS: [&str; 15] = [
    "if",
    "else",
    "while",
    "new",
    "delete",
    "sizeof",
    "case",
    "not",
    "co_return",
    "co_yield",
    "co_await",
    "await",
    "yield",
    "emit",
    "lock",
];

/// What stands between the start of a statement and the name, if it lets the name be assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Before {
    /// True if a type or a declaring word stands there.
    pub(super) declares: bool,
    /// True if brackets behind the name may hold a body or what it is called with.
    pub(super) opens: bool,
    /// True if a member operator joins the name to an owner.
    pub(super) owned: bool,
}

/// The offsets at which a statement or entry may start in `line`, ascending.
pub(super) fn starts(lexed: &Lexed<'_>, line: Line) -> Vec<usize> {
    let syntax = lexed.syntax;
    let first = first_start(lexed, line);
    let mut found = vec![first];
    let mut open: Vec<u8> = Vec::new();
    let colon_block = syntax.colon_blocks.contains(&word_at(lexed, first, line.end)) || is_rule(lexed, line);
    let mut assigns = syntax.apart != Apart::Literal;
    for at in first..line.end {
        let Some(byte) = lexed.code(at) else { continue };
        assigns |= byte == b'=';
        let is_outside = open.iter().all(|&b| b == b'{') || syntax.apart == Apart::Value;
        if is_outside && assigns && follows_value(lexed, first, at, line.end) {
            found.push(at);
        }
        match byte {
            b'(' if holds_declarations(lexed, line, at) => {
                open.push(PARAMETER);
                found.push(at + 1);
            }
            b'(' | b'[' => open.push(byte),
            b'{' => {
                open.push(byte);
                // In YAML's plain text a brace opens nothing.
                if syntax.braces && lexed.innermost(at + 1) == byte {
                    found.push(at + 1);
                }
            }
            b')' | b']' => {
                open.pop();
            }
            b'}' => {
                open.pop();
                if syntax.braces {
                    found.push(at + 1);
                }
            }
            b';' if syntax.semicolon && open.iter().all(|&b| b == b'{' || b == PARAMETER) => found.push(at + 1),
            b',' if comma_starts(syntax, &open, lexed.innermost(at)) => found.push(at + 1),
            b':' if colon_block && open.is_empty() => found.push(at + 1),
            _ => {}
        }
    }
    found
}

/// True if a blank sets the assignment that starts at `at` apart from the value before it, which starts at `first` or later.
pub(super) fn follows_value(lexed: &Lexed<'_>, first: usize, at: usize, end: usize) -> bool {
    let starts = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    if lexed.syntax.apart == Apart::Nothing || !starts(lexed.bytes[at]) || at == 0 {
        return false;
    }
    let before = lexed.bytes[first..at].trim_ascii_end();
    let is_apart = first + before.len() < at;
    let last = before.last().copied().unwrap_or(0);
    let follows = match lexed.syntax.apart {
        Apart::Nothing => false,
        Apart::Quantity => {
            (is_apart || matches!(last, b')' | b'>')) && (last.is_ascii_digit() || matches!(last, b'.' | b')' | b'>'))
        }
        Apart::Literal => is_apart && ends_with_literal(lexed, before),
        Apart::Value => is_apart || matches!(last, b'(' | b','),
    };
    let part = |b: &u8| lexed.syntax.is_identifier(*b) || matches!(b, b'.' | b'[' | b']' | b'%');
    let name = lexed.bytes[at..end].iter().take_while(|b| part(b)).count();
    let mut behind = skip_blank(lexed, at + name, end);
    if lexed.syntax.comma == Comma::UnlessConstant && lexed.code(behind) == Some(b'(') {
        behind = group_end(lexed, behind, end).map_or(end, |group| skip_blank(lexed, group, end));
    }
    let behind = &lexed.bytes[behind..end];
    follows && behind.starts_with(b"=") && !behind.starts_with(b"==")
}

/// True if what stands in `code` behind its last sign starts and ends with a number, text in quotes or a truth value.
pub(super) fn ends_with_literal(lexed: &Lexed<'_>, code: &[u8]) -> bool {
    let value = code.rsplit(|&b| b == b'=').next().unwrap_or_default().trim_ascii();
    let separates = |b: &u8| matches!(b, b' ' | b'\t' | b',' | b'*');
    let first = value.split(separates).next().unwrap_or_default();
    let last = value.rsplit(separates).next().unwrap_or_default();
    let is_plain =
        |word: &[u8]| Number::parse(word, lexed.language).is_some() || Truth::read(word, lexed.language).is_some();
    let is_quote = |byte: Option<&u8>| matches!(byte, Some(b'\'' | b'"'));
    (is_quote(first.first()) || is_plain(first)) && (is_quote(last.last()) || is_plain(last))
}

/// Stands for the bracket of Fortran's `parameter (a = 1, b = 2)`, Verilog's `#(parameter a = 1, b = 2)` and VHDL's `generic
/// (a : real := 1.0; b : real := 2.0)`, in which each name gets a value.
const PARAMETER: u8 = 0;

/// True if the bracket at `at` holds names that each get a value: Fortran's `parameter (a = 1)`, Verilog's `#(parameter a = 1)`,
/// VHDL's `generic (a : real := 1.0)`.
fn holds_declarations(lexed: &Lexed<'_>, line: Line, at: usize) -> bool {
    if lexed.language == Language::C {
        return lexed.bytes[line.start..at].ends_with(b"#") && word_at(lexed, at + 1, line.end) == "parameter";
    }
    if lexed.language == Language::Other(Other::Ada) {
        let words = lexed.bytes[line.start..at].trim_ascii_end().rsplit(|&b| !lexed.syntax.is_identifier(b));
        return words.take(1).any(|word| word.eq_ignore_ascii_case(b"generic"));
    }
    lexed.syntax.comma == Comma::UnlessConstant
        && lexed.bytes[line.start..at].trim_ascii().eq_ignore_ascii_case(b"parameter")
}

/// True if the line names targets of Make, behind which a colon and an assignment may stand: `debug: A = 3`.
fn is_rule(lexed: &Lexed<'_>, line: Line) -> bool {
    let is_sign = |at: &usize| matches!(lexed.code(*at), Some(b'=' | b':'));
    let sign = (line.start..line.end).find(is_sign).filter(|_| lexed.language == Language::Make);
    sign.is_some_and(|at| lexed.bytes[at] == b':' && !matches!(lexed.bytes.get(at + 1), Some(b':' | b'=')))
}

/// True if a statement or entry starts behind a comma; `open` are the brackets that opened on its line.
fn comma_starts(syntax: &Syntax, open: &[u8], innermost: u8) -> bool {
    match (syntax.comma, open.last()) {
        (Comma::Never, _) => false,
        (Comma::Inside(brackets), None) => brackets.contains(&innermost),
        (_, None | Some(&PARAMETER)) => true,
        (Comma::Inside(brackets), Some(b'{')) => syntax.entries.is_empty() && brackets.contains(&b'{'),
        (_, Some(b'{')) => innermost == b'{',
        (_, Some(_)) => false,
    }
}

/// The first byte of the line that is neither blank, comment, YAML dash nor Fortran label.
pub(super) fn first_start(lexed: &Lexed<'_>, line: Line) -> usize {
    let mut at = skip_blank(lexed, line.start, line.end);
    if lexed.syntax.extent == Extent::Yaml {
        while at < line.end && lexed.bytes[at..line.end].starts_with(b"- ") {
            at = skip_blank(lexed, at + 1, line.end);
        }
    }
    if let Some(behind) = behind_mark(lexed, line) {
        return skip_blank(lexed, behind, line.end);
    }
    if lexed.syntax.comma == Comma::UnlessConstant {
        if matches!(lexed.code(at), Some(b'&' | b'$')) {
            at = skip_blank(lexed, at + 1, line.end);
        }
        let label = lexed.bytes[at..line.end].iter().take_while(|b| b.is_ascii_digit()).count();
        if label > 0 {
            at = skip_blank(lexed, at + label, line.end);
        }
    }
    at
}

/// Behind the mark by which a line of fixed-form Fortran continues the one before: in column 6, or a digit behind a tab.
pub(super) fn behind_mark(lexed: &Lexed<'_>, line: Line) -> Option<usize> {
    let bytes = &lexed.bytes[line.range()];
    let column_6 = || bytes.len() > 5 && bytes[..5].iter().all(|&b| b == b' ') && !matches!(bytes[5], b' ' | b'0');
    let length = match bytes {
        _ if lexed.language != Language::FixedFortran => 0,
        [b'\t', b'1'..=b'9', ..] => 2,
        _ if column_6() => 6,
        _ => 0,
    };
    (length > 0).then_some(line.start + length)
}

/// The next byte up to `end` that is neither blank nor comment.
pub(super) fn skip_blank(lexed: &Lexed<'_>, mut at: usize, end: usize) -> usize {
    while at < end && (lexed.classes[at] == Class::Comment || matches!(lexed.bytes[at], b' ' | b'\t' | b'\r' | 0x0C)) {
        at += 1;
    }
    at
}

/// The identifier at `at`; empty if none starts there or it is not UTF-8.
pub(super) fn word_at<'a>(lexed: &Lexed<'a>, at: usize, end: usize) -> &'a str {
    let length = (at..end).take_while(|&at| lexed.code(at).is_some_and(|b| lexed.syntax.is_identifier(b))).count();
    std::str::from_utf8(&lexed.bytes[at..at + length]).unwrap_or_default()
}

/// The offset behind the bracket that opens at `at`; `None` if it does not close before `end`.
pub(super) fn group_end(lexed: &Lexed<'_>, at: usize, end: usize) -> Option<usize> {
    let mut depth = 0;
    for at in at..end {
        match lexed.code(at) {
            Some(b'(' | b'[' | b'{') => depth += 1,
            Some(b')' | b']' | b'}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    /// `( )`, `[ ]` or `< >`.
    Group,
    Member,
    Comma,
    /// `::`, `*`, `&`, `@`, `?`.
    Mark(u8),
}

/// Judges the bytes from the start of a statement up to the name; `None` if the name is not assigned to there.
///
/// `subscript` says that the name is one: what stands before it is its owner.
pub(super) fn before(lexed: &Lexed<'_>, start: usize, name: usize, subscript: bool) -> Option<Before> {
    if lexed.syntax.extent == Extent::Word {
        // What stands in quotes is a part of its word.
        let code = (start..name).map(|at| lexed.code(at).unwrap_or(b'"')).collect::<Vec<u8>>();
        return shell_before(&code);
    }
    let mut tokens = tokens(lexed, start, name)?;
    if subscript && tokens.last() != Some(&Token::Member) {
        tokens.push(Token::Member);
    }
    let owned = strip_owner(&mut tokens)?;
    let words = || tokens.iter().filter_map(|token| if let Token::Word(word) = token { Some(*word) } else { None });
    // In NEURON's interpreter it is a loop over sections: `forall Ra = 100`.
    let loops = |word: &str| word == "forall" && lexed.language == Language::Hoc;
    if words().any(|word| NO_DECLARATIONS.contains(&word.to_ascii_lowercase().as_str()) && !loops(word)) {
        return None;
    }
    if lexed.language == Language::Other(Other::Pascal) && is_condition(words()) {
        return None;
    }
    let allowed = match lexed.syntax.prefix {
        Prefix::Nothing => tokens.is_empty(),
        // `float64` of `var g float64 = 3` is a type.
        Prefix::Words(allowed) if lexed.syntax.type_behind == TypeBehind::Word => {
            tokens.is_empty() || matches!(tokens[..], [Token::Word(word)] if allowed.contains(&word))
        }
        Prefix::Words(allowed) => {
            tokens.is_empty() || matches!(tokens[0], Token::Word(word) if allowed.contains(&word))
        }
        Prefix::Only(allowed) => {
            tokens.iter().all(|token| matches!(token, Token::Word(word) if allowed.contains(word)))
        }
        Prefix::Types => tokens.is_empty() || words().next().is_some(),
    };
    let opens = words().any(|word| BODIES.contains(&word) || CALLERS.contains(&word));
    allowed.then_some(Before { declares: !tokens.is_empty(), opens, owned })
}

/// True if what follows these words of Pascal is compared: `if g = 3 then`.
fn is_condition<'a>(words: impl Iterator<Item = &'a str>) -> bool {
    let last =
        words.filter(|word| ["if", "while", "until", "then"].iter().any(|other| word.eq_ignore_ascii_case(other)));
    last.last().is_some_and(|word| !word.eq_ignore_ascii_case("then"))
}

/// Removes `self.`, `a->b[0].` and the like from the end; true if there was one, `None` if it makes no sense.
fn strip_owner(tokens: &mut Vec<Token<'_>>) -> Option<bool> {
    let mut owned = false;
    while tokens.last() == Some(&Token::Member) {
        owned = true;
        tokens.pop();
        while tokens.last() == Some(&Token::Group) {
            tokens.pop();
        }
        match tokens.last() {
            Some(Token::Word(_)) => {
                tokens.pop();
            }
            Some(_) => return None,
            None => {}
        }
    }
    Some(owned)
}

fn tokens<'a>(lexed: &Lexed<'a>, start: usize, end: usize) -> Option<Vec<Token<'a>>> {
    let syntax = lexed.syntax;
    let fortran = syntax.comma == Comma::UnlessConstant;
    let mut found = Vec::new();
    let mut at = skip_blank(lexed, start, end);
    while at < end {
        let rest = &lexed.bytes[at..end];
        let byte = lexed.code(at)?;
        let word = word_at(lexed, at, end);
        let sigil = syntax.sigils.contains(&byte);
        if !word.is_empty() {
            let is_number = word.as_bytes()[0].is_ascii_digit();
            // `real*8 :: g`
            if is_number && !(fortran && found.last() == Some(&Token::Mark(b'*'))) {
                return None;
            }
            if !is_number {
                found.push(Token::Word(word));
            }
            at += word.len();
        } else if fortran && rest.starts_with(b"::") {
            found.push(Token::Mark(b':'));
            at += 2;
        } else if let Some(member) = syntax.members.iter().find(|member| rest.starts_with(member.as_bytes())) {
            found.push(Token::Member);
            at += member.len();
        } else if sigil {
            at += 1;
        } else {
            let (token, length) = match byte {
                b'(' | b'[' => (Token::Group, group_end(lexed, at, end)? - at),
                b'<' => (Token::Group, angle_end(rest)?),
                b',' if fortran => (Token::Comma, 1),
                b'*' | b'&' | b'@' | b'?' | b'#' => (Token::Mark(byte), 1),
                _ => return None,
            };
            found.push(token);
            at += length;
        }
        at = skip_blank(lexed, at, end);
    }
    Some(found)
}

/// The length of `<...>` with whatever nests in it.
fn angle_end(rest: &[u8]) -> Option<usize> {
    let mut depth = 0;
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' => depth -= 1,
            b'=' | b';' => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// A shell assigns where only declaring words, options, keywords and other assignments come before.
fn shell_before(before: &[u8]) -> Option<Before> {
    const WORDS: [&[u8]; 16] = [
        b"ARG",
        b"ENV",
        b"export",
        b"local",
        b"readonly",
        b"declare",
        b"typeset",
        b"env",
        b"then",
        b"else",
        b"do",
        b"{",
        b"(",
        b"!",
        b"time",
        b"sudo",
    ];
    let statement = before.iter().rposition(|b| matches!(b, b'&' | b'|' | b'(' | b'{' | b';')).map_or(0, |at| at + 1);
    let joined = before.last().is_none_or(|b| matches!(b, b' ' | b'\t' | b'(' | b'{' | b'&' | b'|' | b';'));
    let mut words = before[statement..].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let assigns = |word: &[u8]| word.first().is_some_and(u8::is_ascii_alphabetic) && word.contains(&b'=');
    let allowed = words.all(|word| WORDS.contains(&word) || word.starts_with(b"-") || assigns(word));
    let substitutes = before[..statement].ends_with(b"${");
    (joined && allowed && !substitutes).then_some(Before { declares: false, opens: false, owned: false })
}
