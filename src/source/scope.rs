//! What the declaration in whose scope a name of C gets its value says of it, where that stands on another line.

use std::ops::Range;

use super::declared::{self, Declared};
use super::language::Language;
use super::lexer::Lexed;
use super::names;

/// Words before a name that declare nothing.
const NO_TYPES: [&str; 10] =
    ["return", "goto", "else", "case", "delete", "new", "throw", "typedef", "using", "namespace"];

/// Adds to `declared` the type of whole numbers of `name`, which gets the value at `span`; nothing where that is not certain.
pub(super) fn complete(lexed: &Lexed<'_>, name: &str, span: &Range<usize>, declared: &mut Declared) {
    let is_known = declared.whole_type.is_some() || declared.is_bare_macro;
    if lexed.language != Language::C || is_known || !name.bytes().all(|b| lexed.syntax.is_identifier(b)) {
        return;
    }
    let all = names::occurrences(lexed, name);
    let before: Vec<usize> = all.iter().copied().filter(|&at| at < span.start && lexed.is_code(at)).collect();
    let Some(&own) = before.last().filter(|&&at| !is_member(lexed, at)) else { return };
    let behind = |at: usize| at + name.len();
    let declares = |at: &&usize| declares(lexed, **at..behind(**at)) && reaches(lexed, **at, own);
    let Some(&at) = before.iter().rev().find(declares).filter(|&&at| at != own) else { return };
    // A parameter of the same name hides it, or a declaration that goes on in another line.
    let is_parameter = |other: usize| lexed.innermost(other) == b'(' && is_typed(lexed, other);
    let may_hide = |&other: &usize| other > at && other != own && (is_parameter(other) || goes_on(lexed, other));
    if before.iter().any(may_hide) {
        return;
    }
    let type_at = |at: usize| declared::whole_type(lexed, lexed.lines[lexed.line_of(at)], at, behind(at));
    // Which branch of the preprocessor's is compiled is not known.
    let whole_type = type_at(at);
    let contradicts = |other: &&usize| **other < at && is_beside(lexed, **other, at) && type_at(**other) != whole_type;
    // In a function of a class, what the class declares of that name comes first.
    let is_of_class = |other: usize| lexed.is_code(other) && is_in_class(lexed, other) && type_at(other) != whole_type;
    if !is_in_class(lexed, at) && all.iter().any(|&other| is_of_class(other) && is_typed(lexed, other)) {
        return;
    }
    if before.iter().filter(declares).any(|other| contradicts(&other)) {
        return;
    }
    let line = lexed.line_of(at);
    declared.whole_type = whole_type;
    declared.elsewhere = Some(format!("line {}", line + 1));
}

/// What stands before `at` on its line.
fn line_before<'a>(lexed: &Lexed<'a>, at: usize) -> &'a [u8] {
    lexed.bytes[lexed.lines[lexed.line_of(at)].start..at].trim_ascii_end()
}

fn is_member(lexed: &Lexed<'_>, at: usize) -> bool {
    let before = line_before(lexed, at);
    [&b"."[..], b"->", b"::"].iter().any(|join| before.ends_with(join))
}

/// True if a word that may be a type stands before the name at `at`.
fn is_typed(lexed: &Lexed<'_>, at: usize) -> bool {
    let before = line_before(lexed, at);
    before.last().is_some_and(|&b| lexed.syntax.is_identifier(b) || matches!(b, b'*' | b'&' | b'>'))
}

/// True if the line with the name at `at` starts with it, behind a comma.
fn goes_on(lexed: &Lexed<'_>, at: usize) -> bool {
    let start = lexed.lines[lexed.line_of(at)].start;
    let is_mark = |b: u8| b == b'*' || b == b'&' || b.is_ascii_whitespace();
    let before = (0..start).rev().filter_map(|at| lexed.code(at)).find(|b| !b.is_ascii_whitespace());
    lexed.bytes[start..at].iter().all(|&b| is_mark(b)) && before == Some(b',') && lexed.innermost(at) != b'('
}

/// True if a declaration has the name at `name`, alone or behind others, and it is no parameter.
fn declares(lexed: &Lexed<'_>, name: Range<usize>) -> bool {
    let line = lexed.lines[lexed.line_of(name.start)];
    let Some(start) = declared::declaration_start(lexed, line, name.start) else { return false };
    let behind = lexed.bytes[name.end..line.end].trim_ascii_start();
    if !matches!(lexed.innermost(name.start), 0 | b'{')
        || !matches!(behind.first(), Some(b';' | b',' | b'=' | b'[' | b'{'))
    {
        return false;
    }
    let prefix = String::from_utf8_lossy(&lexed.bytes[start..name.start]);
    let is_mark = |c: char| c == '*' || c == '&' || c.is_ascii_whitespace();
    let types = match prefix.rsplit_once(',') {
        Some((_, "")) => return false,
        Some((types, entity)) if entity.chars().all(is_mark) => types,
        _ if prefix.contains(['=', '(']) => return false,
        _ => &*prefix,
    };
    let first = types.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    first.starts_with(|c: char| c.is_alphabetic() || c == '_') && !NO_TYPES.contains(&first)
}

/// True if no block ends between the declaration at `at` and `own`.
fn reaches(lexed: &Lexed<'_>, at: usize, own: usize) -> bool {
    depths(lexed, at..own).all(|depth| depth >= 0)
}

/// True if both stand in the same block.
fn is_beside(lexed: &Lexed<'_>, one: usize, other: usize) -> bool {
    reaches(lexed, one, other) && depths(lexed, one..other).last() == Some(0)
}

/// True if the innermost block around `at` is that of a class or structure.
fn is_in_class(lexed: &Lexed<'_>, at: usize) -> bool {
    let mut closed = 0_usize;
    let open = (0..at).rev().find(|&at| match lexed.code(at) {
        Some(b'{') if closed == 0 => true,
        Some(b'{') => {
            closed -= 1;
            false
        }
        Some(b'}') => {
            closed += 1;
            false
        }
        _ => false,
    });
    let Some(open) = open else { return false };
    let head = (0..open).rev().find(|&at| matches!(lexed.code(at), Some(b';' | b'{' | b'}' | b')')));
    let head = &lexed.bytes[head.map_or(0, |at| at + 1)..open];
    let mut words = head.split(|b| !lexed.syntax.is_identifier(*b));
    words.any(|word| matches!(word, b"struct" | b"class" | b"union"))
}

/// How many more blocks have been opened than ended at each place, since the first.
fn depths<'l>(lexed: &'l Lexed<'_>, places: Range<usize>) -> impl Iterator<Item = i32> + 'l {
    places.scan(0, |depth, at| {
        match lexed.code(at) {
            Some(b'{') => *depth += 1,
            Some(b'}') => *depth -= 1,
            _ => {}
        }
        Some(*depth)
    })
}

#[cfg(test)]
mod tests {
    use crate::source::{Language, Occurrences, Template};
    use crate::value::Value;

    fn written(source: &str) -> String {
        let sites = Template::assignment("n", Language::C).find(source.as_bytes(), Occurrences::Only).unwrap();
        let text = sites[0].literal.render(&Value::guess("5.5"), None).map_err(|error| error.to_string());
        text.unwrap_or_else(|error| error.split(": ").last().unwrap().to_owned())
    }

    #[test]
    fn a_declaration_says_of_its_scope_what_is_whole() {
        let whole = |words: &str| format!("line 1 declares it `{words}`, which has no fractions");
        for (source, words) in [
            ("int n;\nvoid f() { n = 5; }\n", "int"),
            ("static unsigned long m, *p, n;\nint main() {\n  if (x) { n = 5; }\n}\n", "unsigned long"),
            ("void f() { int m = 1, n; g(n);\n n = 5; }\n", "int"),
            ("class A { int n;\n  void f() { n = 5; } };\n", "int"),
            ("int n;\ndouble g() { double n; }\nvoid f() { n = 5; }\n", "int"),
        ] {
            assert_eq!(written(source), whole(words), "{source}");
        }
        for source in [
            "double n;\nvoid f() { n = 5; }\n",
            "int n;\nvoid f(double n) { n = 5; }\n",
            "#ifdef X\ndouble n;\n#else\nint n;\n#endif\nvoid f() { n = 5; }\n",
            "int n;\nvoid f() { double n; n = 5; }\n",
            "int n;\nvoid f() {\n double m, // m\n  *n;\n n = 5; }\n",
            "void g() { int n; }\nvoid f() { n = 5; }\n",
            "for (int n; n < 3;) {}\nvoid f() { n = 5; }\n",
            "int m = n;\nvoid f() { n = 5; }\n",
            "struct A { int n; };\nvoid f() { a.n = 5; }\n",
            "int n;\nclass A {\n  A() { n = 5; }\n  double n;\n};\n",
            "int n;\nstruct A : B { double n; void f(); };\nvoid A::f() { n = 5; }\n",
            "int f() { return n; n = 5; }\n",
            "int n(int);\nn = 5;\n",
        ] {
            assert_eq!(written(source), "5.5", "{source}");
        }
    }
}
