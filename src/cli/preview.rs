//! What a draft would lay, in words, and what is odd about it.

use std::io::Write as _;

use anyhow::Result;

use super::Context;
use super::named_files::{named_files, names_variables};
use crate::ui::{self, Look};
use gitsweep::git::Repository;
use gitsweep::names;
use gitsweep::point::Point;
use gitsweep::report::Format;
use gitsweep::search::StrategyKind;
use gitsweep::source::{Language, propose};
use gitsweep::space::Domain;
use gitsweep::spec::{Method, Parameter, Plan, Source};
use gitsweep::sweep::Draft;
use gitsweep::table::{Cell, Column, Role, Table};
use gitsweep::value::{Value, beginning};

/// So many characters of a value are shown.
const LONGEST_VALUE: usize = 60;

/// How many points of a search that learns are laid before there is any result.
pub(super) fn first_in_words(draft: &Draft) -> Option<String> {
    let search = &draft.plan().search;
    search.growing.as_ref()?;
    let first = match draft.total() {
        1 => "the first point".to_owned(),
        total => format!("the first {}", ui::count(total, "point")),
    };
    Some(match search.trials {
        Some(trials) => format!("{first} of {}", trials * search.rounds()),
        None => first,
    })
}

/// `, seed 7`, where anything is drawn.
pub(super) fn seed_in_words(draft: &Draft) -> String {
    draft.plan().search.seed.map_or_else(String::new, |seed| format!(", seed {seed}"))
}

/// An initial design of such a part of the trials leaves next to nothing to learn for.
const NEARLY: (u64, u64) = (4, 5);

/// Says what is allowed and seldom meant.
pub(super) fn warn(context: &Context<'_>, draft: &Draft) {
    draft.doubts().iter().for_each(|doubt| context.ui.warning(doubt));
    let plan = draft.plan();
    let points = draft.total() / plan.search.rounds();
    note_few_to_learn_from(context, plan, points);
    if let Some(grid) = draft.whole_grid()
        && let Some(size) = grid.product()
    {
        let (points, factors) = (ui::count(points, "point"), grid.to_string());
        let factors = if factors.contains(" x ") { format!(" ({factors})") } else { String::new() };
        context.ui.note(&format!("{points} drawn of the {size}{factors} of the grid: without trials it is whole"));
    }
    warn_of_fewer(context, draft, points);
    if plan.parameters.is_empty() {
        context.ui.note("no parameter varies: one run of the code as it is");
    }
    note_repeats(context, draft);
}

/// Says so where a search that learns lays nearly all of its points before it does.
fn note_few_to_learn_from(context: &Context<'_>, plan: &Plan, points: u64) {
    let (Some(growing), Some(trials)) = (&plan.search.growing, plan.search.trials) else { return };
    if points <= 1 || !growing.method.learns() || points.saturating_mul(NEARLY.1) < trials.saturating_mul(NEARLY.0) {
        return;
    }
    let less = match growing.method {
        Method::CmaEs(_) | Method::DifferentialEvolution(_) => "a smaller population",
        _ => "min_initial_points",
    };
    let count = if points == trials { "all".to_owned() } else { points.to_string() };
    context.ui.note(&format!(
        "{count} of the {trials} trials are laid before anything is learnt from results: take more --trials, or {less} under \
         [search]"
    ));
}

/// Warns of fewer points or values than were asked for.
fn warn_of_fewer(context: &Context<'_>, draft: &Draft, points: u64) {
    let plan = draft.plan();
    let trials = plan.search.trials.filter(|_| plan.search.growing.is_none());
    if let Some(trials) = trials.filter(|trials| *trials > points) {
        let found = ui::count(points, "such point");
        context.ui.warning(&match draft.fruitless() {
            None => {
                let are = if points == 1 { "is" } else { "are" };
                format!("{trials} trials are asked for, and there {are} only {found}")
            }
            Some(draws) => format!(
                "{trials} trials are asked for, and {found} were found: the last {} brought nothing new",
                ui::count(draws, "draw")
            ),
        });
    }
    if let Some((trials, room)) = plan.search.trials.zip(draft.room()).filter(|(trials, room)| trials > room) {
        let room = ui::count(room, "point");
        context.ui.warning(&format!("{trials} trials are asked for, and there are no more than {room} to choose from"));
    }
    for parameter in plan.parameters.iter().filter(|parameter| parameter.group.is_none()) {
        let Some(Domain::Drawn(drawn)) = parameter.domain() else { continue };
        let count = draft.settled(parameter).and_then(|domain| domain.len()).unwrap_or_default();
        if count < drawn.size() {
            context.ui.warning(&format!(
                "{}: {} are asked for, and no more than {count} different ones were drawn: {}",
                parameter.name,
                ui::count(drawn.size() as u64, "value"),
                drawn.distribution().text()
            ));
        }
    }
}

/// Says how a program tells repeats from each other, where neither its command nor the definition does.
fn note_repeats(context: &Context<'_>, draft: &Draft) {
    let plan = draft.plan();
    let command = plan.run.command.as_deref().unwrap_or_default();
    let repeat = plan.repeat().filter(|repeat| repeat.is_outside());
    if let Some(repeat) =
        repeat.filter(|repeat| !command.contains(&format!("{{{}}}", repeat.name)) && repeat.env.is_none())
    {
        context.ui.note(&format!(
            "the repeats differ in {0} alone, which the program finds in ${1} (or by {{{0}}} in the command)",
            repeat.name,
            plan.variable(&repeat.name)
        ));
        if let Some((file, line)) = line_for(context, draft, command, repeat.name.as_str()) {
            let (path, file) = (ui::visible(&file), toml::Value::from(file.as_str()));
            context.ui.hint(&format!(
                "line {line} of {path} gives {0} its value: file = {file} under [params.{0}] in {1} has that rewritten",
                repeat.name,
                names::SPEC_FILE
            ));
        }
    }
}

/// The one line that gives `name` a number, in a file that parameters stand in or the command names; none where the program
/// asks for parameters in its environment.
fn line_for(context: &Context<'_>, draft: &Draft, command: &str, name: &str) -> Option<(String, usize)> {
    let repository = context.repository().ok()?;
    let base = draft.base();
    let sites = draft.plan().parameters.iter().flat_map(|parameter| &parameter.sites);
    let read = |path: &str| Some((path.to_owned(), repository.read_file(base, path).ok()??.bytes));
    let mut files: Vec<(String, Vec<u8>)> = sites.filter_map(|site| read(&site.file)).collect();
    files.extend(named_files(&repository, base, command).map(|(path, bytes)| (path.to_owned(), bytes)));
    if files.iter().any(|(_, bytes)| names_variables(&String::from_utf8_lossy(bytes))) {
        return None;
    }
    files.into_iter().find_map(|(path, bytes)| {
        let proposals = propose(&bytes, Language::of_file(&path, &bytes));
        let found = proposals.into_iter().find(|proposal| proposal.name == name && !proposal.is_variable)?;
        Some((path, found.line))
    })
}

/// `36 points (1 x 6 x 6)`
pub(super) fn factors(draft: &Draft) -> String {
    let factors = draft.factors().map(ToString::to_string).filter(|factors| factors.contains(" x "));
    let factors = factors.map_or_else(String::new, |factors| format!(" ({factors})"));
    format!("{}{factors}", ui::count(draft.total(), "point"))
}

/// All points as a table.
pub(super) fn list(context: &Context<'_>, draft: &Draft, format: Option<Format>) -> Result<()> {
    let format = super::output::format(format, None, "> points")?;
    let mut columns = vec![Column::new("point", Role::Point)];
    let names: Vec<&str> = draft.plan().parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    columns.extend(names.iter().map(|name| Column::new(*name, Role::Parameter)));
    let mut rows = Vec::new();
    for (index, proposal) in (1..).zip(draft.proposals()) {
        let point = proposal?.point;
        let mut row = vec![Cell::Value(Value::integer(index))];
        row.extend(names.iter().map(|name| point.get(name).map_or(Cell::Missing, |value| Cell::Value(value.clone()))));
        rows.push(row);
    }
    let table = Table::new(columns, rows)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let options =
        gitsweep::report::Options { width: ui::width(), styled: context.ui.is_styled(), ..Default::default() };
    gitsweep::report::write(&table, format, &options, &mut out)?;
    out.flush()?;
    Ok(())
}

pub(super) fn show(context: &Context<'_>, repository: &Repository, draft: &Draft, branch: Option<&str>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let plan = draft.plan();
    let name = branch.map_or_else(|| format!("{}-<date>", plan.name), str::to_owned);
    let count = first_in_words(draft).unwrap_or_else(|| factors(draft));
    writeln!(out, "{count} on branch {name}, from {}{}", repository.abbreviate(draft.base()), seed_in_words(draft))?;
    let width = plan.parameters.iter().map(|parameter| parameter.name.as_str().len()).max().unwrap_or(0);
    for parameter in &plan.parameters {
        let when = parameter.when.as_ref().map_or_else(String::new, |when| format!("   when {when}"));
        writeln!(out, "  {:width$}  {}{when}", parameter.name.as_str(), values_in_words(draft, parameter))?;
    }
    for constraint in &plan.search.constraints {
        writeln!(out, "  where {constraint}")?;
    }
    match &plan.run.command {
        Some(command) => writeln!(out, "  runs: {command}")?,
        None => writeln!(out, "  runs: nothing yet; give a command by [run] command or after --")?,
    }
    let line = |point: Option<&Point>| point.map_or_else(String::new, Point::brief);
    if !plan.parameters.is_empty() {
        writeln!(out, "first: {}", line(draft.first()))?;
    }
    if draft.total() > 1 {
        writeln!(out, "last:  {}", line(draft.last()))?;
    }
    for (which, point) in [("first", draft.first()), ("last", draft.last())] {
        let mut any = false;
        writeln!(out, "\nthe {which} point's diff:")?;
        for file in &point.map_or_else(|| Ok(Vec::new()), |point| draft.preview(point))? {
            let patch = gitsweep::git::unified_diff(&file.path, file.before.as_deref(), Some(&file.after))?;
            any |= !patch.is_empty();
            super::diff::print_patch(&mut out, context.ui, &patch)?;
        }
        if !any {
            writeln!(out, "{}", context.ui.paint(Look::Faint, "(none: the code has these values already)"))?;
        }
        // Where the first shows nothing, the last may show what is written, and where.
        if any || draft.total() < 2 {
            break;
        }
    }
    context.ui.note("nothing has been changed");
    Ok(())
}

/// The values of a parameter, the middle ones left out where there are many.
fn values_in_words(draft: &Draft, parameter: &Parameter) -> String {
    let domain = match &parameter.source {
        Source::Domain(domain) => domain,
        Source::Derived(expr) => return format!("= {expr}"),
        Source::Repeat | Source::Missing => {
            return format!("1 to {}", draft.plan().search.rounds());
        }
    };
    let settled = draft.settled(parameter);
    let settled = settled.as_ref().unwrap_or(domain);
    let search = &draft.plan().search;
    // A grid may take a part of them only.
    let takes_some = search.strategy.is(StrategyKind::Grid) || search.strategy.is(StrategyKind::Line);
    let taken = (takes_some && parameter.group.is_none()).then(|| settled.grid(search.grid_points)).flatten();
    let brief = |value: &Value| beginning(&value.to_trailer(), LONGEST_VALUE).into_owned();
    match taken.as_deref().or(settled.values()) {
        Some([first, second, rest @ .., last]) if rest.len() > 6 => {
            format!("{} {} ... {}", brief(first), brief(second), brief(last))
        }
        Some(values) => values.iter().map(brief).collect::<Vec<_>>().join(" "),
        None => domain.text(),
    }
}
