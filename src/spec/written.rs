//! Writing a plan as TOML that reads back as the same plan.

use super::metric::Readings;
use super::parameter::{Parameter, Place, SitePlan, Source};
use super::plan::{Plan, RunDefinition, Search};
use super::strategy::StrategyPlan;
use super::toml_text::{toml_key, toml_list, toml_text};
use crate::source::Occurrences;

impl Plan {
    /// The definition with every default resolved, as it stands in the sweep's commits.
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("name = {}", toml_text(&self.name)));
        write_search(&self.search, &mut line);
        write_run(&self.run, &mut line);
        self.parameters.iter().for_each(|parameter| write_parameter(parameter, &mut line));
        let read = [Readings::written(&self.metrics, &self.series), self.artifacts.written()];
        read.into_iter().filter(|tables| !tables.is_empty()).for_each(&mut line);
        self.queue.to_toml(&mut line);
        self.hooks.to_toml(&mut line);
        out
    }
}

fn write_search(search: &Search, line: &mut dyn FnMut(String)) {
    line("\n[search]".to_owned());
    match &search.strategy {
        StrategyPlan::One(kind) => line(format!("strategy = {}", toml_text(kind.as_str()))),
        StrategyPlan::Mixture(shares) => {
            let shares: Vec<String> = shares.iter().map(|(kind, share)| format!("{kind} = {share:?}")).collect();
            line(format!("strategy = {{ {} }}", shares.join(", ")));
        }
    }
    for (key, number) in [("trials", search.trials), ("seed", search.seed), ("repeats", search.repeats)] {
        if let Some(number) = number {
            line(format!("{key} = {number}"));
        }
    }
    if let Some(points) = search.grid_points {
        line(format!("grid_points = {points}"));
    }
    if let Some(points) = &search.points {
        line(format!("points = {}", toml_text(points)));
    }
    if !search.constraints.is_empty() {
        let constraints: Vec<String> = search.constraints.iter().map(ToString::to_string).collect();
        line(format!("where = {}", toml_list(&constraints)));
    }
    match (&search.objective, &search.objectives[..]) {
        (Some(objective), []) => {
            line(format!("objective = {}", toml_text(&objective.metric)));
            line(format!("direction = {}", toml_text(objective.direction.as_str())));
        }
        (_, objectives) if !objectives.is_empty() => {
            let texts: Vec<String> =
                objectives.iter().map(|known| format!("{} {}", known.metric, known.direction.as_str())).collect();
            line(format!("objectives = {}", toml_list(&texts)));
        }
        _ => {}
    }
    if let Some(growing) = &search.growing {
        growing.to_toml().lines().for_each(|text| line(text.to_owned()));
    }
    if let Some(stop) = &search.stop {
        stop.to_toml().lines().for_each(|text| line(text.to_owned()));
    }
}

fn write_run(run: &RunDefinition, line: &mut dyn FnMut(String)) {
    let duration = |span| toml_text(&humantime::format_duration(span).to_string());
    line("\n[run]".to_owned());
    if let Some(command) = &run.command {
        line(format!("command = {}", toml_text(command)));
    }
    if let Some(timeout) = run.timeout {
        line(format!("timeout = {}", duration(timeout)));
    }
    line(format!("grace = {}", duration(run.grace)));
    line(format!("link = {}", toml_list(&run.link)));
    line(format!("discard = {}", toml_list(&run.discard)));
}

fn write_parameter(parameter: &Parameter, line: &mut dyn FnMut(String)) {
    let table = format!("params.{}", toml_key(parameter.name.as_str()));
    line(format!("\n[{table}]"));
    match &parameter.source {
        Source::Domain(domain) => line(format!("values = {}", toml_text(&domain.text()))),
        Source::Derived(expr) => line(format!("expr = {}", toml_text(&expr.to_string()))),
        Source::Repeat | Source::Missing => {}
    }
    if let Some(when) = &parameter.when {
        line(format!("when = {}", toml_text(&when.to_string())));
    }
    for (key, text) in [("group", &parameter.group), ("env", &parameter.env)] {
        if let Some(text) = text {
            line(format!("{key} = {}", toml_text(text)));
        }
    }
    if let Some(base) = &parameter.base {
        line(format!("base = {}", toml_text(&base.to_trailer())));
    }
    for site in &parameter.sites {
        if parameter.sites.len() > 1 || site.expr.is_some() {
            line(format!("[[{table}.at]]"));
        }
        write_site(site, line);
    }
}

fn write_site(site: &SitePlan, line: &mut dyn FnMut(String)) {
    line(format!("file = {}", toml_text(&site.file)));
    match &site.place {
        Place::Line(name) => line(format!("name = {}", toml_text(name))),
        Place::Pattern(pattern) => line(format!("pattern = {}", toml_text(pattern))),
        Place::Key(key) => line(format!("key = {}", toml_text(key))),
    }
    match site.occurrences {
        Occurrences::Only => {}
        Occurrences::All => line("occurrences = \"all\"".to_owned()),
        Occurrences::Nth(number) => line(format!("occurrences = {number}")),
    }
    if let Some(format) = &site.format {
        line(format!("format = {}", toml_text(&format.to_string())));
    }
    if let Some(expr) = &site.expr {
        line(format!("expr = {}", toml_text(&expr.to_string())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Flags, Typed};

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
