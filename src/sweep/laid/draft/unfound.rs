//! What the command calls and the base commit does not hold: a script that is not committed or whose name is mistyped, a
//! program that nothing builds.

use std::path::{Component, Path};

use strsim::damerau_levenshtein;

use crate::git::{CommitId, Repository};
use crate::spec::Plan;

/// Endings of what people write, and programs seldom do.
const SCRIPTS: [&str; 11] = ["py", "sh", "bash", "R", "r", "jl", "m", "pl", "lua", "js", "hoc"];

/// So many letters of a name are mistyped.
const MOST_SLIPS: usize = 2;

/// What is to be said of files that every run would look for in vain.
pub(super) fn unfound(repository: &Repository, base: CommitId, plan: &Plan) -> Vec<String> {
    let command = plan.run.command.as_deref().unwrap_or_default();
    let words = || command.split(|c: char| c.is_whitespace() || "'\"();&|<>".contains(c));
    // Where the command changes the folder, paths are seen from elsewhere.
    if words().any(|word| word == "cd") {
        return Vec::new();
    }
    let is_linked = |path: &str| plan.run.link.iter().any(|link| Path::new(path).starts_with(link));
    let is_known = |path: &str| {
        repository.describe_path(base, path).is_some() || is_in_submodule(repository, base, path) || is_linked(path)
    };
    let is_here = |path: &str| repository.workdir().is_some_and(|top| top.join(path).is_file());
    let uncommitted = |path: &str| {
        format!(
            "{path} is not in the base commit: runs find it only if it is committed (git add, git commit), linked in ([run] link) \
             or made by the command"
        )
    };
    let mut said = Vec::new();
    if let Some(path) = program(command).filter(|path| script(path).is_none() && !is_known(path)) {
        said.push(if is_here(path) {
            uncommitted(path)
        } else {
            format!("there is no ./{path}, which the command runs, in the base commit")
        });
    }
    let mut files = None;
    for word in words() {
        let Some(path) = script(word).filter(|path| !is_known(path)) else { continue };
        if is_here(&path) {
            said.push(uncommitted(&path));
            continue;
        }
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

/// The path from the top of what the command starts with, `./simulate`: nothing can have built it before.
fn program(command: &str) -> Option<&str> {
    let path = command.split_whitespace().next()?.strip_prefix("./")?.trim_end_matches(';');
    is_plain(path).then_some(path)
}

/// The path from the top that `word` is, if it is that of a script.
fn script(word: &str) -> Option<String> {
    let path = word.strip_prefix("./").unwrap_or(word);
    let is_script = Path::new(path).extension().is_some_and(|ending| SCRIPTS.iter().any(|known| ending == *known));
    (is_script && is_plain(path)).then(|| path.to_owned())
}

/// True for a path downwards that the shell takes as it stands.
fn is_plain(path: &str) -> bool {
    Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
        && !path.is_empty()
        && !path.contains(['$', '{', '*', '=', '\'', '"', '`', '(', '&', '|', '<', '>'])
}
