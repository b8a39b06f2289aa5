//! Checks what people read: README.md, its translation and the pages in `docs/`. Console blocks are run and must show
//! the printed output, recipes are run or at least parsed, tables are compared with the code, links are followed.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]

#[path = "../common/mod.rs"]
mod common;

#[cfg(unix)]
mod console;
mod document;
mod links;
mod pages;
#[cfg(unix)]
mod recipes;
mod tables;
