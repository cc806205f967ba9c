//! Names with signs that mean something in a filter or a distinguished name, in other scripts, from right to left (IN-01).

use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use latchkey_directory::{Directory as _, Next, Verdict, Written};
use latchkey_tests::samba::{PEOPLE, Person, START, unicode_password};

use super::{directory, entry, reset, started, verdict};

/// The name of an entry, and a name to sign in by which nothing but the mail address stands for.
const ODD: [(&str, &str); 12] = [
    ("star * in it", "a*b@odd.example"),
    ("(objectClass=*)", "(x)@odd.example"),
    ("*)(uid=*))(|(uid=*", "a)(b@odd.example"),
    ("back\\slash\\2a", "a\\2ab@odd.example"),
    ("comma, plus + equals =", "a,b+c=d@odd.example"),
    ("\"quoted\" <angles>; #", "\"q\"@odd.example"),
    (" leading and trailing ", "lead@odd.example"),
    ("#begins like a number", "hash@odd.example"),
    ("\u{202e}olleh\u{202c} \u{200f}", "rtl\u{202e}@odd.example"),
    ("مريم بنت علي", "مريم@odd.example"),
    ("😀 four bytes 🔑", "😀@odd.example"),
    ("e\u{301} is not é to bytes", "e\u{301}@odd.example"),
];

/// A value inside of a distinguished name (RFC 4514).
fn in_dn(value: &str) -> String {
    value
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("\\{byte:02x}") })
        .collect()
}

#[tokio::test]
async fn whatever_a_name_has_in_it_its_own_entry_is_found_and_written_and_no_other() -> Result<()> {
    // IN-01
    let (samba, _) = started().await?;
    let settings = latchkey_directory::settings::Settings {
        names: vec!["sAMAccountName".to_owned(), "mail".to_owned()],
        ..samba.settings()
    };
    let directory = directory(samba, settings)?;
    let encoded = |text: &str| BASE64_STANDARD.encode(text);
    let mut people: Vec<Person> = Vec::new();
    for (number, (name, mail)) in ODD.into_iter().enumerate() {
        let dn = format!("CN={},{PEOPLE}", in_dn(name));
        let account = format!("oddly{number}");
        samba
            .ldif(&format!(
                "dn:: {}\nchangetype: add\nobjectClass: user\nsAMAccountName: {account}\nmail:: {}\nunicodePwd:: {}\n\
                 userAccountControl: 512\n",
                encoded(&dn),
                encoded(mail),
                unicode_password(START),
            ))
            .await?;
        people.push(samba.person(&account).await?);
    }
    let (mut found, mut next) = (Vec::new(), None);
    loop {
        let page = directory.people(next.as_ref()).await?;
        found.extend(page.entries);
        let Next::More(mark) = page.next else { break };
        next = Some(mark);
    }
    for (number, (person, (name, mail))) in people.iter().zip(ODD).enumerate() {
        let read: Vec<_> = found.iter().filter(|entry| entry.id == person.id).collect();
        ensure!(read.len() == 1 && read[0].aliases.iter().any(|alias| alias == mail), "{name}: {read:?}");
        ensure!(entry(&directory, person).await?.account == person.name, "{name}");
        let new = format!("Fresh-Pass-{number}-x");
        let written = reset(&directory, person, &new).await?;
        ensure!(written == Written::Applied { unlocked: false }, "{name}: {written:?}");
        ensure!(verdict(&directory, person, &new).await? == Verdict::Right, "{name}");
    }
    for person in &people {
        ensure!(samba.version(person).await? == 2, "another one's write has written {} too", person.name);
    }
    // What is no id of ours finds nobody, whatever it would mean in a filter or a name.
    for id in ["*", "*)(objectClass=*", "\\2a", "a\0b", "\u{202e}", "\u{10ffff}", "", "<GUID=*>", "(|(cn=*))"] {
        ensure!(directory.entry(id).await?.is_none(), "{id:?}");
    }
    Ok(())
}
