//! Paths and addresses: the config file, the endpoints of the service and IAM.

use std::path::PathBuf;

use crate::config::setting::IAM_ENDPOINT;
use crate::config::value::{Origin, Value};
use crate::context::Context;
use crate::endpoint::{Endpoint, without_userinfo};
use crate::error::{Error, Kind};

type EndpointWithOrigin = Option<(Endpoint, Origin)>;

/// `$CPH_CONFIG`, else cph/config.toml in the folder where the platform's users keep such files
/// (`~/.config` on every Unix: macOS users expect it of a command-line tool).
pub(crate) fn config_path(context: &Context) -> Option<PathBuf> {
    if let Some(path) = context.path("CPH_CONFIG") {
        return Some(path);
    }
    let folder = if cfg!(windows) {
        context.folder("APPDATA")
    } else {
        context.folder("XDG_CONFIG_HOME").or_else(|| context.home.as_ref().map(|home| home.join(".config")))
    };
    folder.map(|folder| folder.join("cph").join("config.toml"))
}

/// The given endpoint, else `https://cph.<region>.myhuaweicloud.com`.
pub(super) fn service(given: Option<&Value>, region: Option<&Value>) -> Result<EndpointWithOrigin, Error> {
    match given {
        Some(given) => parse(given),
        None => Ok(region.and_then(|region| service_of(region.shown()))),
    }
}

fn service_of(region: &str) -> EndpointWithOrigin {
    derived(&format!("cph.{region}"), region)
}

/// The given IAM endpoint, else `https://iam.<region>.myhuaweicloud.com`. Nothing is derived where the service is not
/// Huawei Cloud's: its credential must not be sent to Huawei Cloud's IAM.
pub(super) fn iam(
    given: Option<&Value>,
    region: Option<&Value>,
    service: Option<&(Endpoint, Origin)>,
) -> Result<EndpointWithOrigin, Error> {
    if let Some(given) = given {
        return parse(given);
    }
    if service.is_some_and(|(endpoint, _)| !endpoint.is_huawei_or_loopback()) {
        return Ok(None);
    }
    Ok(region.and_then(|region| iam_of(region.shown())))
}

fn iam_of(region: &str) -> EndpointWithOrigin {
    match region {
        // No IAM of their own (official SDK's endpoint table).
        "af-north-1" | "ru-northwest-2" => derived("iam", ""),
        region => derived(&format!("iam.{region}"), region),
    }
}

/// The endpoint of a source, unless a flag or variable names another region: then a Huawei host is replaced by that
/// region's own, and a private one is an error, since neither its use nor its replacement may go unnoticed.
///
/// `at_home` is the region that the endpoint's own source names.
pub(super) fn agreed(
    given: Option<Value>,
    region: Option<&Value>,
    at_home: Option<&Value>,
) -> Result<Option<Value>, Error> {
    let Some(given) = given else { return Ok(None) };
    let Some(region) = region.filter(|region| is_chosen_now(region)) else { return Ok(Some(given)) };
    if is_chosen_now(&given) || given.source == follows_region() {
        return Ok(Some(given));
    }
    let Some((endpoint, _)) = parse(&given)? else { return Ok(None) };
    let own = |region: &str| own_of(&given, region).is_some_and(|(own, _)| own == endpoint);
    let wanted = region.shown();
    if endpoint.is_loopback() || own(wanted) {
        return Ok(Some(given));
    }
    let at_home = at_home.filter(|at_home| at_home.shown() != wanted);
    match (endpoint.huawei_region(), at_home) {
        (Some(named), _) if named == wanted => Ok(Some(given)),
        (Some(_), _) => Ok(own_value(&given, wanted)),
        (None, None) => Ok(Some(given)),
        (None, Some(at_home)) if own(at_home.shown()) => Ok(own_value(&given, wanted)),
        (None, Some(at_home)) => Err(apart(&given, &endpoint, region, at_home)),
    }
}

/// Whether it is from a flag or a variable of cph, which outrank every other source.
fn is_chosen_now(value: &Value) -> bool {
    match &value.source {
        Origin::Flag(_) => true,
        Origin::Variable(name) => value.setting.variable == Some(name.as_str()),
        _ => false,
    }
}

/// Terraform's domain: its host names are made with the effective region.
fn follows_region() -> Origin {
    Origin::Variable("HW_CLOUD".to_owned())
}

/// The region's own endpoint: af-north-1 has an IAM without a region in its name.
fn own_of(given: &Value, region: &str) -> EndpointWithOrigin {
    if *given.setting == IAM_ENDPOINT { iam_of(region) } else { service_of(region) }
}

fn own_value(given: &Value, region: &str) -> Option<Value> {
    own_of(given, region).map(|(own, source)| Value::new(given.setting, own.as_str(), source))
}

fn apart(given: &Value, endpoint: &Endpoint, region: &Value, at_home: &Value) -> Error {
    let (name, variable) = (given.setting.name, given.setting.variable.unwrap_or_default());
    Error::new(
        Kind::ConfigInvalid,
        format!(
            "region {} (from {}) and {name} {} (from {}) do not belong together: its region is {} (from {})",
            region.shown(),
            region.source,
            endpoint.as_str(),
            given.source,
            at_home.shown(),
            at_home.source
        ),
    )
    .hint(format!("name the {name} of this region with {variable}, or leave the region out"))
}

/// The European regions have their own domain (official SDK's README).
fn derived(host: &str, region: &str) -> EndpointWithOrigin {
    let tld = if region.starts_with("eu-west-1") { "eu" } else { "com" };
    let endpoint = Endpoint::parse(&format!("https://{host}.myhuaweicloud.{tld}")).ok()?;
    Some((endpoint, Origin::Derived("region")))
}

/// `what` needs a region, and none is set.
pub(crate) fn missing_region(what: &str) -> Error {
    Error::new(Kind::ConfigInvalid, format!("no region, so {what}"))
        .hint("name it with --region, CPH_REGION or region in the profile, such as cn-north-4")
}

/// An endpoint that can't be used, with its value and an example.
pub(crate) fn wrong_endpoint(name: &str, reason: &str, text: &str, example: &str) -> Error {
    let quoted = without_userinfo(text).map_or_else(String::new, |text| format!(": it is '{text}'"));
    Error::new(Kind::ConfigInvalid, format!("{name} {reason}{quoted}")).hint(format!("for example {example}"))
}

fn parse(given: &Value) -> Result<EndpointWithOrigin, Error> {
    let host = if *given.setting == IAM_ENDPOINT { "iam" } else { "cph" };
    let wrong = |reason| {
        let name = format!("{} (from {})", given.setting.name, given.source);
        wrong_endpoint(&name, reason, given.shown(), &format!("https://{host}.cn-north-4.myhuaweicloud.com"))
    };
    Endpoint::parse(given.shown()).map_err(wrong).map(|endpoint| Some((endpoint, given.source.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::setting::{ENDPOINT, REGION};

    fn profile() -> Origin {
        Origin::Profile { profile: "p".to_owned(), file: "/c.toml".into() }
    }

    fn variable(name: &str) -> Origin {
        Origin::Variable(name.to_owned())
    }

    #[test]
    fn a_region_and_an_endpoint_from_two_places() {
        let tool = || Origin::Foreign { file: "/t".into(), section: "basic".to_owned() };
        let (flag, by_name) = (|| Origin::Flag("--region"), || variable("CPH_REGION"));
        // The endpoint's origin and value; the effective region's origin and value; the region of the endpoint's
        // source; 'stays', 'replaced' or 'refused'.
        type RegionRow = (Origin, &'static str, Origin, &'static str, Option<&'static str>, &'static str);
        let rows: Vec<RegionRow> = vec![
            // Chosen now, or this machine: stays, whatever the region.
            (variable("CPH_ENDPOINT"), "https://cph.r-1.myhuaweicloud.com", flag(), "r-2", None, "stays"),
            (variable("CPH_ENDPOINT"), "https://private.example", flag(), "r-2", Some("r-1"), "stays"),
            (variable("CPH_ENDPOINT"), "https://private.example", by_name(), "r-2", Some("r-1"), "stays"),
            (profile(), "http://127.0.0.1:1", flag(), "r-2", Some("r-1"), "stays"),
            (profile(), "https://localhost:1", by_name(), "r-2", Some("r-1"), "stays"),
            (tool(), "http://[::1]:1", flag(), "r-2", Some("r-1"), "stays"),
            // A Huawei host of this region, or of another one.
            (profile(), "https://cph.r-2.myhuaweicloud.com", flag(), "r-2", Some("r-1"), "stays"),
            (profile(), "https://cph.r-1.myhuaweicloud.com", flag(), "r-2", Some("r-1"), "replaced"),
            (profile(), "https://cph.r-1.myhuaweicloud.com", flag(), "r-2", Some("r-2"), "replaced"),
            (profile(), "https://cph.r-1.myhuaweicloud.com", by_name(), "r-2", None, "replaced"),
            (profile(), "https://cph.r-1.myhuaweicloud.eu", flag(), "r-2", None, "replaced"),
            (profile(), "https://cph.r-1.myhuaweicloud.com:8443", flag(), "r-2", None, "replaced"),
            (tool(), "https://cph.r-1.myhuaweicloud.com", flag(), "r-2", None, "replaced"),
            (tool(), "https://cph.eu-west-101.myhuaweicloud.com", flag(), "eu-west-101", None, "stays"),
            (variable("HUAWEICLOUD_SDK_REGION_CPH_R_2"), "https://x.example", flag(), "r-2", None, "stays"),
            // A region from the profile or from another tool does not replace its own endpoint.
            (profile(), "https://cph.r-1.myhuaweicloud.com", profile(), "r-2", Some("r-2"), "stays"),
            (variable("HW_AUTH_URL"), "https://x.example", variable("HW_REGION_NAME"), "r-2", Some("r-2"), "stays"),
            // A private one: its source must name the same region, or none.
            (profile(), "https://private.example", flag(), "r-1", Some("r-1"), "stays"),
            (profile(), "https://private.example", flag(), "r-2", None, "stays"),
            (profile(), "https://private.example", flag(), "r-2", Some("r-1"), "refused"),
            (profile(), "https://private.example", by_name(), "r-2", Some("r-1"), "refused"),
            (tool(), "https://private.example", flag(), "r-2", Some("r-1"), "refused"),
            (profile(), "https://cph.r-2.private.example", flag(), "r-2", Some("r-1"), "refused"),
            (profile(), "https://cph.r-1.myhuaweicloud.com.evil.example", flag(), "r-2", Some("r-1"), "refused"),
            (profile(), "https://r-1.xmyhuaweicloud.com", flag(), "r-2", Some("r-1"), "refused"),
            (profile(), "https://10.0.0.1", flag(), "r-2", Some("r-1"), "refused"),
            // Made with the effective region.
            (variable("HW_CLOUD"), "https://cph.r-2.cloud.example", flag(), "r-2", Some("r-1"), "stays"),
        ];
        for (source, endpoint, region_source, region, at_home, expected) in rows {
            let value = |setting, text, source| Value::new(setting, text, source);
            let ended = agreed(
                Some(value(&ENDPOINT, endpoint, source.clone())),
                Some(&value(&REGION, region, region_source.clone())),
                at_home.map(|region| value(&REGION, region, source.clone())).as_ref(),
            );
            let actual = match &ended {
                Ok(Some(kept)) if kept.shown() == endpoint && kept.source == source => "stays",
                Ok(Some(own)) => {
                    assert_eq!(own.shown(), format!("https://cph.{region}.myhuaweicloud.com"));
                    "replaced"
                }
                Ok(None) => "gone",
                Err(error) => {
                    for part in [endpoint, region, &source.to_string(), &region_source.to_string()] {
                        assert!(error.message.contains(part), "{part}: {}", error.message);
                    }
                    assert_eq!(error.kind, Kind::ConfigInvalid);
                    "refused"
                }
            };
            assert_eq!(actual, expected, "{endpoint} of {source}, {region} of {region_source}, at home {at_home:?}");
        }
    }

    #[test]
    fn an_iam_without_a_region_in_its_name() {
        let flag = |region: &str| Value::new(&REGION, region, Origin::Flag("--region"));
        let at_home = |region: &str| Value::new(&REGION, region, profile());
        let iam = || Some(Value::new(&IAM_ENDPOINT, "https://iam.myhuaweicloud.com", profile()));
        let kept = |wanted, home: &str| {
            agreed(iam(), Some(&flag(wanted)), Some(&at_home(home)))
                .map(|kept| kept.is_some_and(|kept| kept.source == profile()))
        };
        assert!(kept("af-north-1", "r-1").unwrap(), "it is that region's own");
        assert!(kept("ru-northwest-2", "af-north-1").unwrap());
        assert!(!kept("r-2", "af-north-1").unwrap(), "of another region");
        assert!(kept("r-2", "r-1").is_err(), "of no region, and its source names another one");
        assert!(agreed(iam(), Some(&flag("r-2")), None).unwrap().is_some());
        assert!(agreed(None, Some(&flag("r-2")), None).unwrap().is_none());
        assert!(agreed(iam(), None, None).unwrap().is_some());
    }
}
