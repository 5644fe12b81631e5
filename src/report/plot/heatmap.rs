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
    /// True if a place is a part of the axis, named by its middle.
    has_parts: bool,
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
            return Ok(Self { names, has_parts: false, of_row: (0..table.len()).map(place).collect() });
        }
        let axis = Axis::of(table, column, &levels);
        let Axis::Numbers { low, high, scale, .. } = axis else {
            let message = format!("{} has {known} values: there is room for {most}", table.label(column));
            return Err(hint::error(message, "choose some of them by --where"));
        };
        // Where zero stands apart it is the first of them, and what is between is of no number.
        let middle = |part: usize| {
            let number = |at: f64| scale.number((part as f64 + at) / most as f64, low, high);
            if part == 0 && scale.is_beside_zero() { Some(0.0) } else { number(0.5).or_else(|| number(0.999)) }
        };
        let middles: Vec<Option<f64>> = (0..most).map(middle).collect();
        let numbers: Vec<f64> = middles.iter().copied().flatten().collect();
        let mut spelt = names_of(&numbers).into_iter();
        let names = middles.iter().map(|middle| middle.and_then(|_| spelt.next()).unwrap_or_default()).collect();
        let of_row = table.cells(column).map(|cell| Some(axis.part_among(finite(cell)?, most))).collect();
        Ok(Self { names, has_parts: true, of_row })
    }
}

/// The numbers of a table by the cell that they belong to.
struct Cells {
    /// The finite numbers of each cell, the lowest row first.
    numbers: Vec<Vec<Vec<f64>>>,
    /// True where there is a row of the table, with a number or not.
    is_met: Vec<Vec<bool>>,
    /// How many rows of the table have a cell and no finite number.
    without: usize,
    /// How many were stopped early.
    early: usize,
    /// How many have no cell.
    nowhere: usize,
}

impl Cells {
    fn gather(table: &Table, column: usize, up: &Side, across: &Side) -> Self {
        let (height, width) = (up.names.len(), across.names.len());
        let (numbers, is_met) = (vec![vec![Vec::new(); width]; height], vec![vec![false; width]; height]);
        let mut cells = Self { numbers, is_met, without: 0, early: 0, nowhere: 0 };
        for (place, cell) in table.cells(column).enumerate() {
            let (Some(at_y), Some(at_x)) = (up.of_row[place], across.of_row[place]) else {
                cells.nowhere += 1;
                continue;
            };
            cells.is_met[at_y][at_x] = true;
            match finite(cell).filter(|_| table.is_ok(place)) {
                Some(number) => cells.numbers[at_y][at_x].push(number),
                None if table.is_stopped(place) && finite(cell).is_some() => cells.early += 1,
                None => cells.without += 1,
            }
        }
        cells
    }

    fn mean(&self, at_y: usize, at_x: usize) -> Option<f64> {
        Summary::of(self.numbers[at_y][at_x].iter().copied()).map(|summary| summary.mean)
    }

    fn means(&self) -> Vec<f64> {
        let width = self.numbers.first().map_or(0, Vec::len);
        (0..self.numbers.len()).flat_map(|at_y| (0..width).filter_map(move |at_x| self.mean(at_y, at_x))).collect()
    }

    /// What is to be said of what the cells show and do not show; empty if there is nothing.
    fn legend(&self, table: &Table, [y, x, z]: [usize; 3], [up, across]: [&Side; 2]) -> String {
        let mut legend = Vec::new();
        if self.numbers.iter().flatten().any(|cell| cell.len() > 1) {
            legend.push("means".to_owned());
        }
        for (side, column) in [(up, y), (across, x)].into_iter().filter(|(side, _)| side.has_parts) {
            let name = visible(table.label(column));
            legend.push(format!("{name} in {} parts, named by their middles", side.names.len()));
        }
        if self.without > 0 {
            let plural = if self.without == 1 { "" } else { "s" };
            let name = visible(table.label(z));
            legend.push(format!("x without a finite {name}: {} {}{plural}", self.without, table.noun()));
        }
        if self.early > 0 {
            let plural = if self.early == 1 { "" } else { "s" };
            legend.push(format!("x stopped early: {} {}{plural}", self.early, table.noun()));
        }
        if self.nowhere > 0 {
            let (y, x) = (visible(table.label(y)), visible(table.label(x)));
            legend.push(format!("{} without {y} or {x}", self.nowhere));
        }
        legend.join("; ")
    }
}

/// How numbers are shown: as shades, and written to as many digits as tell them apart.
struct Ink {
    axis: Axis,
    least: f64,
    greatest: f64,
    digits: usize,
    /// True if there is one number only.
    is_single: bool,
}

impl Ink {
    fn of(numbers: &[f64], is_log: bool) -> Self {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let (least, greatest) = numbers.iter().fold(ends, |(low, high), number| (low.min(*number), high.max(*number)));
        Self {
            axis: Axis::numbers(numbers, is_log, Vec::new()),
            least,
            greatest,
            digits: digits(least, greatest),
            is_single: numbers.len() == 1,
        }
    }

    fn shade(&self, number: f64) -> char {
        if self.is_single { SHADES[4] } else { SHADES[self.axis.place_of(number, SHADES.len())] }
    }

    fn written(&self, number: f64) -> String {
        significant(number, self.digits)
    }

    /// The shades and what they stand for.
    fn key(&self) -> String {
        let ramp: String = SHADES.iter().collect();
        let scale = self.axis.scale().in_words();
        format!("{} {ramp} {}{scale}", self.written(self.least), self.written(self.greatest))
    }
}

/// Draws the column `z` over the columns `y`, upwards, and `x`.
pub(super) fn draw(table: &Table, [y, x, z]: [usize; 3], width: usize) -> Result<Vec<String>> {
    if table.cells(z).any(|cell| cell.as_text().is_some()) {
        let message = format!("{} has text in it: it cannot be shaded", table.label(z));
        return Err(hint::error(message, "name a metric last: heatmap:g_e,g_i,score"));
    }
    let up = Side::of(table, y, MOST_ROWS)?;
    let margin = up.names.iter().map(|name| width_of(name)).max().unwrap_or(0).clamp(1, WIDEST_NAME);
    let room = width - margin - 2;
    let across = Side::of(table, x, room)?;
    let cells = Cells::gather(table, z, &up, &across);
    let means = cells.means();
    if means.is_empty() {
        return Err(hint::error(
            format!("no point has a finite {}", table.label(z)),
            format!("run them: {}", table.command("queue")),
        ));
    }
    let ink = Ink::of(&means, table.factor(z).is_log);
    let numbers = means.iter().map(|mean| ink.written(*mean).len());
    let widest = numbers.chain(across.names.iter().map(|name| width_of(name))).max().unwrap_or(1);
    let has_numbers = (widest + 2) * across.names.len() <= room;
    let cell_width = if has_numbers { widest + 2 } else { (room / across.names.len()).clamp(1, 3) };
    let text = |at_y: usize, at_x: usize| match cells.mean(at_y, at_x) {
        Some(mean) if has_numbers => format!(" {:>widest$}{}", ink.written(mean), ink.shade(mean)),
        Some(mean) => ink.shade(mean).to_string().repeat(cell_width),
        None if cells.is_met[at_y][at_x] && has_numbers => format!(" {:>widest$} ", "x"),
        None if cells.is_met[at_y][at_x] => "x".repeat(cell_width),
        None => " ".repeat(cell_width),
    };
    let label = |column: usize| visible(table.label(column));
    let mut lines = vec![format!("{} over {} (upwards) and {}", label(z), label(y), label(x))];
    for at_y in (0..up.names.len()).rev() {
        let name = truncate(&up.names[at_y], margin);
        let row: String = (0..across.names.len()).map(|at_x| text(at_y, at_x)).collect();
        lines.push(format!("{}{name} │{row}", " ".repeat(margin - width_of(&name))));
    }
    lines.push(format!("{}└{}", " ".repeat(margin + 1), "─".repeat(cell_width * across.names.len())));
    let below = names_below(&across.names, cell_width, usize::from(has_numbers));
    lines.push(format!("{}{below}", " ".repeat(margin + 2)));
    lines.push(ink.key());
    lines.extend(Some(cells.legend(table, [y, x, z], [&up, &across])).filter(|legend| !legend.is_empty()));
    Ok(lines.iter().map(|line| truncate(line.trim_end(), width).into_owned()).collect())
}

/// Three significant digits, or so many more that a span has a hundred steps.
fn digits(least: f64, greatest: f64) -> usize {
    let size = least.abs().max(greatest.abs());
    let steps = (size / (greatest - least)).log10().ceil();
    if steps.is_finite() { (steps.max(0.0) as usize + 2).clamp(3, 17) } else { 3 }
}

/// Names of the middles of parts, no longer than it takes to tell them apart.
fn names_of(middles: &[f64]) -> Vec<String> {
    let (first, last) = (middles.first().copied().unwrap_or(0.0), middles.last().copied().unwrap_or(0.0));
    let names: Vec<String> = middles.iter().map(|middle| significant(*middle, digits(first, last))).collect();
    if names.windows(2).any(|pair| pair[0] == pair[1]) { apart(middles) } else { names }
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
    fn what_was_stopped_early_has_a_cross_and_is_said_to() {
        let mut rows = vec![row("1", "10", "0.5"), row("1", "20", "2"), row("2", "10", "1")];
        rows.push(vec![number("2"), number("20"), number("9"), text("stopped")]);
        let said = drawn("heatmap:a,b,z", rows, 80);
        assert!(said.ends_with("\nx stopped early: 1 row"), "{said}");
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
        let said = drawn("heatmap:b,a,z", values(60), 60);
        assert!(said.contains("\n57.8 │ 58.0@") && said.contains("\n1.23 │ 1.00."), "{said}");
        assert!(said.ends_with("\nmeans; b in 24 parts, named by their middles"), "{said}");
        let said = drawn("heatmap:b,a,z", [values(60), vec![row("1", "1e6", "3")]].concat(), 60);
        assert!(
            said.contains(" 0 │") && said.lines().filter(|line| line.trim_start().starts_with('│')).count() == 2,
            "{said}"
        );
        let said = drawn("heatmap:a,b,z", values(500), 40);
        assert!(said.lines().all(|line| line.chars().count() <= 40) && said.contains("@"), "{said}");
    }
}
