//! Laying a draft: on a branch of its own or on one that there is, by the user, with a progress bar.

use anyhow::Result;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use super::Context;
use super::preview::{factors, first_in_words, seed_in_words};
use crate::{ui, usage};
use gitsweep::git::{CommitId, Identity, Repository};
use gitsweep::hint;
use gitsweep::sweep::{Draft, When};

/// From so many points on, `--yes` is wanted.
const MANY_POINTS: u64 = 10_000;

/// Asks before very many points are laid.
pub fn confirm_many(context: &Context<'_>, draft: &Draft, yes: bool) -> Result<()> {
    if draft.total() > MANY_POINTS && !yes && !context.ui.confirm(&format!("Lay {}?", factors(draft)))? {
        return Err(hint::error(
            format!("nothing has been laid: that is {}", factors(draft)),
            "if you mean it, say --yes",
        ));
    }
    Ok(())
}

/// Lays a new branch, by the name that is asked for or the next one that is free; its name and its newest commit.
pub fn lay_new(
    context: &Context<'_>,
    repository: &Repository,
    draft: &Draft,
    asked: Option<&str>,
    date: Option<&str>,
) -> Result<(String, CommitId)> {
    let (branch, tip) = loop {
        let branch = draft.choose_branch(repository, asked, when(date)?)?;
        // Somebody else may take the name meanwhile; then it is the next one.
        if let Some(tip) = lay(context, repository, draft, &branch, date)? {
            break (branch, tip);
        }
    };
    let seed = seed_in_words(draft);
    let first = first_in_words(draft).unwrap_or_else(|| ui::count(draft.total(), "point"));
    context.ui.note(&format!("{first} on the new branch {branch}, from {}{seed}", repository.abbreviate(draft.base())));
    if draft.plan().run.command.is_none() {
        context.ui.warning(
            "it does not say what to run, which gitsweep queue needs: [run] command, or -- COMMAND at the end",
        );
    }
    Ok((branch, tip))
}

/// Lays the points of a draft on a branch, by the user, with a progress bar; the newest commit, or nothing if somebody else
/// has moved the branch meanwhile.
pub fn lay(
    context: &Context<'_>,
    repository: &Repository,
    draft: &Draft,
    branch: &str,
    date: Option<&str>,
) -> Result<Option<CommitId>> {
    let when = when(date)?;
    let identity = Identity::of_user(repository, when.0.unix_timestamp(), when.0.offset().whole_minutes())?;
    let bar = context.ui.bar(draft.total(), "laying commits [{bar:30}] {human_pos}/{human_len} {eta}");
    let tip = draft.lay(repository, branch, &identity, when, &mut |laid| {
        if laid % 1024 == 0 {
            bar.set_position(laid);
        }
    })?;
    bar.finish_and_clear();
    Ok(tip)
}

/// The date that is typed, or now.
pub fn when(date: Option<&str>) -> Result<When> {
    let Some(date) = date else {
        let now = OffsetDateTime::now_local().unwrap_or_else(|_| OffsetDateTime::now_utc());
        return Ok(When(now));
    };
    let day = format_description!("[year]-[month]-[day]");
    let parsed = OffsetDateTime::parse(date, &Rfc3339)
        .ok()
        .or_else(|| time::Date::parse(date, day).ok().map(|day| day.midnight().assume_utc()));
    parsed.map(When).ok_or_else(|| {
        usage::wrong(format!("`{date}` is no date"), "such as 2026-11-21 or 2026-11-21T09:30:00+01:00 (RFC 3339)")
    })
}
