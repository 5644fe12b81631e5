//! What programs write, read leniently: JSON with NaN and infinities, numbers of any language, files that may be anything.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use serde_json::Value as Json;

use crate::record::Metric;

/// Reports are small; nobody is to run out of memory over one that is not.
pub(crate) const LARGEST: u64 = 64 << 20;

/// The text of a file of at most `largest` bytes, if there is one; a pipe or device is never opened, since that may not come
/// back.
pub(crate) fn read_text(path: &Path, largest: u64) -> Result<Option<String>, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
        Ok(metadata) if !metadata.is_file() => Err("it is no file".to_owned()),
        Ok(metadata) if metadata.len() > largest => Err(format!("it is larger than {} MB", largest >> 20)),
        Ok(_) => fs::read_to_string(path).map(Some).map_err(|error| error.to_string()),
    }
}

/// The last `length` bytes of a file, as text.
pub(crate) fn tail(path: &Path, length: u64) -> Option<String> {
    let mut file = fs::File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(length))).ok()?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).ok()?;
    Some(String::from_utf8_lossy(&tail).into_owned())
}

/// The metric that a value of JSON is; `None` if it is no number.
pub(crate) fn metric(field: &Json) -> Option<Metric> {
    match field {
        Json::Number(number) => Some(Metric::Number(number.clone())),
        Json::Bool(truth) => Some(Metric::Number(u8::from(*truth).into())),
        Json::String(word) => word.strip_prefix(NOT_FINITE).and_then(not_finite).map(Metric::NotFinite),
        _ => None,
    }
}

fn not_finite(word: &str) -> Option<f64> {
    match word.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "infinity" | "+inf" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// The number that a program printed: `1.5`, `1.5D-3`, `nan`, `-Infinity`.
pub(crate) fn number(text: &str) -> Option<Metric> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(Metric::Number(number.into()));
    }
    double(text).map(Metric::from_f64)
}

/// The double that a program printed.
pub(crate) fn double(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    // Fortran writes 1.5D-3.
    let is_fortran = text.contains(['d', 'D']) && text.bytes().all(|b| b.is_ascii_digit() || b"+-.dD".contains(&b));
    if is_fortran { text.replace(['d', 'D'], "e").parse().ok() } else { None }
}

/// Marks a word that stood bare in the text, since JSON has no place for it.
const NOT_FINITE: &str = "\0not finite: ";

/// JSON with the bare words `NaN`, `Infinity` and `-Infinity`, which Python, R and JavaScript write.
pub(crate) fn parse_json(text: &str) -> Result<Json, String> {
    let strict = match serde_json::from_str(text) {
        Ok(json) => return Ok(json),
        Err(error) if text.trim().is_empty() => return Err(format!("it is empty ({error})")),
        Err(error) => error,
    };
    let mut quoted = String::with_capacity(text.len() + 32);
    let mut rest = text;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let word =
            ["NaN", "-Infinity", "Infinity", "-inf", "inf", "nan"].into_iter().find(|word| rest.starts_with(word));
        match (in_string, word) {
            (false, Some(word)) => {
                quoted.push_str(&Json::from(format!("{NOT_FINITE}{word}")).to_string());
                rest = &rest[word.len()..];
                continue;
            }
            (false, None) if c == '-' || c.is_ascii_digit() => {
                let length =
                    rest.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).unwrap_or(rest.len());
                match rest[..length].parse::<f64>() {
                    // JSON has no number so large, but a program may well print 1e999.
                    Ok(number) if number.is_infinite() => {
                        let word = if number > 0.0 { "inf" } else { "-inf" };
                        quoted.push_str(&Json::from(format!("{NOT_FINITE}{word}")).to_string());
                    }
                    _ => quoted.push_str(&rest[..length]),
                }
                rest = &rest[length..];
                continue;
            }
            (true, _) if c == '\\' => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                quoted.push_str(&rest[..length]);
                rest = &rest[length..];
                continue;
            }
            _ => in_string ^= c == '"',
        }
        quoted.push(c);
        rest = &rest[c.len_utf8()..];
    }
    serde_json::from_str(&quoted).map_err(|_| strict.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_read_to_the_last_digit() {
        for text in ["5.779578771750392e-10", "0.41701032866410004", "-3.8810769547779476", "2.2250738585072011e-308"] {
            assert_eq!(parse_json(text).unwrap().as_f64(), text.parse().ok(), "{text}");
        }
    }
}
