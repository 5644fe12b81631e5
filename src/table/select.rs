//! Choosing columns by name and by wildcard.

use super::{Table, TableError};

impl Table {
    /// Shows these columns, in this order, each of them once: labels, bare names, `param.NAME` and `metric.NAME`, and
    /// patterns of these with `*` for any characters and `?` for one; `all` is every column. A column whose name is
    /// written out wins over a pattern. With no names at all, the default columns show.
    ///
    /// # Errors
    /// If a name is unknown or ambiguous, or a pattern matches nothing; the columns then stay as they are.
    pub fn select<S: AsRef<str>>(&mut self, patterns: &[S]) -> Result<(), TableError> {
        let mut selection = Vec::new();
        for pattern in patterns {
            for column in self.matching(pattern.as_ref())? {
                if !selection.contains(&column) {
                    selection.push(column);
                }
            }
        }
        self.selection = (!patterns.is_empty()).then_some(selection);
        Ok(())
    }

    pub(super) fn matching(&self, pattern: &str) -> Result<Vec<usize>, TableError> {
        let not_a_name = match self.column(pattern) {
            Ok(column) => return Ok(vec![column]),
            Err(TableError::UnknownColumn { .. }) if pattern == "all" => return Ok((0..self.columns.len()).collect()),
            Err(error) => error,
        };
        if !pattern.contains(['*', '?']) {
            return Err(not_a_name);
        }
        let fits = |&column: &usize| {
            let named = &self.columns[column];
            fits(pattern, &self.labels[column]) || fits(pattern, &named.name) || fits(pattern, &named.qualified())
        };
        let columns: Vec<usize> = (0..self.columns.len()).filter(fits).collect();
        if columns.is_empty() {
            return Err(TableError::NothingMatches { pattern: pattern.to_owned(), columns: self.labels.clone() });
        }
        Ok(columns)
    }
}

/// True if `pattern` fits the whole of `name`. Each `*` first stands for nothing, and takes one character more whenever
/// what follows it does not fit; only the last `*` need be tried again.
pub fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut matched) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while matched < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, matched));
                at += 1;
            }
            Some(&letter) if letter == '?' || letter == name[matched] => {
                at += 1;
                matched += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                matched = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|&letter| letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Audience, Role, testing};

    fn table() -> Table {
        let columns = [
            ("point", Role::Point),
            ("g_e", Role::Parameter),
            ("g_i", Role::Parameter),
            ("rate", Role::Parameter),
            ("score", Role::Metric),
            ("scale", Role::Metric),
            ("rate", Role::Metric),
            ("host", Role::Attempt),
        ];
        testing::table(columns, &[])
    }

    fn selected(patterns: &[&str]) -> Vec<usize> {
        let mut table = table();
        table.select(patterns).unwrap();
        table.shown(Audience::Reader)
    }

    #[test]
    fn columns_come_in_the_order_asked_for_and_once() {
        assert_eq!(selected(&["g_e", "sc*", "point"]), [1, 4, 5, 0]);
        assert_eq!(selected(&["score", "s*", "host", "score"]), [4, 5, 7]);
        assert_eq!(selected(&["g_?"]), [1, 2]);
        assert_eq!(selected(&["param.*"]), [1, 2, 3]);
        assert_eq!(selected(&["metric.rate", "param.rate"]), [6, 3]);
        assert_eq!(selected(&["rat*"]), [3, 6]);
        assert_eq!(selected(&["host", "all"]), [7, 0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn what_is_not_there_is_an_error_and_changes_nothing() {
        let mut table = table();
        table.select(&["point"]).unwrap();
        let mut message = |pattern: &str| table.select(&["host", pattern]).unwrap_err().to_string();
        assert!(message("scor").starts_with("no column `scor`; did you mean `score`? The columns are point, g_e"));
        assert!(message("v*").starts_with("no column matches `v*`; the columns are point, g_e, g_i, param.rate"));
        assert_eq!(message("rate"), "`rate` names more than one column: say `param.rate` or `metric.rate`");
        assert_eq!(table.shown(Audience::Program), [0]);
    }

    #[test]
    fn no_names_are_the_default() {
        let mut table = table();
        let default = table.shown(Audience::Reader);
        table.select(&["host"]).unwrap();
        table.select::<&str>(&[]).unwrap();
        assert_eq!(table.shown(Audience::Reader), default);
    }

    #[test]
    fn wildcards() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("?", "", false),
            ("a*c", "abcbc", true),
            ("a*b?d*", "axxbcbcd", true),
            ("a*b", "a", false),
            ("**", "ab", true),
            ("a?", "aé", true),
            ("*ab*ab", "abab", true),
            ("a*b*c", "abxc", true),
            ("*ab*ab", "ab", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
