mod calls;
mod codes;
mod embedded;
mod entries;
mod errors;
mod others;
mod rewriting;
mod targets;
