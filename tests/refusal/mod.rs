//! What is refused: said, with the way out, and nothing is changed.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use super::common::Repo;

/// All that a refused command must leave alone: the user's state, every ref, every object.
pub fn everything(repo: &Repo) -> String {
    format!("{}{}{}", repo.users_state(), repo.git(["for-each-ref"]), repo.git(["count-objects", "-v"]))
}

/// Asserts that `create` refuses `arguments` with code 1, says all of `words`, and changes nothing.
pub fn refuses(repo: &Repo, arguments: &[&str], words: &[&str]) {
    refuses_command(repo, &[&["create"], arguments].concat(), words);
}

/// The same of any command.
pub fn refuses_command(repo: &Repo, arguments: &[&str], words: &[&str]) {
    refuses_with(1, repo, arguments, words);
}

/// The same of what is wrong in the command line itself.
pub fn refuses_usage(repo: &Repo, arguments: &[&str], words: &[&str]) {
    refuses_with(2, repo, arguments, words);
}

fn refuses_with(code: i32, repo: &Repo, arguments: &[&str], words: &[&str]) {
    let before = everything(repo);
    let said = repo.run(arguments);
    assert_eq!(said.code, code, "{arguments:?}: {}{}", said.out, said.err);
    assert!(said.err.lines().any(|line| line.starts_with("error: ")), "{arguments:?}: {}", said.err);
    for word in words {
        assert!(said.err.contains(word), "{arguments:?}: no `{word}` in\n{}", said.err);
    }
    assert_eq!(said.out, "");
    assert_eq!(everything(repo), before, "{arguments:?}");
}
