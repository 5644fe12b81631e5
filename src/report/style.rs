//! Colours and bold letters.

use crate::record::{Gravity, Status};

pub(super) const BOLD: &str = "\x1b[1m";
pub(super) const RESET: &str = "\x1b[0m";

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";

/// Ends a colour, and leaves bold letters bold.
pub(super) const PLAIN_COLOUR: &str = "\x1b[39m";

/// The colour that a status has, if any: that of an outcome; a run that is still to end has none.
pub(super) fn colour(status: &str) -> Option<&'static str> {
    match status.parse::<Status>().ok()?.gravity() {
        Gravity::Good => Some(GREEN),
        Gravity::Bad => Some(RED),
        Gravity::Void => None,
    }
}
