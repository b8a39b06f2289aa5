use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{CertRevocationListError, OtherError, PeerMisbehaved};

use super::*;

fn at(seconds: u64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

fn for_name(presented: Vec<String>) -> Tls {
    let expected = ServerName::try_from("cph.example").unwrap().to_owned();
    CertificateError::NotValidForNameContext { expected, presented }.into()
}

fn checker(reason: webpki::Error) -> Tls {
    CertificateError::Other(OtherError(Arc::new(reason))).into()
}

#[test]
fn every_failure_has_words_of_its_own() {
    let many = (0..9).map(|n| format!("DnsName(\"{n}.example\")")).collect();
    let ended = CertificateError::ExpiredContext { time: at(1_577_836_801), not_after: at(1_577_836_800) };
    let begins = CertificateError::NotValidYetContext { time: at(0), not_before: at(u64::MAX) };
    let foreign = CertificateError::Other(OtherError(Arc::new(std::io::Error::other("Os(1)"))));
    let rows: Vec<(Tls, &str, &str, bool)> = vec![
        (
            ended.into(),
            "it expired at 2020-01-01T00:00:00Z, and the clock here says 2020-01-01T00:00:01Z",
            "clock",
            false,
        ),
        (begins.into(), "it is not valid before a date out of range, and the clock here says 1970-01-01", "", false),
        (for_name(vec![]), "it is not for cph.example, nor for any other host", "host name", false),
        (for_name(vec!["DnsName(\"a.example\")".into()]), "it is not for cph.example, but for a.example", "", false),
        (for_name(vec!["IpAddress(127.0.0.2)".into(), "DirectoryName".into()]), "but for 127.0.0.2 and", "", false),
        (for_name(many), "but for 0.example, 1.example, 2.example, 3.example, 4.example and others", "", false),
        (
            CertificateError::UnknownIssuer.into(),
            "it is not signed by an authority that is trusted here",
            "SSL_CERT_",
            false,
        ),
        (
            checker(webpki::Error::CaUsedAsEndEntity),
            "an authority (CA), not of a server",
            "SSL_CERT_FILE must hold the authority that signed it",
            false,
        ),
        (checker(webpki::Error::UnsupportedCertVersion), "X.509 version 3 is needed", "subjectAltName", false),
        (checker(webpki::Error::MalformedExtensions), "breaks a rule for certificates", "", false),
        (foreign.into(), "this system refuses it", "", false),
        (CertificateError::Expired.into(), "it expired, or its dates", "clock", false),
        (CertificateError::NotValidYet.into(), "it is not valid yet", "clock", false),
        (CertificateError::NotValidForName.into(), "it is for another host", "host name", false),
        (CertificateError::BadSignature.into(), "did not sign it", "SSL_CERT_FILE", false),
        (CertificateError::BadEncoding.into(), "it can't be read", "renew or replace", false),
        (CertificateError::Revoked.into(), "it was revoked", "renew or replace", false),
        (CertificateError::UnknownRevocationStatus.into(), "whether it was revoked is unknown", "", false),
        (CertificateError::UnhandledCriticalExtension.into(), "a critical extension", "", false),
        (CertificateError::InvalidPurpose.into(), "it is not for servers", "", false),
        (CertificateError::ApplicationVerificationFailure.into(), "this system refuses it", "SSL_CERT_FILE", false),
        (checker(webpki::Error::EndEntityUsedAsCa), "signed by a server certificate", "SSL_CERT_FILE", false),
        (checker(webpki::Error::NameConstraintViolation), "not allowed to sign it", "", false),
        (checker(webpki::Error::MaximumPathDepthExceeded), "the chain of its authorities is too long", "", false),
        (checker(webpki::Error::CertDistrusted), "its key is known to be stolen", "", false),
        (Tls::NoCertificatesPresented, "the server sent none", "", false),
        (
            Tls::InvalidCertRevocationList(CertRevocationListError::BadSignature),
            "the list of revoked certificates can't be used",
            "",
            false,
        ),
        (Tls::UnsupportedNameType, "this form of host name can't be checked", "", false),
        (Tls::AlertReceived(AlertDescription::CertificateRequired), "requires a client certificate", "none", false),
        (Tls::AlertReceived(AlertDescription::UnknownCA), "seems to require a client certificate", "", false),
        (Tls::AlertReceived(AlertDescription::HandshakeFailure), "no cipher in common", "", true),
        (Tls::AlertReceived(AlertDescription::ProtocolVersion), "not speak TLS 1.2 or 1.3", "", true),
        (Tls::AlertReceived(AlertDescription::UnrecognisedName), "does not know this host name", "host name", true),
        (Tls::AlertReceived(AlertDescription::InternalError), "the server has an internal error", "", true),
        (Tls::AlertReceived(AlertDescription::Unknown(200)), "the server refused it", "", true),
        (
            PeerIncompatible::ServerDoesNotSupportTls12Or13.into(),
            "not speak TLS 1.2 or 1.3 as cph needs it",
            "newer TLS",
            true,
        ),
        (PeerIncompatible::NoKxGroupsInCommon.into(), "no cipher or key exchange in common", "newer TLS", true),
        (InvalidMessage::InvalidContentType.into(), "does not speak TLS", "port", true),
        (InvalidMessage::UnexpectedMessage("").into(), "a message of the server can't be read", "", true),
        (Tls::DecryptError, "a message was changed in transit", "", true),
        (Tls::PeerSentOversizedRecord, "a message of the server is too long", "", true),
        (Tls::FailedToGetCurrentTime, "this machine's clock can't be read", "", true),
        (Tls::FailedToGetRandomBytes, "this machine gives no random numbers", "", true),
        (PeerMisbehaved::MissingKeyShare.into(), "violates the protocol", "", true),
        (Tls::General("UnknownThing { x: 1 }".into()), "it did not complete", "", true),
    ];
    for (reason, words, hint, retryable) in rows {
        let error = error(&reason);
        let said = format!("{} {}", error.message, error.hint.clone().unwrap_or_default());
        assert!(error.message.contains(words), "{words}: {said}");
        assert!(error.hint.clone().unwrap_or_default().replace("no client", "none").contains(hint), "{said}");
        assert_eq!((error.kind, error.retryable), (Kind::Tls, retryable), "{said}");
        for debug in ["{", "::", "\"", "Name(", "Error(", "(1)", "docs.rs", "Context"] {
            assert!(!said.contains(debug), "{debug}: {said}");
        }
    }
}

#[test]
fn a_name_is_cut() {
    let one = error(&for_name(vec!["DnsName(\"a.example\")".into()]));
    assert!(one.message.ends_with("it is not for cph.example, but for a.example"), "{}", one.message);
    let long = error(&for_name(vec![format!("DnsName(\"{}\")", "x".repeat(100_000)); 9]));
    assert!(long.message.len() < 1500, "{}", long.message.len());
}
