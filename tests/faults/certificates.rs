//! Certificates made up for one run, since no file of a repository stays valid for ever.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

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

impl Certificate {
    pub fn new(name: &str, years: [i32; 2], trust: Trust) -> Self {
        let (key, certificate) = made(name, years);
        let chain = vec![certificate.der().clone()];
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = builder.with_no_client_auth().with_single_cert(chain, private).unwrap();
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

fn made(name: &str, [from, to]: [i32; 2]) -> (KeyPair, rcgen::Certificate) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
    let certificate = params.self_signed(&key).unwrap();
    (key, certificate)
}
