//! `gitsweep logs`

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Seek as _, SeekFrom, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::point::find_point;
use super::{Context, DONE, outcomes};
use gitsweep::command::quote;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::names;
use gitsweep::sweep::{Standings, Sweep};
use gitsweep::trial::Trial;

const FOLLOW_EVERY: Duration = Duration::from_millis(200);

/// What a point's program printed
#[derive(clap::Args)]
pub struct Args {
    /// A point: its number, SWEEP:NUMBER, a commit, or best for the best by the objective
    #[arg(value_name = "POINT")]
    point: String,
    /// Go on as the program prints, until it ends
    #[arg(short, long)]
    follow: bool,
    /// Which attempt [default: the newest]
    #[arg(long, value_name = "N")]
    attempt: Option<u64>,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    outcomes::fold_quietly(context, &repository);
    let standings = Standings::read(&repository)?;
    let (sweep, trial) = find_point(&repository, &standings, &args.point)?;
    let (attempt, path) = newest_log(&repository, &standings, &sweep, &trial, args.attempt)?;
    let mut file = File::open(&path).map_err(|error| {
        let index = trial.label.index;
        let why = match error.kind() {
            io::ErrorKind::NotFound => format!("{} is not on this machine, or was deleted", path.display()),
            _ => format!("{}: {error}", path.display()),
        };
        hint::error(
            format!("there is no log of point {index}, attempt {attempt}: {why}"),
            format!(
                "run folders stay on the machine (or the shared folder) where the point ran; gitsweep show {}:{index} says where",
                quote(&sweep.branch)
            ),
        )
    })?;
    let mut out = Screen { inner: io::stdout().lock(), is_terminal: io::stdout().is_terminal() };
    io::copy(&mut file, &mut out)?;
    while args.follow && is_running(&repository, &trial, attempt)? {
        out.flush()?;
        std::thread::sleep(FOLLOW_EVERY);
        io::copy(&mut file, &mut out)?;
    }
    // What came between the last look at the file and the end of the run.
    let at = file.stream_position()?;
    file.seek(SeekFrom::Start(at))?;
    let mut rest = Vec::new();
    file.read_to_end(&mut rest)?;
    out.write_all(&rest)?;
    out.flush()?;
    Ok(DONE)
}

/// Standard output. On a terminal, bytes that would steer it do nothing, but for colours and line ends.
struct Screen<W> {
    inner: W,
    is_terminal: bool,
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.inner.write(bytes);
        }
        let mut rest = bytes;
        while let [byte, after @ ..] = rest {
            let colour = after.strip_prefix(b"[").and_then(|code| {
                let length = code.iter().position(|b| !b.is_ascii_digit() && *b != b';')?;
                (code[length] == b'm').then_some(length + 3)
            });
            match (*byte, colour) {
                (0x1b, Some(length)) => {
                    self.inner.write_all(&rest[..length])?;
                    rest = &rest[length..];
                }
                (b'\n' | b'\r' | b'\t' | 0x20..=0x7e | 0x80.., _) => {
                    self.inner.write_all(&[*byte])?;
                    rest = after;
                }
                _ => {
                    write!(self.inner, "\\x{byte:02x}")?;
                    rest = after;
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The log of an attempt that has run or is running.
fn newest_log(
    repository: &Repository,
    standings: &Standings,
    sweep: &Sweep,
    trial: &Trial,
    wanted: Option<u64>,
) -> Result<(u64, PathBuf)> {
    let runs = repository.runs_dir();
    let top = runs.parent().context("no folder for runs")?;
    let mut known: Vec<(u64, PathBuf)> = standings
        .ledger
        .of(trial.commit)
        .iter()
        .filter_map(|record| Some((record.attempt, top.join(record.folder.as_ref()?))))
        .collect();
    known.extend(
        standings.open_claims(trial.commit).map(|(attempt, claim)| (*attempt, PathBuf::from(&claim.run_folder))),
    );
    known.sort();
    let chosen = match wanted {
        None => known.pop(),
        Some(wanted) => known.into_iter().find(|(attempt, _)| *attempt == wanted),
    };
    let index = trial.label.index;
    let (attempt, folder) = chosen.ok_or_else(|| match wanted {
        Some(wanted) => hint::error(
            format!("point {index} has no attempt {wanted} with a log"),
            format!("gitsweep show {}:{index} lists its attempts", quote(&sweep.branch)),
        ),
        // Nothing is left of those that there were: they ended before the program began.
        None if !standings.ledger.of(trial.commit).is_empty() => hint::error(
            format!("no attempt at point {index} has left a log"),
            format!("gitsweep show {}:{index} says how they ended", quote(&sweep.branch)),
        ),
        None => hint::error(
            format!("point {index} has not run yet"),
            format!("gitsweep queue {} --points {index}", quote(&sweep.branch)),
        ),
    })?;
    Ok((attempt, folder.join(names::LOG_FILE)))
}

fn is_running(repository: &Repository, trial: &Trial, attempt: u64) -> Result<bool> {
    Ok(Standings::read(repository)?.running(trial.commit).is_some_and(|(running, _)| *running == attempt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_cannot_steer_the_terminal() {
        let shown = |is_terminal| {
            let mut out = Screen { inner: Vec::new(), is_terminal };
            out.write_all(b"a\x1b[31mred\x1b[0m\x1b[2J\x07\xc3\xa9\n").unwrap();
            String::from_utf8_lossy(&out.inner).into_owned()
        };
        assert_eq!(shown(true), "a\x1b[31mred\x1b[0m\\x1b[2J\\x07\u{e9}\n");
        assert_eq!(shown(false), "a\x1b[31mred\x1b[0m\x1b[2J\x07\u{e9}\n");
    }
}
