//! Which script of the base commit runs a file that others only load: `import config`, `. ./config.sh`,
//! `source("config.R")`, `include("config.jl")`.

use std::collections::HashSet;

use anyhow::Result;

use gitsweep::command::quote;
use gitsweep::git::Repository;

/// In a repository with more scripts of the language than this none is looked for.
const MOST_SCRIPTS: usize = 1000;

/// What Python calls the module that it was started with.
const MAIN_MODULE: &str = "__main__";

/// What runs a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Runner {
    /// The file itself, as its name has it: nothing says so.
    Guess(String),
    /// The file itself, which says so.
    Itself(String),
    /// This command, whose script loads the file.
    Other(String),
}

impl Runner {
    /// The command, as a shell takes it.
    pub fn command(&self) -> &str {
        match self {
            Self::Guess(command) | Self::Itself(command) | Self::Other(command) => command,
        }
    }
}

/// What runs a file, by its extension; a shell script that says which shell it is for (`#!/bin/bash`) is run by that one.
pub fn command_for(path: &str, text: &str) -> Option<String> {
    let interpreter = match path.rsplit_once('.')?.1 {
        "py" => "python3",
        "R" | "r" => "Rscript",
        "jl" => "julia",
        "sh" | "bash" => shell(text).unwrap_or(if path.ends_with("bash") { "bash" } else { "sh" }),
        "m" => "octave",
        "pl" => "perl",
        "lua" => "lua",
        "js" => "node",
        "hoc" => "nrniv",
        _ => return None,
    };
    Some(format!("{interpreter} {}", quote(path)))
}

/// The shell that the first line of a script names: `#!/bin/bash -e`, `#!/usr/bin/env bash`.
fn shell(text: &str) -> Option<&str> {
    let line = text.lines().next()?.strip_prefix("#!")?;
    let mut names = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    names.find(|name| *name != "env" && !name.starts_with('-')).filter(|name| name.ends_with("sh"))
}

/// What runs the file `path`, which holds `bytes`; `None` if its name tells nothing.
pub fn runner(repository: &Repository, path: &str, bytes: &[u8]) -> Option<Runner> {
    let file = Script { path: path.to_owned(), text: String::from_utf8_lossy(bytes).into_owned() };
    let by_name = command_for(path, &file.text)?;
    if file.is_main() {
        return Some(Runner::Itself(by_name));
    }
    // Without a commit there is nothing to look through yet.
    let others = scripts_beside(repository, path).unwrap_or_default();
    let other = main_script(&file, &others).and_then(Script::command);
    Some(other.map_or(Runner::Guess(by_name), Runner::Other))
}

/// A file of the base commit.
struct Script {
    path: String,
    text: String,
}

/// The other files of the base commit in the same language, tests left out.
fn scripts_beside(repository: &Repository, path: &str) -> Result<Vec<Script>> {
    let head = repository.head()?;
    let is_test = |path: &str| {
        let is_tests = |part: &str| part.starts_with("test") || part == "conftest.py" || part == "docs";
        path.split('/').any(is_tests) || stem(path).ends_with("_test")
    };
    let mut files = repository.list_files(head)?;
    files.retain(|file| file != path && extension(file) == extension(path) && !is_test(file));
    if files.len() > MOST_SCRIPTS {
        return Ok(Vec::new());
    }
    let mut scripts = Vec::new();
    for path in files {
        if let Some(file) = repository.read_file(head, &path)? {
            scripts.push(Script { path, text: String::from_utf8_lossy(&file.bytes).into_owned() });
        }
    }
    Ok(scripts)
}

/// The one script that loads `file`, itself or through others, and that no other loads.
fn main_script<'s>(file: &'s Script, others: &'s [Script]) -> Option<&'s Script> {
    let mut seen = HashSet::from([file.path.as_str()]);
    let mut open = vec![file];
    let mut mains = Vec::new();
    while let Some(script) = open.pop() {
        let all = others.iter().chain([file]);
        let loaders: Vec<&Script> = all.filter(|other| other.loads(&script.path)).collect();
        if loaders.is_empty() && script.path != file.path && stem(&script.path) != "__init__" {
            mains.push(script);
        }
        open.extend(loaders.into_iter().filter(|loader| seen.insert(&loader.path)));
    }
    let guarded: Vec<&Script> = mains.iter().copied().filter(|script| script.is_main()).collect();
    match (&mains[..], &guarded[..]) {
        ([only], _) | (_, [only]) => Some(only),
        _ => None,
    }
}

impl Script {
    /// True if it is Python that says what it does when it is run.
    fn is_main(&self) -> bool {
        let guards = |line: &str| line.starts_with("if ") && line.contains("__name__") && line.contains(MAIN_MODULE);
        extension(&self.path) == "py" && (stem(&self.path) == MAIN_MODULE || self.text.lines().any(guards))
    }

    /// True if it loads the file `path` of its language.
    fn loads(&self, path: &str) -> bool {
        let lines = || self.text.lines().map(str::trim);
        match extension(path) {
            "py" => lines().any(|line| imports(line, &self.path, path)),
            "sh" => {
                let loaded = |line: &str| {
                    let word = line.strip_prefix("source ").or_else(|| line.strip_prefix(". "))?;
                    Some(names_file(word.split([';', '&', '#']).next()?.trim(), path))
                };
                lines().any(|line| loaded(line) == Some(true))
            }
            "R" | "r" => lines().any(|line| quoted_behind(line, "source(", path)),
            "jl" => lines().any(|line| quoted_behind(line, "include(", path)),
            _ => false,
        }
    }

    /// What runs it from the top of the repository.
    fn command(&self) -> Option<String> {
        let is_relative = self.text.lines().any(|line| line.trim().starts_with("from ."));
        if extension(&self.path) != "py" || !is_relative {
            return command_for(&self.path, &self.text);
        }
        let (variable, inside) = match self.path.strip_prefix("src/") {
            Some(inside) => ("PYTHONPATH=src ", inside),
            None => ("", self.path.as_str()),
        };
        let module = module(inside);
        Some(format!("{variable}python3 -m {}", quote(module.strip_suffix(".__main__").unwrap_or(&module))))
    }
}

/// True if this line of the Python file `importer` imports the module that `path` is.
fn imports(line: &str, importer: &str, path: &str) -> bool {
    let whole = module(path);
    let (package, name) = whole.rsplit_once('.').unwrap_or(("", &whole));
    let is_sibling = folder(importer) == folder(path);
    let ends = |of: &str, module: &str| of == module || of.ends_with(&format!(".{module}"));
    // The name alone is that of a file beside; with its package it is told from anywhere.
    let is_module = |module: &str| match module.strip_prefix('.') {
        Some(_) => ends(&whole, module.trim_start_matches('.')),
        None => ends(&whole, module) && (module.contains('.') || is_sibling || package.is_empty() || package == "src"),
    };
    let words = |list: &str| -> Vec<String> {
        let items = list.split('#').next().unwrap_or_default().split(',');
        items.filter_map(|item| item.trim_matches([' ', '(', ')']).split(' ').next().map(str::to_owned)).collect()
    };
    if let Some(list) = line.strip_prefix("import ") {
        return words(list).iter().any(|module| is_module(module));
    }
    let Some((from, list)) = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import ")) else {
        return false;
    };
    let from = from.trim();
    let is_package = match from.strip_prefix('.') {
        Some("") => is_sibling,
        _ => !package.is_empty() && ends(package, from.trim_start_matches('.')),
    };
    is_module(from) || is_package && words(list).iter().any(|word| word == name)
}

/// True if a string behind `word` is a path to the file.
fn quoted_behind(line: &str, word: &str, path: &str) -> bool {
    let rest = line.split_once(word).filter(|(before, _)| !before.contains('#')).map(|(_, rest)| rest);
    rest.is_some_and(|rest| rest.split(['"', '\'']).any(|part| names_file(part, path)))
}

/// True if the last part of what a script has for a path is the file's name.
fn names_file(written: &str, path: &str) -> bool {
    written.trim_matches(['"', '\'']).rsplit('/').next() == path.rsplit('/').next()
}

/// `src/net/model.py` as Python names it from the top of the repository.
fn module(path: &str) -> String {
    path.rsplit_once('.').map_or(path, |(path, _)| path).replace('/', ".")
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What runs the first of these files; `None` if nothing tells.
    fn command(files: &[(&str, &str)]) -> Option<String> {
        let mut scripts: Vec<Script> =
            files.iter().map(|&(path, text)| Script { path: path.to_owned(), text: text.to_owned() }).collect();
        let file = scripts.remove(0);
        main_script(&file, &scripts).and_then(Script::command)
    }

    #[test]
    fn the_script_that_loads_a_file_runs_it() {
        for (files, expected) in [
            (
                vec![("config.py", ""), ("main.py", "import os, config\n"), ("other.py", "import os\n")],
                "python3 main.py",
            ),
            (vec![("src/p/config.py", ""), ("run.py", "from p.config import lr\n")], "python3 run.py"),
            (vec![("src/p/config.py", ""), ("run.py", "from src.p import a, config as c\n")], "python3 run.py"),
            (vec![("src/config.py", ""), ("src/run.py", "import config as c\n")], "python3 src/run.py"),
            (
                vec![
                    ("p/config.py", ""),
                    ("p/model.py", "from .config import lr\n"),
                    ("run.py", "from p import model\n"),
                ],
                "python3 run.py",
            ),
            (vec![("p/config.py", ""), ("p/run.py", "from . import config\n")], "python3 -m p.run"),
            (
                vec![("src/p/config.py", ""), ("src/p/__main__.py", "from .config import a\n")],
                "PYTHONPATH=src python3 -m p",
            ),
            (
                vec![
                    ("config.py", ""),
                    ("plot.py", "import config\n"),
                    ("fit.py", "import config\nif __name__ == '__main__':\n    fit()\n"),
                ],
                "python3 fit.py",
            ),
            (vec![("conf/c.sh", ""), ("run.sh", "set -e\n. \"$(dirname \"$0\")/conf/c.sh\"\n")], "sh run.sh"),
            (vec![("c.sh", ""), ("run.sh", "source ./c.sh  # numbers\n")], "sh run.sh"),
            (vec![("R/c.R", ""), ("run.R", "source('R/c.R')\n")], "Rscript run.R"),
            (vec![("c.jl", ""), ("run.jl", "include(\"c.jl\")\n")], "julia run.jl"),
        ] {
            assert_eq!(command(&files).as_deref(), Some(expected), "{files:?}");
        }
    }

    #[test]
    fn where_several_or_none_load_a_file_nothing_tells_what_runs_it() {
        for files in [
            vec![("config.py", ""), ("a.py", "import configs\n# import config\n"), ("b.py", "from x import y\n")],
            vec![("config.py", ""), ("a.py", "import config\n"), ("b.py", "import config\n")],
            vec![("p/config.py", ""), ("q/a.py", "import config\n")],
            vec![("p/config.py", ""), ("p/__init__.py", "from .config import a\n")],
            vec![("a.py", "import b\n"), ("b.py", "import a\n")],
            vec![("c.sh", ""), ("run.sh", "cat c.sh\n# . ./c.sh\n")],
        ] {
            assert_eq!(command(&files), None, "{files:?}");
        }
    }
}
