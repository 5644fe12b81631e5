//! The onlooker: whoever looks on while points are run or submitted. He is told what happens, and may wish that it ends.

use super::event::QueueEvent;
use crate::sweep::wish::Wish;

/// Who looks on.
pub trait Onlooker {
    /// Hears what happens.
    fn tell(&mut self, event: &QueueEvent<'_>);

    /// Says what is wished now.
    fn wish(&mut self) -> Wish;

    /// Hears what the user should know.
    fn warn(&mut self, warning: &str) {
        self.tell(&QueueEvent::Warning(warning));
    }

    /// Hears of problems, one by one.
    fn warn_of(&mut self, problems: &[String]) {
        problems.iter().for_each(|problem| self.warn(problem));
    }

    /// True if nothing more is to be started or submitted.
    fn has_enough(&mut self) -> bool {
        self.wish() > Wish::GoOn
    }
}
