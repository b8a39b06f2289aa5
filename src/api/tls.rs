//! Whom to trust: TLS 1.2 or later, verification always on, ring as its cryptography.
//!
//! Linux and the BSDs read one bundle, once: the platform verifier would read bundle and folder at four times
//! the cost. macOS and Windows ask the system, unless a variable names a bundle.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::error::{Error, Kind, hint_of};
use crate::file;

/// Where the certificates of trusted authorities are, if a variable says so.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    /// `SSL_CERT_FILE`: one PEM bundle.
    pub file: Option<PathBuf>,
    /// `SSL_CERT_DIR`: a folder of PEM files.
    pub dir: Option<PathBuf>,
}

/// The TLS settings for the HTTP library; `None` leaves verification to the system's own verifier.
///
/// Plain http gets settings that trust nobody, since building any others costs more than the whole request.
///
/// # Errors
/// When a named or found bundle can't be read, or nothing trusted is in it: never a reason to check less.
pub(crate) fn config(https: bool, trust: &Trust) -> Result<Option<ClientConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    if !https {
        return build(provider, RootCertStore::empty()).map(Some);
    }
    // A second installation in one process is refused, and harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Some(places) = places(trust)? else { return Ok(None) };
    let mut roots = RootCertStore::empty();
    let mut left = file::BUNDLE_LIMIT;
    for place in &places {
        let bundle = file::read(place, left).map_err(|reason| unreadable(place, &reason, reason.hint()))?.bytes;
        left = left.saturating_sub(bundle.len() as u64);
        // One odd certificate must not cost the others; an empty result is caught below.
        roots.add_parsable_certificates(CertificateDer::pem_slice_iter(&bundle).flatten());
    }
    if roots.is_empty() {
        let names: Vec<_> = places.iter().map(|place| place.display().to_string()).collect();
        return Err(no_roots(&format!("no trusted certificate in {}", names.join(", "))));
    }
    build(provider, roots).map(Some)
}

fn build(provider: Arc<rustls::crypto::CryptoProvider>, roots: RootCertStore) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|reason| Error::new(Kind::Io, format!("TLS can't start: {reason}")))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// The PEM files to read; `None` where the system's verifier does it.
fn places(trust: &Trust) -> Result<Option<Vec<PathBuf>>, Error> {
    if let Some(file) = &trust.file {
        return Ok(Some(vec![file.clone()]));
    }
    if let Some(dir) = &trust.dir {
        return files_of(dir).map(Some);
    }
    system_places()
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system_places() -> Result<Option<Vec<PathBuf>>, Error> {
    let found = openssl_probe::probe();
    match (found.cert_file, found.cert_dir.into_iter().next()) {
        (Some(file), _) => Ok(Some(vec![file])),
        (None, Some(dir)) => files_of(&dir).map(Some),
        (None, None) => Err(no_roots("this machine has no bundle of trusted certificates")),
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn system_places() -> Result<Option<Vec<PathBuf>>, Error> {
    Ok(None)
}

fn files_of(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = std::fs::read_dir(dir).map_err(|reason| unreadable(dir, &reason, hint_of(&reason)))?;
    Ok(entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect())
}

fn unreadable(place: &Path, reason: &dyn std::error::Error, hint: Option<&str>) -> Error {
    let error = no_roots(&format!("{} can't be read ({reason})", place.display()));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn no_roots(what: &str) -> Error {
    Error::new(Kind::ConfigInvalid, format!("no way to check the server's certificate: {what}"))
        .hint("install the package ca-certificates, or point SSL_CERT_FILE to a PEM bundle")
}
