//! The keys of Gaussian processes in the definition.

use anyhow::{Result, bail};

use super::one_or_many::OneOrMany;
use super::toml_text::toml_text;
use super::typed::{TypedFailures, TypedSearch};
use crate::hint::{self, near_miss};
use crate::search::learn::{Acquisition, BayesianSettings, Choice, Estimation, Failures, Kernel, Scale};

fn kernels() -> [(&'static str, Kernel); 3] {
    Kernel::ALL.map(|kernel| (kernel.as_str(), kernel))
}

fn acquisitions() -> [(&'static str, Acquisition); 3] {
    Acquisition::ALL.map(|acquisition| (acquisition.as_str(), acquisition))
}

fn estimations() -> [(&'static str, Estimation); 3] {
    Estimation::ALL.map(|estimation| (estimation.as_str(), estimation))
}

const SCALES: [(&str, Scale); 2] = [("none", Scale::Linear), ("log", Scale::Log)];

/// What the words mean.
///
/// # Errors
/// If one means nothing, with the near miss.
pub(super) fn settings(typed: &TypedSearch) -> Result<BayesianSettings> {
    let default = BayesianSettings::default();
    let scale = match typed.objective_transformation.as_deref() {
        None => default.scale,
        Some(word) if ["neg", "neglog"].iter().any(|neg| neg.eq_ignore_ascii_case(word)) => {
            let log = if word.eq_ignore_ascii_case("neglog") { ", objective_transformation = \"log\"" } else { "" };
            return Err(hint::error(
                format!("objective_transformation = \"{word}\": a sign is a direction here"),
                format!("direction = \"maximize\"{log}"),
            ));
        }
        Some(word) => one("objective_transformation", word, &SCALES)?,
    };
    let failures = match &typed.failures {
        None => default.failures,
        Some(TypedFailures::Number(number)) if number.is_nan() => Failures::Ignored,
        Some(TypedFailures::Number(number)) if number.is_infinite() => {
            return Err(hint::error(
                format!("failures = {number}: a model can take in finite values only"),
                "failures = \"max\" takes a failure for worse than all results",
            ));
        }
        Some(TypedFailures::Number(number)) => Failures::Value(*number),
        Some(TypedFailures::Word(word)) => {
            one("failures", word, &[("max", Failures::Worst), ("nan", Failures::Ignored)])?
        }
    };
    Ok(BayesianSettings {
        kernel: several("kernel", typed.kernel.as_ref(), &kernels())?.unwrap_or(default.kernel),
        acquisition: several("acquisition", typed.acquisition.as_ref(), &acquisitions())?
            .unwrap_or(default.acquisition),
        estimation: several("estimation", typed.estimation.as_ref(), &estimations())?.unwrap_or(default.estimation),
        scale,
        normalize: typed.normalize.unwrap_or(default.normalize),
        exact: typed.exact.unwrap_or(default.exact),
        failures,
        restarts: typed.restarts,
    })
}

/// The lines of what is not as it is by default.
pub(super) fn lines(settings: &BayesianSettings) -> Vec<(&'static str, String)> {
    let default = BayesianSettings::default();
    let mut lines = Vec::new();
    lines.extend(names(&settings.kernel, &kernels()).map(|value| ("kernel", value)));
    lines.extend(names(&settings.acquisition, &acquisitions()).map(|value| ("acquisition", value)));
    lines.extend(names(&settings.estimation, &estimations()).map(|value| ("estimation", value)));
    if settings.scale != default.scale {
        lines.push(("objective_transformation", toml_text(name(&settings.scale, &SCALES))));
    }
    if settings.normalize != default.normalize {
        lines.push(("normalize", settings.normalize.to_string()));
    }
    if settings.exact != default.exact {
        lines.push(("exact", settings.exact.to_string()));
    }
    lines.extend(settings.restarts.map(|restarts| ("restarts", restarts.to_string())));
    match settings.failures {
        Failures::Worst => {}
        Failures::Ignored => lines.push(("failures", "\"nan\"".to_owned())),
        Failures::Value(number) => lines.push(("failures", format!("{number:?}"))),
    }
    lines
}

fn one<T: Clone>(key: &str, word: &str, known: &[(&str, T)]) -> Result<T> {
    if let Some((_, meant)) = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
        return Ok(meant.clone());
    }
    let names = || known.iter().map(|(name, _)| *name);
    Err(hint::error(
        format!("{key} = \"{word}\" means nothing"),
        near_miss(word, names()).map_or_else(
            || format!("it is one of: {}", names().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        ),
    ))
}

fn several<T: Clone>(key: &str, typed: Option<&OneOrMany>, known: &[(&str, T)]) -> Result<Option<Choice<T>>> {
    let words = match typed {
        None => return Ok(None),
        Some(OneOrMany::One(word)) => vec![word],
        Some(OneOrMany::Many(words)) => words.iter().collect(),
    };
    if words.is_empty() {
        bail!("{key} is an empty list");
    }
    Ok(Some(Choice::OneOf(words.into_iter().map(|word| one(key, word, known)).collect::<Result<_>>()?)))
}

fn names<T: PartialEq>(choice: &Choice<T>, known: &[(&str, T)]) -> Option<String> {
    match choice {
        Choice::Best => None,
        Choice::OneOf(chosen) => {
            let words: Vec<String> = chosen.iter().map(|chosen| toml_text(name(chosen, known))).collect();
            Some(format!("[{}]", words.join(", ")))
        }
    }
}

fn name<'n, T: PartialEq>(meant: &T, known: &[(&'n str, T)]) -> &'n str {
    known.iter().find(|(_, known)| known == meant).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_as_what_was_read() {
        let text = "kernel = [\"RatQuad\", \"ExpQuad\"]\nacquisition = [\"LCB\"]\nestimation = [\"MLE\"]\n\
                    objective_transformation = \"log\"\nnormalize = false\nexact = true\nrestarts = false\nfailures = 2.5\n";
        let read = |text: &str| settings(&toml::from_str(text).unwrap()).unwrap();
        let written: String = lines(&read(text)).into_iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        assert_eq!(written, text);
        assert_eq!(read(&written), read(text));
        assert_eq!((read(text).restarts, read("").restarts), (Some(false), None));
        assert!(lines(&read("")).is_empty());
    }
}
