//! The lines below a terminal's table: what had no room, what is the same in all rows, how many rows there are.

use super::visible::{truncate, visible, width};
use crate::record::Status;
use crate::table::Table;
use crate::value::Value;

const OK: &str = Status::Ok.as_str();
const STOPPED: &str = Status::Stopped.as_str();
/// No value takes more room than this.
const LONGEST: usize = 60;
/// So many columns without room are named.
const MOST_NAMES: usize = 20;

const INDENT: &str = " ";

/// `No room for cv, isi; choose with --columns`; nothing if all columns have room.
pub(super) fn left_out(table: &Table, columns: &[usize], width: Option<usize>) -> Vec<String> {
    // One more takes no more room than to say that there is one.
    let told = if columns.len() > MOST_NAMES + 1 { MOST_NAMES } else { columns.len() };
    let names = columns[..told].iter().zip(1..).map(|(&column, nth)| {
        let separator = if nth < told {
            ","
        } else if told < columns.len() {
            ""
        } else {
            ";"
        };
        format!("{}{separator}", visible(table.label(column)))
    });
    let more = (told < columns.len()).then(|| format!("and {} more;", columns.len() - told));
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let rest = more.iter().flat_map(|more| words(more)).chain(words("choose with --columns"));
    if columns.is_empty() { Vec::new() } else { wrap("No room for", names.chain(rest), width) }
}

/// `Fixed: weightEE=3.0`; nothing if every parameter has a column.
pub(super) fn fixed(table: &Table, width: Option<usize>) -> Vec<String> {
    let fixed = table.fixed();
    let shown = |value: &Value| truncate(&visible(&value.to_trailer()), LONGEST).into_owned();
    let items = fixed.iter().map(|(name, value)| format!("{}={}", visible(name), shown(value)));
    if fixed.is_empty() { Vec::new() } else { wrap("Fixed:", items, width) }
}

/// What a reader should know, a sentence a line.
pub(super) fn notes(table: &Table, width: Option<usize>) -> Vec<String> {
    let words = |note: &String| visible(note).split(' ').map(str::to_owned).collect::<Vec<_>>();
    let wrapped = |words: Vec<String>| {
        let (first, rest) = words.split_first().map_or((String::new(), &[][..]), |(first, rest)| (first.clone(), rest));
        wrap(&first, rest.iter().cloned(), width)
    };
    table.notes().iter().map(words).flat_map(wrapped).collect()
}

/// How many of what has just been counted was stopped early, to follow the number; nothing if none was.
pub fn early_in_words(early: u64) -> String {
    if early > 0 { format!(" ({early} of them stopped early)") } else { String::new() }
}

/// `36 points: 34 ok, 2 failed`, `36 points: all ok`. Of a part, `3 of 36 points`, it is not said that all are ok:
/// that would be taken for the whole.
pub(super) fn counts(table: &Table, width: Option<usize>) -> Vec<String> {
    let (shown, total) = (table.len(), table.total());
    let of = if shown < total { format!("{shown} of ") } else { String::new() };
    let noun = table.noun();
    let plural = if total == 1 { "" } else { "s" };
    let head = format!("{of}{total} {noun}{plural}");
    let mut statuses = table.statuses().unwrap_or_default();
    // What was stopped early is a result, as everywhere else.
    let early = statuses.iter().find(|(status, _)| *status == STOPPED).map_or(0, |(_, count)| *count);
    if early > 0 {
        statuses.retain(|(status, _)| *status != STOPPED);
        match statuses.first_mut().filter(|(status, _)| *status == OK) {
            Some((_, count)) => *count += early,
            None => statuses.insert(0, (OK, early)),
        }
        let items = statuses.iter().zip(1..).map(|(&(status, count), nth)| {
            let early = early_in_words(if status == OK { early as u64 } else { 0 });
            let comma = if nth == statuses.len() { "" } else { "," };
            format!("{count} {}{early}{comma}", visible(status))
        });
        return wrap(&format!("{head}:"), items, width);
    }
    match statuses.as_slice() {
        [] => wrap(&head, std::iter::empty(), width),
        [(OK, _)] if shown < total => wrap(&head, std::iter::empty(), width),
        [(OK, 1)] => wrap(&format!("{head}:"), [OK.to_owned()].into_iter(), width),
        [(OK, _)] => wrap(&format!("{head}:"), [format!("all {OK}")].into_iter(), width),
        _ => {
            let items = statuses.iter().zip(1..).map(|((status, count), nth)| {
                let comma = if nth == statuses.len() { "" } else { "," };
                format!("{count} {}{comma}", visible(status))
            });
            wrap(&format!("{head}:"), items, width)
        }
    }
}

/// The items in one line after its head or, where they do not fit, in several, indented.
pub(super) fn wrap(head: &str, items: impl Iterator<Item = String>, room: Option<usize>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = head.to_owned();
    for item in items {
        if line != INDENT && room.is_some_and(|room| width(&line) + 1 + width(&item) > room) {
            lines.push(std::mem::replace(&mut line, INDENT.to_owned()));
        }
        line.push(' ');
        line.push_str(&item);
    }
    lines.push(line);
    match room {
        Some(room) => lines.iter().map(|line| truncate(line, room).into_owned()).collect(),
        None => lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{number, table, text};

    fn statuses(statuses: &[&str]) -> Table {
        let rows = statuses.iter().zip(1..).map(|(status, i)| vec![number(&format!("{i}")), text(status)]);
        table(&["point", "status"], rows.collect())
    }

    #[test]
    fn counts_name_each_status_unless_all_are_ok() {
        assert_eq!(counts(&statuses(&["ok", "failed", "ok"]), None), ["3 points: 2 ok, 1 failed"]);
        assert_eq!(counts(&statuses(&["ok", "ok"]), None), ["2 points: all ok"]);
        let early = ["ok", "stopped", "failed", "stopped"];
        assert_eq!(counts(&statuses(&early), None), ["4 points: 3 ok (2 of them stopped early), 1 failed"]);
        assert_eq!(counts(&statuses(&early[1..2]), None), ["1 point: 1 ok (1 of them stopped early)"]);
        assert_eq!(counts(&statuses(&["ok"]), None), ["1 point: ok"]);
        assert_eq!(counts(&statuses(&["failed"]), None), ["1 point: 1 failed"]);
        assert_eq!(counts(&statuses(&[]), None), ["0 points"]);
        assert_eq!(counts(&table(&["param:g"], vec![vec![number("1")]]), None), ["1 row"]);
        let mut limited = statuses(&["ok", "failed", "ok"]);
        limited.limit(1);
        assert_eq!(counts(&limited, None), ["1 of 3 points"]);
    }

    #[test]
    fn long_lines_break_between_items() {
        let row = vec![number("3.0"), text("two words"), number("0.10"), text("a\nb")];
        let table = table(&["param:w", "param:t", "param:g_e", "param:odd"], vec![row.clone(), row]);
        assert_eq!(fixed(&table, None), [r#"Fixed: w=3.0 t="two words" g_e=0.10 odd="a\nb""#]);
        assert_eq!(fixed(&table, Some(25)), [r#"Fixed: w=3.0"#, r#"  t="two words" g_e=0.10"#, r#"  odd="a\nb""#]);
        assert_eq!(fixed(&table, Some(11)), ["Fixed:", "  w=3.0", "  t=\"two w…", "  g_e=0.10", "  odd=\"a\\n…"]);
        assert_eq!(left_out(&table, &[0, 2], None), ["No room for w, g_e; choose with --columns"]);
        assert_eq!(left_out(&table, &[], None).len(), 0);
        let w = |count: usize| "w, ".repeat(count - 1) + "w";
        let told = format!("No room for {}; choose with --columns", w(21));
        assert_eq!(left_out(&table, &[0; 21], None), [told]);
        let told = format!("No room for {} and 280 more; choose with --columns", w(20));
        assert_eq!(left_out(&table, &[0; 300], None), [told]);
    }
}
