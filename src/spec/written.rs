//! Writing a plan as TOML that reads back as the same plan.

use std::fmt::Write as _;

use super::metric::Readings;
use super::plan::{Place, Plan, Source, StrategyPlan};
use crate::source::Occurrences;

impl Plan {
    /// The definition with every default resolved, as it stands in the sweep's commits.
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        let quote = toml_text;
        let duration = |span| quote(&humantime::format_duration(span).to_string());
        let list =
            |items: &[String]| format!("[{}]", items.iter().map(|item| quote(item)).collect::<Vec<_>>().join(", "));
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("name = {}", quote(&self.name)));
        line("\n[search]".to_owned());
        match &self.search.strategy {
            StrategyPlan::One(kind) => line(format!("strategy = {}", quote(kind.as_str()))),
            StrategyPlan::Mixture(shares) => {
                let shares: Vec<String> = shares.iter().map(|(kind, share)| format!("{kind} = {share:?}")).collect();
                line(format!("strategy = {{ {} }}", shares.join(", ")));
            }
        }
        let search = &self.search;
        for (key, number) in [("trials", search.trials), ("seed", search.seed), ("repeats", search.repeats)] {
            if let Some(number) = number {
                line(format!("{key} = {number}"));
            }
        }
        if let Some(points) = search.grid_points {
            line(format!("grid_points = {points}"));
        }
        if let Some(points) = &search.points {
            line(format!("points = {}", quote(points)));
        }
        if !search.constraints.is_empty() {
            let constraints: Vec<String> = search.constraints.iter().map(ToString::to_string).collect();
            line(format!("where = {}", list(&constraints)));
        }
        match (&search.objective, &search.objectives[..]) {
            (Some(objective), []) => {
                line(format!("objective = {}", quote(&objective.metric)));
                line(format!("direction = {}", quote(objective.direction.as_str())));
            }
            (_, objectives) if !objectives.is_empty() => {
                let texts: Vec<String> =
                    objectives.iter().map(|known| format!("{} {}", known.metric, known.direction.as_str())).collect();
                line(format!("objectives = {}", list(&texts)));
            }
            _ => {}
        }
        if let Some(learning) = &search.learning {
            learning.to_toml().lines().for_each(|text| line(text.to_owned()));
        }
        if let Some(stop) = &search.stop {
            stop.to_toml().lines().for_each(|text| line(text.to_owned()));
        }
        line("\n[run]".to_owned());
        if let Some(command) = &self.run.command {
            line(format!("command = {}", quote(command)));
        }
        if let Some(timeout) = self.run.timeout {
            line(format!("timeout = {}", duration(timeout)));
        }
        line(format!("grace = {}", duration(self.run.grace)));
        line(format!("link = {}", list(&self.run.link)));
        line(format!("discard = {}", list(&self.run.discard)));
        for parameter in &self.parameters {
            let table = format!("params.{}", toml_key(parameter.name.as_str()));
            line(format!("\n[{table}]"));
            match &parameter.source {
                Source::Domain(domain) => line(format!("values = {}", quote(&domain.text()))),
                Source::Derived(expr) => line(format!("expr = {}", quote(&expr.to_string()))),
                Source::Repeat | Source::Missing => {}
            }
            if let Some(when) = &parameter.when {
                line(format!("when = {}", quote(&when.to_string())));
            }
            for (key, text) in [("group", &parameter.group), ("env", &parameter.env)] {
                if let Some(text) = text {
                    line(format!("{key} = {}", quote(text)));
                }
            }
            if let Some(base) = &parameter.base {
                line(format!("base = {}", quote(&base.to_trailer())));
            }
            for site in &parameter.sites {
                if parameter.sites.len() > 1 || site.expr.is_some() {
                    line(format!("[[{table}.at]]"));
                }
                line(format!("file = {}", quote(&site.file)));
                match &site.place {
                    Place::Line(name) => line(format!("name = {}", quote(name))),
                    Place::Pattern(pattern) => line(format!("pattern = {}", quote(pattern))),
                    Place::Key(key) => line(format!("key = {}", quote(key))),
                }
                match site.occurrences {
                    Occurrences::Only => {}
                    Occurrences::All => line("occurrences = \"all\"".to_owned()),
                    Occurrences::Nth(number) => line(format!("occurrences = {number}")),
                }
                if let Some(format) = &site.format {
                    line(format!("format = {}", quote(&format.to_string())));
                }
                if let Some(expr) = &site.expr {
                    line(format!("expr = {}", quote(&expr.to_string())));
                }
            }
        }
        let read = [Readings::written(&self.metrics, &self.series), self.artifacts.written()];
        read.into_iter().filter(|tables| !tables.is_empty()).for_each(&mut line);
        self.queue.to_toml(&mut line);
        self.hooks.to_toml(&mut line);
        out
    }
}

/// The name as a key of TOML, in quotes only if it needs them.
pub fn toml_key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if is_bare { name.to_owned() } else { toml_text(name) }
}

/// The text as a string of TOML on one line.
pub(super) fn toml_text(text: &str) -> String {
    let spelt = toml::Value::from(text).to_string();
    if !spelt.starts_with("\"\"\"") && !spelt.starts_with("'''") {
        return spelt;
    }
    let mut spelt = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => spelt.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(spelt, "\\u{:04x}", u32::from(c));
            }
            c => spelt.push(c),
        }
    }
    spelt + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Flags, Typed};

    #[test]
    fn any_text_reads_back() {
        for text in ["plain", "it's", "\"a\"", "'a,b \"c\"'", "\\d\t", "'\\ \" #\n\u{1b}\u{7f}", "''' \"\"\"", ""] {
            let line = toml_text(text);
            assert!(!line.contains('\n'), "{line}");
            let table: toml::Table = format!("{} = {line}", toml_key(text)).parse().unwrap();
            assert_eq!(table[text].as_str(), Some(text), "{line}");
        }
    }

    #[test]
    fn a_plan_reads_back_as_the_same_plan() {
        let spec = r#"
            name = "odd"
            [search]
            objective = "a 'b' \"c\""
            [run]
            command = "echo '{x}' \"$y\"\nmore"
            timeout = "1h 30m"
            link = ["it's", "\"q\""]
            [params.x]
            values = ['a,b "c"', "it's", "3"]
            [params."y.z"]
            file = "m.py"
            pattern = """y = '(?<value>.*?)' "q" """
            occurrences = "all"
            format = "%.3e"
            values = { from = 0.1, to = 0.3, step = 0.1 }
            [metrics]
            "r'\"" = { stdout = 'rate: "([0-9]+)"' }
            [queue]
            jobs = 3
            spacing = "10s"
        "#;
        let plan = Plan::resolve(Typed::read(spec, "spec").unwrap(), "", &Flags::default()).unwrap();
        let written = plan.to_toml();
        assert_eq!(Plan::read_back(&written, "written").unwrap(), plan, "{written}");
        assert_eq!(Plan::read_back(&written, "written").unwrap().to_toml(), written);
    }
}
