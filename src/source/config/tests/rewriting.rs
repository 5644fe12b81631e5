use super::super::ConfigFormat::*;
use super::*;

fn check(format: ConfigFormat, rows: &[(&str, &str, &str, &str)]) {
    for (before, path, value, after) in rows {
        let value = value.strip_prefix('\'').map_or_else(|| Value::guess(value), Value::text);
        let path = KeyPath::parse(path).unwrap();
        let written =
            rewrite(before.as_bytes(), format, &path, &value).unwrap_or_else(|error| panic!("{error}\n{before}"));
        assert_eq!(String::from_utf8(written).unwrap(), *after);
    }
}

#[test]
fn toml() {
    check(
        Toml,
        &[
            ("g = 3.0 # nS\n", "g", "2.5", "g = 2.5 # nS\n"),
            ("[a.b]\nc = 3\n[d]\nc = 4\n", "a.b.c", "5", "[a.b]\nc = 5\n[d]\nc = 4\n"),
            ("a.b = { c = 1, d = [1, 2, 3] } # x\n", "a.b.d[1]", "9", "a.b = { c = 1, d = [1, 9, 3] } # x\n"),
            ("[[l]]\ns = 1\n\n[[l]]\ns = 2\n", "l[1].s", "7", "[[l]]\ns = 1\n\n[[l]]\ns = 7\n"),
            ("act = 'relu'\n", "act", "tanh", "act = 'tanh'\n"),
            ("act = \"relu\"\n", "act", "a\"b\\c", "act = \"a\\\"b\\\\c\"\n"),
            ("act = \"relu\"\n", "act", "'3", "act = \"3\"\n"),
            ("act = \"relu\"\n", "act", "3", "act = 3\n"),
            ("n = 1_000\r\n", "n", "2000", "n = 2000\r\n"),
            ("\"a.b\".c = 1", "'a.b'.c", "2", "\"a.b\".c = 2"),
            ("on = true\n", "on", "false", "on = false\n"),
            ("x = 1.0\n", "x", ".5", "x = 0.5\n"),
            ("x = 1.0\n", "x", "inf", "x = inf\n"),
            ("x = 0x10\n", "x", "'a\nb", "x = \"a\\nb\"\n"),
            ("# é\nlist = [\n  1, # one\n  2,\n]\n", "list[1]", "5", "# é\nlist = [\n  1, # one\n  5,\n]\n"),
            ("l = [{a = 1}, {a = 2}]\n", "l.1.a", "5", "l = [{a = 1}, {a = 5}]\n"),
            ("\u{FEFF}g = 1\n", "g", "2", "\u{FEFF}g = 2\n"),
        ],
    );
}

#[test]
fn json() {
    check(
        Json,
        &[
            ("{\n  \"g\": 3.0,\n  \"h\": 2\n}\n", "g", "2.5", "{\n  \"g\": 2.5,\n  \"h\": 2\n}\n"),
            ("{\"a\":{\"b\":[1,{\"c\":2}]}}", "a.b[1].c", "9", "{\"a\":{\"b\":[1,{\"c\":9}]}}"),
            ("[1, [2, 3]]", "[1][0]", "'x", "[1, [\"x\", 3]]"),
            ("{\"s\": \"a\\\"b\"}", "s", "c\"d", "{\"s\": \"c\\\"d\"}"),
            ("{\"s\": null}", "s", "true", "{\"s\": true}"),
            ("{\"s\": 1}", "s", "'1", "{\"s\": \"1\"}"),
            ("{\"s\": 1}", "s", "+.5", "{\"s\": 0.5}"),
            ("{\"s\": 1}", "s", "1e-5", "{\"s\": 1e-5}"),
            ("// c\n{\"s\": 1, /* x */ \"t\": 2,}\n", "t", "3", "// c\n{\"s\": 1, /* x */ \"t\": 3,}\n"),
            ("{\"\\u0061\": 1}", "a", "2", "{\"\\u0061\": 2}"),
            ("{\"é\": \"ü\"}", "é", "ö", "{\"é\": \"ö\"}"),
            ("{\"a\": {\"type\": \"discrete\",\n \"domain\": [1, 2]}, \"b\": 3}", "a", "2", "{\"a\": 2, \"b\": 3}"),
            ("[{\"type\": \"categorical\", \"domain\": [\"x\"]}]", "[0]", "x", "[\"x\"]"),
            (
                "{\"a\": {\"type\": \"discrete\", \"domain\": [1, 2]}}",
                "a.domain[0]",
                "7",
                "{\"a\": {\"type\": \"discrete\", \"domain\": [7, 2]}}",
            ),
            ("{\"a\": {\"x\": 1}, \"b\": {\"x\": 2}}", "b.x", "3", "{\"a\": {\"x\": 1}, \"b\": {\"x\": 3}}"),
        ],
    );
}

#[test]
fn yaml() {
    check(
        Yaml,
        &[
            ("g: 3.0  # nS\n", "g", "2.5", "g: 2.5  # nS\n"),
            ("a:\n  b:\n    - 1\n    - c: 2\n", "a.b[1].c", "9", "a:\n  b:\n    - 1\n    - c: 9\n"),
            ("a: {b: [1, 2], c: x}\n", "a.b[1]", "9", "a: {b: [1, 9], c: x}\n"),
            ("a: {b: x, c: y}\n", "a.b", "p, q", "a: {b: \"p, q\", c: y}\n"),
            ("a: x # c\n", "a", "yes", "a: \"yes\" # c\n"),
            ("a: x\n", "a", "'3", "a: \"3\"\n"),
            ("a: x\n", "a", "a: b", "a: \"a: b\"\n"),
            ("a: x\n", "a", "# x", "a: \"# x\"\n"),
            ("a: x\n", "a", "  b", "a: \"  b\"\n"),
            ("a: x\n", "a", "two words", "a: two words\n"),
            ("a: 'it''s'  # it's\n", "a", "it's 2", "a: 'it''s 2'  # it's\n"),
            ("a: \"x\\ty\" # c\n", "a", "z\n\"", "a: \"z\\n\\\"\" # c\n"),
            ("a: 'x'\n", "a", "3", "a: 3\n"),
            ("a: 1\n", "a", "1e5", "a: 1.0e+5\n"),
            ("a: 1\n", "a", "-inf", "a: -.inf\n"),
            ("a: 1\n", "a", "nan", "a: .nan\n"),
            ("a: yes\n", "a", "true", "a: true\n"),
            ("a: &x 1\nb: *x\n", "a", "2", "a: &x 2\nb: *x\n"),
            ("é: ü # ö\r\nb: 1 # ö\r\n", "b", "2", "é: ü # ö\r\nb: 2 # ö\r\n"),
            ("é: ü # ö\nb: 1\n", "é", "ß", "é: ß # ö\nb: 1\n"),
            ("x: 😀\nb: 1\n", "b", "2", "x: 😀\nb: 2\n"),
            ("---\na: 1\n---\nb: 2\n", "b", "3", "---\na: 1\n---\nb: 3\n"),
            ("- 1\n- - 2\n  - 3\n", "[1][0]", "9", "- 1\n- - 9\n  - 3\n"),
            ("{\"a\":1,\"b\":\"c\"}", "b", "5", "{\"a\":1,\"b\":5}"),
            ("a: null\nb: ~\n", "b", "5", "a: null\nb: 5\n"),
            ("\"a.b\": 1\n", "'a.b'", "2", "\"a.b\": 2\n"),
            ("\u{FEFF}a: 1\n", "a", "2", "\u{FEFF}a: 2\n"),
            ("base: &b {x: 1}\nuse:\n  <<: *b\n  y: 2\n", "use.y", "3", "base: &b {x: 1}\nuse:\n  <<: *b\n  y: 3\n"),
            ("a:\n# c\n\n  b:   1\n", "a.b", "2", "a:\n# c\n\n  b:   2\n"),
        ],
    );
}

#[test]
fn ini() {
    check(
        Ini,
        &[
            ("[a]\ng = 3.0 ; nS\n[b]\ng = 4\n", "b.g", "5", "[a]\ng = 3.0 ; nS\n[b]\ng = 5\n"),
            ("g = 1\n[a]\ng = 2\n", "g", "5", "g = 5\n[a]\ng = 2\n"),
            ("[a.b]\nc.d : x # y\n", "a.b.c.d", "z", "[a.b]\nc.d : z # y\n"),
            ("[a b]\nk =\n", "a b.k", "5", "[a b]\nk =5\n"),
            ("[a]\r\ns = \"x\" \r\n", "a.s", "y z", "[a]\r\ns = \"y z\" \r\n"),
            ("[a]\nx = 1\n[b]\ny = 2\n[a]\nz = 3\n", "a.z", "4", "[a]\nx = 1\n[b]\ny = 2\n[a]\nz = 4\n"),
            ("[a]\n  x = 1\n  y = 2\n", "a.y", "3", "[a]\n  x = 1\n  y = 3\n"),
        ],
    );
    let path = KeyPath::parse("a.g").unwrap();
    let latin = rewrite(b"# caf\xE9\n[a]\ng = 1 ; \xB5S\n", Ini, &path, &Value::guess("2")).unwrap();
    assert_eq!(latin, b"# caf\xE9\n[a]\ng = 2 ; \xB5S\n");
}

#[test]
fn xml() {
    check(
        Xml,
        &[
            ("<m><g>3.0</g></m>\n", "m.g", "2.5", "<m><g>2.5</g></m>\n"),
            ("<m><g>3.0</g></m>\n", "g", "2.5", "<m><g>2.5</g></m>\n"),
            ("<m><g unit='nS'> 3.0 </g></m>", "m.g", "2.5", "<m><g unit='nS'> 2.5 </g></m>"),
            ("<m><g unit='nS'>3.0</g></m>", "m.g@unit", "pS", "<m><g unit='pS'>3.0</g></m>"),
            ("<m g = \"3.0\"/>", "m@g", "2.5", "<m g = \"2.5\"/>"),
            ("<m g='3.0'/>", "m.g", "2.5", "<m g='2.5'/>"),
            ("<m g='3.0'><g>1</g></m>", "m.g", "2", "<m g='3.0'><g>2</g></m>"),
            ("<m g='3.0'><g>1</g></m>", "m@g", "2", "<m g='2'><g>1</g></m>"),
            ("<c g=\"10 nS\" h='-70mV'/>", "c@g", "5", "<c g=\"5 nS\" h='-70mV'/>"),
            ("<c g=\"10 nS\" h='-70mV'/>", "c@h", "-1e-3", "<c g=\"10 nS\" h='-1e-3mV'/>"),
            ("<c g=\"10 nS\"/>", "c@g", "5 pS", "<c g=\"5 pS\"/>"),
            ("<m><i id='a' g='1'/><i id='b' g='2'/></m>", "i[1]@g", "5", "<m><i id='a' g='1'/><i id='b' g='5'/></m>"),
            ("<m><i id='a' g='1'/><i id='b' g='2'/></m>", "i.b.g", "5", "<m><i id='a' g='1'/><i id='b' g='5'/></m>"),
            (
                "<m><p name='dt' value='1'/><p name='T' value='2'/></m>",
                "m.p.T",
                "5",
                "<m><p name='dt' value='1'/><p name='T' value='5'/></m>",
            ),
            ("<m><p name='dt'>1</p></m>", "m.p.dt", "5", "<m><p name='dt'>5</p></m>"),
            ("<m><s>a &amp; b</s></m>", "s", "<c> & \"d\"", "<m><s>&lt;c&gt; &amp; &quot;d&quot;</s></m>"),
            ("<m s='a'/>", "s", "it's\tso", "<m s='it&apos;s&#9;so'/>"),
            ("<m><s>on</s></m>", "s", "false", "<m><s>off</s></m>"),
            ("<m><s></s><t> </t></m>", "s", "5", "<m><s>5</s><t> </t></m>"),
            ("<m><s>3<!-- 4 --></s></m>", "s", "5", "<m><s>5<!-- 4 --></s></m>"),
            ("<m>\r\n<!-- <g>1</g> -->\r\n<g\r\n>3</g></m>", "g", "5", "<m>\r\n<!-- <g>1</g> -->\r\n<g\r\n>5</g></m>"),
            (
                "\u{FEFF}<?xml version='1.0'?>\n<!DOCTYPE m [<!ENTITY x '>'>]>\n<m><é>ü</é></m><!-- e -->\n",
                "m.é",
                "ö",
                "\u{FEFF}<?xml version='1.0'?>\n<!DOCTYPE m [<!ENTITY x '>'>]>\n<m><é>ö</é></m><!-- e -->\n",
            ),
        ],
    );
}

#[test]
fn formats_go_by_the_extension() {
    for (path, format) in [
        ("conf/model.yaml", Some(Yaml)),
        ("a.yml", Some(Yaml)),
        ("a.toml", Some(Toml)),
        ("a.json", Some(Json)),
        ("a.jsonc", Some(Json)),
        ("a.cfg", Some(Ini)),
        ("a.xml", Some(Xml)),
        ("a.py", None),
        ("a", None),
    ] {
        assert_eq!(ConfigFormat::of_path(path), format, "{path}");
    }
    assert_eq!(ConfigFormat::of_file("cell.nml", b"<neuroml>\n</neuroml>\n"), Some(Xml));
    assert_eq!(ConfigFormat::of_file("run.feb", b"<?xml version=\"1.0\"?>\n<febio_spec/>\n"), Some(Xml));
    assert_eq!(ConfigFormat::of_file("cell.nml", b"&cell\n g = 1 /\n"), None);
}
