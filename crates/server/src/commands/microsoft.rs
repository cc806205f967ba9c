//! `microsoft keys` and `microsoft check`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Subcommand;
use serde_json::json;

use latchkey_delivery::in_one_line;

use super::{Failure, print};
use crate::clock::{Clock as _, MachineClock};
use crate::config::Config;
use crate::config::public_url::PublicUrl;
use crate::http::microsoft::PATH;
use crate::microsoft::new_certificate::{Made, make};
use crate::microsoft::{self, MICROSOFTS_APPLICATION, ROLE};

#[derive(Debug, Subcommand)]
pub enum Microsoft {
    /// Make a key and a certificate for Microsoft to encrypt to, and say how they are registered.
    Keys {
        /// The folder for the two new files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Look at the set-up: certificates, signing keys, and a request that is encrypted and opened here. Sends nothing.
    Check {
        #[arg(long)]
        config: PathBuf,
    },
}

pub(super) async fn run(command: &Microsoft) -> Result<ExitCode, Failure> {
    match command {
        Microsoft::Keys { out } => keys(out),
        Microsoft::Check { config } => check(config).await,
    }
}

fn keys(folder: &Path) -> Result<ExitCode, Failure> {
    let made = make(folder, MachineClock.now())?;
    for line in registration(&made)? {
        print(&line)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What was made, what to register, and what to configure.
fn registration(made: &Made) -> Result<Vec<String>, Failure> {
    let certificate = made.certificate().ok_or("nothing was made")?;
    let (files, id) = (&made.files, certificate.id);
    let credential = json!({
        "type": "AsymmetricX509Cert",
        "usage": "Encrypt",
        "keyId": id,
        "customKeyIdentifier": made.thumbprint,
        "displayName": "CN=ExternalPhoneProvider",
        "startDateTime": certificate.begins_at.to_string(),
        "endDateTime": certificate.ends_at.to_string(),
        "key": made.base64,
    });
    Ok(vec![
        format!("key          {} (this server alone needs it)", files.key.display()),
        format!("certificate  {}", files.certificate.display()),
        format!("keyId        {id}"),
        format!("thumbprint   {}", certificate.thumbprint),
        format!("ends         {}", certificate.ends_at),
        String::new(),
        "Register it with the application, beside the keyCredentials that are there (a PATCH replaces them all):"
            .to_owned(),
        serde_json::to_string_pretty(&credential)?,
        String::new(),
        "Add it to the configuration and restart the server:".to_owned(),
        "[[microsoft.certificates]]".to_owned(),
        format!("certificate = \"{}\"", files.certificate.display()),
        format!("key = \"{}\"", files.key.display()),
    ])
}

async fn check(path: &Path) -> Result<ExitCode, Failure> {
    let config = Config::read(path)?;
    let section = config.microsoft.as_ref().ok_or("there is no [microsoft] in the configuration")?;
    let clock = Arc::new(MachineClock);
    let now = clock.now();
    let microsoft = microsoft::Microsoft::open(section, section.plan(&config.campus), clock)?;
    print(&format!("tenant         {}", section.tenant))?;
    print(&format!("made out for   {}", section.audiences().join(", ")))?;
    print(&format!("called by      {MICROSOFTS_APPLICATION} with the role {ROLE}"))?;
    let public = config.listener.as_ref().and_then(|listener| listener.public_url.as_ref());
    let origin = public.map_or("https://(listener.public_url is not set)", PublicUrl::as_str);
    print(&format!("posted to      {origin}{PATH}"))?;
    for certificate in microsoft.certificates().iter() {
        let warning = certificate.warning(now).map(|warning| format!("; it {warning}")).unwrap_or_default();
        print(&format!("certificate    {} ends {}{warning}", certificate.id, certificate.ends_at))?;
    }
    let tried = microsoft.try_certificates();
    print(&match &tried {
        Ok(()) => "trial          a request in evaluation mode was encrypted and opened; nothing is sent".to_owned(),
        Err(error) => format!("trial          FAILED: {error}"),
    })?;
    let fetched = microsoft.fetch_signing_keys().await;
    print(&match &fetched {
        Ok(many) => format!("signing keys   {many} at {}", section.signing_keys()),
        Err(error) => format!("signing keys   FAILED at {}: {}", section.signing_keys(), in_one_line(error)),
    })?;
    print("activation     is Microsoft's: nothing here can show whether the tenant sends requests")?;
    Ok(if tried.is_ok() && fetched.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
