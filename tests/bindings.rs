//! How a value reaches the program: several places, keys of configuration files, the command line, the environment, an
//! input file.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;
mod readers;

use common::{DATE, Repo, Said};

/// Lays the definition in the repository on the branch `s`; its commits, the first point first.
fn lay(repo: &Repo, definition: &str) -> Vec<String> {
    repo.write("gitsweep.toml", definition);
    repo.ok(["create", "--date", DATE, "--branch", "s"]);
    repo.points("s")
}

/// A file as a commit has it, byte for byte.
fn show(repo: &Repo, commit: &str, path: &str) -> String {
    let output = repo.command("git").args(["cat-file", "blob", &format!("{commit}:{path}")]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a run left behind in `path`.
fn left(repo: &Repo, commit: &str, path: &str) -> String {
    let record = repo.records(commit).pop().unwrap();
    assert_eq!(record["status"], "ok", "{record}");
    repo.read(&format!("{}/{path}", record["folder"].as_str().unwrap()))
}

/// What a line of Python prints about a file of a commit, which it reads as `text`.
fn python(repo: &Repo, commit: &str, path: &str, line: &str) -> String {
    let file = repo.outside().join("judged");
    std::fs::write(&file, show(repo, commit, path)).unwrap();
    let program = format!("import sys\ntext = open(sys.argv[1]).read()\n{line}");
    let said = Said::of(repo.command("python3").args(["-c", &program]).arg(&file).output().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    said.out.trim_end().to_owned()
}

#[test]
fn one_constant_scales_several_places_in_several_files() {
    let repo = Repo::with(&[
        ("src/model.py", "C1 = 135.0  # synapses\nC2 = 108\nprint('C2 = 3')\n"),
        ("src/net.h", "#define C3 33 /* 0.25 C */\n"),
        ("notes.txt", "inhibitory: 33 cells\n"),
    ]);
    let points = lay(
        &repo,
        r#"
        [params.C]
        values = [68, 135]
        [[params.C.at]]
        file = "src/model.py"
        name = "C1"
        [[params.C.at]]
        file = "src/model.py"
        name = "C2"
        expr = "0.8 * C"
        [[params.C.at]]
        file = "src/net.h"
        name = "C3"
        expr = "0.25 * C"
        format = "%.2f"
        [[params.C.at]]
        file = "notes.txt"
        pattern = 'inhibitory: (?<value>\S+) cells'
        expr = "0.25 * C"
        format = "%.3e"
        "#,
    );
    assert_eq!(show(&repo, &points[0], "src/model.py"), "C1 = 68  # synapses\nC2 = 54.4\nprint('C2 = 3')\n");
    assert_eq!(show(&repo, &points[0], "src/net.h"), "#define C3 17.00 /* 0.25 C */\n");
    assert_eq!(show(&repo, &points[0], "notes.txt"), "inhibitory: 1.700e+01 cells\n");
    assert_eq!(show(&repo, &points[1], "src/model.py"), "C1 = 135  # synapses\nC2 = 108.0\nprint('C2 = 3')\n");
    assert_eq!(show(&repo, &points[1], "src/net.h"), "#define C3 33.75 /* 0.25 C */\n");
    assert_eq!(show(&repo, &points[1], "notes.txt"), "inhibitory: 3.375e+01 cells\n");
    // One parameter all the same.
    assert!(repo.git(["log", "-1", "--format=%s", &points[0]]).ends_with(" 1/2: C=68"));
    let definition = repo.home().join("again.toml");
    std::fs::write(&definition, show(&repo, "s", ".gitsweep/sweep.toml")).unwrap();
    repo.ok(["create", "--date", DATE, "--branch", "again", definition.to_str().unwrap()]);
    let trees = |branch: &str| repo.git(["log", "--format=%T", &format!("main..{branch}")]);
    assert_eq!(trees("again"), trees("s"));
}

const TOML: &str =
    "# top\n[net]\nsize  =  3   # cells\n[[net.layers]]\nact = 'relu' # kept\n[[net.layers]]\nact = \"id\"\n";
const JSON: &str = "{\n  \"net\": {\"size\": 3, \"layers\": [\"relu\",\t\"id\"]},\n  \"on\": true }";
const YAML: &str =
    "# top\nnet:\n    size: 3   # cells\n    layers:\n    - act: 'relu'  # kept\n    - {act: \"id\", n: 2}\non: yes\n";
const INI: &str = "; top\n[other]\nsize = 1\n[net]\nSize : 3\nact=relu\n";

#[test]
fn keys_of_configuration_files_change_in_place_and_real_parsers_read_them_back() {
    let repo = Repo::with(&[("c/a.toml", TOML), ("c/a.json", JSON), ("c/a.yaml", YAML), ("c/a.ini", INI)]);
    let mut definition = String::new();
    for (name, file, key, values) in [
        ("toml_size", "a.toml", "net.size", "[1e-5]"),
        ("toml_act", "a.toml", "net.layers[1].act", "['it is \"it\"']"),
        ("json_size", "a.json", "net.size", "[0.10]"),
        ("json_act", "a.json", "net.layers[0]", "['a \"b\"']"),
        ("json_on", "a.json", "on", "[false]"),
        ("yaml_size", "a.yaml", "net.size", "[4.5]"),
        ("yaml_act", "a.yaml", "net.layers[0].act", "[\"it's: # no\"]"),
        ("yaml_n", "a.yaml", "net.layers[1].n", "[7]"),
        ("ini_size", "a.ini", "net.Size", "[8]"),
    ] {
        definition.push_str(&format!("[params.{name}]\nfile = \"c/{file}\"\nkey = \"{key}\"\nvalues = {values}\n"));
    }
    let [point] = lay(&repo, &definition).try_into().unwrap();
    let yaml = YAML.replace("size: 3 ", "size: 4.5 ").replace("'relu'", "'it''s: # no'").replace("n: 2", "n: 7");
    assert_eq!(show(&repo, &point, "c/a.yaml"), yaml);
    assert_eq!(show(&repo, &point, "c/a.ini"), INI.replace("Size : 3", "Size : 8"));
    let toml = show(&repo, &point, "c/a.toml");
    assert!(toml.starts_with("# top\n[net]\nsize  =  1e-5   # cells\n[[net.layers]]\nact = 'relu' # kept\n"), "{toml}");
    let json = show(&repo, &point, "c/a.json");
    assert!(
        json.contains("\"size\": 0.10, ") && json.contains(",\t\"id\"]") && json.ends_with("\"on\": false }"),
        "{json}"
    );

    let read = "import tomllib; c = tomllib.loads(text)['net']; print(c['size'], [l['act'] for l in c['layers']])";
    assert_eq!(python(&repo, &point, "c/a.toml", read), "1e-05 ['relu', 'it is \"it\"']");
    let read = "import json; c = json.loads(text); print(c['net']['size'], c['net']['layers'], c['on'])";
    assert_eq!(python(&repo, &point, "c/a.json", read), "0.1 ['a \"b\"', 'id'] False");
    let read = "import configparser; c = configparser.ConfigParser(); c.read_string(text)\n\
                print(c['net']['size'], c['other']['size'], c['net']['act'])";
    assert_eq!(python(&repo, &point, "c/a.ini", read), "8 1 relu");
    assert!(!repo.git(["ls-tree", "-r", "--name-only", "s"]).contains("point.toml"));
}

/// Says what a run finds in its environment and its arguments.
const ASKS: &str = "\
printf '%s|%s|%s|%s|%s\\n' \"$OMP_NUM_THREADS\" \"$GITSWEEP_PARAM_LEARNING_RATE\" \"$GITSWEEP_PARAM_KIND\" \
\"${GITSWEEP_PARAM_MOMENTUM-none}\" \"$*\" > said
printf '%s' \"$GITSWEEP_PARAMS\" > params.json
";

#[test]
fn parameters_outside_of_the_code_reach_the_program_by_command_line_and_environment() {
    let repo = Repo::with(&[("ask.sh", ASKS)]);
    let points = lay(
        &repo,
        r#"
        [run]
        command = "sh ask.sh --lr={learning-rate} {kind} ${HOME:+home} '{other}'"
        [params.threads]
        values = [1, 4]
        env = "OMP_NUM_THREADS"
        [params.learning-rate]
        values = [1e-5]
        [params.kind]
        values = ["a  b'c"]
        [params.momentum]
        values = [0.9]
        when = "threads == 4"
        env = "MOMENTUM"
        "#,
    );
    let mut queue = repo.gitsweep_command(["queue", "s"]);
    assert_eq!(Said::of(queue.env("OMP_NUM_THREADS", "77").output().unwrap()).code, 0);
    let said =
        |threads: &str, momentum: &str| format!("{threads}|1e-5|a  b'c|{momentum}|--lr=1e-5 a  b'c home {{other}}\n");
    assert_eq!(left(&repo, &points[0], "said"), said("1", "none"));
    assert_eq!(left(&repo, &points[1], "said"), said("4", "0.9"));
    let params: serde_json::Value = serde_json::from_str(&left(&repo, &points[0], "params.json")).unwrap();
    assert_eq!(params, serde_json::json!({"threads": 1, "learning-rate": 1e-5, "kind": "a  b'c"}));
    let held: toml::Table = show(&repo, &points[1], ".gitsweep/point.toml").parse().unwrap();
    assert_eq!(held["momentum"].as_float(), Some(0.9));
    assert_eq!(held.len(), 4);
}

#[test]
fn a_variable_of_a_parameter_that_stands_in_the_code_has_its_value_too() {
    let repo = Repo::with(&[("m.sh", "n=1\necho \"$n $THREADS\" > said\n")]);
    let points =
        lay(&repo, "[run]\ncommand = \"sh m.sh\"\n[params.n]\nfile = \"m.sh\"\nvalues = [2, 3]\nenv = \"THREADS\"\n");
    repo.ok(["queue", "s"]);
    assert_eq!([0, 1].map(|at| left(&repo, &points[at], "said")), ["2 2\n", "3 3\n"]);
    let tree = repo.git(["ls-tree", "-r", "--name-only", "s"]);
    assert!(!tree.contains("point.toml"), "{tree}");
    // Another name of the variable is another run, even where results are taken over.
    repo.write("gitsweep.toml", repo.read("gitsweep.toml").replace("THREADS", "WORKERS"));
    repo.ok(["create", "--date", DATE, "--branch", "t"]);
    repo.ok(["queue", "t", "--reuse"]);
    let second = &repo.points("t")[0];
    assert_eq!(left(&repo, second, "said"), "2 \n");
}

#[test]
fn variables_that_cannot_be_are_refused() {
    for (definition, words) in [
        ("[params.a]\nvalues = [1]\nenv = \"X\"\n[params.b]\nvalues = [1]\nenv = \"X\"\n", "have the variable X"),
        ("[params.a]\nvalues = [1]\nenv = \"GITSWEEP_X\"\n", "env = \"GITSWEEP_X\" cannot be a variable of its own"),
        ("[params.a]\nvalues = [1]\nenv = \"A=B\"\n", "env = \"A=B\" cannot be a variable of its own"),
    ] {
        let repo = Repo::with(&[("gitsweep.toml", definition)]);
        let err = repo.fails(1, ["create"]);
        assert!(err.contains(words), "{err}");
        assert_eq!(repo.git(["branch", "--format=%(refname:short)"]), "main");
    }
}

#[test]
fn an_input_file_is_rewritten_and_an_output_file_read_back() {
    let input = "{\n  \"r\": 2.9,\n  \"steps\": 10\n}\n";
    let analysis = "import json, sys\np = json.load(open(sys.argv[1]))\n\
                    json.dump({'product': p['r'] * p['steps']}, open('output.json', 'w'))\n";
    let repo = Repo::with(&[("analyse.py", analysis), ("input.json", input)]);
    let points = lay(
        &repo,
        "[run]\ncommand = \"python3 analyse.py input.json\"\n\
         [params.r]\nfile = \"input.json\"\nkey = \"r\"\nvalues = [0.5, 3.0]\n",
    );
    assert_eq!(show(&repo, &points[1], "input.json"), input.replace("2.9", "3.0"));
    repo.ok(["queue", "s"]);
    let table = repo.ok(["results", "s", "--format", "csv", "--columns", "r,product,status"]);
    assert_eq!(table, "r,product,status\n0.5,5.0,ok\n3.0,30.0,ok\n");
}

#[test]
fn a_parameter_stands_in_exactly_one_place_of_the_tree() {
    let repo = Repo::with(&[("m.py", "source = 1\n"), ("c.yaml", "config: 1\n")]);
    let points = lay(
        &repo,
        "[params.source]\nfile = \"m.py\"\nvalues = [1, 271828]\n\
         [params.config]\nfile = \"c.yaml\"\nkey = \"config\"\nvalues = [1, 314159]\n\
         [params.outside]\nvalues = [1, 161803]\n",
    );
    let last = &points[7];
    for (value, place) in [("271828", "m.py"), ("314159", "c.yaml"), ("161803", ".gitsweep/point.toml")] {
        let found = repo.git(["grep", "-l", value, last, "--", ":!.gitsweep/sweep.toml"]);
        assert_eq!(found, format!("{last}:{place}"));
    }
    // And the difference of two points shows each of them.
    let diff = repo.git(["diff", "--name-only", &points[0], last]);
    assert_eq!(diff, ".gitsweep/point.toml\nc.yaml\nm.py");
}

#[test]
fn a_parameter_that_does_not_apply_leaves_its_line_and_is_not_in_the_message() {
    let repo = Repo::with(&[("m.sh", "kind=sgd\nmomentum=0.123  # as it is\n")]);
    let points = lay(
        &repo,
        "[params.kind]\nfile = \"m.sh\"\nvalues = [\"sgd\", \"adam\"]\n\
         [params.momentum]\nfile = \"m.sh\"\nvalues = [0.5, 0.9]\nwhen = \"kind == 'sgd'\"\n\
         [params.beta]\nvalues = [0.99]\nwhen = \"kind == 'adam'\"\n",
    );
    let subjects = repo.git(["log", "--reverse", "--format=%s", "main..s"]);
    let ends: Vec<&str> = subjects.lines().map(|line| line.split_once("/3: ").unwrap().1).collect();
    assert_eq!(ends, ["kind=sgd momentum=0.5", "kind=sgd momentum=0.9", "kind=adam beta=0.99"]);
    assert_eq!(show(&repo, &points[1], "m.sh"), "kind=sgd\nmomentum=0.9  # as it is\n");
    assert_eq!(show(&repo, &points[2], "m.sh"), "kind=adam\nmomentum=0.123  # as it is\n");
    assert_eq!(
        repo.git(["log", "-1", "--format=%(trailers:key=Param,valueonly,separator=%x7C)", "s"]),
        "kind=adam|beta=0.99"
    );
    let held: toml::Table = show(&repo, &points[0], ".gitsweep/point.toml").parse().unwrap();
    assert!(held.is_empty(), "{held}");
    let table = repo.ok(["results", "s", "--format", "csv", "--columns", "kind,momentum,beta"]);
    assert_eq!(table, "kind,momentum,beta\nsgd,0.5,\nsgd,0.9,\nadam,,0.99\n");
}

#[test]
fn a_dotted_name_is_a_key_of_a_configuration_file() {
    let yaml = "optim: {lr: 1e-3}  # base\nmodel:\n  lr: ${optim.lr}\n  size: 64\nother:\n  size: 3\n";
    let repo = Repo::with(&[("c.yaml", yaml)]);
    let parameters = ["-p", "optim.lr=[0.1]", "-p", "model.size=[32]"];
    repo.ok([&["create", "--date", DATE, "--branch", "s", "-f", "c.yaml"][..], &parameters, &["--", "true"]].concat());
    let written = yaml.replace("1e-3", "0.1").replace("64", "32");
    assert_eq!(show(&repo, &repo.points("s")[0], "c.yaml"), written);
    let refused = |parameter: &str| repo.fails(1, ["create", "-f", "c.yaml", "-p", parameter, "--", "true"]);
    let said = refused("optim.rl=[1]");
    assert!(said.contains("optim in c.yaml has no key rl") && said.contains("did you mean optim.lr?"), "{said}");
    let said = refused("optm.lr=[1]");
    assert!(said.contains("no line of c.yaml gives optm.lr a value"), "{said}");
}

#[test]
fn values_of_xml_change_in_place_and_a_real_parser_reads_them_back() {
    let xml = "<?xml version=\"1.0\"?>\n<!-- <g>1</g> -->\n<neuroml>\n  <ionChannel id=\"na\" conductance=\"10 pS\"/>\n  \
               <ionChannel id='k' conductance='20pS'/>\n  <g unit=\"nS\">3.0</g> <name>a &amp; b</name>\n  \
               <param name=\"dt\" value=\"0.1\"/>\n</neuroml>\n";
    let repo = Repo::with(&[("cell.nml", xml)]);
    let parameters = [
        "g=[2.5]",
        "dt=[0.05]",
        "name=['c < \"d\"']",
        "ionChannel.na.conductance=[5]",
        "neuroml.ionChannel.k.conductance=['7 nS']",
    ];
    let parameters = parameters.iter().flat_map(|parameter| ["-p", parameter]);
    let words = ["create", "--date", DATE, "--branch", "s", "-f", "cell.nml"].into_iter().chain(parameters);
    repo.ok(words.chain(["--", "true"]).collect::<Vec<_>>());
    let point = &repo.points("s")[0];
    let written = xml.replace("10 pS", "5 pS").replace("20pS", "7 nS").replace(">3.0<", ">2.5<").replace("0.1", "0.05");
    assert_eq!(show(&repo, point, "cell.nml"), written.replace("a &amp; b", "c &lt; &quot;d&quot;"));
    let read = "import xml.etree.ElementTree as x; r = x.fromstring(text)\n\
                print(r.findtext('g'), r.findtext('name'), [c.get('conductance') for c in r.iter('ionChannel')])";
    assert_eq!(python(&repo, point, "cell.nml", read), "2.5 c < \"d\" ['5 pS', '7 nS']");
    let said = repo.fails(1, ["create", "-f", "cell.nml", "-p", "conductance=[1]", "--", "true"]);
    let hint = "key = \"neuroml.ionChannel.na.conductance\"` or `key = \"neuroml.ionChannel.k.conductance\"";
    assert!(said.contains("2 lines of cell.nml give conductance a value") && said.contains(hint), "{said}");
}

#[test]
fn text_in_quotes_comes_out_of_each_interpreter_as_it_was() {
    let programs = [
        ("a.py", "g = 'x'\nprint(g, end='')\n", "python3"),
        ("b.py", "g = f\"x\"\nprint(g, end='')\n", "python3"),
        ("a.js", "const g = `x`;\nprocess.stdout.write(g);\n", "node"),
        ("a.pl", "my $g = \"x\";\nprint $g;\n", "perl"),
        ("b.pl", "my $g = 'x';\nprint $g;\n", "perl"),
        ("a.sh", "g=\"x\"\nprintf %s \"$g\"\n", "sh"),
        ("b.sh", "g='x'\nprintf %s \"$g\"\n", "sh"),
        ("a.R", "g <- 'x'\ncat(g)\n", "Rscript"),
    ];
    let repo = Repo::with(&programs.map(|(path, text, _)| (path, text)));
    let text = "it's \"a\" $b @c \\d %e {f} `g` \\";
    let places = programs.map(|(path, ..)| format!("[[params.g.at]]\nfile = \"{path}\"\n"));
    let definition = format!("[params.g]\nvalues = [{}]\n{}", format_args!("{text:?}"), places.concat());
    let [point] = lay(&repo, &definition).try_into().unwrap();
    for (path, _, program) in programs {
        let Some(mut command) = readers::command(&repo, program) else { continue };
        let file = repo.outside().join(path);
        std::fs::write(&file, show(&repo, &point, path)).unwrap();
        assert_eq!(readers::ok(command.arg(&file)), text, "{path}: {}", show(&repo, &point, path));
    }
}

#[test]
fn a_dotted_name_whose_value_cannot_be_written_says_why() {
    for (file, text, words) in [
        ("c.yaml", "base: &b 1\na:\n  b: *b\n", "a.b in c.yaml, line 3, is an alias"),
        ("c.yaml", "a:\n  b: |\n    text\n", "a.b in c.yaml, line 3, is a block scalar"),
        ("c.yaml", "a:\n  b: [1, 2]\n", "a.b in c.yaml is a list of 2, not a single value"),
        ("c.json", "{\"a\": {\"b\": 1, \"b\": 2}}\n", "c.json has the key a.b more than once"),
        ("c.toml", "[a]\nb = \"\"\"\nx\n\"\"\"\n", "a.b in c.toml, line 2, is text over several lines"),
    ] {
        let repo = Repo::with(&[(file, text)]);
        let said = repo.fails(1, ["create", "-f", file, "-p", "a.b=[9]", "--", "true"]);
        assert!(said.contains(words) && said.contains("hint: "), "{said}");
    }
}

#[test]
fn the_default_of_a_command_line_option_is_varied() {
    let script = "import argparse\np = argparse.ArgumentParser()\np.add_argument(\"--learning-rate\", type=float, default=1e-3)\n\
                  a = p.parse_args()\nprint({\"learning_rate\": a.learning_rate})\n";
    let repo = Repo::with(&[("train.py", script)]);
    repo.ok(["run", "-f", "train.py", "-p", "learning_rate=[0.5]", "--branch", "s", "--", "python3", "train.py"]);
    assert!(repo.ok(["logs", "s:1"]).contains("{'learning_rate': 0.5}"));
    assert_eq!(repo.ok(["init", "train.py"]), "learning_rate\n");
}

#[test]
fn a_number_that_toml_spells_otherwise_is_proposed_as_a_number() {
    let repo = Repo::with(&[("model.py", "a = -1.\nb = .5\nc = 1.e-3\nd = -.25\n")]);
    repo.ok(["init", "model.py"]);
    let definition = repo.read("gitsweep.toml");
    for values in
        ["[-1.0]   # such as [-0.5, -1.0, -2.0]", "[0.5]", "[1.0e-3]", "[-0.25]   # such as [-0.125, -0.25, -0.5]"]
    {
        assert!(definition.contains(&format!("\nvalues = {values}")), "{values}: {definition}");
    }
    let said = repo.run(["create", "--dry-run"]);
    assert!(said.code == 0 && !said.err.contains("warning"), "{}", said.err);
}

#[test]
fn a_number_in_place_of_a_braced_list_is_refused_and_a_list_is_written() {
    let repo = Repo::with(&[("m.c", "double g[] = {1, 2};\n")]);
    let said = repo.fails(1, ["create", "-f", "m.c", "-p", "g=[5, 6]", "--branch", "s", "--", "true"]);
    assert!(said.contains("g, line 1 of m.c: 5 cannot be written there: `{1, 2}` stands there, a list"), "{said}");
    assert!(said.contains("\nhint: put a list of that form in quotes for each value, or give a `pattern`"), "{said}");
    repo.ok(["create", "-f", "m.c", "-p", "g=['{5, 6}', '{7, 8}']", "--branch", "s", "--", "true"]);
    assert_eq!(repo.git(["show", "s:m.c"]), "double g[] = {7, 8};");
}

#[test]
fn a_variable_with_a_default_in_a_script_is_set_by_the_command() {
    let script = "#!/bin/sh\n# ${K:-1}\n: \"${KMER:=7}\"\nMINLEN=${MINLEN:-20}\necho \"$KMER $MINLEN $K ${K:+1}\"\n";
    let repo = Repo::with(&[("pipeline.sh", script)]);
    let said = repo.fails(1, ["create", "-f", "pipeline.sh", "-p", "KMER=[3, 7]", "--", "sh", "pipeline.sh"]);
    let hint = "hint: the script takes it from its environment: name no file for it, but `env = \"KMER\"` in gitsweep.toml, or give \
                the command's own variable the values, as in -- KMER='[1, 2]' COMMAND\n";
    assert!(said.contains("no line of pipeline.sh gives KMER a value") && said.contains(hint), "{said}");
    // Neither a comment nor another expansion has it so.
    let said = repo.fails(1, ["create", "-f", "pipeline.sh", "-p", "K=[3]", "--", "sh", "pipeline.sh"]);
    assert!(said.contains("hint: give a `pattern`"), "{said}");

    repo.ok(["run", "--branch", "typed", "--", "KMER=[3, 5]", "sh", "pipeline.sh"]);
    assert!(repo.ok(["logs", "typed:2"]).contains("5 20"));
    assert_eq!(repo.ok(["init", "pipeline.sh"]), "KMER\nMINLEN\n");
    let written = repo.read("gitsweep.toml");
    let parameter = "\n[params.KMER]\nenv = \"KMER\"   # line 3 of pipeline.sh\nvalues = [7]   # such as [3, 7, 14]\n";
    assert!(written.contains(parameter), "{written}");
    repo.write(
        "gitsweep.toml",
        "[params.KMER]\nenv = \"KMER\"\nvalues = [3, 5]\n[run]\ncommand = \"sh pipeline.sh\"\n",
    );
    repo.ok(["run", "--branch", "defined"]);
    assert!(repo.ok(["logs", "defined:2"]).contains("5 20"));
}
