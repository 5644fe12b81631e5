mod codes;
mod embedded;
mod entries;
mod errors;
mod rewriting;
mod targets;
