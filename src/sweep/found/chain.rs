//! The chain of a sweep's commits, read from the newest down to the base, and kept as a cache for the next time.
//!
//! The cache is known by the branch's newest commit, and a commit's id by all that is below it, so what is found in the
//! cache is what the commits say. A branch that has grown is read down to where the cache begins.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;

use anyhow::{Context as _, Result};
use sha1::{Digest as _, Sha1};

use crate::cache::Cache;
use crate::git::{CommitId, CommitView, ObjectId, Repository};
use crate::packing::{Unpacker, push_number, push_text};
use crate::point::{ParamName, Point};
use crate::trial::{Label, LabelReader, Origin, Trial};
use crate::value::Value;

/// The cache is written again for so many new points, or for this part of all of them, whichever is more.
const FEW: usize = 256;
const PART: usize = 16;
/// So many commits of the user's are looked below for more points.
pub(in crate::sweep) const MOST_BETWEEN: usize = 1000;
/// Points of a cache that are unpacked by the same thread.
const BLOCK: usize = 4096;

/// The points of the branch that stands at `tip`, the first first. None if it is not a sweep.
pub(in crate::sweep) fn read(repository: &Repository, branch: &str, tip: CommitId) -> Result<Vec<Trial>> {
    let cache = cache(repository, branch);
    let kept = cache.load();
    let known = kept.as_deref().and_then(Kept::open);
    let (mut walked, joins) = walk(repository, tip, known.as_ref())?;
    walked.reverse();
    let new = walked.len();
    let trials = match known.filter(|_| joins).map(|known| known.trials()) {
        Some(Some(mut trials)) => {
            trials.append(&mut walked);
            trials
        }
        // The checksum was right and the content is not: then it is of no use.
        Some(None) => return walk(repository, tip, None).map(|(trials, _)| trials.into_iter().rev().collect()),
        None => walked,
    };
    if new >= FEW.max(trials.len() / PART) {
        cache.store(&[&pack(tip, &trials)]);
    }
    Ok(trials)
}

/// The commits of these points alone, in the same order.
pub(in crate::sweep) fn commits(repository: &Repository, branch: &str, tip: CommitId) -> Result<Vec<CommitId>> {
    if let Some(kept) = cache(repository, branch).load()
        && let Some(known) = Kept::open(&kept)
        && let (walked, true) = walk(repository, tip, Some(&known))?
    {
        let on_top = walked.iter().rev().map(|trial| trial.commit);
        return Ok(known.commits().chain(on_top).collect());
    }
    Ok(read(repository, branch, tip)?.into_iter().map(|trial| trial.commit).collect())
}

/// Removes what is kept of a branch.
pub(in crate::sweep) fn forget(repository: &Repository, branch: &str) {
    cache(repository, branch).remove();
}

fn cache(repository: &Repository, branch: &str) -> Cache {
    cache_of(repository, "points", branch)
}

/// The cache of what is known of a branch.
pub(in crate::sweep) fn cache_of(repository: &Repository, what: &str, branch: &str) -> Cache {
    Cache::new(repository, &format!("{what}-{}", hash_of(branch)))
}

/// A branch's name as that of a file.
pub(in crate::sweep) fn hash_of(branch: &str) -> String {
    CommitId::new(ObjectId::from_bytes(Sha1::digest(branch).into())).short()
}

/// The points from `tip` down, the newest first, and whether those that are known come next.
fn walk(repository: &Repository, tip: CommitId, known: Option<&Kept<'_>>) -> Result<(Vec<Trial>, bool)> {
    let objects = repository.objects()?;
    let mut reader = LabelReader::default();
    let mut trials = Vec::<Trial>::new();
    let mut next = Some(tip);
    let (mut base, mut foreign) = (None, 0);
    while let Some(commit) = next.filter(|commit| Some(*commit) != base) {
        if known.is_some_and(|known| known.tip == commit && trials.last().is_none_or(|above| known.is_below(above))) {
            return Ok((trials, true));
        }
        let object = objects.read(commit.object())?;
        let view = CommitView::parse(object.bytes()).with_context(|| format!("commit {commit} is damaged"))?;
        let is_of = |label: &Label| trials.last().is_none_or(|above| label.is_of_sweep(&above.label));
        if let Some(label) = reader.read(&view.message).filter(is_of) {
            foreign = 0;
            base.get_or_insert(label.origin.base);
            let is_first = label.index == 1;
            trials.push(Trial { commit, label, seconds: view.seconds });
            if is_first {
                break;
            }
        } else if base.is_some() {
            // The user's commits are no points; the chain goes on below them.
            foreign += 1;
            if foreign > MOST_BETWEEN {
                break;
            }
        }
        next = view.parent;
    }
    Ok((trials, false))
}

/// What the points of a sweep have in common, or many of them.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Head {
    origin: Arc<Origin>,
    names: Arc<[ParamName]>,
}

/// A cache that has been opened and not been read yet.
struct Kept<'a> {
    /// The branch's newest commit.
    tip: CommitId,
    heads: Vec<Head>,
    ids: &'a [u8],
    /// Where each block of labels begins in `labels`.
    blocks: Vec<usize>,
    labels: &'a [u8],
}

/// The bytes of a cache: the tip, what labels share, the points' commits, and their labels in blocks.
fn pack(tip: CommitId, trials: &[Trial]) -> Vec<u8> {
    let mut heads = Vec::<Head>::new();
    let mut numbers = HashMap::<Head, u64>::new();
    let mut last: Option<(Head, u64)> = None;
    let (mut labels, mut blocks) = (Vec::with_capacity(trials.len() * 32), Vec::new());
    for (at, trial) in trials.iter().enumerate() {
        if at % BLOCK == 0 {
            blocks.push(labels.len() as u64);
        }
        let Label { origin, index, point } = &trial.label;
        let is_last = last.as_ref().is_some_and(|(head, _)| head.origin == *origin && *head.names == **point.names());
        if !is_last {
            let head = Head { origin: Arc::clone(origin), names: Arc::clone(point.names()) };
            let number = *numbers.entry(head.clone()).or_insert_with(|| {
                heads.push(head.clone());
                heads.len() as u64 - 1
            });
            last = Some((head, number));
        }
        push_number(&mut labels, last.as_ref().map_or(0, |(_, number)| *number));
        push_number(&mut labels, *index);
        push_number(&mut labels, trial.seconds.cast_unsigned());
        for (_, value) in point.iter() {
            value.pack(&mut labels);
        }
    }
    let mut out = Vec::with_capacity(1024 + trials.len() * 20 + labels.len());
    out.extend_from_slice(tip.object().as_bytes());
    push_number(&mut out, heads.len() as u64);
    for Head { origin, names } in &heads {
        let Origin { sweep, base, proposed_by } = &**origin;
        push_text(&mut out, sweep);
        out.extend_from_slice(base.object().as_bytes());
        out.push(u8::from(proposed_by.is_some()));
        push_text(&mut out, proposed_by.as_deref().unwrap_or_default());
        push_number(&mut out, names.len() as u64);
        names.iter().for_each(|name| push_text(&mut out, name.as_str()));
    }
    push_number(&mut out, trials.len() as u64);
    trials.iter().for_each(|trial| out.extend_from_slice(trial.commit.object().as_bytes()));
    blocks.iter().for_each(|block| out.extend_from_slice(&block.to_le_bytes()));
    out.extend_from_slice(&labels);
    out
}

impl<'a> Kept<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Unpacker(bytes);
        let id = |from: &mut Unpacker<'_>| from.array().map(|bytes| CommitId::new(ObjectId::from_bytes(bytes)));
        let tip = id(&mut from)?;
        let mut heads = Vec::new();
        for _ in 0..from.number()? {
            let sweep = from.text()?.to_owned();
            let base = id(&mut from)?;
            let [is_proposed] = from.array()?;
            let proposed_by = Some(from.text()?.to_owned()).filter(|_| is_proposed != 0);
            let names = (0..from.number()?).map(|_| ParamName::new(from.text()?).ok()).collect::<Option<_>>()?;
            heads.push(Head { origin: Arc::new(Origin { sweep, base, proposed_by }), names });
        }
        let count = from.length()?;
        let ids = from.bytes(count.checked_mul(20)?)?;
        let block = |from: &mut Unpacker<'_>| usize::try_from(u64::from_le_bytes(from.array()?)).ok();
        let blocks = (0..count.div_ceil(BLOCK)).map(|_| block(&mut from)).collect::<Option<_>>()?;
        Some(Self { tip, heads, ids, blocks, labels: from.0 })
    }

    /// True if the sweep that a point is of goes on here.
    fn is_below(&self, above: &Trial) -> bool {
        let is_of =
            |head: &Head| head.origin.base == above.label.origin.base && head.origin.sweep == above.label.origin.sweep;
        !self.heads.is_empty() && self.heads.iter().all(is_of)
    }

    fn commits(&self) -> impl DoubleEndedIterator<Item = CommitId> {
        self.ids.as_chunks::<20>().0.iter().map(|id| CommitId::new(ObjectId::from_bytes(*id)))
    }

    fn trials(&self) -> Option<Vec<Trial>> {
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(self.blocks.len().max(1));
        let part = self.blocks.len().div_ceil(threads).max(1);
        let parts: Vec<Option<Vec<Trial>>> = thread::scope(|scope| {
            let rest: Vec<_> = (1..threads).map(|thread| scope.spawn(move || self.part(thread * part, part))).collect();
            let first = self.part(0, part);
            std::iter::once(first).chain(rest.into_iter().map(|part| part.join().ok().flatten())).collect()
        });
        let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        let mut parts = parts.into_iter();
        let mut trials = parts.next()?;
        trials.reserve_exact((self.ids.len() / 20).saturating_sub(trials.len()));
        parts.for_each(|part| trials.extend(part));
        Some(trials)
    }

    /// The points of so many blocks.
    fn part(&self, block: usize, blocks: usize) -> Option<Vec<Trial>> {
        let count = self.ids.len() / 20;
        let points = (block * BLOCK).min(count)..((block + blocks) * BLOCK).min(count);
        let mut trials = Vec::with_capacity(if block == 0 { count } else { points.len() });
        let mut from = Unpacker(self.labels.get(self.blocks.get(block).copied().unwrap_or_default()..)?);
        for id in self.ids.as_chunks::<20>().0.get(points)? {
            let head = self.heads.get(from.length()?)?;
            let (index, seconds) = (from.number()?, from.number()?.cast_signed());
            let values = (0..head.names.len()).map(|_| Value::unpack(&mut from)).collect::<Option<_>>()?;
            let point = Point::of_names(&head.names, values)?;
            let label = Label { origin: Arc::clone(&head.origin), index, point };
            trials.push(Trial { commit: CommitId::new(ObjectId::from_bytes(*id)), label, seconds });
        }
        Some(trials)
    }
}
