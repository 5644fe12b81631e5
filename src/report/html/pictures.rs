//! Images that runs left, as far as there is room for them.

use serde_json::json;

use super::kept::{Failures, Kept, LEAST_ROOM, PATIENCE, SLACK, in_base64};
use super::leftovers::Leftovers;
use crate::report::visible::visible;

/// An image takes at most this part of the room, so that one does not crowd out all others.
const LARGEST_SHARE: u64 = 4;

/// Reads images in this order of rows; the room that is left.
pub(super) fn keep(kept: &mut Kept, order: &[usize], from: &dyn Leftovers, room: u64, failures: &mut Failures) -> u64 {
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
