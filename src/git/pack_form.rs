//! The form of a pack's entries, byte by byte. (Format: gitformat-pack(5).)

/// The kind of an entry that is a delta against one that stands so many bytes before it,
pub(super) const OFS_DELTA: u8 = 6;
/// or against one of that id.
pub(super) const REF_DELTA: u8 = 7;

/// What an entry begins with.
pub(super) fn push_type_and_size(out: &mut Vec<u8>, kind: u8, size: usize) {
    let mut byte = (kind << 4) | (size & 15) as u8;
    let mut rest = size >> 4;
    while rest > 0 {
        out.push(byte | 0x80);
        byte = (rest & 0x7f) as u8;
        rest >>= 7;
    }
    out.push(byte);
}

/// What an entry says of its object before the object comes.
pub(super) struct Start {
    pub(super) kind: u8,
    /// How many bytes the object has when it is inflated.
    pub(super) size: usize,
    /// How many bytes all this takes.
    pub(super) length: usize,
}

/// What an entry begins with, as [`push_type_and_size`] writes it; `None` if it is cut short.
pub(super) fn start(entry: &[u8]) -> Option<Start> {
    let length = length(entry)?;
    let more = entry[1..length].iter().zip((4..usize::BITS).step_by(7));
    let size = more.fold(usize::from(entry[0] & 15), |size, (byte, shift)| size | usize::from(byte & 0x7f) << shift);
    Some(Start { kind: entry[0] >> 4 & 7, size, length })
}

/// The length of a number whose last byte is the first without a high bit.
fn length(number: &[u8]) -> Option<usize> {
    number.iter().position(|byte| byte & 0x80 == 0).map(|last| last + 1)
}

/// The distance back to a delta's base, in the pack's own variable-length form.
pub(super) fn push_offset(out: &mut Vec<u8>, distance: u64) {
    let mut bytes = [0; 10];
    let mut at = bytes.len() - 1;
    let mut rest = distance;
    bytes[at] = (rest & 0x7f) as u8;
    rest >>= 7;
    while rest > 0 {
        rest -= 1;
        at -= 1;
        bytes[at] = 0x80 | (rest & 0x7f) as u8;
        rest >>= 7;
    }
    out.extend_from_slice(&bytes[at..]);
}

/// The distance that [`push_offset`] has written, and how many bytes it takes; `None` if it is cut short.
pub(super) fn offset(written: &[u8]) -> Option<(u64, usize)> {
    let length = length(written)?;
    let more = written[1..length].iter();
    let distance =
        more.fold(u64::from(written[0] & 0x7f), |distance, byte| (distance + 1) << 7 | u64::from(byte & 0x7f));
    Some((distance, length))
}

/// A zlib stream of stored blocks (RFC 1950, RFC 1951).
pub(super) fn push_stored(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&[0x78, 0x01]);
    let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
    if blocks.peek().is_none() {
        out.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&simd_adler32::adler32(&bytes).to_be_bytes());
}

/// What [`push_stored`] has written, if one block holds it, and how many bytes it takes with what stands around it; `None` if it is
/// anything else.
pub(super) fn stored(deflated: &[u8], size: usize) -> Option<(&[u8], usize)> {
    const BEFORE: usize = 7;
    const CHECKSUM: usize = 4;
    let [0x78, 0x01, 0x01, a, b, c, d] = deflated.first_chunk::<BEFORE>()? else { return None };
    let length = u16::from_le_bytes([*a, *b]);
    if length != !u16::from_le_bytes([*c, *d]) || usize::from(length) != size {
        return None;
    }
    Some((deflated.get(BEFORE..BEFORE + size)?, BEFORE + size + CHECKSUM))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_an_entry_begins_with_is_read_back() {
        for size in [0, 15, 16, 127, 128, 2047, 2048, 1 << 20, usize::MAX] {
            let mut written = Vec::new();
            push_type_and_size(&mut written, 3, size);
            let length = written.len();
            assert!(start(&written[..length - 1]).is_none(), "{size} cut short");
            written.push(0xff);
            let read = start(&written).unwrap();
            assert_eq!((read.kind, read.size, read.length), (3, size, length));
        }
    }

    #[test]
    fn a_distance_is_read_back() {
        for distance in [1, 127, 128, 16_511, 16_512, 1 << 31, u64::MAX] {
            let mut written = Vec::new();
            push_offset(&mut written, distance);
            let length = written.len();
            assert_eq!(offset(&written[..length - 1]), None, "{distance} cut short");
            written.push(0xff);
            assert_eq!(offset(&written), Some((distance, length)));
        }
    }

    #[test]
    fn what_is_stored_inflates_to_what_it_was() {
        for length in [0, 1, 511, 65_535, 65_536, 200_000] {
            let bytes: Vec<u8> = (0..length).map(|at: u32| (at.wrapping_mul(at) % 251) as u8).collect();
            let mut written = Vec::new();
            push_stored(&mut written, &bytes);
            let mut inflated = Vec::new();
            flate2::read::ZlibDecoder::new(written.as_slice()).read_to_end(&mut inflated).unwrap();
            assert!(inflated == bytes, "{length}");
        }
    }

    #[test]
    fn one_stored_block_is_read_back() {
        for length in [0, 1, 511, 65_535] {
            let bytes = vec![7; length];
            let mut written = Vec::new();
            push_stored(&mut written, &bytes);
            let end = written.len();
            assert_eq!(stored(&written[..length + 6], length), None, "{length} cut short");
            written.push(0xff);
            assert_eq!(stored(&written, length), Some((bytes.as_slice(), end)));
            assert_eq!(stored(&written, length + 1), None);
        }
        let mut two_blocks = Vec::new();
        push_stored(&mut two_blocks, &[7; 65_536]);
        assert_eq!(stored(&two_blocks, 65_536), None);
        assert_eq!(stored(b"x\x9c\x03\0\0\0\0\x01", 0), None, "deflated");
    }
}
