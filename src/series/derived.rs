//! Columns that follow from others, row by row.

use anyhow::{Result, bail};

use super::{Column, Series, columns};
use crate::expr::Expression;
use crate::value::Value;

/// Adds a column; it has nothing in rows where the expression has no number.
pub(super) fn add(series: &mut Series, name: &str, expr: &Expression) -> Result<()> {
    let known = || std::iter::once(series.x_name.as_str()).chain(series.columns.iter().map(|it| it.name.as_str()));
    if known().any(|known| known == name) {
        bail!("it has a column {name} already, which expr gives another value: {expr}");
    }
    if let Some(unknown) = expr.variables().iter().find(|variable| known().all(|known| known != variable.as_str())) {
        let near = columns::near(unknown, known());
        bail!(
            "there is no column `{unknown}` for {name} = {expr}; {near} has {}",
            known().collect::<Vec<_>>().join(", ")
        );
    }
    let value = |row: usize| {
        let lookup = |name: &str| {
            if name == series.x_name {
                return series.x.get(row).copied().map(Value::float);
            }
            let column = series.columns.iter().find(|column| column.name == name)?;
            column.values.get(row).copied().flatten().map(Value::float)
        };
        expr.value_or_missing(&lookup)?.as_f64()
    };
    let values: Vec<Option<f64>> = (0..series.x.len()).map(value).collect();
    let of_whole = series.columns.iter().all(|column| column.whole || !expr.variables().contains(&column.name));
    let whole = of_whole && values.iter().flatten().all(|value| value.fract() == 0.0);
    let position = 1 + series.columns.iter().map(|column| column.position).max().unwrap_or(1);
    series.columns.push(Column { name: name.to_owned(), position, values, whole });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Layout;
    use super::*;

    fn read(text: &str, derived: &[(&str, &str)]) -> Result<Series> {
        let derived = derived.iter().map(|(name, expr)| ((*name).to_owned(), Expression::parse(expr).unwrap()));
        Series::parse(text, &Layout { file: "a.csv".to_owned(), derived: derived.collect(), ..Layout::default() })
    }

    #[test]
    fn a_column_follows_from_others_row_by_row() {
        let text = "t,e,i\n0,3,1.5\n1,4,\n2,nan,1\n";
        let series = read(text, &[("V", "e - i"), ("W", "2 * V + t")]).unwrap();
        let [_, _, v, w] = &series.columns[..] else { panic!("{series:?}") };
        assert_eq!((v.name.as_str(), v.values[0], v.values[1]), ("V", Some(1.5), None));
        assert!(v.values[2].is_none_or(f64::is_nan));
        assert_eq!(w.values[..2], [Some(3.0), None]);
    }

    #[test]
    fn names_that_are_not_there_or_taken_are_refused() {
        let error = |derived| read("t,e,i\n0,3,1\n", derived).unwrap_err().to_string();
        assert_eq!(error(&[("V", "e - j")]), "there is no column `j` for V = e - j; it has t, e, i");
        assert!(error(&[("i", "e - 1")]).starts_with("it has a column i already"));
    }
}
