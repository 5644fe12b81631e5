//! What is said where the command line cannot be understood: what is typed would be refused in any repository. What it names
//! and is not there, a sweep, a point or a column, is no wrong usage.

use std::io::Write as _;

use anyhow::{Error, Result};
use clap::error::{ContextKind, ContextValue, ErrorKind};

use gitsweep::expr::Expression;
use gitsweep::hint;

use crate::elsewhere;

/// An error in what was typed that clap has no word for; the exit code is clap's, too.
#[derive(Debug)]
pub struct Wrong(pub Error);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Wrong {}

/// Such an error, with the way out.
pub fn wrong(message: impl std::fmt::Display, way_out: impl std::fmt::Display) -> Error {
    Error::new(Wrong(hint::error(message, way_out)))
}

/// The expression that is typed behind a flag.
///
/// # Errors
/// If it cannot be read.
pub fn expression(flag: &str, text: &str) -> Result<Expression> {
    Expression::parse(text).map_err(|error| Error::new(Wrong(hint::with(format!("{flag}: {error}"), error.hint()))))
}

/// Says what is wrong with the command line, or shows the help that it asks for, and ends the program.
pub fn exit(mut error: clap::Error) -> ! {
    // That an unknown flag could be a value behind `--` is seldom what is meant, and hides what is.
    error.remove(ContextKind::Suggested);
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let elsewhere = called_otherwise(&error, &words);
    if elsewhere.is_some() {
        // What is spelt alike is no better guess.
        for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::Usage] {
            error.remove(kind);
        }
    }
    let _ = error.print();
    let dashes =
        "what runs a point comes last, after `--`, with its flags: gitsweep run -- python3 main.py --layers '[32, 64]'";
    let lacks_dashes = || error.kind() == ErrorKind::UnknownArgument && lacks_dashes(&words);
    if let Some(hint) = elsewhere.or_else(|| lacks_dashes().then_some(dashes)) {
        let _ = writeln!(std::io::stderr(), "hint: {hint}");
    }
    std::process::exit(error.exit_code())
}

/// What other programs mean by a command or flag that is none here.
fn called_otherwise(error: &clap::Error, words: &[String]) -> Option<&'static str> {
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => elsewhere::command(named(ContextKind::InvalidSubcommand)?),
        ErrorKind::UnknownArgument => {
            let flag = named(ContextKind::InvalidArg)?;
            words.iter().find_map(|word| elsewhere::flag(word, flag))
        }
        _ => None,
    }
}

/// True if a program seems to stand among the options of a command that takes one after `--`.
fn lacks_dashes(words: &[String]) -> bool {
    let takes_program = words.iter().any(|word| word == "run" || word == "create");
    takes_program && !words.iter().any(|word| word == "--")
}
