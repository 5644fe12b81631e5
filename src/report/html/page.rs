//! The page put together, and its policy.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::keeping::keep;
use super::kept::{Kept, in_base64, press};
use super::{Content, Leftovers, SweepFacts, columns, escape, head, importance, plain};

/// What charts are drawn with: see `vendor/README.md`.
const LIBRARY: &str = include_str!("vendor/echarts.min.js");

/// Our script: one strict function around these files.
const SCRIPT: &[&str] = &[
    "(() => {\n'use strict';\n",
    include_str!("app/text.js"),
    include_str!("app/columns.js"),
    include_str!("app/words.js"),
    include_str!("app/expression.js"),
    include_str!("app/functions.js"),
    include_str!("app/filter.js"),
    include_str!("app/scale.js"),
    include_str!("app/theme.js"),
    include_str!("app/chart.js"),
    include_str!("app/scatter.js"),
    include_str!("app/parameters.js"),
    include_str!("app/heatmap.js"),
    include_str!("app/parallel.js"),
    include_str!("app/history.js"),
    include_str!("app/pareto.js"),
    include_str!("app/importance.js"),
    include_str!("app/traces.js"),
    include_str!("app/images.js"),
    include_str!("app/table.js"),
    include_str!("app/point.js"),
    include_str!("app/main.js"),
    "})();\n",
];

const STYLE: &str = include_str!("app/style.css");
const BODY: &str = include_str!("app/body.html");

/// By this a page is known for ours.
const GENERATOR: &str = "<meta name=\"generator\" content=\"gitsweep report";

/// So many bytes of a file are looked at for [`GENERATOR`].
const LOOKED_AT: usize = 4096;

/// A page that is ready to be written.
#[derive(Debug)]
pub struct Page {
    /// The whole of it.
    pub html: Vec<u8>,
    /// What did not fit, a sentence each.
    pub thinned: Vec<String>,
    /// What could not be read, a sentence each.
    pub unreadable: Vec<String>,
}

/// True for the beginning of a file that is such a page, or empty.
pub fn is_ours(beginning: &[u8]) -> bool {
    let beginning = &beginning[..beginning.len().min(LOOKED_AT)];
    beginning.is_empty() || beginning.windows(GENERATOR.len()).any(|window| window == GENERATOR.as_bytes())
}

/// Makes the page. It takes at most `size` bytes as far as that depends on what runs left behind; the table is always whole.
///
/// # Errors
/// Never in practice: it is written to memory.
pub fn write(content: &Content, leftovers: &dyn Leftovers, size: u64) -> io::Result<Page> {
    let cells = columns::encode(&content.table);
    let attempts = attempts(content);
    let script = SCRIPT.concat();
    let plain = plain::html(&content.table);
    let mut told = told(content);
    let head = head::html(content, &[]).len() + told.to_string().len();
    let fixed = LIBRARY.len() + script.len() + STYLE.len() + BODY.len() + plain.len() + head + (1 << 12);
    let needed = fixed as u64 + in_base64(cells.len() as u64) + in_base64(attempts.len() as u64);
    let room = size.saturating_sub(needed);
    let Kept { pictures, picture_bytes, traces, logs, mut thinned, mut unreadable } =
        keep(&content.table, leftovers, room);
    told["pictures"] = pictures.into();
    unreadable.splice(0..0, content.unreadable.iter().cloned());
    if needed > size {
        let megabytes = needed as f64 / 1e6;
        thinned
            .insert(0, format!("the table alone takes {megabytes:.1} MB: nothing that the runs left is on the page"));
    }
    let notices: Vec<String> = thinned.iter().chain(&unreadable).cloned().collect();

    let mut html = Vec::with_capacity(usize::try_from(needed.min(size)).unwrap_or(0));
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let version = env!("CARGO_PKG_VERSION");
    write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{GENERATOR} {version}\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {} {}; style-src {}; \
         img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        hash(LIBRARY),
        hash(&script),
        hash(STYLE),
        escape(&head::title(content)),
    )?;
    let parts = BODY.split_once("<!-- head -->").unwrap_or(("", BODY));
    let (middle, end) = parts.1.split_once("<!-- plain -->").unwrap_or((parts.1, ""));
    write!(html, "{}{}{middle}{plain}{end}", parts.0, head::html(content, &notices))?;
    writeln!(html, "<script type=\"application/json\" id=\"data-told\">{}</script>", escape::json(&told))?;
    let mut blob = |id: &str, text: &str| {
        writeln!(html, "<script type=\"application/octet-stream\" id=\"data-{id}\">{text}</script>")
    };
    blob("cells", &STANDARD.encode(&cells))?;
    blob("attempts", &STANDARD.encode(&attempts))?;
    for (id, bytes) in [("traces", &traces), ("logs", &logs)] {
        if let Some(bytes) = bytes {
            blob(id, &STANDARD.encode(bytes))?;
        }
    }
    for (at, picture) in picture_bytes.iter().enumerate() {
        blob(&format!("picture-{at}"), picture)?;
    }
    write!(html, "<script>{LIBRARY}</script>\n<script>{script}</script>\n</body>\n</html>\n")?;
    Ok(Page { html, thinned, unreadable })
}

/// What the script is told beside the table.
fn told(content: &Content) -> Json {
    let sweep = |sweep: &SweepFacts| {
        let repeats = sweep.parameters.iter().filter(|parameter| parameter.repeats).map(|parameter| &parameter.name);
        let outside = sweep.parameters.iter().filter(|parameter| !parameter.variables.is_empty());
        json!({
            "branch": sweep.branch,
            "base": sweep.base,
            "command": sweep.command,
            "repeats": repeats.collect::<Vec<_>>(),
            "outside": outside.map(|parameter| json!([parameter.name, parameter.variables])).collect::<Vec<_>>(),
        })
    };
    let objective = content.table.objective();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "now": content.now,
        "objective": objective.map(|(metric, direction)| json!({ "metric": metric, "direction": direction.as_str() })),
        "sweeps": content.sweeps.iter().map(sweep).collect::<Vec<_>>(),
        "importance": importance::importance(&content.table),
    })
}

/// The attempts of rows that had several, pressed.
fn attempts(content: &Content) -> Vec<u8> {
    let told: Vec<_> = content.attempts.iter().map(|(row, records)| json!([row, records])).collect();
    press(&[serde_json::Value::from(told).to_string().as_bytes()])
}
