//! By which way the server is reached. The environment of the process has no say in it (TA-14).

use reqwest::ClientBuilder;

use crate::settings::Proxy;

/// Makes a client go by the proxy of the settings.
///
/// # Errors
/// When an address cannot be one of a proxy.
pub(crate) fn set(builder: ClientBuilder, proxy: &Proxy) -> reqwest::Result<ClientBuilder> {
    match proxy {
        Proxy::System => system(builder),
        Proxy::None => Ok(builder.no_proxy()),
        Proxy::At(address) => Ok(builder.no_proxy().proxy(reqwest::Proxy::all(address.clone())?)),
    }
}

/// The settings of the system; what reqwest reads of the environment beside them is no longer there when this runs.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature on each system")]
fn system(builder: ClientBuilder) -> reqwest::Result<ClientBuilder> {
    Ok(builder)
}

/// On Linux the system's own place for a proxy is the file from which sessions get their environment: it is root's.
#[cfg(target_os = "linux")]
fn system(builder: ClientBuilder) -> reqwest::Result<ClientBuilder> {
    let text = std::fs::read_to_string("/etc/environment").unwrap_or_default();
    match linux::of_environment_file(&text) {
        Some(found) => Ok(builder.no_proxy().proxy(found?)),
        None => Ok(builder.no_proxy()),
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use reqwest::{NoProxy, Proxy};

    /// The proxy that `/etc/environment` names, lower case before upper case, as curl has it.
    pub(super) fn of_environment_file(text: &str) -> Option<reqwest::Result<Proxy>> {
        let value = |name| text.lines().rev().find_map(|line| assigned(line, name));
        let first = |names: [&'static str; 4]| names.into_iter().find_map(value).filter(|value| !value.is_empty());
        let address = first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?;
        let without = ["no_proxy", "NO_PROXY"].into_iter().find_map(value).and_then(NoProxy::from_string);
        Some(Proxy::all(address).map(|proxy| proxy.no_proxy(without)))
    }

    /// The value of a line of `pam_env`: `name=value` or `name="value"`, also after `export`.
    fn assigned<'a>(line: &'a str, name: &str) -> Option<&'a str> {
        let line = line.trim();
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let (found, value) = line.split_once('=')?;
        (found == name).then(|| value.trim().trim_matches(['"', '\'']))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_systems_proxy_is_what_its_environment_file_says() {
            // H17
            let found = |text: &str| of_environment_file(text).map(|proxy| format!("{:?}", proxy.expect("a proxy")));
            let at = |text: &str| found(text).is_some_and(|proxy| proxy.contains("proxy.example.edu"));
            assert!(at("PATH=/bin\nhttps_proxy=\"http://proxy.example.edu:3128/\"\n"));
            assert!(at("export HTTPS_PROXY=http://proxy.example.edu:3128"));
            assert!(at("all_proxy='proxy.example.edu:3128'\nno_proxy=localhost"));
            for none in
                ["", "PATH=/bin", "# https_proxy=http://proxy.example.edu", "https_proxy=", "http_proxy=http://x"]
            {
                assert_eq!(found(none), None, "{none}");
            }
        }
    }
}
