//! The lines below a terminal's table that say why points have no result: each reason once, after its points.

use super::summary::wrap;
use super::visible::{visible, width};
use crate::table::{Role, Table};

/// How many lines the reasons may take; one that takes more is told all the same.
const LINES: usize = 10;

/// How many points, or ranges of points, are named before the rest is counted.
const NAMED: usize = 12;

/// The columns that a line that goes on is indented by.
const INDENT: usize = 2;

/// `1, 7, 13-15: it took longer than 1s`, and `and 3 more reasons, of 5 points` where there are too many.
pub(super) fn reasons(table: &Table, room: Option<usize>) -> Vec<String> {
    let reasons = table.reasons();
    let mut lines = Vec::new();
    for (told, (reason, rows)) in reasons.iter().enumerate() {
        let next = paragraph(&format!("{}: {}", points(table, rows), visible(reason)), room);
        if told > 0 && lines.len() + next.len() > LINES {
            let left = &reasons[told..];
            let (count, points) = (left.len(), left.iter().map(|(_, rows)| rows.len()).sum());
            let more = format!(
                "and {count} more {}, of {}; see --columns point,reason",
                if count == 1 { "reason" } else { "reasons" },
                counted(points)
            );
            lines.extend(paragraph(&more, room));
            break;
        }
        lines.extend(next);
    }
    lines
}

/// `1, 7, 13-15 and 12 more`; how many there are, if they have no numbers that tell them apart.
fn points(table: &Table, rows: &[usize]) -> String {
    let number = |column: usize, row: &usize| table.cell(*row, column).spell(&mut String::new()).parse::<u64>().ok();
    let numbers = table.column_of(Role::Point).map(|column| rows.iter().map(|row| number(column, row)).collect());
    let Some(Some(mut numbers)) = numbers.map(|numbers: Option<Vec<u64>>| numbers) else { return counted(rows.len()) };
    numbers.sort_unstable();
    if numbers.windows(2).any(|pair| pair[0] == pair[1]) {
        return counted(rows.len());
    }
    let ranges: Vec<&[u64]> = numbers.chunk_by(|a, b| b - a == 1).collect();
    let named = ranges.iter().take(NAMED).map(|range| match range {
        [first, .., last] => format!("{first}-{last}"),
        _ => range.iter().map(u64::to_string).collect(),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    match ranges.iter().skip(NAMED).map(|range| range.len()).sum::<usize>() {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn counted(points: usize) -> String {
    if points == 1 { "1 point".to_owned() } else { format!("{points} points") }
}

/// The text in lines that are no wider than the room, all but the first indented.
fn paragraph(text: &str, room: Option<usize>) -> Vec<String> {
    let longest = room.map_or(usize::MAX, |room| room.saturating_sub(INDENT).max(1));
    let mut words = text.split_whitespace().flat_map(|word| pieces(word, longest));
    let head = words.next().unwrap_or_default();
    wrap(&head, words, room)
}

/// The word or, if it is longer than a line, pieces of it that are not.
fn pieces(word: &str, longest: usize) -> Vec<String> {
    if width(word) <= longest {
        return vec![word.to_owned()];
    }
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    for c in word.chars() {
        piece.push(c);
        if width(&piece) > longest && piece.len() > c.len_utf8() {
            piece.pop();
            pieces.push(std::mem::replace(&mut piece, c.to_string()));
        }
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{number, table, text};
    use crate::table::Cell;

    /// A table of points with these reasons.
    fn failed(reasons: &[(u64, &str)]) -> Table {
        let row = |&(point, reason): &(u64, &str)| vec![number(&point.to_string()), text(reason)];
        table(&["point", "reason"], reasons.iter().map(row).collect())
    }

    #[test]
    fn points_that_share_a_reason_are_on_one_line() {
        let late = [31, 7, 1, 19, 13, 25].map(|point| (point, "it did not report the objective, score"));
        let slow = [(5, "slow"), (3, "slow"), (4, "slow"), (8, "slow"), (9, "odd")];
        let expected =
            ["1, 7, 13, 19, 25, 31: it did not report the objective, score", "3-5, 8: slow", "9: odd"].to_vec();
        assert_eq!(reasons(&failed(&[&late[..], &slow].concat()), None), expected);
        assert!(reasons(&table(&["point", "reason"], vec![vec![number("1"), Cell::Missing]]), None).is_empty());
    }

    #[test]
    fn many_points_are_counted() {
        // The twelve ranges from 1-2 to 45-46 are named; 49, 50, 53 and 54 are not.
        let pairs: Vec<(u64, &str)> =
            (0..14).flat_map(|pair| [(4 * pair + 1, "slow"), (4 * pair + 2, "slow")]).collect();
        let expected = "1-2, 5-6, 9-10, 13-14, 17-18, 21-22, 25-26, 29-30, 33-34, 37-38, 41-42, 45-46 and 4 more: slow";
        assert_eq!(reasons(&failed(&pairs), None), [expected]);
        let thousand: Vec<(u64, &str)> = (1..=1000).map(|point| (point, "slow")).collect();
        assert_eq!(reasons(&failed(&thousand), None), ["1-1000: slow"]);
    }

    #[test]
    fn many_reasons_are_counted() {
        let texts: Vec<String> = (1..=12).map(|nth| format!("reason {nth}")).collect();
        let mut rows: Vec<(u64, &str)> = texts.iter().zip(1..).map(|(text, point)| (point, text.as_str())).collect();
        let lines = reasons(&failed(&rows), None);
        assert_eq!((lines.len(), lines[0].as_str(), lines[9].as_str()), (11, "1: reason 1", "10: reason 10"));
        assert_eq!(lines[10], "and 2 more reasons, of 2 points; see --columns point,reason");
        rows.truncate(10);
        assert_eq!(reasons(&failed(&rows), None).len(), 10);
        rows.push((11, "reason 11"));
        assert_eq!(reasons(&failed(&rows), None)[10], "and 1 more reason, of 1 point; see --columns point,reason");
        // Of lines of four words, each reason takes two: five of them are told.
        let texts: Vec<String> = (1..=7).map(|nth| format!("{nth} one two three four")).collect();
        let rows: Vec<(u64, &str)> = texts.iter().zip(1..).map(|(text, point)| (point, text.as_str())).collect();
        let lines = reasons(&failed(&rows), Some(18));
        assert_eq!(lines[8..11], ["5: 5 one two three", "  four", "and 2 more"]);
        assert_eq!(lines[11], "  reasons, of 2");
    }

    #[test]
    fn lines_hang_and_long_words_are_broken() {
        let table =
            failed(&[(1, "exit code 1: no file /data/abcdefghijkl"), (3, "exit code 1: no file /data/abcdefghijkl")]);
        assert_eq!(reasons(&table, Some(16)), ["1, 3: exit code", "  1: no file", "  /data/abcdefgh", "  ijkl"]);
        assert_eq!(reasons(&table, None), ["1, 3: exit code 1: no file /data/abcdefghijkl"]);
    }

    #[test]
    fn points_without_numbers_of_their_own_are_counted() {
        assert_eq!(reasons(&failed(&[(1, "slow"), (1, "slow")]), None), ["2 points: slow"]);
        assert_eq!(reasons(&table(&["reason"], vec![vec![text("slow")]]), None), ["1 point: slow"]);
    }
}
