//! Tables to test with.

use proptest::collection::{hash_set, vec};
use proptest::prelude::*;

use crate::spec::Direction;
use crate::table::{Cell, Column, Role, Table};
use crate::value::Value;

/// A cell with that literal.
pub(super) fn number(literal: &str) -> Cell {
    Cell::Value(Value::number(literal).unwrap())
}

/// A cell with that text.
pub(super) fn text(text: &str) -> Cell {
    Cell::text(Some(text))
}

/// A table of these columns: `param:NAME`, `metric:NAME`, `statistic:NAME`, `detail:NAME`, or one of ours.
pub(super) fn table(columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    let column = |name: &&str| match (name.split_once(':'), *name) {
        (Some(("param", name)), _) => Column::new(name, Role::Parameter),
        (Some(("metric", name)), _) => Column::new(name, Role::Metric),
        (Some(("statistic", name)), _) => Column::new(name, Role::Statistic),
        (Some(("detail", name)), _) => Column::new(name, Role::Detail),
        (_, "point") => Column::new("point", Role::Point),
        (_, "status") => Column::new("status", Role::Status),
        (_, "reason") => Column::new("reason", Role::Reason),
        _ => panic!("no such column: {name}"),
    };
    Table::new(columns.iter().map(column).collect(), rows).unwrap()
}

fn any_cell() -> impl Strategy<Value = Cell> {
    let literal = "[-+]?([0-9]{1,18}|[0-9]{0,6}\\.[0-9]{1,18}|[0-9]{1,3}\\.|0x[0-9a-f]{1,20})([eE][-+]?[0-9]{1,3})?";
    prop_oneof![
        Just(Cell::Missing),
        any::<f64>().prop_map(Cell::Number),
        (literal).prop_filter_map("no number", |literal| Value::number(&literal).map(Cell::Value)),
        prop_oneof![Just("nan"), Just("inf"), Just("-inf")].prop_map(number),
        any::<bool>().prop_map(|truth| Cell::Value(Value::bool(truth))),
        any::<String>().prop_map(|any| text(&any)),
        "[\t\r\n\"',|\\\\\u{1b}\u{0}a日\u{301}\u{fe0f}❤👩\u{200d}-]{0,40}".prop_map(|hostile| text(&hostile)),
        "(ok|failed)".prop_map(|status| text(&status)),
    ]
}

/// A table with a point column and some of any kind and name, in which anything may stand anywhere.
pub(super) fn any_table() -> impl Strategy<Value = Table> {
    let role = prop_oneof![
        3 => Just(Role::Parameter),
        3 => Just(Role::Metric),
        1 => Just(Role::Sweep),
        1 => Just(Role::Status),
        1 => Just(Role::Reason),
    ];
    let name = prop_oneof!["[a-z_]{1,12}", "(param\\.|metric\\.)[a-z]", any::<String>()];
    let columns = hash_set(name, 0..6).prop_flat_map(move |names| {
        let roles = vec(role.clone(), names.len());
        (Just(names), roles)
    });
    let columns = columns.prop_map(|(names, roles)| {
        let others = names.into_iter().filter(|name| name != "point").zip(roles);
        let point = Column::new("point", Role::Point);
        std::iter::once(point).chain(others.map(|(name, role)| Column::new(name, role))).collect::<Vec<_>>()
    });
    let table = columns.prop_flat_map(|columns| {
        let rows = vec(vec(any_cell(), columns.len()), 0..6);
        (Just(columns), rows)
    });
    table.prop_map(|(columns, rows)| Table::new(columns, rows).unwrap().with_objective("score", Direction::Minimize))
}
