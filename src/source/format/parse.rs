//! Reads both styles of format.

use super::{Align, Conversion, Format, Problem, Spec};

/// The widest field and the longest fraction, in characters.
const WIDEST: usize = 999;

pub(super) fn parse(source: &str) -> Result<Format, Problem> {
    let braces = pieces_of_braces(source);
    let printf = pieces_of_printf(source);
    let (before, spec, after) = match (braces, printf) {
        (Ok(_), Ok(_)) => return Err(Problem::SeveralConversions),
        (Ok(pieces), Err(_)) | (Err(_), Ok(pieces)) => pieces,
        (Err(Problem::NoConversion), Err(problem)) | (Err(problem), Err(_)) => return Err(problem),
    };
    Ok(Format { source: source.into(), before, spec, after })
}

type Pieces = (String, Spec, String);

/// Text before and after, filled as the conversion has not or has been met.
#[derive(Default)]
struct Split {
    before: String,
    after: String,
    spec: Option<Spec>,
}

impl Split {
    fn push(&mut self, c: char) {
        if self.spec.is_some() { &mut self.after } else { &mut self.before }.push(c);
    }

    fn set(&mut self, spec: Spec) -> Result<(), Problem> {
        if self.spec.replace(spec).is_some() { Err(Problem::SeveralConversions) } else { Ok(()) }
    }

    fn finish(self) -> Result<Pieces, Problem> {
        Ok((self.before, self.spec.ok_or(Problem::NoConversion)?, self.after))
    }
}

fn pieces_of_braces(source: &str) -> Result<Pieces, Problem> {
    let mut split = Split::default();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("{{") || rest.starts_with("}}") {
            split.push(c);
            rest = &rest[2..];
        } else if c == '{' {
            let end = rest.find('}').ok_or(Problem::Unfinished)?;
            let inside = &rest[1..end];
            let (name, spec) = inside.split_once(':').unwrap_or((inside, ""));
            if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                return Err(Problem::Unknown(inside.to_owned()));
            }
            split.set(brace_spec(spec)?)?;
            rest = &rest[end + 1..];
        } else if c == '}' {
            return Err(Problem::Brace('}'));
        } else {
            split.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    split.finish()
}

fn pieces_of_printf(source: &str) -> Result<Pieces, Problem> {
    let mut split = Split::default();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '%' {
            split.push(c);
        } else if let Some(tail) = rest.strip_prefix('%') {
            split.push('%');
            rest = tail;
        } else {
            let (spec, tail) = printf_spec(rest)?;
            split.set(spec)?;
            rest = tail;
        }
    }
    split.finish()
}

fn plain() -> Spec {
    Spec {
        conversion: Conversion::Literal,
        upper: false,
        precision: None,
        width: 0,
        fill: ' ',
        align: None,
        plus: "",
        zero: false,
        alternate: false,
    }
}

/// The specification behind `%`, and the text behind it.
fn printf_spec(source: &str) -> Result<(Spec, &str), Problem> {
    let mut spec = plain();
    let mut rest = source;
    while let Some(flag) = rest.chars().next() {
        match flag {
            '-' => spec.align = Some(Align::Left),
            '+' => spec.plus = "+",
            ' ' if spec.plus.is_empty() => spec.plus = " ",
            ' ' => {}
            '0' => spec.zero = true,
            '#' => spec.alternate = true,
            _ => break,
        }
        rest = &rest[1..];
    }
    (spec.width, rest) = number(rest)?;
    (spec.precision, rest) = precision(rest)?;
    let rest = rest.trim_start_matches(['l', 'h', 'L', 'q']);
    let letter = rest.chars().next().ok_or(Problem::Unfinished)?;
    let letter = if matches!(letter, 'i' | 'u') { 'd' } else { letter };
    convert(&mut spec, letter).ok_or_else(|| Problem::Unknown(format!("%{letter}")))?;
    if spec.conversion == Conversion::Literal && spec.align.is_none() {
        // C pads strings on the left, whatever they hold.
        spec.align = Some(Align::Right);
    }
    Ok((spec, &rest[1..]))
}

/// The specification behind the colon in braces: `[[fill]align][sign][#][0][width][.precision][type]`.
fn brace_spec(source: &str) -> Result<Spec, Problem> {
    let unknown = || Problem::Unknown(source.to_owned());
    let mut spec = plain();
    let align = |c: char| match c {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        _ => None,
    };
    let mut rest = source;
    let mut chars = source.chars();
    if let (Some(fill), Some(second)) = (chars.next(), chars.next().and_then(align)) {
        (spec.fill, spec.align) = (fill, Some(second));
        rest = &rest[fill.len_utf8() + 1..];
    } else if let Some(first) = source.chars().next().and_then(align) {
        spec.align = Some(first);
        rest = &rest[1..];
    }
    for (sign, plus) in [("+", "+"), (" ", " "), ("-", "")] {
        if let Some(tail) = rest.strip_prefix(sign) {
            (spec.plus, rest) = (plus, tail);
            break;
        }
    }
    if let Some(tail) = rest.strip_prefix('#') {
        (spec.alternate, rest) = (true, tail);
    }
    if let Some(tail) = rest.strip_prefix('0') {
        (spec.zero, rest) = (true, tail);
    }
    (spec.width, rest) = number(rest)?;
    (spec.precision, rest) = precision(rest)?;
    let mut letters = rest.chars();
    match (letters.next(), letters.next()) {
        (None, _) => {}
        (Some(letter), None) => convert(&mut spec, letter).ok_or_else(unknown)?,
        _ => return Err(unknown()),
    }
    Ok(spec)
}

fn convert(spec: &mut Spec, letter: char) -> Option<()> {
    spec.conversion = match letter.to_ascii_lowercase() {
        'd' => Conversion::Whole,
        'f' => Conversion::Fixed,
        'e' => Conversion::Scientific,
        'g' => Conversion::General,
        's' => Conversion::Literal,
        _ => return None,
    };
    spec.upper = letter.is_ascii_uppercase();
    (!spec.upper || matches!(letter, 'F' | 'E' | 'G')).then_some(())
}

fn number(source: &str) -> Result<(usize, &str), Problem> {
    let length = source.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = source.split_at(length);
    let number = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| Problem::Wide)? };
    if number > WIDEST { Err(Problem::Wide) } else { Ok((number, rest)) }
}

fn precision(source: &str) -> Result<(Option<usize>, &str), Problem> {
    let Some(rest) = source.strip_prefix('.') else { return Ok((None, source)) };
    let (precision, rest) = number(rest)?;
    Ok((Some(precision), rest))
}
