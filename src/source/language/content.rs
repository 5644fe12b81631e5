//! What the lines of a file tell of its language.

use super::Language;

/// Interpreters that a first line such as `#!/usr/bin/env python3` names.
const INTERPRETERS: [(&[u8], Language); 11] = [
    (b"python", Language::Python),
    (b"bash", Language::Shell),
    (b"zsh", Language::Shell),
    (b"sh", Language::Shell),
    (b"perl", Language::Perl),
    (b"awk", Language::Awk),
    (b"gawk", Language::Awk),
    (b"Rscript", Language::R),
    (b"julia", Language::Julia),
    (b"octave", Language::Matlab),
    (b"node", Language::JavaScript),
];

/// Commands of LAMMPS, of which each input script that builds or reads a system has several.
const LAMMPS: [&[u8]; 6] = [b"units", b"atom_style", b"pair_style", b"lattice", b"read_data", b"read_restart"];

/// Settings of NAMD, of which each configuration file has several.
const NAMD: [&[u8]; 10] = [
    b"structure",
    b"coordinates",
    b"parameters",
    b"outputname",
    b"cutoff",
    b"exclude",
    b"timestep",
    b"pairlistdist",
    b"langevin",
    b"1-4scaling",
];

/// The language that the lines of `bytes` tell, if they do.
pub(super) fn language(bytes: &[u8]) -> Option<Language> {
    if let Some(interpreter) = bytes.strip_prefix(b"#!") {
        let line = interpreter.split(|&b| b == b'\n').next().unwrap_or_default();
        let mut words = line.trim_ascii().split(u8::is_ascii_whitespace).map(program);
        // What stands behind `env` may be its options and variables.
        let is_program = |word: &&[u8]| !word.is_empty() && *word != b"env" && word[0] != b'-' && !word.contains(&b'=');
        let program = words.find(is_program)?;
        return INTERPRETERS.iter().find(|(name, _)| *name == program).map(|(_, language)| *language);
    }
    if is_xml(bytes) {
        return Some(Language::Xml);
    }
    let lines = || bytes.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    if lines().any(|line| matches!(line.strip_prefix(b"FoamFile").map(<[u8]>::trim_ascii_start), Some([] | [b'{', ..])))
    {
        return Some(Language::Foam);
    }
    if is_cp2k(bytes) {
        return Some(Language::Cp2k);
    }
    if lines().any(is_plumed) {
        return Some(Language::Plumed);
    }
    if is_namd(bytes) {
        return Some(Language::Namd);
    }
    if [b'&', b'$'].iter().any(|&mark| lines().any(|line| opens(line, mark)) && lines().any(|line| closes(line, mark)))
    {
        return Some(Language::Fortran);
    }
    let is_there = |command: &&&[u8]| lines().any(|line| line.split(u8::is_ascii_whitespace).next() == Some(command));
    (LAMMPS.iter().filter(is_there).count() >= 2).then_some(Language::Lammps)
}

/// True if a section closes by its name, as in `&END GLOBAL`, which no namelist does.
fn is_cp2k(bytes: &[u8]) -> bool {
    let closed = |line: &[u8]| {
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let is_end = words.next().is_some_and(|word| word.eq_ignore_ascii_case(b"&end"));
        words.next().filter(|_| is_end).map(<[u8]>::to_ascii_lowercase)
    };
    let opens = |line: &[u8], name: &[u8]| {
        let word = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        word.strip_prefix(b"&").is_some_and(|word| word.eq_ignore_ascii_case(name))
    };
    let lines = || bytes.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    lines().find_map(closed).is_some_and(|name| lines().any(|line| opens(line, &name)))
}

/// True if three or more lines are settings of NAMD, with a blank before the value.
pub(super) fn is_namd(bytes: &[u8]) -> bool {
    let lines = || bytes.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let is_setting = |line: &[u8], name: &[u8]| {
        let (key, rest) = line.split_at(line.len().min(name.len()));
        let value = rest.trim_ascii_start();
        key.eq_ignore_ascii_case(name)
            && value.len() < rest.len()
            && value.first().is_some_and(|first| !matches!(first, b'=' | b':'))
    };
    NAMD.iter().filter(|name| lines().any(|line| is_setting(line, name))).count() >= 3
}

/// True if the first thing in the file is a comment of Mathematica, whose packages have MATLAB's extension.
pub(super) fn is_mathematica(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    text.starts_with(b"(*") || text.starts_with(b"BeginPackage[")
}

/// True if a block of Nextflow's configurations opens, `params {`, as no other `.config` has it.
pub(super) fn is_nextflow(bytes: &[u8]) -> bool {
    let opens = |line: &[u8]| {
        let block = line.trim_ascii().strip_suffix(b"{").map(<[u8]>::trim_ascii_end);
        matches!(block, Some(b"params" | b"process" | b"profiles"))
    };
    bytes.split(|&b| b == b'\n').any(opens)
}

/// True for a line that only PLUMED has: the action that prints, or the comment by which editors know the file.
fn is_plumed(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace);
    let prints = words.next() == Some(b"PRINT") && words.any(|word| word.starts_with(b"ARG="));
    prints || line.strip_prefix(b"#").is_some_and(|line| line.ends_with(b"ft=plumed"))
}

/// True if the file starts and ends as XML does; pages of HTML are none.
pub(super) fn is_xml(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes).trim_ascii();
    let behind = text.strip_prefix(b"<").unwrap_or_default();
    let opens = behind.starts_with(b"?xml")
        || behind.starts_with(b"!--")
        || behind.first().is_some_and(u8::is_ascii_alphabetic);
    let is_page = behind.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"html"));
    opens && !is_page && text.ends_with(b">")
}

/// The name of the program at a path, without its version.
fn program(path: &[u8]) -> &[u8] {
    let name = path.rsplit(|&b| b == b'/').next().unwrap_or_default();
    let version = name.iter().rev().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
    &name[..name.len() - version]
}

/// True if `line` opens a namelist, as `&control` and what stands behind it does, with this mark.
fn opens(line: &[u8], mark: u8) -> bool {
    let name = line.strip_prefix(&[mark]);
    name.is_some_and(|name| name.first().is_some_and(u8::is_ascii_alphabetic) && !is_end(name))
}

/// True if `line` closes a namelist that opens with this mark: by `&end`, or by `/`, alone or behind a value.
fn closes(line: &[u8], mark: u8) -> bool {
    let code = line.split(|&b| b == b'!').next().unwrap_or_default().trim_ascii_end();
    let last = code.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
    let is_word = last.len() == 4 && last[0] == mark && is_end(&last[1..]);
    is_word || mark == b'&' && (code == b"/" || code.ends_with(b"/") && code.contains(&b'='))
}

fn is_end(name: &[u8]) -> bool {
    name.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"end"))
        && !name.get(3).is_some_and(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_the_language() {
        for (text, expected) in [
            ("#!/bin/bash\nG=3\n", Some(Language::Shell)),
            ("#!/usr/bin/env -S Rscript --vanilla\n", Some(Language::R)),
            ("#!/opt/tool\n", None),
            ("#!/shared/python/bin/tool\n", None),
            ("#!/home/shen/bin/python3.11 -u\r\n", Some(Language::Python)),
            ("#! /usr/bin/env FAST=1 julia\n", Some(Language::Julia)),
            ("Heating run\n &cntrl\n  cut=8.0 /\n", Some(Language::Fortran)),
            ("&control\n nat = 2\n&end\n", Some(Language::Fortran)),
            (" $a x=1 $end\n", Some(Language::Fortran)),
            ("$path = a\nb = c/\n", None),
            ("&GLOBAL\n RUN_TYPE ENERGY\n&END GLOBAL\n", Some(Language::Cp2k)),
            ("&global\n&print low\n &end\n&end Global\n", Some(Language::Cp2k)),
            ("structure a.psf\ncoordinates a.pdb\ncutoff 12.0\n", Some(Language::Namd)),
            ("structure = a\ncoordinates : b\ncutoff = 12.0\n", None),
            ("d: DISTANCE ATOMS=1,2\nPRINT ARG=d FILE=COLVAR\n", Some(Language::Plumed)),
            ("# vim:ft=plumed\n", Some(Language::Plumed)),
            ("PRINT a\n", None),
            ("FoamFile { version 2.0; }\n", Some(Language::Foam)),
            ("FoamFile\n{\n}\n", Some(Language::Foam)),
            ("units lj\nlattice fcc 0.8\n", Some(Language::Lammps)),
            ("units are those of SI\ng = 3\n", None),
            ("g = 3\n", None),
            ("<?xml version=\"1.0\"?>\n<a/>\n", Some(Language::Xml)),
            ("\u{FEFF}<!-- c -->\n<a>\n</a>", Some(Language::Xml)),
            ("<html>\n</html>\n", None),
            ("<- 3\n", None),
            ("<file> = 3\n", None),
        ] {
            assert_eq!(language(text.as_bytes()), expected, "{text}");
        }
    }
}
