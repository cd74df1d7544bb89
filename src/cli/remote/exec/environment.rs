//! What a command finds in its environment, so that each runtime's own client comes through the
//! gateway and trusts it.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::super::reach::TOKEN;
use super::files::Files;
use super::java;
use super::trusted::NAMING;
use crate::model::token::Token;

/// Variables and their values.
pub(super) type Environment = Vec<(String, OsString)>;

/// Where a gateway is met, each as `host:port`.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) http: String,
    pub(super) https: String,
    pub(super) admin: String,
    /// One that was made at its start.
    pub(super) token: Option<Token>,
}

/// Everything that is set. `own` tells what is there now, which is kept where a value can hold both.
pub(super) fn environment(
    place: &Place,
    files: &Files,
    own: &dyn Fn(&str) -> Option<String>,
) -> Environment {
    let own = |name: &str| own(name).filter(|value| !value.is_empty());
    let direct = direct(own("NO_PROXY").or_else(|| own("no_proxy")).as_deref());
    let mut all = Environment::new();
    let mut put = |name: &str, value: &dyn AsRef<OsStr>| {
        all.push((name.to_owned(), value.as_ref().to_owned()));
    };
    let proxy = format!("http://{}", place.http);
    for (name, value) in [("http_proxy", &proxy), ("https_proxy", &proxy), ("no_proxy", &direct)] {
        put(name, value);
        put(&name.to_uppercase(), value);
    }
    for name in NAMING {
        // These two are read beside the authorities that the runtime has.
        let is_extra = matches!(name, "NODE_EXTRA_CA_CERTS" | "DENO_CERT") && own(name).is_none();
        put(name, &if is_extra { files.certificate().to_owned() } else { files.bundle() });
    }
    put("NODE_USE_ENV_PROXY", &"1");
    put("NODE_OPTIONS", &node_options(own("NODE_OPTIONS").as_deref(), &files.node()));
    let java = java::options(&place.http, &direct, &files.trust_store());
    put("JAVA_TOOL_OPTIONS", &before(&java, own("JAVA_TOOL_OPTIONS").as_deref(), java::ENDS));
    put("PHP_INI_SCAN_DIR", &scanned(own("PHP_INI_SCAN_DIR").as_deref(), &files.php()));
    put("WGETRC", &files.wget());
    put("EVOTOR_GATEWAY_CA", &files.certificate());
    for (name, at) in [("HTTP", &place.http), ("HTTPS", &place.https), ("ADMIN", &place.admin)] {
        put(&format!("EVOTOR_GATEWAY_{name}"), at);
    }
    if let Some(token) = &place.token {
        put(TOKEN, &token.expose());
    }
    all
}

/// This machine is met without the proxy.
fn direct(own: Option<&str>) -> String {
    let here = "localhost,127.0.0.1,::1";
    let own = own.map(|own| own.strip_prefix(here).unwrap_or(own).trim_start_matches(','));
    match own.filter(|own| !own.is_empty()) {
        Some(own) => format!("{here},{own}"),
        None => here.to_owned(),
    }
}

/// The user's own options come last, where they count more; those of another gateway's environment,
/// which begin and end like ours, are left out.
fn before(options: &str, own: Option<&str>, (begin, end): (&str, &str)) -> String {
    let own = own.unwrap_or_default();
    let other = own.starts_with(begin).then(|| own.split_once(end)).flatten();
    let own = other.map_or(own, |(_, own)| own).trim();
    format!("{options} {own}").trim_end().to_owned()
}

fn node_options(own: Option<&str>, file: &Path) -> String {
    let file = file.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    before(&format!("--require \"{file}\""), own, ("--require \"", "node.cjs\""))
}

/// An empty place in the list is the folder that PHP was built with.
fn scanned(own: Option<&str>, folder: &Path) -> OsString {
    let between = if cfg!(windows) { ";" } else { ":" };
    let own = own.unwrap_or_default().split(between);
    let of_others = |one: &&str| one.contains("evotor-gateway-") && one.ends_with("php");
    let mut list = own.filter(|one| !of_others(one)).collect::<Vec<_>>().join(between);
    list.push_str(between);
    let mut list = OsString::from(list);
    list.push(folder);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_before_is_kept() {
        assert_eq!(direct(Some("intra.example")), "localhost,127.0.0.1,::1,intra.example");
        assert_eq!(before("-Da=b", Some("-Xmx1g"), ("-Da", "b")), "-Da=b -Xmx1g");
        let file = Path::new("/tmp/a b/node.cjs");
        let options = node_options(Some("--inspect"), file);
        assert_eq!(options, "--require \"/tmp/a b/node.cjs\" --inspect");
        #[cfg(unix)]
        {
            let folder = Path::new("/tmp/php");
            assert_eq!(scanned(None, folder), ":/tmp/php");
            assert_eq!(scanned(Some("/etc/php"), folder), "/etc/php:/tmp/php");
        }
    }

    #[test]
    fn the_environment_of_another_gateway_is_replaced() {
        let once = direct(Some("intra.example"));
        assert_eq!(direct(Some(&once)), once);
        assert_eq!(direct(Some(&direct(None))), direct(None));
        let (old, new) = (Path::new("/old/node.cjs"), Path::new("/new/node.cjs"));
        let once = node_options(Some("--inspect"), old);
        assert_eq!(node_options(Some(&once), new), "--require \"/new/node.cjs\" --inspect");
        let java = |store| java::options("127.0.0.1:80", "localhost", Path::new(store));
        let once = before(&java("/old"), Some("-Xmx1g"), java::ENDS);
        assert_eq!(
            before(&java("/new"), Some(&once), java::ENDS),
            format!("{} -Xmx1g", java("/new"))
        );
        #[cfg(unix)]
        {
            let [old, new] =
                ["/tmp/evotor-gateway-1/php", "/tmp/evotor-gateway-2/php"].map(Path::new);
            let once = scanned(Some("/etc/php"), old).into_string().unwrap();
            assert_eq!(scanned(Some(&once), new), "/etc/php:/tmp/evotor-gateway-2/php");
            let once = scanned(None, old).into_string().unwrap();
            assert_eq!(scanned(Some(&once), new), ":/tmp/evotor-gateway-2/php");
        }
    }
}
