//! Paths of a definition, as seen from the top of the repository.

use anyhow::{Result, bail};

/// `path` as seen from the top of the repository, `.` and `..` resolved.
pub fn join(folder: &str, path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in folder.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

/// A path that runs are linked to.
///
/// # Errors
/// If it leads out of the repository.
pub(super) fn check_link(path: &str) -> Result<String> {
    if path.is_empty() || path.starts_with('/') || path.split('/').any(|segment| segment == "..") {
        bail!("link = \"{path}\": a link is a path inside the repository");
    }
    Ok(path.trim_end_matches('/').to_owned())
}
