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

/// Many at a time, since most of them wait for a job; not all, since a time limit of some seconds must leave each of
/// them enough of a small machine.
#[cfg(unix)]
fn in_parallel<T: Sync>(items: &[T], run: impl Fn(&T) + Sync) {
    use std::sync::atomic::{AtomicUsize, Ordering};

    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run(item);
                }
            });
        }
    });
}
