//! From method and path to the call.
//!
//! PURE. It must not know who asks or what the response is.

use percent_encoding::percent_decode_str;

use super::{http::IncomingRequest, start_calls::StartCall};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// IAM, `KeystoneCreateUserTokenByPassword`.
    Login,
    /// IAM, `KeystoneValidateToken`.
    TokenCheck,
    /// IAM, `KeystoneListProjects` and `KeystoneListAuthProjects`: here every project is the caller's own.
    Projects,
    /// The metadata service's token.
    MetadataToken,
    /// The metadata service's temporary keys.
    SecurityKey,
    /// CPH, within this project.
    Cph {
        /// From the path, decoded.
        project: String,
        call: CphCall,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum CphCall {
    /// `ShowJob`, with the decoded job id.
    ShowJob(String),
    ListJobs,
    ListPhones,
    /// A call that starts jobs, with the decoded id of the server in its path.
    Start(&'static StartCall, Option<String>),
}

impl Route {
    /// `None`: nothing is published there.
    pub(super) fn of(request: &IncomingRequest) -> Option<Self> {
        let segments: Vec<&str> = request.path.split('/').collect();
        Some(match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["", "v1", project, "cloud-phone", "jobs", job_id]) if !job_id.is_empty() => {
                Self::cph(project, CphCall::ShowJob(decode(job_id)))
            }
            ("GET", ["", "v1", project, "cloud-phone", "jobs"]) => Self::cph(project, CphCall::ListJobs),
            ("GET", ["", "v1", project, "cloud-phone", "phones"]) => Self::cph(project, CphCall::ListPhones),
            ("POST", ["", "v3", "auth", "tokens"]) => Self::Login,
            ("GET", ["", "v3", "auth", "tokens"]) => Self::TokenCheck,
            ("GET", ["", "v3", "projects"] | ["", "v3", "auth", "projects"]) => Self::Projects,
            ("PUT", ["", "meta-data", "latest", "api", "token"]) => Self::MetadataToken,
            ("GET", ["", "openstack", "latest", "securitykey"]) => Self::SecurityKey,
            (method, _) => {
                let (call, project, server_id) = StartCall::of(method, &request.path)?;
                Self::Cph { project, call: CphCall::Start(call, server_id) }
            }
        })
    }

    fn cph(project: &str, call: CphCall) -> Self {
        Self::Cph { project: decode(project), call }
    }
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: &str, path: &str) -> Option<Route> {
        Route::of(&IncomingRequest { method: method.into(), path: path.into(), ..IncomingRequest::default() })
    }

    #[test]
    fn each_call_has_one_method_and_path() {
        let cph = |call| Route::Cph { project: "p%1".into(), call };
        let rows = [
            ("GET", "/v1/p%251/cloud-phone/jobs/sim%2Dok", cph(CphCall::ShowJob("sim-ok".into()))),
            ("GET", "/v1/p%251/cloud-phone/jobs", cph(CphCall::ListJobs)),
            ("GET", "/v1/p%251/cloud-phone/phones", cph(CphCall::ListPhones)),
            (
                "POST",
                "/v2/p%251/cloud-phone/servers/s/change",
                cph(CphCall::Start(
                    StartCall::of("POST", "/v2/p/cloud-phone/servers/s/change").unwrap().0,
                    Some("s".into()),
                )),
            ),
            ("GET", "/v3/projects", Route::Projects),
            ("GET", "/v3/auth/projects", Route::Projects),
            ("PUT", "/meta-data/latest/api/token", Route::MetadataToken),
            ("GET", "/openstack/latest/securitykey", Route::SecurityKey),
        ];
        for (method, path, expected) in rows {
            for tried in ["GET", "POST", "PUT", "HEAD", "DELETE"] {
                let found = route(tried, path);
                assert_eq!(found.is_some(), tried == method, "{tried} {path}");
                assert!(found.is_none_or(|found| found == expected), "{tried} {path}");
            }
            assert_eq!(route(method, &format!("{path}/")), None, "{path}/");
            assert_eq!(route(method, &format!("/{path}")), None, "/{path}");
        }
        assert_eq!(route("POST", "/v3/auth/tokens"), Some(Route::Login));
        assert_eq!(route("GET", "/v3/auth/tokens"), Some(Route::TokenCheck));
        assert_eq!(route("PUT", "/v3/auth/tokens"), None);
        for path in ["/", "", "//", "/v1/p/cloud-phone/jobs/", "/v3", "/v3/auth", "/V3/projects"] {
            assert_eq!(route("GET", path), None, "{path}");
        }
    }
}
