//! Found: the sweeps that there are, and where each of their points is.
//!
//! - `find` the sweep that is meant, a `choice` before it is read whole, `chain`: the commits of a branch, `copies`: its other
//!   branches, `remotes`: what they have that is not here
//! - `standing`: where each point is between pending and done; what belongs to the `origin` of a copied repository is not this one's

pub(super) mod chain;
pub(super) mod choice;
pub(super) mod copies;
pub(super) mod find;
pub(super) mod origin;
pub(super) mod remotes;
pub(super) mod standing;
