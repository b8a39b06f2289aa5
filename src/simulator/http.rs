//! Requests and responses as plain values, so that the cloud can be tested without a socket.
//!
//! It must not know hyper, nor what any path or header means.

use percent_encoding::percent_decode_str;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IncomingRequest {
    /// In upper case, as on the wire.
    pub method: String,
    /// As it was sent: percent-encoded, without the query.
    pub path: String,
    /// As it was sent, without the `?`; empty if there was none.
    pub query: String,
    /// Names in lower case, values as UTF-8 text, in the order of the wire.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl IncomingRequest {
    /// The first value; `name` in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.header_values(name).next()
    }

    /// Every value; `name` in lower case.
    pub(crate) fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The query's pairs in the order of the wire, decoded.
    pub(crate) fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(move |(key, value)| (decode(key), decode(value)))
    }

    pub(super) fn query_values(&self, key: &str) -> impl Iterator<Item = String> {
        self.query_pairs().filter(move |(own, _)| own == key).map(|(_, value)| value)
    }

    /// The address that the request was sent to, for links in responses.
    pub(super) fn base_url(&self) -> String {
        format!("http://{}", self.header("host").unwrap_or("127.0.0.1"))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutgoingResponse {
    pub status: u16,
    /// Names and values; the server adds length and date.
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl OutgoingResponse {
    /// Every response of the service has an `X-Request-Id`.
    pub(super) fn json(status: u16, request_id: &str, body: String) -> Self {
        Self::new(status, request_id, "application/json", body)
    }

    /// A web page, as a proxy or a captive portal sends one instead of the real response.
    pub(super) fn html(status: u16, request_id: &str, body: &str) -> Self {
        Self::new(status, request_id, "text/html; charset=utf-8", body.to_owned())
    }

    pub(super) fn text(status: u16, request_id: &str, body: String) -> Self {
        Self::new(status, request_id, "text/plain; charset=utf-8", body)
    }

    fn new(status: u16, request_id: &str, content_type: &str, body: String) -> Self {
        let headers = vec![("content-type", content_type.to_owned()), ("x-request-id", request_id.to_owned())];
        Self { status, headers, body }
    }
}
