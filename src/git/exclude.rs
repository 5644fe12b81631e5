//! The repository's own list of what git is to ignore, which is never committed.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::Repository;
use crate::filesystem::persist;

impl Repository {
    fn exclude_file(&self) -> PathBuf {
        let path = self.common_dir().join("info/exclude");
        path.canonicalize().unwrap_or(path)
    }

    /// Makes git ignore what `line` says, unless one of `known` is said already.
    pub(crate) fn exclude(&self, line: &str, known: &[&str]) -> Result<()> {
        let path = self.exclude_file();
        // Names of files are bytes, and so are the patterns for them.
        let text = match fs::read(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
            read => read.unwrap_or_default(),
        };
        let says = |said: &[u8], line: &str| said.trim_ascii() == line.as_bytes();
        if text.split(|byte| *byte == b'\n').any(|said| says(said, line) || known.iter().any(|known| says(said, known)))
        {
            return Ok(());
        }
        let separator = if text.is_empty() || text.ends_with(b"\n") { "" } else { "\n" };
        fs::create_dir_all(self.common_dir().join("info"))?;
        // Only ever longer: the user's own lines survive a kill and a full disk.
        let file = fs::OpenOptions::new().append(true).create(true).open(&path);
        file.and_then(|mut file| file.write_all(format!("{separator}{line}\n").as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Takes `line` out again; all others stay as they are.
    pub(crate) fn stop_excluding(&self, line: &str) -> io::Result<()> {
        let path = self.exclude_file();
        let text = fs::read(&path)?;
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let rest: Vec<&[u8]> =
            lines.filter(|said| said.strip_suffix(b"\n").unwrap_or(said) != line.as_bytes()).collect();
        let rest = rest.concat();
        if rest.len() == text.len() {
            return Ok(());
        }
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(&path))?;
        file.write_all(&rest)?;
        file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
        persist(file, &path)
    }
}
