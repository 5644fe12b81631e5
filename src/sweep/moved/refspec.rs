//! What `git fetch` writes where, by `remote.NAME.fetch`.

use crate::git::{Repository, run_git};

/// A line of `remote.NAME.fetch`: which refs of the remote are written to which here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refspec {
    /// Names of the remote, with a `*` at most.
    pub(super) source: String,
    /// Where they go here, if anywhere.
    target: Option<String>,
}

impl Refspec {
    /// What git's configuration says of a remote.
    pub(super) fn all(repository: &Repository, remote: &str) -> Vec<Self> {
        let folder = repository.workdir().unwrap_or_else(|| repository.common_dir());
        // git fails where there is none.
        let said = run_git(folder, &["config", "--get-all", &format!("remote.{remote}.fetch")]).unwrap_or_default();
        said.lines().map(Self::parse).collect()
    }

    fn parse(line: &str) -> Self {
        let line = line.trim_start_matches('+');
        let (source, target) = line.split_once(':').map_or((line, None), |(source, target)| (source, Some(target)));
        Self { source: source.to_owned(), target: target.filter(|it| !it.is_empty()).map(str::to_owned) }
    }

    /// True if the remote's ref of this name is written over the one here, as in a mirror.
    pub(super) fn is_onto_own(&self, name: &str) -> bool {
        let Some(target) = &self.target else { return false };
        let rest = match self.source.split_once('*') {
            Some((before, behind)) => name.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind)),
            None => (name == self.source).then_some(""),
        };
        rest.is_some_and(|rest| target.replacen('*', rest, 1) == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Refspec;

    #[test]
    fn mirrors_and_notes_are_told_from_tracking_branches() {
        let is = |line: &str, name: &str| Refspec::parse(line).is_onto_own(name);
        for line in ["+refs/*:refs/*", "refs/notes/*:refs/notes/*", "+refs/notes/it:refs/notes/it", "refs/n*t:refs/n*t"]
        {
            assert!(is(line, "refs/notes/it"), "{line}");
        }
        for line in ["refs/notes/it", "refs/notes/it:", "refs/notes/*:refs/notes/origin/*", "refs/heads/*:refs/heads/*"]
        {
            assert!(!is(line, "refs/notes/it"), "{line}");
        }
        assert!(is("+refs/heads/*:refs/heads/*", "refs/heads/a/b"));
        assert!(!is("+refs/heads/*:refs/remotes/origin/*", "refs/heads/a"));
        assert!(!is("^refs/heads/a", "refs/heads/a"));
    }
}
