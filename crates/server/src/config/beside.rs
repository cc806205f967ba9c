//! Where the files lie that a configuration names without a folder: among the credentials that systemd has handed to this
//! service, or else beside the configuration.
//!
//! So one configuration serves the service, which reads what only root can read otherwise, and the commands that root runs
//! while the service is stopped.

use std::path::{Path, PathBuf};

use super::Config;

/// Says in full where the key file and the certificate are.
pub(super) fn resolve(config: &mut Config, path: &Path, credentials: Option<&Path>) {
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let full = |file: &mut PathBuf| {
        let named = file.parent().is_none_or(|parent| parent.as_os_str().is_empty());
        if named {
            let handed = credentials.map(|credentials| credentials.join(&*file)).filter(|file| file.exists());
            *file = handed.unwrap_or_else(|| folder.join(&*file));
        }
    };
    if let Some(store) = &mut config.store {
        full(&mut store.keys);
    }
    if let Some(listener) = &mut config.listener {
        full(&mut listener.certificate);
        full(&mut listener.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"
        [listener]
        address = "127.0.0.1:8443"
        certificate = "/etc/latchkey/tls/certificate.pem"
        key = "tls-key.pem"
        [store]
        database = "/var/lib/latchkey/latchkey.db"
        keys = "keys.toml"
        [campus]
        name = "x"
        country = "US"
        helpdesk = { name = "x" }
    "#;

    fn resolved(credentials: Option<&Path>) -> [PathBuf; 3] {
        let mut config = Config::parse(CONFIG).expect("a configuration");
        resolve(&mut config, Path::new("/etc/latchkey/server.toml"), credentials);
        let (listener, store) = (config.listener.expect("a listener"), config.store.expect("a store"));
        [store.keys, listener.key, listener.certificate]
    }

    #[test]
    fn a_bare_name_is_a_credential_of_systemd_or_a_file_beside_the_configuration() {
        let beside = ["/etc/latchkey/keys.toml", "/etc/latchkey/tls-key.pem", "/etc/latchkey/tls/certificate.pem"];
        assert_eq!(resolved(None), beside.map(PathBuf::from));
        let folder = std::env::temp_dir().join(format!("latchkey-credentials-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("keys.toml"), "").expect("a credential");
        let [keys, key, _] = resolved(Some(&folder));
        assert_eq!(keys, folder.join("keys.toml"));
        assert_eq!(key, Path::new("/etc/latchkey/tls-key.pem"), "what was not handed over lies beside");
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
