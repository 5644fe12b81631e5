//! Requests to cancel: a folder that running gitsweeps, here or on other machines, look into every second.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::event::QueueEvent;
use super::observer::Observer;
use crate::filesystem::{new_file_in, read_dir};
use crate::git::CommitId;
use crate::names;
use crate::sweep::stop_request::StopRequest;

/// A request that running gitsweeps obey.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::sweep) struct Request {
    pub(in crate::sweep) sweep: String,
    /// Points by their commits; all of the sweep's if there are none.
    pub(in crate::sweep) commits: Option<Vec<String>>,
}

/// Requests older than this are nobody's business any more.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// What a running gitsweep is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sweep) enum Wanted {
    /// End everything of the sweep, and start nothing.
    All,
    /// End these, or do not start them.
    These(Vec<CommitId>),
}

/// The requests as a running gitsweep sees them: only those that come after it began.
#[derive(Debug)]
pub(in crate::sweep) struct Inbox {
    folder: PathBuf,
    sweep: String,
    seen: HashSet<PathBuf>,
}

impl Inbox {
    pub(in crate::sweep) fn open(state: &Path, sweep: &str) -> Self {
        let folder = state.join(names::CANCELS_DIR);
        // A folder that is there shows requests of other machines sooner.
        let _ = fs::create_dir_all(&folder);
        let seen = files(&folder).collect();
        Self { folder, sweep: sweep.to_owned(), seen }
    }

    /// The requests that have come since the last look.
    pub(in crate::sweep) fn look(&mut self) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for path in files(&self.folder) {
            if self.seen.contains(&path) {
                continue;
            }
            let request = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Request>(&text).ok());
            if let Some(request) = request.filter(|request| request.sweep == self.sweep) {
                wanted.push(match request.commits {
                    None => Wanted::All,
                    Some(commits) => Wanted::These(commits.iter().filter_map(|id| id.parse().ok()).collect()),
                });
            }
            self.seen.insert(path);
        }
        wanted
    }
}

/// An observer who has enough once all of the sweep is cancelled, too. Each question looks into a folder.
pub(in crate::sweep) struct UntilCancelled<'a> {
    /// The one who only sees to it himself.
    pub(in crate::sweep) observer: &'a mut dyn Observer,
    inbox: Inbox,
    is_cancelled: bool,
}

impl<'a> UntilCancelled<'a> {
    /// From now on: earlier requests are none of its business.
    pub(in crate::sweep) fn new(observer: &'a mut dyn Observer, state: &Path, sweep: &str) -> Self {
        Self { observer, inbox: Inbox::open(state, sweep), is_cancelled: false }
    }
}

impl Observer for UntilCancelled<'_> {
    fn tell(&mut self, event: &QueueEvent<'_>) {
        self.observer.tell(event);
    }

    fn stop_request(&mut self) -> StopRequest {
        self.is_cancelled = self.is_cancelled || self.inbox.look().contains(&Wanted::All);
        self.observer.stop_request().max(if self.is_cancelled { StopRequest::StartNothing } else { StopRequest::None })
    }
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "json"))
}

/// Puts a request where running gitsweeps look for it, and removes those that are stale.
///
/// # Errors
/// If it cannot be written.
pub(in crate::sweep) fn post(state: &Path, request: &Request) -> Result<()> {
    let folder = state.join(names::CANCELS_DIR);
    let write = || -> Result<()> {
        fs::create_dir_all(&folder)?;
        let mut file = new_file_in(&folder, "request-", 0o666)?;
        file.as_file_mut().write_all(&serde_json::to_vec(request)?)?;
        let (_, path) = file.keep()?;
        fs::rename(&path, path.with_extension("json"))?;
        Ok(())
    };
    write().with_context(|| format!("cannot write into {}", folder.display()))?;
    for path in files(&folder) {
        let age = fs::metadata(&path).and_then(|metadata| metadata.modified());
        if age.ok().and_then(|time| SystemTime::now().duration_since(time).ok()).is_some_and(|age| age > STALE) {
            let _ = fs::remove_file(path);
        }
    }
    Ok(())
}
