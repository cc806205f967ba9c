//! What a configuration says of populations.

use super::*;

const CAMPUS: &str = "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n";
const LDAP: &str = "[[directory]]\nname = \"campus\"\nkind = \"ldap\"\nservers = [\"ldaps://ldap.campus.example\"]\n\
                    bind = \"cn=latchkey,dc=campus,dc=example\"\nsecret = \"/etc/latchkey/directory-password\"\n\
                    bases = [\"ou=people,dc=campus,dc=example\"]\nmarker = \"latchkeyOperation\"\n";
const STUDENTS: &str = "[[population]]\nname = \"students\"\ngroups = [\"cn=students,dc=campus,dc=example\"]\n";

fn refusal(rest: &str) -> String {
    Config::parse(&format!("{CAMPUS}{rest}")).expect_err(rest).to_string()
}

#[test]
fn what_is_wrong_is_said_with_the_population_and_what_to_do() {
    let second = LDAP.replace("\"campus\"\nkind", "\"other\"\nkind");
    let both = format!("{LDAP}{second}");
    let offered = |offered: &str| format!("{LDAP}{STUDENTS}[population.methods]\noffered = [{offered}]\n");
    let with = |lines: &str| format!("{LDAP}{STUDENTS}{lines}");
    for (rest, said) in [
        (format!("{LDAP}{}", STUDENTS.replace("\"students\"", "\"Our Students\"")), "a-z, 0-9 and -"),
        (format!("{LDAP}{STUDENTS}{STUDENTS}"), "two have the name \"students\""),
        (format!("{LDAP}[[population]]\nname = \"x\"\n"), "\"x\": nobody belongs to it: name groups"),
        (with("everybody = true\n"), "leave one of the two out"),
        (
            format!("{LDAP}[[population]]\nname = \"rest\"\neverybody = true\n{STUDENTS}"),
            "\"students\": nobody is ever of it: \"rest\" stands before it",
        ),
        (with("directory = \"nowhere\"\n"), "no [[directory]] of the name \"nowhere\"; there is campus"),
        (format!("{both}{STUDENTS}"), "directory is missing: which of campus, other"),
        (STUDENTS.to_owned(), "of the server's own directory a group is a name"),
        ("[[population]]\nname = \"x\"\nbases = [\"ou=x\"]\n".to_owned(), "bases: the server's own directory has none"),
        (format!("{LDAP}{}", STUDENTS.replace("cn=students,dc", "students,dc")), "is no DN, as \"cn=students"),
        (with("bases = [\"ou=people,dc=other,dc=example\"]\n"), "bases of the directory lie elsewhere"),
        (with("base = []\n"), "unknown field `base`"),
        (offered("\"totp\", \"sms\""), "unknown variant `sms`"),
        (offered("\"totp\", \"totp\""), "methods.offered: totp stands there twice"),
        (
            offered("\"text_mobile\", \"call_mobile\""),
            "nobody of it can ever finish: reset has 2 gates, and methods.offered (text_mobile, call_mobile)",
        ),
        (with("[population.gates]\nreset = 1\n"), "gates: reset is 2 or 3, unlock 1 to 3"),
        (with("[population.gates]\none_of = []\n"), "gates.one_of: names no method"),
        (with("[population.gates]\none_of = [\"questions\"]\n"), "questions is not in methods.offered"),
        (
            with("[population.register]\nrequired = [\"office\"]\n"),
            "register.required: office cannot be set up while methods.offered has none of call_office",
        ),
        (with("[population.register]\nat_least = 9\n"), "register.at_least: more than the 4"),
        (with("[population.password]\nmin_length = 12\n"), "only stricter rules than the campus' own, min_length 15"),
        (with("served = false\n[population.gates]\nreset = 3\n"), "served = false, so nothing else can differ"),
    ] {
        let refused = refusal(&rest);
        assert!(refused.contains(said), "{rest}: {refused}");
        let is_of_one = !refused.contains("unknown");
        assert!(!is_of_one || refused.starts_with("population"), "{refused}");
    }
    assert!(refusal("[gates]\nreset = 3\n[methods]\noffered = [\"totp\", \"email\"]\n").contains("nobody can ever"));
}

#[test]
fn what_no_gateway_carries_is_said_of_the_population_alone_that_it_is_offered_to() {
    let calls = format!(
        "{CAMPUS}[delivery]\n[[delivery.gateway]]\nname = \"all\"\nkinds = [\"text\", \"email\"]\noutbox = \"x\"\n\
         [[population]]\nname = \"desk\"\ngroups = [\"desk\"]\n[population.methods]\n\
         offered = [\"call_office\", \"email\"]\n"
    );
    let config = Config::parse(&calls).expect("a configuration");
    let uncarried = config.delivery.as_ref().expect("gateways").uncarried(&config);
    let said: Vec<String> = uncarried.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("call_office is offered to population \"desk\", and no gateway carries a call"));
    assert!(config.public(&[]).methods.contains(&Method::CallOffice), "it is offered to somebody");
}

fn entry(dn: &str, groups: &[&str]) -> Entry {
    Entry {
        id: "1".to_owned(),
        account: "ada".to_owned(),
        aliases: vec![],
        enabled: true,
        privileged: false,
        locked: false,
        must_change: false,
        changed_at: None,
        expires_at: None,
        contacts: vec![],
        dn: Some(dn.to_owned()),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    }
}

#[test]
fn the_first_that_fits_is_theirs_and_whoever_fits_none_has_what_the_campus_has() {
    let tables = "[[population]]\nname = \"staff\"\nbases = [\"ou=staff,ou=people,dc=campus,dc=example\"]\n\
                  [population.gates]\nreset = 3\n";
    let config = Config::parse(&format!("{CAMPUS}{LDAP}{tables}{STUDENTS}")).expect("a configuration");
    assert_eq!(config.directories[0].told_apart, ["cn=students,dc=campus,dc=example"]);
    let policies = Policies::of(&config);
    let group = "cn=students,dc=campus,dc=example";
    for (dn, groups, population, gates) in [
        ("uid=ada,OU=Staff,ou=people,dc=campus,dc=example", vec![group], "staff", 3),
        ("uid=ada,ou=people,dc=campus,dc=example", vec![group], "students", 2),
        ("uid=ada,ou=people,dc=campus,dc=example", vec![], "", 2),
    ] {
        let membership = policies.membership(&entry(dn, &groups), "campus");
        assert_eq!(membership.population, population, "{dn}");
        assert_eq!(policies.policy(population).gates.reset, gates);
        assert!(policies.serves(population));
    }
    assert_eq!(policies.policy("gone").gates.reset, 2, "one that is set up no longer");
    let others = "[[population]]\nname = \"others\"\neverybody = true\nserved = false\n";
    let config = Config::parse(&format!("{CAMPUS}{LDAP}{tables}{others}")).expect("a configuration");
    let policies = Policies::of(&config);
    assert!(!policies.serves("") && !policies.serves("gone") && policies.serves("staff"));
    assert_eq!(policies.served().map(|(name, _)| name.to_owned()).collect::<Vec<_>>(), ["staff"]);
}
