//! Random documents, judged by the parsers that everybody uses.

use proptest::prelude::*;
use saphyr::LoadableYamlNode;

use super::super::key_path::Step;
use super::*;
use crate::source::Template;

/// A document to be written in any of the formats.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    Leaf(Value),
    List(Vec<Tree>),
    Table(Vec<(String, Tree)>),
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        "[a-zA-Z0-9 :#'\"\\\\,{}\\[\\]&*!|>%@`~=<?.-]{0,10}",
        "[ -~é😀\n\t]{0,8}",
        prop::sample::select(vec![
            "yes", "null", "1", "1.0", "true", "", " a", "a ", "- a", "a: b", "# x", "~", "0x10", "1e5"
        ])
        .prop_map(str::to_owned),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i32>().prop_map(|number| Value::integer(number.into())),
        (-1e9..1e9f64).prop_map(Value::float),
        any::<bool>().prop_map(Value::bool),
        text().prop_map(Value::text),
        prop::sample::select(vec!["1e-5", "1E5", ".5", "5.", "0x1F", "-7", "0.10"]).prop_map(Value::guess),
    ]
}

/// A value as files hold it; digits that a reader of doubles keeps.
fn leaf() -> impl Strategy<Value = Tree> {
    prop_oneof![
        any::<i16>().prop_map(|number| Value::integer(number.into())),
        (-1000..1000i32).prop_map(|number| Value::float(f64::from(number) / 8.0)),
        any::<bool>().prop_map(Value::bool),
        text().prop_map(Value::text),
    ]
    .prop_map(Tree::Leaf)
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-z]{1,4}", 1 => "[a-z .'\\[\\]\"]{1,5}", 1 => "[a-zé]{1,3}"]
}

fn table(inner: impl Strategy<Value = Tree> + 'static) -> impl Strategy<Value = Tree> {
    prop::collection::vec((key(), inner), 1..5).prop_map(|entries| {
        let mut seen = Vec::new();
        let unique = |(key, _): &(String, Tree)| {
            !seen.contains(key) && {
                seen.push(key.clone());
                true
            }
        };
        Tree::Table(entries.into_iter().filter(unique).collect())
    })
}

fn document() -> impl Strategy<Value = Tree> {
    let inner = leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 1..4).prop_map(Tree::List), table(inner)]
    });
    table(inner)
}

/// The paths of all leaves.
fn paths(tree: &Tree, at: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    match tree {
        Tree::Leaf(_) => found.push(at.clone()),
        Tree::List(items) => {
            for (index, item) in items.iter().enumerate() {
                at.push(Step::Index(index));
                paths(item, at, found);
                at.pop();
            }
        }
        Tree::Table(entries) => {
            for (key, node) in entries {
                at.push(Step::Key(key.clone()));
                paths(node, at, found);
                at.pop();
            }
        }
    }
}

fn set(tree: &mut Tree, path: &[Step], value: &Value) {
    match (tree, path) {
        (leaf, []) => *leaf = Tree::Leaf(value.clone()),
        (Tree::List(items), [Step::Index(index), rest @ ..]) => set(&mut items[*index], rest, value),
        (Tree::Table(entries), [Step::Key(key), rest @ ..]) => {
            let entry = entries.iter_mut().find(|(known, _)| known == key);
            set(&mut entry.expect("the key is there").1, rest, value);
        }
        _ => unreachable!("the path is one of the tree's"),
    }
}

fn double(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `noise` picks the layout and the comments.
fn to_json(tree: &Tree, noise: &mut impl FnMut() -> u8) -> String {
    let blank = ["", " ", "\n  ", "\r\n\t"][usize::from(noise() % 4)];
    match tree {
        Tree::Leaf(value) if value.kind() == Kind::Text => json_string(value.as_str()),
        Tree::Leaf(value) => value.to_string(),
        Tree::List(items) => {
            let items: Vec<String> = items.iter().map(|item| to_json(item, noise)).collect();
            format!("[{blank}{}{blank}]", items.join(&format!("{blank},")))
        }
        Tree::Table(entries) => {
            let entries =
                entries.iter().map(|(key, node)| format!("{}{blank}: {}", json_string(key), to_json(node, noise)));
            let entries: Vec<String> = entries.collect();
            format!("{{{blank}{}{blank}}}", entries.join(&format!(",{blank}")))
        }
    }
}

fn from_json(json: &serde_json::Value) -> Tree {
    match json {
        serde_json::Value::Object(map) => Tree::Table(map.iter().map(|(k, v)| (k.clone(), from_json(v))).collect()),
        serde_json::Value::Array(items) => Tree::List(items.iter().map(from_json).collect()),
        serde_json::Value::Bool(truth) => Tree::Leaf(Value::bool(*truth)),
        serde_json::Value::String(text) => Tree::Leaf(Value::text(text.as_str())),
        number => Tree::Leaf(Value::guess(&number.to_string())),
    }
}

fn to_toml(tree: &Tree) -> ::toml::Value {
    match tree {
        Tree::Leaf(value) => match value.kind() {
            Kind::Text => ::toml::Value::String(value.to_string()),
            Kind::Bool => ::toml::Value::Boolean(value.as_str() == "true"),
            Kind::Integer => ::toml::Value::Integer(value.exact().unwrap().to_string().parse().expect("it fits")),
            Kind::Decimal => ::toml::Value::Float(double(value)),
        },
        Tree::List(items) => ::toml::Value::Array(items.iter().map(to_toml).collect()),
        Tree::Table(entries) => ::toml::Value::Table(entries.iter().map(|(k, v)| (k.clone(), to_toml(v))).collect()),
    }
}

/// Block style outside, with comments and all kinds of quotes; flow style where `noise` says so.
fn to_yaml(tree: &Tree, indent: usize, noise: &mut impl FnMut() -> u8) -> String {
    let pad = " ".repeat(indent);
    let comment = |noise: u8| ["", "  # it's", " # {x", "   "][usize::from(noise % 4)];
    match tree {
        Tree::Leaf(_) => format!(" {}{}\n", yaml_flow(tree, noise), comment(noise())),
        _ if noise().is_multiple_of(4) => format!(" {}{}\n", yaml_flow(tree, noise), comment(noise())),
        Tree::List(items) => {
            let items = items.iter().map(|item| format!("{pad}-{}", to_yaml(item, indent + 2, noise)));
            format!("\n{}", items.collect::<String>())
        }
        Tree::Table(entries) => {
            let entries = entries.iter().map(|(key, node)| {
                let break_line = if noise().is_multiple_of(5) { "# - a: b\n\n" } else { "" };
                format!("{break_line}{pad}{}:{}", yaml_key(key), to_yaml(node, indent + 2, noise))
            });
            format!("\n{}", entries.collect::<String>())
        }
    }
}

fn yaml_key(key: &str) -> String {
    let plain = key.chars().all(|c| c.is_ascii_lowercase())
        && !["y", "n", "no", "on", "yes", "off", "true", "null"].contains(&key);
    if plain { key.to_owned() } else { json_string(key) }
}

fn yaml_flow(tree: &Tree, noise: &mut impl FnMut() -> u8) -> String {
    match tree {
        Tree::Leaf(value) if value.kind() == Kind::Text => {
            let text = value.as_str();
            let single = noise().is_multiple_of(2) && !text.chars().any(char::is_control);
            if single { format!("'{}'", text.replace('\'', "''")) } else { json_string(text) }
        }
        Tree::Leaf(value) => value.to_string(),
        Tree::List(items) => {
            let items: Vec<String> = items.iter().map(|item| yaml_flow(item, noise)).collect();
            format!("[{}]", items.join(", "))
        }
        Tree::Table(entries) => {
            let entries = entries.iter().map(|(key, node)| format!("{}: {}", yaml_key(key), yaml_flow(node, noise)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

fn from_yaml(yaml: &saphyr::Yaml<'_>) -> Tree {
    match yaml {
        saphyr::Yaml::Mapping(map) => {
            let entry = |(key, node): (&saphyr::Yaml<'_>, &saphyr::Yaml<'_>)| {
                (key.as_str().expect("keys are text").to_owned(), from_yaml(node))
            };
            Tree::Table(map.iter().map(entry).collect())
        }
        saphyr::Yaml::Sequence(items) => Tree::List(items.iter().map(from_yaml).collect()),
        saphyr::Yaml::Value(saphyr::Scalar::Boolean(truth)) => Tree::Leaf(Value::bool(*truth)),
        saphyr::Yaml::Value(saphyr::Scalar::Integer(number)) => Tree::Leaf(Value::integer(*number)),
        saphyr::Yaml::Value(saphyr::Scalar::FloatingPoint(number)) => Tree::Leaf(Value::float(**number)),
        saphyr::Yaml::Value(saphyr::Scalar::String(text)) => Tree::Leaf(Value::text(&**text)),
        other => unreachable!("{other:?}"),
    }
}

/// Equal as numbers, or as the same text. Not all readers round to the nearest double.
fn alike(a: &Tree, b: &Tree) -> bool {
    match (a, b) {
        (Tree::Leaf(a), Tree::Leaf(b)) if a.is_number() && b.is_number() => {
            (double(a) - double(b)).abs() <= 1e-15 * double(a).abs()
        }
        (Tree::Leaf(a), Tree::Leaf(b)) => a == b,
        (Tree::List(a), Tree::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Tree::Table(a), Tree::Table(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.iter().any(|(other, b)| key == other && alike(a, b)))
        }
        _ => false,
    }
}

/// Writes `value` to one leaf of the document and hands back file and the tree that it must read as.
fn change(
    tree: &Tree,
    file: &str,
    format: ConfigFormat,
    leaf: prop::sample::Index,
    value: &Value,
) -> Result<(String, Tree), TestCaseError> {
    let mut all = Vec::new();
    paths(tree, &mut Vec::new(), &mut all);
    let steps = leaf.get(&all);
    let path = KeyPath::of(steps);
    prop_assert_eq!(&KeyPath::parse(&path.to_string()).unwrap(), &path);
    let written = rewrite(file.as_bytes(), format, &path, value);
    prop_assert!(written.is_ok(), "{}\n{}\n{}", written.unwrap_err(), path, file);
    let mut wanted = tree.clone();
    set(&mut wanted, steps, value);
    Ok((String::from_utf8(written.unwrap()).unwrap(), wanted))
}

fn noise(seed: u64) -> impl FnMut() -> u8 {
    let mut state = seed | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    }
}

const FORMATS: [ConfigFormat; 5] =
    [ConfigFormat::Toml, ConfigFormat::Json, ConfigFormat::Yaml, ConfigFormat::Ini, ConfigFormat::Xml];

/// A document of XML in which `{}` stands for its one value.
fn elements() -> impl Strategy<Value = String> {
    let around =
        prop::sample::select(vec!["", "\n  ", "<!-- <g>1</g> -->", "<?p g='1'?>", "<h g='é'/>", "<h>&#9;x</h>"]);
    let wrap = (around.clone(), "[a-z]{1,3}", prop::sample::select(vec!["", " k='&lt;'", "\n k = \"'\""]), around)
        .prop_map(|(before, name, attributes, behind)| (name, attributes, before, behind));
    let inner =
        prop::sample::select(vec!["<g>{}</g>", "<g u='1'> {} </g>", "<i g='{}'/>", "<p name=\"g\" value=\"{}\"/>"]);
    (inner, prop::collection::vec(wrap, 1..4)).prop_map(|(inner, wraps)| {
        let wrapped = wraps.into_iter().fold(inner.to_owned(), |inside, (name, attributes, before, behind)| {
            format!("<{name}q{attributes}>{before}{inside}{behind}</{name}q>")
        });
        format!("<?xml version='1.0'?>\n{wrapped}\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_reads_back(tree in document(), seed: u64, leaf: prop::sample::Index, value in value()) {
        let file = to_json(&tree, &mut noise(seed));
        let (written, wanted) = change(&tree, &file, ConfigFormat::Json, leaf, &value)?;
        let read = from_json(&serde_json::from_str(&written).unwrap());
        prop_assert!(alike(&read, &wanted), "{}\n{:?}", written, wanted);
    }

    #[test]
    fn toml_reads_back(tree in document(), leaf: prop::sample::Index, value in value()) {
        let file = ::toml::to_string(&to_toml(&tree)).unwrap();
        // The writer puts text with line ends in several lines, which is refused.
        if file.contains("\"\"\"\n") || file.contains("'''\n") {
            return Ok(());
        }
        let (written, wanted) = change(&tree, &file, ConfigFormat::Toml, leaf, &value)?;
        let read: ::toml::Table = ::toml::from_str(&written).unwrap();
        prop_assert_eq!(::toml::Value::Table(read), to_toml(&wanted));
    }

    #[test]
    fn yaml_reads_back(tree in document(), seed: u64, leaf: prop::sample::Index, value in value()) {
        let file = to_yaml(&tree, 0, &mut noise(seed));
        let (written, wanted) = change(&tree, &file, ConfigFormat::Yaml, leaf, &value)?;
        let documents = saphyr::Yaml::load_from_str(&written).unwrap();
        prop_assert!(alike(&from_yaml(&documents[0]), &wanted), "{}\n{:?}", written, wanted);
    }

    #[test]
    fn xml_reads_back(file in elements(), value in value()) {
        let before = file.replace("{}", "3.0");
        let template = Template::assignment("g", Language::Xml);
        let sites = template.find(before.as_bytes(), Occurrences::All).unwrap();
        let site = sites.iter().find(|site| site.literal.text() == "3.0").unwrap();
        let text = site.literal.render(&value, None);
        if value.as_str().chars().any(|c| c < ' ') {
            return Ok(());
        }
        let text = text.unwrap();
        prop_assert!(!text.contains(['<', '>', '"', '\'']), "{}", text);
        let decoded = unescape_xml(&text).unwrap();
        prop_assert!(decoded == value.as_str() || value.is_number() && Value::guess(&decoded).same(&value), "{}", text);
        prop_assert_eq!(&file[..site.span.start], &before[..site.span.start]);
        prop_assert_eq!(&file[site.span.start + 2..], &before[site.span.end..]);
    }

    #[test]
    fn arbitrary_text_never_panics(file in "[a-z0-9:=,#'\"{}\\[\\] \n&*!|<>/é.-]{0,60}", path in "[a-z0-9.@\\[\\]'\"]{1,6}", value in value()) {
        let Ok(path) = KeyPath::parse(&path) else { return Ok(()) };
        for format in FORMATS {
            let _ = rewrite(file.as_bytes(), format, &path, &value);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(file: Vec<u8>) {
        let path = KeyPath::parse("a").unwrap();
        for format in FORMATS {
            let _ = find_key(&file, format, &path);
        }
    }
}
