//! PURE: why TLS failed, in words for the person who must fix it. By type: the library's own texts are for programmers,
//! with names of types, times in Unix seconds and links to its documentation.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error as Tls, InvalidMessage, PeerIncompatible};

use crate::error::{Error, Kind};

/// Names of a certificate in a message, each cut to [`LONGEST_NAME`]: a certificate can hold any number.
const MOST_NAMES: usize = 5;

/// Of a DNS name.
const LONGEST_NAME: usize = 253;

const PROXY: &str = "SSL_CERT_FILE must hold the authority (CA) that signed it, such as that of a proxy that intercepts TLS; otherwise do not go on";

const SERVER: &str =
    "the administrator of the server must renew or replace it; a proxy that intercepts TLS may have made it";

const NEWER: &str =
    "the server, or a proxy that intercepts TLS, needs a newer TLS (1.2 with ECDHE and AES-GCM at least)";

const CLOCK: &str = "if these dates look right, set this machine's clock; otherwise the server needs a new certificate";

/// A failed handshake may be retried; a certificate that is not trusted stays so.
pub(super) fn error(reason: &Tls) -> Error {
    match reason {
        Tls::InvalidCertificate(reason) => {
            let (what, hint) = certificate_error(reason);
            Error::new(Kind::Tls, format!("the server's certificate is not trusted: {what}")).hint(hint)
        }
        Tls::NoCertificatesPresented => {
            Error::new(Kind::Tls, "the server's certificate is not trusted: the server sent none").hint(PROXY)
        }
        Tls::UnsupportedNameType => {
            Error::new(Kind::Tls, "the server's certificate is not trusted: this form of host name can't be checked")
        }
        Tls::InvalidCertRevocationList(_) => Error::new(
            Kind::Tls,
            "the server's certificate is not trusted: the list of revoked certificates can't be used",
        ),
        Tls::AlertReceived(alert) => alert_error(*alert),
        Tls::PeerIncompatible(reason) => incompatible(reason),
        // The first bytes of something that is not TLS.
        Tls::InvalidMessage(InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion) => {
            handshake_error("the server does not speak TLS").hint("check the port and https:// of the endpoint")
        }
        Tls::InvalidMessage(_) => handshake_error("a message of the server can't be read"),
        Tls::InappropriateMessage { .. } | Tls::InappropriateHandshakeMessage { .. } | Tls::PeerMisbehaved(_) => {
            handshake_error("the server violates the protocol")
        }
        Tls::DecryptError => handshake_error("a message was changed in transit"),
        Tls::PeerSentOversizedRecord => handshake_error("a message of the server is too long"),
        Tls::FailedToGetCurrentTime => handshake_error("this machine's clock can't be read"),
        Tls::FailedToGetRandomBytes => handshake_error("this machine gives no random numbers"),
        _ => handshake_error("it did not complete"),
    }
}

fn handshake_error(what: &str) -> Error {
    Error::new(Kind::Tls, format!("the TLS handshake failed: {what}")).retryable(true)
}

/// The server ended the handshake with the number of a reason.
fn alert_error(alert: AlertDescription) -> Error {
    use AlertDescription as Alert;
    const CLIENT: &str = "cph has no client certificate: use an endpoint that accepts a credential alone";
    match alert {
        Alert::CertificateRequired | Alert::NoCertificate => {
            Error::new(Kind::Tls, "the server requires a client certificate").hint(CLIENT)
        }
        // cph sends no certificate, so the missing one is the cause.
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateUnknown
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::UnknownCA
        | Alert::AccessDenied => {
            Error::new(Kind::Tls, "the server refused the TLS handshake: it seems to require a client certificate")
                .hint(CLIENT)
        }
        Alert::ProtocolVersion => handshake_error("the server does not speak TLS 1.2 or 1.3").hint(NEWER),
        Alert::UnrecognisedName => {
            handshake_error("the server does not know this host name").hint("check the host name of the endpoint")
        }
        Alert::HandshakeFailure | Alert::InsufficientSecurity => handshake_error(
            "the server refused it: no cipher in common, or it requires a client certificate, which cph does not have",
        )
        .hint(NEWER),
        Alert::InternalError => handshake_error("the server has an internal error"),
        _ => handshake_error("the server refused it"),
    }
}

fn incompatible(reason: &PeerIncompatible) -> Error {
    match reason {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
        | PeerIncompatible::ExtendedMasterSecretExtensionRequired => {
            handshake_error("the server does not speak TLS 1.2 or 1.3 as cph needs it")
        }
        _ => handshake_error("the server and cph have no cipher or key exchange in common"),
    }
    .hint(NEWER)
}

/// What is wrong with a certificate, and what to do.
fn certificate_error(reason: &CertificateError) -> (String, &'static str) {
    use CertificateError as Bad;
    let (what, hint) = match reason {
        Bad::ExpiredContext { time, not_after } => {
            return (format!("it expired at {}, and the clock here says {}", date(*not_after), date(*time)), CLOCK);
        }
        Bad::NotValidYetContext { time, not_before } => {
            return (
                format!("it is not valid before {}, and the clock here says {}", date(*not_before), date(*time)),
                CLOCK,
            );
        }
        Bad::NotValidForNameContext { expected, presented } => {
            let hint = "check the host name of the endpoint; a proxy or captive portal may have answered";
            return (format!("it is not for {}{}", expected.to_str(), names(presented)), hint);
        }
        Bad::Other(other) => return webpki_error(other.0.downcast_ref()),
        Bad::Expired => ("it expired, or its dates contradict each other", CLOCK),
        Bad::NotValidYet => ("it is not valid yet", CLOCK),
        Bad::NotValidForName => ("it is for another host", "check the host name of the endpoint"),
        Bad::UnknownIssuer => ("it is not signed by an authority that is trusted here", PROXY),
        Bad::BadSignature => ("an authority of that name is trusted here, but did not sign it", PROXY),
        Bad::BadEncoding => ("it can't be read", SERVER),
        Bad::Revoked => ("it was revoked", SERVER),
        Bad::UnknownRevocationStatus
        | Bad::ExpiredRevocationList
        | Bad::ExpiredRevocationListContext { .. }
        | Bad::InvalidOcspResponse => ("whether it was revoked is unknown", SERVER),
        Bad::UnhandledCriticalExtension => ("it has a critical extension that cph does not know", SERVER),
        Bad::UnsupportedSignatureAlgorithmContext { .. }
        | Bad::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => (
            "its signature algorithm is too old, or unknown to cph",
            "the server needs one that is signed with SHA-256 or better, by an RSA key of 2048 bits or an ECDSA key",
        ),
        Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => ("it is not for servers", SERVER),
        Bad::ApplicationVerificationFailure => ("this system refuses it", PROXY),
        _ => ("it breaks a rule for certificates", SERVER),
    };
    (what.to_owned(), hint)
}

/// What rustls has no type for. `None` where the system's verifier decided, not webpki.
fn webpki_error(reason: Option<&webpki::Error>) -> (String, &'static str) {
    use webpki::Error as Bad;
    let (what, hint) = match reason {
        Some(Bad::CaUsedAsEndEntity) => (
            "it is the certificate of an authority (CA), not of a server",
            "the server needs a server certificate, and SSL_CERT_FILE must hold the authority that signed it \
             (openssl req -x509 makes an authority, unless -addext basicConstraints=CA:FALSE)",
        ),
        Some(Bad::EndEntityUsedAsCa) => (
            "it is signed by a server certificate, not by an authority (CA)",
            "SSL_CERT_FILE must hold the authority that signed the server certificate",
        ),
        Some(Bad::UnsupportedCertVersion) => (
            "it has an old format: X.509 version 3 is needed",
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
        Some(Bad::CertDistrusted) => ("its key is known to be stolen", PROXY),
        Some(_) => ("it breaks a rule for certificates", SERVER),
        None => ("this system refuses it", PROXY),
    };
    (what.to_owned(), hint)
}

fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or_else(|| "a date out of range".to_owned(), |time| time.to_string())
}

/// The names that it is for. The library gives them as `DnsName("a.example")` or `IpAddress(127.0.0.2)`.
fn names(presented: &[String]) -> String {
    let bare = presented.iter().filter_map(|name| {
        let (_, inside) = name.split_once('(')?;
        Some(inside.strip_suffix(')')?.trim_matches('"').chars().take(LONGEST_NAME).collect::<String>())
    });
    let shown: Vec<String> = bare.take(MOST_NAMES).collect();
    if shown.is_empty() {
        return ", nor for any other host".to_owned();
    }
    let more = if presented.len() > shown.len() { " and others" } else { "" };
    format!(", but for {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests;
