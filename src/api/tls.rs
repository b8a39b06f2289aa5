//! TLS settings and trusted certificates: TLS 1.2 or later, verification always on, ring as its cryptography.
//!
//! Linux and the BSDs read one bundle, once: the platform verifier would read bundle and folder at four times the
//! cost. macOS and Windows use the system's verifier, unless a variable names a bundle. It must not know connections.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

use crate::api::pem;
use crate::error::{Error, Kind, hint_of};
use crate::file;

/// Room for the certificates of a usual bundle, which has 140 to 150: a growing list is copied six times.
const ROOTS: usize = 256;

/// Files with trusted authorities that variables name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    /// `SSL_CERT_FILE`: one PEM bundle.
    pub file: Option<PathBuf>,
    /// `SSL_CERT_DIR`: a folder of PEM files.
    pub dir: Option<PathBuf>,
}

/// The TLS settings for the HTTP library; `None` leaves verification to the system's own verifier.
///
/// Plain http gets settings without any authority, since building others costs more than the whole request. A bundle
/// that can't be read, or holds no trusted certificate, is an error and never a reason to check less.
pub(crate) fn config(https: bool, trust: &Trust) -> Result<Option<ClientConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    if !https {
        return build(provider, RootCertStore::empty()).map(Some);
    }
    // A second installation in one process is refused, and harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Some(paths) = pem_files(trust)? else { return Ok(None) };
    let mut roots = RootCertStore { roots: Vec::with_capacity(ROOTS) };
    let mut left = file::BUNDLE_LIMIT;
    for path in &paths {
        left = left.saturating_sub(add_all(&mut roots, path, left)?);
    }
    if roots.is_empty() {
        let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(no_roots(&format!("no trusted certificate in {}", names.join(", "))));
    }
    build(provider, roots).map(Some)
}

/// Adds the certificates of one file, and returns its length.
fn add_all(roots: &mut RootCertStore, path: &Path, limit: u64) -> Result<u64, Error> {
    let mut usual = pem::usual();
    let mut length = 0;
    let rest = file::read_in_pieces(path, limit, pem::PIECE, |piece| {
        // One invalid certificate must not cost the others; no valid one at all is an error of the caller.
        let used = usual.read(piece, |certificate| drop(roots.add(certificate)));
        length += used;
        used
    });
    let rest = rest.map_err(|reason| read_error(path, &reason, reason.hint()))?.bytes;
    roots.add_parsable_certificates(pem::by_library(&rest));
    Ok((length + rest.len()) as u64)
}

fn build(provider: Arc<rustls::crypto::CryptoProvider>, roots: RootCertStore) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|reason| Error::new(Kind::Io, format!("TLS can't start: {reason}")))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// The PEM files to read; `None` where the system's verifier does it.
fn pem_files(trust: &Trust) -> Result<Option<Vec<PathBuf>>, Error> {
    if let Some(file) = &trust.file {
        return Ok(Some(vec![file.clone()]));
    }
    if let Some(dir) = &trust.dir {
        return files_in(dir).map(Some);
    }
    system_pem_files()
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system_pem_files() -> Result<Option<Vec<PathBuf>>, Error> {
    let found = openssl_probe::probe();
    match (found.cert_file, found.cert_dir.into_iter().next()) {
        (Some(file), _) => Ok(Some(vec![file])),
        (None, Some(dir)) => files_in(&dir).map(Some),
        (None, None) => Err(no_roots("this machine has no bundle of trusted certificates")),
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn system_pem_files() -> Result<Option<Vec<PathBuf>>, Error> {
    Ok(None)
}

fn files_in(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = std::fs::read_dir(dir).map_err(|reason| read_error(dir, &reason, hint_of(&reason)))?;
    let files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    if files.is_empty() {
        return Err(no_roots(&format!("there is no certificate in {}", dir.display())));
    }
    Ok(files)
}

fn read_error(path: &Path, reason: &dyn std::error::Error, hint: Option<&str>) -> Error {
    let error = no_roots(&format!("{} can't be read ({reason})", path.display()));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn no_roots(what: &str) -> Error {
    Error::new(Kind::ConfigInvalid, format!("the server's certificate can't be checked: {what}"))
        .hint("install the package ca-certificates, or set SSL_CERT_FILE to a PEM bundle")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in a system without the package of certificates.
    #[test]
    fn an_empty_folder_is_named() {
        let empty = tempfile::tempdir().unwrap();
        let trust = Trust { dir: Some(empty.path().to_owned()), ..Trust::default() };
        let message = config(true, &trust).unwrap_err().message;
        assert!(message.ends_with(&format!(": there is no certificate in {}", empty.path().display())), "{message}");
    }

    /// Far longer than what is read at once, and of another form from the middle on.
    #[test]
    fn all_certificates_of_a_long_bundle() {
        let one =
            rcgen::generate_simple_self_signed(["phone.test".to_owned()]).unwrap().cert.pem().replace("\r\n", "\n");
        let usual = format!("# phone\n{one}").repeat(300);
        let file = tempfile::NamedTempFile::new().unwrap();
        for (bundle, count) in [
            (usual.clone(), 300),
            (usual.clone() + usual.trim_end(), 600),
            (usual.clone() + &one.replace('\n', "\r\n").repeat(300) + &usual, 900),
            (usual.clone() + &"text\n".repeat(pem::PIECE) + &usual, 600),
        ] {
            std::fs::write(file.path(), &bundle).unwrap();
            let mut roots = RootCertStore::empty();
            assert_eq!(add_all(&mut roots, file.path(), file::BUNDLE_LIMIT).unwrap(), bundle.len() as u64);
            assert_eq!(roots.len(), count);
        }
    }
}
