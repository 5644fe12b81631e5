//! A page with one table. What a cell says is text, never markup; nothing is loaded from anywhere.

use std::io::{self, BufWriter, Write};

use super::html::escape;
use crate::table::{Audience, CellRef, Role, Table};

const BUFFER: usize = 1 << 16;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="generator" content="gitsweep">
<title>Results</title>
<style>
:root { color-scheme: light dark }
body { font: 14px/1.4 system-ui, sans-serif; margin: 1rem }
table { border-collapse: collapse }
caption { text-align: left; padding-bottom: .5rem }
th, td { padding: .2rem .7rem; text-align: left; border-bottom: 1px solid #8884; white-space: pre-wrap }
thead th { position: sticky; top: 0; background: Canvas }
.n { text-align: right; font-variant-numeric: tabular-nums }
</style>
</head>
<body>
<table>
"#;

/// Writes the page; the point is each row's header.
pub(super) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    out.write_all(HEAD.as_bytes())?;
    let columns = table.shown(Audience::Program);
    let (rows, total) = (table.len(), table.total());
    let of = if rows < total { format!(" of {total}") } else { String::new() };
    writeln!(out, "<caption>{rows}{of} row{}</caption>", if total == 1 { "" } else { "s" })?;
    write!(out, "<thead>\n<tr>")?;
    for &column in &columns {
        let text = escape(table.label(column));
        write!(out, "<th scope=\"col\"{}>{text}</th>", class(is_numeric(table, column)))?;
    }
    write!(out, "</tr>\n</thead>\n<tbody>\n")?;
    let mut scratch = String::new();
    for row in 0..table.len() {
        write!(out, "<tr>")?;
        for &column in &columns {
            let cell = table.cell(row, column);
            let text = escape(cell.spell(&mut scratch));
            let class = class(cell.is_number());
            if table.columns()[column].role == Role::Point {
                write!(out, "<th scope=\"row\"{class}>{text}</th>")?;
            } else {
                write!(out, "<td{class}>{text}</td>")?;
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</body>\n</html>")?;
    out.flush()
}

fn class(numeric: bool) -> &'static str {
    if numeric { " class=\"n\"" } else { "" }
}

fn is_numeric(table: &Table, column: usize) -> bool {
    let mut known = table.cells(column).filter(|cell| !cell.is_missing()).peekable();
    known.peek().is_some() && known.all(CellRef::is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{any_table, number, table, text};
    use crate::table::Cell;
    use proptest::prelude::*;

    fn written(table: &Table) -> String {
        let mut out = Vec::new();
        write(table, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_are_text_and_rows_have_headers() {
        let rows = vec![
            vec![number("1"), text("<script>alert(1)</script>"), number("0.10")],
            vec![number("2"), text("a&\"b'\n"), Cell::Missing],
        ];
        let page = written(&table(&["point", "param:<g>", "metric:score"], rows));
        let body = r#"<caption>2 rows</caption>
<thead>
<tr><th scope="col" class="n">point</th><th scope="col">&lt;g&gt;</th><th scope="col" class="n">score</th></tr>
</thead>
<tbody>
<tr><th scope="row" class="n">1</th><td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td class="n">0.10</td></tr>
<tr><th scope="row" class="n">2</th><td>a&amp;&quot;b&#39;\n</td><td></td></tr>
</tbody>"#;
        assert!(page.contains(body), "{page}");
    }

    proptest! {
        #[test]
        fn there_is_no_markup_but_ours(table in any_table()) {
            let page = written(&table);
            let cells = (table.len() + 1) * table.shown(Audience::Program).len();
            let body = &page[page.find("<tr>").unwrap()..page.find("</tbody>").unwrap()];
            prop_assert_eq!(body.matches("<t").count(), cells + table.len() + 2);
            prop_assert!(!body.contains("<s") && !body.contains("='"));
            prop_assert!(body.chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}
