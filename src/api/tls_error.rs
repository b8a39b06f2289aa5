//! PURE: why TLS failed, in words for whoever has to repair it. By type: the library's own texts are made for its users,
//! with names of its types, times in Unix seconds and links to its documentation.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error as Tls, InvalidMessage, PeerIncompatible};

use crate::error::{Error, Kind};

/// Of the names in a certificate so many are told, each cut to [`LONGEST_NAME`]: who made it chose how many there are.
const MOST_NAMES: usize = 5;

/// As long as a DNS name can be.
const LONGEST_NAME: usize = 253;

const PROXY: &str = "SSL_CERT_FILE wants the authority (CA) that signed it, such as that of a proxy that opens TLS; otherwise do not go on";

const SERVER: &str = "whoever runs the server has to renew or replace it; a proxy that opens TLS may have made it";

const NEWER: &str = "the server, or a proxy that opens TLS, needs a newer TLS (1.2 with ECDHE and AES-GCM at least)";

const CLOCK: &str = "if these dates look right, set this machine's clock; otherwise the server needs another one";

/// A broken handshake may pass; a certificate that is not trusted will not, nor will what the two can't speak.
pub(super) fn failure(reason: &Tls) -> Error {
    match reason {
        Tls::InvalidCertificate(reason) => {
            let (what, hint) = distrust(reason);
            Error::new(Kind::Tls, format!("the server's certificate is not trusted: {what}")).hint(hint)
        }
        Tls::NoCertificatesPresented => {
            Error::new(Kind::Tls, "the server's certificate is not trusted: it showed none").hint(PROXY)
        }
        Tls::UnsupportedNameType => {
            Error::new(Kind::Tls, "the server's certificate is not trusted: such a host name can't be checked")
        }
        Tls::InvalidCertRevocationList(_) => Error::new(
            Kind::Tls,
            "the server's certificate is not trusted: the list of revoked certificates can't be used",
        ),
        Tls::AlertReceived(alert) => refused(*alert),
        Tls::PeerIncompatible(reason) => old_peer(reason),
        // The first bytes of something that is not TLS.
        Tls::InvalidMessage(InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion) => {
            broken("what answers there does not speak TLS").hint("check the port and https:// of the endpoint")
        }
        Tls::InvalidMessage(_) => broken("a message of the server can't be read"),
        Tls::InappropriateMessage { .. } | Tls::InappropriateHandshakeMessage { .. } | Tls::PeerMisbehaved(_) => {
            broken("the server does not keep to the protocol")
        }
        Tls::DecryptError => broken("a message was changed on its way"),
        Tls::PeerSentOversizedRecord => broken("a message of the server is too long"),
        Tls::FailedToGetCurrentTime => broken("this machine does not tell the time"),
        Tls::FailedToGetRandomBytes => broken("this machine gives no random numbers"),
        _ => broken("it did not come to its end"),
    }
}

fn broken(what: &str) -> Error {
    Error::new(Kind::Tls, format!("the TLS handshake broke: {what}")).retryable(true)
}

/// The server ended it, and says why by a number.
fn refused(alert: AlertDescription) -> Error {
    use AlertDescription as Alert;
    const CLIENT: &str = "cph has no client certificate to show: use an endpoint that takes a credential alone";
    match alert {
        Alert::CertificateRequired | Alert::NoCertificate => {
            Error::new(Kind::Tls, "the server wants a client certificate").hint(CLIENT)
        }
        // cph shows no certificate, so it can only be missed.
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateUnknown
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::UnknownCA
        | Alert::AccessDenied => {
            Error::new(Kind::Tls, "the server refused the TLS handshake: it seems to want a client certificate")
                .hint(CLIENT)
        }
        Alert::ProtocolVersion => broken("the server speaks no TLS 1.2 or 1.3").hint(NEWER),
        Alert::UnrecognisedName => {
            broken("the server does not know this host name").hint("check the host name of the endpoint")
        }
        Alert::HandshakeFailure | Alert::InsufficientSecurity => broken(
            "the server refused it: no cipher in common, or it wants a client certificate, which cph has none of",
        )
        .hint(NEWER),
        Alert::InternalError => broken("the server has an internal error"),
        _ => broken("the server refused it"),
    }
}

fn old_peer(reason: &PeerIncompatible) -> Error {
    match reason {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
        | PeerIncompatible::ExtendedMasterSecretExtensionRequired => {
            broken("the server speaks no TLS 1.2 or 1.3 as cph needs it")
        }
        _ => broken("the server and cph have no cipher or key exchange in common"),
    }
    .hint(NEWER)
}

/// What is wrong with a certificate, and what to do.
fn distrust(reason: &CertificateError) -> (String, &'static str) {
    use CertificateError as Bad;
    let (what, hint) = match reason {
        Bad::ExpiredContext { time, not_after } => {
            return (format!("it ended {}, and the clock here says {}", date(*not_after), date(*time)), CLOCK);
        }
        Bad::NotValidYetContext { time, not_before } => {
            return (format!("it begins {}, and the clock here says {}", date(*not_before), date(*time)), CLOCK);
        }
        Bad::NotValidForNameContext { expected, presented } => {
            let hint = "check the host name of the endpoint; a proxy or portal in between may have answered";
            return (format!("it is not for {}{}", expected.to_str(), names(presented)), hint);
        }
        Bad::Other(other) => return of_the_checker(other.0.downcast_ref()),
        Bad::Expired => ("its time is over, or its dates contradict each other", CLOCK),
        Bad::NotValidYet => ("its time has not come yet", CLOCK),
        Bad::NotValidForName => ("it is for another host", "check the host name of the endpoint"),
        Bad::UnknownIssuer => ("no authority that is trusted here signed it", PROXY),
        Bad::BadSignature => ("an authority of that name is trusted here, but did not sign it", PROXY),
        Bad::BadEncoding => ("it can't be read", SERVER),
        Bad::Revoked => ("it was revoked", SERVER),
        Bad::UnknownRevocationStatus
        | Bad::ExpiredRevocationList
        | Bad::ExpiredRevocationListContext { .. }
        | Bad::InvalidOcspResponse => ("whether it was revoked can't be known", SERVER),
        Bad::UnhandledCriticalExtension => ("it has a critical extension that is not known here", SERVER),
        Bad::UnsupportedSignatureAlgorithmContext { .. }
        | Bad::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => (
            "it is signed by a method that is too old, or not known here",
            "the server needs one that is signed with SHA-256 or better, by an RSA key of 2048 bits or an ECDSA key",
        ),
        Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => {
            ("it is not for a server, but for other uses", SERVER)
        }
        Bad::ApplicationVerificationFailure => ("this system refuses it", PROXY),
        _ => ("it breaks a rule for certificates", SERVER),
    };
    (what.to_owned(), hint)
}

/// What rustls has no word for itself. `None` where another checker than webpki was at work.
fn of_the_checker(reason: Option<&webpki::Error>) -> (String, &'static str) {
    use webpki::Error as Bad;
    let (what, hint) = match reason {
        Some(Bad::CaUsedAsEndEntity) => (
            "it is the certificate of an authority (CA), and no server certificate",
            "the server needs a server certificate, and SSL_CERT_FILE wants the authority that signed it \
             (openssl req -x509 makes an authority, unless -addext basicConstraints=CA:FALSE)",
        ),
        Some(Bad::EndEntityUsedAsCa) => (
            "it was signed by a server certificate, and not by an authority (CA)",
            "SSL_CERT_FILE wants the authority that signed the server certificate",
        ),
        Some(Bad::UnsupportedCertVersion) => (
            "it is of an old version: X.509 version 3 is needed",
            "the server needs one with its host name as subjectAltName (openssl req -addext subjectAltName=DNS:…)",
        ),
        Some(Bad::PathLenConstraintViolated | Bad::NameConstraintViolation) => {
            ("its authority (CA) was not allowed to sign it", SERVER)
        }
        Some(
            Bad::MaximumNameConstraintComparisonsExceeded
            | Bad::MaximumPathBuildCallsExceeded
            | Bad::MaximumPathDepthExceeded
            | Bad::MaximumSignatureChecksExceeded,
        ) => ("the chain of its authorities is too long", SERVER),
        Some(Bad::CertDistrusted) => ("its key is known to be in wrong hands", PROXY),
        Some(_) => ("it breaks a rule for certificates", SERVER),
        None => ("this system refuses it", PROXY),
    };
    (what.to_owned(), hint)
}

fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or_else(|| "at a date that is out of range".to_owned(), |time| time.to_string())
}

/// The names that it is for. The library hands them over as `DnsName("a.example")` or `IpAddress(127.0.0.2)`.
fn names(presented: &[String]) -> String {
    let bare = presented.iter().filter_map(|name| {
        let (_, inside) = name.split_once('(')?;
        Some(inside.strip_suffix(')')?.trim_matches('"').chars().take(LONGEST_NAME).collect::<String>())
    });
    let shown: Vec<String> = bare.take(MOST_NAMES).collect();
    if shown.is_empty() {
        return ", nor for any host".to_owned();
    }
    let more = if presented.len() > shown.len() { " and others" } else { "" };
    format!(", but for {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use rustls::pki_types::ServerName;
    use rustls::{OtherError, PeerMisbehaved};

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
                "it ended 2020-01-01T00:00:00Z, and the clock here says 2020-01-01T00:00:01Z",
                "clock",
                false,
            ),
            (begins.into(), "it begins at a date that is out of range, and the clock here says 1970-01-01", "", false),
            (for_name(vec![]), "it is not for cph.example, nor for any host", "host name", false),
            (
                for_name(vec!["DnsName(\"a.example\")".into()]),
                "it is not for cph.example, but for a.example",
                "",
                false,
            ),
            (for_name(vec!["IpAddress(127.0.0.2)".into(), "DirectoryName".into()]), "but for 127.0.0.2 and", "", false),
            (for_name(many), "but for 0.example, 1.example, 2.example, 3.example, 4.example and others", "", false),
            (CertificateError::UnknownIssuer.into(), "no authority that is trusted here signed it", "SSL_CERT_", false),
            (
                checker(webpki::Error::CaUsedAsEndEntity),
                "an authority (CA), and no server certificate",
                "SSL_CERT_FILE wants the authority that signed it",
                false,
            ),
            (checker(webpki::Error::UnsupportedCertVersion), "X.509 version 3 is needed", "subjectAltName", false),
            (checker(webpki::Error::MalformedExtensions), "breaks a rule for certificates", "", false),
            (foreign.into(), "this system refuses it", "", false),
            (CertificateError::Revoked.into(), "it was revoked", "", false),
            (Tls::NoCertificatesPresented, "it showed none", "", false),
            (Tls::AlertReceived(AlertDescription::CertificateRequired), "wants a client certificate", "none", false),
            (Tls::AlertReceived(AlertDescription::UnknownCA), "seems to want a client certificate", "", false),
            (Tls::AlertReceived(AlertDescription::HandshakeFailure), "no cipher in common", "", true),
            (Tls::AlertReceived(AlertDescription::ProtocolVersion), "no TLS 1.2 or 1.3", "", true),
            (Tls::AlertReceived(AlertDescription::Unknown(200)), "the server refused it", "", true),
            (PeerIncompatible::NoKxGroupsInCommon.into(), "no cipher or key exchange in common", "newer TLS", true),
            (InvalidMessage::InvalidContentType.into(), "does not speak TLS", "port", true),
            (PeerMisbehaved::MissingKeyShare.into(), "does not keep to the protocol", "", true),
            (Tls::General("UnknownThing { x: 1 }".into()), "it did not come to its end", "", true),
        ];
        for (reason, words, hint, retryable) in rows {
            let error = failure(&reason);
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
        let long = failure(&for_name(vec![format!("DnsName(\"{}\")", "x".repeat(100_000)); 9]));
        assert!(long.message.len() < 1500, "{}", long.message.len());
    }
}
