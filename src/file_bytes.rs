//! The bytes of a file: in memory, or mapped, so that the kernel may take their memory back.

use std::ops::Deref;

use memmap2::Mmap;

/// Bytes that were read from a file, or that lie in it.
#[derive(Debug)]
pub(crate) enum FileBytes {
    Read(Vec<u8>),
    Mapped(Mmap),
}

impl Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::Mapped(bytes) => bytes,
        }
    }
}
