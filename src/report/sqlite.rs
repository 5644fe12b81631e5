//! A SQLite database: points, attempts and series in tables of typed columns.
//!
//! - `points`: the rows and columns of the table;
//! - `attempts`: a row for each attempt at one of these points, if they are given;
//! - `series`: sweep, point, series, column, x, value, if they are given, and the view `series_points` that has the
//!   parameters beside them;
//! - `columns`: of each column of the others its table, name, label and role. The names differ from the labels only where
//!   SQLite, to which `g` and `G` are one name, could not tell two columns apart.

use std::collections::HashSet;
use std::io;

use rusqlite::types::{ToSqlOutput, Value as Sql, ValueRef};
use rusqlite::{Connection, ToSql, Transaction, params_from_iter};

use super::kind::{ColumnKind, integer, real};
use super::visible::visible;
use crate::table::{Audience, CellRef, Role, Table};
use crate::value::Kind;

/// Marks the file as ours to `file` and to `PRAGMA application_id`: `gsw` and a version.
const APPLICATION_ID: i32 = 0x6773_7701;

/// What goes into a database.
#[derive(Clone, Copy, Debug)]
pub struct Database<'a> {
    /// A row for each point.
    pub points: &'a Table,
    /// A row for each attempt, if there are to be any.
    pub attempts: Option<&'a Table>,
    /// Series in long form: a row for each value.
    pub series: Option<&'a Table>,
}

/// The bytes of the database file.
pub(super) fn write(database: &Database<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let bytes = build(database).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn build(database: &Database<'_>) -> Result<Vec<u8>, rusqlite::Error> {
    let mut connection = Connection::open_in_memory()?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch("CREATE TABLE columns (\"table\" TEXT, name TEXT, label TEXT, role TEXT)")?;
    let mut parameters = Vec::new();
    for (name, table) in
        [("points", Some(database.points)), ("attempts", database.attempts), ("series", database.series)]
    {
        let Some(table) = table else { continue };
        let columns = columns(table);
        add(&transaction, name, table, &columns)?;
        if name == "points" {
            parameters = columns.into_iter().filter(|column| column.role == Role::Parameter).collect();
        }
    }
    if database.series.is_some() && database.points.column_of(Role::Point).is_some() {
        add_view(&transaction, &parameters, database)?;
    }
    transaction.commit()?;
    Ok(connection.serialize("main")?.to_vec())
}

struct SqlColumn {
    index: usize,
    /// The name as it stands in a statement, in quotes.
    quoted: String,
    name: String,
    kind: ColumnKind,
    role: Role,
}

fn columns(table: &Table) -> Vec<SqlColumn> {
    let mut taken = HashSet::new();
    let named = table.shown(Audience::Program).into_iter().map(|index| {
        let label = visible(table.label(index)).into_owned();
        let mut name = label.clone();
        let mut number = 1;
        while !taken.insert(name.to_ascii_lowercase()) {
            number += 1;
            name = format!("{label}_{number}");
        }
        let (kind, role) = (ColumnKind::of(table, index), table.columns()[index].role);
        SqlColumn { index, quoted: quote(&name), name, kind, role }
    });
    named.collect()
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn add(transaction: &Transaction<'_>, name: &str, table: &Table, columns: &[SqlColumn]) -> Result<(), rusqlite::Error> {
    if columns.is_empty() {
        return Ok(());
    }
    let declared: Vec<String> =
        columns.iter().map(|column| format!("{} {}", column.quoted, type_of(column.kind))).collect();
    transaction.execute_batch(&format!("CREATE TABLE {name} ({})", declared.join(", ")))?;
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert = transaction.prepare(&format!("INSERT INTO {name} VALUES ({places})"))?;
    let mut scratch = vec![String::new(); columns.len()];
    for row in 0..table.len() {
        let cells = columns.iter().zip(&mut scratch);
        insert.execute(params_from_iter(
            cells.map(|(column, scratch)| Bound::of(table.cell(row, column.index), column.kind, scratch)),
        ))?;
    }
    let mut describe = transaction.prepare("INSERT INTO columns VALUES (?, ?, ?, ?)")?;
    for column in columns {
        describe.execute([name, &column.name, &visible(table.label(column.index)), role_name(column.role)])?;
    }
    let keyed = columns.iter().filter(|column| is_key(column)).map(|column| column.quoted.as_str());
    let key: Vec<&str> = keyed.collect();
    if !key.is_empty() {
        transaction.execute_batch(&format!("CREATE INDEX {name}_by_point ON {name} ({})", key.join(", ")))?;
    }
    Ok(())
}

/// True for the columns that an index goes over: the point's number, its sweep, the series.
fn is_key(column: &SqlColumn) -> bool {
    matches!(column.role, Role::Point | Role::Sweep) || column.name == "series"
}

/// The series with the parameters of their points.
fn add_view(
    transaction: &Transaction<'_>,
    parameters: &[SqlColumn],
    database: &Database<'_>,
) -> Result<(), rusqlite::Error> {
    let has = |table: Option<&Table>| {
        table.is_some_and(|table| {
            let sweep = table.column_of(Role::Sweep);
            sweep.is_some_and(|sweep| table.shown(Audience::Program).contains(&sweep))
        })
    };
    let join =
        if has(Some(database.points)) && has(database.series) { "USING (sweep, point)" } else { "USING (point)" };
    let parameters: Vec<String> = parameters.iter().map(|column| format!(", p.{0} AS {0}", column.quoted)).collect();
    transaction.execute_batch(&format!(
        "CREATE VIEW series_points AS SELECT s.*{} FROM series s JOIN points p {join}",
        parameters.concat()
    ))
}

fn type_of(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Integer | ColumnKind::Truth => "INTEGER",
        ColumnKind::Real => "REAL",
        ColumnKind::Text => "TEXT",
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Point | Role::Sweep => "key",
        Role::Parameter => "parameter",
        Role::Metric => "metric",
        Role::Statistic | Role::Detail => "statistic",
        Role::Status | Role::Reason => "status",
        Role::Attempt => "attempt",
    }
}

/// A cell on its way into a statement.
enum Bound<'a> {
    Owned(Sql),
    Text(&'a str),
}

impl<'a> Bound<'a> {
    fn of(cell: CellRef<'a>, kind: ColumnKind, scratch: &'a mut String) -> Self {
        match (cell, kind) {
            (CellRef::Missing, _) => Self::Owned(Sql::Null),
            (_, ColumnKind::Text) => Self::Text(cell.spell(scratch)),
            (_, ColumnKind::Real) => Self::Owned(real(cell).map_or(Sql::Null, Sql::Real)),
            (CellRef::Value(value), ColumnKind::Truth) => {
                Self::Owned(Sql::Integer(i64::from(value.as_str() == "true")))
            }
            (CellRef::Value(value), _) if value.kind() == Kind::Integer => {
                Self::Owned(integer(value).map_or(Sql::Null, Sql::Integer))
            }
            _ => Self::Owned(Sql::Null),
        }
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Owned(value) => ToSqlOutput::Borrowed(ValueRef::from(value)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{any_table, number, table, text};
    use crate::table::Cell;
    use proptest::prelude::*;

    /// Every row of a table, each cell as SQLite has it.
    fn rows(points: &Table, query: &str) -> Vec<Vec<Sql>> {
        let bytes = build(&Database { points, attempts: None, series: None }).unwrap();
        let mut connection = Connection::open_in_memory().unwrap();
        connection.deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true).unwrap();
        let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        let mut statement = connection.prepare(query).unwrap();
        let columns = statement.column_count();
        let read = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect());
        read.unwrap().collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn columns_are_typed_and_nan_is_null() {
        let rows_in = vec![
            vec![number("1"), number("0.10"), number("nan"), text("a\"b'\n\0c")],
            vec![number("2"), number("1e-5"), number("-inf"), Cell::Missing],
        ];
        let table = table(&["point", "param:g", "metric:score", "reason"], rows_in);
        let expected = vec![
            vec![Sql::Integer(1), Sql::Real(0.1), Sql::Null, Sql::Text("a\"b'\n\0c".to_owned())],
            vec![Sql::Integer(2), Sql::Real(1e-5), Sql::Real(f64::NEG_INFINITY), Sql::Null],
        ];
        assert_eq!(rows(&table, "SELECT * FROM points ORDER BY point"), expected);
    }

    #[test]
    fn names_that_differ_in_capitals_only_are_told_apart() {
        let table = table(&["point", "param:g", "param:G", "metric:odd \"name\";--"], vec![]);
        let names = rows(&table, "SELECT name, label, role FROM columns");
        let text = |text: &str| Sql::Text(text.to_owned());
        assert_eq!(names[2], [text("G_2"), text("G"), text("parameter")]);
        assert_eq!(names[3], [text("odd \"name\";--"), text("odd \"name\";--"), text("metric")]);
    }

    proptest! {
        #[test]
        fn any_table_makes_a_sound_database(table in any_table()) {
            let count = rows(&table, "SELECT count(*) FROM points");
            prop_assert_eq!(&count[0][0], &Sql::Integer(table.len() as i64));
        }
    }
}
