//! Files that the base commit does not hold, and why.

use crate::git::{CommitId, Repository};
use crate::hint;

/// A file that the base commit does not hold: what is in its place, the near miss, or that it is not committed.
pub(in crate::sweep) fn missing_file(repository: &Repository, base: CommitId, path: &str) -> anyhow::Error {
    if path.is_empty() {
        return hint::error("the top of the repository is a folder, and no file", "name a file in it");
    }
    // The first that is no folder decides.
    let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    for end in ends {
        let (place, rest) = path.split_at(end);
        match repository.describe_path(base, place) {
            Some("a folder") if rest.is_empty() => {
                return hint::error(format!("{path} is a folder in the base commit, and no file"), "name a file in it");
            }
            Some("a submodule") => {
                let what = if rest.is_empty() { "is" } else { "lies in" };
                return hint::error(
                    format!("{path} {what} the submodule {place}, whose files are not in this repository's commits"),
                    format!(
                        "sweep in the repository of {place} itself, or leave out the file and let the program take the \
                         value from its command line ({{name}}) or $GITSWEEP_PARAM_<NAME>"
                    ),
                );
            }
            Some("a symbolic link") => {
                let target = repository.link_target(base, place).unwrap_or_default();
                let meant = beside(place, &target).map(|target| format!("{target}{rest}"));
                return hint::error(
                    format!("{path} is no file of the base commit: {place} is a symbolic link to {target}"),
                    match meant.filter(|meant| repository.describe_path(base, meant) == Some("a file")) {
                        Some(meant) => format!("name the file itself: {meant}"),
                        None => {
                            "commit a file in its place: what lies outside of the repository is not swept".to_owned()
                        }
                    },
                );
            }
            _ => {}
        }
    }
    let files = repository.list_files(base).unwrap_or_default();
    let below = format!("/{path}");
    let mut same_name = files.iter().filter(|file| file.ends_with(&below));
    let near = match (same_name.next(), same_name.next()) {
        (Some(only), None) => Some(only.as_str()),
        _ => hint::near_miss(path, files.iter().map(String::as_str)),
    };
    hint::error(
        format!("there is no {path} in the base commit {}", base.short()),
        near.map_or_else(
            || "commit it first: git add and git commit".to_owned(),
            |near| format!("did you mean {near}?"),
        ),
    )
}

/// The path, from the top, that a link points to; `None` if that is outside.
fn beside(link: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    if target.starts_with('/') {
        return None;
    }
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
