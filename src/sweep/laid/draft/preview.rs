//! What a draft's point would change in the code.

use anyhow::Result;

use super::Draft;
use crate::names;
use crate::point::Point;
use crate::sweep::laid::edit;

/// A file of a point beside that of the base commit.
pub struct FilePreview {
    /// Its path from the top of the repository.
    pub path: String,
    /// As it is in the base commit; nothing if it is not there.
    pub before: Option<Vec<u8>>,
    /// As the point has it.
    pub after: Vec<u8>,
}

impl Draft {
    /// The files of a point that are written, as they are in the base commit and then, but for the definition.
    ///
    /// # Errors
    /// If a value cannot stand in its place.
    pub fn preview(&self, point: &Point) -> Result<Vec<FilePreview>> {
        let mut previews = Vec::new();
        for edit in &self.edits {
            let after = edit.render(&edit.values(&self.plan, point)?)?;
            previews.push(FilePreview { path: edit.path().to_owned(), before: Some(edit.committed().to_vec()), after });
        }
        if let Some(text) = edit::point_file(&self.plan, point) {
            let path = names::in_tree(names::TREE_POINT);
            previews.push(FilePreview { path, before: None, after: text.into_bytes() });
        }
        Ok(previews)
    }
}
