//! Pieces: bytes that come one after the other and stand in several buffers, so that what is most of the memory need not
//! be there twice while it is put together.

use std::ops::Range;

use crate::file_bytes::FileBytes;

/// Bytes in several buffers.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// Each with the place of its first byte.
    pieces: Vec<(usize, FileBytes)>,
    len: usize,
}

impl Pieces {
    /// Appends a piece.
    pub(super) fn push(&mut self, piece: Vec<u8>) {
        let start = self.len;
        self.len += piece.len();
        self.pieces.push((start, FileBytes::Read(piece)));
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The bytes of a range, none of which may stand in two pieces.
    pub(super) fn get(&self, range: Range<usize>) -> &[u8] {
        let after = self.pieces.partition_point(|(start, _)| *start <= range.start);
        let Some((start, piece)) = after.checked_sub(1).map(|at| &self.pieces[at]) else { return &[] };
        &piece[range.start - start..range.end - start]
    }

    /// The pieces, in order.
    pub(super) fn all(&self) -> Vec<&[u8]> {
        self.pieces.iter().map(|(_, piece)| &**piece).collect()
    }
}

impl From<FileBytes> for Pieces {
    fn from(whole: FileBytes) -> Self {
        Self { len: whole.len(), pieces: vec![(0, whole)] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_together_is_found_where_it_stands() {
        let mut pieces = Pieces::default();
        assert_eq!(pieces.get(0..0), b"");
        [&b"abc"[..], b"", b"", b"de", b""].iter().for_each(|piece| pieces.push(piece.to_vec()));
        assert_eq!((pieces.len(), pieces.all().concat().as_slice()), (5, &b"abcde"[..]));
        for (range, found) in [(0..0, ""), (0..3, "abc"), (1..2, "b"), (3..5, "de"), (4..4, ""), (5..5, "")] {
            assert_eq!(pieces.get(range.clone()), found.as_bytes(), "{range:?}");
        }
        assert_eq!(Pieces::from(FileBytes::Read(b"xyz".to_vec())).get(1..3), b"yz");
    }
}
