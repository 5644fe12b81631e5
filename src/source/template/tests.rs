mod entries;
mod errors;
mod rewriting;
