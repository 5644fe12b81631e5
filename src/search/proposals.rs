//! Proposals: the points of a design, one after the other.

use std::collections::HashSet;

use anyhow::{Context as _, Result};

use super::completion::Verdict;
use super::design::Design;
use super::draft::Draft;
use super::fingerprint::Fingerprint;
use super::kind::StrategyKind;
use super::sample::Sample;
use super::sampler::Sampler as _;
use super::source::Cursor;
use super::tally::Tally;
use crate::hint;
use crate::point::Point;

/// A finite space is gone through in full once as many drafts in a row as it has points, but at least so many and at most
/// the strategy's patience, brought nothing new.
const STALE: u64 = 1_000;

/// A point to be laid, and how it came to be where that is worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The point.
    pub point: Point,
    /// What proposed it, for the commit's trailer.
    pub by: Option<String>,
}

impl Design {
    /// The point number `k`, from 0; `None` beyond the end.
    ///
    /// It is computed at once where [`Design::total`] is known, else by going through those before it.
    ///
    /// # Errors
    /// If an expression has no value.
    pub fn propose(&self, k: u64) -> Option<Result<Proposal>> {
        match self.closed {
            Some(_) => self.compute(k),
            None => self.proposals().nth(usize::try_from(k).ok()?),
        }
    }

    /// All points in order.
    pub fn proposals(&self) -> Proposals<'_> {
        Proposals::new(self, [])
    }

    /// All points in order but for those of `laid`. Trials are counted as if none had been laid, so that more trials of the
    /// same search add the difference.
    pub fn proposals_not_in<'p>(&self, laid: impl IntoIterator<Item = &'p Point>) -> Proposals<'_> {
        Proposals::new(self, laid)
    }

    /// Point number `k` of a design that need not remember those before it.
    fn compute(&self, k: u64) -> Option<Result<Proposal>> {
        let per_round = self.closed?;
        let (sampler, kind) = self.source.distinct()?;
        let (round, k) = (k.checked_div(per_round)?, k.checked_rem(per_round)?);
        if round >= self.repeats {
            return None;
        }
        Some(self.point(sampler.draft(k)?, round + 1).map(|point| Proposal { point, by: kind.trailer() }))
    }

    /// The point of a draft that nothing excludes.
    fn point(&self, draft: Draft, round: u64) -> Result<Point> {
        self.space.complete(draft, round)?.context("a point is excluded without a constraint")
    }
}

/// The distinct points of a design in order. After an error there are no more.
///
/// All points come once, then all of them again for each repeat, so that early results cover the space.
#[derive(Debug)]
pub struct Proposals<'a> {
    design: &'a Design,
    /// Points that are left out.
    laid: HashSet<Fingerprint>,
    tally: Tally,
    progress: Progress<'a>,
}

/// How far it has come.
#[derive(Debug)]
enum Progress<'a> {
    /// The number of the next point, which can be computed.
    Computed(u64),
    /// What has to be remembered where points can be repeated or excluded.
    Remembered(Box<Memory<'a>>),
    /// To the end.
    Over,
}

/// What a search remembers of its points.
#[derive(Debug)]
struct Memory<'a> {
    cursor: Cursor<'a>,
    /// How far the whole space has been gone through, once that has begun.
    rest: Option<u64>,
    /// What there has been; `None` where nothing can come twice.
    seen: Option<HashSet<Fingerprint>>,
    /// How many in a row brought nothing new.
    fruitless: u64,
    /// Points found in the first round.
    found: u64,
    round: u64,
    /// What later rounds repeat, and how far the present one has come.
    kept: Vec<(Draft, Option<String>)>,
    repeated: usize,
}

impl<'a> Proposals<'a> {
    fn new<'p>(design: &'a Design, laid: impl IntoIterator<Item = &'p Point>) -> Self {
        let progress = match design.closed {
            Some(_) => Progress::Computed(0),
            None => Progress::Remembered(Box::new(Memory::new(design))),
        };
        let laid = laid.into_iter().map(Fingerprint::of_point).collect();
        let tally = Tally { excluded: vec![0; design.space.constraints().len()], ..Tally::default() };
        Self { design, laid, tally, progress }
    }

    /// What has become of the proposals so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    fn advance(&mut self) -> Option<Result<Proposal>> {
        loop {
            let next = match &mut self.progress {
                Progress::Computed(k) => {
                    let next = self.design.compute(*k)?;
                    *k += 1;
                    self.tally.tried += 1;
                    next
                }
                Progress::Remembered(memory) => memory.advance(self.design, &mut self.tally)?,
                Progress::Over => return None,
            };
            match &next {
                Ok(Proposal { point, .. })
                    if !self.laid.is_empty() && self.laid.contains(&Fingerprint::of_point(point)) =>
                {
                    self.tally.laid += 1;
                }
                _ => return Some(next),
            }
        }
    }
}

impl Iterator for Proposals<'_> {
    type Item = Result<Proposal>;

    fn next(&mut self) -> Option<Result<Proposal>> {
        let next = self.advance();
        if !matches!(next, Some(Ok(_))) {
            self.progress = Progress::Over;
        }
        next
    }
}

impl<'a> Memory<'a> {
    fn new(design: &'a Design) -> Self {
        let distinct = design.source.distinct().is_some() && design.space.is_unconditional();
        Self {
            cursor: Cursor::new(&design.source),
            rest: None,
            seen: (!distinct).then(HashSet::new),
            fruitless: 0,
            found: 0,
            round: 1,
            kept: Vec::new(),
            repeated: 0,
        }
    }

    /// The next distinct point that no constraint excludes.
    fn advance(&mut self, design: &Design, tally: &mut Tally) -> Option<Result<Proposal>> {
        loop {
            let drawn = if self.round == 1 { self.draw(design, tally) } else { None };
            let (draft, by) = match drawn {
                Some(drawn) => drawn,
                None if self.found == 0 => return Some(Err(nothing(design, tally))),
                None => self.repeat(design)?,
            };
            tally.tried += 1;
            self.fruitless += 1;
            let kept = (self.round == 1 && design.repeats > 1).then(|| (draft.clone(), by.clone()));
            let point = match design.space.judge(draft, self.round) {
                Ok(Verdict::Point(point)) => point,
                Ok(Verdict::Excluded(constraint)) => {
                    tally.excluded[constraint] += 1;
                    continue;
                }
                Err(error) => return Some(Err(error)),
            };
            if self.seen.as_mut().is_some_and(|seen| !seen.insert(Fingerprint::of_point(&point))) {
                tally.repeated += 1;
                continue;
            }
            self.fruitless = 0;
            if self.round == 1 {
                self.found += 1;
            }
            self.kept.extend(kept);
            return Some(Ok(Proposal { point, by }));
        }
    }

    /// The next draft of the first round; `None` where that ends.
    fn draw(&mut self, design: &Design, tally: &mut Tally) -> Option<(Draft, Option<String>)> {
        if design.trials.is_some_and(|trials| self.found >= trials) {
            return None;
        }
        let patience = design.source.patience().unwrap_or(u64::MAX);
        let stale = design.rest.as_ref().and_then(Sample::count).map(|size| size.clamp(STALE, patience));
        if self.rest.is_none() && stale.is_some_and(|stale| self.fruitless >= stale) {
            self.rest = Some(0);
            self.fruitless = 0;
        }
        let patience = match (&design.rest, self.rest) {
            (Some(rest), Some(_)) => rest.patience().unwrap_or(u64::MAX),
            _ => patience,
        };
        if self.fruitless >= patience {
            tally.gave_up = Some(self.fruitless);
            return None;
        }
        match (&design.rest, &mut self.rest) {
            (Some(rest), Some(k)) => {
                let draft = rest.draft(*k);
                *k += 1;
                draft.map(|draft| (draft, StrategyKind::Random.trailer()))
            }
            _ => self.cursor.next(),
        }
    }

    /// The next draft of a later round; `None` after the last.
    fn repeat(&mut self, design: &Design) -> Option<(Draft, Option<String>)> {
        if self.round == 1 || self.repeated == self.kept.len() {
            self.round += 1;
            self.repeated = 0;
        }
        if self.round > design.repeats {
            return None;
        }
        let drawn = self.kept.get(self.repeated).cloned();
        self.repeated += 1;
        drawn
    }
}

/// Why a search has no points.
fn nothing(design: &Design, tally: &Tally) -> anyhow::Error {
    let tried = match tally.tried {
        1 => "the only one was tried".to_owned(),
        tried if tally.gave_up.is_some() => format!("none of {tried} that were tried passes"),
        tried => format!("all {tried} were tried"),
    };
    let exclusions = tally.exclusions(design.space.constraints());
    hint::error(
        format!("no point keeps the constraints: {tried}, and {exclusions}"),
        "loosen a constraint, or widen the domains",
    )
}
