use crate::source::{Binding, Language, Occurrences, Place, Rewrite, Template};
use crate::value::Value;

/// The last line with `value` in the place of what `x` gets there, or why not.
fn written(language: Language, source: &str, name: &str, value: &str) -> String {
    let binding = Binding {
        parameter: 0,
        name: name.to_owned(),
        place: Place::Template(Template::assignment(name, language)),
        occurrences: Occurrences::Only,
        format: None,
    };
    let rewrite = Rewrite::new(source.as_bytes(), vec![binding]).unwrap();
    let values = [Value::guess(value)];
    match rewrite.replacement(0, &values[0]) {
        Ok(text) => {
            rewrite.verify(&rewrite.render(&values).unwrap(), &values).unwrap();
            text
        }
        Err(error) => error.to_string().split(": ").last().unwrap().to_owned(),
    }
}

#[test]
fn numbers_have_the_kind_that_the_unit_declares() {
    for (source, expected) in [
        ("program p\nreal(8) :: x\nx = 3.0\nend\n", "0.1d0"),
        ("program p\nDOUBLE PRECISION Y, X\nX = 3.0\nend\n", "0.1d0"),
        (
            "subroutine s\nuse kinds\nreal(dp), intent(out) :: a(2,3), &\n  & x, b ! c\na = 1; x = 3.0\nend subroutine\n",
            "0.1_dp",
        ),
        ("program p\nreal :: x\nx = 3.0\nend\n", "0.1"),
        ("program p\nreal(8) :: x\nreal(8) :: y = x\nx = 3\nend\n", "0.1d0"),
        ("program p\nreal(8) :: y = f(x), z(x)\nx = 3.0\nend\n", "0.1"),
        ("program p\nreal(8) x\nparameter (x = 3.0)\nend\n", "0.1d0"),
        ("subroutine a\nreal(8) :: x\nend\nsubroutine b\nreal :: y\nx = 3.0\nend\n", "0.1"),
        // What a procedure is contained in, over its neighbours.
        (
            "module m\nreal(dp) :: x\ncontains\nsubroutine a\nreal :: x\ncontains\nsubroutine c\nend subroutine\nend subroutine a\n\
             subroutine init\nx = 3.0\nend subroutine\nend module\n",
            "0.1_dp",
        ),
        ("module m\nreal(dp) :: x\ncontains\nsubroutine a\nreal :: x\nx = 3.0\nend subroutine\nend module\n", "0.1"),
        // Components and interfaces are others.
        ("program p\ntype t\nreal(8) :: x\nend type\nreal :: y\nx = 3.0\nend\n", "0.1"),
        ("program p\ninterface\nsubroutine s(x)\nreal(8) :: x\nend subroutine\nend interface\nx = 3.0\nend\n", "0.1"),
        ("program p\nreal(8) :: x\ntype(t) :: q\nq%x = 3.0\nend\n", "0.1"),
        ("program p\n#ifdef A\nreal(8) :: x\n#else\nreal :: x\n#endif\nx = 3.0\nend\n", "0.1"),
        ("real(8) function f(a)\nreal(8) :: x\nx = 3.0\nend function\n", "0.1d0"),
        ("program p\nimplicit none\nx = 3.0\nend\n", "0.1"),
    ] {
        assert_eq!(written(Language::Fortran, source, "x", "0.1"), expected, "{source}");
    }
}

#[test]
fn implicit_rules_declare_by_the_first_letter() {
    let implicit = |rules: &str, name: &str| {
        let source = format!("      program p\n      implicit {rules}\n      {name} = 3\n      end\n");
        written(Language::FixedFortran, &source, name, "0.1")
    };
    assert_eq!(implicit("real*8 (a-h,o-z)", "x"), "0.1d0");
    assert_eq!(implicit("double precision (a-h, o-z)", "g"), "0.1d0");
    assert_eq!(implicit("integer (i-n), real(kind=8) (a-h, o-z)", "x"), "0.1d0");
    assert_eq!(implicit("real (k), real*8 (x)", "x"), "0.1d0");
    assert_eq!(implicit("real (x)", "x"), "0.1");
    assert_eq!(implicit("real (k)", "k"), "0.1");
    assert_eq!(implicit("none", "k"), "0.1");
    assert_eq!(implicit("real*8 (a-h,o-z)", "k"), "its first letter declares it `integer`, which has no fractions");
}

#[test]
fn whole_numbers_are_what_the_unit_declares_so() {
    let fraction = "line 2 declares it `integer`, which has no fractions";
    for (source, expected) in [
        ("program p\ninteger, parameter :: m = 3, n\nn = 3\nend\n", fraction),
        ("program p\ninteger*4 n\ndata n /3/\nend\n", fraction),
        ("program p\ninteger :: m = n\nreal :: n\nn = 3\nend\n", "0.5"),
        // Who knows what a module has.
        ("program p\nuse m\nn = 3\nend\n", "0.5"),
        ("n = 3\n", "0.5"),
        ("&a\nn = 3\n/\n", "0.5"),
        ("program p\nuse::m\nn = 3\nend\n", "0.5"),
        ("program p\nuse, non_intrinsic :: m\nn = 3\nend\n", "0.5"),
        ("submodule (m) s\ncontains\nsubroutine f\nn = 3\nend\nend\n", "0.5"),
        ("program p\nassociate (n => a%b)\nn = 3\nend associate\nend\n", "0.5"),
        // Or of what type that is.
        ("program p\nNUMBER, target :: m, n\nn = 3\nend\n", "0.5"),
        ("program p\ndouble complex n\nn = 3\nend\n", "0.5"),
        ("module m\ncontains\ndouble precision function n(a)\nn = 3\nend\nend\n", "0.5"),
        ("real function f(a) result (n)\nn = 3\nend\n", "0.5"),
        ("subroutine s(n)\nn = 3\nend\n", "its first letter declares it `integer`, which has no fractions"),
        ("program p\nx = 1\nn = 3\nend\n", "its first letter declares it `integer`, which has no fractions"),
    ] {
        assert_eq!(written(Language::Fortran, source, "n", "0.5"), expected, "{source}");
    }
}
