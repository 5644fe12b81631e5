//! What is wrong with the text of a definition, in words that its writer knows.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Deserializer};

use crate::hint;

/// What Rust calls the kinds of values, and what a user calls them.
const KINDS: [(&str, &str); 9] = [
    ("u64", "a whole number, 0 or more"),
    ("usize", "a whole number, 0 or more"),
    ("u32", "a whole number, 0 or more"),
    ("i64", "a whole number"),
    ("f64", "a number"),
    ("a string", "text in quotes"),
    ("a boolean", "true or false"),
    ("a sequence", "a list: [..., ...]"),
    ("a map", "a table: { name = value }"),
];

/// What may stand where a key takes several kinds of values.
const CHOICES: [(&str, &str); 5] = [
    ("TypedStrategy", "a name or shares: \"random\", or { grid = 0.25, random = 0.75 }"),
    ("OneOrMany", "text in quotes, or a list of such"),
    ("TypedFailures", "\"max\", \"nan\" or a number"),
    ("TypedOccurrences", "\"all\" or a number"),
    (
        "TypedMetric",
        "a pattern of the log, 'loss: (\\S+)', or a table: { stdout = 'loss: (\\S+)' } or { json = \"log.json\", key = \"loss\" }",
    ),
];

/// Keys by the names that other programs have for them: W&B, Optuna, Ray, DVC.
const SYNONYMS: [(&str, &[&str]); 21] = [
    ("strategy", &["method", "sampler", "algorithm", "search_type", "type", "optimizer"]),
    ("objective", &["metric", "monitor", "target_metric", "score"]),
    ("direction", &["goal", "mode"]),
    (
        "trials",
        &[
            "run_cap",
            "n_trials",
            "num_trials",
            "num_samples",
            "max_trials",
            "samples",
            "budget",
            "count",
            "n",
            "iterations",
        ],
    ),
    (
        "stop",
        &["early_terminate", "early_termination", "early_stop", "early_stopping", "pruner", "pruning", "scheduler"],
    ),
    ("repeats", &["seeds", "repetitions", "n_repeats", "replicates", "n_seeds"]),
    ("where", &["constraint", "constraints", "condition", "conditions", "filter"]),
    ("command", &["program", "cmd", "script", "exec", "entrypoint"]),
    ("timeout", &["max_time", "walltime", "time_limit", "limit"]),
    ("params", &["parameters", "parameter", "variables", "space", "search_space", "hyperparameters"]),
    ("rule", &["type", "name", "method"]),
    ("min_steps", &["min_iter", "grace_period", "min_resource", "n_warmup_steps", "warmup"]),
    ("max_steps", &["max_iter", "max_t", "max_resource"]),
    ("reduction", &["eta", "reduction_factor"]),
    ("min_runs", &["n_startup_trials", "startup"]),
    ("values", &["choices", "range", "options", "grid", "list", "vals"]),
    ("file", &["path", "source"]),
    ("pattern", &["regex", "regexp", "match"]),
    ("jobs", &["parallel", "n_jobs", "concurrency", "cores"]),
    ("stdout", &["log", "output"]),
    ("queue", &["queueing", "executor", "scheduler", "cluster"]),
];

/// What elsewhere says at once what a parameter may be.
const DOMAIN_KEYS: [&str; 11] =
    ["min", "max", "low", "high", "from", "to", "step", "type", "domain", "distribution", "bounds"];

/// What a job asks a cluster for.
const JOB_KEYS: [&str; 11] =
    ["slurm", "memory", "mem", "partition", "time", "cpus", "gpus", "account", "nodes", "gres", "qos"];

/// One thing that is wrong: in what words, where, and the way out.
struct Mistake {
    said: String,
    span: Option<Range<usize>>,
    hint: String,
    /// The key that was meant, where one is known by something like it.
    meant: Option<String>,
}

/// All that is wrong with a definition, of which `error` is the first; with the near miss instead of a list of all keys.
pub(super) fn explain<T: DeserializeOwned>(text: &str, label: &str, error: &toml::de::Error) -> anyhow::Error {
    let mut mistakes = vec![mistake(text, error)];
    if let Ok(mut table) = DeTable::parse(text) {
        while let Some(last) = mistakes.last()
            && let Some(span) = &last.span
            && set_right(table.get_mut(), span, last.meant.as_deref())
            && let Err(next) = T::deserialize(Deserializer::from(table.clone()))
            && !next.message().starts_with("missing field")
        {
            mistakes.push(mistake(text, &next));
        }
    }
    if let [only] = mistakes.as_slice() {
        return hint::error(format!("{label}: {}{}", only.said, place(text, only.span.as_ref())), &only.hint);
    }
    mistakes.sort_by_key(|mistake| mistake.span.as_ref().map(|span| span.start));
    // What several have for a way out is said once, below.
    let is_shared = |hint: &str| mistakes.iter().filter(|mistake| mistake.hint == hint).count() > 1;
    let mut shared: Vec<String> = Vec::new();
    let mut told = format!("{label} has {} mistakes", mistakes.len());
    for Mistake { said, span, hint, .. } in &mistakes {
        told.push_str(&format!("{} {said}", place(text, span.as_ref())));
        if !is_shared(hint) {
            told.push_str(&format!(": {hint}"));
        } else if !shared.contains(hint) {
            shared.push(hint.clone());
        }
    }
    hint::several(told, shared)
}

/// Takes what stands at `span` out of a table, or calls it by the name that was `meant`, so that what comes after it can be
/// read. False if nothing stands there.
fn set_right(table: &mut DeTable<'_>, span: &Range<usize>, meant: Option<&str>) -> bool {
    let is_there =
        |key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>| key.span() == *span || value.span() == *span;
    let found = table.iter().find(|(key, value)| is_there(key, value)).map(|(key, _)| key.get_ref().to_string());
    if let Some(found) = found {
        let entry = table.remove_entry(found.as_str());
        if let (Some((key, value)), Some(meant)) = (entry, meant) {
            match table.get_mut(meant).map(Spanned::get_mut) {
                None => {
                    table.insert(Spanned::new(key.span(), meant.to_owned().into()), value);
                }
                // Of two tables of one name all is read.
                Some(DeValue::Table(known)) => {
                    if let DeValue::Table(more) = value.into_inner() {
                        more.into_iter().for_each(|(key, value)| drop(known.insert(key, value)));
                    }
                }
                Some(_) => {}
            }
        }
        return true;
    }
    table.iter_mut().any(|(_, value)| match value.get_mut() {
        DeValue::Table(inner) => set_right(inner, span, meant),
        DeValue::Array(items) => items.iter_mut().any(|item| match item.get_mut() {
            DeValue::Table(inner) => set_right(inner, span, meant),
            _ => false,
        }),
        _ => false,
    })
}

/// What is wrong, in our words.
fn mistake(text: &str, error: &toml::de::Error) -> Mistake {
    let message = error.message().trim();
    let span = error.span();
    let before = text.get(..span.as_ref().map_or(0, |span| span.start)).unwrap_or_default();
    let meant = span.clone().and_then(|span| text.get(span)).unwrap_or_default();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (said, hint) = match (message.starts_with("unknown field"), quoted.as_slice()) {
        (true, [typed, known @ ..]) => (format!("unknown key `{typed}`"), instead(typed, known)),
        _ if is_parameter(before) => (
            "expected a table".to_owned(),
            "a parameter is a table: [params.g_e] with file = \"model.py\" and values = [1, 2, 3] below it".to_owned(),
        ),
        _ if message.starts_with("invalid fraction") => (
            "a digit has to follow the point of a number".to_owned(),
            "`68.` is written 68.0; between quotes, or in -p, it may stay: values = \"[68., 128.]\"".to_owned(),
        ),
        _ if message.starts_with("invalid mantissa") => (
            "a digit has to come before the point of a number".to_owned(),
            "`.5` is written 0.5; between quotes, or in -p, it may stay: values = \"[.5, .7]\"".to_owned(),
        ),
        _ if message.starts_with("string values must be quoted") && !meant.contains(['"', '\'', '\n']) => {
            (message.to_owned(), format!("write \"{meant}\""))
        }
        _ if message.starts_with("duplicate key") => (
            format!("duplicate key `{}`", meant.trim()),
            "say all of it in one place: of a parameter all values at once, values = [1, 2, 3]".to_owned(),
        ),
        _ if message.starts_with("missing comma between array elements") && before.ends_with('\n') => {
            (message.to_owned(), "a list that is begun above is not ended: a `]` is missing there".to_owned())
        }
        _ if message.starts_with("missing escaped value") => (
            "a `\\` between \"...\" begins an escape".to_owned(),
            "between '...' it stands for itself, as regular expressions want it: 'rate: (\\d+)'".to_owned(),
        ),
        _ => match kind(message) {
            Some((said, wanted)) => (said, written(meant, wanted)),
            None => (message.to_owned(), "gitsweep init FILE writes a commented definition to start from".to_owned()),
        },
    };
    let known_as = match (message.starts_with("unknown field"), quoted.as_slice()) {
        (true, [typed, known @ ..]) => hint::near_miss(typed, known.iter().copied()).map(str::to_owned),
        _ => None,
    };
    Mistake { said, span, hint, meant: known_as }
}

/// What is to be written in place of an unknown key, where these are known.
fn instead(typed: &str, known: &[&str]) -> String {
    let lower = typed.to_lowercase();
    let is_one_of = |names: &[&str]| names.contains(&lower.as_str());
    let elsewhere = SYNONYMS.iter().find(|(key, names)| known.contains(key) && is_one_of(names)).map(|(key, _)| *key);
    if let Some(key) = elsewhere.or_else(|| hint::near_miss(typed, known.iter().copied())) {
        return format!("did you mean `{key}`?");
    }
    if known.contains(&"values") && is_one_of(&DOMAIN_KEYS) {
        return "what a parameter may be stands in values: values = { from = 0.5, to = 3.0, step = 0.5 }; all between two bounds \
                is values = { type = \"continuous\", domain = [1e-5, 0.1], transformation = \"log\" }"
            .to_owned();
    }
    if is_one_of(&JOB_KEYS) && (known.contains(&"params") || known.contains(&"command") || known.contains(&"jobs")) {
        return "what a job asks for stands under [queue.slurm]: partition, time, mem, cpus, gpus, ...".to_owned();
    }
    format!("known here: {}", known.join(", "))
}

/// True if what comes after `before` stands in the place of a parameter's table: `g = [1, 2]` below `[params]`.
fn is_parameter(before: &str) -> bool {
    let mut lines = before.lines().rev();
    let is_inside = lines.next().is_some_and(|line| line.contains('{'));
    let header = lines.map(str::trim).find(|line| line.starts_with('['));
    !is_inside && header.is_some_and(|header| header.starts_with("[params]"))
}

/// What is said of a value of the wrong kind, and what was wanted.
fn kind(message: &str) -> Option<(String, &'static str)> {
    if let Some(name) = message.strip_prefix("data did not match any variant of untagged enum ") {
        let wanted = CHOICES.iter().find(|(known, _)| *known == name).map(|(_, wanted)| *wanted)?;
        return Some((format!("expected {wanted}"), wanted));
    }
    let (_, wanted) = message.strip_prefix("invalid ")?.split_once(", expected ")?;
    let wanted = KINDS.iter().chain(&CHOICES).find(|(known, _)| *known == wanted).map(|(_, wanted)| *wanted)?;
    Some((format!("expected {wanted}"), wanted))
}

/// How what was meant is written, as far as can be told.
fn written(meant: &str, wanted: &str) -> String {
    let bare = meant.trim_matches(['"', '\'']);
    let is_number = bare.parse::<f64>().is_ok();
    match wanted {
        "text in quotes" if is_number => format!("write \"{bare}\"; a time has a unit: \"{bare}h\", \"{bare}s\""),
        "text in quotes" => format!("write \"{bare}\""),
        "true or false" => "without quotes".to_owned(),
        _ if wanted.contains("number") && bare != meant && is_number => format!("without quotes: {bare}"),
        _ if wanted.starts_with("a whole number") => "write digits alone, such as 20".to_owned(),
        _ if wanted.starts_with("a list") && !meant.starts_with('{') => format!("write [{meant}]"),
        _ => "gitsweep init FILE writes a commented definition to start from".to_owned(),
    }
}

/// The line of the text with a caret under what is meant.
fn place(text: &str, span: Option<&Range<usize>>) -> String {
    let Some(span) = span.filter(|span| span.start <= text.len()) else { return String::new() };
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let number = text[..start].matches('\n').count() + 1;
    let line = text[start..].lines().next().unwrap_or_default();
    let column = text[start..span.start].chars().count();
    let length = text.get(span.clone()).map_or(1, |meant| meant.lines().next().unwrap_or_default().chars().count());
    let margin = " ".repeat(number.to_string().len());
    format!(
        "\n{margin} |\n{number} | {line}\n{margin} | {}{}",
        " ".repeat(column),
        "^".repeat(length.clamp(1, line.chars().count().saturating_sub(column).max(1)))
    )
}
