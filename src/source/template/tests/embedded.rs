//! Files within a file: notebooks, and what shells hand on.

use super::super::*;
use crate::source::{Binding, Place, Rewrite};
use crate::value::Value;

fn written(language: Language, before: &str, name: &str, value: &str) -> Result<String, String> {
    let place = Place::Template(Template::assignment(name, language));
    let binding = Binding { parameter: 0, name: name.to_owned(), place, occurrences: Occurrences::Only, format: None };
    let rewrite = Rewrite::new(before.as_bytes(), vec![binding]).map_err(|error| error.to_string())?;
    let values = [Value::guess(value)];
    let file = rewrite.render(&values).map_err(|error| error.to_string())?;
    rewrite.verify(&file, &values).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(file).unwrap())
}

#[test]
fn the_cells_of_a_notebook_are_one_program() {
    let notebook = |lr: &str, act: &str| {
        let code =
            format!(r##"["%matplotlib inline\n", "lr = {lr}  # \u00b5 = 3\n", "act = {act}\n", "fit(\n", "  k=4)"]"##);
        format!(
            r##"{{"cells": [{{"cell_type": "markdown", "source": ["lr = 5"]}},
              {{"cell_type": "code", "outputs": [{{"text": ["lr = 7"]}}], "source": {code}}},
              {{"cell_type": "code", "source": "\n%%bash\nk=3"}},
              {{"cell_type": "code", "source": "%%capture out\nn = 3"}}],
              "metadata": {{"kernelspec": {{"language": "python"}}}}, "nbformat": 4}}"##
        )
    };
    let before = notebook("0.1", r#"\"relu\""#);
    let of = |name: &str, value: &str| written(Language::Notebook, &before, name, value);
    assert_eq!(of("lr", "0.5").unwrap(), notebook("0.5", r#"\"relu\""#));
    assert_eq!(of("act", "a\"b\\c").unwrap(), notebook("0.1", r#"\"a\\\"b\\\\c\""#));
    assert_eq!(of("k", "5").unwrap(), before.replace("k=4)", "k=5)"));
    assert_eq!(of("n", "5").unwrap(), before.replace("n = 3", "n = 5"));
    assert!(of("missing", "5").unwrap_err().contains("no line of the file gives missing a value"));
    assert!(of("kernelspec", "5").is_err() && of("fit", "5").is_err());
}

#[test]
fn what_a_shell_hands_on_is_a_file_of_its_own() {
    let of = |before: &str, name: &str, value: &str| written(Language::Shell, before, name, value);
    let input = "n=2\npw.x > out <<EOF\n &control\n ecut = 30.0d0, pre = 'si' ! ecut = 3\n/\nEOF\necho ecut\n";
    assert_eq!(of(input, "ecut", "40").unwrap(), input.replace("30.0d0", "40.0d0"));
    assert_eq!(of(input, "n", "3").unwrap(), input.replace("n=2", "n=3"));
    let error = of(input, "pre", "$HOME").unwrap_err();
    assert!(error.contains("the shell would expand a part of it"), "{error}");
    let literal = input.replace("<<EOF", "<<'EOF'");
    assert_eq!(of(&literal, "pre", "$HOME").unwrap(), literal.replace("'si'", "'$HOME'"));
    let python = "python3 - <<EOF\non = False\nEOF\n";
    assert_eq!(of(python, "on", "true").unwrap(), python.replace("False", "True"));
    let named = "cat <<EOF > conf.yaml\na: {lr: 0.1}\nEOF\n";
    assert_eq!(of(named, "lr", "0.5").unwrap(), named.replace("0.1", "0.5"));
    let quiet = named.replace("conf.yaml", "conf.py 2> /dev/null").replace("{lr: 0.1}", "1\non = False");
    assert_eq!(of(&quiet, "on", "true").unwrap(), quiet.replace("False", "True"));
    let writes = "./sim <<EOF > out.json\nlr = 0.1\nEOF\n";
    assert_eq!(of(writes, "lr", "0.5").unwrap(), writes.replace("0.1", "0.5"));
    // No run depends on what a script says of itself.
    for shown in ["cat <<EOF\nlr = 0.1\nEOF\n", "usage() {\n  cat >&2 <<EOF\nlr = 0.1\nEOF\n}\n"] {
        assert!(of(shown, "lr", "0.5").unwrap_err().contains("no line of the file gives lr a value"));
    }
    let piped = "cat <<EOF | ./sim\nlr = 0.1\nEOF\n";
    assert_eq!(of(piped, "lr", "0.5").unwrap(), piped.replace("0.1", "0.5"));
    // What the shell puts there is no place for a value.
    assert!(of("for lr in 1 2; do\ncat > a <<EOF\nlr = $lr\nEOF\ndone\n", "lr", "5").is_err());
}
