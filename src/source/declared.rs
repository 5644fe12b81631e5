//! The type of whole numbers that a declaration gives the name on its line: a compiler would cut a fraction off, take a negative
//! number for a huge one where the type has no sign, and take the lowest bits of what is too large.

use std::ops::Range;

use super::language::Language;
use super::lexer::{Class, Lexed, Line};
use super::statement::{self, skip_blank};

/// What a declaration says of the values of its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Declared {
    /// The type of whole numbers that the line declares the name to be of.
    pub(super) whole_type: Option<String>,
    /// True for a macro of a compiled language without parentheses: its value stands as it is in each expression that has the
    /// name.
    pub(super) is_bare_macro: bool,
    /// The kind of real numbers that a line of Fortran declares, as in `real(dp)`; `8` for double precision.
    pub(super) real_kind: Option<String>,
    /// What declares the type of whole numbers, as `line 3`, if it is not the line itself.
    pub(super) elsewhere: Option<String>,
    /// True if what reads the value makes a number with a fraction of any.
    pub(super) converts: bool,
    /// True for a value of a namelist, in which `3*0.5` is 0.5 three times.
    pub(super) in_namelist: bool,
}

impl Declared {
    /// What `line` declares the name at `name` to be.
    pub(super) fn read(lexed: &Lexed<'_>, line: Line, name: &Range<usize>) -> Self {
        Self {
            whole_type: whole_type(lexed, line, name.start, name.end),
            is_bare_macro: false,
            real_kind: real_kind(lexed, line, name.start),
            elsewhere: None,
            converts: false,
            in_namelist: is_in_namelist(lexed, line),
        }
    }

    /// What `#define` makes of the name that ends at `behind`, whose value starts at `value`.
    pub(super) fn defined(lexed: &Lexed<'_>, behind: usize, value: usize) -> Self {
        let is_compiled = matches!(lexed.language, Language::C | Language::Fortran | Language::FixedFortran);
        let is_bare = lexed.bytes[behind..value].trim_ascii().is_empty();
        Self { is_bare_macro: is_compiled && is_bare, ..Self::default() }
    }
}

/// The words of the type, as `unsigned long`, if the declaration of the name at `name` says that it is one of whole numbers.
pub(super) fn whole_type(lexed: &Lexed<'_>, line: Line, name: usize, behind: usize) -> Option<String> {
    let behind = || type_behind(lexed, line, behind);
    let one_of = |is_whole: fn(&str) -> bool| {
        let words = before(lexed, line, name)?;
        let words: Vec<&str> = words.into_iter().filter(|word| is_whole(word)).collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    match lexed.language {
        Language::C => one_of(is_c),
        Language::Fortran | Language::FixedFortran => one_of(|word| word.eq_ignore_ascii_case("integer")),
        Language::Modelica => one_of(|word| word == "Integer"),
        Language::Rust | Language::Go => behind().filter(|word| is_short(word)).map(str::to_owned),
        Language::Kotlin => match behind() {
            Some(word) => is_kotlin(word).then(|| word.to_owned()),
            None => one_of(is_kotlin),
        },
        _ => None,
    }
}

/// The kind of real numbers of which the declaration of the name at `name` says that it is.
fn real_kind(lexed: &Lexed<'_>, line: Line, name: usize) -> Option<String> {
    if !matches!(lexed.language, Language::Fortran | Language::FixedFortran) {
        return None;
    }
    let words = lexed.bytes[declaration_start(lexed, line, name)?..name].iter().filter(|b| !b.is_ascii_whitespace());
    kind_of(&String::from_utf8(words.map(u8::to_ascii_lowercase).collect()).ok()?)
}

/// The kind of real numbers that a declaration starts with, which has neither blanks nor capital letters.
pub(super) fn kind_of(words: &str) -> Option<String> {
    if words.starts_with("doubleprecision") {
        return Some("8".to_owned());
    }
    let real = words.strip_prefix("real")?;
    let kind = match real.strip_prefix('*') {
        Some(bytes) => &bytes[..bytes.bytes().take_while(u8::is_ascii_digit).count()],
        None => {
            let inside = real.strip_prefix('(')?.split_once(')')?.0;
            inside.strip_prefix("kind=").unwrap_or(inside)
        }
    };
    // `real(kind(1.0d0))`
    if kind.strip_prefix("kind(").is_some_and(|number| number.contains('d')) {
        return Some("8".to_owned());
    }
    let is_word = kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (is_word && !kind.is_empty()).then(|| kind.to_owned())
}

/// True if `line` is one of a namelist: `&name`, or `$name`, is the last to open before it, and no `/` alone closes it.
fn is_in_namelist(lexed: &Lexed<'_>, line: Line) -> bool {
    if lexed.language != Language::Fortran {
        return false;
    }
    let code = |line: &Line| lexed.bytes[line.range()].trim_ascii();
    let opens = |line: &Line| matches!(code(line), [b'&' | b'$', first, ..] if first.is_ascii_alphabetic());
    let before = &lexed.lines[..=lexed.line_of(line.start)];
    let closes = |(number, line): (usize, &Line)| number + 1 < before.len() && code(line) == b"/";
    let Some(opening) = before.iter().rposition(opens) else { return false };
    let goes_on = opening > 0 && code(&before[opening - 1]).ends_with(b"&");
    !goes_on && !before.iter().enumerate().skip(opening).any(closes)
}

/// Where the declaration starts in which the name at `name` stands, alone or behind others.
pub(super) fn declaration_start(lexed: &Lexed<'_>, line: Line, name: usize) -> Option<usize> {
    let opens = |start: usize| start == line.start || lexed.code(start - 1) != Some(b',');
    let start = statement::starts(lexed, line).into_iter().rfind(|&start| start <= name && opens(start))?;
    Some(skip_blank(lexed, start, line.end))
}

/// The words of the type before the name, or before the first of the names with which it is declared; of C's parameters each
/// has words of its own.
fn before<'a>(lexed: &Lexed<'a>, line: Line, name: usize) -> Option<Vec<&'a str>> {
    let (mut words, mut first) = (Vec::new(), Vec::new());
    let mut at = declaration_start(lexed, line, name)?;
    while at <= name {
        let length =
            (at..line.end).take_while(|&at| lexed.code(at).is_some_and(|b| lexed.syntax.is_identifier(b))).count();
        if length > 0 {
            words.push(std::str::from_utf8(&lexed.bytes[at..at + length]).ok()?);
            at += length;
        } else if matches!(lexed.code(at), Some(b'(' | b'[')) {
            at = statement::group_end(lexed, at, line.end)?;
        } else if lexed.code(at) == Some(b'<') {
            at += lexed.bytes[at..line.end].iter().position(|&b| b == b'>')? + 1;
        } else if lexed.code(at) == Some(b',') && lexed.language == Language::C {
            at += 1;
            let before = std::mem::take(&mut words);
            if first.is_empty() {
                first = before;
            }
        } else if matches!(lexed.code(at), Some(b'*' | b'&' | b':' | b'@' | b'.' | b',')) {
            at += 1;
        } else {
            break;
        }
        at = skip_blank(lexed, at, line.end);
    }
    if words.len() == 1 && !first.is_empty() {
        words = first;
    }
    // The last word is the name, or the first of several.
    words.pop();
    if lexed.language == Language::C && words.iter().any(|word| matches!(*word, "double" | "float")) {
        return None;
    }
    Some(words)
}

/// The word of the type between the name and its `=`: `: i32`, or `int` in Go.
fn type_behind<'a>(lexed: &Lexed<'a>, line: Line, behind: usize) -> Option<&'a str> {
    let rest = &lexed.bytes[behind..line.end];
    let sign = rest.iter().position(|&b| b == b'=')?;
    if lexed.classes[behind..behind + sign].contains(&Class::Text) {
        return None;
    }
    let word = rest[..sign].trim_ascii();
    let word = if lexed.language == Language::Go { word } else { word.strip_prefix(b":")?.trim_ascii() };
    std::str::from_utf8(word).ok()
}

/// True for `i32`, `usize`, `uint8`, `byte` and the like, of Rust and Go.
fn is_short(word: &str) -> bool {
    if matches!(word, "byte" | "rune" | "uintptr") {
        return true;
    }
    let Some(bits) = word.strip_prefix('u').unwrap_or(word).strip_prefix('i') else {
        let unsigned = word.strip_prefix('u').is_some_and(is_width);
        return unsigned;
    };
    is_width(bits) || bits.strip_prefix("nt").is_some_and(|bits| bits.is_empty() || is_width(bits))
}

fn is_width(bits: &str) -> bool {
    matches!(bits, "8" | "16" | "32" | "64" | "128" | "size")
}

/// True for the words of a type that has no negative numbers.
pub(super) fn is_unsigned(words: &str, language: Language) -> bool {
    words.split(' ').any(|word| {
        let rest = word.strip_prefix(['u', 'U']).unwrap_or("-");
        let is_byte = language == Language::Go && word == "byte";
        let is_other = || matches!(rest, "nsigned" | "Long" | "Short" | "Byte" | "long" | "short" | "byte" | "char");
        is_byte
            || word == "size_t"
            || is_other()
            || is_width(rest)
            || rest.starts_with("int")
            || rest.starts_with("Int")
    })
}

/// The bits of C's numbers of these words, on the machines where research codes run; `None` if they are not known, or if the
/// compiler refuses what does not go in.
pub(super) fn bits(words: &str, language: Language) -> Option<u32> {
    if language != Language::C {
        return None;
    }
    let has = |word: &str| words.split(' ').any(|other| other == word);
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    let is_exact = words.ends_with("_t") && !words.contains("_fast") && !words.contains("_least");
    match digits.parse() {
        Ok(bits) if bits <= 64 && (is_exact || words.len() <= 4) => Some(bits),
        Ok(_) => None,
        // Java's `char` has 16.
        Err(_) if has("char") => (has("unsigned") || has("signed")).then_some(8),
        Err(_) if has("uchar") => Some(8),
        Err(_) if has("short") || has("ushort") => Some(16),
        Err(_) if has("long") || has("ulong") || words.ends_with("_t") => Some(64),
        Err(_) if has("int") || has("unsigned") || has("signed") || has("uint") => Some(32),
        Err(_) => None,
    }
}

/// True for the types of whole numbers of C, C++, Java, C# and their kin.
fn is_c(word: &str) -> bool {
    const WORDS: [&str; 20] = [
        "int",
        "long",
        "short",
        "unsigned",
        "signed",
        "char",
        "byte",
        "size_t",
        "ssize_t",
        "ptrdiff_t",
        "intptr_t",
        "uintptr_t",
        "intmax_t",
        "uintmax_t",
        "uint",
        "ulong",
        "ushort",
        "sbyte",
        "ubyte",
        "uchar",
    ];
    let sized = || {
        let width = word.strip_suffix("_t")?.trim_start_matches('u').strip_prefix("int")?;
        let width = width.strip_prefix("_fast").or_else(|| width.strip_prefix("_least")).unwrap_or(width);
        Some(is_width(width))
    };
    let is_short = || word.strip_prefix(['i', 'u']).is_some_and(|width| width != "size" && is_width(width));
    WORDS.contains(&word) || sized().unwrap_or(false) || is_short()
}

/// True for the types of whole numbers of Kotlin, Swift, Scala and Groovy.
fn is_kotlin(word: &str) -> bool {
    let bits = word.strip_prefix('U').unwrap_or(word).strip_prefix("Int");
    matches!(word, "Long" | "Short" | "Byte" | "ULong" | "UShort" | "UByte" | "int" | "long" | "short" | "byte")
        || bits.is_some_and(|bits| bits.is_empty() || is_width(bits))
}
