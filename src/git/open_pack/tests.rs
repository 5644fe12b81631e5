use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use super::*;
use crate::git::pack::PackWriter;

/// Small objects, which are stored, larger ones, which are deflated, one in several stored blocks, and a delta.
fn objects() -> Vec<Vec<u8>> {
    let small = (0..3000).map(|number| format!("object {number}\n").into_bytes());
    small.chain([Vec::new(), vec![7; 511], vec![7; 512], b"0123456789".repeat(20_000)]).collect()
}

struct Laid {
    folder: tempfile::TempDir,
    ids: Vec<ObjectId>,
    delta: ObjectId,
}

fn lay(objects: &[Vec<u8>]) -> Laid {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = PackWriter::in_folder(folder.path()).unwrap();
    let write = |bytes: &Vec<u8>| match bytes.len() {
        0..70_000 => writer.write(ObjectKind::Blob, bytes).unwrap(),
        _ => writer.write_stored(ObjectKind::Blob, bytes).unwrap(),
    };
    let ids: Vec<ObjectId> = objects.iter().map(write).collect();
    let delta = hash_object(ObjectKind::Blob, b"obj");
    writer.write_delta(delta, writer.offset_of(&ids[0]).unwrap(), &[9, 3, 0x90, 3]).unwrap();
    writer.finish().unwrap();
    Laid { folder, ids, delta }
}

#[test]
fn whole_objects_are_read_and_the_rest_is_left() {
    let objects = objects();
    // The index of the last few is that of a small pack.
    for (reading, objects) in
        [(Reading::Much, &objects[..]), (Reading::Little, &objects), (Reading::Little, &objects[2990..])]
    {
        let laid = lay(objects);
        let packs = OpenPack::all(laid.folder.path(), reading);
        assert_eq!(packs.len(), 1);
        for (id, bytes) in laid.ids.iter().zip(objects) {
            assert!(packs[0].read(id).unwrap() == bytes.as_slice(), "{id}");
        }
        let is_borrowed = matches!(packs[0].read(&laid.ids[1]), Some(Cow::Borrowed(_)));
        assert_eq!(is_borrowed, reading == Reading::Much, "what is stored in a mapped pack is not copied");
        let unknown = (0..3000).map(|number| hash_object(ObjectKind::Tree, format!("{number}").as_bytes()));
        assert!(unknown.into_iter().all(|id| packs[0].read(&id).is_none()));
        let delta = packs[0].read(&laid.delta);
        assert_eq!(delta.as_deref(), (reading == Reading::Much).then_some(b"obj".as_slice()));
        assert_eq!(packs[0].read(&ObjectId::NONE), None);
        assert_eq!(packs[0].read(&ObjectId::from_bytes([0xff; 20])), None);
    }
    let small = lay(&objects[2990..]);
    assert!(OpenPack::all(small.folder.path(), Reading::Much).is_empty());
}

/// Changes the one pack or index in a folder.
fn change(folder: &Path, extension: &str, how: impl Fn(&mut Vec<u8>)) {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = files.into_iter().find(|path| path.extension().is_some_and(|own| own == extension)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    how(&mut bytes);
    fs::write(&file, bytes).unwrap();
}

/// A repository whose pack git has filled with these blobs, most of them as deltas, each of the one before it.
fn lay_by_git(objects: &[Vec<u8>]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], input: &[u8]| {
        let mut git =
            Command::new("git").arg("-C").arg(folder.path()).args(arguments).stdin(Stdio::piped()).spawn().unwrap();
        git.stdin.take().unwrap().write_all(input).unwrap();
        assert!(git.wait().unwrap().success(), "{arguments:?}");
    };
    run(&["init", "-q"], b"");
    let blob = |bytes: &Vec<u8>| [format!("blob\ndata {}\n", bytes.len()).as_bytes(), bytes.as_slice(), b"\n"].concat();
    run(&["fast-import", "--quiet"], &objects.iter().flat_map(blob).collect::<Vec<u8>>());
    folder
}

#[test]
fn what_git_tells_by_deltas_of_deltas_is_read() {
    let line = |number: u64| format!("{{\"score\":{},\"of\":\"the same\",\"n\":{number}}}\n", number * 7919 % 1000);
    let objects: Vec<Vec<u8>> = (0..3000).map(|number| line(number).repeat(9).into_bytes()).collect();
    let laid = lay_by_git(&objects);
    let folder = laid.path().join(".git/objects/pack");
    let ids: Vec<ObjectId> = objects.iter().map(|bytes| hash_object(ObjectKind::Blob, bytes)).collect();
    let all_read = |folder: &Path| {
        let packs = OpenPack::all(folder, Reading::Much);
        let read: Vec<_> = ids.iter().rev().map(|id| packs[0].read(id).map(Cow::into_owned)).collect();
        let others = objects.iter().rev().zip(&read).filter(|(bytes, read)| read.as_ref() != Some(*bytes));
        let wrong = others.clone().filter(|(_, read)| read.is_some()).count();
        assert_eq!(wrong, 0, "another object was read");
        others.count() == 0
    };
    let packs = OpenPack::all(&folder, Reading::Much);
    let is_delta = |id: &&ObjectId| {
        let Some(Pack::Mapped(pack)) = packs[0].pack() else { return false };
        pack_form::start(entry(pack, packs[0].place(id).unwrap()).unwrap()).unwrap().kind == pack_form::OFS_DELTA
    };
    assert!(ids.iter().filter(is_delta).count() > 2000, "git has made deltas");
    assert!(all_read(&folder));
    // By their bases' ids.
    let other = tempfile::tempdir().unwrap();
    let list: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let mut git = Command::new("git")
        .arg("-C")
        .arg(laid.path())
        .args(["pack-objects", "-q"])
        .arg(other.path().join("pack"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    git.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    assert!(git.wait().unwrap().success());
    assert!(all_read(other.path()));
    for folder in [folder.as_path(), other.path()] {
        change(folder, "pack", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x10;
        });
        assert!(!all_read(folder));
    }
}

fn finds_nothing(laid: &Laid) -> bool {
    let packs = [Reading::Much, Reading::Little].map(|reading| OpenPack::all(laid.folder.path(), reading));
    packs.iter().flatten().all(|pack| laid.ids.iter().all(|id| pack.read(id).is_none()))
}

#[test]
fn what_is_damaged_is_left() {
    let objects = objects();
    let laid = lay(&objects);
    let at = |bytes: &[u8]| bytes.windows(11).position(|part| part == b"object 100\n").unwrap();
    change(laid.folder.path(), "pack", |bytes| {
        let at = at(bytes);
        bytes[at] ^= 1;
    });
    for reading in [Reading::Much, Reading::Little] {
        let packs = OpenPack::all(laid.folder.path(), reading);
        assert_eq!(packs[0].read(&laid.ids[100]), None);
        assert!(packs[0].read(&laid.ids[101]).unwrap() == objects[101].as_slice());
    }
    for cut in [0, 7, 1000, 20_000, 50_000] {
        let laid = lay(&objects);
        change(laid.folder.path(), "idx", |bytes| bytes.truncate(bytes.len() - cut - 1));
        assert!(finds_nothing(&laid), "index without its last {cut}");
        let laid = lay(&objects);
        change(laid.folder.path(), "pack", |bytes| bytes.truncate(bytes.len() - cut - 1));
        assert!(finds_nothing(&laid), "pack without its last {cut}");
    }
    // Offsets that lead to other objects.
    let laid = lay(&objects);
    let count = objects.len() + 1;
    change(laid.folder.path(), "idx", |bytes| bytes[8 + 1024 + count * 24..][..count * 4].rotate_left(4));
    assert!(finds_nothing(&laid));
    // And nowhere.
    let laid = lay(&objects);
    change(laid.folder.path(), "idx", |bytes| bytes[8 + 1024 + count * 24..][..count * 4].fill(0xff));
    assert!(finds_nothing(&laid));
}
