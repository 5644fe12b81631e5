//! Laying a draft down: a commit for each point, then the branch.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use hashbrown::HashMap;

use super::{Draft, When};
use crate::command::quote;
use crate::git::{CommitId, CommitWriter, Identity, RefMoved, Repository, TreeWriter, Trees, branch_ref};
use crate::hint::WithHint as _;
use crate::search::Proposal;
use crate::sweep::laid::edit::{self, Edit, Rendered, Text};
use crate::sweep::laid::foreign::Which;
use crate::sweep::laid::ground::{check_free, check_top};
use crate::trial::{Label, Origin};

/// What a full disk comes to.
const NOT_LAID: &str = "cannot lay the commits; nothing has changed";
const DISK_HINT: &str = "is the disk full, the repository read-only, or has `git gc --prune=now` just run?";

/// A point that is about to be laid.
struct Outline {
    index: u64,
    proposal: Proposal,
    /// What stands at each site of each file.
    texts: Vec<Vec<Text>>,
    /// What stands in the file for parameters that no line of the code holds, if there are any.
    outside: Option<String>,
}

impl Draft {
    /// Lays the points: all commits first, then the ref, once; the newest commit, or nothing if somebody else has moved the
    /// branch meanwhile. `progress` is told how many are laid.
    ///
    /// # Errors
    /// If a value cannot stand in its place, the disk is full, or a branch that is to grow is checked out or has a commit on top that is
    /// none of its points; then nothing has changed.
    pub fn lay(
        &self,
        repository: &Repository,
        branch: &str,
        identity: &Identity,
        when: When,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Option<CommitId>> {
        if let Some(onto) = &self.onto {
            check_free(repository, branch, &self.then(branch))?;
            let which = Which { branch, name: &onto.name, base: self.base };
            check_top(repository, which, onto.tip, &self.then(branch))?;
        }
        let mut writer = CommitWriter::new(repository, identity).hint(NOT_LAID, DISK_HINT)?;
        let tip = match self.lay_commits(repository, &mut writer, branch, when, progress) {
            Err(error) if error.chain().any(<dyn std::error::Error>::is::<std::io::Error>) => {
                return Err(error).hint(NOT_LAID, DISK_HINT);
            }
            laid => laid?,
        };
        let laid = writer.finish(repository).hint(NOT_LAID, DISK_HINT)?;
        let name = branch_ref(branch);
        let (expected, reason) = match &self.onto {
            None => (None, "gitsweep: create"),
            Some(onto) => (Some(onto.tip), "gitsweep: extend"),
        };
        if expected.is_some() {
            // It may have been checked out while the points were laid.
            check_free(repository, branch, &self.then(branch))?;
        }
        let verb = if expected.is_none() { "make" } else { "move" };
        let moved = repository
            .move_ref(&name, expected, tip, reason)
            .with_context(|| format!("cannot {verb} the branch {branch}"))?;
        if moved == RefMoved::ChangedMeanwhile {
            return Ok(None);
        }
        if self.onto.is_none() || self.plan.search.growing.is_none() {
            crate::sweep::found::find::remember_latest(repository, branch);
        }
        laid.settle(repository);
        Ok(Some(tip))
    }

    /// What is to be done once the branch may grow again.
    fn then(&self, branch: &str) -> String {
        match &self.plan.search.growing {
            Some(_) => format!("then gitsweep queue {} goes on", quote(branch)),
            None => "then run the command again".to_owned(),
        }
    }

    /// Writes the commits, one on top of the other, and no ref; the newest of them.
    fn lay_commits(
        &self,
        repository: &Repository,
        writer: &mut CommitWriter,
        branch: &str,
        when: When,
        progress: &mut dyn FnMut(u64),
    ) -> Result<CommitId> {
        let files = self.edits.iter().map(Edit::file_edit).collect();
        let spec = self.plan.to_toml();
        let has_points = edit::has_point_file(&self.plan);
        let mut trees = TreeWriter::new(repository, writer, self.base, files, spec.as_bytes(), has_points)?;
        let objects = self.total().saturating_mul(trees.objects() as u64 + 1);
        writer.expect(usize::try_from(objects).unwrap_or(usize::MAX));
        let mut rendered: Vec<Rendered> =
            self.edits.iter().map(|edit| vec![HashMap::new(); edit.site_count()]).collect();
        let title = format!("{} {}", self.plan.name, when.date()?);
        let (sweep, mut tip, before) = match &self.onto {
            None => (branch, self.base, 0),
            Some(onto) => (onto.name.as_str(), onto.tip, onto.last_index),
        };
        let total = match &self.plan.search.growing {
            None => Some(before + self.total()),
            Some(_) => self.plan.search.trials.map(|trials| trials * self.plan.search.rounds()),
        };
        let mut origin = Arc::new(Origin { sweep: sweep.to_owned(), base: self.base, proposed_by: None });
        let mut upcoming = (before + 1..).zip(self.proposals());
        loop {
            let next = upcoming.by_ref().take(TreeWriter::AT_ONCE);
            let next = next.map(|(index, proposal)| self.outline(index, proposal?, &mut rendered));
            let next = next.collect::<Result<Vec<Outline>>>()?;
            if next.is_empty() {
                return Ok(tip);
            }
            let laid = trees.write(writer, &self.trees(&next))?;
            for (Outline { index, proposal: Proposal { point, by }, .. }, tree) in next.into_iter().zip(laid) {
                if origin.proposed_by != by {
                    Arc::make_mut(&mut origin).proposed_by = by;
                }
                let label = Label { origin: Arc::clone(&origin), index, point };
                tip = writer.commit(tree, &[tip], &label.to_message(&title, total))?;
                progress(index - before);
            }
        }
    }

    /// What a point has for each site of each file.
    fn outline(&self, index: u64, proposal: Proposal, rendered: &mut [Rendered]) -> Result<Outline> {
        let mut texts = Vec::with_capacity(self.edits.len());
        for (edit, rendered) in self.edits.iter().zip(rendered) {
            let point = &proposal.point;
            let of_file = edit.values(&self.plan, point).and_then(|values| edit.texts(rendered, &values));
            texts.push(of_file.with_context(|| format!("point {index} ({point})"))?);
        }
        let outside = edit::point_file(&self.plan, &proposal.point);
        Ok(Outline { index, proposal, texts, outside })
    }

    /// The trees of some points.
    fn trees<'a>(&self, outlines: &'a [Outline]) -> Trees<'a> {
        let of_file =
            |file: usize| outlines.iter().flat_map(move |outline| outline.texts[file].iter().map(|text| &**text));
        Trees {
            count: outlines.len(),
            files: (0..self.edits.len()).map(|file| of_file(file).collect()).collect(),
            points: outlines.iter().map(|outline| outline.outside.as_deref().map(str::as_bytes)).collect(),
        }
    }
}
