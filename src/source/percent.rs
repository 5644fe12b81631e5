//! Percent signs in INI files that Python's `configparser` reads with interpolation: `%(name)s` is another value, `%%` a percent
//! sign, and `%` alone an error.

/// True if the file is written for such a reader: it has references or doubled signs, and no sign alone.
pub(super) fn is_doubled(file: &[u8]) -> bool {
    let mut has_any = false;
    let is_whole = parts(file).all(|part| {
        has_any |= part != Part::Plain;
        part != Part::Lone
    });
    has_any && is_whole
}

/// `text` with a sign that stands alone doubled; what is spelled for such a reader stays.
pub(super) fn double(text: &str) -> String {
    let mut doubled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let length = length(&rest.as_bytes()[at..]);
        doubled.push_str(&rest[..at]);
        doubled.push_str(if length == 1 { "%%" } else { &rest[at..at + length] });
        rest = &rest[at + length..];
    }
    doubled + rest
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Plain,
    /// `%%` or `%(name)s`.
    Spelled,
    /// `%` before anything else.
    Lone,
}

fn parts(file: &[u8]) -> impl Iterator<Item = Part> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let byte = *file.get(at)?;
        let length = if byte == b'%' { length(&file[at..]) } else { 1 };
        at += length;
        Some(match byte {
            b'%' if length == 1 => Part::Lone,
            b'%' => Part::Spelled,
            _ => Part::Plain,
        })
    })
}

/// How many bytes the sign at the start of `text` and what belongs to it take.
fn length(text: &[u8]) -> usize {
    match text.get(1) {
        Some(b'%') => 2,
        Some(b'(') => {
            let is_name = |b: &&u8| !matches!(b, b')' | b'(' | b'%' | b'\n');
            let name = text[2..].iter().take_while(is_name).count();
            if name > 0 && text[2 + name..].starts_with(b")s") { name + 4 } else { 1 }
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_for_interpolation_is_told_by_its_signs() {
        assert!(is_doubled(b"a = 50%%\n"));
        assert!(is_doubled(b"a = %(b)s/c\n"));
        assert!(!is_doubled(b"a = 50\n"));
        assert!(!is_doubled(b"a = 50%\n"));
        assert!(!is_doubled(b"format = %(asctime)s\ndatefmt = %H:%M\n"));
        assert!(!is_doubled(b"a = %(b\n"));
    }

    #[test]
    fn a_sign_alone_is_doubled() {
        for (text, doubled) in
            [("50%", "50%%"), ("50%%", "50%%"), ("%(b)s", "%(b)s"), ("%(b", "%%(b"), ("é%é%", "é%%é%%"), ("", "")]
        {
            assert_eq!(double(text), doubled);
        }
    }
}
