//! A script that the command calls and the base commit does not hold, where it holds one that is called almost the same.

use std::path::{Component, Path};

use strsim::damerau_levenshtein;

use crate::git::{CommitId, Repository};
use crate::spec::Plan;

/// Endings of what people write, and programs seldom do.
const SCRIPTS: [&str; 11] = ["py", "sh", "bash", "R", "r", "jl", "m", "pl", "lua", "js", "hoc"];

/// So many letters of a name are mistyped.
const MOST_SLIPS: usize = 2;

/// What is to be said of scripts that every run would look for in vain.
pub(super) fn unfound(repository: &Repository, base: CommitId, plan: &Plan) -> Vec<String> {
    let command = plan.run.command.as_deref().unwrap_or_default();
    let words = command.split(|c: char| c.is_whitespace() || "'\"();&|<>".contains(c));
    // Where the command changes the folder, paths are seen from elsewhere.
    if words.clone().any(|word| word == "cd") {
        return Vec::new();
    }
    let mut files = None;
    let mut said = Vec::new();
    for word in words {
        let is_known =
            |path: &str| repository.describe_path(base, path).is_some() || is_in_submodule(repository, base, path);
        let Some(path) = script(word).filter(|path| !is_known(path)) else { continue };
        let files = files.get_or_insert_with(|| repository.list_files(base).unwrap_or_default());
        let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let mut same_name = files.iter().filter(|file| name(file) == name(&path));
        let near = match (same_name.next(), same_name.next()) {
            (Some(only), None) => Some(only),
            _ => files
                .iter()
                .filter(|file| script(file).is_some())
                .map(|file| (damerau_levenshtein(&path, file), file))
                .filter(|(slips, _)| *slips <= MOST_SLIPS)
                .min()
                .map(|(_, file)| file),
        };
        said.extend(near.map(|near| {
            format!("there is no {path}, which the command names, in the base commit; did you mean {near}?")
        }));
    }
    said
}

/// True for a file of a submodule, which is in none of the commits here.
fn is_in_submodule(repository: &Repository, base: CommitId, path: &str) -> bool {
    let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    folders.into_iter().any(|folder| repository.describe_path(base, folder) == Some("a submodule"))
}

/// The path from the top that `word` is, if it is that of a script.
fn script(word: &str) -> Option<String> {
    let path = Path::new(word.strip_prefix("./").unwrap_or(word));
    let plain =
        path.components().all(|part| matches!(part, Component::Normal(_))) && !word.contains(['$', '{', '*', '=']);
    let is_script = path.extension().is_some_and(|ending| SCRIPTS.iter().any(|known| ending == *known));
    (plain && is_script).then(|| path.to_str().map(str::to_owned)).flatten()
}
