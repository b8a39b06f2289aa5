//! What only the build knows: the target's name for `cph --version`, since a static and a glibc build look alike; whether
//! the unwinder of libgcc can be linked statically: one shared library less to load, which is seven system calls and 4 %
//! of the instructions of a short run; and whether the linker can put rarely called code aside.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Our modules with functions that `cph job show` does not call where all goes well. The system maps 64 kB around each
/// function that is called: where these are at the end and not in between, a static binary needs 23 % less memory
/// (3,744 and 2,864 kB for one job over HTTP), one with glibc 4 % less, and a little less time.
///
/// One that is called after all works as before. To find more: `valgrind --tool=callgrind --demangle=no` lists the
/// functions of a run, `nm --size-sort` all that there are. `tests/packaging.rs` checks that there are such modules.
const OUR_MODULES: &[&str] = &[
    // Other commands, and help.
    "simulator auth login edit completion help_colors",
    // Ids from standard input, and jobs from lists.
    "collected lists phones",
    // Settings and credentials from other places than the environment.
    "foreign iam metadata password_provider credentials::process replace",
    // Errors.
    "error_body questions catalog redact",
];

/// The same of libraries: crates, modules and types.
const OF_LIBRARIES: &[&str] = &[
    // Completions, help, and errors of the command line.
    "clap_complete help_template Subcommand ErrorKind clap_builder::error textwrap::wrap",
    // Many jobs, documents of ids, and files of settings.
    "StdinLock SliceRead comfy_table unicode_segmentation quick_xml toml_edit toml_parser ini posix std::process",
    // Errors, and panics with their backtraces.
    "httpdate anyhow serde_json::error panicking",
    "backtrace_rs gimli::read symbolize::gimli miniz_oxide rustc_demangle",
    // Servers, proxies and local sockets.
    "role::Server connect_via_proxy connect::proxy matcher connect_local_transport UnixStream mpmc",
    // Parts of TLS that few servers ask for.
    "tls12 crl CertificateRevocationListDer quic ech keypair suite_b ring::sign rustls_native_certs",
    // Calendars, numbers and sorting.
    "strtime::parse civil jiff_core::bounds flt2dec unstable",
];

/// The same of C, as patterns: the unwinder, algorithms for other processors and servers, sorting and printing of libc.
const OF_C: &[&str] =
    &["_ZN9libunwind*", "ring_core*_nohw*", "ring_core*_vartime*", "ring_core*[cC]ha[cC]ha20*", "qsort", "printf_core"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let target = env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=CPH_TARGET={target}");
    let is_native = env::var("HOST").is_ok_and(|host| host == target);
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    // Rust's own linker, the default of this target, takes a symbol from the first library that has it, even a static
    // one; others leave it to libgcc_s, which comes later.
    if is_native && target == "x86_64-unknown-linux-gnu" && links_with("-lgcc_eh", &out_dir)? {
        println!("cargo::rustc-link-lib=dylib=gcc_eh");
    }
    if target.contains("-linux-") && env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        let script = out_dir.join("rarely_called.ld");
        fs::write(&script, linker_script())?;
        let argument = format!("-Clink-arg=-T{}", script.display());
        // zig's linker, which links the releases, takes it, and there may be no standard library to try it with.
        let is_zig = env::var("RUSTC_LINKER").is_ok_and(|linker| linker.contains("zigcc"));
        if is_zig || is_native && links_with(&argument, &out_dir)? {
            println!("cargo::rustc-link-arg-bin=cph=-T{}", script.display());
        }
    }
    Ok(())
}

/// Puts the functions of these lists behind all others.
fn linker_script() -> String {
    let patterns: Vec<String> = OUR_MODULES
        .iter()
        .chain(OF_LIBRARIES)
        .flat_map(|line| line.split(' '))
        .map(in_symbol)
        .chain(OF_C.iter().map(|&pattern| pattern.to_owned()))
        .map(|pattern| format!("*(.text.{pattern})\n"))
        .collect();
    format!("SECTIONS {{ .text.rarely_called : {{\n{}}} }} INSERT AFTER .text;\n", patterns.concat())
}

/// The pattern of all symbols of Rust that have this path in their names, where each word stands behind its length. A
/// crate at the end of a symbol only says where a function was made.
fn in_symbol(path: &str) -> String {
    let words: Vec<String> = path.split("::").map(|word| format!("{}{word}", word.len())).collect();
    format!("*{}[0-9A-Z]*", words.concat())
}

/// Whether rustc can link a program with this argument, as it links `cph`: a compiler may lack the library, and some
/// linkers take no script that adds to their own. `cph` itself would not be built then.
fn links_with(argument: &str, out_dir: &Path) -> io::Result<bool> {
    let source = out_dir.join("empty.rs");
    fs::write(&source, "fn main() {}\n")?;
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.arg(&source).arg(argument).arg("-o").arg(out_dir.join("empty"));
    rustc.args(env::var("RUSTC_LINKER").map(|linker| format!("-Clinker={linker}")));
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
    Ok(rustc.output()?.status.success())
}
