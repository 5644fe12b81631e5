//! A number over two parameters: shaded cells, with the numbers in them where there is room.

use anyhow::Result;

use super::axis::{Axis, spelt};
use crate::hint;
use crate::report::digits::apart;
use crate::report::visible::{truncate, visible, width as width_of};
use crate::stats::Summary;
use crate::table::{Table, finite};

/// From the least to the greatest.
const SHADES: [char; 9] = ['.', ':', '-', '=', '+', '*', '#', '%', '@'];
/// More rows than these are put together.
const MOST_ROWS: usize = 24;
const WIDEST_NAME: usize = 12;

/// The cells along one side.
struct Side {
    names: Vec<String>,
    /// Where each row of the table belongs; nowhere if it has no value there.
    of_row: Vec<Option<usize>>,
}

impl Side {
    /// A place for each value or, if there are more than `most` numbers, for each of as many equal parts.
    fn of(table: &Table, column: usize, most: usize) -> Result<Self> {
        let levels = table.levels(column);
        let known = levels.cells.iter().filter(|cell| !cell.is_missing()).count();
        let place = |row: usize| Some(levels.of_row[row]).filter(|&level| level < known);
        if known <= most {
            let names = spelt(&levels.cells[..known].iter().collect::<Vec<_>>());
            return Ok(Self { names, of_row: (0..table.rows().len()).map(place).collect() });
        }
        let axis = Axis::of(table, column, &levels);
        let Axis::Numbers { low, high, is_log, .. } = axis else {
            let message = format!("{} has {known} values: there is room for {most}", table.label(column));
            return Err(hint::error(message, "choose some of them by --where"));
        };
        let edge = |part: f64| if is_log { low * (high / low).powf(part) } else { low + (high - low) * part };
        let middles: Vec<f64> = (0..most).map(|bin| edge((bin as f64 + 0.5) / most as f64)).collect();
        let names = apart(&middles);
        let of_row = table
            .rows()
            .iter()
            .map(|row| axis.place(&row[column], 2 * most).map(|half| (half / 2).min(most - 1)))
            .collect();
        Ok(Self { names, of_row })
    }
}

/// Draws the column `z` over the columns `y`, upwards, and `x`.
pub(super) fn draw(table: &Table, [y, x, z]: [usize; 3], width: usize) -> Result<Vec<String>> {
    if table.rows().iter().any(|row| row[z].as_text().is_some()) {
        let message = format!("{} has text in it: it cannot be shaded", table.label(z));
        return Err(hint::error(message, "name a metric last: heatmap:g_e,g_i,score"));
    }
    let up = Side::of(table, y, MOST_ROWS)?;
    let margin = up.names.iter().map(|name| width_of(name)).max().unwrap_or(0).clamp(1, WIDEST_NAME);
    let room = width - margin - 2;
    let across = Side::of(table, x, room)?;
    let mut values: Vec<Vec<Vec<f64>>> = vec![vec![Vec::new(); across.names.len()]; up.names.len()];
    let mut met = vec![vec![false; across.names.len()]; up.names.len()];
    let (mut without, mut nowhere) = (0, 0);
    for (place, row) in table.rows().iter().enumerate() {
        let (Some(at_y), Some(at_x)) = (up.of_row[place], across.of_row[place]) else {
            nowhere += 1;
            continue;
        };
        met[at_y][at_x] = true;
        match finite(&row[z]).filter(|_| table.is_ok(place)) {
            Some(number) => values[at_y][at_x].push(number),
            None => without += 1,
        }
    }
    let means: Vec<Vec<Option<f64>>> = values
        .iter()
        .map(|row| row.iter().map(|cell| Summary::of(cell.iter().copied()).map(|summary| summary.mean)).collect())
        .collect();
    let all: Vec<f64> = means.iter().flatten().flatten().copied().collect();
    if all.is_empty() {
        return Err(hint::error(format!("no point has a finite {}", table.label(z)), "run them: gitsweep queue"));
    }
    let shading = Axis::numbers(&all, table.factor(z).is_log, Vec::new());
    let shade = |mean: f64| if all.len() > 1 { SHADES[shading.place_of(mean, SHADES.len())] } else { SHADES[4] };
    let (least, greatest) =
        all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| (low.min(*mean), high.max(*mean)));
    let digits = digits(least, greatest);
    let number = |mean: f64| significant(mean, digits);
    let widest = all
        .iter()
        .map(|mean| number(*mean).len())
        .chain(across.names.iter().map(|name| width_of(name)))
        .max()
        .unwrap_or(1);
    let has_numbers = (widest + 2) * across.names.len() <= room;
    let cell_width = if has_numbers { widest + 2 } else { (room / across.names.len()).clamp(1, 3) };
    let text = |at_y: usize, at_x: usize| match means[at_y][at_x] {
        Some(mean) if has_numbers => format!(" {:>widest$}{}", number(mean), shade(mean)),
        Some(mean) => shade(mean).to_string().repeat(cell_width),
        None if met[at_y][at_x] => {
            if has_numbers {
                format!(" {:>widest$} ", "x")
            } else {
                "x".repeat(cell_width)
            }
        }
        None => " ".repeat(cell_width),
    };
    let mut lines = vec![format!(
        "{} over {} (upwards) and {}",
        visible(table.label(z)),
        visible(table.label(y)),
        visible(table.label(x))
    )];
    for at_y in (0..up.names.len()).rev() {
        let name = truncate(&up.names[at_y], margin);
        let cells: String = (0..across.names.len()).map(|at_x| text(at_y, at_x)).collect();
        lines.push(format!("{}{name} │{cells}", " ".repeat(margin - width_of(&name))));
    }
    lines.push(format!("{}└{}", " ".repeat(margin + 1), "─".repeat(cell_width * across.names.len())));
    lines.push(format!(
        "{}{}",
        " ".repeat(margin + 2),
        names_below(&across.names, cell_width, usize::from(has_numbers))
    ));
    let ramp: String = SHADES.iter().collect();
    let scale = if shading.is_log() { " (log)" } else { "" };
    lines.push(format!("{} {ramp} {}{scale}", number(least), number(greatest)));
    let mut legend = Vec::new();
    if values.iter().flatten().any(|cell| cell.len() > 1) {
        legend.push("means".to_owned());
    }
    if without > 0 {
        let plural = if without == 1 { "" } else { "s" };
        legend.push(format!("x without a finite {}: {without} {}{plural}", visible(table.label(z)), table.noun()));
    }
    if nowhere > 0 {
        legend.push(format!("{nowhere} without {} or {}", visible(table.label(y)), visible(table.label(x))));
    }
    if !legend.is_empty() {
        lines.push(legend.join("; "));
    }
    Ok(lines.iter().map(|line| truncate(line.trim_end(), width).into_owned()).collect())
}

/// Three significant digits, or so many more that a span has a hundred steps.
fn digits(least: f64, greatest: f64) -> usize {
    let size = least.abs().max(greatest.abs());
    let steps = (size / (greatest - least)).log10().ceil();
    if steps.is_finite() { (steps.max(0.0) as usize + 2).clamp(3, 17) } else { 3 }
}

/// A number to so many significant digits.
fn significant(number: f64, digits: usize) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let magnitude = number.abs().log10().floor() as i32;
    match magnitude {
        -3..=5 => {
            let decimals = usize::try_from(digits as i32 - 1 - magnitude).unwrap_or(0);
            format!("{number:.decimals$}")
        }
        _ => format!("{number:.*e}", digits - 1),
    }
}

/// The names of the columns, each below its own, `inset` from its right end; left out where there is no room.
fn names_below(names: &[String], cell_width: usize, inset: usize) -> String {
    let mut line = String::new();
    let mut taken = 0;
    for (place, name) in names.iter().enumerate() {
        let width = width_of(name);
        let start = ((place + 1) * cell_width - inset).saturating_sub(width).max(place * cell_width);
        if taken > 0 && start <= taken {
            continue;
        }
        line.extend(std::iter::repeat_n(' ', start.saturating_sub(taken)));
        line.push_str(name);
        taken = start + width;
    }
    line
}

#[cfg(test)]
mod tests {
    use crate::report::plot::Plot;
    use crate::report::testing::{number, table, text};
    use crate::table::Cell;

    fn drawn(plot: &str, rows: Vec<Vec<Cell>>, width: usize) -> String {
        let table = table(&["param:a", "param:b", "metric:z", "status"], rows);
        plot.parse::<Plot>().unwrap().draw(&table, width).unwrap().join("\n")
    }

    fn row(a: &str, b: &str, z: &str) -> Vec<Cell> {
        let z = if z == "-" { Cell::Missing } else { number(z) };
        let status = if z.is_missing() { "failed" } else { "ok" };
        vec![number(a), number(b), z, text(status)]
    }

    #[test]
    fn numbers_with_their_shades_and_failures_with_a_cross() {
        let rows = vec![
            row("1", "10", "0.5"),
            row("1", "20", "2.5"),
            row("2", "10", "-"),
            row("2", "20", "4"),
            row("2", "20", "5"),
        ];
        let expected = "\
z over a (upwards) and b
2 │    x  4.50@
1 │ 0.500. 2.50+
  └──────────────
       10    20
0.500 .:-=+*#%@ 4.50
means; x without a finite z: 1 row";
        let said = drawn("heatmap:a,b,z", rows, 80);
        assert_eq!(
            said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>(),
            expected.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>(),
            "{said}"
        );
    }

    #[test]
    fn numbers_that_hardly_differ_are_told_apart() {
        let said = drawn("heatmap:a,b,z", vec![row("1", "1", "-76.42671"), row("1", "2", "-76.42669")], 80);
        assert!(said.contains("│ -76.4267100. -76.4266900@"), "{said}");
        assert!(said.ends_with("-76.4267100 .:-=+*#%@ -76.4266900"), "{said}");
    }

    #[test]
    fn what_is_too_wide_for_numbers_is_shaded_and_what_is_too_wide_for_that_put_together() {
        let values = |count: usize| (0..count).map(|b| row("1", &b.to_string(), &b.to_string())).collect::<Vec<_>>();
        let said = drawn("heatmap:a,b,z", values(20), 60);
        assert!(said.contains("1 │..."), "{said}");
        assert!(said.lines().nth(1).unwrap().ends_with("@@"), "{said}");
        let said = drawn("heatmap:a,b,z", values(500), 40);
        assert!(said.lines().all(|line| line.chars().count() <= 40) && said.contains("@"), "{said}");
    }
}
