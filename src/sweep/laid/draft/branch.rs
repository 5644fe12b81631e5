//! The name of the branch that a draft is laid on.

use anyhow::{Context as _, Result, bail};
use time::OffsetDateTime;
use time::macros::format_description;

use super::Draft;
use crate::command::quote;
use crate::git::Repository;
use crate::hint;

/// What file systems take, less what locks have on top.
const LONGEST_NAME: usize = 240;

/// When a sweep is made: the date in its name, its messages and its commits.
#[derive(Clone, Copy, Debug)]
pub struct When(pub OffsetDateTime);

impl When {
    fn stamp(self) -> Result<String> {
        let form = format_description!("[year]-[month]-[day]T[hour][minute][second]");
        self.0.format(form).context("cannot write the date")
    }

    pub(super) fn date(self) -> Result<String> {
        self.0.format(format_description!("[year]-[month]-[day]")).context("cannot write the date")
    }
}

impl Draft {
    /// The branch's name: the one that is asked for, else the plan's name and the date; a number is appended if that is
    /// taken.
    ///
    /// # Errors
    /// If the name that is asked for is taken or cannot be one.
    pub fn choose_branch(&self, repository: &Repository, asked: Option<&str>, when: When) -> Result<String> {
        let branches = repository.branches()?;
        let is_taken = |name: &str| branches.iter().any(|(branch, _)| branch == name);
        if let Some(asked) = asked {
            if !Repository::is_branch_name(asked) {
                bail!("`{asked}` cannot be a branch's name");
            }
            check_length(asked, "--branch")?;
            if is_taken(asked) {
                return Err(hint::error(
                    format!("there is a branch {asked} already"),
                    format!(
                        "choose another name, or remove it: gitsweep delete {branch} (a sweep), git branch -d {branch} (any other)",
                        branch = quote(asked)
                    ),
                ));
            }
            return Ok(asked.to_owned());
        }
        let stem = format!("{}-{}", self.plan.name, when.stamp()?);
        check_length(&stem, "--branch, or --name")?;
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        std::iter::once(stem.clone()).chain(numbered).find(|name| !is_taken(name)).context("no name is free")
    }
}

/// Refuses a name that cannot be that of a file, which a branch and its lock are.
fn check_length(name: &str, flag: &str) -> Result<()> {
    match name.split('/').map(str::len).max() {
        Some(length) if length > LONGEST_NAME => Err(hint::error(
            format!("a branch's name of {length} bytes is too long: {LONGEST_NAME} are possible"),
            format!("choose a shorter one: {flag}"),
        )),
        _ => Ok(()),
    }
}
