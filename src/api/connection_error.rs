//! PURE: why no response came, decided by the types in the chain of causes, never by their texts.

use std::error::Error as Cause;
use std::io::{self, ErrorKind};

use hyper::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use tower_service::Service;

use crate::api::tls_error;
use crate::error::{Error, Kind};

/// The library has no public names for these types, but its services have them as `Error`.
type TunnelError = <Tunnel<HttpConnector> as Service<Uri>>::Error;
type SocksError = <SocksV5<HttpConnector> as Service<Uri>>::Error;

const URL_ENCODING: &str = "in the password @ is %40, : is %3A, / is %2F";

/// A static build on Linux has the resolver of musl: it asks all name servers at once, takes the first answer, takes
/// SERVFAIL for an IPv6 address as no answer at all, and reads nothing but resolv.conf and the hosts file.
const IS_STATIC: bool = cfg!(all(target_os = "linux", target_env = "musl"));
const STATIC_HINT: &str = "check the host name with: cph config; if other programs reach it, use the cph of a package, \
    which looks names up by glibc: this static one asks all name servers at once and reads no nsswitch.conf";
const LOOK_UP_HINT: &str = "check the host name (region, endpoint, proxy) with: cph config; then the network";

/// The proxy, as far as messages need it.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsedProxy {
    /// The environment variable that names it.
    pub(super) variable: &'static str,
    /// Whether that variable holds a user name or a password.
    pub(super) has_password: bool,
}

impl UsedProxy {
    /// The error where the proxy refused the connection. A refused password is final: accounts lock. `answered`: the
    /// password was accepted before.
    pub(super) fn refusal(self, reason: &(dyn Cause + 'static), answered: bool) -> Option<Error> {
        if let Some(tunnel) = cause::<TunnelError>(reason) {
            return self.refused_tunnel(tunnel);
        }
        self.refused_socks(cause::<SocksError>(reason)?, answered)
    }

    fn refused_tunnel(self, reason: &TunnelError) -> Option<Error> {
        let (variable, error) = (self.variable, |what: &str| Error::new(Kind::Unreachable, what.to_owned()));
        let what = match reason {
            TunnelError::ProxyAuthRequired if self.has_password => {
                let what = format!("the proxy refused the user name and password in {variable} (HTTP 407)");
                return Some(error(&what).hint(format!("correct them in {variable}; {URL_ENCODING}")));
            }
            TunnelError::ProxyAuthRequired => {
                let what = format!("the proxy in {variable} requires a user name and password (HTTP 407)");
                return Some(error(&what).hint(format!("{variable}=http://user:password@host:port; {URL_ENCODING}")));
            }
            TunnelError::TunnelUnsuccessful => "refused the tunnel",
            TunnelError::TunnelUnexpectedEof => "closed the connection instead of opening a tunnel",
            TunnelError::ProxyHeadersTooLong => "sent a response that is too long",
            // The cause below it says more.
            _ => return None,
        };
        let hint = "ask the administrator of the proxy to allow this host and port, or add the host to NO_PROXY";
        Some(error(&format!("the proxy in {variable} {what}")).hint(hint).retryable(true))
    }

    fn refused_socks(self, reason: &SocksError, answered: bool) -> Option<Error> {
        let variable = self.variable;
        let error = |what: String| Error::new(Kind::Unreachable, what);
        match reason {
            SocksError::V4(_) | SocksError::V5(_) if self.has_password => {
                let said = reason.to_string();
                let said = said.trim_start_matches("SOCKS error: ");
                let what =
                    format!("the proxy in {variable} refused the connection, or its user name and password ({said})");
                Some(error(what).hint(format!("check them in {variable}; {URL_ENCODING}")).retryable(answered))
            }
            // The library's text would be about an unknown method: the proxy was offered no password.
            SocksError::V4(_) | SocksError::V5(_) => {
                let what =
                    format!("the proxy in {variable} refused the connection, or requires a user name and password");
                let hint = format!(
                    "{variable}=socks5h://user:password@host:port if it requires them ({URL_ENCODING}); else ask its administrator"
                );
                Some(error(what).hint(hint).retryable(true))
            }
            SocksError::Parsing(_) => {
                let what = format!("the proxy in {variable} does not speak SOCKS");
                Some(error(what).hint("check its scheme and port: http:// or socks5h://").retryable(true))
            }
            // The caller tells it as of any connection.
            SocksError::Inner(inner) if timed_out(inner) => None,
            SocksError::Inner(inner) => {
                let what = format!("no connection to the proxy in {variable} ({})", innermost(inner));
                Some(with_look_up_hint(error(what).retryable(true), inner))
            }
            SocksError::Io(_) => {
                let what = format!("the proxy in {variable} closed the connection before it opened one to the server");
                Some(error(what).retryable(true))
            }
            _ => None,
        }
    }
}

/// The error for every other cause.
pub(super) fn error(reason: &(dyn Cause + 'static), while_connecting: bool) -> Error {
    if let Some(tls) = cause::<rustls::Error>(reason) {
        return tls_error::error(tls);
    }
    if let Some(http) = cause::<hyper::Error>(reason)
        && (http.is_parse() || http.is_parse_too_large())
    {
        return Error::new(Kind::BadAnswer, format!("a response that is not HTTP ({})", innermost(http)));
    }
    let what = if while_connecting { "no connection" } else { "the connection broke before the response was complete" };
    let error = Error::new(Kind::Unreachable, format!("{what} ({})", innermost(reason))).retryable(true);
    if while_connecting { with_look_up_hint(error, reason) } else { error }
}

/// Whether a SOCKS proxy did not accept the connection in time: the library's `is_timeout` does not see into that error.
pub(super) fn is_timeout_of_socks(reason: &(dyn Cause + 'static)) -> bool {
    matches!(cause::<SocksError>(reason), Some(SocksError::Inner(inner)) if timed_out(inner))
}

fn timed_out(reason: &(dyn Cause + 'static)) -> bool {
    cause::<io::Error>(reason).is_some_and(|reason| reason.kind() == ErrorKind::TimedOut)
}

/// The error where there was no connection within `seconds`. Most of them may have been a look-up without an answer.
pub(super) fn no_connection_within(seconds: u64) -> Error {
    let error = Error::new(Kind::Unreachable, format!("no connection within {seconds} s")).retryable(true);
    if IS_STATIC { error.hint(STATIC_HINT) } else { error }
}

fn with_look_up_hint(error: Error, reason: &(dyn Cause + 'static)) -> Error {
    match cause::<io::Error>(reason) {
        Some(reason) if is_failed_look_up(reason) => error.hint(if IS_STATIC { STATIC_HINT } else { LOOK_UP_HINT }),
        _ => error,
    }
}

/// Whether a host's name could not be looked up. The standard library has no kind for it. On Windows these are numbers
/// of the system (WSAHOST_NOT_FOUND to WSANO_DATA); elsewhere all other errors of opening a connection are numbers.
fn is_failed_look_up(reason: &io::Error) -> bool {
    if cfg!(windows) {
        return matches!(reason.raw_os_error(), Some(11_001..=11_004));
    }
    reason.raw_os_error().is_none() && reason.get_ref().is_some()
}

/// The error for a response whose body ended early.
pub(super) fn incomplete_body(reason: &io::Error) -> Error {
    Error::new(Kind::Unreachable, format!("the response ended early ({})", innermost(reason))).retryable(true)
}

pub(super) fn cause<'e, E: Cause + 'static>(error: &'e (dyn Cause + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        // An io::Error hides the error it was made of from `source`, but not from `get_ref`.
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inside {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    None
}

/// The last cause of the chain: the specific one ("Connection refused"), which holds no URL.
pub(super) fn innermost(error: &(dyn Cause + 'static)) -> String {
    // rustls adds a link to its documentation.
    if cause::<io::Error>(error).is_some_and(|io| io.kind() == ErrorKind::UnexpectedEof) {
        return "closed by the other side".to_owned();
    }
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use std::net::{TcpStream, ToSocketAddrs as _};

    use super::*;

    #[test]
    fn a_failed_look_up_is_told_from_a_refused_connection() {
        // No label of a name may be longer than 63 bytes, so that no name server is asked.
        let look_up = (format!("{}.invalid", "a".repeat(64)), 443).to_socket_addrs().unwrap_err();
        assert!(is_failed_look_up(&look_up), "{look_up:?}");
        let refused = TcpStream::connect("127.0.0.1:1").unwrap_err();
        for other in [refused, ErrorKind::TimedOut.into(), io::Error::from_raw_os_error(24)] {
            assert!(!is_failed_look_up(&other), "{other:?}");
        }
    }
}
