//! IAM's list of projects, where a client finds the id of the project that is named like the region.
//!
//! PURE. It must not know who asks. Format: `KeystoneListProjects` of the API Explorer.

use serde_json::{Value, json};

use super::{DOMAIN_ID, PROJECT_ID, REGION, http::IncomingRequest, reply::Reply};

/// A name that two projects have: a client must not pick one of them.
const SEVERAL: &str = "simulator-several";

/// Names and ids. CPH is in the first only.
const PROJECTS: [(&str, &str); 3] = [
    (REGION, PROJECT_ID),
    (SEVERAL, "00000000000000000000000000c10d11"),
    (SEVERAL, "00000000000000000000000000c10d12"),
];

/// All projects, or those of the name that is asked for.
pub(super) fn list(request: &IncomingRequest) -> Reply {
    let wanted = request.query_values("name").next();
    let list = format!("{}{}", request.base_url(), request.path);
    let found: Vec<Value> = PROJECTS
        .iter()
        .filter(|(name, _)| wanted.as_deref().is_none_or(|wanted| wanted == *name))
        .map(|(name, id)| project(name, id, &format!("{}/v3/projects/{id}", request.base_url())))
        .collect();
    Reply::Json(json!({"links": {"next": null, "previous": null, "self": list}, "projects": found}).to_string())
}

fn project(name: &str, id: &str, url: &str) -> Value {
    json!({
        "description": "",
        "domain_id": DOMAIN_ID,
        "enabled": true,
        "id": id,
        "is_domain": false,
        "links": {"self": url},
        "name": name,
        "parent_id": DOMAIN_ID,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str) -> Value {
        let headers = vec![("host".into(), "127.0.0.1:7".into())];
        let request =
            IncomingRequest { path: "/v3/projects".into(), query: query.into(), headers, ..IncomingRequest::default() };
        let Reply::Json(body) = list(&request) else { panic!("no JSON") };
        serde_json::from_str(&body).unwrap()
    }

    #[test]
    fn the_name_decides_how_many_there_are() {
        let rows = [
            ("name=simulator-1", &["c10d01"][..]),
            ("name=simulator%2D1&enabled=true", &["c10d01"]),
            ("name=simulator-none", &[]),
            ("name=", &[]),
            ("name=simulator", &[]),
            ("name=simulator-several", &["c10d11", "c10d12"]),
            ("", &["c10d01", "c10d11", "c10d12"]),
        ];
        for (query, expected) in rows {
            let body = found(query);
            let ids: Vec<_> = body["projects"]
                .as_array()
                .unwrap()
                .iter()
                .map(|project| &project["id"].as_str().unwrap()[26..])
                .collect();
            assert_eq!(ids, expected, "{query}");
        }
    }

    #[test]
    fn a_project_as_documented() {
        let expected = json!({
            "description": "", "domain_id": DOMAIN_ID, "enabled": true, "id": PROJECT_ID, "is_domain": false,
            "links": {"self": format!("http://127.0.0.1:7/v3/projects/{PROJECT_ID}")}, "name": "simulator-1",
            "parent_id": DOMAIN_ID
        });
        let body = found("name=simulator-1");
        assert_eq!(body["projects"][0], expected);
        assert_eq!(body["links"]["self"], "http://127.0.0.1:7/v3/projects");
    }
}
