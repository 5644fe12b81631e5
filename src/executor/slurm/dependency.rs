//! Conditions for a job to begin: the user's own, and the jobs that a limit on those that run at a time has it wait for.

use anyhow::Result;

use crate::hint;

const OPTION: &str = "--dependency";
/// Slurm takes any beginning of an option's name by which it is known.
const SHORTEST: &str = "--dep";

/// The words for sbatch with the condition that all jobs in `after` have ended beside the user's own: of two `--dependency`
/// Slurm would forget the first.
///
/// # Errors
/// If the user's own cannot be joined with another.
pub(super) fn join(mut words: Vec<String>, after: &[String]) -> Result<Vec<String>> {
    if after.is_empty() {
        return Ok(words);
    }
    let ours = format!("afterany:{}", after.join(":"));
    let both = match take(&mut words) {
        None => ours,
        Some(theirs) if theirs.contains('?') => {
            return Err(hint::error(
                format!(
                    "{OPTION}={theirs} cannot be joined with {ours}, by which --max-active is kept: Slurm takes no `?` beside a `,`"
                ),
                "leave --max-active out, or say all of the condition with commas",
            ));
        }
        Some(theirs) => format!("{ours},{theirs}"),
    };
    words.push(format!("{OPTION}={both}"));
    Ok(words)
}

/// Takes the user's own condition out of the words for sbatch. Of several the last one counts.
pub(super) fn take(words: &mut Vec<String>) -> Option<String> {
    let mut found = None;
    let mut left = std::mem::take(words).into_iter();
    while let Some(word) = left.next() {
        match spelt(&word) {
            None => words.push(word),
            Some(Place::Within(condition)) => found = Some(condition.to_owned()),
            Some(Place::Next) => found = left.next(),
        }
    }
    found.filter(|condition| !condition.is_empty())
}

/// Where the condition stands.
enum Place<'a> {
    Within(&'a str),
    Next,
}

fn spelt(word: &str) -> Option<Place<'_>> {
    let (name, condition) = word.split_once('=').map_or((word, None), |(name, condition)| (name, Some(condition)));
    if name.starts_with(SHORTEST) && OPTION.starts_with(name) {
        return Some(condition.map_or(Place::Next, Place::Within));
    }
    match word.strip_prefix("-d")? {
        "" => Some(Place::Next),
        condition => Some(Place::Within(condition)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(words: &[&str]) -> Result<String> {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        join(words, &["7".to_owned(), "8".to_owned()]).map(|words| words.join(" "))
    }

    #[test]
    fn what_the_user_waits_for_stands_beside_what_the_limit_waits_for() {
        for (words, expected) in [
            (&["--time=1"][..], "--time=1 --dependency=afterany:7:8"),
            (&["--dependency=afterok:1", "-t1"], "-t1 --dependency=afterany:7:8,afterok:1"),
            (&["--depend", "afterok:1,singleton"], "--dependency=afterany:7:8,afterok:1,singleton"),
            (&["-d", "after:1", "-dafter:2", "-D/tmp"], "-D/tmp --dependency=afterany:7:8,after:2"),
            (
                &["--deadline=now", "--delay-boot=1", "--dependency="],
                "--deadline=now --delay-boot=1 --dependency=afterany:7:8",
            ),
        ] {
            assert_eq!(joined(words).unwrap(), expected);
        }
        let refused = joined(&["--dependency=afterok:1?afterok:2"]).unwrap_err();
        assert!(refused.to_string().contains("afterok:1?afterok:2 cannot be joined with afterany:7:8"), "{refused}");
    }

    #[test]
    fn without_a_limit_the_words_stay() {
        let words = vec!["--dependency=afterok:1?afterok:2".to_owned()];
        assert_eq!(join(words.clone(), &[]).unwrap(), words);
    }
}
