//! Who else may use a repository.

use super::Repository;

impl Repository {
    /// The permissions that files and folders in the repository are to have beyond what the user's umask leaves, by
    /// `core.sharedRepository`; 0 if it is nobody else's.
    pub fn shared_permissions(&self) -> u32 {
        self.config("core.sharedRepository").map_or(0, |value| permissions(&value))
    }
}

fn permissions(value: &str) -> u32 {
    match value {
        "group" | "true" | "yes" | "on" | "1" => 0o070,
        "all" | "world" | "everybody" | "2" => 0o075,
        octal if octal.starts_with('0') => {
            let files = u32::from_str_radix(octal, 8).unwrap_or(0) & 0o066;
            // Who may read a file may enter its folder.
            files | (files & 0o044) >> 2
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::permissions;

    #[test]
    fn they_are_those_that_git_knows() {
        for (value, expected) in [
            ("group", 0o070),
            ("1", 0o070),
            ("everybody", 0o075),
            ("0660", 0o070),
            ("0640", 0o050),
            ("0664", 0o075),
            ("umask", 0),
            ("false", 0),
            ("0", 0),
            ("0600", 0),
        ] {
            assert_eq!(permissions(value), expected, "{value}");
        }
    }
}
