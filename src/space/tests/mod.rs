//! What the whole module promises, from the text of a domain to its values.

mod goodness;
mod properties;
mod quantiles;
mod reading;
mod recorded;
mod sampling;
mod typed;

use super::Domain;

/// The values of a finite domain as they are written.
#[track_caller]
fn read(text: &str) -> Vec<String> {
    strings(&parsed(text))
}

#[track_caller]
fn parsed(text: &str) -> Domain {
    Domain::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn strings(domain: &Domain) -> Vec<String> {
    domain.values().unwrap().iter().map(ToString::to_string).collect()
}

/// The text is refused, and this is shown.
#[track_caller]
fn refused(text: &str, shown: &str) {
    assert_eq!(Domain::parse(text).unwrap_err().to_string(), shown);
}

/// The text is refused with this message, and with something pointed at.
#[track_caller]
fn refused_at(text: &str, pointed_at: &str, message: &str) {
    let error = Domain::parse(text).unwrap_err();
    assert_eq!(error.message(), message);
    assert!(text[error.offset()..].starts_with(pointed_at), "{error}");
}
