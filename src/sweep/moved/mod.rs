//! Moved: carried to remotes and back, `exchange`, and removed, `removal`, with what then `remains`.

pub mod exchange;
pub(super) mod remains;
pub(super) mod removal;
