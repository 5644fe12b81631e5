//! Observers: who is told what happens while points are run or submitted, and may ask that it ends.

use std::time::{Duration, Instant};

use super::event::QueueEvent;
use crate::sweep::stop_request::StopRequest;

/// Whoever shows what happens, such as a progress bar.
pub trait Observer {
    /// Is told of an event as it happens.
    fn tell(&mut self, event: &QueueEvent<'_>);

    /// What is asked for now. It is asked several times a second.
    fn stop_request(&mut self) -> StopRequest;

    /// Is told of what the user should know.
    fn warn(&mut self, warning: &str) {
        self.tell(&QueueEvent::Warning(warning));
    }

    /// Is told of problems, one by one.
    fn warn_of(&mut self, problems: &[String]) {
        problems.iter().for_each(|problem| self.warn(problem));
    }

    /// True if nothing more is to be started or submitted.
    fn has_enough(&mut self) -> bool {
        self.stop_request() > StopRequest::None
    }
}

/// Lets time pass, until the user has had enough.
pub(in crate::sweep) fn rest(pause: Duration, observer: &mut dyn Observer) {
    let until = Instant::now() + pause;
    while Instant::now() < until && !observer.has_enough() {
        std::thread::sleep(Duration::from_millis(50));
        observer.tell(&QueueEvent::Tick);
    }
}
