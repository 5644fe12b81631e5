//! How languages spell true and false.

use super::language::{Language, Other};

/// One way to spell true and false; the spelling found in a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Truth {
    yes: &'static str,
    no: &'static str,
}

const fn pair(yes: &'static str, no: &'static str) -> Truth {
    Truth { yes, no }
}

const LOWER: Truth = pair("true", "false");
const TITLE: Truth = pair("True", "False");
const UPPER: Truth = pair("TRUE", "FALSE");
const DOTTED: Truth = pair(".true.", ".false.");
const DIGIT: Truth = pair("1", "0");
const STYLES: [Truth; 6] = [LOWER, TITLE, UPPER, DOTTED, pair(".TRUE.", ".FALSE."), pair(".True.", ".False.")];
const SHORT: [Truth; 3] = [pair("T", "F"), pair(".T.", ".F."), pair(".t.", ".f.")];
const ANSWERS: [Truth; 6] =
    [pair("yes", "no"), pair("Yes", "No"), pair("YES", "NO"), pair("on", "off"), pair("On", "Off"), pair("ON", "OFF")];

impl Truth {
    /// The style of `text`, if it is a truth value in a file of `language`.
    pub(super) fn read(text: &[u8], language: Language) -> Option<Self> {
        let (short, answers) = match language {
            Language::Fortran | Language::FixedFortran | Language::Vasp | Language::R => (&SHORT[..], &[][..]),
            Language::Cp2k => (&SHORT[..], &ANSWERS[..]),
            Language::Ini
            | Language::Namd
            | Language::Gromacs
            | Language::Shell
            | Language::Dotenv
            | Language::Make
            | Language::Lammps
            | Language::Foam
            | Language::Other(_)
            | Language::Generic => (&[][..], &ANSWERS[..]),
            Language::Xml => {
                let styles = STYLES[..3].iter().chain(&ANSWERS);
                return styles.copied().find(|style| [style.yes, style.no].iter().any(|word| word.as_bytes() == text));
            }
            Language::Yaml | Language::Toml | Language::Json => {
                return (text == b"true" || text == b"false").then_some(LOWER);
            }
            _ => (&[][..], &[][..]),
        };
        let styles = STYLES.iter().chain(short).chain(answers);
        styles.copied().find(|style| [style.yes, style.no].iter().any(|word| word.as_bytes() == text))
    }

    /// `1` and `0`, where these are how `language` commonly says true and false.
    pub(super) fn digit(language: Language) -> Option<Self> {
        let common = matches!(
            language,
            Language::C
                | Language::Hoc
                | Language::Nmodl
                | Language::Perl
                | Language::Awk
                | Language::Fortran
                | Language::FixedFortran
                | Language::Shell
                | Language::Dotenv
                | Language::Make
                | Language::Ini
                | Language::Gromacs
                | Language::Other(_)
                | Language::Generic
        );
        common.then_some(DIGIT)
    }

    /// True if `word` is how this style spells true.
    pub(super) fn means(self, word: &str) -> bool {
        word == self.yes
    }

    pub(super) fn spell(self, truth: bool) -> &'static str {
        if truth { self.yes } else { self.no }
    }
}

/// How `language` spells truth where no style is to be kept.
pub(super) fn spelling(language: Language) -> Truth {
    match language {
        Language::Python | Language::Other(Other::Haskell | Other::Mathematica) => TITLE,
        Language::R => UPPER,
        Language::Fortran | Language::FixedFortran | Language::Vasp | Language::Cp2k => DOTTED,
        Language::Hoc | Language::Nmodl | Language::Perl | Language::Awk => DIGIT,
        Language::Gromacs | Language::Lammps | Language::Namd => ANSWERS[0],
        _ => LOWER,
    }
}
