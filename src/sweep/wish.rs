//! Wishes: what whoever looks on wants of what is going on.

/// How far what is going on is to go on; of two wishes the greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    /// To its end.
    GoOn,
    /// Nothing more is started or submitted.
    StartNothing,
    /// What runs is ended, too.
    End,
    /// What runs is killed.
    Kill,
}
