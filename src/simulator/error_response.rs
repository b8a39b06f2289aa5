//! Errors in the services' own formats: the gateway in front of CPH has one, CPH itself another, IAM a third.
//!
//! It must not know when to send an error. Formats: CPH, page `cph_api_0602`; gateway, page `api-sign-errorcode`;
//! IAM v3, the API Explorer. The metadata service's is only known to be text.

use std::borrow::Cow;

use serde_json::json;

use super::http::OutgoingResponse;

/// An error answer that has not yet got its request id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErrorResponse {
    format: ErrorFormat,
    pub(super) status: u16,
    /// `CPS.` or `APIGW.` and four digits; IAM's title; nothing for the metadata service.
    pub(super) code: &'static str,
    pub(super) text: Cow<'static, str>,
    retry_after: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ErrorFormat {
    Gateway,
    Cph,
    Iam,
    Metadata,
}

impl ErrorResponse {
    pub(super) fn gateway(status: u16, code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { format: ErrorFormat::Gateway, status, code, text: text.into(), retry_after: None }
    }

    pub(super) fn cph(status: u16, code: &'static str, text: &'static str) -> Self {
        Self { format: ErrorFormat::Cph, status, code, text: text.into(), retry_after: None }
    }

    pub(super) fn iam(status: u16, title: &'static str, text: &'static str) -> Self {
        Self { format: ErrorFormat::Iam, status, code: title, text: text.into(), retry_after: None }
    }

    pub(super) fn metadata(status: u16, text: &'static str) -> Self {
        Self { format: ErrorFormat::Metadata, status, code: "", text: text.into(), retry_after: None }
    }

    /// The gateway's 401 for a token that was valid once.
    pub(super) fn token_must_be_renewed() -> Self {
        Self::gateway(401, "APIGW.0307", "The token must be updated.")
    }

    /// The gateway's 401; `detail` follows its fixed sentence.
    pub(super) fn unauthenticated(detail: impl AsRef<str>) -> Self {
        let text = format!("Incorrect IAM authentication information: {}", detail.as_ref());
        Self::gateway(401, "APIGW.0301", text)
    }

    pub(super) fn no_such_api() -> Self {
        Self::gateway(404, "APIGW.0101", "The API does not exist or has not been published in the environment.")
    }

    pub(super) fn forbidden() -> Self {
        Self::cph(403, "CPS.0001", "No permission to request resources.")
    }

    pub(super) fn no_such_job() -> Self {
        Self::cph(404, "CPS.0011", "Job not found.")
    }

    /// In seconds.
    pub(super) fn with_retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Body and header name the same request id.
    pub(super) fn response(&self, request_id: &str) -> OutgoingResponse {
        // Written by hand for the order of the keys, which serde_json would sort.
        let (code, text, id) = (json!(self.code), json!(self.text), json!(request_id));
        let body = match self.format {
            ErrorFormat::Gateway => format!(r#"{{"error_msg":{text},"error_code":{code},"request_id":{id}}}"#),
            ErrorFormat::Cph => format!(r#"{{"request_id":{id},"error_code":{code},"error_msg":{text}}}"#),
            ErrorFormat::Iam => format!(r#"{{"error":{{"code":{},"message":{text},"title":{code}}}}}"#, self.status),
            ErrorFormat::Metadata => {
                return OutgoingResponse::text(self.status, request_id, self.text.clone().into_owned());
            }
        };
        let mut response = OutgoingResponse::json(self.status, request_id, body);
        response.headers.extend(self.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_has_its_format() {
        let gateway = ErrorResponse::gateway(429, "APIGW.0308", "say \"no\"").with_retry_after(2).response("ab");
        assert_eq!(gateway.body, r#"{"error_msg":"say \"no\"","error_code":"APIGW.0308","request_id":"ab"}"#);
        assert!(gateway.headers.contains(&("retry-after", "2".to_owned())));
        let cph = ErrorResponse::no_such_job().response("ab");
        assert_eq!(cph.body, r#"{"request_id":"ab","error_code":"CPS.0011","error_msg":"Job not found."}"#);
        assert_eq!((cph.status, cph.headers.len()), (404, 2));
        let iam = ErrorResponse::iam(401, "Unauthorized", "The username or password is wrong.").response("ab");
        assert_eq!(
            iam.body,
            r#"{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}"#
        );
        let metadata = ErrorResponse::metadata(400, "no").response("ab");
        assert_eq!((metadata.body.as_str(), metadata.headers[0].1.as_str()), ("no", "text/plain; charset=utf-8"));
    }
}
