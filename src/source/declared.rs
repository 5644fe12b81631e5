//! The type of whole numbers that a declaration gives the name on its line: a compiler would cut a fraction off.

use super::language::Language;
use super::lexer::{Class, Lexed, Line};
use super::statement::{self, skip_blank};

/// The word of the type, if the declaration of the name at `name` says that it is one of whole numbers.
pub(super) fn whole_type<'a>(lexed: &Lexed<'a>, line: Line, name: usize, behind: usize) -> Option<&'a str> {
    match lexed.language {
        Language::C => before(lexed, line, name).filter(|word| is_c(word)),
        Language::Fortran | Language::FixedFortran => {
            before(lexed, line, name).filter(|word| word.eq_ignore_ascii_case("integer"))
        }
        Language::Rust | Language::Go => type_behind(lexed, line, behind).filter(|word| is_short(word)),
        Language::Kotlin => {
            let word = type_behind(lexed, line, behind).or_else(|| before(lexed, line, name))?;
            is_kotlin(word).then_some(word)
        }
        _ => None,
    }
}

/// The word of the type before the name, or before the first of the names with which it is declared.
fn before<'a>(lexed: &Lexed<'a>, line: Line, name: usize) -> Option<&'a str> {
    let starts = statement::starts(lexed, line);
    let opens = |start: usize| start == line.start || lexed.code(start - 1) != Some(b',');
    let start = starts.into_iter().rfind(|&start| start <= name && opens(start))?;
    let mut words = Vec::new();
    let mut at = skip_blank(lexed, start, line.end);
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
        } else if matches!(lexed.code(at), Some(b'*' | b'&' | b':' | b'@' | b'.' | b',')) {
            at += 1;
        } else {
            break;
        }
        at = skip_blank(lexed, at, line.end);
    }
    // The last word is the name, or the first of several.
    words.pop();
    if lexed.language == Language::C && words.iter().any(|word| matches!(*word, "double" | "float")) {
        return None;
    }
    let is_type = |word: &&str| is_c(word) || is_kotlin(word) || word.eq_ignore_ascii_case("integer");
    words.into_iter().rfind(is_type)
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

/// True for the word of a type that has no negative numbers.
pub(super) fn is_unsigned(word: &str) -> bool {
    let rest = word.strip_prefix(['u', 'U']).unwrap_or("-");
    matches!(word, "unsigned" | "size_t" | "ULong" | "UShort" | "UByte" | "ulong" | "ushort")
        || is_width(rest)
        || rest.starts_with("int")
        || rest.starts_with("Int")
}

/// True for the types of whole numbers of C, C++, Java, C# and their kin.
fn is_c(word: &str) -> bool {
    const WORDS: [&str; 18] = [
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
    ];
    let sized = || {
        let width = word.strip_suffix("_t")?.trim_start_matches('u').strip_prefix("int")?;
        let width = width.strip_prefix("_fast").or_else(|| width.strip_prefix("_least")).unwrap_or(width);
        Some(is_width(width))
    };
    WORDS.contains(&word) || sized().unwrap_or(false)
}

/// True for the types of whole numbers of Kotlin, Swift, Scala and Groovy.
fn is_kotlin(word: &str) -> bool {
    let bits = word.strip_prefix('U').unwrap_or(word).strip_prefix("Int");
    matches!(word, "Long" | "Short" | "Byte" | "ULong" | "UShort" | "UByte" | "int" | "long" | "short" | "byte")
        || bits.is_some_and(|bits| bits.is_empty() || is_width(bits))
}
