//! What GNOME Online Accounts keeps in a keyring (I4): texts that GLib itself prints and reads again, and accounts as
//! its own service lists them.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_tests::{built, desk::missing};
use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zbus::blocking::fdo::DBusProxy;

use crate::keyring::{Desk, Running, fed};

const OLD: &str = "correct horse battery";
const SCHEMA: (&str, &str) = ("xdg:schema", "org.gnome.OnlineAccounts");

/// Passwords that GLib prints each in a way of its own.
const ODD: [&str; 8] = [
    OLD,
    "it's a horse's",
    r#"both ' and " quotes"#,
    r"C:\horse\new",
    "Pferd für Zoë Ωμέγα",
    "tab\tand bell\u{7}",
    r#"<'} @s "%20 {"#,
    "🐴 zero\u{200d}width",
];

/// What is kept for a kind of account, with `@` in the place of the password.
const KINDS: [&[(&str, &str)]; 3] = [
    &[("imap-password", "@"), ("smtp-password", "@")],
    &[("password", "@")],
    &[("imap-password", "@"), ("smtp-password", "another one of hers")],
];

type Values = BTreeMap<String, String>;

/// User, target and standing of a copy.
type Seen = (Option<String>, Option<String>, Standing);

// I4
#[test]
fn every_password_that_glib_prints_is_replaced_and_read_again_by_glib() -> Result<()> {
    let desk = Desk::with_keyring()?;
    let cases: Vec<_> = ODD.iter().flat_map(|old| KINDS.map(|kind| (*old, kind))).collect();
    let texts: Vec<String> = glib("print", &cases.iter().map(|(old, kind)| values(kind, old)).collect::<Vec<_>>())?;
    let (mut now, mut expected) = (Vec::new(), Vec::new());
    for (number, old) in ODD.into_iter().enumerate() {
        let new = ODD[(number + 3) % ODD.len()];
        let mut paths = Vec::new();
        for (text, (_, kind)) in texts.iter().zip(&cases).filter(|(_, (of, _))| *of == old) {
            let identity = format!("imap_smtp:gen0:account_{}", paths.len());
            paths.push(desk.create("GOA credentials", &[SCHEMA, ("goa-identity", &identity)], text)?);
            expected.push(values(kind, new));
        }
        let looking = looking(Some(old));
        let (copies, _) = desk.goa_places()?.find(&looking);
        let here: Vec<_> =
            copies.iter().filter(|copy| paths.iter().any(|path| copy.id.ends_with(path.as_str()))).collect();
        assert_eq!(here.iter().map(|copy| copy.standing).collect::<Vec<_>>(), [Standing::Choice; KINDS.len()], "{old}");
        let ticked: Vec<_> = here.iter().map(|copy| Selected { id: copy.id.clone(), ticked: true }).collect();
        let mut outcomes = Vec::new();
        desk.goa_places()?.refresh(&ticked, &looking, &SecretString::from(new), |_, outcome| outcomes.push(outcome));
        assert_eq!(outcomes, [Outcome::Updated; KINDS.len()], "{old}");
        for path in paths {
            now.push(desk.secret_at(&path)?);
            desk.delete(&path)?;
        }
    }
    assert_eq!(glib::<_, Vec<Values>>("parse", &now)?, expected);
    Ok(())
}

// I4, I9
#[test]
fn whose_sign_in_an_account_is_its_own_service_says() -> Result<()> {
    let desk = Desk::with_keyring()?;
    let accounts = [
        (
            "imap_smtp",
            "Identity=ada.lovelace@example.edu\nEnabled=true\nEmailAddress=ada.lovelace@example.edu\n\
            ImapHost=imap.example.edu\nImapUserName=ada\nImapUseSsl=true\nSmtpHost=smtp.example.edu:587\nSmtpUseAuth=true\n\
            SmtpAuthPlain=true\nSmtpUserName=ada\nSmtpUseTls=true",
        ),
        (
            "owncloud",
            "Identity=ada\nPresentationIdentity=ada@cloud.example.edu\nUri=https://cloud.example.edu/\n\
            CalendarEnabled=true\nContactsEnabled=true\nFilesEnabled=true",
        ),
        (
            "exchange",
            "Identity=ada\nPresentationIdentity=ada@company.example\nHost=mail.company.example\nMailEnabled=true",
        ),
        (
            "owncloud",
            "Identity=bob\nPresentationIdentity=bob@cloud.example.edu\nUri=https://cloud.example.edu/\n\
            FilesEnabled=true",
        ),
        ("kerberos", "Identity=ada@EXAMPLE.EDU\nPresentationIdentity=ada@EXAMPLE.EDU\nTicketingEnabled=true"),
    ];
    let mut texts: Vec<String> =
        glib("print", &accounts.map(|(kind, _)| values(if kind == "imap_smtp" { KINDS[0] } else { KINDS[1] }, OLD)))?;
    // One that is not in the list any more.
    texts.push(texts[1].clone());
    for (number, text) in texts.iter().enumerate() {
        let kind = accounts.get(number).map_or("owncloud", |(kind, _)| kind);
        let identity = format!("{kind}:gen0:account_170000000{number}_0");
        desk.create(&format!("{number} {kind}"), &[SCHEMA, ("goa-identity", &identity)], text)?;
    }

    // Nobody is started for a look: as long as the service does not run, every one of them waits for a tick.
    let seen = desk.seen(Some(OLD))?;
    assert!(seen.values().all(|(user, _, standing)| user.is_none() && *standing == Standing::Choice), "{seen:?}");
    assert_eq!(seen.len(), texts.len());
    assert_eq!(desk.seen(None)?.len(), 0, "after a reset nothing says whose they are");

    let _service = desk.online_accounts(&accounts)?;
    let (proven, choice) = (Standing::Proven, Standing::Choice);
    let ada = Some("ada".to_owned());
    let expected = [
        ("0 imap_smtp", ada.clone(), Some("imap.example.edu"), proven),
        ("1 owncloud", ada.clone(), Some("davs://cloud.example.edu/remote.php/webdav/"), proven),
        ("2 exchange", ada, Some("mail.company.example"), choice),
        ("3 owncloud", Some("bob".to_owned()), Some("davs://cloud.example.edu/remote.php/webdav/"), choice),
        ("4 kerberos", Some("ada@EXAMPLE.EDU".to_owned()), None, choice),
        ("5 owncloud", None, None, choice),
    ];
    let expected =
        expected.map(|(label, user, target, standing)| (label.to_owned(), (user, target.map(str::to_owned), standing)));
    assert_eq!(desk.seen(Some(OLD))?, BTreeMap::from(expected.clone()));
    // After a reset those of the person are listed, and nobody else's.
    let after_reset = desk.seen(None)?;
    let labels: Vec<_> = after_reset.keys().map(String::as_str).collect();
    assert_eq!(labels, ["0 imap_smtp", "1 owncloud", "2 exchange", "4 kerberos"]);
    assert!(after_reset.values().all(|(_, _, standing)| *standing == choice));
    Ok(())
}

fn looking(old: Option<&str>) -> Looking {
    let accounts = ["ada", "ada@example.edu", r"EXAMPLE\ada"].map(String::from).into();
    Looking { accounts, old: old.map(SecretString::from), new: None, reset: false }
}

fn values(kind: &[(&str, &str)], password: &str) -> Values {
    kind.iter().map(|(name, value)| ((*name).to_owned(), value.replace('@', password))).collect()
}

/// Has GLib print dictionaries, or read what was printed.
fn glib<T: Serialize, R: DeserializeOwned>(task: &str, input: &T) -> Result<R> {
    let mut python = Command::new("/usr/bin/python3");
    python.args(["-c", include_str!("../src/variants.py"), task]);
    let answer = fed(&mut python, &serde_json::to_vec(input)?)
        .with_context(|| missing("/usr/bin/python3"))?
        .wait_with_output()?;
    ensure!(answer.status.success(), "{}: {}", missing("/usr/bin/python3"), String::from_utf8_lossy(&answer.stderr));
    Ok(serde_json::from_slice(&answer.stdout)?)
}

impl Desk {
    fn goa_places(&self) -> Result<Places> {
        let policy = PlacePolicy {
            servers: vec![".example.edu".into()],
            realms: vec!["example.edu".into()],
            ..PlacePolicy::default()
        };
        Ok(Places::new(built("latchkey-place")?, policy).in_session(self.session()))
    }

    /// User, target and standing of each copy, by its label.
    fn seen(&self, old: Option<&str>) -> Result<BTreeMap<String, Seen>> {
        let (copies, _) = self.goa_places()?.find(&looking(old));
        let seen = |copy: Copy| (copy.label, (copy.user, copy.target, copy.standing));
        Ok(copies.into_iter().filter(|copy| copy.place == PlaceKind::SecretService).map(seen).collect())
    }

    /// Starts GNOME Online Accounts itself with these accounts: the kind, and what its file says of each.
    fn online_accounts(&self, accounts: &[(&str, &str)]) -> Result<Running> {
        let folder = self.home.path().join("config/goa-1.0");
        fs::create_dir_all(&folder)?;
        let one = |(number, (kind, text)): (usize, &(&str, &str))| {
            format!("[Account account_170000000{number}_0]\nProvider={kind}\n{text}\n")
        };
        fs::write(folder.join("accounts.conf"), accounts.iter().enumerate().map(one).collect::<String>())?;
        let bus = DBusProxy::new(&self.connection)?;
        let mut owners = bus.receive_name_owner_changed_with_args(&[(0, "org.gnome.OnlineAccounts")])?;
        let mut service = self.inside("/usr/libexec/goa-daemon", "gnome-online-accounts")?;
        let service = Running(service.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        owners.next().context("the bus has ended")?;
        Ok(service)
    }
}
