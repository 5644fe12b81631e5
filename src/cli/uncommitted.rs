//! Files that a run did not find, since they are in the user's checkout alone.

use gitsweep::command::quote;
use gitsweep::git::{CommitId, Repository};
use gitsweep::record::Record;
use gitsweep::sweep::Sweep;

/// How runs come by the file that the reason of a failure names, if it is in the main checkout and in no commit.
pub(super) fn way_out(repository: &Repository, sweep: &Sweep, commit: CommitId, record: &Record) -> Option<String> {
    let top = repository.main_workdir()?;
    let folder = record.folder.as_deref().map(|folder| top.join(folder));
    // What is in the run folder the program has written itself.
    let is_left = |path: &str| folder.as_ref().is_some_and(|folder| folder.join(path).exists());
    let has_not = |path: &str| repository.describe_path(commit, path).is_none();
    paths(record.reason.as_deref()?).find_map(|path| {
        let starts = path.match_indices('/').map(|(at, _)| &path[..at]).chain([path]);
        let mine = starts.into_iter().find(|start| has_not(start))?;
        if is_left(path) || sweep.plan.run.link.iter().any(|link| link == mine) || !top.join(mine).exists() {
            return None;
        }
        let link = format!("{mine} is in your checkout and not committed: link = [\"{mine}\"] under [run] brings it into points laid from then on");
        Some(match path.rsplit_once('/').filter(|_| top.join(mine).is_dir()) {
            Some((folder, _)) => format!("{link}; if it is for output: mkdir -p {} in the command", quote(folder)),
            None => link,
        })
    })
}

/// The words of a message that may be paths within a checkout.
fn paths(message: &str) -> impl Iterator<Item = &str> {
    let is_quote = |c: char| "'\"`‘’“”".contains(c);
    let is_end = |c: char| c.is_whitespace() || "()[]<>,;=".contains(c);
    // Between quotes a path may have blanks.
    let parts = message.split(is_quote).enumerate();
    let quoted = parts.clone().filter(|(at, _)| at % 2 == 1).map(|(_, part)| part);
    let bare = parts.filter(|(at, _)| at % 2 == 0).flat_map(move |(_, part)| part.split(is_end));
    let is_path =
        |word: &&str| word.contains(['/', '.']) && !word.starts_with('/') && !word.split('/').any(|it| it == "..");
    let bared = bare.map(|word| word.trim_matches(':').trim_end_matches('.'));
    quoted.chain(bared).map(|word| word.trim_start_matches("./")).filter(is_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_many_languages_name_their_files() {
        for (message, expected) in [
            ("FileNotFoundError: [Errno 2] No such file or directory: 'data/cifar/train.bin'", "data/cifar/train.bin"),
            ("cannot open file 'in/a b.csv': No such file or directory", "in/a b.csv"),
            ("sh: 1: .venv/bin/python: not found", ".venv/bin/python"),
            ("Fortran runtime error: Cannot open file 'grid.dat': No such file or directory", "grid.dat"),
            ("SystemError: opening file \"./data/x.jld2\": No such file or directory", "data/x.jld2"),
            ("cannot open ../elsewhere or /etc/none.", ""),
        ] {
            assert_eq!(paths(message).next().unwrap_or_default(), expected, "{message}");
        }
    }
}
