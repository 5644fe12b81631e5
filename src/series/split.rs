//! Lines cut into fields.

use anyhow::{Context as _, Result};

/// What stands between fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// A comma, a tab or a semicolon, with quotes as in RFC 4180.
    Byte(u8),
    /// Any number of blanks.
    Blanks,
}

impl Separator {
    /// The one that makes as many fields of the first line of names or numbers as of the `second`, which tells `;` or `,` in
    /// a name from one between names; the file's ending decides where the first line has only one field.
    pub(super) fn of(first: &str, second: Option<&str>, file: &str) -> Self {
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
        let parts = |line: &str, separator: Self| fields(line, separator).len();
        let bytes = || [b'\t', b';', b','].map(Self::Byte).into_iter().filter(|&byte| parts(first, byte) > 1);
        // Names with blanks or commas between quotes.
        let quoted = (first.contains('"') && parts(first, Self::Blanks) > 1).then_some(Self::Blanks);
        // R names a column less than there are.
        let agrees = |&separator: &Self| {
            let (names, more) = (parts(first, separator), parts(second.unwrap_or(first), separator));
            more == names || more == names + 1
        };
        if let Some(separator) = bytes().chain(quoted).find(agrees).or_else(|| bytes().next()) {
            return separator;
        }
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Self::Byte(b','),
            "tsv" => Self::Byte(b'\t'),
            _ => Self::Blanks,
        }
    }

    /// True where a comma is a decimal point.
    pub(super) fn leaves_the_comma(self) -> bool {
        self == Self::Byte(b';')
    }
}

/// True for a line that says nothing: blank, or a comment.
pub(super) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with(['#', '%'])
}

/// The fields of a single line.
pub(super) fn fields(line: &str, separator: Separator) -> Vec<String> {
    let mut found = Vec::new();
    let _ = each_row(line, separator, |_, fields| {
        found = fields.iter().map(|field| (*field).to_owned()).collect();
        Ok(())
    });
    found
}

/// Calls `take` with each row's line number and fields, without comments.
pub(super) fn each_row(
    text: &str,
    separator: Separator,
    mut take: impl FnMut(usize, &[&str]) -> Result<()>,
) -> Result<()> {
    match separator {
        Separator::Blanks => {
            for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !is_comment(line)) {
                take(number, &between_blanks(line))?;
            }
        }
        Separator::Byte(byte) => {
            let mut builder = csv::ReaderBuilder::new();
            builder.delimiter(byte).has_headers(false).flexible(true).trim(csv::Trim::All).comment(Some(b'#'));
            let mut reader = builder.from_reader(text.as_bytes());
            let mut record = csv::StringRecord::new();
            while reader.read_record(&mut record).context("it is not separated as it should be")? {
                let number = record.position().map_or(0, |position| position.line() as usize);
                let is_blank = record.len() == 1 && record[0].is_empty();
                if is_blank || record[0].starts_with(['%', '#']) {
                    continue;
                }
                let fields: Vec<&str> = record.iter().collect();
                take(number, &fields)?;
            }
        }
    }
    Ok(())
}

/// The fields of a line, of which one between quotes may have blanks in it.
fn between_blanks(line: &str) -> Vec<&str> {
    let ends = |after: &str| after.is_empty() || after.starts_with(char::is_whitespace);
    let mut fields = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let quoted = rest.strip_prefix('"').and_then(|inner| inner.split_once('"')).filter(|(_, after)| ends(after));
        let (field, after) = quoted.or_else(|| rest.split_once(char::is_whitespace)).unwrap_or((rest, ""));
        fields.push(field.trim_matches('"'));
        rest = after.trim_start();
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_found_in_the_first_line() {
        for (line, file, separator) in [
            ("t,V", "a.csv", Separator::Byte(b',')),
            ("t\tV, mV", "a.csv", Separator::Byte(b'\t')),
            ("0,5;1,5", "a.csv", Separator::Byte(b';')),
            ("0.5 1.5", "a.dat", Separator::Blanks),
            ("membrane potential", "a.csv", Separator::Byte(b',')),
        ] {
            assert_eq!(Separator::of(line, None, file), separator, "{line}");
        }
    }

    #[test]
    fn what_stands_in_a_name_separates_nothing() {
        for (first, second, file, separator) in [
            ("\"a;b\",V", "1,2", "a.csv", Separator::Byte(b',')),
            ("t,V (mV; soma)", "1,2", "a.csv", Separator::Byte(b',')),
            ("t;V (mV, soma)", "1;2", "a.csv", Separator::Byte(b';')),
            ("\"t, s\" \"V, mV\"", "1 2", "a.dat", Separator::Blanks),
            ("\"t, s\" \"V, mV\"", "\"1\" 1 2", "a.txt", Separator::Blanks),
            ("t;V", "1;0,5;2,5", "a.csv", Separator::Byte(b';')),
        ] {
            assert_eq!(Separator::of(first, Some(second), file), separator, "{first}");
        }
    }

    #[test]
    fn quotes_and_blanks() {
        assert_eq!(fields("\"V, mV\", 2 ", Separator::Byte(b',')), ["V, mV", "2"]);
        assert_eq!(fields("  \"t\"   1e-3\t2", Separator::Blanks), ["t", "1e-3", "2"]);
        assert_eq!(fields("\"Mazda RX4\" 21 \"6", Separator::Blanks), ["Mazda RX4", "21", "6"]);
    }
}
