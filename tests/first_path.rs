//! The first whole path: from a definition to commits, runs, notes and a table.

mod common;

use common::{BRANCH, Repo};

#[test]
fn from_a_definition_to_a_table() {
    let repo = Repo::small();
    let before = repo.users_state();

    let shown = repo.ok(["create", "--dry-run"]);
    assert!(shown.contains("6 points (2 x 3)"), "{shown}");
    assert!(shown.contains("\n-g_e=1.0   # nS\n") && shown.contains("\n+g_e=0.5   # nS\n"), "{shown}");
    assert_eq!(repo.users_state(), before);
    assert!(repo.git(["branch", "--list", "grid_search*"]).is_empty());

    assert_eq!(repo.create(), BRANCH);
    assert_eq!(repo.users_state(), before);
    repo.fsck();
    assert_eq!(repo.points(BRANCH).len(), 6);
    assert_eq!(repo.git(["log", "-1", "--format=%s", BRANCH]), "grid_search 2026-11-21 6/6: g_e=1.0 g_i=-15");
    assert_eq!(
        repo.git(["log", "-1", "--format=%(trailers:key=Param,valueonly,separator=%x20)", BRANCH]),
        "g_e=1.0 g_i=-15"
    );

    repo.ok(["queue", "-j", "2"]);
    assert_eq!(repo.users_state(), before);
    repo.fsck();
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 6]);

    let csv = repo.ok(["results", "--format", "csv", "--sort", "-score", "--columns", "point,g_e,g_i,score,status"]);
    assert_eq!(
        csv,
        "point,g_e,g_i,score,status\n4,1.0,-5,-4,ok\n1,0.5,-5,-4.5,ok\n5,1.0,-10,-9,ok\n2,0.5,-10,-9.5,ok\n\
         6,1.0,-15,-14,ok\n3,0.5,-15,-14.5,ok\n"
    );
    assert_eq!(repo.ok(["logs", "1"]), "g_e is 0.5\n");
    assert!(repo.ok(["show", "1"]).contains("score = -4.5"));
    assert!(repo.ok(["diff", "1", "2"]).contains("g_i  -5 -> -10"));
}
