//! A number over another, a mark for each point; what has no number stands in a lane of its own.

use anyhow::Result;

use super::axis::{Axis, names_below};
use crate::hint;
use crate::report::visible::{truncate, visible, width as width_of};
use crate::table::{Table, finite};

const HEIGHT: usize = 16;
/// How wide the names on the left may be.
const WIDEST_NAME: usize = 24;

/// Draws the column `y` over the column `x`.
pub(super) fn draw(table: &Table, y: usize, x: usize, width: usize) -> Result<Vec<String>> {
    if table.cells(y).any(|cell| cell.as_text().is_some()) {
        let message = format!("{} has text in it: it cannot go upwards", table.label(y));
        return Err(hint::error(message, "plot a metric over a parameter: score:g_e"));
    }
    let numbers: Vec<f64> =
        (0..table.len()).filter(|&row| table.is_ok(row)).filter_map(|row| finite(table.cell(row, y))).collect();
    if numbers.is_empty() {
        return Err(hint::error(
            format!("no point has a finite {}", table.label(y)),
            format!("run them: {}", table.command("queue")),
        ));
    }
    let upwards = Axis::numbers(&numbers, table.factor(y).is_log, Vec::new());
    let levels = table.levels(x);
    let across = Axis::of(table, x, &levels);
    let names = upwards.ticks(HEIGHT, 5);
    let margin = names.iter().map(|(_, name)| width_of(name)).max().unwrap_or(0).clamp(4, WIDEST_NAME);
    let cells = width - margin - 2;
    let mut marks = vec![vec![0_usize; cells]; HEIGHT];
    let mut lane = vec![0_usize; cells];
    let (mut without, mut early, mut nowhere) = (0, 0, 0);
    for (at, cell) in table.cells(y).enumerate() {
        let number = finite(cell).filter(|_| table.is_ok(at));
        match (across.place(table.cell(at, x), levels.of_row[at], cells), number) {
            (None, _) => nowhere += 1,
            (Some(place), Some(number)) => marks[upwards.place_of(number, HEIGHT)][place] += 1,
            (Some(place), None) => {
                lane[place] += 1;
                let is_early = table.is_stopped(at) && finite(cell).is_some();
                *(if is_early { &mut early } else { &mut without }) += 1;
            }
        }
    }
    let mut lines = vec![format!("{}{}", visible(table.label(y)), upwards.scale().in_words())];
    for place in (0..HEIGHT).rev() {
        let name = names.iter().find(|(at, _)| *at == place).map_or("", |(_, name)| name);
        let tick = match name.is_empty() {
            true if upwards.is_gap(place, HEIGHT) => '┆',
            true => '│',
            false => '┤',
        };
        lines.push(line(name, margin, tick, &marked(&marks[place], 'o')));
    }
    if without + early > 0 {
        lines.push(line("none", margin, '┤', &marked(&lane, 'x')));
    }
    let ticks = across.ticks(cells, cells / 12);
    let rule: String = (0..cells)
        .map(|place| match ticks.iter().any(|(at, _)| *at == place) {
            true => '┬',
            false if across.is_gap(place, cells) => '┄',
            false => '─',
        })
        .collect();
    lines.push(format!("{}└{rule}", " ".repeat(margin + 1)));
    lines.push(format!("{}{}", " ".repeat(margin + 2), names_below(&ticks, cells)));
    let title = format!("{}{}", visible(table.label(x)), across.scale().in_words());
    lines.push(format!("{}{title}", " ".repeat((margin + 2 + cells).saturating_sub(width_of(&title)))));
    let shown = marks.iter().flatten().sum::<usize>();
    let mut legend =
        format!("o {shown} {}", if shown == 1 { table.noun().to_owned() } else { format!("{}s", table.noun()) });
    if marks.iter().flatten().any(|&count| count > 1) {
        legend.push_str(", 2 to 9 as many at one place, # more");
    }
    if without > 0 {
        legend.push_str(&format!("; x {without} without a finite {}", visible(table.label(y))));
    }
    if nowhere > 0 {
        legend.push_str(&format!("; {nowhere} without {}", visible(table.label(x))));
    }
    lines.push(legend);
    if early > 0 {
        lines.push(format!("x {early} stopped early"));
    }
    Ok(lines.iter().map(|line| truncate(line.trim_end(), width).into_owned()).collect())
}

fn line(name: &str, margin: usize, tick: char, cells: &str) -> String {
    let name = truncate(name, margin);
    format!("{}{name} {tick}{cells}", " ".repeat(margin - width_of(&name)))
}

fn marked(counts: &[usize], one: char) -> String {
    counts.iter().map(|&count| mark(count, one)).collect()
}

fn mark(count: usize, one: char) -> char {
    match count {
        0 => ' ',
        1 => one,
        2..=9 => char::from_digit(count as u32, 10).unwrap_or('#'),
        _ => '#',
    }
}

#[cfg(test)]
mod tests {
    use crate::report::plot::Plot;
    use crate::report::testing::{number, table, text};
    use crate::table::Cell;

    fn drawn(rows: &[(&str, &str)], width: usize) -> String {
        let cell = |text: &str| if text == "-" { Cell::Missing } else { Cell::Value(crate::value::Value::guess(text)) };
        let status = |y: &str| text(if y == "-" { "failed" } else { "ok" });
        let rows = rows.iter().map(|(x, y)| vec![cell(x), cell(y), status(y)]).collect();
        let table = table(&["param:x", "metric:y", "status"], rows);
        "y:x".parse::<Plot>().unwrap().draw(&table, width).unwrap().join("\n")
    }

    #[test]
    fn a_mark_for_each_point_and_a_lane_for_what_has_none() {
        let said = drawn(&[("1", "0"), ("2", "10"), ("2", "10"), ("3", "-"), ("3", "nan"), ("-", "1")], 40);
        assert!(
            said.lines().nth(1).unwrap().starts_with("  10 ┤") && said.lines().nth(1).unwrap().ends_with('2'),
            "{said}"
        );
        assert!(said.contains("none ┤") && said.lines().nth(16).unwrap() == "   0 ┤o", "{said}");
        assert!(said.lines().all(|line| line.chars().count() <= 40), "{said}");
        assert_eq!(said.lines().count(), 22, "{said}");
        assert!(said.lines().last().unwrap().starts_with("o 3 rows, 2 to 9 as many"), "{said}");
    }

    #[test]
    fn wide_numbers_are_on_a_logarithmic_axis_and_categories_side_by_side() {
        let said = drawn(&[("0.001", "1"), ("0.01", "2"), ("0.1", "3"), ("1", "4")], 60);
        assert!(said.ends_with("x (log)\no 4 rows"), "{said}");
        let said = drawn(&[("relu", "1"), ("tanh", "2"), ("gelu", "3")], 60);
        assert!(said.contains("gelu") && said.contains("relu") && said.contains("tanh"), "{said}");
    }

    #[test]
    fn long_texts_that_begin_alike_have_places_of_their_own() {
        let said = drawn(&[("2026-11-27T05:53:30.1Z", "1"), ("2026-11-27T05:53:30.2Z", "2")], 60);
        assert!(said.ends_with("x\no 2 rows") && said.contains("…53:30.1Z") && said.contains("…53:30.2Z"), "{said}");
        let marks: Vec<_> = said.lines().filter_map(|line| line.chars().skip(6).position(|c| c == 'o')).collect();
        assert!(matches!(marks[..], [late, early, ..] if late > early + 10), "{said}");
    }

    #[test]
    fn what_was_stopped_early_is_in_the_lane_and_said_to_be() {
        let row = |x: &str, y: &str, status: &str| vec![number(x), number(y), text(status)];
        let rows = vec![row("1", "5", "ok"), row("2", "9", "stopped"), row("3", "nan", "stopped")];
        let table = table(&["param:x", "metric:y", "status"], rows);
        let said = "y:x".parse::<Plot>().unwrap().draw(&table, 80).unwrap().join("\n");
        assert!(said.ends_with("\no 1 row; x 1 without a finite y\nx 1 stopped early"), "{said}");
    }

    #[test]
    fn one_point_is_drawn_and_none_is_an_error() {
        assert!(drawn(&[("1", "5")], 40).ends_with("o 1 row"));
        let table = table(&["param:x", "metric:y"], vec![vec![number("1"), number("nan")]]);
        let error = "y:x".parse::<Plot>().unwrap().draw(&table, 40).unwrap_err();
        assert_eq!(error.to_string(), "no point has a finite y");
    }
}
