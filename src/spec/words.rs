//! A command line as a definition: the words that spell domains are the parameters.
//!
//! `python main.py --layers "[32, 64]" --lr "uniform(1e-5, 1e-1, 3)" --seed 1` has two parameters, `layers` and `lr`; all
//! other words are passed through as they are.

use anyhow::Result;

use crate::command;
use crate::hint;
use crate::point::ParamName;
use crate::space::{self, Domain};
use crate::value::Kind;

/// A command line with its domains taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// The line for the shell, with `{name}` where a domain stood.
    pub line: String,
    /// The parameters in order: their names, and their domains as they were typed.
    pub parameters: Vec<(String, String)>,
    /// The first word that may be meant for several values, as they are written for a shell: `'model=[small,large]'` for
    /// `model=small,large`, `--lr '[0.1,0.2]'` for `--lr 0.1,0.2`.
    pub unbracketed: Option<String>,
}

impl CommandLine {
    /// Reads the words after `--`. A single word is a whole line for the shell, in which nothing is looked for. What
    /// `literal` names is passed through.
    ///
    /// # Errors
    /// If a word looks like a domain and is none, two parameters have the same name, or `literal` names no flag.
    pub fn read(words: &[String], literal: &[String]) -> Result<Self> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        let is_line = words.len() < 2;
        let flags: Vec<String> = words
            .iter()
            .filter(|_| !is_line)
            .filter_map(|word| named(word.split_once('=').map_or(word, |at| at.0)))
            .collect();
        if let Some(unknown) = literal.iter().find(|name| !flags.contains(name)) {
            let near = hint::near_miss(unknown, flags.iter().map(String::as_str));
            return Err(hint::error(
                format!("--literal {unknown}: the command has no flag of that name"),
                near.map_or_else(
                    || "a flag's name stands without its dashes".to_owned(),
                    |near| format!("did you mean {near}?"),
                ),
            ));
        }
        if is_line {
            return Ok(Self { line: command::join(words), parameters, unbracketed: None });
        }
        let mut read = Vec::with_capacity(words.len());
        let mut flag: Option<&str> = None;
        for word in words {
            let (prefix, name, text) = match word.split_once('=') {
                Some((name, text)) if named(name).is_some() => (Some(name), named(name), text),
                _ => (None, flag.and_then(named), word.as_str()),
            };
            flag = (word.starts_with('-') && prefix.is_none()).then_some(word);
            let Some(name) = name.filter(|name| !literal.contains(name) && looks_like_a_domain(text)) else {
                read.push(word.clone());
                continue;
            };
            let domain = Domain::parse(text).map_err(|error| {
                let mut ways_out: Vec<String> = error.hint().into_iter().map(str::to_owned).collect();
                ways_out.push(format!("if it is no list or range of values but text: --literal {name}"));
                hint::several(format!("{name}: {error}"), ways_out)
            })?;
            if !says_several(&domain, text) {
                read.push(word.clone());
                continue;
            }
            if parameters.iter().any(|(known, _)| *known == name) {
                return Err(hint::error(
                    format!("{name} has values twice"),
                    format!("if one is text: --literal {name}"),
                ));
            }
            read.push(prefix.map_or_else(|| format!("{{{name}}}"), |prefix| format!("{prefix}={{{name}}}")));
            parameters.push((name, text.to_owned()));
        }
        let before = std::iter::once("").chain(words.iter().map(String::as_str));
        let unbracketed = before.zip(words).find_map(|(flag, word)| with_brackets(flag, word, literal));
        Ok(Self { line: command::join(&read), parameters, unbracketed })
    }
}

/// The parameter that a flag (`--learning-rate`, `-l`) or a name (`model.lr`, for Hydra also `+model.lr`) gives a value to.
fn named(flag: &str) -> Option<String> {
    let flag = flag.strip_prefix("++").or_else(|| flag.strip_prefix('+')).unwrap_or(flag);
    let name = flag.trim_start_matches('-');
    (flag.len() - name.len() <= 2).then_some(name).filter(|name| ParamName::new(name).is_ok()).map(str::to_owned)
}

/// `'KEY=[A,B]'` for `KEY=A,B`, `--FLAG '[A,B]'` for `--FLAG A,B`.
fn with_brackets(flag: &str, word: &str, literal: &[String]) -> Option<String> {
    let (key, text) = match word.split_once('=') {
        Some((key, text)) => (key, text),
        None => (Some(flag).filter(|flag| flag.starts_with('-'))?, word),
    };
    let name = named(key)?;
    let is_list = text.contains(',') && text.split(',').all(|value| !value.is_empty());
    let is_plain = !text.contains(|c: char| c.is_whitespace() || "()[]{}='\"".contains(c));
    let written = || match word.contains('=') {
        true => format!("'{key}=[{text}]'"),
        false => format!("{flag} '[{text}]'"),
    };
    (is_list && is_plain && !literal.contains(&name)).then(written)
}

/// True unless the text is rather an argument that happens to look like a domain: a tuple that is no range of whole
/// numbers with at least two, such as `(0.9, 0.999)` or `(3, 4)`, or brackets around one bare word, such as `[0:10]`.
fn says_several(domain: &Domain, text: &str) -> bool {
    let Some(values) = domain.values() else { return true };
    if text.trim().starts_with('(') {
        return values.len() > 1 && values.iter().all(|value| value.kind() == Kind::Integer);
    }
    let is_quoted = text.contains(['"', '\'']);
    values.len() > 1 || is_quoted || values.iter().all(|value| value.kind() != Kind::Text)
}

/// True for a list, a range, a table with a type, or a call of a function that makes domains, also where it is never closed.
fn looks_like_a_domain(text: &str) -> bool {
    let text = text.trim();
    let between = |open: char, close: char| text.starts_with(open) && text.ends_with(close);
    let is_open = |close: char| text.contains(',') && !text.contains(close);
    if between('[', ']') || (between('(', ')') && text.contains(',')) || (text.starts_with('[') && is_open(']')) {
        return true;
    }
    if between('{', '}') {
        return text.contains("type") || text.contains("from");
    }
    if let Some((name, _)) = text.split_once('(').filter(|_| text.ends_with(')') || is_open(')')) {
        return space::is_function(name.trim());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    matches!(words.as_slice(), [_, "to", _, "step", _])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str], literal: &[&str]) -> Result<(String, String)> {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let read = CommandLine::read(&own(words), &own(literal))?;
        let parameters = read.parameters.iter().map(|(name, domain)| format!("{name}={domain}")).collect::<Vec<_>>();
        Ok((read.line, parameters.join(" ; ")))
    }

    #[test]
    fn domains_are_taken_out_and_all_else_is_passed_through() {
        let words = [
            "python",
            "main.py",
            "--layers",
            "[32, 64, 128]",
            "--learning_rate",
            "uniform(1e-5, 1e-1, 3)",
            "--model",
            "['resnet18' 'bert']",
            "--do_something",
            "--alpha=1e-2",
            "--name",
            "two words",
            "--x=(1, 10, 2)",
        ];
        let (line, parameters) = read(&words, &[]).unwrap();
        assert_eq!(
            line,
            "python main.py --layers {layers} --learning_rate {learning_rate} --model {model} --do_something --alpha=1e-2 \
             --name 'two words' --x={x}"
        );
        assert_eq!(
            parameters,
            "layers=[32, 64, 128] ; learning_rate=uniform(1e-5, 1e-1, 3) ; model=['resnet18' 'bert'] ; x=(1, 10, 2)"
        );
    }

    #[test]
    fn keys_that_hydra_adds_are_parameters_of_their_names() {
        let (line, parameters) = read(&["python3", "main.py", "+model.lr=[0.1, 0.2]", "++db=[a b]"], &[]).unwrap();
        assert_eq!(line, "python3 main.py +model.lr={model.lr} ++db={db}");
        assert_eq!(parameters, "model.lr=[0.1, 0.2] ; db=[a b]");
    }

    #[test]
    fn values_with_commas_are_shown_as_they_are_written() {
        let meant = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            CommandLine::read(&words, &[]).unwrap().unbracketed
        };
        assert_eq!(meant(&["a", "--label-smoothing", "0.1,0.2"]).as_deref(), Some("--label-smoothing '[0.1,0.2]'"));
        assert_eq!(meant(&["a", "--lr=0.1,0.2"]).as_deref(), Some("'--lr=[0.1,0.2]'"));
        assert_eq!(meant(&["a", "+model.lr=0.1,0.2"]).as_deref(), Some("'+model.lr=[0.1,0.2]'"));
        assert_eq!(meant(&["a", "0.1,0.2", "--x", "1", "2,3"]), None);
    }

    #[test]
    fn what_is_literal_or_only_looks_like_it_stays() {
        let (line, parameters) = read(&["run", "--shape", "(3, 4)", "--f", "g(x)", "--re={2}"], &["shape"]).unwrap();
        assert_eq!((line.as_str(), parameters.as_str()), ("run --shape '(3, 4)' --f 'g(x)' --re={2}", ""));
        let (line, parameters) = read(&["python main.py --layers [1,2]"], &[]).unwrap();
        assert_eq!((line.as_str(), parameters.as_str()), ("python main.py --layers [1,2]", ""));
        let (line, _) = read(&["run", "[1, 2]"], &[]).unwrap();
        assert_eq!(line, "run '[1, 2]'");
    }

    #[test]
    fn tuples_and_slices_are_arguments() {
        for text in ["(0.9, 0.999)", "(3, 4)", "[0:10]", "[a-z]", "[", "[a", "sin(x", "g(1, 2"] {
            let (line, parameters) = read(&["run", "--x", text], &[]).unwrap();
            assert_eq!((line, parameters.as_str()), (format!("run --x '{text}'"), ""));
        }
        for text in ["(1, 10, 2)", "[32]", "['one']", "[a b]"] {
            assert_eq!(read(&["run", "--x", text], &[]).unwrap().1, format!("x={text}"));
        }
    }

    #[test]
    fn a_broken_domain_offers_the_way_out() {
        let error = read(&["run", "--layers", "[1, 1]"], &[]).unwrap_err();
        assert!(format!("{:?}", hint::hints(&error)).contains("--literal layers"));
        assert!(read(&["run", "--x=[1, 2]", "--x", "[3]"], &[]).is_err());
        for text in ["['a', 'b'", "uniform(1e-5, 1e-1, 3", "random.uniform(0, 1)"] {
            let error = read(&["run", "--x", text, "--y", "[1, 2]"], &[]).unwrap_err();
            assert!(format!("{:?}", hint::hints(&error)).contains("--literal x"), "{text}");
            assert_eq!(read(&["run", "--x", text, "--y", "[1, 2]"], &["x"]).unwrap().1, "y=[1, 2]");
        }
    }
}
