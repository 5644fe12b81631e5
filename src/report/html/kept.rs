//! What of what runs left has found its place on the page, and what has not.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value as Json;

/// With less room than this, nothing more is asked for.
pub(super) const LEAST_ROOM: u64 = 4096;

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

    /// A sentence for each thing.
    pub(super) fn told(self) -> Vec<String> {
        let told = |(what, (count, named)): (&str, (usize, Vec<String>))| {
            let more = if count > named.len() { format!("; and {} more", count - named.len()) } else { String::new() };
            let plural = if count == 1 || what.ends_with('s') { "" } else { "s" };
            format!("{count} {what}{plural} could not be read: {}{more}", named.join("; "))
        };
        self.0.into_iter().map(told).collect()
    }
}

/// The parts, one after the other, pressed.
pub(super) fn press(parts: &[&[u8]]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = parts.iter().try_for_each(|part| encoder.write_all(part));
    encoder.finish().unwrap_or_default()
}
