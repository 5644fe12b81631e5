//! What runs left behind, as far as there is room for it: images, then series, then the ends of logs.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value as Json, json};

use super::{logs, traces};
use crate::report::visible::visible;
use crate::table::{Role, Table};

/// An image that a run left.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its name, the same for all runs that left the like.
    pub name: String,
    /// The file as it is.
    pub bytes: Vec<u8>,
}

/// A table of numbers over time that a run left.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Its name, the same for all runs that left the like.
    pub name: String,
    /// What the first column is.
    pub x_name: String,
    /// The first column.
    pub x: Vec<f64>,
    /// The other columns.
    pub columns: Vec<(String, Vec<f64>)>,
}

/// Where the page gets what the runs of a row left; it is asked row by row, and only as long as there is room.
pub trait Leftovers {
    /// False if no run leaves images.
    fn expects_pictures(&self) -> bool {
        true
    }

    /// False if no run leaves series.
    fn expects_traces(&self) -> bool {
        true
    }

    /// The end of the log; `None` if the row has not run.
    ///
    /// # Errors
    /// If there should be one, and it cannot be read.
    fn log(&self, row: usize) -> anyhow::Result<Option<Vec<u8>>>;

    /// The images.
    ///
    /// # Errors
    /// If one is there and cannot be read.
    fn pictures(&self, row: usize) -> anyhow::Result<Vec<Picture>>;

    /// The series.
    ///
    /// # Errors
    /// If one is there and cannot be read.
    fn traces(&self, row: usize) -> anyhow::Result<Vec<Trace>>;
}

/// With less room than this, nothing more is asked for.
pub(super) const LEAST_ROOM: u64 = 4096;

/// What has found its place, and what has not.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) pictures: Vec<Json>,
    /// The bytes of each of `pictures`, in base64.
    pub(super) picture_bytes: Vec<String>,
    pub(super) traces: Option<Vec<u8>>,
    pub(super) logs: Option<Vec<u8>>,
    /// What was left out, a sentence each.
    pub(super) thinned: Vec<String>,
    /// What could not be read, a sentence each.
    pub(super) unreadable: Vec<String>,
}

/// An image takes at most this part of the room, so that one does not crowd out all others.
const LARGEST_SHARE: u64 = 4;

/// Bytes that a pressed block has beside its content.
pub(super) const SLACK: u64 = 256;

/// What is asked for this often without any being there is not asked for any more.
pub(super) const PATIENCE: usize = 2_000;

/// How many things that cannot be read are named before the rest is counted.
const NAMED: usize = 2;

/// The bytes that so many take in base64.
pub(super) fn in_base64(bytes: u64) -> u64 {
    bytes.div_ceil(3) * 4
}

/// Reads what there is room for.
pub(super) fn keep(table: &Table, leftovers: &dyn Leftovers, room: u64) -> Kept {
    let order = order(table);
    let mut kept = Kept::default();
    let mut failures = Failures::default();
    let left = keep_pictures(&mut kept, &order, leftovers, room, &mut failures);
    let left = traces::keep(&mut kept, &order, leftovers, left, &mut failures);
    logs::keep(&mut kept, &order, leftovers, left, &mut failures);
    kept.unreadable = failures.told();
    kept
}

/// What cannot be read, counted by what is wrong.
#[derive(Default)]
pub(super) struct Failures(BTreeMap<&'static str, (usize, Vec<String>)>);

impl Failures {
    pub(super) fn add(&mut self, what: &'static str, error: &anyhow::Error) {
        let (count, named) = self.0.entry(what).or_default();
        *count += 1;
        if named.len() < NAMED {
            named.push(format!("{error:#}"));
        }
    }

    fn told(self) -> Vec<String> {
        let told = |(what, (count, named)): (&str, (usize, Vec<String>))| {
            let more = if count > named.len() { format!("; and {} more", count - named.len()) } else { String::new() };
            let plural = if count == 1 || what.ends_with('s') { "" } else { "s" };
            format!("{count} {what}{plural} could not be read: {}{more}", named.join("; "))
        };
        self.0.into_iter().map(told).collect()
    }
}

/// The rows, those first that a reader asks about first: the best and those that failed, in turns, then the others.
fn order(table: &Table) -> Vec<usize> {
    let rows = table.rows().len();
    let status = table.column_of(Role::Status);
    let word = |row: &usize| status.and_then(|column| table.rows()[*row][column].as_text()).unwrap_or("ok");
    let (failed, others): (Vec<usize>, Vec<usize>) =
        (0..rows).partition(|row| matches!(word(row), "failed" | "timeout" | "killed"));
    let best = table.ranking().unwrap_or_default();
    let mut seen = vec![false; rows];
    let mut order = Vec::with_capacity(rows);
    let turns = best.len().max(failed.len());
    let first = (0..turns).flat_map(|turn| [best.get(turn).copied(), failed.get(turn).copied()]).flatten();
    for row in first.chain(others) {
        if !std::mem::replace(&mut seen[row], true) {
            order.push(row);
        }
    }
    order
}

fn keep_pictures(kept: &mut Kept, order: &[usize], from: &dyn Leftovers, room: u64, failures: &mut Failures) -> u64 {
    use base64::Engine as _;
    if !from.expects_pictures() {
        return room;
    }
    let (mut left, mut dropped, mut dropped_bytes, mut foreign, mut without) = (room, 0_usize, 0_u64, 0_usize, 0_usize);
    for (asked, &row) in order.iter().enumerate() {
        if without >= PATIENCE || left < LEAST_ROOM {
            kept.thinned.push(format!("images of {} more points were not looked for", order.len() - asked));
            break;
        }
        let pictures = from.pictures(row).unwrap_or_else(|error| {
            failures.add("image", &error);
            Vec::new()
        });
        without = if pictures.is_empty() && kept.pictures.is_empty() { without + 1 } else { 0 };
        for picture in pictures {
            let Some(kind) = kind_of(&picture.bytes) else {
                foreign += 1;
                continue;
            };
            let size = in_base64(picture.bytes.len() as u64) + SLACK;
            if size > left || size > room / LARGEST_SHARE {
                dropped += 1;
                dropped_bytes += picture.bytes.len() as u64;
                continue;
            }
            left -= size;
            kept.pictures.push(json!({ "row": row, "name": visible(&picture.name), "kind": kind }));
            kept.picture_bytes.push(base64::engine::general_purpose::STANDARD.encode(&picture.bytes));
        }
    }
    if dropped > 0 {
        let (shown, total) = (kept.pictures.len(), kept.pictures.len() + dropped);
        let megabytes = dropped_bytes as f64 / 1e6;
        kept.thinned.push(format!("{shown} of {total} images are shown; {megabytes:.1} MB of images had no room"));
    }
    if foreign > 0 {
        kept.thinned.push(format!("{foreign} images are neither PNG, JPEG, GIF, WebP nor SVG, and are not shown"));
    }
    left
}

/// The type of an image by its content, whatever its name says.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).trim_start_matches('\u{feff}').to_owned();
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ if start.trim_start().starts_with('<') && start.contains("<svg") => Some("image/svg+xml"),
        _ if start.trim_start().starts_with("<?xml") => Some("image/svg+xml"),
        _ => None,
    }
}

/// The bytes pressed.
pub(super) fn press(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_what_its_bytes_say() {
        assert_eq!(kind_of(b"\x89PNG\r\n"), Some("image/png"));
        assert_eq!(kind_of(b" <svg xmlns='http://www.w3.org/2000/svg'/>"), Some("image/svg+xml"));
        assert_eq!(kind_of(b"<script>alert(1)</script>"), None);
        assert_eq!(kind_of(b""), None);
    }
}
