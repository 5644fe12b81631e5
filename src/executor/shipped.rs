//! The scripts that gitsweep brings along, so that `-e hooks/pbs` and `on_run_end = "hooks/on-run-end-webhook"` work in every
//! repository.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::filesystem::{new_file_in, persist};

/// The folder that they are named by.
const FOLDER: &str = "hooks";

/// Scripts that submit jobs.
const SCRIPTS: [(&str, &str); 7] = [
    ("pbs", include_str!("../../hooks/pbs")),
    ("sge", include_str!("../../hooks/sge")),
    ("lsf", include_str!("../../hooks/lsf")),
    ("htcondor", include_str!("../../hooks/htcondor")),
    ("task-spooler", include_str!("../../hooks/task-spooler")),
    ("hyperqueue", include_str!("../../hooks/hyperqueue")),
    ("ssh", include_str!("../../hooks/ssh")),
];

/// Scripts that are told of events.
const EVENT_HOOKS: [(&str, &str); 3] = [
    ("on-run-end-webhook", include_str!("../../hooks/on-run-end-webhook")),
    ("on-sweep-end-mail", include_str!("../../hooks/on-sweep-end-mail")),
    ("on-sweep-end-report", include_str!("../../hooks/on-sweep-end-report")),
];

/// The names of the submit scripts, as they are typed.
pub fn shipped_scripts() -> impl Iterator<Item = String> {
    SCRIPTS.iter().map(|(name, _)| format!("{FOLDER}/{name}"))
}

/// Puts the script that `path` names (`hooks/pbs`) into a folder below `state`; `None` if it names none of ours.
///
/// # Errors
/// If it cannot be written.
pub fn unpack_script(path: &Path, state: &Path) -> Result<Option<PathBuf>> {
    let is_ours = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == FOLDER);
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let Some((name, text)) = SCRIPTS.iter().chain(&EVENT_HOOKS).find(|(known, _)| is_ours && *known == name) else {
        return Ok(None);
    };
    let folder = state.join(FOLDER);
    let target = folder.join(name);
    let is_there = fs::read(&target).is_ok_and(|there| there == text.as_bytes());
    if !is_there {
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(&folder)?;
            let mut file = new_file_in(&folder, ".tmp", 0o777)?;
            file.as_file_mut().write_all(text.as_bytes())?;
            persist(file, &target)
        };
        write().with_context(|| format!("cannot write {}", target.display()))?;
    }
    Ok(Some(target))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn ours_are_unpacked_and_nothing_else() {
        let state = tempfile::tempdir().unwrap();
        let unpacked = unpack_script(Path::new("/repository/hooks/pbs"), state.path()).unwrap().unwrap();
        assert!(fs::metadata(&unpacked).unwrap().permissions().mode() & 0o111 != 0);
        assert!(unpack_script(Path::new("/repository/pbs"), state.path()).unwrap().is_none());
        assert!(unpack_script(Path::new("hooks/mine"), state.path()).unwrap().is_none());
        assert!(shipped_scripts().any(|name| name == "hooks/ssh"));
    }
}
