//! The script of a job on Slurm, and the words that sbatch is called with.

use std::path::Path;

use anyhow::Result;

use super::super::scheduler::Order;
use super::dependency;
use crate::command::quote;

/// The most tasks of one array: more would make the list of them unwieldy.
pub(super) const MOST_TASKS: usize = 50_000;

/// Variables by which a user's environment would override what stands in the script: for sbatch they count more.
pub(super) const OVERRIDES: &[&str] = &[
    "SBATCH_JOB_NAME",
    "SBATCH_ARRAY_INX",
    "SBATCH_OUTPUT",
    "SBATCH_ERROR",
    "SBATCH_OPEN_MODE",
    "SBATCH_WAIT",
    "SBATCH_IGNORE_PBS",
];

/// Options by which the tasks are known, or whose output would hide the job's id.
const OURS: &[&str] =
    &["-J", "--job-name", "-a", "--array", "--wrap", "-W", "--wait", "--test-only", "-M", "--clusters"];

/// The first word that would take away by what the tasks are known.
pub(super) fn clash<'a>(words: impl IntoIterator<Item = &'a String>) -> Option<&'a str> {
    words.into_iter().map(String::as_str).find(|word| {
        OURS.iter().any(|ours| match word.strip_prefix(ours) {
            Some("") => true,
            Some(rest) if ours.starts_with("--") => rest.starts_with('='),
            Some(_) => !word.starts_with("--"),
            None => false,
        })
    })
}

/// The numbers as sbatch takes them: `1-3,7`. They are sorted.
pub fn ranges(numbers: &[u64]) -> String {
    let mut text = String::new();
    for run in numbers.chunk_by(|a, b| a + 1 == *b) {
        if !text.is_empty() {
            text.push(',');
        }
        match run {
            [one] => text.push_str(&one.to_string()),
            [first, .., last] => text.push_str(&format!("{first}-{last}")),
            [] => {}
        }
    }
    text
}

/// What sbatch is called with. What the definition says stands here and not in the script, where a variable such as
/// `SBATCH_PARTITION` would override it; what the user says now comes last and wins.
///
/// # Errors
/// If the user's condition for the job to begin cannot be joined with the order's.
pub(super) fn arguments(order: &Order<'_>) -> Result<Vec<String>> {
    let mut words = vec!["--parsable".to_owned()];
    words.extend(order.options.iter().chain(order.arguments).cloned());
    let mut words = dependency::join(words, &order.after)?;
    words.push(order.script.display().to_string());
    Ok(words)
}

/// The job's script.
pub(super) fn text(order: &Order<'_>) -> String {
    let submission = order.submission;
    // Modules are functions of bash.
    let shell = if order.setup.is_empty() { "#!/bin/sh" } else { "#!/bin/bash" };
    let mut lines = vec![shell.to_owned()];
    let mut option = |name: &str, value: &str| lines.push(format!("#SBATCH --{name}={}", directive(value)));
    option("job-name", &submission.name);
    let percent = |path: &Path| path.display().to_string().replace('%', "%%");
    if submission.header.is_array {
        let throttle = order.max_active.map_or_else(String::new, |most| format!("%{most}"));
        option("array", &format!("{}{throttle}", ranges(&order.numbers)));
        option("output", &format!("{}/%a", percent(&order.logs)));
    } else {
        option("output", &format!("{}/1", percent(&order.logs)));
    }
    // A job that is requeued goes on in the same file.
    option("open-mode", "append");
    option("chdir", &order.top.display().to_string());
    let program = quote(&order.program.display().to_string());
    let top = quote(&order.top.display().to_string());
    lines.push(format!("for path in {program} {top}; do"));
    lines.push(
        "  [ -e \"$path\" ] || { echo \"gitsweep: $(hostname) does not see $path: it has to be on a file system that compute nodes share\"; exit 127; }"
            .to_owned(),
    );
    lines.push("done".to_owned());
    if !order.setup.is_empty() {
        if order.setup.iter().any(|line| line.contains("module ") || line.contains("ml ")) {
            lines.push("command -v module >/dev/null || [ ! -r /etc/profile ] || . /etc/profile".to_owned());
        }
        // A program is not to run in half of the environment that it was meant to have.
        for line in order.setup {
            lines.extend(["{".to_owned(), line.clone()]);
            let first = line.lines().next().unwrap_or_default().trim();
            let said = quote(&format!("gitsweep: the setup of the job failed: {first}"));
            lines.push(format!("}} || {{ echo {said}; exit 1; }}"));
        }
    }
    let task = if submission.header.is_array { "\"$SLURM_ARRAY_TASK_ID\"" } else { "1" };
    lines.push(format!("exec {program} -C {top} exec --submission {} --task {task}", submission.name));
    lines.join("\n") + "\n"
}

/// The line that tells of a sweep's end.
pub(super) fn end_line(program: &Path, top: &Path, sweep: &str) -> String {
    let word = |path: &Path| quote(&path.display().to_string());
    format!("exec {} -C {} exec --sweep-end {}", word(program), word(top), quote(sweep))
}

/// A value in a line `#SBATCH`, in quotes where it needs them.
fn directive(value: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "_-./=:,+@%[]".contains(c);
    if value.chars().all(is_safe) { value.to_owned() } else { format!("\"{}\"", value.replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_are_ours_are_found() {
        let found = |word: &str| clash(&[word.to_owned()]).is_some();
        assert!(["--array=1-3", "-a1-3", "-J", "--job-name", "--wrap=true"].into_iter().all(found));
        assert!(!["--account=x", "--time=1", "-A", "--jobs", "--arrays"].into_iter().any(found));
    }

    #[test]
    fn numbers_are_written_as_ranges() {
        for (numbers, text) in
            [(&[1_u64, 2, 3, 7][..], "1-3,7"), (&[5], "5"), (&[1, 3, 4], "1,3-4"), (&[], ""), (&[2, 3], "2-3")]
        {
            assert_eq!(ranges(numbers), text);
        }
    }
}
