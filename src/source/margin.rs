//! The margin of fixed-form Fortran: what stands beyond column 72 is no code, and no compiler says that it cut a number.

use std::ops::Range;

/// The last column of code.
const MARGIN: usize = 72;

/// True if `length` bytes in place of those at `span` would reach beyond the margin, which nothing in `file` does so far.
///
/// A file that has more on its lines is compiled with longer ones, or has numbers there that tell nothing.
pub(super) fn is_passed(file: &[u8], span: &Range<usize>, length: usize) -> bool {
    let start = file[..span.start].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    let is_code = |line: &&[u8]| !matches!(line.first(), Some(b'c' | b'C' | b'*' | b'!' | b'#'));
    let width = |line: &[u8]| {
        let comment = line.iter().position(|&b| b == b'!').unwrap_or(line.len());
        columns(line[..comment].trim_ascii_end())
    };
    columns(&file[start..span.start]) + length > MARGIN
        && file.split(|&b| b == b'\n').filter(is_code).all(|line| width(line) <= MARGIN)
}

/// How many columns `text` takes from the start of its line; a tab at its start goes to column 7.
fn columns(text: &[u8]) -> usize {
    match text.strip_prefix(b"\t") {
        Some(rest) => 6 + rest.len(),
        None => text.len(),
    }
}
