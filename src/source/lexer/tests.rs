use super::*;

/// The file with comments as `#` and strings as `"`; line ends stay.
fn classes(text: &str, language: Language) -> String {
    let lexed = Lexed::new(text.as_bytes(), language);
    let show = |(at, &byte): (usize, &u8)| match (byte, lexed.classes[at]) {
        (b'\n', _) => '\n',
        (_, Class::Comment) => '~',
        (_, Class::Text) => '^',
        (byte, Class::Code) => char::from(byte),
    };
    text.as_bytes().iter().enumerate().map(show).collect()
}

#[test]
fn comments_and_strings_are_told_apart() {
    for (language, text, expected) in [
        (Language::Python, "a = 'x # y' # z", "a = ^^^^^^^ ~~~"),
        (Language::Python, "\"\"\"\ng = 3\n\"\"\"\ng", "^^^\n^^^^^\n^^^\ng"),
        (Language::Python, "a = 'it\\'s' # z", "a = ^^^^^^^ ~~~"),
        (Language::C, "a /* x\ny */ b // z", "a ~~~~\n~~~~ b ~~~~"),
        (Language::C, "a = 1'000'000; // z", "a = 1'000'000; ~~~~"),
        (Language::C, "c = '\"'; // z", "c = ^^^; ~~~~"),
        (Language::Shell, "A=$'it\\'s' # z", "A=$^^^^^^^ ~~~"),
        (Language::Shell, "A=\\$'a\\' # z", "A=\\$^^^^ ~~~"),
        (Language::R, "s <- r\"-(a)\" # )-\" # z", "s <- r^^^^^^^^^^^^ ~~~"),
        (Language::R, "s <- R'[it's]'; for \"a\"", "s <- R^^^^^^^^; for ^^^"),
        (Language::C, "s = R\"(a\")\" ;", "s = R^^^^^^ ;"),
        (Language::Rust, "fn f<'a>(x: &'a str) {} // z", "fn f<'a>(x: &'a str) {} ~~~~"),
        (Language::Rust, "r#\"a\"b\"# /* /* */ */ x", "r#^^^^^^ ~~~~~~~~~~~ x"),
        (Language::Fortran, "s = 'it''s ! x' ! z", "s = ^^^^^^^^^^^ ~~~"),
        (Language::FixedFortran, "c g = 3\n      g = 3", "~~~~~~~\n      g = 3"),
        (Language::Matlab, "b = a'; c = 'x % y'; % z", "b = a'; c = ^^^^^^^; ~~~"),
        (Language::Matlab, "%{\ng = 3\n%}\ng = 4 ... x", "~~\n~~~~~\n~~\ng = 4 ...~~"),
        (Language::Julia, "a = b' * c' # z", "a = b' * c' ~~~"),
        (Language::Julia, "#= g = 3 =# g", "~~~~~~~~~~~ g"),
        (Language::Nmodl, "COMMENT\ng = 3\nENDCOMMENT\ng = 3 : x", "~~~~~~~\n~~~~~\n~~~~~~~~~~\ng = 3 ~~~"),
        (Language::Lua, "--[[ g\n]] g -- x\n[=[ g ]] ]=]", "~~~~~~\n~~ g ~~~~\n^^^^^^^^^^^^"),
        (Language::Perl, "=pod\ng = 3\n=cut\n$#a # z", "~~~~\n~~~~~\n~~~~\n$#a ~~~"),
        (Language::Shell, "cat <<'EOF' >x\ng=3\nEOF\na#b # z", "cat <<^^^^^ >x\n^^^\n^^^\na#b ~~~"),
        (Language::Shell, "a=\\'b # z", "a=\\'b ~~~"),
        (Language::Yaml, "a: it's # z\nb: 'x # y'", "a: it's ~~~\nb: ^^^^^^^"),
        (Language::Yaml, "a: |\n  g: 3\n\n  h\nb: 3", "a: |\n^^^^^^\n\n^^^\nb: 3"),
        (Language::Yaml, "- |\n  g: 3\n- b: >-\n    g: 3\n  g: 4", "- |\n^^^^^^\n- b: >-\n^^^^^^^^\n  g: 4"),
        (Language::Ini, "a = it's ; z", "a = it's ~~~"),
        (Language::Make, "a = b\\#c # z", "a = b\\#c ~~~"),
        (Language::Generic, "a = b#c // z", "a = b#c ~~~~"),
    ] {
        assert_eq!(classes(text, language), expected, "{language:?}");
    }
}

#[test]
fn each_line_stands_in_a_bracket() {
    let lexed = Lexed::new(b"f(\n  a=[\n1],\n)\nb # (\nc\r\n", Language::Python);
    let brackets: Vec<u8> = lexed.lines.iter().map(|line| lexed.innermost(line.start)).collect();
    assert_eq!(brackets, [0, b'(', b'[', b'(', 0, 0, 0]);
    assert_eq!(&lexed.bytes[lexed.lines[5].range()], b"c");
}
