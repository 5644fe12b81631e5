//! Faults of Slurm's commands that the real ones do not show on demand: `slurm`, beside this, stands before them on PATH.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A folder with stand-ins for Slurm's commands, and what they are to do.
pub struct Faults {
    folder: tempfile::TempDir,
}

impl Default for Faults {
    fn default() -> Self {
        let folder = tempfile::Builder::new().prefix("gitsweep-faults-").tempdir().unwrap();
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fakes/slurm");
        for name in ["sbatch", "squeue", "sacct", "scancel", "scontrol", "sinfo"] {
            std::os::unix::fs::symlink(&script, bin.join(name)).unwrap();
        }
        Self { folder }
    }
}

impl Faults {
    /// PATH with the stand-ins first.
    pub fn path(&self) -> OsString {
        let rest = std::env::var_os("PATH").unwrap_or_default();
        let folders = [self.folder.path().join("bin")].into_iter().chain(std::env::split_paths(&rest));
        std::env::join_paths(folders).unwrap()
    }

    /// What the next calls of a command are to do, one after another; see `slurm`.
    pub fn plan(&self, name: &str, steps: &[&str]) {
        let text: String = steps.iter().map(|step| format!("{step}\n")).collect();
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// The calls of a command so far, with their arguments.
    pub fn calls(&self, name: &str) -> Vec<String> {
        let all = std::fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default();
        all.lines().filter(|line| line.split(' ').next() == Some(name)).map(str::to_owned).collect()
    }
}

/// A folder with links to every program on PATH but these, to be PATH itself.
pub fn path_without(folder: &Path, missing: &[&str]) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    for entry in std::env::split_paths(&path).filter_map(|folder| folder.read_dir().ok()).flatten().flatten() {
        if !missing.iter().any(|name| entry.file_name() == *name) {
            // The first of a name is the one that counts.
            let _ = std::os::unix::fs::symlink(entry.path(), folder.join(entry.file_name()));
        }
    }
    folder.to_owned()
}
