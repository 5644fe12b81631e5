//! `gitsweep man`

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use super::{Cli, DONE};

/// Print the man page, or write the pages of all commands
///
/// With pages in your man path, `git sweep --help` works too: gitsweep man -o ~/.local/share/man/man1
#[derive(clap::Args)]
pub struct Args {
    /// Write gitsweep.1, git-sweep.1 and a page for each command into DIR
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<u8> {
    let mut command = Cli::command();
    command.build();
    let render = |command: clap::Command| -> Result<Vec<u8>> {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).context("cannot make the man page")?;
        Ok(page)
    };
    let Some(folder) = &args.output else {
        std::io::stdout().write_all(&render(command)?)?;
        return Ok(DONE);
    };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let write = |name: &str, page: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))
    };
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        let name: &'static str = format!("gitsweep-{}", below.get_name()).leak();
        let page = render(below.clone().name(name).display_name(name))?;
        write(&format!("{name}.1"), &page)?;
    }
    let page = render(command)?;
    write("gitsweep.1", &page)?;
    write("git-sweep.1", b".so man1/gitsweep.1\n")?;
    Ok(DONE)
}
