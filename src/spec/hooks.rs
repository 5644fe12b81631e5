//! `[hooks]`: what is told of runs that end and of a sweep that does.

use serde::Deserialize;

use super::one_or_many::OneOrMany;
use super::toml_text::toml_list;

/// `[hooks]`, word for word.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedHooks {
    on_run_end: Option<OneOrMany>,
    on_sweep_end: Option<OneOrMany>,
}

/// Lines for `sh -c`, run at the top of the main checkout with one JSON object on standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hooks {
    /// Run for each attempt that ends.
    pub on_run_end: Vec<String>,
    /// Run once when no point is left to be run.
    pub on_sweep_end: Vec<String>,
}

impl From<TypedHooks> for Hooks {
    fn from(typed: TypedHooks) -> Self {
        let lines = |lines: Option<OneOrMany>| lines.map(OneOrMany::into_vec).unwrap_or_default();
        Self { on_run_end: lines(typed.on_run_end), on_sweep_end: lines(typed.on_sweep_end) }
    }
}

impl Hooks {
    /// The lines of `[hooks]` that read back as this.
    pub(super) fn to_toml(&self, line: &mut dyn FnMut(String)) {
        if *self == Self::default() {
            return;
        }
        line("\n[hooks]".to_owned());
        for (key, lines) in [("on_run_end", &self.on_run_end), ("on_sweep_end", &self.on_sweep_end)] {
            if !lines.is_empty() {
                line(format!("{key} = {}", toml_list(lines)));
            }
        }
    }
}
