//! Languages of which only comments, strings and the types of numbers are known.

use super::super::*;
use super::rewriting::check;
use crate::source::language::Language::{Generic, JavaScript, Kotlin, Other};
use crate::source::language::Other as Kind;
use crate::source::language::Other::*;

#[test]
fn comments_are_no_code() {
    check(&[
        (
            Other(Ocaml),
            "(* tau = 1. (* n *)\n tau = 2. *)\nlet tau = 0.1 (* s *)\n",
            "tau",
            "0.5",
            "(* tau = 1. (* n *)\n tau = 2. *)\nlet tau = 0.5 (* s *)\n",
        ),
        (
            Other(FSharp),
            "// tau = 1.0\n(* tau = 2.0 *)\nlet tau = 0.1 // s\n",
            "tau",
            "0.5",
            "// tau = 1.0\n(* tau = 2.0 *)\nlet tau = 0.5 // s\n",
        ),
        (
            Other(Haskell),
            "{- tau = 1\n tau = 2 -}\ntau = 0.1 -- s\n",
            "tau",
            "0.5",
            "{- tau = 1\n tau = 2 -}\ntau = 0.5 -- s\n",
        ),
        (
            Other(Nim),
            "#[ tau = 1 #[ ]#\ntau = 2 ]#\nconst tau = 0.1 # s\n",
            "tau",
            "0.5",
            "#[ tau = 1 #[ ]#\ntau = 2 ]#\nconst tau = 0.5 # s\n",
        ),
        (
            Other(Ruby),
            "=begin\ntau = 1\n=end\ntau = 0.1 # s\n__END__\ntau = 2\n",
            "tau",
            "0.5",
            "=begin\ntau = 1\n=end\ntau = 0.5 # s\n__END__\ntau = 2\n",
        ),
        (
            Other(Php),
            "/* $tau = 1; */\n# $tau = 2;\n$tau = 0.1; // s\n",
            "tau",
            "0.5",
            "/* $tau = 1; */\n# $tau = 2;\n$tau = 0.5; // s\n",
        ),
        (
            Other(Dart),
            "/* tau = 1; */\nfinal double tau = 0.1; // s\n",
            "tau",
            "0.5",
            "/* tau = 1; */\nfinal double tau = 0.5; // s\n",
        ),
        (
            Other(Pascal),
            "{ tau = 1; }\n(* tau = 2; *)\ntau = 0.1; // s\n",
            "tau",
            "0.5",
            "{ tau = 1; }\n(* tau = 2; *)\ntau = 0.5; // s\n",
        ),
        (
            Other(Ada),
            "-- tau := 1;\nTau : constant Float := 0.1; -- s\n",
            "tau",
            "0.5",
            "-- tau := 1;\nTau : constant Float := 0.5; -- s\n",
        ),
        (
            Other(Sql),
            "-- SET tau = 1;\n/* SET tau = 2; */\nSET tau = 0.1; -- s\n",
            "tau",
            "0.5",
            "-- SET tau = 1;\n/* SET tau = 2; */\nSET tau = 0.5; -- s\n",
        ),
        (Other(Erlang), "% Tau = 1,\nTau = 0.1, % s\n", "Tau", "0.5", "% Tau = 1,\nTau = 0.5, % s\n"),
        (Other(Prolog), "/* Tau = 1 */\nTau = 0.1 % s\n", "Tau", "0.5", "/* Tau = 1 */\nTau = 0.5 % s\n"),
        (
            Other(Mathematica),
            "(* tau = 1; *)\ntau = 0.1; (* s *)\n",
            "tau",
            "0.5",
            "(* tau = 1; *)\ntau = 0.5; (* s *)\n",
        ),
        (
            Kotlin,
            "/* a /* b */\nval tau = 1.0 */\nval tau = 0.1 /* s */\n",
            "tau",
            "0.5",
            "/* a /* b */\nval tau = 1.0 */\nval tau = 0.5 /* s */\n",
        ),
        (Kotlin, "/* a /* b */\nval tau = 0.1\n", "tau", "0.5", "/* a /* b */\nval tau = 0.5\n"),
    ]);
    // Of a language that is not known they are none.
    check(&[(Generic, "tau = (* s *)\n", "tau", "0.5", "tau = 0.5\n")]);
}

#[test]
fn whole_numbers_keep_a_point_where_it_tells_the_type() {
    let line = |language| match language {
        Pascal | Ada => ("tau := 0.1;\n", "tau := 5.0;\n"),
        _ => ("tau = 0.1\n", "tau = 5.0\n"),
    };
    for language in [Ocaml, FSharp, Haskell, Nim, Crystal, Dart, Pascal, Ada] {
        let (source, expected) = line(language);
        check(&[(Other(language), source, "tau", "5", expected)]);
    }
    check(&[
        (Other(Ocaml), "let n = 3\n", "n", "5", "let n = 5\n"),
        (Other(Ocaml), "let tau = 2. *. pi\n", "tau", "5", "let tau = 5.0\n"),
        (Other(Nim), "let tau = 0.1'f32\n", "tau", "5", "let tau = 5.0'f32\n"),
        (Other(Nim), "let n = 3'u8\n", "n", "5", "let n = 5'u8\n"),
        (Other(Ruby), "tau = 0.1\n", "tau", "5", "tau = 5\n"),
        (Other(Ruby), "tau = 0.1\n", "tau", ".5", "tau = 0.5\n"),
        (Other(Erlang), "Tau = 0.1,\n", "Tau", "1e-5", "Tau = 1.0e-5,\n"),
        (Other(Ada), "Tau := 0.1;\n", "Tau", "2e5", "Tau := 2.0e5;\n"),
        (JavaScript, "const n = 10n ** 3n;\n", "n", "-20", "const n = -20n;\n"),
        (JavaScript, "const n = 10 ** 3;\n", "n", "20", "const n = 20;\n"),
    ]);
}

#[test]
fn what_lets_a_name_stay_around_its_value_stays() {
    check(&[
        (Other(Ocaml), "let n = ref 3 in\n", "n", "5", "let n = ref 5 in\n"),
        (Other(Ocaml), "  let tau = 0.1 in f tau\n", "tau", "0.5", "  let tau = 0.5 in f tau\n"),
        (Other(Ocaml), "let p = { tau = 0.1; n = 3 }\n", "tau", "5", "let p = { tau = 5.0; n = 3 }\n"),
        (Other(Ocaml), "let tau : float = 0.1;;\n", "tau", "5", "let tau : float = 5.0;;\n"),
        (Other(Haskell), "p = P { tau = 0.1, n = 3 }\n", "n", "5", "p = P { tau = 0.1, n = 5 }\n"),
        (Other(FSharp), "let mutable tau: float = 0.1\n", "tau", "5", "let mutable tau: float = 5.0\n"),
        (Other(Ruby), "p = {lr: 0.1, k: 3}\n", "lr", "0.5", "p = {lr: 0.5, k: 3}\n"),
        (Other(Ruby), "p = {lr: 0.1, k: 3}\n", "k", "5", "p = {lr: 0.1, k: 5}\n"),
        (Other(Ada), "    N : integer := 8);\n", "n", "5", "    N : integer := 5);\n"),
        (Other(Pascal), "const tau: double = 0.1;\n", "tau", "5", "const tau: double = 5.0;\n"),
    ]);
}

#[test]
fn values_that_are_not_all_on_their_line_stay() {
    let trouble = |language: Kind, source: &str, name| {
        Template::assignment(name, Other(language)).find(source.as_bytes(), Occurrences::Only).unwrap_err()
    };
    for (language, source) in [
        (Ocaml, "let tau = 0.1\n  +. 0.2\n"),
        (Ocaml, "let tau = match x with\n  | 1 -> 2\n"),
        (Haskell, "tau =\n  0.1\n"),
        (FSharp, "let tau = if x then\n"),
    ] {
        let found = trouble(language, source, "tau");
        assert!(matches!(found, SiteError::Continues { .. }), "{source}: {found:?}");
    }
    let found = trouble(Ocaml, "let a = let b = 3 in b + 1\n", "a");
    assert!(matches!(found, SiteError::Shared { .. }), "{found:?}");
    // A function with this parameter.
    let found = trouble(Ocaml, "let f tau = 3.0\n", "tau");
    assert!(matches!(found, SiteError::NotFound { .. }), "{found:?}");
}

#[test]
fn documents_are_no_code() {
    for (language, before, after) in [
        (
            Other(Ruby),
            "a = <<~EOS\n  tau = 3\n  it's #{\nEOS\ntau = 0.1\n",
            "a = <<~EOS\n  tau = 3\n  it's #{\nEOS\ntau = 0.5\n",
        ),
        (
            Other(Ruby),
            "f(<<-A, <<'B')\n tau = 3\n A\ntau = 4\nB\ntau = 0.1\n",
            "f(<<-A, <<'B')\n tau = 3\n A\ntau = 4\nB\ntau = 0.5\n",
        ),
        (Other(Ruby), "b = a <<c\ntau = 0.1\n", "b = a <<c\ntau = 0.5\n"),
        (
            Language::Perl,
            "print <<\"EOT\";\n$tau = 3;\nEOT\n$tau = 0.1;\n",
            "print <<\"EOT\";\n$tau = 3;\nEOT\n$tau = 0.5;\n",
        ),
        (Other(Php), "$a = <<<EOT\n$tau = 3;\nEOT;\n$tau = 0.1;\n", "$a = <<<EOT\n$tau = 3;\nEOT;\n$tau = 0.5;\n"),
        (
            Other(Php),
            "f(<<<'EOT'\n  $tau = 3;\n  EOT, 2);\n$tau = 0.1;\n",
            "f(<<<'EOT'\n  $tau = 3;\n  EOT, 2);\n$tau = 0.5;\n",
        ),
        (Other(Elixir), "@doc \"\"\"\ntau = 3\n\"\"\"\ntau = 0.1\n", "@doc \"\"\"\ntau = 3\n\"\"\"\ntau = 0.5\n"),
    ] {
        check(&[(language, before, "tau", "0.5", after)]);
    }
    // What a name is given so stands on the lines below.
    let given = Template::assignment("a", Other(Ruby)).find(b"a = <<~EOS\n  3\nEOS\n", Occurrences::Only);
    assert!(matches!(given, Err(SiteError::Continues { .. })), "{given:?}");
}

#[test]
fn operators_open_no_comment() {
    check(&[
        (Other(FSharp), "let f = (*)\nlet tau = 0.1\n", "tau", "0.5", "let f = (*)\nlet tau = 0.5\n"),
        (Other(FSharp), "(* (*) tau = 1.0 *)\nlet tau = 0.1\n", "tau", "0.5", "(* (*) tau = 1.0 *)\nlet tau = 0.5\n"),
        (Other(Haskell), "f = x --> y where { tau = 0.1 }\n", "tau", "0.5", "f = x --> y where { tau = 0.5 }\n"),
        (Other(Haskell), "a |-- b = a\ntau = 0.1 --- s\n", "tau", "0.5", "a |-- b = a\ntau = 0.5 --- s\n"),
        (
            Language::C,
            "/+ a /+ tau = 1; +/\ntau = 2; +/\ndouble tau = 0.1;\n",
            "tau",
            "0.5",
            "/+ a /+ tau = 1; +/\ntau = 2; +/\ndouble tau = 0.5;\n",
        ),
        (
            Language::C,
            "#include <a.h>\na = b /+c; tau = 0.1; /* +/ */\n",
            "tau",
            "0.5",
            "#include <a.h>\na = b /+c; tau = 0.5; /* +/ */\n",
        ),
    ]);
}

#[test]
fn nim_marks_the_names_that_it_exports() {
    check(&[
        (Other(Nim), "const tau* = 0.1 # s\n", "tau", "0.5", "const tau* = 0.5 # s\n"),
        (Other(Nim), "let tau* {.exportc.}: float = 0.1\n", "tau", "0.5", "let tau* {.exportc.}: float = 0.5\n"),
    ]);
    for text in ["var a*, tau* = 0.1\n", "tau *= 3\n", "tau*=3\n"] {
        assert!(Template::assignment("tau", Other(Nim)).find(text.as_bytes(), Occurrences::Only).is_err(), "{text}");
    }
}
