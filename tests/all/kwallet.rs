//! KWallet as the Secret Service, as workstations with KDE have it: kwalletd5 without a display, on a bus of its own.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use latchkey_api::place::{Outcome, PlaceKind, PlaceState, Standing};
use latchkey_client::places::Looking;
use zbus::blocking::{Proxy, fdo::DBusProxy};
use zbus::zvariant::OwnedObjectPath;

use crate::keyring::{Desk, Running};

const OLD: &str = "correct horse battery";
const NEW: &str = "staple-Dänemark-42";
const WALLET: &str = "kdewallet";
const SERVICE: &str = "org.kde.kwalletd5";
/// Who opens the wallet first; it is on the list of those that need no question.
const APP: &str = "latchkey-tests";
const SETTINGS: &str = "[Wallet]\nEnabled=true\nFirst Use=false\nDefault Wallet=kdewallet\nPrompt on Open=false\n\
                        [Auto Allow]\nkdewallet=latchkey-tests\n[org.freedesktop.secrets]\napiEnabled=true\n";

/// A session of KDE's, signed in: the wallet was there before, and signing in has opened it.
fn signed_in() -> Result<(Desk, Running)> {
    let desk = Desk::without_keyring()?;
    let home = desk.home.path();
    fs::create_dir_all(home.join("config"))?;
    fs::create_dir_all(home.join("data/kwalletd"))?;
    fs::write(home.join("config/kwalletrc"), SETTINGS)?;
    fs::write(home.join("data/kwalletd/kdewallet.salt"), [7; 56])?;
    let hash = hash()?;
    let first = started(&desk)?;
    let wallets = wallets(&desk)?;
    // Signing in for the first time makes the wallet; what is in it is on disk before the session ends.
    wallets.call::<_, _, ()>("pamOpen", &(WALLET, &hash, 0))?;
    let handle: i32 = wallets.call("open", &(WALLET, 0_i64, APP))?;
    ensure!(wallets.call::<_, _, bool>("createFolder", &(handle, "Passwords", APP))?, "no folder is made");
    wallets.call::<_, _, ()>("sync", &(handle, APP))?;
    drop(first);
    let second = started(&desk)?;
    wallets.call::<_, _, ()>("pamOpen", &(WALLET, &hash, 0))?;
    ensure!(wallets.call::<_, _, bool>("isOpen", &(WALLET,))?, "the wallet is not open");
    Ok((desk, second))
}

/// Starts KWallet, and waits until it answers under both of its names.
fn started(desk: &Desk) -> Result<Running> {
    let bus = DBusProxy::new(&desk.connection)?;
    let mut owners = bus.receive_name_owner_changed()?;
    let mut daemon = desk.inside("kwalletd5", "libkf5wallet-bin")?;
    daemon.env("QT_QPA_PLATFORM", "offscreen").stdout(Stdio::null()).stderr(Stdio::null());
    let daemon = Running(daemon.spawn()?);
    let (mut wallets, mut secrets) = (false, false);
    while !(wallets && secrets) {
        let changed = owners.next().context("the bus has ended")?;
        let (name, now) = (changed.args()?.name.to_string(), changed.args()?.new_owner.is_some());
        match name.as_str() {
            SERVICE => wallets = now,
            "org.freedesktop.secrets" => secrets = now,
            _ => {}
        }
    }
    Ok(daemon)
}

fn wallets(desk: &Desk) -> Result<Proxy<'static>> {
    Ok(Proxy::new(&desk.connection, SERVICE, "/modules/kwalletd5", "org.kde.KWallet")?)
}

/// What signing in hands over in place of a password (pam_kwallet): PBKDF2 by SHA-512, 50,000 rounds, 56 bytes.
fn hash() -> Result<Vec<u8>> {
    let salt = [7_u8; 56].iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    });
    let made = Command::new("openssl")
        .args(["kdf", "-keylen", "56", "-kdfopt", "digest:SHA512", "-kdfopt", "pass:login", "-kdfopt"])
        .args([&format!("hexsalt:{salt}"), "-kdfopt", "iter:50000", "-binary", "PBKDF2"])
        .output()
        .context("openssl cannot be started: apt-get install openssl")?;
    ensure!(made.stdout.len() == 56, "{}", String::from_utf8_lossy(&made.stderr));
    Ok(made.stdout)
}

// I8, I9
#[test]
fn what_kwallet_keeps_is_locked_until_it_is_asked_for_and_then_refreshed_and_read_again() -> Result<()> {
    let (desk, _daemon) = signed_in()?;
    let state =
        |locked| PlaceState { place: PlaceKind::SecretService, name: Some("KWallet".to_owned()), locked, error: None };
    // Signing in opens the wallet, and not what it shows of it to other programs.
    assert_eq!(desk.find(Some(OLD)), (Vec::new(), vec![state(true)]));
    let looking = Looking { accounts: vec!["ada".into()], old: Some(OLD.into()), new: None, reset: false };
    let (copies, states) =
        desk.places()?.unlock(PlaceKind::SecretService, &looking).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    assert_eq!((copies, states), (Vec::new(), vec![state(false)]));
    // Programs save into it as into any other keyring.
    let mail: OwnedObjectPath = desk.create("Mail", &[("server", "mail.example.edu"), ("user", "ada")], OLD)?;
    desk.create("Cloud", &[("server", "cloud.company.example"), ("user", "ada")], OLD)?;
    let (copies, states) = desk.find(Some(OLD));
    let seen: Vec<_> = copies.iter().map(|copy| (copy.label.as_str(), copy.standing)).collect();
    assert_eq!(seen, [("Mail", Standing::Proven), ("Cloud", Standing::Choice)]);
    assert_eq!(states, [state(false)]);
    let before = desk.parts(&mail)?;
    assert_eq!(desk.refresh(&copies, false, Some(OLD)), [Outcome::Updated, Outcome::NeedsTick]);
    assert_eq!((desk.secret_at(&mail)?, desk.parts(&mail)?), (NEW.to_owned(), before));
    Ok(())
}
