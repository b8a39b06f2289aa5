//! PURE: what the text of a refused signature says. The gateway explains it in prose only: this makes hints, and gives
//! the server's time, with which a request may be signed again ("API Request Signing Guide", error APIGW.0301).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use reqwest::header::DATE;

use crate::api::response::HttpResponse;
use crate::api::wire;

/// The server's time, where the signature was refused as expired: from the text, else from the `Date` header.
pub(crate) fn server_time(response: &HttpResponse) -> Option<Timestamp> {
    let message = wire::error_body(&response.body).message?;
    let (_, rest) = message.split_once("signature expired")?;
    let said = rest.split_once("server time:").and_then(|(_, time)| basic_time(time.get(..16)?));
    said.or_else(|| {
        let date = httpdate::parse_http_date(response.headers.get(DATE)?.to_str().ok()?).ok()?;
        Timestamp::try_from(date).ok()
    })
}

/// `20211217T065804Z`.
fn basic_time(text: &str) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Offset::UTC.to_timestamp(time).ok()
}

/// What the server's canonical request shows, compared with ours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SignatureCause {
    /// Both signed the same request, so with two keys.
    WrongSecretKey,
    /// The first line that differs.
    OtherRequest(String),
}

/// Why a signature was refused, where the 401 repeats the server's canonical request, with `|` for line feeds.
pub(crate) fn cause(ours: &str, response: &HttpResponse) -> Option<SignatureCause> {
    let message = wire::error_body(&response.body).message?;
    let (_, theirs) = message.split_once("canonicalRequest:")?;
    let theirs: Vec<&str> = theirs.trim_end().split('|').collect();
    let ours: Vec<&str> = ours.split('\n').collect();
    let line = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at));
    let Some(line) = line else { return Some(SignatureCause::WrongSecretKey) };
    let shown = |lines: &[&str]| lines.get(line).copied().unwrap_or("nothing").to_owned();
    Some(SignatureCause::OtherRequest(format!(
        "the service signed another request: line {} is '{}' here and '{}' there; a proxy may have changed it",
        line + 1,
        shown(&ours),
        shown(&theirs)
    )))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn response(message: &str) -> HttpResponse {
        let body = serde_json::json!({"error_code": "APIGW.0301", "error_msg": message}).to_string();
        HttpResponse::new(401, HeaderMap::new(), body.into_bytes())
    }

    #[test]
    fn the_server_gives_its_time() {
        let text = "Incorrect IAM authentication information: calc aksk signature fail:signature expired, \
                    signature time:20211217T064303Z,server time:20211217T065804Z";
        assert_eq!(server_time(&response(text)).unwrap().to_string(), "2021-12-17T06:58:04Z");
        let mut dated = response("signature expired");
        assert_eq!(server_time(&dated), None);
        dated.headers.insert(DATE, "Fri, 17 Dec 2021 06:58:04 GMT".parse().unwrap());
        assert_eq!(server_time(&dated).unwrap().to_string(), "2021-12-17T06:58:04Z");
        for other in ["", "decrypt token fail", "signature expired,server time:soon", "server time:20211217T065804Z"] {
            assert_eq!(server_time(&response(other)), None, "{other}");
        }
    }

    #[test]
    fn the_first_different_line_is_named() {
        let ours = "GET\n/v1/x/\n\nhost:a\n\nhost\nhash";
        let echo = |text: &str| response(&format!("verify aksk signature fail, canonicalRequest:{text}"));
        let same = cause(ours, &echo("GET|/v1/x/||host:a||host|hash"));
        assert_eq!(same, Some(SignatureCause::WrongSecretKey));
        let different = |text: &str, words: &str| match cause(ours, &echo(text)) {
            Some(SignatureCause::OtherRequest(line)) => assert!(line.contains(words), "{line}"),
            other => panic!("{other:?}"),
        };
        different("GET|/v1/x/||host:b||host|hash", "line 4 is 'host:a' here and 'host:b' there");
        different("GET", "'nothing' there");
        assert_eq!(cause(ours, &response("ak not exist")), None);
    }
}
