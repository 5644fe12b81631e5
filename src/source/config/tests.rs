mod errors;
mod properties;
mod rewriting;

use super::super::quote::unescape_xml;
use super::super::{Binding, Language, Occurrences, Place, Rewrite};
use super::*;

/// The file with `value` at `path`, read back.
fn rewrite(file: &[u8], format: ConfigFormat, path: &KeyPath, value: &Value) -> Result<Vec<u8>, String> {
    let binding = Binding {
        parameter: 0,
        name: "g".to_owned(),
        place: Place::Key(format, path.clone()),
        occurrences: Occurrences::Only,
        format: None,
    };
    let rewrite = Rewrite::new(file, vec![binding]).map_err(|error| error.in_file("conf"))?;
    let values = [value.clone()];
    let rendered = rewrite.render(&values).map_err(|error| error.in_file("conf"))?;
    rewrite.verify(&rendered, &values).map_err(|error| error.in_file("conf"))?;
    let text = &rewrite.replacements(&values).map_err(|error| error.in_file("conf"))?[0];
    rewrite.verify_site(0, value, text).map_err(|error| error.in_file("conf"))?;
    let span = rewrite.sites().next().ok_or("no site")?.1.span.clone();
    assert_eq!(rendered[..span.start], file[..span.start]);
    assert_eq!(rendered[span.start + text.len()..], file[span.end..]);
    Ok(rendered)
}
