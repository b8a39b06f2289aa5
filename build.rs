//! What only the build knows: the target's name for `cph --version`, since a static and a glibc build look alike, and
//! whether the unwinder of libgcc can be linked statically: one shared library less to load, which is seven system
//! calls and 4 % of the instructions of a short run.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=CPH_TARGET={target}");
    // Rust's own linker, the default of this target, takes a symbol from the first library that has it, even a static
    // one; others leave it to libgcc_s, which comes later.
    let is_native = env::var("HOST").is_ok_and(|host| host == target);
    if is_native && target == "x86_64-unknown-linux-gnu" && compiler_has("libgcc_eh.a") {
        println!("cargo::rustc-link-lib=dylib=gcc_eh");
    }
}

/// Whether the C compiler that links finds this library: without it the build would fail.
fn compiler_has(library: &str) -> bool {
    let compiler = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let found = Command::new(compiler).arg(format!("-print-file-name={library}")).output();
    // Where there is none, the name comes back as it is.
    found.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_absolute())
}
