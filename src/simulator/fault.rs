//! Errors as the services word them: the gateway in front of CPH has one shape, CPH itself another, IAM a third.
//!
//! It must not know when an error is due. Shapes: CPH, page `cph_api_0602`; gateway, page `api-sign-errorcode`;
//! IAM v3, the API Explorer. The metadata service's is only known to be text.

use std::borrow::Cow;

use serde_json::json;

use super::message::Response;

/// An error answer that has not yet got its request id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    origin: Origin,
    /// HTTP status code.
    pub(super) status: u16,
    /// `CPS.` or `APIGW.` and four digits; IAM's title; nothing for the metadata service.
    pub(super) code: &'static str,
    /// The service's sentence.
    pub(super) text: Cow<'static, str>,
    retry_after: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Gateway,
    Cph,
    Iam,
    Metadata,
}

impl Fault {
    /// The gateway refused, or could not pass the request on.
    pub(super) fn gateway(status: u16, code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { origin: Origin::Gateway, status, code, text: text.into(), retry_after: None }
    }

    /// CPH answered with an error.
    pub(super) fn cph(status: u16, code: &'static str, text: &'static str) -> Self {
        Self { origin: Origin::Cph, status, code, text: text.into(), retry_after: None }
    }

    /// IAM v3 refused.
    pub(super) fn iam(status: u16, title: &'static str, text: &'static str) -> Self {
        Self { origin: Origin::Iam, status, code: title, text: text.into(), retry_after: None }
    }

    /// The metadata service refused.
    pub(super) fn metadata(status: u16, text: &'static str) -> Self {
        Self { origin: Origin::Metadata, status, code: "", text: text.into(), retry_after: None }
    }

    /// The gateway's 401 for a token that was good once.
    pub(super) fn token_must_be_renewed() -> Self {
        Self::gateway(401, "APIGW.0307", "The token must be updated.")
    }

    /// The gateway's 401; `detail` is what follows its standing sentence.
    pub(super) fn unauthenticated(detail: impl AsRef<str>) -> Self {
        let text = format!("Incorrect IAM authentication information: {}", detail.as_ref());
        Self::gateway(401, "APIGW.0301", text)
    }

    /// Nothing is published under this method and path.
    pub(super) fn no_such_api() -> Self {
        Self::gateway(404, "APIGW.0101", "The API does not exist or has not been published in the environment.")
    }

    /// No permission in this project.
    pub(super) fn forbidden() -> Self {
        Self::cph(403, "CPS.0001", "No permission to request resources.")
    }

    /// No such job in this project and region.
    pub(super) fn no_such_job() -> Self {
        Self::cph(404, "CPS.0011", "Job not found.")
    }

    /// The same error with a `Retry-After`, in seconds.
    pub(super) fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The answer; body and header name the same request id.
    pub(super) fn response(&self, request_id: &str) -> Response {
        // Written by hand for the order of the keys, which serde_json would sort.
        let (code, text, id) = (json!(self.code), json!(self.text), json!(request_id));
        let body = match self.origin {
            Origin::Gateway => format!(r#"{{"error_msg":{text},"error_code":{code},"request_id":{id}}}"#),
            Origin::Cph => format!(r#"{{"request_id":{id},"error_code":{code},"error_msg":{text}}}"#),
            Origin::Iam => format!(r#"{{"error":{{"code":{},"message":{text},"title":{code}}}}}"#, self.status),
            Origin::Metadata => return Response::text(self.status, request_id, self.text.clone().into_owned()),
        };
        let mut response = Response::json(self.status, request_id, body);
        response.headers.extend(self.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_origin_has_its_shape() {
        let gateway = Fault::gateway(429, "APIGW.0308", "say \"no\"").retry_after(2).response("ab");
        assert_eq!(gateway.body, r#"{"error_msg":"say \"no\"","error_code":"APIGW.0308","request_id":"ab"}"#);
        assert!(gateway.headers.contains(&("retry-after", "2".to_owned())));
        let cph = Fault::no_such_job().response("ab");
        assert_eq!(cph.body, r#"{"request_id":"ab","error_code":"CPS.0011","error_msg":"Job not found."}"#);
        assert_eq!((cph.status, cph.headers.len()), (404, 2));
        let iam = Fault::iam(401, "Unauthorized", "The username or password is wrong.").response("ab");
        assert_eq!(
            iam.body,
            r#"{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}"#
        );
        let metadata = Fault::metadata(400, "no").response("ab");
        assert_eq!((metadata.body.as_str(), metadata.headers[0].1.as_str()), ("no", "text/plain; charset=utf-8"));
    }
}
