//! Requests and replies as plain values, so that the world can be asked without a socket.
//!
//! It must not know hyper, nor what any path or header means.

use percent_encoding::percent_decode_str;

/// A request as it was received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Request {
    /// Method, in upper case as on the wire.
    pub method: String,
    /// Path as it was sent, percent-encoded, without the query.
    pub path: String,
    /// Query as it was sent, without the `?`; empty if there was none.
    pub query: String,
    /// Names in lower case, values as UTF-8 text, in the order of the wire.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first value of a header; `name` in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of a header; `name` in lower case.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The query's pairs in the order of the wire, decoded.
    pub(super) fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(move |(key, value)| (decode(key), decode(value)))
    }

    /// Every value of one key of the query.
    pub(super) fn query_values(&self, key: &str) -> impl Iterator<Item = String> {
        self.query_pairs().filter(move |(own, _)| own == key).map(|(_, value)| value)
    }

    /// The address that the request was sent to, as links in answers need it.
    pub(super) fn base_url(&self) -> String {
        format!("http://{}", self.header("host").unwrap_or("127.0.0.1"))
    }
}

/// What a request is met with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// An HTTP response.
    Response(Response),
    /// The connection is reset: not one byte comes back.
    Reset,
}

/// An HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    /// HTTP status code.
    pub status: u16,
    /// Names and values; length and date are the server's business.
    pub headers: Vec<(&'static str, String)>,
    /// The body, always text.
    pub body: String,
}

impl Response {
    /// A JSON document. Every answer of the service carries `X-Request-Id`.
    pub(super) fn json(status: u16, request_id: &str, body: String) -> Self {
        Self::new(status, request_id, "application/json", body)
    }

    /// A page, as a proxy or a captive portal puts one in place of the answer.
    pub(super) fn html(status: u16, request_id: &str, body: &str) -> Self {
        Self::new(status, request_id, "text/html; charset=utf-8", body.to_owned())
    }

    /// Plain text.
    pub(super) fn text(status: u16, request_id: &str, body: String) -> Self {
        Self::new(status, request_id, "text/plain; charset=utf-8", body)
    }

    fn new(status: u16, request_id: &str, content_type: &str, body: String) -> Self {
        let headers = vec![("content-type", content_type.to_owned()), ("x-request-id", request_id.to_owned())];
        Self { status, headers, body }
    }
}
