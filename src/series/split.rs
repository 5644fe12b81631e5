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
    /// As the first line of names or numbers has it; the file's ending decides where that line has only one field.
    pub(super) fn of(line: &str, file: &str) -> Self {
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
        for byte in [b'\t', b';', b','] {
            if line.as_bytes().contains(&byte) {
                return Self::Byte(byte);
            }
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
                let fields: Vec<&str> = line.split_whitespace().map(|field| field.trim_matches('"')).collect();
                take(number, &fields)?;
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
            assert_eq!(Separator::of(line, file), separator, "{line}");
        }
    }

    #[test]
    fn quotes_and_blanks() {
        assert_eq!(fields("\"V, mV\", 2 ", Separator::Byte(b',')), ["V, mV", "2"]);
        assert_eq!(fields("  \"t\"   1e-3\t2", Separator::Blanks), ["t", "1e-3", "2"]);
    }
}
