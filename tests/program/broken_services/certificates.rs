//! Certificates made up for one run, since no file of a repository stays valid for ever.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

use crate::common::Cph;

/// A self-signed certificate, and whom the call trusts.
#[derive(Clone)]
pub struct Certificate {
    config: Arc<ServerConfig>,
    pem: String,
    trust: Trust,
}

/// What `SSL_CERT_FILE` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// This certificate.
    This,
    /// This certificate, in a folder that `SSL_CERT_DIR` names.
    Folder,
    /// Another one of the same name.
    Another,
    /// A file that isn't there.
    Missing,
    /// A file without any certificate.
    Empty,
}

/// What makes a certificate of the right name and time useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// It is that of an authority, as `openssl req -x509` makes it.
    CredentialProvider,
    /// It is of a version before 3.
    OldVersion,
    /// It is for clients only.
    ForClients,
    /// It is no certificate at all.
    Mangled,
}

impl Certificate {
    pub fn odd(oddity: Oddity) -> Self {
        let (key, certificate) = made_with("127.0.0.1", [2020, 2100], |params| match oddity {
            Oddity::CredentialProvider => params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained),
            Oddity::ForClients => params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth],
            Oddity::OldVersion | Oddity::Mangled => {}
        });
        let mut der = certificate.der().to_vec();
        match oddity {
            Oddity::OldVersion => {
                let version = [0xa0, 3, 2, 1, 2];
                let at = der.windows(version.len()).position(|bytes| bytes == version).unwrap();
                der[at + 4] = 0;
            }
            Oddity::Mangled => der.truncate(20),
            Oddity::CredentialProvider | Oddity::ForClients => {}
        }
        // The server's own check would refuse some of them.
        let key = rustls::crypto::ring::sign::any_supported_type(&private(&key)).unwrap();
        let certified = CertifiedKey::new(vec![CertificateDer::from(der)], key);
        let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
        let config = builder.with_no_client_auth().with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        Self { config: Arc::new(config), pem: certificate.pem(), trust: Trust::This }
    }

    /// Good, of a server that wants one of its client, too.
    pub fn wants_a_clients(version: &'static SupportedProtocolVersion) -> Self {
        let (key, certificate) = made("127.0.0.1", [2020, 2100]);
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build().unwrap();
        let builder = ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[version]).unwrap();
        let chain = vec![certificate.der().clone()];
        let config = builder.with_client_cert_verifier(verifier).with_single_cert(chain, private(&key)).unwrap();
        Self { config: Arc::new(config), pem: certificate.pem(), trust: Trust::This }
    }

    pub fn new(name: &str, years: [i32; 2], trust: Trust) -> Self {
        let (key, certificate) = made(name, years);
        let chain = vec![certificate.der().clone()];
        let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
        let config = builder.with_no_client_auth().with_single_cert(chain, private(&key)).unwrap();
        let pem = if trust == Trust::Another { made(name, years).1.pem() } else { certificate.pem() };
        Self { config: Arc::new(config), pem, trust }
    }

    /// For this machine, valid, and trusted.
    pub fn good() -> Self {
        Self::new("127.0.0.1", [2020, 2100], Trust::This)
    }

    pub fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    pub fn trusted_by(&self, call: Cph) -> Cph {
        let file = call.home().join("trusted/authority.pem");
        match self.trust {
            Trust::This | Trust::Another => call.file("trusted/authority.pem", &self.pem).env("SSL_CERT_FILE", file),
            Trust::Folder => call.file("trusted/authority.pem", &self.pem).env("SSL_CERT_DIR", file.parent().unwrap()),
            Trust::Missing => call.env("SSL_CERT_FILE", file),
            Trust::Empty => call.file("trusted/authority.pem", "no certificate\n").env("SSL_CERT_FILE", file),
        }
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))
}

fn made(name: &str, years: [i32; 2]) -> (KeyPair, rcgen::Certificate) {
    made_with(name, years, |_| ())
}

fn made_with(
    name: &str,
    [from, to]: [i32; 2],
    change: impl FnOnce(&mut CertificateParams),
) -> (KeyPair, rcgen::Certificate) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
    change(&mut params);
    let certificate = params.self_signed(&key).unwrap();
    (key, certificate)
}
