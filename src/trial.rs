//! Trials: a point laid down as a commit. The message says which point it is to people, its trailers to scripts.

use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr_iter};

use crate::git::CommitId;
use crate::names;
use crate::point::{ParamName, Point};
use crate::value::Value;

/// Where points come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The branch as it was named when it was made.
    pub sweep: String,
    /// The commit that the sweep starts from.
    pub base: CommitId,
    /// What proposed it, where that is worth telling.
    pub proposed_by: Option<String>,
}

/// What a point's commit says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Shared by the points of a search, of which there may be millions.
    pub origin: Arc<Origin>,
    /// The point's number, from 1.
    pub index: u64,
    /// The parameters and their values.
    pub point: Point,
}

/// A point and its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The commit.
    pub commit: CommitId,
    /// What it says about itself.
    pub label: Label,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
}

impl Label {
    /// The commit's message: a subject for people, then one trailer a fact.
    ///
    /// `title` is the search's name and date, `total` the number of points where it is known.
    pub fn to_message(&self, title: &str, total: Option<u64>) -> String {
        let index = self.index.to_string();
        let mut message = String::with_capacity(512);
        let mut push = |parts: &[&str]| parts.iter().for_each(|part| message.push_str(part));
        push(&[title, " ", &index]);
        if let Some(total) = total {
            push(&["/", &total.to_string()]);
        }
        if !self.point.is_empty() {
            push(&[": ", &self.point.brief()]);
        }
        let Origin { sweep, base, proposed_by } = &*self.origin;
        push(&["\n\n", names::TRAILER_SWEEP, ": ", sweep, "\n"]);
        push(&[names::TRAILER_BASE, ": ", &base.to_string(), "\n"]);
        push(&[names::TRAILER_POINT, ": ", &index, "\n"]);
        for (name, value) in self.point.iter() {
            push(&[names::TRAILER_PARAM, ": ", name.as_str(), "=", &value.to_trailer(), "\n"]);
        }
        if let Some(by) = proposed_by {
            push(&[names::TRAILER_PROPOSED, ": ", by, "\n"]);
        }
        message
    }

    /// True if both are of the same sweep.
    pub fn is_of_sweep(&self, other: &Self) -> bool {
        self.origin.sweep == other.origin.sweep && self.origin.base == other.origin.base
    }

    /// Reads a message; `None` if it is not that of a point.
    pub fn from_message(message: &str) -> Option<Self> {
        LabelReader::default().read(message)
    }
}

/// Reads the messages of many points, which share their origin and their parameters' names.
#[derive(Debug, Default)]
pub struct LabelReader {
    origin: Option<Arc<Origin>>,
    names: Option<Arc<[ParamName]>>,
}

impl LabelReader {
    /// Reads a message; `None` if it is not that of a point.
    pub fn read(&mut self, message: &str) -> Option<Label> {
        let (mut sweep, mut base, mut index, mut proposed_by) = (None, None, None, None);
        let (mut names, mut values) = (Vec::<&str>::new(), Vec::new());
        for line in lines(last_paragraph(message.trim_end())) {
            let Some((key, text)) = memchr(b':', line.as_bytes()).map(|end| line.split_at(end)) else { continue };
            let Some(text) = text.strip_prefix(": ") else { continue };
            match key {
                names::TRAILER_SWEEP => sweep = Some(text),
                names::TRAILER_BASE => base = text.parse().ok(),
                names::TRAILER_POINT => index = text.parse().ok(),
                names::TRAILER_PARAM => {
                    let (name, value) = text.split_at(memchr(b'=', text.as_bytes())?);
                    names.push(name);
                    values.push(Value::from_trailer(&value[1..]));
                }
                names::TRAILER_PROPOSED => proposed_by = Some(text),
                _ => {}
            }
        }
        let (sweep, base, index) = (sweep?, base?, index?);
        let point = Point::of_names(&self.names(&names)?, values)?;
        Some(Label { origin: self.origin(sweep, base, proposed_by), index, point })
    }

    fn origin(&mut self, sweep: &str, base: CommitId, proposed_by: Option<&str>) -> Arc<Origin> {
        let is_that = |known: &&Arc<Origin>| {
            known.sweep == sweep && known.base == base && known.proposed_by.as_deref() == proposed_by
        };
        if let Some(known) = self.origin.as_ref().filter(is_that) {
            return Arc::clone(known);
        }
        let new = Origin { sweep: sweep.to_owned(), base, proposed_by: proposed_by.map(str::to_owned) };
        Arc::clone(self.origin.insert(Arc::new(new)))
    }

    fn names(&mut self, names: &[&str]) -> Option<Arc<[ParamName]>> {
        let are_those = |known: &&Arc<[ParamName]>| known.iter().map(ParamName::as_str).eq(names.iter().copied());
        if let Some(known) = self.names.as_ref().filter(are_those) {
            return Some(Arc::clone(known));
        }
        let new: Arc<[ParamName]> = names.iter().map(|name| ParamName::new(name).ok()).collect::<Option<_>>()?;
        self.names = Some(Arc::clone(&new));
        Some(new)
    }
}

/// The lines of a text that ends without a line's end: the same as [`str::lines`], and quicker.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let ends = memchr_iter(b'\n', text.as_bytes()).chain((!text.is_empty()).then_some(text.len()));
    ends.scan(0, |start, end| Some(&text[std::mem::replace(start, end + 1)..end]))
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
}

/// What stands after the last empty line: the same as a search for it from the end, and several times quicker.
fn last_paragraph(message: &str) -> &str {
    let mut below = None;
    for end in memrchr_iter(b'\n', message.as_bytes()) {
        if below == Some(end + 1) {
            return &message[end + 2..];
        }
        below = Some(end);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back() {
        let value = |name: &str, value| (ParamName::new(name).unwrap(), value);
        let origin = Origin {
            sweep: "grid_search-2026-11-21T093000".to_owned(),
            base: "1234567890123456789012345678901234567890".parse().unwrap(),
            proposed_by: Some("sobol".to_owned()),
        };
        let label = Label {
            origin: Arc::new(origin),
            index: 12,
            point: Point::new(vec![
                value("g_e", Value::number("0.50").unwrap()),
                value("model", Value::text("two = words: here")),
                value("lr", Value::number("1e-5").unwrap()),
            ]),
        };
        let message = label.to_message("grid_search 2026-11-21", Some(36));
        assert!(message.starts_with("grid_search 2026-11-21 12/36: g_e=0.50 model=\"two = words: here\" lr=1e-5\n\n"));
        assert_eq!(Label::from_message(&message), Some(label));
        assert_eq!(Label::from_message("Fix a bug\n\nSigned-off-by: A <a@b>\n"), None);
    }

    #[test]
    fn trailers_are_the_last_paragraph() {
        for (message, last) in [
            ("a\nb", "a\nb"),
            ("a\n\nb", "b"),
            ("a\n\nb\nc\n\nd\ne", "d\ne"),
            ("a\n\n\nb", "b"),
            ("\n\n", ""),
            ("\n", "\n"),
            ("", ""),
            ("ü\n\nö: ä", "ö: ä"),
            ("a\r\nb\r\nc", "a\r\nb\r\nc"),
        ] {
            assert_eq!(last_paragraph(message), last, "{message:?}");
            assert_eq!(message.rfind("\n\n").map_or(message, |end| &message[end + 2..]), last);
            if !message.ends_with('\n') {
                assert_eq!(lines(message).collect::<Vec<_>>(), message.lines().collect::<Vec<_>>(), "{message:?}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_a_trailer_is_none() {
        let trailers = |other: &str| {
            let base = "1".repeat(40);
            format!("s 1\n\nSweep: s\nSweep-Base: {base}\nPoint: 1\n{other}Param: a=1\n")
        };
        let label = Label::from_message(&trailers("")).unwrap();
        assert_eq!((&*label.origin.sweep, label.index), ("s", 1));
        for other in ["Point:2\n", "Point:x: 2\n", "no key\n", ": 2\n", "Reviewed-by: Point: 2\n"] {
            assert_eq!(Label::from_message(&trailers(other)).as_ref(), Some(&label), "{other}");
        }
    }
}
