mod codes;
mod entries;
mod errors;
mod rewriting;
mod targets;
