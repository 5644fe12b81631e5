//! Who commits, and when.

use anyhow::Result;

use super::{Repository, hint};

/// Who commits, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    author: String,
    committer: String,
    seconds: i64,
    /// Minutes east of Greenwich.
    offset: i16,
}

impl Identity {
    /// The user's identity as git has it (`user.name`, `GIT_AUTHOR_NAME` and the like), at the given time.
    ///
    /// # Errors
    /// If git knows no name or address.
    pub fn of_user(repository: &Repository, seconds: i64, offset_minutes: i16) -> Result<Self> {
        let person = |role: &str| {
            let look_up = |what: &str| {
                let variable = format!("GIT_{}_{}", role.to_uppercase(), what.to_uppercase());
                std::env::var(variable)
                    .ok()
                    .or_else(|| repository.config(&format!("{role}.{what}")))
                    .or_else(|| repository.config(&format!("user.{what}")))
                    .or_else(|| if what == "email" { std::env::var("EMAIL").ok() } else { None })
                    .map(|text| clean(&text))
                    .filter(|text| !text.is_empty())
            };
            match (look_up("name"), look_up("email")) {
                (Some(name), Some(email)) => Ok(format!("{name} <{email}>")),
                (name, _) => Err(hint::error(
                    format!("git does not know your {}", if name.is_none() { "name" } else { "address" }),
                    "tell it: git config --global user.name \"Your Name\" && git config --global user.email you@example.org",
                )),
            }
        };
        Ok(Self { author: person("author")?, committer: person("committer")?, seconds, offset: offset_minutes })
    }

    /// The identity that notes get where git knows no user: results are never held back for the lack of a name.
    pub fn of_tool(seconds: i64) -> Self {
        let person = "gitsweep <gitsweep@localhost>".to_owned();
        Self { author: person.clone(), committer: person, seconds, offset: 0 }
    }

    /// The lines of a commit that say so.
    pub(super) fn lines(&self) -> String {
        let (sign, offset) = if self.offset < 0 { ('-', -self.offset) } else { ('+', self.offset) };
        let when = format!("{} {sign}{:02}{:02}", self.seconds, offset / 60, offset % 60);
        format!("author {} {when}\ncommitter {} {when}\n", self.author, self.committer)
    }
}

/// Without what git forbids in a name, as git itself cleans it.
fn clean(text: &str) -> String {
    let without: String = text.chars().filter(|c| !matches!(c, '<' | '>' | '\n' | '\0')).collect();
    without
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ':' | ';' | '"' | '\\' | '\''))
        .to_owned()
}
