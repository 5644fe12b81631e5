//! How a value is found in a source file: by the name that it is given to, or by the user's own pattern.

use std::ops::Range;

use super::assignment::{self, Trouble};
use super::config::{self, ConfigFormat, KeyPath};
use super::declared::Declared;
use super::embedded::{Embedded, Escaping};
use super::enumeration;
use super::expansion;
use super::language::Language;
use super::lexer::Lexed;
use super::literal::Literal;
use super::names;
use super::near_name;
use super::pattern::{Pattern, PatternError};
use super::scope;
use super::site::{Occurrences, Site};
use super::site_error::{ShownLine, SiteError, Wanted, WayOut};
use super::suggestion;
use super::unit;

/// How many bytes are searched for a NUL, which makes a file binary; git looks at as many.
const BINARY_PROBE: usize = 8000;

/// Finds the places of one parameter in the files of one language.
#[derive(Clone, Debug)]
pub struct Template {
    language: Language,
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    Assignment(String),
    Pattern(Pattern),
}

impl Template {
    /// The lines that give `name` its value, whatever the language writes around it.
    ///
    /// ```
    /// # use gitsweep::source::{Language, Occurrences, Template};
    /// let template = Template::assignment("g", Language::C);
    /// let sites = template.find(b"const double g = 3.0;  // nS\n", Occurrences::Only).unwrap();
    /// assert_eq!(sites[0].span, 17..20);
    /// ```
    pub fn assignment(name: &str, language: Language) -> Self {
        Self { language, rule: Rule::Assignment(name.to_owned()) }
    }

    /// The group `value` of the regular expression `pattern`. `^` and `$` stand for lines only after `(?m)`.
    ///
    /// # Errors
    /// If `pattern` is no regular expression, or has no group `value`.
    pub fn pattern(pattern: &str, language: Language) -> Result<Self, PatternError> {
        Ok(Self { language, rule: Rule::Pattern(Pattern::new(pattern)?) })
    }

    /// The sites in `bytes`, in the order of the file.
    ///
    /// # Errors
    /// If there is none, if there are others than `occurrences` allows, or if one of them cannot be replaced.
    pub fn find(&self, bytes: &[u8], occurrences: Occurrences) -> Result<Vec<Site>, SiteError> {
        if bytes.iter().take(BINARY_PROBE).any(|&b| b == 0) {
            return Err(SiteError::Binary);
        }
        let lexed = Lexed::new(bytes, self.language);
        let candidates = match &self.rule {
            Rule::Assignment(name) => {
                let found = assignments(&lexed, name);
                if found.is_empty() { embedded(&lexed, name) } else { found }
            }
            Rule::Pattern(pattern) => matches(&lexed, pattern),
        };
        let chosen = self.choose(&lexed, candidates, occurrences)?;
        chosen
            .into_iter()
            .map(|candidate| match candidate.span {
                Ok(span) => {
                    let mut site = Site::new(bytes, span, self.language);
                    match candidate.embedded {
                        Some(mut literal) => {
                            literal.declare(candidate.declared);
                            site.literal = literal;
                        }
                        None => site.literal.declare(self.declared(&lexed, candidate.declared, &site)),
                    }
                    Ok(site)
                }
                Err(problem) => Err(self.problem(&lexed, problem, candidate.line)),
            })
            .collect()
    }

    /// What is declared of the value at `site`, elsewhere too.
    fn declared(&self, lexed: &Lexed<'_>, mut declared: Declared, site: &Site) -> Declared {
        if let Rule::Assignment(name) = &self.rule {
            unit::complete(lexed, name, &site.span, &mut declared);
            scope::complete(lexed, name, &site.span, &mut declared);
            enumeration::complete(lexed, &site.span, &mut declared);
        }
        declared
    }

    /// Where the search for the site at `span` of `bytes` can start to find it first; `None` if the place is a name's.
    pub(super) fn anchor(&self, bytes: &[u8], span: &Range<usize>) -> Option<usize> {
        match &self.rule {
            Rule::Assignment(_) => None,
            Rule::Pattern(pattern) => {
                pattern.matches(bytes).into_iter().find(|m| m.value.as_ref() == Some(span)).map(|m| m.start)
            }
        }
    }

    /// True if a pattern finds exactly `span` of `rendered` when the search starts at `anchor`.
    pub(super) fn finds_from(&self, anchor: usize, rendered: &[u8], span: &Range<usize>) -> bool {
        match &self.rule {
            Rule::Assignment(_) => false,
            Rule::Pattern(pattern) => pattern
                .match_at(rendered, anchor)
                .is_some_and(|found| found.start == anchor && found.value.as_ref() == Some(span)),
        }
    }

    fn wanted(&self) -> Wanted {
        match &self.rule {
            Rule::Assignment(name) => Wanted::Name(name.clone()),
            Rule::Pattern(pattern) => Wanted::Pattern(pattern.source().to_owned()),
        }
    }

    fn keyed(&self) -> bool {
        self.language != Language::Notebook && ConfigFormat::of_language(self.language).is_some()
    }

    /// The keys that end in the name, if the file is of a format that has keys.
    fn keys(&self, bytes: &[u8]) -> Vec<String> {
        match (&self.rule, ConfigFormat::of_language(self.language)) {
            (Rule::Assignment(name), Some(format)) => {
                config::keys_of(bytes, format, name).iter().map(KeyPath::to_string).collect()
            }
            _ => Vec::new(),
        }
    }

    fn choose(
        &self,
        lexed: &Lexed<'_>,
        mut candidates: Vec<Candidate>,
        occurrences: Occurrences,
    ) -> Result<Vec<Candidate>, SiteError> {
        if candidates.is_empty() {
            return Err(self.not_found(lexed));
        }
        let lines = |candidates: &[Candidate]| candidates.iter().map(|c| ShownLine::of(lexed, c.line)).collect();
        match occurrences {
            Occurrences::All => Ok(candidates),
            Occurrences::Only if candidates.len() == 1 => Ok(candidates),
            Occurrences::Only => Err(SiteError::Several {
                wanted: self.wanted(),
                found: lines(&candidates),
                keys: self.keys(lexed.bytes),
            }),
            Occurrences::Nth(number) if (1..=candidates.len()).contains(&number) => {
                Ok(vec![candidates.swap_remove(number - 1)])
            }
            Occurrences::Nth(number) => {
                Err(SiteError::NoSuchOccurrence { wanted: self.wanted(), number, found: lines(&candidates) })
            }
        }
    }

    fn not_found(&self, lexed: &Lexed<'_>) -> SiteError {
        let (mut occurs, mut similar) = (Vec::new(), Vec::new());
        if let Rule::Assignment(name) = &self.rule {
            let mut lines: Vec<usize> =
                names::occurrences(lexed, name).into_iter().map(|at| lexed.line_of(at)).collect();
            lines.dedup();
            occurs = lines.into_iter().map(|line| ShownLine::of(lexed, line)).collect();
            if occurs.is_empty() {
                similar = near_name::similar(lexed, name);
            }
        }
        SiteError::NotFound { wanted: self.wanted(), occurs, similar, way_out: self.way_out(lexed) }
    }

    /// Another way to the value of the name, if there is one.
    fn way_out(&self, lexed: &Lexed<'_>) -> Option<Box<WayOut>> {
        let Rule::Assignment(name) = &self.rule else { return None };
        let key = self.keyed().then_some(WayOut::Key);
        let is_variable = |found: expansion::Expansion| &lexed.bytes[found.name] == name.as_bytes();
        let found = if expansion::find(lexed).into_iter().any(is_variable) {
            Some(WayOut::Variable)
        } else if key.is_some() && name.contains('.') {
            key
        } else {
            let skipped = || names::occurrences(lexed, name).into_iter().find_map(|at| lexed.skipped_by(at));
            let pattern = suggestion::pattern(lexed, name).map(WayOut::Pattern);
            pattern.or_else(|| skipped().map(|line| WayOut::Skipped(line + 1))).or(key)
        };
        found.map(Box::new)
    }

    fn problem(&self, lexed: &Lexed<'_>, problem: Problem, line: usize) -> SiteError {
        let wanted = self.wanted();
        let line = ShownLine::of(lexed, line);
        match problem {
            Problem::Trouble(Trouble::Continues) => SiteError::Continues { wanted, line, keyed: self.keyed() },
            Problem::Trouble(Trouble::Shared) => SiteError::Shared { wanted, line, way_out: self.way_out(lexed) },
            Problem::Trouble(Trouble::NoDefault) => SiteError::NoDefault { wanted, line },
            Problem::NoValue => SiteError::NoValue { wanted, line },
        }
    }
}

/// A place that may become a site.
struct Candidate {
    span: Result<Range<usize>, Problem>,
    /// From 0.
    line: usize,
    declared: Declared,
    /// The value, if it belongs to a file that this one holds.
    embedded: Option<Literal>,
}

impl Candidate {
    fn of(span: Result<Range<usize>, Problem>, line: usize, declared: Declared) -> Self {
        Self { span, line, declared, embedded: None }
    }
}

#[derive(Clone, Copy)]
enum Problem {
    Trouble(Trouble),
    NoValue,
}

fn assignments(lexed: &Lexed<'_>, name: &str) -> Vec<Candidate> {
    if lexed.language == Language::Xml {
        let found = config::named_in_xml(lexed.bytes, name).into_iter();
        return found
            .map(|span| Candidate::of(Ok(span.clone()), lexed.line_of(span.start), Declared::default()))
            .collect();
    }
    let found = assignment::find(lexed, name).into_iter();
    found.map(|found| Candidate::of(found.value.map_err(Problem::Trouble), found.line, found.declared)).collect()
}

/// What the files that this one holds give `name`, but for what a shell puts in their place.
fn embedded(lexed: &Lexed<'_>, name: &str) -> Vec<Candidate> {
    let candidates = |file: Embedded| {
        let inner = Lexed::new(&file.text, file.language);
        let found = assignment::find(&inner, name).into_iter().filter_map(|found| {
            let line = lexed.line_of(file.start_of(inner.lines[found.line].start));
            let value = match found.value {
                Ok(span) if file.escaping == Escaping::Shell && file.text[span.clone()].contains(&b'$') => return None,
                Ok(span) => file.place(&span).map(|place| (span, place)).ok_or(Trouble::Continues),
                Err(trouble) => Err(trouble),
            };
            let literal = value.as_ref().ok().map(|(span, _)| {
                let mut literal = Literal::read(&file.text[span.clone()], file.language);
                literal.embed(file.escaping);
                literal
            });
            let span = value.map(|(_, place)| place).map_err(Problem::Trouble);
            Some(Candidate { embedded: literal, ..Candidate::of(span, line, found.declared) })
        });
        found.collect::<Vec<_>>()
    };
    Embedded::all(lexed).into_iter().flat_map(candidates).collect()
}

fn matches(lexed: &Lexed<'_>, pattern: &Pattern) -> Vec<Candidate> {
    let found = pattern.matches(lexed.bytes).into_iter();
    found
        .map(|found| {
            let line = lexed.line_of(found.value.as_ref().map_or(found.start, |value| value.start));
            Candidate::of(found.value.ok_or(Problem::NoValue), line, Declared::default())
        })
        .collect()
}

#[cfg(test)]
mod tests;
