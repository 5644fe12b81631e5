//! What gitsweeps that were killed left in a folder of packs: guards of packs, and packs and indexes that were never finished.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::process::Owner;

/// What the names of unfinished packs and indexes begin with; git prunes what begins like this in its time.
const UNFINISHED: &str = "tmp_pack_gitsweep-";
/// An unfinished pack of another machine is given up after this.
const LONG: Duration = Duration::from_secs(24 * 60 * 60);

/// What the names of this process's unfinished packs and indexes begin with.
pub(super) fn prefix() -> String {
    format!("{UNFINISHED}{}-", Owner::this().folder_name())
}

/// What a `.keep` file of this process says.
pub(super) fn keep_message() -> String {
    format!("gitsweep {}\n", Owner::this())
}

/// Removes what nobody needs any more. What is not gitsweep's stays.
pub(super) fn remove(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let is_stale = match name.to_str().and_then(|name| name.strip_prefix(UNFINISHED)) {
            Some(rest) => rest.rsplit_once('-').is_some_and(|(owner, _)| is_given_up(&path, owner)),
            None => path.extension().is_some_and(|extension| extension == "keep") && is_unneeded(&path),
        };
        if is_stale {
            let _ = fs::remove_file(path);
        }
    }
}

/// True for a pack whose writer is gone, or, on another machine, has not written for long.
fn is_given_up(path: &Path, owner: &str) -> bool {
    let Some(owner) = Owner::of_folder_name(owner) else { return false };
    let age = fs::metadata(path).and_then(|metadata| metadata.modified()).ok().and_then(|time| time.elapsed().ok());
    owner.is_dead() || (!owner.is_here() && age.is_some_and(|age| age > LONG))
}

/// True for the guard of a gitsweep that is gone.
fn is_unneeded(path: &Path) -> bool {
    let message = fs::read_to_string(path).unwrap_or_default();
    let owner = message.strip_prefix("gitsweep ").and_then(|owner| owner.trim().parse::<Owner>().ok());
    owner.is_some_and(|owner| owner.is_dead())
}
