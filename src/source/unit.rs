//! What the declarations of a Fortran program unit say of a name that gets its value on another line: in its own unit, or in
//! those that it is contained in.

use std::ops::Range;

use super::declared::{self, Declared};
use super::language::Language;
use super::lexer::{Class, Lexed, Line};
use super::statement::behind_mark;

/// Adds to `declared` what is said elsewhere of `name`, which gets the value at `span`; nothing where that is not certain.
pub(super) fn complete(lexed: &Lexed<'_>, name: &str, span: &Range<usize>, declared: &mut Declared) {
    let is_fortran = matches!(lexed.language, Language::Fortran | Language::FixedFortran);
    let is_known = declared.whole_type.is_some() || declared.real_kind.is_some() || declared.in_namelist;
    if !is_fortran || is_known || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return;
    }
    let before = lexed.bytes[..span.start].to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    let owner = before.windows(name.len()).rposition(|window| window == name.as_bytes());
    if owner.is_none_or(|at| before[..at].trim_ascii_end().ends_with(b"%")) {
        return;
    }
    let line = lexed.line_of(span.start);
    let Some((kind, by)) = declaration(lexed, &name, line) else { return };
    match kind {
        Type::Whole => (declared.whole_type, declared.elsewhere) = (Some("integer".to_owned()), by),
        Type::Real(real_kind) => declared.real_kind = real_kind,
        Type::Other => {}
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Type {
    Whole,
    /// With its kind, if it has one.
    Real(Option<String>),
    Other,
}

/// A statement in lower case, its continuations joined, its strings and comments left out.
struct Statement {
    /// From 0.
    line: usize,
    text: String,
}

/// What opens or ends a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Unit,
    Procedure,
    /// The definition of a type, or an interface.
    Inner,
    /// `end` alone ends any.
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Opens(Scope),
    Ends(Scope),
    Contains,
}

/// The type of `name`, and by what it is declared.
fn declaration(lexed: &Lexed<'_>, name: &str, line: usize) -> Option<(Type, Option<String>)> {
    let statements = statements(lexed);
    let mut found: Option<(Type, usize)> = None;
    let mut rules: Option<&str> = None;
    // Names come in from elsewhere, or from a file that is not seen.
    let (mut is_open, mut has_header) = (false, false);
    let mut ended: Vec<Scope> = Vec::new();
    let mut is_own = true;
    for statement in statements.iter().rev().skip_while(|statement| statement.line > line) {
        let text = statement.text.as_str();
        match Mark::read(text) {
            Some(Mark::Ends(scope)) => ended.push(scope),
            Some(Mark::Opens(scope)) => match ended.last() {
                Some(&end) if end == scope || end == Scope::Any => drop(ended.pop()),
                Some(_) => {}
                None if scope == Scope::Inner => return None,
                // A result may have its type there, and a submodule has its parent's names.
                None if found.is_none() && (is_result(text, name) || text.starts_with("submodule")) => return None,
                None => {
                    has_header = true;
                    if found.is_some() || scope == Scope::Unit {
                        break;
                    }
                    is_own = false;
                }
            },
            // Above it is what the procedure is contained in.
            Some(Mark::Contains) => is_own |= ended.is_empty(),
            None if !ended.is_empty() || !is_own => {}
            None if brings_names(text) => is_open = true,
            None if text.starts_with("implicit") => rules = rules.or(Some(&text["implicit".len()..])),
            None => match declares(text, name) {
                Some(kind) if found.as_ref().is_some_and(|(known, _)| *known != kind) => return None,
                Some(kind) => found = Some((kind, statement.line)),
                // A macro's type, a pointer's, an enumeration.
                None => {
                    is_open |= text.split_once("::").is_some_and(|(_, names)| words_of(names).any(|word| word == name));
                }
            },
        }
    }
    if let Some((kind, at)) = found {
        return Some((kind, (at != line).then(|| format!("line {}", at + 1))));
    }
    let first = name.chars().next().filter(|_| !is_open)?;
    let rules = rules.unwrap_or_default().trim();
    if rules.starts_with("none") {
        return None;
    }
    let by = Some("its first letter".to_owned());
    match implicit(rules, first) {
        Some(kind) => Some((kind, by)),
        None => (has_header && ('i'..='n').contains(&first)).then_some((Type::Whole, by)),
    }
}

/// True for a statement by which there may be names that no declaration has here: a module's, a file's, those of `associate`.
fn brings_names(text: &str) -> bool {
    text.starts_with('#') || words_of(text).next().is_some_and(|word| matches!(word, "use" | "include" | "associate"))
}

/// True if a procedure that starts with `text` gives back what it calls `name`.
fn is_result(text: &str, name: &str) -> bool {
    let named = text.rsplit_once("result").map_or("", |(_, group)| group);
    words_of(&without_groups(text)).chain(words_of(named)).any(|word| word == name)
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn statements(lexed: &Lexed<'_>) -> Vec<Statement> {
    let mut joined: Vec<Statement> = Vec::new();
    let mut goes_on = false;
    for (number, line) in lexed.lines.iter().enumerate() {
        let mark = behind_mark(lexed, *line);
        let text = code(lexed, Line { start: mark.unwrap_or(line.start), end: line.end });
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let more = text.ends_with('&');
        let text = text.trim_matches('&').trim();
        match joined.last_mut().filter(|_| goes_on || mark.is_some()) {
            Some(last) => last.text.extend([" ", text]),
            None => joined.push(Statement { line: number, text: text.to_owned() }),
        }
        goes_on = more && lexed.language == Language::Fortran;
    }
    let split = |statement: Statement| {
        let line = statement.line;
        let parts: Vec<String> = statement
            .text
            .split(';')
            .map(|text| text.trim_start_matches(|c: char| c.is_ascii_digit()).trim().to_owned())
            .collect();
        parts.into_iter().map(move |text| Statement { line, text })
    };
    joined.into_iter().flat_map(split).collect()
}

/// The code of `line`; a string is `"`.
fn code(lexed: &Lexed<'_>, line: Line) -> String {
    let byte = |at: usize| match lexed.classes[at] {
        Class::Comment => None,
        Class::Text => Some('"'),
        Class::Code => Some(char::from(lexed.bytes[at].to_ascii_lowercase())),
    };
    line.range().filter_map(byte).map(|c| if c == '\t' { ' ' } else { c }).collect()
}

impl Mark {
    fn read(text: &str) -> Option<Self> {
        const PREFIXES: [&str; 15] = [
            "pure",
            "impure",
            "elemental",
            "recursive",
            "non_recursive",
            "module",
            "integer",
            "real",
            "double",
            "precision",
            "complex",
            "logical",
            "character",
            "type",
            "class",
        ];
        let bare = without_groups(text);
        let words: Vec<&str> = words_of(&bare).collect();
        let first = *words.first().filter(|_| !bare.contains('='))?;
        let second = words.get(1).copied().unwrap_or_default();
        let scope = |word: &str| match word {
            "program" | "module" | "submodule" | "blockdata" => Some(Scope::Unit),
            "subroutine" | "function" | "procedure" => Some(Scope::Procedure),
            "type" | "interface" => Some(Scope::Inner),
            _ => None,
        };
        if let Some(word) = first.strip_prefix("end") {
            let word = if word.is_empty() { second } else { word };
            return if word.is_empty() { Some(Self::Ends(Scope::Any)) } else { scope(word).map(Self::Ends) };
        }
        let head = words.iter().position(|word| matches!(*word, "subroutine" | "function"));
        if let Some(at) = head.filter(|&at| at + 1 < words.len()) {
            let is_header =
                words[..at].iter().all(|word| PREFIXES.contains(word) || word.bytes().all(|b| b.is_ascii_digit()));
            return is_header.then_some(Self::Opens(Scope::Procedure));
        }
        match (first, second) {
            ("contains", "") => Some(Self::Contains),
            ("module", "procedure") => Some(Self::Opens(Scope::Procedure)),
            ("abstract", "interface") | ("interface", _) => Some(Self::Opens(Scope::Inner)),
            ("block", "data") => Some(Self::Opens(Scope::Unit)),
            ("type", "is") if text.ends_with(')') => None,
            ("type", name) if !name.is_empty() && !text["type".len()..].trim_start().starts_with('(') => {
                Some(Self::Opens(Scope::Inner))
            }
            ("program" | "module" | "submodule" | "blockdata", _) => Some(Self::Opens(Scope::Unit)),
            _ => None,
        }
    }
}

/// In how many parentheses stands what follows `c`, which comes at this depth.
fn depth_behind(c: char, depth: usize) -> usize {
    match c {
        '(' => depth + 1,
        ')' => depth.saturating_sub(1),
        _ => depth,
    }
}

/// `text` without what stands in parentheses.
fn without_groups(text: &str) -> String {
    let mut depth = 0_usize;
    let outside = |c: &char| {
        depth = depth_behind(*c, depth);
        depth == 0 && *c != ')'
    };
    text.chars().filter(outside).collect()
}

/// The type that the statement `text` declares `name` to be of.
fn declares(text: &str, name: &str) -> Option<Type> {
    let (kind, rest) = type_at(text)?;
    let entities = rest.split_once("::").map_or(rest, |(_, entities)| entities);
    let mut depth = 0_usize;
    let mut entities = entities.split(move |c: char| {
        depth = depth_behind(c, depth);
        depth == 0 && c == ','
    });
    let is_named = |entity: &str| {
        let behind = entity.trim_start().strip_prefix(name);
        behind.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    };
    entities.any(is_named).then_some(kind)
}

/// The type with which `text` starts, and what is behind it.
fn type_at(text: &str) -> Option<(Type, &str)> {
    const WORDS: [&str; 11] = [
        "integer",
        "real",
        "doubleprecision",
        "double precision",
        "doublecomplex",
        "double complex",
        "complex",
        "logical",
        "character",
        "type",
        "class",
    ];
    let word = WORDS.into_iter().find(|word| text.starts_with(word))?;
    let rest = &text[word.len()..];
    if rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let behind = rest.trim_start();
    let behind = if behind.starts_with('(') {
        let end = closing(behind)?;
        &behind[end + 1..]
    } else if let Some(size) = behind.strip_prefix('*') {
        let size = size.trim_start();
        if size.starts_with('(') {
            &size[closing(size)? + 1..]
        } else {
            size.trim_start_matches(|c: char| c.is_ascii_digit())
        }
    } else {
        rest
    };
    let kind = match word {
        "integer" => Type::Whole,
        "real" | "doubleprecision" | "double precision" => {
            let blankless: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            Type::Real(declared::kind_of(&blankless))
        }
        _ => Type::Other,
    };
    Some((kind, behind))
}

/// Where the bracket closes with which `text` starts.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.find(|c| {
        depth = depth_behind(c, depth);
        depth == 0
    })
}

/// The type that rules such as `real*8 (a-h, o-z), integer (i-n)` give names that start with `first`.
fn implicit(rules: &str, first: char) -> Option<Type> {
    let mut rest = rules;
    loop {
        let (kind, behind) = type_at(rest)?;
        let mut behind = behind.trim_start();
        // In `real (a-h)` the brackets are the letters and no kind.
        let letters = if behind.starts_with('(') {
            let end = closing(behind)?;
            let letters = &behind[1..end];
            behind = &behind[end + 1..];
            letters
        } else {
            let taken = &rest[..rest.len() - behind.len()];
            let open = taken.find('(')?;
            taken[open..].trim().strip_prefix('(')?.strip_suffix(')')?
        };
        let covers = |range: &str| {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            let [from, to] = [from, to].map(|letter| letter.trim().chars().next());
            from.zip(to).is_some_and(|(from, to)| (from..=to).contains(&first))
        };
        if letters.split(',').any(covers) {
            // Letters in the place of a kind are none.
            let is_bare = matches!(&kind, Type::Real(Some(kind)) if letters.starts_with(kind.as_str()));
            return Some(if is_bare { Type::Real(None) } else { kind });
        }
        rest = behind.trim_start().strip_prefix(',')?.trim_start();
    }
}

#[cfg(test)]
mod tests;
