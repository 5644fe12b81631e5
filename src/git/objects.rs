//! Reading many objects, one after the other.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::Repository;
use super::id::ObjectId;
use super::open_pack::{OpenPack, Reading};
use crate::filesystem::open_above;
use crate::hint::WithHint as _;

/// Who reads more objects than this is likely to read many more: then it pays to map the large packs.
const FEW: u32 = 1000;

/// What helps where an object is not there.
const WAY_TO_THE_MISSING: &str = "git fsck tells whether the repository is damaged; in a shallow clone: git fetch \
    --unshallow; in a partial one: git fetch --refetch --no-filter";

/// Tells an object that is not there from one that the system does not let us read now.
pub(super) trait OrMissing<T> {
    /// Wraps the error in `message`, with what helps where an object is not there.
    ///
    /// # Errors
    /// The wrapped error, if there was one.
    fn or_missing(self, message: String) -> Result<T>;
}

impl<T> OrMissing<T> for Result<T, git2::Error> {
    fn or_missing(self, message: String) -> Result<T> {
        match self {
            Err(error) if error.class() == git2::ErrorClass::Os => Err(error).context(message),
            found => found.hint(message, WAY_TO_THE_MISSING),
        }
    }
}

/// The object store, opened for reading.
pub struct Objects<'r> {
    store: git2::Odb<'r>,
    folder: PathBuf,
    is_shared: bool,
    /// How many objects have been asked for, up to [`FEW`].
    read: Cell<u32>,
    reading: Reading,
    packs: OnceCell<Vec<OpenPack>>,
    /// Which of them had the last object.
    latest: Cell<usize>,
}

/// Where an object stands among others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectPlace {
    pack: usize,
    offset: u64,
}

/// One object's bytes.
pub struct Object<'o>(Bytes<'o>);

enum Bytes<'o> {
    Packed(Cow<'o, [u8]>),
    Copied(git2::OdbObject<'o>),
}

impl Object<'_> {
    /// The bytes, without a header.
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Bytes::Packed(bytes) => bytes,
            Bytes::Copied(object) => object.data(),
        }
    }
}

impl Objects<'_> {
    /// Reads an object of any kind.
    ///
    /// # Errors
    /// If there is none with that id.
    pub fn read(&self, id: ObjectId) -> Result<Object<'_>> {
        if let Some(bytes) = self.in_packs(|pack| pack.read(&id)) {
            return Ok(Object(Bytes::Packed(bytes)));
        }
        let is_not_found = |error: &git2::Error| error.code() == git2::ErrorCode::NotFound;
        let mut read = self.store.read(id.to_git2());
        if self.is_shared && read.is_err() {
            // A network file system may not know yet that another machine has written it, or packed it.
            let name = id.to_string();
            open_above(&self.folder.with_file_name(&name[..2]).join(&name[2..]), 2);
            read = self.store.read(id.to_git2());
        }
        let is_missing = read.as_ref().is_err_and(is_not_found);
        let failed = if is_missing { "is not in this repository" } else { "cannot be read" };
        read.or_missing(format!("object {id} {failed}")).map(|object| Object(Bytes::Copied(object)))
    }

    /// Where an object stands among those that are read much faster in this order; the same for all where that does not matter.
    pub fn place(&self, id: ObjectId) -> ObjectPlace {
        let place = self.in_packs(|pack| pack.place(&id));
        place.map_or_else(ObjectPlace::default, |offset| ObjectPlace { pack: self.latest.get(), offset })
    }

    /// What the first of the packs that has it says, which is asked first the next time; none where few objects are asked for.
    fn in_packs<'o, T>(&'o self, ask: impl Fn(&'o OpenPack) -> Option<T>) -> Option<T> {
        if self.read.get() < FEW {
            self.read.update(|read| read + 1);
            return None;
        }
        let packs = self.packs.get_or_init(|| OpenPack::all(&self.folder, self.reading));
        // What is read next most often stands in the same pack, and else in one of the first.
        let latest = self.latest.get();
        let others = (0..).zip(packs).filter(|(at, _)| *at != latest);
        let mut all = packs.get(latest).map(|pack| (latest, pack)).into_iter().chain(others);
        all.find_map(|(at, pack)| ask(pack).inspect(|_| self.latest.set(at)))
    }

    /// How many bytes an object has.
    pub fn size(&self, id: ObjectId) -> Option<usize> {
        self.store.read_header(id.to_git2()).ok().map(|(size, _)| size)
    }
}

impl Repository {
    /// Opens the object store.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn objects(&self) -> Result<Objects<'_>> {
        let store = self.inner.odb().context("cannot read the object store")?;
        let folder = self.objects_dir().join("pack");
        let (read, latest) = (Cell::new(0), Cell::new(0));
        let is_shared = self.is_shared();
        Ok(Objects { store, folder, is_shared, read, reading: Reading::Much, packs: OnceCell::new(), latest })
    }

    /// The same for one who reads some hundred objects, most of them from packs that were written lately and are small.
    pub(super) fn recent_objects(&self) -> Result<Objects<'_>> {
        Ok(Objects { read: Cell::new(FEW), reading: Reading::Little, ..self.objects()? })
    }
}
