//! Records in few bytes, as a cache keeps them: read back, they are what the note's line says.

use std::hash::Hash;

use indexmap::IndexMap;

use crate::packing::{Unpacker, push_number, push_text};
use crate::record::{Late, Metric, Record, Status};

const UNSIGNED: u8 = 0;
const SIGNED: u8 = 1;
const DOUBLE: u8 = 2;
const NOT_FINITE: u8 = 3;
const SPELT: u8 = 4;

/// Appends a record: its gist, and behind a length what few people ask for.
pub(super) fn pack<S: Eq + Hash + AsRef<str>>(record: &Record<S>, out: &mut Vec<u8>) {
    // Every field is named, so that one that is new is not forgotten here.
    #[rustfmt::skip]
    let Record {
        v, attempt, status, metrics, seconds, exit, signal, memory, steps, curve, late, reason,
        start: _, end: _, host: _, executor: _, job: _, command: _, key: _, folder: _, told_by: _,
    } = record;
    out.push(index(*status));
    push_number(out, u64::from(*v));
    push_number(out, *attempt);
    push_number(out, metrics.len() as u64);
    for (name, metric) in metrics {
        push_text(out, name.as_ref());
        pack_metric(metric, out);
    }
    let texts = texts(record);
    let numbers = [
        (SECONDS, seconds.is_some()),
        (REASON, reason.is_some()),
        (EXIT, exit.is_some()),
        (SIGNAL, signal.is_some()),
        (MEMORY, memory.is_some()),
        (STEPS, steps.is_some()),
    ];
    let known = (TEXTS..).zip(texts.map(|text| text.is_some())).chain(numbers);
    push_number(out, known.fold(0, |bits, (bit, is_known)| bits | u64::from(is_known) << bit));
    if let Some(seconds) = seconds {
        out.extend_from_slice(&seconds.to_le_bytes());
    }
    if let Some(reason) = reason {
        push_text(out, reason.as_ref());
    }
    let length_at = out.len();
    out.extend_from_slice(&[0; REST]);
    texts.iter().flatten().for_each(|text| push_text(out, text));
    for number in [exit, signal].into_iter().flatten() {
        out.extend_from_slice(&number.to_le_bytes());
    }
    for number in [memory, steps].into_iter().flatten() {
        push_number(out, *number);
    }
    push_number(out, curve.len() as u64);
    for (step, metric) in curve {
        push_number(out, *step);
        pack_metric(metric, out);
    }
    push_number(out, late.len() as u64);
    for Late { extracted, metrics, definition } in late {
        push_text(out, extracted);
        push_text(out, definition);
        push_number(out, metrics.len() as u64);
        metrics.iter().for_each(|name| push_text(out, name));
    }
    let rest = (out.len() - length_at - REST) as u64;
    out[length_at..length_at + REST].copy_from_slice(&rest.to_le_bytes());
}

/// The bytes that say how long the rest is.
const REST: usize = 8;

fn texts<S: Eq + Hash + AsRef<str>>(record: &Record<S>) -> [Option<&str>; TEXT_COUNT] {
    let Record { start, end, host, executor, job, command, key, folder, told_by, .. } = record;
    [start, end, host, executor, job, command, key, folder, told_by].map(|text| text.as_ref().map(AsRef::as_ref))
}

/// The bits that say what is known of a record; those of its texts come one after the other.
const SECONDS: usize = 0;
const REASON: usize = 1;
const TEXTS: usize = 2;
const EXIT: usize = TEXTS + TEXT_COUNT;
const SIGNAL: usize = EXIT + 1;
const MEMORY: usize = SIGNAL + 1;
const STEPS: usize = MEMORY + 1;

/// How many texts there are beside the reason.
const TEXT_COUNT: usize = 9;

/// How much of a record is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    All,
    /// Attempt, status, metrics, seconds and reason.
    Gist,
    /// All but the metrics.
    WithoutMetrics,
}

/// Takes out the next record; `None` if these are no packed records.
pub(super) fn unpack(from: &mut Unpacker<'_>, part: Part) -> Option<Record> {
    let [status] = from.array()?;
    let mut record = Record::bare(0, *Status::ALL.get(usize::from(status))?);
    record.v = u32::try_from(from.number()?).ok()?;
    record.attempt = from.number()?;
    let count = from.length()?;
    if part == Part::WithoutMetrics {
        (0..count).try_for_each(|_| next_metric(from).map(drop))?;
    } else {
        record.metrics = IndexMap::with_capacity(count.min(from.0.len()));
        for _ in 0..count {
            let (name, metric) = next_metric(from)?;
            record.metrics.insert(name.to_owned(), metric);
        }
    }
    let known = from.number()?;
    let has = |bit: usize| known >> bit & 1 == 1;
    if has(SECONDS) {
        record.seconds = Some(f64::from_le_bytes(from.array()?));
    }
    if has(REASON) {
        record.reason = Some(from.text()?.to_owned());
    }
    let rest = usize::try_from(u64::from_le_bytes(from.array::<REST>()?)).ok()?;
    let mut rest = Unpacker(from.bytes(rest)?);
    if part != Part::Gist {
        unpack_rest(&mut rest, has, &mut record)?;
    }
    Some(record)
}

fn unpack_rest(from: &mut Unpacker<'_>, has: impl Fn(usize) -> bool, record: &mut Record) -> Option<()> {
    let Record { start, end, host, executor, job, command, key, folder, told_by, .. } = record;
    let texts: [_; TEXT_COUNT] = [start, end, host, executor, job, command, key, folder, told_by];
    for (_, text) in (TEXTS..).zip(texts).filter(|(bit, _)| has(*bit)) {
        *text = Some(from.text()?.to_owned());
    }
    if has(EXIT) {
        record.exit = Some(i32::from_le_bytes(from.array()?));
    }
    if has(SIGNAL) {
        record.signal = Some(i32::from_le_bytes(from.array()?));
    }
    if has(MEMORY) {
        record.memory = Some(from.number()?);
    }
    if has(STEPS) {
        record.steps = Some(from.number()?);
    }
    for _ in 0..from.number()? {
        record.curve.push((from.number()?, unpack_metric(from)?));
    }
    for _ in 0..from.number()? {
        let (extracted, definition) = (from.text()?.to_owned(), from.text()?.to_owned());
        let metrics = (0..from.number()?).map(|_| from.text().map(str::to_owned)).collect::<Option<_>>()?;
        record.late.push(Late { extracted, metrics, definition });
    }
    from.0.is_empty().then_some(())
}

/// Tells the names of the next record's metrics, and passes over them.
pub(super) fn each_metric(from: &mut Unpacker<'_>, tell: &mut dyn FnMut(&str)) -> Option<()> {
    from.bytes(1)?;
    from.number()?;
    from.number()?;
    for _ in 0..from.number()? {
        tell(next_metric(from)?.0);
    }
    Some(())
}

/// True if the next record says how often its run reported.
pub(super) fn has_steps(mut from: Unpacker<'_>) -> Option<bool> {
    each_metric(&mut from, &mut |_| ())?;
    Some(from.number()? >> STEPS & 1 == 1)
}

/// A status's place among all of them.
pub(super) fn index(status: Status) -> u8 {
    Status::ALL.iter().position(|known| *known == status).unwrap_or_default() as u8
}

fn pack_metric(metric: &Metric, out: &mut Vec<u8>) {
    let number = match metric {
        Metric::Number(number) => number,
        Metric::NotFinite(number) => {
            out.push(NOT_FINITE);
            return out.extend_from_slice(&number.to_le_bytes());
        }
    };
    if let Some(unsigned) = number.as_u64().filter(|unsigned| serde_json::Number::from(*unsigned) == *number) {
        out.push(UNSIGNED);
        push_number(out, unsigned);
    } else if let Some(signed) = number.as_i64().filter(|signed| serde_json::Number::from(*signed) == *number) {
        out.push(SIGNED);
        out.extend_from_slice(&signed.to_le_bytes());
    } else if let Some(double) =
        number.as_f64().filter(|double| serde_json::Number::from_f64(*double).as_ref() == Some(number))
    {
        out.push(DOUBLE);
        out.extend_from_slice(&double.to_le_bytes());
    } else {
        out.push(SPELT);
        push_text(out, &number.to_string());
    }
}

fn next_metric<'a>(from: &mut Unpacker<'a>) -> Option<(&'a str, Metric)> {
    Some((from.text()?, unpack_metric(from)?))
}

fn unpack_metric(from: &mut Unpacker<'_>) -> Option<Metric> {
    let [tag] = from.array()?;
    let number = match tag {
        UNSIGNED => from.number()?.into(),
        SIGNED => i64::from_le_bytes(from.array()?).into(),
        DOUBLE => serde_json::Number::from_f64(f64::from_le_bytes(from.array()?))?,
        SPELT => serde_json::from_str(from.text()?).ok()?,
        NOT_FINITE => return Some(Metric::NotFinite(f64::from_le_bytes(from.array()?))),
        _ => return None,
    };
    Some(Metric::Number(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_unpacked_as_it_was() {
        let mut all = Record::bare(u64::MAX, Status::Stopped);
        let metrics =
            r#"{"a":0,"b":-5,"c":0.1,"d":-0.0,"e":18446744073709551615,"f":1e300,"g":1.0,"h":"nan","i":"-inf"}"#;
        all.metrics = serde_json::from_str(metrics).unwrap();
        all.seconds = Some(0.25);
        all.exit = Some(-1);
        all.memory = Some(1 << 40);
        all.steps = Some(300);
        all.curve = vec![(1, Metric::from_f64(0.5)), (300, Metric::NotFinite(f64::NEG_INFINITY))];
        for (at, text) in
            [&mut all.start, &mut all.host, &mut all.command, &mut all.key, &mut all.folder].into_iter().enumerate()
        {
            *text = Some(format!("ü {at}\n").repeat(at * 40));
        }
        let mut signal = Record::bare(1, Status::Killed);
        signal.signal = Some(9);
        signal.reason = Some("a signal".to_owned());
        signal.told_by = Some("slurm".to_owned());
        let metrics = vec!["score".to_owned(), "rate".to_owned()];
        signal.late.push(Late { extracted: "later".to_owned(), metrics, definition: "[metrics]\n".to_owned() });
        let others = Status::ALL.map(|status| Record::bare(2, status));
        let records: Vec<Record> = [all, signal].into_iter().chain(others).collect();
        let mut packed = Vec::new();
        records.iter().for_each(|record| pack(record, &mut packed));
        let mut from = Unpacker(&packed);
        for record in &records {
            // NaN is not equal to itself; its line is.
            assert_eq!(unpack(&mut from, Part::All).unwrap().to_line().unwrap(), record.to_line().unwrap());
        }
        assert!(unpack(&mut from, Part::All).is_none());
        let mut from = Unpacker(&packed);
        for record in &records {
            let whole = from;
            let gist = unpack(&mut from, Part::Gist).unwrap();
            assert_eq!(has_steps(whole), Some(record.steps.is_some()));
            assert_eq!((&gist.reason, gist.seconds, gist.attempt), (&record.reason, record.seconds, record.attempt));
            assert_eq!(format!("{:?}", gist.metrics), format!("{:?}", record.metrics));
        }
        let mut rest = Unpacker(&packed);
        for record in &records {
            let found = unpack(&mut rest, Part::WithoutMetrics).unwrap();
            assert_eq!(found, Record { metrics: IndexMap::new(), ..record.clone() });
        }
        assert!(rest.0.is_empty());
        assert!(from.0.is_empty());
    }
}
