//! The terminal: colour, messages, progress and signals. Data goes to standard output, everything else to standard error.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Error, Result};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use gitsweep::report::acts;

/// How many problems of a kind are told of one by one.
const TOLD: usize = 10;

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a piece of text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Something good.
    Good,
    /// Something bad.
    Bad,
    /// Something between.
    Fair,
    /// A heading.
    Strong,
    /// Of lesser interest.
    Faint,
}

/// What the user sees.
pub struct Ui {
    styled_out: bool,
    styled_err: bool,
    /// Only what went wrong.
    pub quiet: bool,
    /// More than usual.
    pub verbose: bool,
}

impl Ui {
    /// The terminal as the flags and the environment want it.
    pub fn new(when: ColorWhen, quiet: bool, verbose: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let styled = |is_terminal: bool| match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => is_terminal && !plain,
        };
        Self {
            styled_out: styled(io::stdout().is_terminal()),
            styled_err: styled(io::stderr().is_terminal()),
            quiet,
            verbose,
        }
    }

    /// True if standard output gets colour.
    pub fn is_styled(&self) -> bool {
        self.styled_out
    }

    /// Text for standard output.
    pub fn paint<'a>(&self, look: Look, text: &'a str) -> Cow<'a, str> {
        paint(self.styled_out, look, text)
    }

    /// Text for standard error.
    pub fn paint_note<'a>(&self, look: Look, text: &'a str) -> Cow<'a, str> {
        paint(self.styled_err, look, text)
    }

    /// Says something on standard error, unless the user wants quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", visible(text));
        }
    }

    /// Says something on standard error that the user should not miss.
    pub fn warning(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{} {}", self.paint_note(Look::Fair, "warning:"), visible(text));
    }

    /// Warns of the first of many problems one by one, and by `more` of how many are left: what is wrong once is often wrong
    /// everywhere.
    pub fn warnings(&self, mut problems: impl Iterator<Item = String>, more: impl FnOnce(usize) -> String) {
        problems.by_ref().take(TOLD).for_each(|problem| self.warning(&problem));
        let left = problems.count();
        if left > 0 {
            self.warning(&more(left));
        }
    }

    /// Says what went wrong, why, and what to do about it.
    pub fn error(&self, error: &Error) {
        let mut err = io::stderr();
        let _ = writeln!(err, "{} {}", self.paint_note(Look::Bad, "error:"), visible(&error.to_string()));
        for cause in error.chain().skip(1) {
            let _ = writeln!(err, "  {} {}", self.paint_note(Look::Faint, "caused by:"), visible(&cause.to_string()));
        }
        gitsweep::hint::hints(error).into_iter().for_each(|hint| self.hint(hint));
    }

    /// Says what may help.
    pub fn hint(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{} {}", self.paint_note(Look::Good, "hint:"), visible(text));
    }

    /// A bar for work of `length` steps; it shows itself after a second, on a terminal only.
    pub fn bar(&self, length: u64, template: &str) -> ProgressBar {
        let target = if self.quiet || !io::stderr().is_terminal() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(10)
        };
        ProgressBar::with_draw_target(Some(length), target).with_style(bar_style(template))
    }

    /// Asks a question that is answered by y or n; no without a terminal.
    pub fn confirm(&self, question: &str) -> Result<bool> {
        if !io::stdin().is_terminal() {
            return Ok(false);
        }
        let mut err = io::stderr();
        write!(err, "{question} [y/N] ")?;
        err.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).context("cannot read the answer")?;
        Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }
}

/// What a bar looks like.
pub fn bar_style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}

fn paint(styled: bool, look: Look, text: &str) -> Cow<'_, str> {
    if !styled {
        return Cow::Borrowed(text);
    }
    let code = match look {
        Look::Good => "32",
        Look::Bad => "31;1",
        Look::Fair => "33",
        Look::Strong => "1",
        Look::Faint => "2",
    };
    Cow::Owned(format!("\x1b[{code}m{text}\x1b[0m"))
}

/// Text in which control characters, but for line ends, can be seen and do nothing.
pub fn visible(text: &str) -> Cow<'_, str> {
    let acts = |c: char| acts(c) && c != '\n';
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    text.chars()
        .flat_map(|c| if acts(c) { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect::<String>()
        .into()
}

/// The width of the terminal that standard output is; none if it is no terminal.
pub fn width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).or(Some(80))
}

/// True if somebody closed the pipe that we write to: `gitsweep results | head`.
pub fn is_broken_pipe(error: &Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// What came of writing to standard output, whose own error does not say so: `gitsweep results > table` on a full disk.
pub fn name_output(error: Error) -> Error {
    const OF_WRITING: [i32; 4] = [libc::ENOSPC, libc::EDQUOT, libc::EFBIG, libc::EIO];
    let code = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
    let is_output = error.chain().count() == 1 && code.is_some_and(|code| OF_WRITING.contains(&code));
    if is_output { error.context("cannot write to standard output") } else { error }
}

/// Counts how often the user has asked to stop: Ctrl-C once and twice and so on; TERM and HUP count as twice at once, HUP not
/// under nohup.
pub struct Interrupts(Arc<AtomicU32>);

impl Interrupts {
    /// Starts to count. From now on the signals do not end the process.
    pub fn watch() -> Result<Self> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        let count = Arc::new(AtomicU32::new(0));
        for (signal, weight) in [(SIGINT, 1), (SIGTERM, 2), (SIGHUP, 2)] {
            // Under nohup the runs outlive the terminal.
            if signal == SIGHUP && is_ignored(signal) {
                continue;
            }
            let count = Arc::clone(&count);
            // SAFETY: adding to an atomic is all that the handler does, which is safe in a signal handler.
            unsafe {
                signal_hook::low_level::register(signal, move || {
                    count.fetch_add(weight, Ordering::SeqCst);
                })
            }
            .context("cannot watch for Ctrl-C")?;
        }
        Ok(Self(count))
    }

    /// How often.
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Makes a write beyond `ulimit -f` an error like that of a full disk, and not the end of this process. A handler, unlike to
/// ignore the signal, is not passed on to programs that are started.
pub fn outlive_file_limit() {
    if !is_ignored(libc::SIGXFSZ) {
        // SAFETY: the handler does nothing. If it cannot be set, the signal does what it did.
        let _ = unsafe { signal_hook::low_level::register(libc::SIGXFSZ, || ()) };
    }
}

/// True if whoever started this process has it ignore the signal, as nohup does with HUP.
fn is_ignored(signal: i32) -> bool {
    let mut present = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action sigaction only writes the present one, into what has been zeroed.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), present.as_mut_ptr()) == 0
            && present.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

/// A span of time for people: `12 ms`, `12 s`, `3 min 5 s`, `2 h 10 min`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 if time.as_millis() < 100 => format!("{} ms", time.as_millis()),
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3600..86400 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} d {} h", seconds / 86400, seconds % 86400 / 3600),
    }
}

/// A span of time in seconds, for people; what no clock shows is told as it is.
pub fn seconds(seconds: f64) -> String {
    Duration::try_from_secs_f64(seconds).map_or_else(|_| format!("{seconds:e} s"), span)
}

/// A number of bytes for people.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// `1 point`, `2 points`.
pub fn count(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_any_length_say_something() {
        let of = |milliseconds| span(Duration::from_millis(milliseconds));
        assert_eq!([of(0), of(12), of(99), of(100), of(1250)], ["0 ms", "12 ms", "99 ms", "0.1 s", "1.2 s"]);
        assert_eq!([of(12_000), of(185_000), of(7_800_000)], ["12 s", "3 min 5 s", "2 h 10 min"]);
    }
}
