//! What a space refuses, and what follows from a choice.

use super::super::{Draft, Parameter, Space};
use super::{complaint, derived, expression, free, repeat, space, zipped};
use crate::value::Value;

fn refusal(parameters: Vec<Parameter>, constraints: &[&str]) -> String {
    complaint(Space::new(parameters, constraints.iter().map(|text| expression(text)).collect()))
}

fn completed(space: &Space, values: &[&str]) -> String {
    let draft = Draft::new(values.iter().map(|value| Value::guess(value)).collect());
    match space.complete(draft, 1) {
        Ok(Some(point)) => point.to_string(),
        Ok(None) => "excluded".to_owned(),
        Err(error) => complaint::<()>(Err(error)),
    }
}

#[test]
fn unknown_names_are_refused_with_the_near_miss() {
    let constraint = refusal(vec![free("g_e", "[1, 2]")], &["g_x > 1"]);
    assert!(constraint.starts_with("a constraint asks for an unknown name\n"), "{constraint}");
    assert!(constraint.ends_with("hint: did you mean `g_e`?"), "{constraint}");
    let expression = refusal(vec![free("tau", "[1, 2]"), derived("rate", "1 / tua")], &[]);
    assert!(expression.starts_with("`rate` is computed from an unknown name\nthere is no `tua`"), "{expression}");
    assert!(expression.ends_with("hint: did you mean `tau`?"), "{expression}");
    let condition = refusal(vec![free("tau", "[1, 2]"), free("x", "[1, 2]").when(super::expression("taus > 1"))], &[]);
    assert!(condition.starts_with("the condition of `x` asks for an unknown name\n"), "{condition}");
}

#[test]
fn circles_are_named() {
    let circle = refusal(
        vec![derived("a", "b + 1"), derived("b", "c + free"), derived("c", "2 * a"), free("free", "[1, 2]")],
        &[],
    );
    assert_eq!(
        circle,
        "parameters depend on each other in a circle: `a` depends on `b`, `b` on `c`, `c` on `a`\nhint: give one of them values of its own"
    );
    let conditions = refusal(
        vec![free("a", "[1, 2]").when(expression("b > 1")), free("b", "[1, 2]").when(expression("a > 1"))],
        &[],
    );
    assert!(conditions.starts_with("parameters depend on each other in a circle: `a` depends on `b`, `b` on `a`"));
    assert!(refusal(vec![derived("a", "a + 1")], &[]).starts_with("`a` is computed from itself"));
    let itself = refusal(vec![free("a", "[1, 2]").when(expression("a > 1"))], &[]);
    assert!(itself.starts_with("the condition of `a` asks for `a` itself\n"), "{itself}");
}

#[test]
fn groups_have_as_many_values_each() {
    let unequal = refusal(
        vec![
            zipped("pair", free("a", "[1, 2, 3]")),
            free("other", "[1, 2]"),
            zipped("pair", free("b", "0 to 3 step 1")),
            zipped("pair", free("c", "[x, y, z]")),
        ],
        &[],
    );
    assert!(
        unequal.starts_with("the group `pair` goes through its values together, but `a` has 3, `b` has 4, `c` has 3"),
        "{unequal}"
    );
    let endless =
        refusal(vec![zipped("pair", free("a", "[1, 2, 3]")), zipped("pair", free("b", "uniform(0, 1)"))], &[]);
    assert!(endless.starts_with("`b` is in the group `pair`, but has no end of values"), "{endless}");
}

#[test]
fn names_stand_once_and_repeats_are_counted_once() {
    assert_eq!(refusal(vec![free("a", "1"), free("a", "2")], &[]), "the parameter `a` stands twice");
    assert!(refusal(vec![repeat("a"), repeat("b")], &[]).starts_with("both `a` and `b` count the repeats"));
}

#[test]
fn derived_parameters_are_computed_in_the_order_in_which_they_can_be() {
    let space = space(
        vec![derived("half", "quarter * 2"), derived("quarter", "C / 4"), free("C", "[68, 135]"), repeat("seed")],
        &[],
    );
    assert_eq!(completed(&space, &["68"]), "half=34.0 quarter=17.0 C=68 seed=1");
    assert_eq!(completed(&space, &["135"]), "half=67.5 quarter=33.75 C=135 seed=1");
}

#[test]
fn what_does_not_apply_is_absent_and_so_is_what_hangs_on_it() {
    let space = space(
        vec![
            free("optimizer", "[sgd, adam]"),
            free("momentum", "[0, 0.9]").when(expression("optimizer == 'sgd'")),
            free("nesterov", "[true, false]").when(expression("momentum > 0")),
            derived("speed", "1 + momentum").when(expression("optimizer == 'sgd'")),
        ],
        &["momentum < 0.95"],
    );
    assert_eq!(completed(&space, &["sgd", "0.9", "true"]), "optimizer=sgd momentum=0.9 nesterov=true speed=1.9");
    assert_eq!(completed(&space, &["sgd", "0", "true"]), "optimizer=sgd momentum=0 speed=1");
    assert_eq!(completed(&space, &["adam", "0.9", "true"]), "optimizer=adam");
    assert_eq!(completed(&space, &["sgd", "0.95", "true"]), "excluded");
}

#[test]
fn a_value_cannot_be_computed_from_what_is_absent() {
    let space = space(
        vec![
            free("optimizer", "[sgd, adam]"),
            free("momentum", "[0, 0.9]").when(expression("optimizer == 'sgd'")),
            derived("speed", "1 + momentum"),
        ],
        &[],
    );
    assert_eq!(
        completed(&space, &["adam", "0.9"]),
        "`speed` is computed from `momentum`, which is absent where `optimizer == 'sgd'` does not hold\n\
         hint: give `speed` a condition too: when = \"optimizer == 'sgd'\""
    );
}

#[test]
fn an_expression_without_a_value_says_at_which_point() {
    let space = space(vec![free("tau", "[0, 1]"), derived("rate", "1 / tau")], &[]);
    let failure = completed(&space, &["0"]);
    assert!(failure.starts_with("`rate` cannot be computed\nat tau=0\n"), "{failure}");
    assert!(failure.contains("1 / tau"), "{failure}");
    let words = super::space(vec![free("model", "[bert, resnet]")], &["model < 3"]);
    let failure = completed(&words, &["bert"]);
    assert!(failure.starts_with("a constraint cannot be evaluated\nat model=bert\n"), "{failure}");
}

#[test]
fn all_constraints_hold() {
    let space = space(vec![free("a", "[1, 2, 3]"), free("b", "[1, 2, 3]")], &["a < b", "a + b != 4"]);
    assert_eq!(completed(&space, &["1", "2"]), "a=1 b=2");
    assert_eq!(completed(&space, &["1", "3"]), "excluded");
    assert_eq!(completed(&space, &["2", "1"]), "excluded");
}
