//! Programs: what a command begins with, looked for before anything is laid.

use std::path::Path;
use std::process::Command;

use strsim::damerau_levenshtein;

use gitsweep::command::quote;
use gitsweep::git::Repository;
use gitsweep::hint::near_miss;
use gitsweep::sweep::Draft;

/// What is wrong with a command that begins with a file of the user's which sh does not run, `main.py`, and the way out.
pub(super) fn unrunnable(repository: &Repository, draft: &Draft) -> Option<(String, String)> {
    let word = draft.plan().run.command.as_deref()?.split_whitespace().next()?;
    let path = word.strip_prefix("./").unwrap_or(word);
    let (problem, by_itself) = if word.contains('/') {
        let is_file = repository.describe_path(draft.base(), path) == Some("a file");
        if !is_file || repository.is_executable(draft.base(), path) {
            return None;
        }
        let by_itself = format!("git update-index --chmod=+x {}, and commit that", quote(path));
        (format!("`{word}` may not be executed in the base commit"), by_itself)
    } else {
        let top = repository.workdir().filter(|top| top.join(word).is_file())?;
        if is_command("sh", word, top)? {
            return None;
        }
        (format!("`{word}` is a file of the repository and no command"), format!("./{word} would run it"))
    };
    let file = repository.read_file(draft.base(), path).ok().flatten();
    let text = file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).unwrap_or_default();
    let meant = super::script::command_for(path, &text).map(|command| format!("{command} would run it"));
    Some((problem, meant.unwrap_or(by_itself)))
}

/// What is wrong with a command that begins with the name of a program which is not on this machine, and the way out.
pub(super) fn unknown(repository: &Repository, draft: &Draft) -> Option<(String, String)> {
    let command = draft.plan().run.command.as_deref()?;
    let mut words = command.split_whitespace();
    let word = words.next()?;
    // What sh would take for anything else is left to it, as the functions that it is to define.
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    let is_function = words.next().is_some_and(|next| next.starts_with('('));
    let folder = repository.workdir()?;
    if !word.chars().all(is_name) || is_function || is_command("sh", word, folder)? {
        return None;
    }
    // `source`, or `module` where it is a function.
    if is_command("bash", word, folder) == Some(true) {
        let way_out = format!("bash would run it: bash -c {}", quote(command));
        return Some((format!("`{word}` is bash's, and sh does not know it"), way_out));
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let entries = std::env::split_paths(&folders).filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
    let mut known: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    known.sort();
    // Among thousands of names there is one that is a little like any other.
    let is_near = |near: &&str| damerau_levenshtein(word, near) <= 1;
    let way_out = match near_miss(word, known.iter().map(String::as_str)).filter(is_near) {
        Some(near) => format!("did you mean {near}? Else install it, or name it by its path"),
        None => "install it, or name it by its path".to_owned(),
    };
    Some((format!("there is no program `{word}` on this machine"), way_out))
}

/// True if that shell in this folder knows a command of that name; nothing if that cannot be told.
fn is_command(shell: &str, word: &str, folder: &Path) -> Option<bool> {
    let asked = Command::new(shell).args(["-c", "command -v \"$1\"", shell, word]).current_dir(folder).output().ok()?;
    Some(asked.status.success())
}
