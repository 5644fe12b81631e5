//! The first points of a search that grows: where the user starts it, and the initial design.

use anyhow::{Result, bail};

use crate::hint;
use crate::point::{ParamName, Point};
use crate::search::learn::{Encoding, Evolution, History, Observation, START, State};
use crate::search::{Draft, Free, Proposal, Space};
use crate::spec::{Growing, Method, Plan};
use crate::value::Value;

/// The points that are laid before there is any result.
pub(in crate::sweep) fn first_points(plan: &Plan, growing: &Growing, space: &Space) -> Result<Vec<Proposal>> {
    let encoding = Encoding::new(space);
    let trials = plan.search.trials;
    if trials == Some(0) {
        bail!("a search with 0 trials has no points");
    }
    if trials.is_none() && !growing.has_other_end() && encoding.size().is_none() {
        return Err(hint::error(
            "the search has no end: there is no end of points, and nothing says when it is enough",
            "say how many points there are to be: trials = 100 under [search], or --trials 100 (or search_time, run_time, \
             target, patience)",
        ));
    }
    let mut proposals: Vec<Proposal> = start(growing, space)?.into_iter().collect();
    let count = match growing.method {
        // There is a parent already.
        Method::Evolutionary(_) if !proposals.is_empty() => 0,
        _ => growing.first_points(&encoding, &plan.search),
    };
    let count = count.min(usize::try_from(trials.unwrap_or(u64::MAX)).unwrap_or(usize::MAX));
    if proposals.len() < count {
        let seed = plan.search.seed_or_zero();
        let history = History::new(proposals.iter().zip(0..).map(|(proposal, index)| Observation {
            index,
            point: proposal.point.clone(),
            state: State::InFlight,
            by: proposal.by.clone(),
        }));
        let learner = growing.learner(&plan.search);
        proposals.extend(learner.propose(space, &history, seed, count - proposals.len())?);
    }
    Ok(proposals)
}

/// The point that the user starts from, if there is one.
fn start(growing: &Growing, space: &Space) -> Result<Option<Proposal>> {
    let adds = |name: &str| {
        matches!(growing.method, Method::Evolutionary(_))
            && space.free().any(|(known, free)| known.as_str() == name && Evolution::adds(&free.domain))
    };
    let needed = space.free().any(|(name, _)| adds(name.as_str()));
    for (name, value) in &growing.start {
        let Some((_, free)) = space.free().find(|(known, _)| *known == name) else {
            let near = hint::near_miss(name.as_str(), space.free().map(|(known, _)| known.as_str()));
            return Err(hint::error(
                format!("the start has {name}, and there is no such parameter to choose"),
                near.map_or_else(|| "leave it out".to_owned(), |near| format!("did you mean {near}?")),
            ));
        };
        if !adds(name.as_str()) && !free.domain.contains(value) {
            bail!("the start {name}={value} is none of its values: {}", free.domain.text());
        }
    }
    if growing.start.is_empty() && !needed {
        return Ok(None);
    }
    let mut values: Vec<Value> = Vec::new();
    let mut without = Vec::new();
    for (name, free) in space.free() {
        let given = growing.start.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let is_step = adds(name.as_str());
        let base = free.base.clone().filter(|base| is_step || free.domain.contains(base));
        let value = given.or(base).or_else(|| (!is_step).then(|| free.domain.middle()));
        let Some(value) = value else {
            without.push((name, free));
            continue;
        };
        if is_step && !value.is_number() {
            let number = value.as_str().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '_');
            let number = Some(Value::guess(number)).filter(Value::is_number).unwrap_or_else(|| Value::guess("1.0"));
            return Err(hint::error(
                format!("{name} starts from `{value}`, to which no number can be added"),
                format!("give it a number to start from: --start {name}={number}"),
            ));
        }
        values.push(value);
    }
    if !without.is_empty() {
        return Err(no_start(&without));
    }
    let point: Option<Point> = space.complete(Draft::new(values), 1)?;
    let is_placed = |point: &Point| {
        matches!(growing.method, Method::Evolutionary(_)) || Encoding::new(space).encode(point).is_some()
    };
    if point.as_ref().is_some_and(|point| !is_placed(point)) {
        bail!("the start is no point of the space: parameters of a group take their values together");
    }
    let Some(point) = point else {
        return Err(hint::error(
            "the start does not keep the constraints",
            "start somewhere else: start = { x = 1.0 }",
        ));
    };
    Ok(Some(Proposal { point, by: Some(START.to_owned()) }))
}

/// Refuses parameters that have nothing to which their first step could be added.
fn no_start(without: &[(&ParamName, &Free)]) -> anyhow::Error {
    let all = |form: &dyn Fn(&ParamName) -> String| without.iter().map(|(name, _)| form(name)).collect::<Vec<_>>();
    let table = all(&|name| format!("{name} = 1.0")).join(", ");
    let flags = all(&|name| format!("--start {name}=1.0")).join(" ");
    let way_out = format!("start = {{ {table} }} under [search], or {flags}");
    match without {
        [(name, free)] => hint::error(
            format!(
                "{name} has no value to start from: with evolutionary, {} is the size of its steps",
                free.domain.text()
            ),
            format!("give it one: {way_out}"),
        ),
        _ => hint::error(
            format!(
                "{} have no values to start from: with evolutionary, a distribution is the size of the steps",
                hint::listed(&all(&ToString::to_string))
            ),
            format!("give them values: {way_out}"),
        ),
    }
}
