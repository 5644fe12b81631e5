//! Variables: what programs take from their environment, and what is told of that.

use super::Context;
use super::named_files::{named_files, names_variables};
use gitsweep::git::Repository;
use gitsweep::spec::{Parameter, Source};
use gitsweep::sweep::Draft;

/// Says by which variables alone parameters reach the program, which may not know of them: -f or `file` may have been
/// forgotten. `typed` are the parameters of -p.
pub fn tell_of_variables(context: &Context<'_>, repository: &Repository, draft: &Draft, typed: &[String]) {
    let plan = draft.plan();
    let Some(command) = &plan.run.command else { return };
    let is_typed = |name: &str| typed.iter().any(|typed| typed.split('=').next().map(str::trim) == Some(name));
    let outside: Vec<&Parameter> = plan
        .parameters
        .iter()
        .filter(|parameter| parameter.is_outside() && parameter.env.is_none() && parameter.source != Source::Repeat)
        .filter(|parameter| !command.contains(&format!("{{{}}}", parameter.name)))
        .collect();
    // Files are read for that, which most sweeps need not be kept waiting by.
    let asks = !outside.is_empty() && (names_variables(command) || scripts_ask(repository, draft, command));
    let is_told = |parameter: &&Parameter| is_typed(parameter.name.as_str()) || !asks;
    let alone: Vec<&Parameter> = outside.into_iter().filter(is_told).collect();
    let Some(first) = alone.first() else { return };
    let variables: Vec<String> = alone.iter().map(|parameter| format!("${}", plan.variable(&parameter.name))).collect();
    let place = if is_typed(first.name.as_str()) { "-f FILE" } else { "a `file` of the parameter" };
    context.ui.note(&format!(
        "the program finds {} in its environment and nowhere else; {place} has the line of that name rewritten, {{{}}} in the \
         command passes it on",
        variables.join(", "),
        first.name
    ));
}

/// The first of several words that names what a run has in its environment, which no shell will read there.
pub fn unread_variable(words: &[String]) -> Option<&String> {
    let has_shell = words.iter().any(|word| word.starts_with('-') && word.ends_with('c'));
    let reads = |word: &&String| word.contains("$GITSWEEP_") || word.contains("${GITSWEEP_");
    words.iter().find(reads).filter(|_| words.len() > 1 && !has_shell)
}

/// True if a file of the base commit that the command names asks for parameters in its environment.
fn scripts_ask(repository: &Repository, draft: &Draft, command: &str) -> bool {
    named_files(repository, draft.base(), command).any(|(_, bytes)| names_variables(&String::from_utf8_lossy(&bytes)))
}
