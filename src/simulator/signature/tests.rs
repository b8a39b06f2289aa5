use super::*;

const DATE: &str = "20260115T080000Z";

fn now() -> Timestamp {
    "2026-01-15T08:00:00Z".parse().unwrap()
}

/// Signed as a client would, over `headers` and the decoded `query`, sent with `wire_query`.
fn signed(
    access_key: &str,
    headers: &[(&str, &str)],
    query: &[(&str, &str)],
    wire_query: &str,
) -> (String, IncomingRequest) {
    let date = headers.iter().find(|(name, _)| *name == "x-sdk-date").map_or(DATE, |(_, value)| *value);
    let to_sign = sign::Request { method: "GET", path: "/v1/a%20b", query, headers, body: b"" };
    let secret = if access_key == TEMPORARY_ACCESS_KEY { TEMPORARY_SECRET_KEY } else { SECRET_KEY };
    let authorization = sign::authorization(access_key, secret, date, &to_sign);
    let request = IncomingRequest {
        method: "GET".into(),
        path: "/v1/a%20b".into(),
        query: wire_query.into(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: Vec::new(),
    };
    (authorization, request)
}

fn refusal((authorization, request): &(String, IncomingRequest)) -> String {
    let error = verify(authorization, request, now()).unwrap_err();
    assert_eq!((error.status, error.code), (401, "APIGW.0301"));
    error.text.strip_prefix("Incorrect IAM authentication information: ").unwrap().to_owned()
}

#[test]
fn accepts_what_was_signed_with_the_right_key() {
    let host = ("host", "127.0.0.1:1");
    for headers in [&[("x-sdk-date", DATE)][..], &[host, ("x-sdk-date", DATE)], &[("X-Sdk-Date", DATE), host]] {
        let (authorization, mut request) =
            signed(ACCESS_KEY, headers, &[("b", "x y"), ("a", "1,2")], "a=1%2C2&b=x%20y");
        request.headers.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
        request.headers.push(("user-agent".into(), "not signed".into()));
        assert_eq!(verify(&authorization, &request, now()), Ok(ACCESS_KEY));
    }
    let temporary = [("x-sdk-date", DATE), ("x-security-token", SECURITY_TOKEN)];
    let (authorization, request) = signed(TEMPORARY_ACCESS_KEY, &temporary, &[], "");
    assert_eq!(verify(&authorization, &request, now()), Ok(TEMPORARY_ACCESS_KEY));
}

#[test]
fn a_change_of_any_signed_part_is_refused_with_the_canonical_request() {
    let date = [("host", "127.0.0.1:1"), ("x-sdk-date", DATE)];
    let changes: [fn(&mut IncomingRequest); 6] = [
        |request| request.method = "POST".into(),
        |request| request.path.push('x'),
        |request| request.query = "a=2".into(),
        |request| request.body = b"x".to_vec(),
        |request| request.headers[0].1 = "127.0.0.1:2".into(),
        |request| drop(request.headers.remove(0)),
    ];
    for change in changes {
        let (authorization, mut request) = signed(ACCESS_KEY, &date, &[("a", "1")], "a=1");
        assert_eq!(verify(&authorization, &request, now()), Ok(ACCESS_KEY));
        change(&mut request);
        assert!(refusal(&(authorization, request)).starts_with("verify aksk signature fail, canonicalRequest:"));
    }
    let (authorization, request) = signed(ACCESS_KEY, &date[1..], &[], "");
    let damaged = authorization.replace("Signature=", "Signature=0");
    assert_eq!(
        refusal(&(damaged, request)),
        "verify aksk signature fail, canonicalRequest:GET|/v1/a%20b/||x-sdk-date:20260115T080000Z||x-sdk-date|\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn each_error_has_its_own_text() {
    let date = [("x-sdk-date", DATE)];
    assert_eq!(refusal(&signed("OTHER", &date, &[], "")), "Get secretKey failed,ak:OTHER,err:ak not exist");
    assert_eq!(refusal(&signed(ACCESS_KEY, &[("host", "h")], &[], "")), "x-sdk-date not found");
    let temporary = [("x-sdk-date", DATE), ("x-security-token", "t")];
    assert!(refusal(&signed(ACCESS_KEY, &temporary, &[], "")).starts_with("x-security-token"));
    assert!(refusal(&signed(TEMPORARY_ACCESS_KEY, &temporary, &[], "")).starts_with("x-security-token"));
    assert!(refusal(&signed(TEMPORARY_ACCESS_KEY, &date, &[], "")).starts_with("x-security-token"));
    let mut unsigned_date = signed(ACCESS_KEY, &[("host", "h")], &[], "");
    unsigned_date.1.headers.push(("x-sdk-date".into(), DATE.into()));
    assert!(refusal(&unsigned_date).ends_with("x-sdk-date is not a signed header"));
    for malformed in ["", "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=a", "SDK-HMAC-SHA256 Signature=a, Access=b"] {
        let (_, request) = signed(ACCESS_KEY, &date, &[], "");
        assert_eq!(refusal(&(malformed.into(), request)), "authorization header is malformed");
    }
}

#[test]
fn the_clock_may_be_off_by_a_quarter_of_an_hour() {
    for good in ["20260115T074500Z", "20260115T081500Z"] {
        let (authorization, request) = signed(ACCESS_KEY, &[("x-sdk-date", good)], &[], "");
        assert_eq!(verify(&authorization, &request, now()), Ok(ACCESS_KEY));
    }
    for bad in ["20260115T074459Z", "20260115T081501Z", "19700101T000000Z"] {
        assert_eq!(
            refusal(&signed(ACCESS_KEY, &[("x-sdk-date", bad)], &[], "")),
            format!("calc aksk signature fail:signature expired, signature time:{bad},server time:20260115T080000Z")
        );
    }
    for form in ["2026-01-15T08:00:00Z", "20260115T080000", "20261315T080000Z", "2026115T0800000Z", ""] {
        assert_eq!(refusal(&signed(ACCESS_KEY, &[("x-sdk-date", form)], &[], "")), "x-sdk-date is malformed");
    }
}
