use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use regex::RegexSet;

use super::*;
use crate::git::Repository;
use crate::git::command::run_git;

/// Harm that a program may do in its checkout, by its number.
fn do_harm(root: &Path, number: u64) {
    let at = |path: &str| root.join(path);
    let mode = |path: &str, mode: u32| fs::set_permissions(at(path), fs::Permissions::from_mode(mode)).unwrap();
    match number % 19 {
        0 => fs::write(at("out.txt"), "result").unwrap(),
        1 => fs::write(at("src/a.py"), "overwritten").unwrap(),
        2 => fs::remove_file(at("src/deep/er/b.py")).unwrap(),
        3 => fs::rename(at("src/a.py"), at("src/z.py")).unwrap(),
        4 => fs::rename(at("src/deep"), at("elsewhere")).unwrap(),
        5 => {
            fs::remove_file(at("src/a.py")).unwrap();
            fs::create_dir(at("src/a.py")).unwrap();
            fs::write(at("src/a.py/inside"), "1").unwrap();
        }
        6 => {
            fs::create_dir_all(at("new/folder")).unwrap();
            fs::write(at("new/folder/file"), "1").unwrap();
        }
        7 => mode("src/deep", 0o500),
        8 => mode("tool.sh", 0o644),
        9 => {
            // Written to by another name.
            fs::hard_link(at("src/a.py"), root.parent().unwrap().join("other")).unwrap();
            fs::write(root.parent().unwrap().join("other"), "by another name").unwrap();
            fs::remove_file(root.parent().unwrap().join("other")).unwrap();
        }
        10 => {
            fs::remove_dir_all(at("src")).unwrap();
            fs::write(at("src"), "a file").unwrap();
        }
        11 => drop(run_git(root, &["commit", "-q", "--allow-empty", "-m", "moved"]).unwrap()),
        12 => {
            fs::write(at("param.py"), "g = 99\n").unwrap();
            run_git(root, &["add", "-A"]).unwrap();
        }
        13 => drop(run_git(root, &["status"]).unwrap()),
        14 => {
            fs::create_dir(at("src/__pycache__")).unwrap();
            fs::write(at("src/__pycache__/a.pyc"), "1").unwrap();
        }
        15 => {
            fs::rename(at("src/deep/er"), at("src/er")).unwrap();
            fs::create_dir(at("src/deep/er")).unwrap();
        }
        16 => mode("src", 0o555),
        17 => {
            fs::remove_file(at("tool.sh")).unwrap();
            std::os::unix::fs::symlink("param.py", at("tool.sh")).unwrap();
        }
        _ => {}
    }
}

/// What stands in a folder: content, or that it is a folder, and mode.
fn state(root: &Path) -> BTreeMap<PathBuf, (String, u32)> {
    let mut found = BTreeMap::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(root.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let metadata = entry.metadata().unwrap();
            if path == Path::new(".git") {
                continue;
            }
            let content = match fs::read_link(entry.path()) {
                Ok(target) => format!("a link to {}", target.display()),
                _ if metadata.is_dir() => "a folder".into(),
                _ => fs::read_to_string(entry.path()).unwrap(),
            };
            found.insert(path.clone(), (content, metadata.mode()));
            if metadata.is_dir() {
                pending.push(path);
            }
        }
    }
    found
}

/// The same programs, in one checkout that is watched and in one that is walked through.
#[test]
fn a_watched_checkout_is_collected_from_as_one_that_is_walked_through() {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("main");
    fs::create_dir_all(main.join("src/deep/er")).unwrap();
    let git = |arguments: &[&str]| run_git(&main, arguments).unwrap().trim().to_owned();
    git(&["init", "-q"]);
    git(&["config", "user.name", "a"]);
    git(&["config", "user.email", "a@example.org"]);
    for (path, text) in [("src/a.py", "a"), ("src/deep/er/b.py", "b"), ("src/deep/c.py", "c"), ("tool.sh", "d")] {
        fs::write(main.join(path), text).unwrap();
    }
    fs::set_permissions(main.join("tool.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let commits: Vec<CommitId> = (0..3)
        .map(|point| {
            fs::write(main.join("param.py"), format!("g = {point}\n")).unwrap();
            git(&["add", "-A"]);
            git(&["commit", "-q", "-m", "point"]);
            git(&["rev-parse", "HEAD"]).parse().unwrap()
        })
        .collect();
    let repository = Repository::discover(&main).unwrap();
    let discard = RegexSet::new([r"(^|/)__pycache__$"]).unwrap();
    let make = |name: &str| Checkout::create(&repository, &folder.path().join(name), "main", Vec::new()).unwrap();
    let (mut watched, mut walked) = (make("one"), make("two"));
    walked.is_unwatchable = true;

    let mut random: u64 = 7;
    let mut rounds_watched = 0;
    for round in 0..150 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let harm = random >> 33;
        let commit = commits[(random >> 20) as usize % commits.len()];
        let runs = folder.path().join("runs").join(round.to_string());
        let found = [&mut watched, &mut walked].map(|checkout| {
            checkout.switch(commit).unwrap();
            assert_eq!(run_git(checkout.root(), &["status", "--porcelain"]).unwrap(), "", "before {round}");
            do_harm(checkout.root(), harm);
            let run_folder = runs.join(checkout.is_unwatchable.to_string());
            fs::create_dir_all(&run_folder).unwrap();
            let kept = checkout.collect(&run_folder, &discard).unwrap().kept;
            let head = run_git(checkout.root(), &["rev-parse", "HEAD"]).unwrap();
            assert_eq!(head.trim(), commit.to_string());
            assert_eq!(run_git(checkout.root(), &["status", "--porcelain"]).unwrap(), "", "after {round}");
            (kept, state(checkout.root()), state(&run_folder))
        });
        let [told, seen] = found;
        assert_eq!(told, seen, "harm {} in round {round}", harm % 19);
        rounds_watched += u32::from(watched.watch.is_some());
    }
    assert!(walked.watch.is_none());
    assert!(rounds_watched > 60 || watched.is_unwatchable, "{rounds_watched}");
    if watched.is_unwatchable {
        println!("skipped: the file system of {} is not watched", folder.path().display());
    }
}

#[test]
fn a_filter_that_fails_is_not_called_again() {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("main");
    fs::create_dir(&main).unwrap();
    let git = |arguments: &[&str]| run_git(&main, arguments).unwrap().trim().to_owned();
    git(&["init", "-q"]);
    git(&["config", "user.name", "a"]);
    git(&["config", "user.email", "a@example.org"]);
    let calls = folder.path().join("calls");
    git(&["config", "filter.bad.smudge", &format!("echo called >> '{}'; exit 1", calls.display())]);
    git(&["config", "filter.bad.clean", "cat"]);
    git(&["config", "filter.bad.required", "true"]);
    fs::write(main.join(".gitattributes"), "a.py filter=bad\n").unwrap();
    fs::write(main.join("a.py"), "a = 1\n").unwrap();
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "point"]);
    let commit = git(&["rev-parse", "HEAD"]).parse().unwrap();
    let repository = Repository::discover(&main).unwrap();
    if repository.is_shared() {
        println!("skipped: other machines may write to the file system of {}", main.display());
        return;
    }
    let mut checkout = Checkout::create(&repository, &folder.path().join("one"), "main", Vec::new()).unwrap();
    let error = format!("{:#}", checkout.switch(commit).unwrap_err());
    assert!(error.contains("filter"), "{error}");
    assert_eq!(fs::read_to_string(calls).unwrap().lines().count(), 1);
}

#[test]
fn what_nfs_keeps_of_a_removed_file_is_nothing_that_a_run_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("main");
    fs::create_dir(&main).unwrap();
    let git = |arguments: &[&str]| run_git(&main, arguments).unwrap().trim().to_owned();
    git(&["init", "-q"]);
    fs::write(main.join("a.py"), "a").unwrap();
    git(&["add", "-A"]);
    git(&["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "point"]);
    let repository = Repository::discover(&main).unwrap();
    let mut checkout = Checkout::create(&repository, &folder.path().join("one"), "main", Vec::new()).unwrap();
    checkout.switch(git(&["rev-parse", "HEAD"]).parse().unwrap()).unwrap();
    for name in [".nfs00000000000003a900000087", ".nfs", "b"] {
        fs::write(checkout.root().join(name), "").unwrap();
    }
    let run_folder = folder.path().join("run");
    fs::create_dir(&run_folder).unwrap();
    let kept = checkout.collect(&run_folder, &RegexSet::empty()).unwrap().kept;
    assert_eq!(kept, [".nfs", "b"].map(PathBuf::from));
}
