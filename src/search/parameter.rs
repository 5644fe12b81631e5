//! The parameters of a search.

use crate::expr::Expression;
use crate::point::ParamName;
use crate::space::Domain;
use crate::value::Value;

/// A parameter: where its value comes from, and when it applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: ParamName,
    /// Where its value comes from.
    pub origin: Origin,
    /// The condition under which points have it; they always do if there is none.
    pub when: Option<Expression>,
}

/// Where the value of a parameter comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// The strategy chooses it.
    Free(Free),
    /// It is computed from others.
    Derived(Expression),
    /// It counts the repeats of a point, from 1: the seed of the user's program.
    Repeat,
}

/// What a strategy chooses a value from.
#[derive(Clone, Debug, PartialEq)]
pub struct Free {
    /// The values, drawn if they have to be: see [`Domain::settled`].
    pub domain: Domain,
    /// The group of parameters that go through their values together.
    pub zip: Option<String>,
    /// The value that stands in the source now.
    pub base: Option<Value>,
}

impl Parameter {
    /// A parameter that always applies.
    pub fn new(name: ParamName, origin: Origin) -> Self {
        Self { name, origin, when: None }
    }

    /// The same under a condition.
    #[must_use]
    pub fn when(self, condition: Expression) -> Self {
        Self { when: Some(condition), ..self }
    }
}

impl Origin {
    /// A value of `domain`, in no group, with nothing in the source.
    pub fn free(domain: Domain) -> Self {
        Self::Free(Free { domain, zip: None, base: None })
    }
}
