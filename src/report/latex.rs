//! A table for a paper: a `tabular` with the rules of booktabs. What a cell says is text, never a command.

use std::io::{self, BufWriter, Write};

use super::digits::shorten_to;
use super::layout::{digits, is_rounded};
use super::visible::visible;
use crate::table::{Audience, CellRef, Role, Table, finite, with_spread};

const BUFFER: usize = 1 << 16;

/// What stands in one column of the page.
enum Set {
    Column(usize),
    /// A mean and the standard deviation, as one writes them.
    Spread(usize, usize),
}

/// The columns of the page. Where nobody chose, statistics are those that a reader wants.
fn set(table: &Table) -> Vec<Set> {
    let is_of_points = table.columns().iter().any(|column| column.role == Role::Point);
    if table.has_selection() || is_of_points {
        return table.shown(Audience::Program).into_iter().map(Set::Column).collect();
    }
    let mut set = Vec::new();
    for column in table.shown(Audience::Reader) {
        let mean = match set.last() {
            Some(Set::Column(before)) if is_spread(table.label(*before), table.label(column)) => Some(*before),
            _ => None,
        };
        set.extend(mean.is_none().then_some(Set::Column(column)));
        if let (Some(mean), Some(last)) = (mean, set.last_mut()) {
            *last = Set::Spread(mean, column);
        }
    }
    set
}

/// True for `score_mean` and `score_sd`.
fn is_spread(mean: &str, sd: &str) -> bool {
    let metric = mean.strip_suffix("mean");
    metric.is_some() && metric == sd.strip_suffix("sd")
}

/// Writes the table; numbers stand to the right, in mathematics.
pub(super) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let columns = set(table);
    if columns.is_empty() {
        return Ok(());
    }
    let align = |column: &Set| match column {
        Set::Column(column) if !is_numeric(table, *column) => 'l',
        _ => 'r',
    };
    writeln!(out, "% \\usepackage{{booktabs}}")?;
    writeln!(out, "\\begin{{tabular}}{{{}}}", columns.iter().map(align).collect::<String>())?;
    writeln!(out, "\\toprule")?;
    let mut text = String::new();
    for (place, column) in columns.iter().enumerate() {
        let (Set::Column(first) | Set::Spread(first, _)) = column;
        escape(table.label(*first), &mut text);
        if let Set::Spread(..) = column {
            text.push_str(" $\\pm$ sd");
        }
        write!(out, "{}{text}", separator(place))?;
    }
    writeln!(out, " \\\\\n\\midrule")?;
    let mut scratch = String::new();
    let firsts = columns.iter().map(|(Set::Column(column) | Set::Spread(column, _))| *column);
    let digits: Vec<i32> = firsts.map(|column| digits(table, column)).collect();
    for row in 0..table.len() {
        for (place, (column, digits)) in columns.iter().zip(&digits).enumerate() {
            let (Set::Column(first) | Set::Spread(first, _)) = *column;
            let cell = table.cell(row, first);
            let spread = match *column {
                Set::Spread(_, sd) => finite(cell).zip(finite(table.cell(row, sd))),
                Set::Column(_) => None,
            };
            let is_rounded = is_rounded(cell, table.columns()[first].role);
            match spread {
                Some((mean, sd)) => text = in_mathematics(&with_spread(mean, sd)),
                None => write_cell(cell, is_rounded.then_some(*digits), &mut scratch, &mut text),
            }
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
    let mut known = table.cells(column).filter(|cell| !cell.is_missing()).peekable();
    known.peek().is_some() && known.all(CellRef::is_number)
}

/// Metrics and what was computed have as many significant digits as on a terminal; what a parameter is has its own.
fn write_cell(cell: CellRef<'_>, digits: Option<i32>, scratch: &mut String, text: &mut String) {
    if !cell.is_number() {
        return escape(cell.spell(scratch), text);
    }
    text.clear();
    let spelt = match digits {
        Some(digits) => shorten_to(digits, cell, scratch),
        None => cell.spell(scratch),
    };
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

/// `0.42 ± 0.03` or `(3.142 ± 0.020)e-8` as a formula.
fn in_mathematics(spread: &str) -> String {
    let (numbers, power) = spread.rsplit_once(")e").map_or((spread, None), |(numbers, power)| (numbers, Some(power)));
    let numbers = numbers.replace('±', "\\pm");
    power.map_or_else(|| format!("${numbers}$"), |power| format!("${numbers})\\times 10^{{{power}}}$"))
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
    use crate::table::Cell;
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

    #[test]
    fn metrics_have_the_digits_of_a_terminal_and_parameters_their_own() {
        let row = |lr: &str, energy: &str| vec![number(lr), number("0.09681643162502421"), number(energy)];
        let rows = vec![row("0.35164367624", "-76.426710123456"), row("0.1", "-76.426689123456")];
        let text = written(&table(&["param:lr", "metric:loss", "metric:energy"], rows));
        assert!(text.contains("{}$0.35164367624$ & $0.0968164$ & $-76.4267101$ \\\\\n"), "{text}");
    }

    #[test]
    fn means_stand_with_their_spread_where_nobody_chose() {
        let row = |lr: &str, mean: f64, sd: Cell| {
            let numbers = [Cell::Number(mean), sd, Cell::Number(0.1), Cell::Number(4.0)];
            [vec![number(lr)], numbers.to_vec()].concat()
        };
        let rows = vec![
            row("0.1", 1.067_09, Cell::Number(0.177_404)),
            row("0.2", 3.141_59e-8, Cell::Number(2e-10)),
            row("0.4", 0.123_456_789, Cell::Missing),
        ];
        let columns = ["param:lr", "statistic:score_mean", "statistic:score_sd", "detail:score_se", "statistic:n"];
        let mut table = table(&columns, rows);
        let expected = r"% \usepackage{booktabs}
\begin{tabular}{rrr}
\toprule
{}lr & score\_mean $\pm$ sd & n \\
\midrule
{}$0.1$ & $1.07 \pm 0.18$ & $4$ \\
{}$0.2$ & $(3.142 \pm 0.020)\times 10^{-8}$ & $4$ \\
{}$0.4$ & $0.123457$ & $4$ \\
\bottomrule
\end{tabular}
";
        assert_eq!(written(&table), expected);
        table.select(&["lr", "score_mean", "score_sd"]).unwrap();
        assert!(written(&table).contains("{}lr & score\\_mean & score\\_sd \\\\"), "{}", written(&table));
    }

    proptest! {
        #[test]
        fn groups_and_cells_are_balanced_whatever_stands_in_them(table in any_table()) {
            let columns = set(&table).len();
            let text = written(&table);
            let plain = text.replace("\\textbackslash", "").replace("\\&", "").replace("\\{", "").replace("\\}", "").replace("\\$", "");
            prop_assert_eq!(plain.matches('{').count(), plain.matches('}').count());
            prop_assert_eq!(plain.matches('$').count() % 2, 0);
            prop_assert_eq!(plain.matches('&').count(), (columns - 1) * (table.len() + 1));
            prop_assert_eq!(text.lines().count(), table.len() + 7);
        }
    }
}
