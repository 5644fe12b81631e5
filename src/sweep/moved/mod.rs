//! Moved: carried to remotes and back, `exchange`, as a `refspec` of git says, and removed, `removal`, with what then
//! `remains`.

pub mod exchange;
mod refspec;
pub(super) mod remains;
pub(super) mod removal;
