//! Where results go: in which format, to standard output or into a file, which appears whole or not at all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha1::{Digest as _, Sha1};

use crate::usage;
use gitsweep::filesystem::persist;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::names;
use gitsweep::report::Format;
use gitsweep::unfinished;

/// The format that is asked for: by name, by the file's extension, else the table for people. What no terminal should
/// be shown needs a file, which `way` leads into: `-o results`.
pub fn format(named: Option<Format>, path: Option<&Path>, way: &str) -> Result<Format> {
    if let (None, Some(path)) = (named, path) {
        refuse_picture(path)?;
    }
    let format = match (named, path) {
        (Some(format), _) => format,
        (None, Some(path)) => Format::of_path(path).map_err(|error| usage::Wrong(error.into()))?,
        (None, None) => Format::Terminal,
    };
    if format.is_binary() && path.is_none() && std::io::stdout().is_terminal() {
        let extension = if format == Format::Sqlite { "db" } else { "parquet" };
        return Err(usage::wrong(
            format!("{format} is nothing for a terminal"),
            format!("write it to a file: {way}.{extension}"),
        ));
    }
    Ok(format)
}

/// What the names of pictures end in.
const PICTURES: [&str; 9] = ["pdf", "png", "svg", "jpg", "jpeg", "eps", "ps", "gif", "tiff"];

/// Refuses a file that by its name would be a picture.
pub fn refuse_picture(path: &Path) -> Result<()> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if !PICTURES.contains(&extension.as_str()) {
        return Ok(());
    }
    Err(usage::wrong(
        format!("gitsweep writes no pictures: {}", path.display()),
        "the numbers for a plotting program: gitsweep results -o results.csv; charts to look at, as a page of HTML: gitsweep \
         report -o report.html",
    ))
}

/// Refuses to write over a file that the user has committed, or that is neither ours nor given up by `--force`.
/// `flag` is what names it.
pub fn check(repository: &Repository, path: &Path, flag: &str, force: bool) -> Result<()> {
    refuse_tracked(repository, path, flag)?;
    let is_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0);
    if force || !is_file {
        return Ok(());
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    if is_ours(&written(repository), path, &hash(&bytes)) {
        return Ok(());
    }
    Err(hint::error(
        format!("{} is there already, and gitsweep did not write it as it is now", path.display()),
        format!("choose another name for {flag}, or overwrite it: --force"),
    ))
}

/// Writes the file. That it is ours is kept before it has its name: whenever a kill comes, the same command can be given again.
pub fn write(repository: &Repository, path: &Path, bytes: &[u8]) -> Result<()> {
    let mut known = written(repository);
    let before = fs::read(path).ok().map(|bytes| hash(&bytes)).filter(|before| is_ours(&known, path, before));
    known.retain(|path, _| Path::new(path).exists());
    known.insert(key(path), before.into_iter().chain([hash(bytes)]).collect::<Vec<_>>().join(" "));
    let place = repository.state_dir().join(names::OUTPUTS_FILE);
    // If that cannot be kept, the next writing has to be forced, which is no reason to fail now.
    if let Ok(text) = serde_json::to_string_pretty(&known)
        && fs::create_dir_all(repository.state_dir()).is_ok()
    {
        let _ = write_whole(&place, text.as_bytes());
    }
    write_whole(path, bytes)
}

/// The files that were written here, each with the hash of what was written, after that of what was written before.
fn written(repository: &Repository) -> BTreeMap<String, String> {
    let text = fs::read_to_string(repository.state_dir().join(names::OUTPUTS_FILE)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn is_ours(known: &BTreeMap<String, String>, path: &Path, hash: &str) -> bool {
    known.get(&key(path)).is_some_and(|hashes| hashes.split(' ').any(|known| known == hash))
}

/// The path from the root, also of a file that is not there yet.
fn key(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let new = || Some(folder.canonicalize().ok()?.join(path.file_name()?));
    let path = path.canonicalize().ok().or_else(new).unwrap_or_else(|| path.to_owned());
    path.to_string_lossy().into_owned()
}

fn hash(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A results file never takes the place of something that the user has committed.
pub fn refuse_tracked(repository: &Repository, path: &Path, flag: &str) -> Result<()> {
    let inside = repository.workdir().and_then(|top| top.canonicalize().ok()).and_then(|top| {
        let folder = path.parent()?.canonicalize().ok()?;
        Some(folder.join(path.file_name()?).strip_prefix(top).ok()?.to_string_lossy().into_owned())
    });
    if let (Some(inside), Ok(head)) = (inside, repository.head())
        && repository.describe_path(head, &inside).is_some()
    {
        return Err(hint::error(
            format!("{inside} is a file of your code: it is not overwritten"),
            format!("choose another name for {flag}"),
        ));
    }
    Ok(())
}

/// Writes a file so that it is there whole or not at all.
///
/// What is no ordinary file (a pipe, a device) is written to; a link's target is replaced, not the link.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let path: PathBuf = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let failed = || format!("cannot write {}", path.display());
    let known = fs::metadata(&path).ok();
    if known.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        let file = fs::OpenOptions::new().write(true).open(&path);
        return file.and_then(|mut file| file.write_all(bytes)).with_context(failed);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(hint::error(
            format!("cannot write {}: there is no folder {}", path.display(), folder.display()),
            "make it first: mkdir -p",
        ));
    }
    let mut file = unfinished::new_in(folder).with_context(failed)?;
    file.as_file_mut().write_all(bytes).with_context(failed)?;
    if let Some(metadata) = known {
        file.as_file().set_permissions(metadata.permissions()).with_context(failed)?;
    }
    persist(file, &path).with_context(failed)
}
