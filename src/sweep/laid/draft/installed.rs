//! A Python environment that has the package of the user's checkout installed in place (`pip install -e .`): what runs
//! with it imports the code that lies there, whatever the point's own code says.

use std::path::{Path, PathBuf};

use crate::git::Repository;
use crate::spec::Plan;

/// Variables by which a shell says which environment it is in.
const ACTIVE: [&str; 2] = ["VIRTUAL_ENV", "CONDA_PREFIX"];

/// What is to be said of environments by which no run would find its own code.
pub(super) fn installed(repository: &Repository, plan: &Plan) -> Vec<String> {
    let (Some(command), Some(top)) = (&plan.run.command, repository.main_workdir()) else { return Vec::new() };
    let Ok(top) = top.canonicalize() else { return Vec::new() };
    if command.contains("PYTHONPATH") {
        return Vec::new();
    }
    let told = |environment: PathBuf| {
        let (file, folder) = code_of(&environment, &top)?;
        let inside = folder.strip_prefix(&top).ok()?.to_str()?;
        // Python looks first in the folder of the script, or where it was started.
        if inside.is_empty() && is_at_top(command) {
            return None;
        }
        let path = if inside.is_empty() { "$PWD".to_owned() } else { format!("$PWD/{inside}") };
        let is_simple = !command.contains([';', '&', '|', '\n']);
        let way_out = if is_simple {
            format!("PYTHONPATH={path} {command}")
        } else {
            format!("PYTHONPATH={path}; export PYTHONPATH; {command}")
        };
        Some(format!(
            "{} has the code of this checkout installed in place ({file}), and runs would import that instead of their own: \
             command = {}",
            environment.strip_prefix(&top).unwrap_or(&environment).display(),
            toml::Value::from(way_out)
        ))
    };
    let mut environments = environments(command, &top);
    environments.sort();
    environments.dedup();
    environments.into_iter().filter_map(told).collect()
}

/// The words of a command, without what shells have around them.
fn words(command: &str) -> impl Iterator<Item = &str> {
    command.split(|c: char| c.is_whitespace() || "'\"();&|<>".contains(c)).filter(|word| !word.is_empty())
}

/// The environments whose programs the command names.
fn environments(command: &str, top: &Path) -> Vec<PathBuf> {
    let named = words(command).filter_map(|word| word.split_once("/bin/")).map(|(prefix, _)| top.join(prefix));
    let has_one =
        |prefix: &PathBuf| words(command).any(|word| !word.contains('/') && prefix.join("bin").join(word).is_file());
    let active = ACTIVE.iter().filter_map(std::env::var_os).map(PathBuf::from).filter(has_one);
    named.chain(active).collect()
}

/// The first folder of the checkout `top` that an environment imports from, and the file that says so.
fn code_of(environment: &Path, top: &Path) -> Option<(String, PathBuf)> {
    let lib = std::fs::read_dir(environment.join("lib")).ok()?;
    let mut files: Vec<PathBuf> = lib
        .flatten()
        .filter_map(|python| std::fs::read_dir(python.path().join("site-packages")).ok())
        .flat_map(|packages| packages.flatten().map(|file| file.path()))
        .collect();
    files.sort();
    files.iter().find_map(|file| {
        let name = file.file_name()?.to_str()?;
        let is_finder = name.starts_with("__editable__") && name.ends_with(".py");
        let text = (is_finder || name.ends_with(".pth")).then(|| std::fs::read_to_string(file).ok())??;
        let folder = text.split(['\'', '"', '\n']).find_map(|path| {
            let path =
                Path::new(path.trim()).canonicalize().ok().filter(|path| path.is_dir() && path.starts_with(top))?;
            let is_its_own = environment.canonicalize().is_ok_and(|environment| path.starts_with(environment));
            // A finder names the package itself, and a path file the folder that it lies in.
            let folder = if is_finder { path.parent().unwrap_or(&path).to_owned() } else { path };
            (!is_its_own).then_some(folder)
        })?;
        Some((name.to_owned(), folder))
    })
}

/// True if the command runs a module or script that lies at the top.
fn is_at_top(command: &str) -> bool {
    words(command).any(|word| word == "-m" || word.ends_with(".py") && !word.trim_start_matches("./").contains('/'))
}
