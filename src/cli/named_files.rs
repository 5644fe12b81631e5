//! Files that a command names, and whether they ask for parameters in the environment.

use gitsweep::git::{CommitId, Repository};
use gitsweep::names;

/// The files of the base commit among the words of a command, and what they hold.
pub(super) fn named_files<'a>(
    repository: &'a Repository,
    base: CommitId,
    command: &'a str,
) -> impl Iterator<Item = (&'a str, Vec<u8>)> {
    let words = command.split(|c: char| c.is_whitespace() || "'\"();&|<>=".contains(c));
    let paths = words.map(|word| word.strip_prefix("./").unwrap_or(word)).filter(|path| !path.is_empty());
    paths
        .filter(move |path| repository.describe_path(base, path) == Some("a file"))
        .filter_map(move |path| Some((path, repository.read_file(base, path).ok()??.bytes)))
}

/// True for text that asks for parameters in the environment.
pub(super) fn names_variables(text: &str) -> bool {
    [names::ENV_PARAMS, names::ENV_PARAM_PREFIX].iter().any(|name| text.contains(name))
}
