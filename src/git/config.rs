//! Configuration as git has it: libgit2 by itself knows nothing of what the environment says. (git-config(1), "ENVIRONMENT".)

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use git2::ConfigLevel;

use super::Repository;

/// What `git -c` has said, in git's own quotes.
const OF_COMMAND_LINE: &str = "GIT_CONFIG_PARAMETERS";

impl Repository {
    /// A configuration value of the environment, the repository or the user.
    pub fn config(&self, key: &str) -> Option<String> {
        let config = self.inner.config().and_then(|mut config| config.snapshot()).ok();
        if (env::var_os(OF_COMMAND_LINE).is_some() || config.as_ref().is_some_and(has_conditions))
            && let Some(value) = asked(&self.inner, key)
        {
            return Some(value);
        }
        of_environment(key).or_else(|| config?.get_string(key).ok())
    }
}

/// Has a repository that was just opened read the files that the environment names in place of the user's and the system's.
pub(super) fn follow_environment(repository: &git2::Repository) -> Result<()> {
    let nothing = || OsString::from("/dev/null");
    let named = |variable: &str| env::var_os(variable).map(|path| if path.is_empty() { nothing() } else { path });
    let has_no_system =
        env::var("GIT_CONFIG_NOSYSTEM").is_ok_and(|word| !matches!(&*word, "" | "0" | "false" | "no" | "off"));
    let system = if has_no_system { Some(nothing()) } else { named("GIT_CONFIG_SYSTEM") };
    for (path, level, other) in [
        (named("GIT_CONFIG_GLOBAL"), ConfigLevel::Global, ConfigLevel::XDG),
        (system, ConfigLevel::System, ConfigLevel::ProgramData),
    ] {
        let Some(path) = path else { continue };
        let mut config = repository.config().context("cannot read the configuration")?;
        for (path, level) in [(path, level), (nothing(), other)] {
            let path = Path::new(&path);
            config.add_file(path, level, true).with_context(|| format!("cannot read {}", path.display()))?;
        }
    }
    Ok(())
}

/// True if git itself works in the repository that `folder` lies in, whoever it belongs to.
pub(super) fn is_trusted(folder: &Path) -> bool {
    let mut question = Command::new("git");
    question.current_dir(folder).args(["rev-parse", "--git-dir"]);
    question.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    question.status().is_ok_and(|status| status.success())
}

/// True if files are included under conditions, not all of which libgit2 knows: `hasconfig:remote.*.url:...` it does not, and
/// `gitdir:~/...` not where the home folder is a symbolic link.
fn has_conditions(config: &git2::Config) -> bool {
    config.entries(Some(r"^includeif\.")).is_ok_and(|mut entries| entries.next().is_some())
}

/// What the variables `GIT_CONFIG_KEY_0`, `GIT_CONFIG_VALUE_0` and so on say, the last first.
fn of_environment(key: &str) -> Option<String> {
    let count: u32 = env::var("GIT_CONFIG_COUNT").ok()?.parse().ok()?;
    let is_of = |number: &u32| env::var(format!("GIT_CONFIG_KEY_{number}")).is_ok_and(|other| is_same(&other, key));
    let number = (0..count).rev().find(is_of)?;
    env::var(format!("GIT_CONFIG_VALUE_{number}")).ok()
}

/// True if two keys are the same: case counts in what stands between the first dot and the last, as in `remote.Hub.url`.
fn is_same(a: &str, b: &str) -> bool {
    let between =
        |key: &str| key.split_once('.').and_then(|(_, rest)| rest.rsplit_once('.')).map(|(it, _)| it.to_owned());
    a.eq_ignore_ascii_case(b) && between(a) == between(b)
}

/// What git says.
fn asked(repository: &git2::Repository, key: &str) -> Option<String> {
    let mut question = Command::new("git");
    question.arg("--git-dir").arg(repository.path()).args(["config", "--get", key]);
    let answer = question.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let value = String::from_utf8(answer.stdout).ok()?;
    answer.status.success().then(|| value.strip_suffix('\n').unwrap_or(&value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn case_counts_in_the_middle_of_a_key() {
        assert!(is_same("User.Name", "user.name") && is_same("REMOTE.hub.URL", "remote.hub.url"));
        assert!(!is_same("remote.Hub.url", "remote.hub.url") && !is_same("user.names", "user.name"));
    }
}
