//! `gitsweep init`

mod makefile;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::script::{self, Runner};
use super::{Context, DONE, foreign};
use crate::ui;
use gitsweep::filesystem::persist;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::names;
use gitsweep::source::{Declaration, Language, Proposal, declarations, long_lines, propose};
use gitsweep::space::Domain;
use gitsweep::spec::toml_key;
use gitsweep::unfinished;

/// Folders that runs need and that are seldom committed.
const NEEDED: [&str; 10] =
    ["data", "datasets", "dataset", "input", "inputs", "weights", ".venv", "venv", "env", "node_modules"];

/// More proposals than this from one file are left out of the file and only counted.
const MOST_PROPOSALS: usize = 40;

/// Write a commented gitsweep.toml that proposes the `name = number` lines of FILE as parameters
///
/// Of a JSON file in which a value is a table such as {"type": "continuous", "domain": [10, 1e4]}, as in hp_search's
/// model_config.json, these are the parameters.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  gitsweep init src/model.py")]
pub struct Args {
    /// Source files with the numbers that you want to vary, or a JSON file of domains
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Overwrite a gitsweep.toml that is there
    #[arg(long)]
    force: bool,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let top = repository
        .workdir()
        .context("a bare repository has no checkout to write into")?
        .canonicalize()
        .context("cannot find the checkout")?;
    let target = top.join(names::SPEC_FILE);
    // Another one in the user's folder is not meant.
    let is_at_top = context.folder.canonicalize().is_ok_and(|folder| folder == top);
    let place = if is_at_top { "" } else { " at the top of the repository" };
    if target.exists() && !args.force {
        return Err(hint::error(
            format!("there is a {}{place} already", names::SPEC_FILE),
            "edit it, or overwrite it with --force",
        ));
    }
    let mut proposed = Proposed::default();
    for file in &args.files {
        proposed.take(context, &repository, &top, file)?;
    }
    // What the author says of how it is run is surer than what a file's name tells.
    let makefile = makefile::command(&top);
    if let Some((command, _)) = &makefile {
        proposed.runner = Some(Runner::Itself(command.clone()));
    }
    write(&repository, &top, &target, &proposed)?;
    let Proposed { names, is_declared, .. } = &proposed;
    for name in names.iter().take(MOST_PROPOSALS) {
        writeln!(std::io::stdout(), "{name}")?;
    }
    let files = args.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
    if args.files.is_empty() {
        context.ui.note(&format!("wrote {}{place} with an example to fill in", names::SPEC_FILE));
    } else {
        let parameters = ui::count(names.len() as u64, "possible parameter");
        context.ui.note(&format!("found {parameters} in {files} and wrote {}{place}", names::SPEC_FILE));
        for (name, file) in &proposed.known {
            context.ui.note(&format!(
                "{name} stands in {file}, too: to have it written in both, give it a second place, [[params.{}.at]]",
                toml_key(name)
            ));
        }
    }
    for (file, count) in &proposed.long_lines {
        context.ui.note(&format!(
            "passed over {} of {file}, of more than 5,000 bytes: a name in there can be given values all the same",
            ui::count(*count as u64, "line")
        ));
    }
    match (&makefile, &proposed.runner) {
        (Some((command, file)), _) => context.ui.note(&format!("the command is {command}, a target of {file}")),
        (None, Some(Runner::Other(command))) => {
            context.ui.note(&format!("the command is {command}, which loads {}", proposed.run_file));
        }
        (None, Some(Runner::Guess(command))) => {
            context
                .ui
                .note(&format!("the command, {command}, is a guess from the file's name: [run] says what runs it"));
        }
        (None, Some(Runner::Itself(_)) | None) => {}
    }
    let is_runnable = proposed.runner.is_some();
    context.ui.note(match (*is_declared, &makefile) {
        _ if names.is_empty() => {
            "next: say under [params] what to vary, and under [run] what runs it, then gitsweep create --dry-run"
        }
        (false, _) if !is_runnable => {
            "next: say under [run] what runs it; give values to those that you want to vary, take the others out, then gitsweep \
             create --dry-run"
        }
        (true, Some(_)) => "next: gitsweep create --dry-run",
        (true, None) => "next: say under [run] what runs it, then gitsweep create --dry-run",
        (false, _) => {
            "next: give values to those that you want to vary, take the others out, then gitsweep create --dry-run"
        }
    });
    Ok(DONE)
}

/// What files propose.
#[derive(Default)]
struct Proposed {
    /// The parameters as they are written.
    parameters: String,
    /// Their names, those that are left out of the file among them.
    names: Vec<String>,
    /// Names that an earlier file has already, with the file in which they stand again.
    known: Vec<(String, String)>,
    /// What runs the files.
    runner: Option<Runner>,
    /// The file for which it was found.
    run_file: String,
    /// True if a file says itself what its values may be.
    is_declared: bool,
    /// Files with lines that are too long to be looked at, and how many these are.
    long_lines: Vec<(String, usize)>,
}

impl Proposed {
    /// Takes what one more file proposes.
    fn take(&mut self, context: &Context<'_>, repository: &Repository, top: &Path, file: &Path) -> Result<()> {
        let path = context.folder.join(file);
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        foreign::refuse_sweep(file, &String::from_utf8_lossy(&bytes))?;
        let whole = path.canonicalize().with_context(|| format!("cannot read {}", path.display()))?;
        let inside = whole.strip_prefix(top).map_err(|_| {
            hint::error(
                format!("{} is not in the repository", file.display()),
                "name files of the repository that you are in",
            )
        })?;
        let inside = inside.to_string_lossy().into_owned();
        let language = Language::of_file(&inside, &bytes);
        let declared = if language == Language::Json { declarations(&bytes) } else { Vec::new() };
        if declared.is_empty() {
            if self.runner.is_none() {
                self.runner = script::runner(repository, &inside, &bytes);
                self.run_file.clone_from(&inside);
            }
            let long = long_lines(&bytes, language);
            self.long_lines.extend((long > 0).then(|| (inside.clone(), long)));
            self.take_numbers(&inside, propose(&bytes, language));
        } else {
            // Such a file says itself what is to be varied: its plain numbers are not.
            for declaration in declared.iter().take(MOST_PROPOSALS) {
                declared_parameter(&mut self.parameters, &inside, declaration);
            }
            self.names.extend(declared.iter().map(|declaration| declaration.key.to_string()));
            self.is_declared = true;
        }
        Ok(())
    }

    /// Takes the `name = number` lines of a file.
    fn take_numbers(&mut self, file: &str, proposals: Vec<Proposal>) {
        let (known, new): (Vec<Proposal>, Vec<Proposal>) =
            proposals.into_iter().partition(|proposal| self.names.contains(&proposal.name));
        self.known.extend(known.into_iter().map(|proposal| (proposal.name, file.to_owned())));
        for Proposal { name, line, value, comment, is_variable } in new.iter().take(MOST_PROPOSALS) {
            let comment = comment.as_deref().map_or_else(String::new, |comment| format!("  {}", comment.trim()));
            let out = &mut self.parameters;
            let _ = writeln!(out, "\n[params.{}]", toml_key(name));
            let _ = if *is_variable {
                writeln!(out, "env = {}   # line {line} of {file}{comment}", toml::Value::from(name.as_str()))
            } else {
                writeln!(out, "file = {}   # line {line}{comment}", toml::Value::from(file))
            };
            let _ = writeln!(out, "values = [{}]{}", toml_number(value), suggestion(value));
        }
        self.names.extend(new.into_iter().map(|proposal| proposal.name));
    }
}

/// Writes the definition, whole or not at all.
fn write(repository: &Repository, top: &Path, target: &Path, proposed: &Proposed) -> Result<()> {
    let Proposed { parameters, runner, is_declared, .. } = proposed;
    let command = runner.as_ref().map_or("./simulate", Runner::command);
    let guess = match runner {
        Some(Runner::Guess(_)) => "   # a guess from the file's name",
        None => "   # an example: what runs it stands here",
        _ => "",
    };
    let text = TEMPLATE
        .replace("@GRID_POINTS@", if *is_declared { GRID_POINTS } else { "" })
        .replace("@COMMAND@", &format!("{}{guess}", toml::Value::from(command)))
        .replace("@LINK@", &link_line(&linkable(repository, top)))
        .replace("@PARAMS@", if parameters.is_empty() { EXAMPLE } else { parameters });
    let mut file = unfinished::new_in(top).context("cannot write in the repository's folder")?;
    file.as_file_mut().write_all(text.as_bytes())?;
    persist(file, target).with_context(|| format!("cannot write {}", target.display()))
}

/// Folders at the top of the checkout that runs are likely to need, which git ignores and which are no part of a commit.
fn linkable(repository: &Repository, top: &Path) -> Vec<&'static str> {
    let head = repository.head().ok();
    let is_committed = |name: &str| head.is_some_and(|head| repository.describe_path(head, name).is_some());
    NEEDED
        .into_iter()
        .filter(|name| top.join(name).is_dir() && repository.is_ignored_folder(name) && !is_committed(name))
        .collect()
}

/// The line of the definition that says what is linked.
fn link_line(found: &[&str]) -> String {
    if found.is_empty() {
        return "# link = [\"data\", \".venv\"]      # untracked paths to link into each run's checkout\n".to_owned();
    }
    let names: Vec<String> = found.iter().map(|name| format!("\"{name}\"")).collect();
    format!(
        "link = [{}]   # git ignores them: linked into each run's checkout; take out what runs do not need\n",
        names.join(", ")
    )
}

/// A parameter of which the file says what it may be.
fn declared_parameter(out: &mut String, file: &str, declaration: &Declaration) {
    let key = declaration.key.to_string();
    let domain = Domain::parse(&declaration.text).map_or_else(|_| declaration.text.clone(), |domain| domain.text());
    let is_table = format!("x = {domain}").parse::<toml::Table>().is_ok();
    let values = if is_table { domain } else { toml::Value::from(domain).to_string() };
    let _ = writeln!(out, "\n[params.{}]", toml_key(&key));
    let _ = writeln!(out, "file = {}   # line {}", toml::Value::from(file), declaration.line);
    let _ = writeln!(out, "key = {}", toml::Value::from(key));
    let _ = writeln!(out, "values = {values}");
}

/// The number as TOML can spell it.
fn toml_number(value: &gitsweep::value::Value) -> String {
    let is_toml = |literal: &str| format!("x = {literal}").parse::<toml::Table>().is_ok();
    let literal = value.as_str();
    if is_toml(literal) {
        return literal.to_owned();
    }
    // TOML has digits on both sides of a point: 1. is 1.0 there, and .5 is 0.5.
    literal
        .split_once('.')
        .map(|(whole, part)| {
            let whole =
                if whole.ends_with(|c: char| c.is_ascii_digit()) { whole.to_owned() } else { format!("{whole}0") };
            let part =
                if part.starts_with(|c: char| c.is_ascii_digit()) { part.to_owned() } else { format!("0{part}") };
            format!("{whole}.{part}")
        })
        .filter(|mended| value.is_number() && is_toml(mended))
        .unwrap_or_else(|| toml::Value::from(literal).to_string())
}

/// A range around the number, as an idea.
fn suggestion(value: &gitsweep::value::Value) -> String {
    use gitsweep::value::Kind;
    match (value.kind(), value.as_f64()) {
        (Kind::Integer, Some(number)) if (2.0..1e6).contains(&number) => {
            let number = number as i64;
            format!("   # such as [{}, {number}, {}]", number / 2, number * 2)
        }
        (Kind::Decimal, Some(number)) if number != 0.0 && number.is_finite() => {
            let [half, double] = [number / 2.0, number * 2.0].map(gitsweep::value::Value::float);
            format!("   # such as [{half}, {}, {double}]", toml_number(value))
        }
        _ => String::new(),
    }
}

const EXAMPLE: &str = "
# [params.g_e]
# file = \"src/model.py\"                            # the line `g_e = <value>` of this file is rewritten
# values = { from = 0.5, to = 3.0, step = 0.5 }     # both ends included
";

const GRID_POINTS: &str =
    "grid_points = 3                 # of a parameter whose values have no end: both bounds and the middle\n";

const TEMPLATE: &str = "# A sweep: which numbers of the code to vary, and how to run it.
# gitsweep create --dry-run shows what this means; gitsweep create lays the branch; gitsweep queue runs it.

# name = \"conductances\"         # the branch is this and the date; without it the strategy's name, as grid_search

[search]
strategy = \"grid\"               # every combination; the last parameter varies fastest
@GRID_POINTS@# objective = \"score\"           # the metric to look for
# direction = \"minimize\"

[run]
command = @COMMAND@
# timeout = \"2h\"                # a run that takes longer is ended
@LINK@
# Metrics are read from output.json (a number, a list, or an object of numbers), which the program writes into its
# working directory or to $GITSWEEP_OUTPUT, and from what it prints:
# [metrics]
# rate = { stdout = 'rate: ([-+0-9.eE]+)' }

# Values: [1, 2, 3], { from = 0.5, to = 3.0, step = 0.5 }, or text such as \"linspace(0, 1, 11)\", \"(1, 10, 2)\".
# A line that the name alone does not find: pattern = '(?m)^\\s*g_e := (?<value>.*?);'
@PARAMS@";
