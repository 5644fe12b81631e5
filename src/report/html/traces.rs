//! The series that runs left: one block of numbers, an axis that several share stored once.

use std::collections::HashMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value as Json, json};

use super::decimate::decimate;
use super::kept::{Failures, Kept, LEAST_ROOM, PATIENCE, SLACK, in_base64, press};
use super::leftovers::{Leftovers, Trace};

/// A trace has no more points than this; a chart has not so many pixels.
const TRACE_POINTS: usize = 2_000;

/// Keeps the series that there is room for; the room that is left.
pub(super) fn keep(kept: &mut Kept, order: &[usize], from: &dyn Leftovers, room: u64, failures: &mut Failures) -> u64 {
    if !from.expects_traces() {
        return room;
    }
    let mut block = Block::new();
    let (mut thinned, mut dropped, mut without) = (0_usize, 0_usize, 0_usize);
    for (asked, &row) in order.iter().enumerate() {
        if without >= PATIENCE || block.length_with(0) + LEAST_ROOM > room {
            kept.thinned.push(format!("series of {} more points were not looked for", order.len() - asked));
            break;
        }
        let traces = from.traces(row).unwrap_or_else(|error| {
            failures.add("series", &error);
            Vec::new()
        });
        without = if traces.is_empty() && block.heads.is_empty() { without + 1 } else { 0 };
        for mut trace in traces {
            thinned += usize::from(decimate(&mut trace, TRACE_POINTS));
            // Pressed, it is no longer than this.
            let raw = trace.x.len() * (8 + 4 * trace.columns.len());
            if block.length_with(raw) + SLACK > room {
                dropped += 1;
                continue;
            }
            block.put(row, &trace);
        }
    }
    let shown = block.heads.len();
    if dropped > 0 {
        kept.thinned.push(format!("{shown} of {} series are shown; the others had no room", shown + dropped));
    }
    if thinned > 0 {
        kept.thinned.push(format!(
            "{thinned} series have more than {TRACE_POINTS} points: of each short stretch the least and the greatest are kept"
        ));
    }
    if shown == 0 {
        return room;
    }
    let pressed = press(&[&block.bytes()]);
    let left = room.saturating_sub(in_base64(pressed.len() as u64));
    kept.traces = Some(pressed);
    left
}

/// The block of numbers, and what stands where in it.
struct Block {
    body: Vec<u8>,
    /// For each series its row, its names and where its numbers begin.
    heads: Vec<Json>,
    /// How long the heads are in the page.
    heads_length: u64,
    /// Where each axis begins, by its numbers.
    axes: HashMap<Vec<u64>, usize>,
    /// Presses the body as it grows, which tells how long it will be.
    encoder: GzEncoder<Vec<u8>>,
}

impl Block {
    fn new() -> Self {
        let encoder = GzEncoder::new(Vec::new(), Compression::default());
        Self { body: Vec::new(), heads: Vec::new(), heads_length: 0, axes: HashMap::new(), encoder }
    }

    /// How long the block is in the page, at most, with so many bytes more.
    fn length_with(&self, bytes: usize) -> u64 {
        in_base64((self.encoder.get_ref().len() + bytes) as u64) + self.heads_length
    }

    fn put(&mut self, row: usize, trace: &Trace) {
        let start = self.body.len();
        let key: Vec<u64> = trace.x.iter().map(|x| x.to_bits()).collect();
        let x = *self.axes.entry(key).or_insert(start);
        if x == start {
            self.body.extend(trace.x.iter().flat_map(|x| x.to_le_bytes()));
        }
        let mut columns = Vec::<Json>::new();
        for (name, numbers) in &trace.columns {
            columns.push(json!([name, self.body.len()]));
            self.body.extend(numbers.iter().flat_map(|number| (*number as f32).to_le_bytes()));
            self.body.resize(self.body.len().next_multiple_of(8), 0);
        }
        let head = json!({ "row": row, "name": trace.name, "x": trace.x_name, "length": trace.x.len(), "at": x, "columns": columns });
        self.heads_length += in_base64(head.to_string().len() as u64);
        self.heads.push(head);
        // Writing to memory cannot fail.
        let _ = self.encoder.write_all(&self.body[start..]);
        let _ = self.encoder.flush();
    }

    /// The heads, their length before them, and the numbers.
    fn bytes(self) -> Vec<u8> {
        let head = Json::from(self.heads).to_string();
        let mut bytes = u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        bytes.extend(head.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.extend(self.body);
        bytes
    }
}
