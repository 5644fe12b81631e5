//! Requests to stop: how far what is going on is to go on.

/// What whoever observes asks for now. Of two requests the greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopRequest {
    /// All goes on to its end.
    None,
    /// Nothing more is started or submitted; what runs goes on.
    StartNothing,
    /// What runs is ended, too.
    End,
    /// What runs is killed.
    Kill,
}
