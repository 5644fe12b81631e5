//! The repository's own list of what git is to ignore, which is never committed.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::Repository;

impl Repository {
    fn exclude_file(&self) -> PathBuf {
        let path = self.common_dir().join("info/exclude");
        path.canonicalize().unwrap_or(path)
    }

    /// Makes git ignore what `line` says, unless one of `known` is said already.
    pub(crate) fn exclude(&self, line: &str, known: &[&str]) -> Result<()> {
        let path = self.exclude_file();
        let text = fs::read_to_string(&path).unwrap_or_default();
        if text.lines().map(str::trim).any(|said| said == line || known.contains(&said)) {
            return Ok(());
        }
        let separator = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        fs::create_dir_all(self.common_dir().join("info"))?;
        // Only ever longer: the user's own lines survive a kill and a full disk.
        let file = fs::OpenOptions::new().append(true).create(true).open(&path);
        file.and_then(|mut file| file.write_all(format!("{separator}{line}\n").as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Takes `line` out again; all others stay as they are.
    pub(crate) fn stop_excluding(&self, line: &str) -> io::Result<()> {
        let path = self.exclude_file();
        let text = fs::read_to_string(&path)?;
        let rest: String = text.split_inclusive('\n').filter(|said| said.trim_end_matches('\n') != line).collect();
        if rest.len() == text.len() {
            return Ok(());
        }
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(&path))?;
        file.write_all(rest.as_bytes())?;
        file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
        file.persist(&path)?;
        Ok(())
    }
}
