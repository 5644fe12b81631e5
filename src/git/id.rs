//! Object ids.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};

/// The SHA-1 name of an object of any kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectId([u8; 20]);

impl ObjectId {
    /// The id that git has for no object.
    pub const NONE: Self = Self([0; 20]);

    /// The id with these bytes.
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The id's bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// As digits.
    pub(super) fn to_hex(self) -> [u8; 40] {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 40];
        for (digits, byte) in hex.as_chunks_mut().0.iter_mut().zip(self.0) {
            *digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
        }
        hex
    }

    pub(super) fn to_git2(self) -> git2::Oid {
        git2::Oid::from_bytes(&self.0).unwrap_or_else(|_| unreachable!("twenty bytes are an id"))
    }
}

impl Ord for ObjectId {
    /// By the bytes, of which the first few, as one number, nearly always tell.
    fn cmp(&self, other: &Self) -> Ordering {
        let first = |id: &Self| id.0.first_chunk().map(|first| u64::from_be_bytes(*first));
        first(self).cmp(&first(other)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for ObjectId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<git2::Oid> for ObjectId {
    fn from(oid: git2::Oid) -> Self {
        let mut bytes = [0; 20];
        bytes.copy_from_slice(oid.as_bytes());
        Self(bytes)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.to_hex()).unwrap_or_default())
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ObjectId {
    type Err = anyhow::Error;

    fn from_str(hex: &str) -> Result<Self> {
        let mut bytes = [0; 20];
        let digits = hex.as_bytes().as_chunks::<2>().0;
        if hex.len() != 40 {
            bail!("`{hex}` is no full object id");
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(digits) {
            match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => *byte = high << 4 | low,
                _ => bail!("`{hex}` is no full object id"),
            }
        }
        Ok(Self(bytes))
    }
}

/// The value of a hexadecimal digit, in either case.
pub(super) fn digit(hex: u8) -> Option<u8> {
    let value = DIGITS[usize::from(hex)];
    (value < 16).then_some(value)
}

/// The value of each byte as a digit; 16 and more if it is none.
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        digits[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

/// The id of a commit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommitId(ObjectId);

impl CommitId {
    /// Takes the id of an object that is known to be a commit.
    pub fn new(id: ObjectId) -> Self {
        Self(id)
    }

    /// The id as that of an object.
    pub fn object(self) -> ObjectId {
        self.0
    }

    /// The id's first byte.
    pub fn first_byte(self) -> u8 {
        self.0.0[0]
    }

    /// The first ten digits, for people.
    pub fn short(self) -> String {
        self.0.to_string()[..10].to_owned()
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for CommitId {
    type Err = anyhow::Error;

    fn from_str(hex: &str) -> Result<Self> {
        hex.parse().map(Self)
    }
}
