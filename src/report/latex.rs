//! A table for a paper: a `tabular` with the rules of booktabs. What a cell says is text, never a command.

use std::io::{self, BufWriter, Write};

use super::digits::shorten;
use super::visible::visible;
use crate::table::{Audience, Cell, Role, Table};

const BUFFER: usize = 1 << 16;

/// Writes the table; numbers stand to the right, in mathematics.
pub(super) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let columns = table.shown(Audience::Program);
    if columns.is_empty() {
        return Ok(());
    }
    let align = |&column: &usize| if is_numeric(table, column) { 'r' } else { 'l' };
    writeln!(out, "% \\usepackage{{booktabs}}")?;
    writeln!(out, "\\begin{{tabular}}{{{}}}", columns.iter().map(align).collect::<String>())?;
    writeln!(out, "\\toprule")?;
    let mut text = String::new();
    for (place, &column) in columns.iter().enumerate() {
        escape(table.label(column), &mut text);
        write!(out, "{}{text}", separator(place))?;
    }
    writeln!(out, " \\\\\n\\midrule")?;
    let mut scratch = String::new();
    for row in table.rows() {
        for (place, &column) in columns.iter().enumerate() {
            let is_computed = table.columns()[column].role == Role::Statistic;
            write_cell(&row[column], is_computed, &mut scratch, &mut text);
            write!(out, "{}{text}", separator(place))?;
        }
        writeln!(out, " \\\\")?;
    }
    writeln!(out, "\\bottomrule\n\\end{{tabular}}")?;
    out.flush()
}

/// An empty group before each first cell keeps a `[` there from being read as an argument of the `\\` above it.
fn separator(place: usize) -> &'static str {
    if place == 0 { "{}" } else { " & " }
}

fn is_numeric(table: &Table, column: usize) -> bool {
    let mut known = table.rows().iter().map(|row| &row[column]).filter(|cell| !cell.is_missing()).peekable();
    known.peek().is_some() && known.all(Cell::is_number)
}

/// What was computed, a mean or a spread, has six significant digits; what was reported has its own.
fn write_cell(cell: &Cell, is_computed: bool, scratch: &mut String, text: &mut String) {
    if !cell.is_number() {
        return escape(cell.spell(scratch), text);
    }
    text.clear();
    let spelt = if is_computed { shorten(cell, scratch) } else { cell.spell(scratch) };
    let unsigned = spelt.trim_start_matches(['-', '+']);
    if unsigned.starts_with("0x") || unsigned.starts_with("0o") || unsigned.starts_with("0b") {
        return escape(spelt, text);
    }
    let (mantissa, exponent) = spelt.split_once(['e', 'E']).unwrap_or((spelt, ""));
    text.push('$');
    match unsigned {
        "inf" => text.push_str(if spelt.starts_with('-') { "-\\infty" } else { "\\infty" }),
        "nan" => text.push_str("\\mathrm{nan}"),
        _ => text.push_str(mantissa),
    }
    if !exponent.is_empty() {
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", exponent.trim_start_matches('+')),
        };
        let digits = digits.trim_start_matches('0');
        text.push_str(&format!("\\times 10^{{{sign}{}}}", if digits.is_empty() { "0" } else { digits }));
    }
    text.push('$');
}

fn escape(plain: &str, text: &mut String) {
    text.clear();
    for c in visible(plain).chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => text.extend(['\\', c]),
            '\\' => text.push_str("\\textbackslash{}"),
            '~' => text.push_str("\\textasciitilde{}"),
            '^' => text.push_str("\\textasciicircum{}"),
            '<' => text.push_str("\\textless{}"),
            '>' => text.push_str("\\textgreater{}"),
            '|' => text.push_str("\\textbar{}"),
            '"' => text.push_str("\\textquotedbl{}"),
            // Ligatures (``, '', --, ?`, !`) would change what the text says.
            '`' | '\'' | '-' => text.extend(['{', c, '}']),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{any_table, number, table, text};
    use proptest::prelude::*;

    fn written(table: &Table) -> String {
        let mut out = Vec::new();
        write(table, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_mathematics_and_text_is_escaped() {
        let rows = vec![
            vec![number("1"), text(r"50% of $x_1 \ {a}"), number("-0.10")],
            vec![number("2"), text("[a]~^<b>\n\"--\""), number("1.50e-05")],
            vec![number("3"), Cell::Missing, number("-inf")],
            vec![number("0x1F"), text("é"), Cell::Missing],
        ];
        let expected = r#"% \usepackage{booktabs}
\begin{tabular}{rlr}
\toprule
{}point & g\_e & score \\
\midrule
{}$1$ & 50\% of \$x\_1 \textbackslash{} \{a\} & $-0.10$ \\
{}$2$ & [a]\textasciitilde{}\textasciicircum{}\textless{}b\textgreater{}\textbackslash{}n\textquotedbl{}{-}{-}\textquotedbl{} & $1.50\times 10^{-5}$ \\
{}$3$ &  & $-\infty$ \\
{}0x1F & é &  \\
\bottomrule
\end{tabular}
"#;
        assert_eq!(written(&table(&["point", "param:g_e", "metric:score"], rows)), expected);
        assert_eq!(written(&table(&[], vec![vec![]])), "");
    }

    proptest! {
        #[test]
        fn groups_and_cells_are_balanced_whatever_stands_in_them(table in any_table()) {
            let columns = table.shown(Audience::Program).len();
            let text = written(&table);
            let plain = text.replace("\\textbackslash", "").replace("\\&", "").replace("\\{", "").replace("\\}", "").replace("\\$", "");
            prop_assert_eq!(plain.matches('{').count(), plain.matches('}').count());
            prop_assert_eq!(plain.matches('$').count() % 2, 0);
            prop_assert_eq!(plain.matches('&').count(), (columns - 1) * (table.rows().len() + 1));
            prop_assert_eq!(text.lines().count(), table.rows().len() + 7);
        }
    }
}
