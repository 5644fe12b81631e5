//! The ends of logs, as one block of text.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::kept::{Failures, Kept, PATIENCE, SLACK, in_base64};
use super::leftovers::Leftovers;
use crate::report::visible::visible;

/// So near to the end of the room, what was written is pressed at once to see how much is left.
const CLOSE: u64 = 1 << 17;

/// Keeps the logs that there is room for.
pub(super) fn keep(kept: &mut Kept, order: &[usize], from: &dyn Leftovers, room: u64, failures: &mut Failures) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let (mut logs, mut dropped, mut without) = (0_usize, 0_usize, 0_usize);
    // Writing to memory cannot fail.
    let _ = encoder.write_all(b"[");
    for (asked, &row) in order.iter().enumerate() {
        if without >= PATIENCE {
            kept.unreadable.push(format!("the logs of {} more points were not looked for", order.len() - asked));
            break;
        }
        match from.log(row) {
            Ok(Some(log)) => {
                let text = json!([row, readable(&log)]).to_string();
                // Pressed, it is no longer than this.
                if in_base64((encoder.get_ref().len() + text.len()) as u64) + SLACK > room {
                    dropped = order.len() - asked;
                    break;
                }
                let comma = if logs == 0 { "" } else { "," };
                let _ = write!(encoder, "{comma}{text}");
                logs += 1;
                without = 0;
                let is_close = in_base64(encoder.get_ref().len() as u64) + CLOSE > room;
                if is_close || logs.is_multiple_of(16) {
                    let _ = encoder.flush();
                }
            }
            Ok(None) => {}
            Err(error) => {
                failures.add("log", &error);
                without += usize::from(logs == 0);
            }
        }
    }
    let _ = encoder.write_all(b"]");
    if dropped > 0 {
        kept.thinned.push(format!(
            "the logs of {dropped} points had no room; those of the best and of failed points come first"
        ));
    }
    if logs > 0 {
        kept.logs = encoder.finish().ok();
    }
}

/// A log for a page: what colours a terminal is left out, a line that was written over has its last form.
fn readable(log: &[u8]) -> String {
    let text = String::from_utf8_lossy(log);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let last = line.rsplit('\r').next().unwrap_or(line);
        let mut plain = String::with_capacity(last.len());
        let mut rest = last;
        while let Some(at) = rest.find("\u{1b}[") {
            let code = &rest[at + 2..];
            let length = code.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(code.len());
            plain.push_str(&rest[..at]);
            rest = if code[length..].starts_with(['m', 'K']) {
                &code[length + 1..]
            } else {
                plain.push('\u{1b}');
                &rest[at + 1..]
            };
        }
        plain.push_str(rest);
        let shown: Vec<_> = plain.split('\t').map(visible).collect();
        lines.push(shown.join("\t"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_what_its_writer_saw_without_the_colours() {
        assert_eq!(
            readable(b"a\x1b[31mred\x1b[0m\n 10%\r 20%\r100%\r\nend\x07\t\x1b[2Jx"),
            "ared\n100%\nend\\x07\t\\x1b[2Jx"
        );
    }
}
