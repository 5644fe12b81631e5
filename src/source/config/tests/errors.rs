use super::super::ConfigFormat::*;
use super::*;

fn error(file: &str, format: ConfigFormat, path: &str) -> KeyError {
    find_key(file.as_bytes(), format, &KeyPath::parse(path).unwrap()).unwrap_err()
}

#[test]
fn each_error_says_what_and_where() {
    for (format, file, path, message) in [
        (Yaml, "a: {lr: 1, mu: 2}\n", "a.rl", "a in conf has no key rl; it has lr, mu"),
        (Toml, "a = 1\n", "b", "conf has no key b; it has a"),
        (Json, "{}", "b", "conf has no key b; it has nothing"),
        (Ini, "[model]\ng = 1\n", "model.gg", "model in conf has no key gg; it has g"),
        (Ini, "[model]\ng = 1\n", "modle.g", "conf has no key modle; it has model"),
        (Json, "{\"a\": [1, 2]}", "a[2]", "a in conf has 2 items, from [0], and no [2]"),
        (Json, "{\"a\": [1]}", "a[1]", "a in conf has 1 item, [0], and no [1]"),
        (Json, "{\"a\": [1, 2]}", "a.x", "a in conf has 2 items, from [0], and no x"),
        (Json, "{\"a\": 1}", "a.x", "a in conf is a number and has no x"),
        (Json, "{\"a\": {\"b\": 1}}", "a[0]", "a in conf is a table of 1 key and has no [0]"),
        (Yaml, "a: {lr: 1, mu: 2}\n", "a", "a in conf is a table of 2 keys, not a single value"),
        (Toml, "a = [1, 2]\n", "a", "a in conf is a list of 2, not a single value"),
        (Yaml, "a: &x 1\nb: *x\n", "b", "b in conf, line 2, is an alias, which cannot be replaced where it stands"),
        (
            Yaml,
            "a: &x {c: 1}\nb: *x\n",
            "b.c",
            "b in conf, line 2, is an alias, which cannot be replaced where it stands",
        ),
        (Yaml, "a: !!str 1\n", "a", "a in conf, line 1, is a tagged value, which cannot be replaced where it stands"),
        (Yaml, "a: |\n  x\n", "a", "a in conf, line 2, is a block scalar, which cannot be replaced where it stands"),
        (
            Yaml,
            "a: x\n  y\n",
            "a",
            "a in conf, line 1, is text over several lines, which cannot be replaced where it stands",
        ),
        (
            Yaml,
            "a: 'x\n  y'\n",
            "a",
            "a in conf, line 1, is text over several lines, which cannot be replaced where it stands",
        ),
        (Yaml, "a:\nb: 1\n", "a", "a in conf, line 1, is empty, which cannot be replaced where it stands"),
        (
            Toml,
            "a = '''x\ny'''\n",
            "a",
            "a in conf, line 1, is text over several lines, which cannot be replaced where it stands",
        ),
        (
            Ini,
            "[s]\na = x\n  y\nb = 1\n",
            "s.a",
            "s.a in conf, line 2, is text over several lines, which cannot be replaced where it stands",
        ),
        (Yaml, "a: 1\nb: 2\na: 3\n", "a", "conf has the key a more than once: lines 1, 3"),
        (Json, "{\"a\": {\"b\": 1,\n\"b\": 2}}", "a.b", "conf has the key a.b more than once: lines 1, 2"),
        (Ini, "[s]\na = 1\n[s]\na = 2\n", "s.a", "conf has the key s.a more than once: lines 2, 4"),
        (Yaml, "a: 1\n---\na: 2\n", "a", "several documents of conf have the key a: lines 1, 3"),
        (Yaml, "", "a", "conf holds no document"),
        (Yaml, "a: [1, 2\nb: 3\n", "a", "conf, line 2, column 2: illegal placement of ':' indicator"),
        (Toml, "a = 1\nb = \n", "a", "conf, line 2, column 5: string values must be quoted, expected literal string"),
        (Toml, "a = 1\na = 2\n", "a", "conf, line 2, column 1: duplicate key"),
        (Json, "{\"a\": 1\n\"b\": 2}", "a", "conf, line 2, column 1: `,` or `}` is expected"),
        (Json, "{\"a\": 01}", "a", "conf, line 1, column 7: a value is expected"),
        (Json, "{\"a\": 1} x", "a", "conf, line 1, column 10: something follows the document"),
        (Json, "{\"a\": \"x", "a", "conf, line 1, column 7: a string is not closed"),
        (Xml, "<m><i/>\n<i/></m>", "m.i", "m.i in conf is 2 elements, not a single value"),
        (Xml, "<m><i id='a'/>\n<i id='a'/></m>", "m.i.a", "m.i.a in conf is 2 elements, not a single value"),
        (Xml, "<m><g>1</g></m>", "h", "m in conf has no key h; it has g"),
        (Xml, "<m a='1'><g>1</g></m>", "m@b", "m in conf has no key @b; it has @a, g"),
        (Xml, "<m><g/></m>", "g", "m.g in conf, line 1, is empty, which cannot be replaced where it stands"),
        (Xml, "<m><g>\n</g></m>", "g", "m.g in conf, line 1, is empty, which cannot be replaced where it stands"),
        (
            Xml,
            "<m><g><![CDATA[1]]></g></m>",
            "g",
            "m.g in conf, line 1, is a CDATA section, which cannot be replaced where it stands",
        ),
        (
            Xml,
            "<m><g>1<!-- c -->2</g></m>",
            "g",
            "m.g in conf, line 1, is text in several parts, which cannot be replaced where it stands",
        ),
        (
            Xml,
            "<m><g>&x;1</g></m>",
            "g",
            "m.g in conf, line 1, is text with an entity of its own, which cannot be replaced where it stands",
        ),
        (Xml, "<m><g>1</h></m>", "g", "conf, line 1, column 11: `</g>` is expected"),
        (Xml, "<m g=1/>", "g", "conf, line 1, column 6: a value in quotes is expected"),
        (Xml, "<m a='1' a='2'/>", "a", "conf, line 1, column 10: the attribute stands there twice"),
        (Xml, "<m></m><n/>", "g", "conf, line 1, column 8: something follows the root element"),
        (Xml, "<m><g>1</g>", "g", "conf, line 1, column 12: an element is not closed"),
    ] {
        assert_eq!(error(file, format, path).in_file("conf"), message, "{file}");
    }
}

#[test]
fn the_way_out_is_offered() {
    for (format, file, path, hint) in [
        (Yaml, "a: {lr: 1, mu: 2}\n", "a.rl", Some("did you mean a.lr?")),
        (Yaml, "a: {lr: 1, mu: 2}\n", "a.weight", None),
        (Yaml, "b: &b {x: 1}\na:\n  <<: *b\n", "a.x", Some("give x a value in a itself")),
        (Yaml, "a: &x 1\nb: *x\n", "b", Some("name the key at which its anchor (`&`) stands")),
        (
            Toml,
            "[m]\na = [1, 2]\n",
            "m.a",
            Some(
                "name an item of it, as in `key[0]`, or a list as a whole by its line, `name = \"a\"` and \
                 values = ['[1, 2]', '[3]']",
            ),
        ),
    ] {
        assert_eq!(error(file, format, path).hint().as_deref(), hint, "{file}");
    }
}

#[test]
fn what_is_not_utf8_is_refused_where_the_format_wants_it() {
    let path = KeyPath::parse("a").unwrap();
    let error = find_key(b"b: 1\na: \xE9\n", Yaml, &path).unwrap_err();
    assert_eq!(error.in_file("conf"), "conf, line 2, column 4: the bytes are not UTF-8");
}

#[test]
fn deep_documents_are_refused() {
    let path = KeyPath::parse("a").unwrap();
    let deep = "[".repeat(100_000);
    assert!(matches!(find_key(deep.as_bytes(), Json, &path), Err(KeyError::Unreadable { .. })));
    let deep = "[".repeat(5_000);
    assert!(matches!(find_key(deep.as_bytes(), Yaml, &path), Err(KeyError::Unreadable { .. })));
    let elements = "<a>".repeat(100_000);
    assert!(matches!(find_key(elements.as_bytes(), Xml, &path), Err(KeyError::Unreadable { .. })));
    let deep = format!("a = {deep}");
    assert!(matches!(find_key(deep.as_bytes(), Toml, &path), Err(KeyError::Unreadable { .. })));
}

#[test]
fn xml_holds_no_control_characters() {
    let path = KeyPath::parse("a").unwrap();
    let refused = rewrite(b"<a>1</a>", Xml, &path, &Value::text("\u{1}")).unwrap_err();
    assert_eq!(refused, "g, line 1 of conf: \"\\u0001\" cannot be written there: XML has no spelling for it");
    let blank = rewrite(b"<a>1</a>", Xml, &path, &Value::text(" b")).unwrap_err();
    assert_eq!(blank, "g, line 1 of conf: ` b`, once written, is not found again as the value");
}

#[test]
fn json_has_no_infinity() {
    let path = KeyPath::parse("a").unwrap();
    let refused = rewrite(b"{\"a\": 1}", Json, &path, &Value::float(f64::INFINITY)).unwrap_err();
    assert_eq!(refused, "g, line 1 of conf: inf cannot be written there: JSON has no spelling for it");
}
