//! Populations on real directories: whose members they are is read with the people and asked again before a write.

use anyhow::{Context as _, Result, ensure};
use latchkey_directory::settings::Settings;
use latchkey_directory::{Directory as _, Next};
use latchkey_tests::samba::{DOMAIN, Samba};
use latchkey_tests::served::Served;
use latchkey_tests::slapd::{Right, SUFFIX, Slapd, directory, dn};
use latchkey_tests::wait;
use serde_json::json;

use super::whole::example;

const NEW: &str = "violet tractor onion mail";

/// A pilot group, nested, that has to prove more than the campus asks for, and nobody beside it.
fn pilot() -> String {
    format!(
        "[[population]]\nname = \"pilot\"\ngroups = [\"cn=pilot,ou=groups,{SUFFIX}\"]\n\
         [population.gates]\nreset = 3\n[population.password]\nmin_length = 20\n\
         [[population]]\nname = \"people\"\nbases = [\"OU=People,{SUFFIX}\"]\n\
         [[population]]\nname = \"others\"\neverybody = true\nserved = false\n"
    )
}

async fn shown(served: &Served, account: &str) -> Result<String> {
    let output = served.run(&["account", "show", account]).await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.starts_with("population")).context("no population")?;
    Ok(line.to_owned())
}

#[tokio::test]
async fn a_nested_group_of_openldap_is_a_population_of_its_own_and_whoever_comes_into_it_is_asked_for_more()
-> Result<()> {
    // FL-04
    let slapd = Slapd::start(Right::Manage).await?;
    for name in ["ada", "joan", "grace"] {
        slapd.replace(&dn(name), "mobile", &["+1 202 555 0181"]).await?;
        slapd.replace(&dn(name), "mail", &[&format!("{name}@home.example")]).await?;
    }
    let mut served = Served::new(&format!("{}{}", example("openldap.toml", &slapd)?, pilot()))?;
    served.start().await?;
    served.logs(&["the whole directory was read"]).await?;

    let group = format!("pilot: in the group cn=pilot,ou=groups,{SUFFIX}");
    for (name, gates, why) in [("ada", 3, group.as_str()), ("joan", 3, &group), ("grace", 2, "people: below OU=People")]
    {
        let attempt = served.begin("reset", name).await?;
        ensure!(attempt.flow["gate"]["of"] == gates, "{name}: {}", attempt.flow);
        let line = shown(&served, name).await?;
        ensure!(line.contains(why), "{line}");
    }
    // A start needs no directory: what it was last is known.
    served.stop().await?;
    served.start().await?;
    ensure!(served.begin("reset", "joan").await?.flow["gate"]["of"] == 3);

    // Somebody comes into the group after both proofs, and no reading has seen it.
    let mut reset = served.begin("reset", "grace").await?;
    served.pass(&mut reset, "text_mobile", "+1 202 555 0181").await?;
    served.pass(&mut reset, "email", "grace@home.example").await?;
    ensure!(reset.step() == "set_password", "{}", reset.flow);
    let members = [dn("grace"), format!("cn=helpers,ou=groups,{SUFFIX}")];
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    slapd.replace(&format!("cn=pilot,ou=groups,{SUFFIX}"), "member", &members).await?;
    let refused = served.act(&mut reset, "password", json!({"new_password": NEW})).await?;
    ensure!(refused.status == 409 && reset.step() == "choose_method", "{refused:?}");
    ensure!(reset.flow["gate"]["of"] == 3, "{}", reset.flow);
    ensure!(slapd.refuses("grace", NEW).await?.is_some(), "nothing was written");
    // The next look at what has changed tells of both who came and who left.
    wait::until("the group is read again", 2 * wait::PATIENCE, async || {
        let (came, left) = (shown(&served, "grace").await?, shown(&served, "ada").await?);
        Ok((came.contains("pilot") && left.contains("people")).then_some(()))
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn check_names_each_population_with_its_people_and_serve_refuses_a_group_that_does_not_exist() -> Result<()> {
    let slapd = Slapd::start(Right::Manage).await?;
    let good = format!("{}{}", example("openldap.toml", &slapd)?, pilot());
    let mut served = Served::new(&good)?;
    served.start().await?;
    served.logs(&["the whole directory was read"]).await?;
    let checked = served.run(&["check", "--connect"]).await?;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    ensure!(checked.status.success(), "{said}");
    for line in [
        "population pilot: gates.reset = 3",
        "population pilot: password.min_length = 20",
        "population others: served = false",
        "population pilot: 2 people, as they were last read",
        "population people: 2 people, as they were last read",
        "population.groups: ",
    ] {
        ensure!(said.contains(line), "{line} in {said}");
    }
    let mut other = Served::new(&good.replace("groups = [\"cn=pilot,ou=groups,", "groups = [\"cn=nobody,ou=groups,"))?;
    let checked = other.run(&["check", "--connect"]).await?;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    let wrong = said.lines().find(|line| line.contains("WRONG")).unwrap_or_default();
    ensure!(wrong.contains("population.groups: cn=nobody,ou=groups"), "{said}");
    let refused = other.start().await.err().context("it starts")?;
    ensure!(format!("{refused:#}").contains("cn=nobody"), "{refused:#}");
    Ok(())
}

#[tokio::test]
async fn who_comes_into_a_group_of_openldap_or_leaves_it_is_told_with_what_has_changed() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let (pilot, admins) = (format!("cn=pilot,ou=groups,{SUFFIX}"), format!("cn=admins,ou=groups,{SUFFIX}"));
    let told_apart = vec![pilot.clone(), admins.clone()];
    let directory = directory(Settings { told_apart, ..slapd.settings() })?;
    let page = directory.people(None).await?;
    let of = |entries: &[latchkey_directory::Entry], name: &str| {
        let found = entries.iter().find(|entry| entry.account == name);
        found.map(|entry| entry.groups.clone()).unwrap_or_default()
    };
    for (name, groups) in
        [("ada", vec![pilot.clone()]), ("joan", vec![pilot.clone()]), ("grace", vec![]), ("root", vec![admins.clone()])]
    {
        assert_eq!(of(&page.entries, name), groups, "{name}");
        let entry = directory.entry(&slapd.id(name).await?).await?.context("an entry")?;
        assert_eq!((entry.groups, entry.dn), (groups, Some(dn(name))), "{name}");
    }
    let Next::Later(mark) = page.next else { panic!("it is read") };
    let both = [dn("ada"), dn("grace")];
    slapd.replace(&pilot, "member", &[&both[0], &both[1]]).await?;
    let changed = directory.people(Some(&mark)).await?;
    assert_eq!(of(&changed.entries, "grace"), std::slice::from_ref(&pilot), "who came");
    assert!(changed.entries.iter().any(|entry| entry.account == "joan" && entry.groups.is_empty()), "who left");
    Ok(())
}

#[tokio::test]
async fn members_of_nested_groups_of_active_directory_are_told_apart_by_the_group_that_is_named() -> Result<()> {
    let samba = Samba::shared().await?;
    let group = |name: &str| format!("CN={name},OU=Elsewhere,{DOMAIN}");
    for name in ["population-outer", "population-inner", "population-other"] {
        samba
            .ldif(&format!("dn: {}\nchangetype: add\nobjectClass: group\nsAMAccountName: {name}\n", group(name)))
            .await?;
    }
    let (direct, nested, none) =
        (samba.add_person("").await?, samba.add_person("").await?, samba.add_person("").await?);
    let add = |whom: &str, to: &str| format!("dn: {to}\nchangetype: modify\nadd: member\nmember: {whom}\n");
    samba.ldif(&add(&direct.dn, &group("population-outer"))).await?;
    samba.ldif(&add(&group("population-inner"), &group("population-outer"))).await?;
    samba.ldif(&add(&nested.dn, &group("population-inner"))).await?;
    let told_apart = vec![group("population-outer"), group("population-other")];
    let directory = super::active_directory::directory(samba, Settings { told_apart, ..samba.settings() })?;
    let (mut entries, mut mark) = (Vec::new(), None);
    let later = loop {
        let page = directory.people(mark.as_ref()).await?;
        entries.extend(page.entries);
        match page.next {
            Next::More(more) => mark = Some(more),
            Next::Later(later) => break later,
            Next::FromTheStart => panic!("it can tell what changes"),
        }
    };
    for (person, groups) in
        [(&direct, vec![group("population-outer")]), (&nested, vec![group("population-outer")]), (&none, vec![])]
    {
        let entry = entries.iter().find(|entry| entry.account == person.name).context("read")?;
        assert_eq!(entry.groups, groups, "{}", person.name);
        assert!(entry.dn.as_ref().is_some_and(|dn| dn.eq_ignore_ascii_case(&person.dn)), "{:?}", entry.dn);
        let one = directory.entry(&person.id).await?.context("an entry")?;
        assert_eq!(one.groups, groups, "{}", person.name);
    }
    samba.ldif(&add(&none.dn, &group("population-other"))).await?;
    let changed = directory.people(Some(&later)).await?;
    let moved = changed.entries.iter().find(|entry| entry.account == none.name).context("told")?;
    assert_eq!(moved.groups, [group("population-other")], "the entry of the person has not changed, the group has");
    Ok(())
}
