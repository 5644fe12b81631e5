//! The functions that a domain may be written with.

use bigdecimal::{BigDecimal, ToPrimitive};

use super::error::Fault;
use super::finite::{Finite, Set, check_count};
use super::progression::{End, Progression, Term};
use super::reading::list;
use super::signature::{Arguments, Parameter, Signature, default, needed};
use super::spacing::{Scale, Spacing};
use super::tree::{Call, Node, Tree};
use super::{Domain, samplers};
use crate::hint::near_miss;
use crate::value::Value;

const BETWEEN: &[Parameter] = &[needed("start"), needed("stop"), default("num", "50"), default("endpoint", "True")];
const LINSPACE: Signature = Signature::new("linspace", BETWEEN);
const LOGSPACE: Signature = Signature { tail: &[default("base", "10")], ..Signature::new("logspace", BETWEEN) };
const GEOMSPACE: Signature = Signature::new("geomspace", BETWEEN);
const ARANGE: Signature = Signature::new("arange", &[needed("start"), needed("stop"), default("step", "1")]);
/// numpy's name of a list.
const ARRAY: &str = "array";
const ARANGE_STOP: Signature = Signature::new("arange", &[needed("stop"), default("step", "1")]);

/// Python's own module, which is refused in words: its `randint` has both ends in, and its `triangular` the mode last.
const PYTHONS: &str = "random.";
/// Module names that may stand before a function's, longer ones first.
const PREFIXES: [&str; 6] = ["numpy.random.", "np.random.", "numpy.", "np.", "randopt.", "ro."];

/// Names that Hydra, Optuna and W&B have for what is written otherwise here, and how.
const ELSEWHERE: [(&[&str], &str); 5] = [
    (
        &["log_uniform", "log_uniform_values", "suggest_loguniform"],
        "loguniform(1e-5, 1e-1), between the bounds themselves",
    ),
    (
        &["interval", "suggest_float", "suggest_uniform"],
        "uniform(0, 1), or loguniform(1e-5, 1e-1) on a logarithmic scale",
    ),
    (&["int_uniform", "suggest_int"], "{ type = integer, domain = [1, 64] }, both bounds in"),
    (&["q_uniform", "suggest_discrete_uniform"], "uniform(0, 10, step=0.5)"),
    (&["categorical", "suggest_categorical"], "a list: ['relu', 'tanh']"),
];

/// The domain that a call stands for.
pub(super) fn domain(call: &Call) -> Result<Domain, Fault> {
    let name = plain_name(&call.name);
    if name == ARRAY {
        return array(call);
    }
    match set(call, &name)? {
        Some(set) => Ok(Domain::Finite(Finite::from(set))),
        None => samplers::domain(call, &name)?.ok_or_else(|| unknown(call, &name)),
    }
}

/// True if `name` is that of a function that makes domains, here or elsewhere, or so near to one that it is meant.
pub fn is_function(name: &str) -> bool {
    let name = plain_name(name);
    let name = name.strip_prefix(PYTHONS).unwrap_or(&name);
    let sets = [LINSPACE, LOGSPACE, GEOMSPACE, ARANGE].map(|signature| signature.name);
    let known = || sets.into_iter().chain([ARRAY]).chain(samplers::names());
    known().any(|known| known == name) || elsewhere(name).is_some() || near_miss(name, known()).is_some()
}

/// How that is written here for which other programs have the function `name`.
fn elsewhere(name: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(names, _)| names.contains(&name)).map(|(_, written)| *written)
}

/// numpy's `array([1, 2, 3])`, which is the list in it.
fn array(call: &Call) -> Result<Domain, Fault> {
    match call.positional.as_slice() {
        [Node { tree: Tree::List(items) | Tree::Tuple(items), span }] if call.keyword.is_empty() => {
            Ok(Domain::Finite(Finite::from(Set::List(list(items, span.start)?))))
        }
        _ => Err(Fault::new(call.at, "expected an array of one list, array([1, 2, 3])")),
    }
}

/// The set of values that a call stands for; `None` if its function is no set.
fn set(call: &Call, name: &str) -> Result<Option<Set>, Fault> {
    let set = match name {
        "linspace" => {
            let arguments = LINSPACE.bind(call)?;
            spacing(Scale::Linear, call, &arguments)?
        }
        "logspace" => {
            let arguments = LOGSPACE.bind(call)?;
            let base = arguments.get("base").map_or_else(|| Ok(Value::integer(10)), base)?;
            spacing(Scale::Exponents(base), call, &arguments)?
        }
        "geomspace" => {
            let arguments = GEOMSPACE.bind(call)?;
            spacing(Scale::Logarithms, call, &arguments)?
        }
        "arange" | "range" => arange(call)?,
        _ => return Ok(None),
    };
    Ok(Some(set))
}

/// A function's name without its module, in lower case.
pub(super) fn plain_name(name: &str) -> String {
    let name = name.to_lowercase();
    PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(&name).to_owned()
}

fn unknown(call: &Call, name: &str) -> Fault {
    let fault = Fault::new(call.at, format!("there is no function `{}`", call.name));
    if name.starts_with(PYTHONS) {
        return fault.with_hint(
            "names and arguments are numpy's: np.random.uniform(0, 1), normal(0, 1), randint(1, 7) for 1 to 6",
        );
    }
    if let Some(written) = elsewhere(name) {
        return fault.with_hint(format!("here that is written {written}"));
    }
    let sets = [LINSPACE, LOGSPACE, GEOMSPACE, ARANGE].map(|signature| signature.name);
    match near_miss(name, sets.into_iter().chain(samplers::names())) {
        Some(name) => fault.with_hint(format!("did you mean `{name}`?")),
        None => fault.with_hint("text with brackets in it goes between quotes"),
    }
}

fn spacing(scale: Scale, call: &Call, arguments: &Arguments<'_>) -> Result<Set, Fault> {
    let term = |name| arguments.get(name).map_or_else(|| Ok(Term::implied(0, call.close)), Term::of);
    let (start, stop) = (term("start")?, term("stop")?);
    let count = arguments.get("num").map_or(Ok(50), count)?;
    let with_stop = arguments.get("endpoint").map_or(Ok(true), truth)?;
    Spacing::new(scale, &start, &stop, count, with_stop).map(Set::Spacing)
}

fn arange(call: &Call) -> Result<Set, Fault> {
    let only_stop = call.positional.len() == 1 && !call.keyword.iter().any(|field| field.key == "stop");
    let only_named_stop = call.positional.is_empty() && !call.keyword.iter().any(|field| field.key == "start");
    let signature = if only_stop || only_named_stop { ARANGE_STOP } else { ARANGE };
    let arguments = signature.bind(call)?;
    let term = |name, implied| arguments.get(name).map_or_else(|| Ok(Term::implied(implied, call.close)), Term::of);
    let (start, stop, step) = (term("start", 0)?, term("stop", 0)?, term("step", 1)?);
    Progression::new(start, stop, step, End::LeftOut).map(Set::Progression)
}

/// A number of values.
pub(super) fn count(node: &Node) -> Result<usize, Fault> {
    let number = node.value().and_then(|value| value.exact()).filter(BigDecimal::is_integer);
    match number {
        Some(number) if number.sign() != bigdecimal::num_bigint::Sign::Minus => {
            check_count(number.to_usize(), number.with_scale(0), node.at())
        }
        _ => Err(Fault::new(node.at(), "expected a number of values")),
    }
}

/// The base of a logarithm.
fn base(node: &Node) -> Result<Value, Fault> {
    match node.value() {
        Some(value) if value.as_f64().is_some_and(|base| base > 0.0 && base.is_finite()) => Ok(value),
        _ => Err(Fault::new(node.at(), "expected a base above zero")),
    }
}

/// `True` or `False`, in any case.
pub(super) fn truth(node: &Node) -> Result<bool, Fault> {
    match node.value().map(|value| value.as_str().to_lowercase()).as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(Fault::new(node.at(), "expected True or False")),
    }
}
