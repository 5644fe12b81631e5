//! Files of other programs in the place of a definition or of code.

use std::path::Path;

use anyhow::{Error, Result};

use gitsweep::command::quote;
use gitsweep::hint;
use gitsweep::point::ParamName;

/// Where it is told how the definitions of others are written here.
const GUIDE: &str = "README.md tells how it is written here, under \"Coming from Hydra, DVC, Optuna or W&B\"";

/// True for the keys of a W&B sweep at the top level of YAML.
fn is_sweep_of_wandb(text: &str) -> bool {
    ["method:", "parameters:"].iter().all(|key| text.lines().any(|line| line.starts_with(key)))
}

/// True for a file that holds keys and values and is no TOML, by its name.
fn is_other(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|other| extension == *other))
}

/// Refuses the definition of another program where numbers are looked for.
///
/// # Errors
/// If it is one.
pub fn refuse_sweep(path: &Path, text: &str) -> Result<()> {
    if is_other(path) && is_sweep_of_wandb(text) {
        return Err(hint::error(
            format!("{} looks like a W&B sweep and has nothing to vary itself", path.display()),
            GUIDE,
        ));
    }
    Ok(())
}

/// Why `KEY=VALUES`, as it is said to Hydra's multirun, is no file.
pub fn assignment(path: &Path) -> Option<Error> {
    let (word, (key, values)) = path.to_str().and_then(|word| Some((word, word.split_once('=')?)))?;
    ParamName::new(key.trim_start_matches('+')).ok()?;
    let is_list = values.contains(',') && !values.starts_with(['[', '(']);
    let meant = if is_list { format!("{key}=[{values}]") } else { word.to_owned() };
    Some(hint::error(
        format!("`{word}` stands where the file of a definition or a sweep is named, and there is no such file"),
        format!("what varies stands among the words of the command: gitsweep run -- python3 main.py {}", quote(&meant)),
    ))
}

/// Why a file is no definition, if its name and its text tell that it is none.
pub fn no_definition(path: &Path, text: &str) -> Option<Error> {
    let name = path.display();
    let is_code = path.extension().is_some_and(|extension| extension != "toml") && !is_other(path);
    if is_code && text.parse::<toml::Table>().is_err() {
        return Some(hint::error(
            format!("{name} is no definition of gitsweep's, which is a TOML file"),
            format!(
                "to vary what stands in it: gitsweep init {name}, or gitsweep create -f {name} -p 'NAME=[1, 2]' -- COMMAND"
            ),
        ));
    }
    (is_other(path) && text.parse::<toml::Table>().is_err()).then(|| {
        if is_sweep_of_wandb(text) {
            return hint::error(
                format!("{name} is no definition of gitsweep's, which is a TOML file; it looks like a W&B sweep"),
                GUIDE,
            );
        }
        hint::error(
            format!("{name} is no definition of gitsweep's, which is a TOML file"),
            format!("to vary what stands in it: gitsweep init {name}, or gitsweep create -f {name} -p 'KEY=[1, 2]' -- COMMAND"),
        )
    })
}
