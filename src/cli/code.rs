//! Whether HEAD has gone on from the code of a sweep.

use std::path::Path;

use anyhow::Result;

use gitsweep::git::{CommitId, Repository};
use gitsweep::names;
use gitsweep::sweep::Sweep;
use gitsweep::trial::Label;

/// Beginnings of the names of files that tell of code.
const ABOUT: [&str; 8] =
    ["readme", "changelog", "changes", "license", "copying", "citation", "contributing", "authors"];
/// Folders of what tells of code or is done with it elsewhere.
const FOLDERS: [&str; 4] = ["docs", "doc", ".github", ".gitlab"];

/// HEAD, if its code is newer than that of the points of a sweep.
///
/// # Errors
/// If that cannot be told, as in a shallow clone.
pub(super) fn newer(repository: &Repository, sweep: &Sweep) -> Result<Option<CommitId>> {
    let Ok(head) = repository.head() else { return Ok(None) };
    let is_newer = head != sweep.base
        && repository.has_in_history(head, sweep.base)?
        && Label::from_message(&repository.read_commit(head)?.message).is_none()
        && repository.changed_paths(sweep.base, head)?.iter().any(|path| is_code(sweep, path));
    Ok(is_newer.then_some(head))
}

/// True for a file that the runs of a sweep may depend on.
fn is_code(sweep: &Sweep, path: &str) -> bool {
    // Definitions are read where points are laid, and no code.
    if path.ends_with(names::SPEC_FILE) {
        return false;
    }
    let command = sweep.plan.run.command.as_deref().unwrap_or_default();
    let mut sites = sweep.plan.parameters.iter().flat_map(|parameter| &parameter.sites);
    !tells_of_code(path) || command.contains(path) || sites.any(|site| site.file == path)
}

/// True for a file that tells of code, or tells git of files, by its name.
fn tells_of_code(path: &str) -> bool {
    let file = Path::new(path);
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let extension = file.extension().unwrap_or_default();
    let is_plain = ["", "md", "rst", "txt", "cff", "adoc"].iter().any(|plain| extension == *plain);
    extension == "md"
        || [".gitignore", ".mailmap", ".editorconfig", ".gitlab-ci.yml"].contains(&&*name)
        || is_plain && ABOUT.iter().any(|about| name.starts_with(about))
        || FOLDERS.contains(&path.split('/').next().unwrap_or_default()) && path.contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_of_code_is_none() {
        for path in [
            "README",
            "Readme.md",
            "sub/README.rst",
            "notes.md",
            ".gitignore",
            "docs/conf.py",
            "LICENSE.txt",
            "CITATION.cff",
        ] {
            assert!(tells_of_code(path), "{path}");
        }
        for path in
            ["model.py", "readme.py", "docs", "src/docs/a.c", "data.txt", ".gitattributes", "Makefile", "changes.c"]
        {
            assert!(!tells_of_code(path), "{path}");
        }
    }
}
