mod errors;
mod rewriting;
