//! The table for readers without scripts, and for printers of the page's source: the best points, plainly.

use std::fmt::Write as _;

use super::escape::escape;
use super::head::number;
use crate::table::{Audience, Table};

/// How many rows it has at most.
const ROWS: usize = 100;

/// The best rows, or the first where nothing is optimised, and how many there are beside them.
pub(super) fn html(table: &Table) -> String {
    let rows = table.len();
    let (order, which) = match table.ranking() {
        Ok(ranking) if !ranking.is_empty() => (ranking, "best"),
        _ => ((0..rows).collect(), "first"),
    };
    let shown = order.len().min(ROWS);
    let caption = if shown == rows {
        format!("All {shown} points")
    } else {
        format!("The {which} {shown} of {rows} points; the others are in this page's data, which takes scripts to read")
    };
    let columns = table.shown(Audience::Reader);
    let mut out = format!("<table><caption>{caption}</caption><thead><tr>");
    // Writing to a string cannot fail.
    columns.iter().for_each(|&column| {
        let _ = write!(out, "<th scope=\"col\" dir=\"auto\">{}</th>", escape(table.label(column)));
    });
    out.push_str("</tr></thead><tbody>\n");
    for &row in order.iter().take(ROWS) {
        out.push_str("<tr>");
        for &column in &columns {
            let cell = table.cell(row, column);
            let class = if cell.is_number() { " class=\"number\"" } else { "" };
            let _ = write!(out, "<td{class} dir=\"auto\">{}</td>", number(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>");
    out
}
