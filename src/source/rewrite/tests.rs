use super::*;
use crate::source::{ConfigFormat, Format, KeyPath, Language, Occurrences, Other, Place, Template};

fn binding(parameter: usize, name: &str, template: Template) -> Binding {
    let place = Place::Template(template);
    Binding { parameter, name: name.to_owned(), place, occurrences: Occurrences::Only, format: None }
}

fn named(parameter: usize, name: &str) -> Binding {
    binding(parameter, name, Template::assignment(name, Language::Python))
}

fn pattern(parameter: usize, name: &str, regex: &str) -> Binding {
    binding(parameter, name, Template::pattern(regex, Language::Python).unwrap())
}

fn values(literals: &[&str]) -> Vec<Value> {
    literals.iter().map(|literal| Value::guess(literal)).collect()
}

#[test]
fn pieces_make_up_the_file() {
    let base = &b"h = 1\r\ng = 3.0  # \xB5S\r\nname = 'a'"[..];
    let rewrite = Rewrite::new(base, vec![named(1, "name"), named(0, "g"), named(2, "h")]).unwrap();
    let point = values(&["0.5", "relu", "7"]);
    let file = rewrite.render(&point).unwrap();
    assert_eq!(file, b"h = 7\r\ng = 0.5  # \xB5S\r\nname = 'relu'");
    rewrite.verify(&file, &point).unwrap();
    assert_eq!(rewrite.replacements(&point).unwrap(), ["7", "0.5", "'relu'"]);
    let constants: Vec<&[u8]> = rewrite.constants().map(|range| &base[range]).collect();
    assert_eq!(constants, [&b"h = "[..], b"\r\ng = ", b"  # \xB5S\r\nname = ", b""]);
    let sites: Vec<_> = rewrite.sites().map(|(parameter, site)| (parameter, site.line)).collect();
    assert_eq!(sites, [(2, 1), (0, 2), (1, 3)]);
}

#[test]
fn one_parameter_may_have_many_sites() {
    let all = Binding { occurrences: Occurrences::All, ..named(0, "g") };
    let rewrite = Rewrite::new(&b"g = 1\nif x:\n    g = 2.0\n"[..], vec![all]).unwrap();
    let point = values(&["5"]);
    let file = rewrite.render(&point).unwrap();
    assert_eq!(file, b"g = 5\nif x:\n    g = 5\n");
    rewrite.verify(&file, &point).unwrap();
}

#[test]
fn a_negative_macro_has_parentheses() {
    for (language, before, value, after) in [
        (Language::C, "#define G 3 /* nS */\n", "-5", "#define G (-5) /* nS */\n"),
        (Language::C, "#define G 3.0f\n", "-5", "#define G (-5.0f)\n"),
        (Language::C, "#define G 1 + 2\n", "-5", "#define G (-5)\n"),
        (Language::C, "#define G 3\n", "5", "#define G 5\n"),
        (Language::C, "#define G -3\n", "-5", "#define G -5\n"),
        (Language::C, "#define G (3)\n", "-5", "#define G (-5)\n"),
        (Language::C, "#define G 3\n", "(1 + 2)", "#define G (1 + 2)\n"),
        (Language::Fortran, "#define G 3.0d0\n", "-5", "#define G (-5.0d0)\n"),
    ] {
        let binding = binding(0, "G", Template::assignment("G", language));
        let rewrite = Rewrite::new(before.as_bytes(), vec![binding]).unwrap();
        let point = values(&[value]);
        let file = rewrite.render(&point).unwrap();
        assert_eq!(String::from_utf8_lossy(&file), after);
        rewrite.verify(&file, &point).unwrap();
        let text = rewrite.replacement(0, &point[0]).unwrap();
        rewrite.verify_site(0, &point[0], &text).unwrap();
    }
}

#[test]
fn what_fixed_fortran_would_cut_off_is_refused() {
    let line = |indent: usize, name: &str| format!("{}{name} = 1.0\n", " ".repeat(indent));
    let narrow = format!("c{}\n{}      g = 2.0 ! {}\n", line(70, "h"), line(64, "h"), line(70, "k"));
    let of = |file: &str, name: &str, value: &str| {
        let binding = binding(0, name, Template::assignment(name, Language::FixedFortran));
        Rewrite::new(file.as_bytes(), vec![binding]).unwrap().render(&values(&[value]))
    };
    assert!(of(&narrow, "h", "1.25").is_ok());
    assert_eq!(
        of(&narrow, "h", "0.125").unwrap_err().in_file("m.f"),
        "h, line 3 of m.f: 0.125 cannot be written there: it would reach beyond column 72, where fixed-form Fortran ends"
    );
    assert!(of(&format!("\t{}", line(58, "h")), "h", "0.125").is_err());
    assert!(of(&narrow, "g", "0.125").is_ok());
    assert!(of(&format!("{narrow}{}", line(70, "k")), "h", "0.125").is_ok());
}

#[test]
fn overlapping_sites_are_refused() {
    let two = vec![named(0, "g"), pattern(1, "first", r"g = (?<value>\d)")];
    let error = Rewrite::new(&b"h = 1\ng = 3.0\n"[..], two).unwrap_err();
    assert_eq!(error.in_file("m.py"), "first and g would both be written to line 2 of m.py");
    let twice = Rewrite::new(&b"g = 3.0\n"[..], vec![named(0, "g"), named(0, "g")]).unwrap_err();
    assert_eq!(twice.in_file("m.py"), "g would be written twice to the same place, line 1 of m.py");
    let apart = vec![pattern(0, "a", r"g = (?<value>\d)"), pattern(1, "b", r"g = \d(?<value>\.\d)")];
    assert!(Rewrite::new(&b"g = 3.0\n"[..], apart).is_ok());
}

#[test]
fn a_missing_site_names_the_file() {
    let error = Rewrite::new(&b"h = 1\n"[..], vec![named(0, "g")]).unwrap_err();
    assert_eq!(error.parameter(), "g");
    assert_eq!(error.in_file("m.py"), "no line of m.py gives g a value; the name does not occur there, but h does");
    let error = Rewrite::new(&b"h = 1\n"[..], vec![pattern(0, "g", "g = (?<value>.)")]).unwrap_err();
    assert_eq!(error.in_file("m.py"), "g: pattern `g = (?<value>.)` matches nowhere in m.py");
}

#[test]
fn reading_back_finds_what_does_not_fit() {
    let verify = |binding: Binding, base: &'static [u8], literal: &str| {
        let rewrite = Rewrite::new(base, vec![binding]).unwrap();
        let point = values(&[literal]);
        let file = rewrite.render(&point).unwrap();
        let text = &rewrite.replacements(&point).unwrap()[0];
        let whole = rewrite.verify(&file, &point).map_err(|error| error.in_file("m.py"));
        let site = rewrite.verify_site(0, &point[0], text).map_err(|error| error.in_file("m.py"));
        assert_eq!(whole, site);
        whole
    };
    let lost = "g, line 1 of m.py: `1e-5`, once written, is not found again as the value";
    assert_eq!(verify(pattern(0, "g", r"g = (?<value>\d\.\d)"), b"g = 3.0\n", "1e-5"), Err(lost.to_owned()));
    assert_eq!(verify(pattern(0, "g", r"g = (?<value>\d\.\d)"), b"g = 3.0\n", "2.5"), Ok(()));
    let tuple = "g, line 2 of m.py: `1, 2`, once written, is not found again as the value";
    assert_eq!(verify(named(0, "g"), b"f(\n  g=3,\n)\n", "1, 2"), Err(tuple.to_owned()));
    assert_eq!(verify(named(0, "g"), b"f(\n  g=3,\n)\n", "max(1, 2)"), Ok(()));
    let format = |format| Binding { format: Some(Format::parse(format).unwrap()), ..named(0, "g") };
    let rounds = "g, line 1 of m.py: format `%.1f` writes 0.125 as 0.1";
    assert_eq!(verify(format("%.1f"), b"g = 3.0\n", "0.125"), Err(rounds.to_owned()));
    assert_eq!(verify(format("{} * nS"), b"g = 3.0 * nS\n", "0.125"), Ok(()));
}

#[test]
fn a_sign_behind_ref_is_refused() {
    let rewrite = |file: &str, value: &str| {
        let template = Template::assignment("n", Language::Other(Other::Ocaml));
        let rewrite = Rewrite::new(file.as_bytes(), vec![binding(0, "n", template)]).unwrap();
        rewrite.render(&values(&[value])).map(|file| String::from_utf8(file).unwrap())
    };
    let said = rewrite("let n = ref 3\n", "-5").unwrap_err().to_string();
    assert!(said.contains("next to `ref` its sign would be read otherwise"), "{said}");
    assert_eq!(rewrite("let n = ref 3\n", "5").unwrap(), "let n = ref 5\n");
    assert_eq!(rewrite("let n = 3\n", "-5").unwrap(), "let n = -5\n");
}

#[test]
fn a_sign_next_to_another_or_before_a_power_is_refused() {
    let of = |language: Language, file: &str, value: &str| {
        let template = Template::pattern(r"-?(?<value>-?\d)\b", language).unwrap();
        let rewrite = Rewrite::new(file.as_bytes(), vec![binding(0, "g", template)]).unwrap();
        rewrite
            .render(&values(&[value]))
            .map(|file| String::from_utf8(file).unwrap())
            .map_err(|error| error.to_string())
    };
    for (language, file, sign) in [
        (Language::Lua, "x = y -3\n", "-"),
        (Language::C, "x = y-3;\n", "-"),
        (Language::Python, "x = 3**y\n", "**"),
        (Language::Fortran, "x = 3 ** y\n", "**"),
        (Language::R, "x <- 3^y\n", "^"),
        (Language::C, "#define N 3\n", "#define"),
        (Language::Fortran, "#  define N\t3 ! c\n", "#define"),
    ] {
        let said = of(language, file, "-5").unwrap_err();
        assert!(said.contains(&format!("next to `{sign}` its sign would be read otherwise")), "{said}");
        assert_eq!(of(language, file, "5").unwrap(), file.replace('3', "5"));
    }
    for (language, file) in [
        (Language::Python, "x = y -3\n"),
        (Language::C, "x = 3 ^ y;\n"),
        (Language::Lua, "x = 3 * y\n"),
        (Language::Shell, "run -3\n"),
    ] {
        assert_eq!(of(language, file, "-5").unwrap(), file.replace('3', "-5"));
    }
}

#[test]
fn a_change_outside_the_sites_is_found() {
    let rewrite = Rewrite::new(&b"g = 3\nh = 1\n"[..], vec![named(0, "g")]).unwrap();
    let error = rewrite.verify(b"g = 5\nh = 2\n", &values(&["5"])).unwrap_err();
    assert_eq!(error.in_file("m.py"), "m.py differs in more than the values");
}

#[test]
fn text_outside_ascii_needs_a_utf8_file() {
    let point = values(&["größe"]);
    let latin = Rewrite::new(&b"# \xB5S\ng = 'a'\n"[..], vec![named(0, "g")]).unwrap();
    let message = "g, line 2 of m.py: größe cannot be written there: \
                   the file is not UTF-8, and it holds characters outside ASCII";
    assert_eq!(latin.render(&point).unwrap_err().in_file("m.py"), message);
    let utf8 = Rewrite::new("# µS\ng = 'a'\n".as_bytes(), vec![named(0, "g")]).unwrap();
    assert_eq!(utf8.render(&point).unwrap(), "# µS\ng = 'größe'\n".as_bytes());
}

#[test]
fn keys_and_lines_of_one_file_go_together() {
    let base = &b"model:\n  g: 3.0  # nS\n  act: relu\nrate: 1\n"[..];
    let key = |parameter, path: &str| Binding {
        place: Place::Key(ConfigFormat::Yaml, KeyPath::parse(path).unwrap()),
        ..named(parameter, path)
    };
    let format = Some(Format::parse("%.2e").unwrap());
    let rate = Template::assignment("rate", Language::Yaml);
    let bindings = vec![key(0, "model.g"), key(1, "model.act"), Binding { format, ..binding(2, "rate", rate) }];
    let rewrite = Rewrite::new(base, bindings).unwrap();
    let point = values(&["1e-5", "yes", "0.25"]);
    let file = rewrite.render(&point).unwrap();
    assert_eq!(file, b"model:\n  g: 1.0e-5  # nS\n  act: \"yes\"\nrate: 2.50e-01\n");
    rewrite.verify(&file, &point).unwrap();
}

#[test]
fn the_jansen_rit_connectivity_scales_four_sites() {
    let base = &b"C1 = 135.0\nC2 = 108.0\nC3 = 33.75\nC4 = 33.75\n"[..];
    let bindings = (0..4).map(|nth| named(nth, &format!("C{}", nth + 1))).collect();
    let rewrite = Rewrite::new(base, bindings).unwrap();
    let file = rewrite.render(&values(&["68", "54.4", "17", "17"])).unwrap();
    assert_eq!(file, b"C1 = 68\nC2 = 54.4\nC3 = 17\nC4 = 17\n");
}
