//! Who else may use a repository.

use libc::mode_t;

use super::Repository;

impl Repository {
    /// The permissions to leave out of files and folders in the repository, by `core.sharedRepository`, where the user's own
    /// umask is `users`.
    pub fn umask(&self, users: mode_t) -> mode_t {
        self.config("core.sharedRepository").map_or(users, |value| umask(&value, users))
    }
}

/// As git has it (`git_config_perm`): a word lets others do more than the user's umask does, a mode in octal says what they may,
/// and who may read a file may enter its folder.
fn umask(value: &str, users: mode_t) -> mode_t {
    let group = users & !0o070;
    let everybody = users & !0o075;
    match mode_t::from_str_radix(value, 8) {
        Ok(1) => group,
        Ok(2) => everybody,
        Ok(mode) if mode & 0o600 == 0o600 => {
            let files = mode & 0o666;
            0o777 & !(files | (files & 0o444) >> 2)
        }
        Ok(_) => users,
        Err(_) => match value.to_ascii_lowercase().as_str() {
            "group" | "true" | "yes" | "on" => group,
            "all" | "world" | "everybody" => everybody,
            _ => users,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::umask;

    #[test]
    fn it_is_what_git_makes_of_it() {
        for (value, users, expected) in [
            ("group", 0o077, 0o007),
            ("group", 0o022, 0o002),
            ("1", 0o027, 0o007),
            ("True", 0o077, 0o007),
            ("everybody", 0o077, 0o002),
            ("2", 0o077, 0o002),
            ("0660", 0o022, 0o007),
            ("660", 0o022, 0o007),
            ("0640", 0o002, 0o027),
            ("0664", 0o077, 0o002),
            ("0600", 0o002, 0o077),
            ("umask", 0o022, 0o022),
            ("false", 0o022, 0o022),
            ("0", 0o022, 0o022),
            ("0060", 0o022, 0o022),
        ] {
            assert_eq!(umask(value, users), expected, "{value}");
        }
    }
}
