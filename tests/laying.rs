//! What laying a sweep returns is what its branch says.

mod common;

use common::Repo;
use gitsweep::git::{Identity, Repository};
use gitsweep::spec::{Flags, Plan, Typed};
use gitsweep::sweep::{Draft, Sweep, When};

const SPEC: &str = "\
[run]
command = \"sh model.sh {kind}\"
[params.g_e]
file = \"model.sh\"
values = [0.5, '1e-3', 2]
[params.kind]
values = ['relu', '3', 'two words', 'true', '']
";

#[test]
fn a_laid_sweep_is_the_sweep_that_its_branch_holds() {
    let repo = Repo::with(&[("model.sh", common::SMALL_MODEL)]);
    let repository = Repository::discover(repo.root()).unwrap();
    let plan = Plan::resolve(Typed::read(SPEC, "gitsweep.toml").unwrap(), "", &Flags::default()).unwrap();
    let draft = Draft::prepare(&repository, plan, repository.head().unwrap(), true).unwrap();
    let when = When(time::OffsetDateTime::UNIX_EPOCH);
    let mut told = Vec::new();
    let laid = draft
        .lay(&repository, "search", &Identity::of_tool(0), when, &mut |index| told.push(index))
        .unwrap_or_else(|error| panic!("{error:#}"));

    let tip = repository.read_ref("refs/heads/search").unwrap();
    let loaded = Sweep::load(&repository, "search", tip).unwrap();
    assert_eq!(laid.trials.len(), 15);
    assert_eq!(laid.trials, loaded.trials);
    assert_eq!((laid.tip, laid.base), (loaded.tip, loaded.base));
    assert_eq!((&laid.branch, &laid.name), (&loaded.branch, &loaded.name));
    assert_eq!(laid.plan.to_toml(), loaded.plan.to_toml());
    assert_eq!(told, (1..=15).collect::<Vec<_>>());
    repo.fsck();
}
