//! Parquet: one table of typed columns, compressed, for pandas, R, DuckDB and their like.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::kind::{ColumnKind, integer, real};
use crate::table::{Audience, CellRef, Table};

/// Rows that are written, and can be read, at a time.
const GROUP: usize = 1 << 17;

/// Writes the file.
pub(super) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    // The writer has to know that what it writes to can be sent to another thread.
    let mut bytes = Vec::new();
    write_groups(table, &mut bytes).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn write_groups(table: &Table, out: &mut Vec<u8>) -> Result<(), ParquetError> {
    let shown = table.shown(Audience::Program);
    let columns: Vec<(usize, ColumnKind)> =
        shown.into_iter().map(|column| (column, ColumnKind::of(table, column))).collect();
    let fields = columns.iter().map(|&(column, kind)| field(table.label(column), kind)).collect::<Result<_, _>>()?;
    let schema = Arc::new(Type::group_type_builder("gitsweep").with_fields(fields).build()?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("gitsweep version ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    for first in (0..table.len()).step_by(GROUP) {
        let rows = first..table.len().min(first + GROUP);
        let mut group = writer.next_row_group()?;
        let mut kinds = columns.iter();
        while let (Some(mut column), Some(&(index, kind))) = (group.next_column()?, kinds.next()) {
            write_column(column.untyped(), rows.clone().map(|row| table.cell(row, index)), kind)?;
            column.close()?;
        }
        group.close()?;
    }
    writer.close().map(drop)
}

fn field(name: &str, kind: ColumnKind) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match kind {
        ColumnKind::Integer => (Physical::INT64, None),
        ColumnKind::Real => (Physical::DOUBLE, None),
        ColumnKind::Truth => (Physical::BOOLEAN, None),
        ColumnKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    builder.with_logical_type(logical).build().map(Arc::new)
}

fn write_column<'t>(
    writer: &mut ColumnWriter<'_>,
    cells: impl Iterator<Item = CellRef<'t>> + Clone,
    kind: ColumnKind,
) -> Result<(), ParquetError> {
    let known: Vec<i16> = cells.clone().map(|cell| i16::from(!cell.is_missing())).collect();
    let values = cells.filter(|cell| !cell.is_missing());
    match (writer, kind) {
        (ColumnWriter::Int64ColumnWriter(writer), _) => {
            let of = |cell| if let CellRef::Value(value) = cell { integer(value) } else { None };
            let values: Vec<i64> = values.map(|cell| of(cell).unwrap_or_default()).collect();
            writer.write_batch(&values, Some(&known), None)?;
        }
        (ColumnWriter::DoubleColumnWriter(writer), _) => {
            let values: Vec<f64> = values.map(|cell| real(cell).unwrap_or(f64::NAN)).collect();
            writer.write_batch(&values, Some(&known), None)?;
        }
        (ColumnWriter::BoolColumnWriter(writer), _) => {
            let mut scratch = String::new();
            let values: Vec<bool> = values.map(|cell| cell.spell(&mut scratch) == "true").collect();
            writer.write_batch(&values, Some(&known), None)?;
        }
        (ColumnWriter::ByteArrayColumnWriter(writer), _) => {
            let mut scratch = String::new();
            let values: Vec<ByteArray> = values.map(|cell| ByteArray::from(cell.spell(&mut scratch))).collect();
            writer.write_batch(&values, Some(&known), None)?;
        }
        _ => return Err(ParquetError::General("a column of a type that is never declared".to_owned())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{any_table, number, table, text};
    use crate::table::Cell;
    use crate::value::Value;
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field;
    use proptest::prelude::*;

    fn read_back(table: &Table) -> Vec<Vec<(String, Field)>> {
        let mut bytes = Vec::new();
        write(table, &mut bytes).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(|row| row.unwrap().into_columns()).collect()
    }

    #[test]
    fn columns_are_typed_and_missing_is_null() {
        let rows = vec![
            vec![number("1"), number("0.10"), number("nan"), text("a\0\n\"é"), Cell::Value(Value::bool(true))],
            vec![number("0x10"), number("3"), Cell::Missing, Cell::Missing, Cell::Value(Value::bool(false))],
        ];
        let table = table(&["point", "param:g", "metric:score", "reason", "param:on"], rows);
        let read = read_back(&table);
        let names: Vec<&str> = read[0].iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["point", "g", "score", "reason", "on"]);
        let fields = |row: usize| read[row].iter().map(|(_, field)| field.clone()).collect::<Vec<_>>();
        assert!(matches!(fields(0)[2], Field::Double(number) if number.is_nan()));
        assert_eq!(
            (fields(0)[1].clone(), fields(0)[3].clone(), fields(0)[4].clone()),
            (Field::Double(0.1), Field::Str("a\0\n\"é".to_owned()), Field::Bool(true))
        );
        assert_eq!(fields(1), [Field::Long(16), Field::Double(3.0), Field::Null, Field::Null, Field::Bool(false)]);
    }

    proptest! {
        #[test]
        fn any_table_reads_back(table in any_table()) {
            let read = read_back(&table);
            let shown = table.shown(Audience::Program);
            prop_assert_eq!(read.len(), table.len());
            for (row, read) in table.to_rows().iter().zip(&read) {
                for (&column, (name, field)) in shown.iter().zip(read) {
                    prop_assert_eq!(name, table.label(column));
                    prop_assert_eq!(row[column].is_missing(), *field == Field::Null);
                }
            }
        }
    }
}
