//! What a Makefile says about how a program is run.

use std::path::Path;

/// Where make looks, in this order.
const NAMES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];
const TARGET: &str = "run";

/// `make run`, if the Makefile in `folder` has that target; with the Makefile's name.
pub fn command(folder: &Path) -> Option<(String, &'static str)> {
    let (name, text) = NAMES.into_iter().find_map(|name| Some((name, std::fs::read(folder.join(name)).ok()?)))?;
    let has_target = String::from_utf8_lossy(&text).lines().any(is_rule);
    has_target.then(|| (format!("make {TARGET}"), name))
}

/// True for a line that says how the target is made, and not what a variable is.
fn is_rule(line: &str) -> bool {
    let Some((targets, rest)) = line.split_once(':') else { return false };
    let is_indented = line.starts_with(['\t', ' ', '#']);
    let is_assignment = targets.contains('=') || rest.trim_start_matches(':').starts_with('=');
    !is_indented && !is_assignment && targets.split_whitespace().any(|target| target == TARGET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_from_variables_and_recipes() {
        for line in ["run: model", "run:", "all run : model", "run::", "run: CFLAGS = -O2"] {
            assert!(is_rule(line), "{line}");
        }
        for line in
            ["run := ./model", "run ::= x", "run = a:b", "\trun: x", "# run: it", ".PHONY: run", "rerun: model", "run"]
        {
            assert!(!is_rule(line), "{line}");
        }
    }
}
