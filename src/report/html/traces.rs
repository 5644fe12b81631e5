//! The series that runs left: one block of numbers, an axis that several share stored once.

use std::collections::HashMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value as Json, json};

use super::decimate::decimate;
use super::leftovers::{Failures, Kept, LEAST_ROOM, Leftovers, PATIENCE, SLACK, in_base64, press};

/// A trace has no more points than this; a chart has not so many pixels.
const TRACE_POINTS: usize = 2_000;

/// Keeps the series that there is room for; the room that is left.
pub(super) fn keep(kept: &mut Kept, order: &[usize], from: &dyn Leftovers, room: u64, failures: &mut Failures) -> u64 {
    if !from.expects_traces() {
        return room;
    }
    let mut axes = HashMap::<Vec<u64>, usize>::new();
    let (mut body, mut told) = (Vec::<u8>::new(), Vec::new());
    let (mut thinned, mut dropped, mut without, mut heads) = (0_usize, 0_usize, 0_usize, 0_u64);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    for (asked, &row) in order.iter().enumerate() {
        if without >= PATIENCE || in_base64(encoder.get_ref().len() as u64) + heads + LEAST_ROOM > room {
            kept.thinned.push(format!("series of {} more points were not looked for", order.len() - asked));
            break;
        }
        let traces = from.traces(row).unwrap_or_else(|error| {
            failures.add("series", &error);
            Vec::new()
        });
        without = if traces.is_empty() && told.is_empty() { without + 1 } else { 0 };
        for mut trace in traces {
            thinned += usize::from(decimate(&mut trace, TRACE_POINTS));
            // Pressed, it is no longer than this.
            let raw = trace.x.len() * (8 + 4 * trace.columns.len());
            if in_base64((encoder.get_ref().len() + raw) as u64) + heads + SLACK > room {
                dropped += 1;
                continue;
            }
            let start = body.len();
            let key: Vec<u64> = trace.x.iter().map(|x| x.to_bits()).collect();
            let next = body.len();
            let x = *axes.entry(key).or_insert(next);
            if x == next {
                body.extend(trace.x.iter().flat_map(|x| x.to_le_bytes()));
            }
            let columns: Vec<Json> = trace
                .columns
                .iter()
                .map(|(name, numbers)| {
                    let at = body.len();
                    body.extend(numbers.iter().flat_map(|number| (*number as f32).to_le_bytes()));
                    body.resize(body.len().next_multiple_of(8), 0);
                    json!([name, at])
                })
                .collect();
            let head = json!({ "row": row, "name": trace.name, "x": trace.x_name, "length": trace.x.len(), "at": x, "columns": columns });
            heads += in_base64(head.to_string().len() as u64);
            told.push(head);
            // Writing to memory cannot fail.
            let _ = encoder.write_all(&body[start..]);
            let _ = encoder.flush();
        }
    }
    if dropped > 0 {
        kept.thinned.push(format!(
            "{} of {} series are shown; the others had no room",
            told.len(),
            told.len() + dropped
        ));
    }
    if thinned > 0 {
        kept.thinned.push(format!(
            "{thinned} series have more than {TRACE_POINTS} points: of each short stretch the least and the greatest are kept"
        ));
    }
    if told.is_empty() {
        return room;
    }
    let head = Json::from(told).to_string();
    let mut bytes = u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    bytes.extend(head.as_bytes());
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(body);
    let pressed = press(&bytes);
    let left = room.saturating_sub(in_base64(pressed.len() as u64));
    kept.traces = Some(pressed);
    left
}
