use super::*;

const SHIPPED: &str = include_str!("../../../../packaging/server.example.toml");

#[test]
fn the_example_that_is_shipped_is_a_good_configuration() {
    let config = Config::parse(SHIPPED).expect("the example");
    assert_eq!(config.limits, Limits::default());
    assert!(!config.methods.offered.contains(&Method::Questions));
}

/// The example with its gateways in place of the outbox.
fn with_gateways() -> String {
    let (before, gateways) = SHIPPED.split_once("outbox = \"/var/lib/latchkey/outbox.jsonl\"\n").expect("an outbox");
    let gateways = gateways.split("\n# Microsoft").next().unwrap_or_default();
    let lines = gateways.lines().filter(|line| !line.starts_with("## "));
    let lines = lines.map(|line| line.strip_prefix("# ").unwrap_or(line)).collect::<Vec<_>>().join("\n");
    before.replace("[delivery]\n", "") + &lines
}

#[test]
fn the_gateways_of_the_example_are_good_once_their_comments_are_off_and_have_the_defaults_that_they_say() {
    let config = Config::parse(&with_gateways()).expect("the example");
    let delivery = config.delivery.as_ref().expect("gateways");
    assert_eq!(delivery.uncarried(&config), []);
    let [mail, texts] = delivery.gateways.as_slice() else { panic!("{:?}", delivery.gateways) };
    assert!(texts.http.is_some());
    let all = mail.smtp.as_ref().expect("a relay");
    assert!(all.user.is_some() && all.helo.is_some() && all.reply_to.is_some() && all.names.len() == 1);
    let bare = "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n[[delivery.gateway]]\nname = \"m\"\n\
                kinds = [\"email\"]\n[delivery.gateway.smtp]\nhost = \"h\"\nfrom = \"a@b.example\"\n";
    let bare =
        Config::parse(bare).expect("few keys").delivery.expect("gateways").gateways.remove(0).smtp.expect("a relay");
    assert_eq!((all.port(), all.security, all.connect_seconds), (bare.port(), bare.security, bare.connect_seconds));
}

#[test]
fn a_gateway_that_cannot_work_is_refused_with_its_name_and_why() {
    let text = with_gateways();
    for (now, then, says) in [
        ("security = \"starttls\"", "security = \"plain\"", "\"mail\": smtp: security"),
        ("security = \"starttls\"", "security = \"none\"", "unknown variant"),
        ("kinds = [\"email\"]", "kinds = [\"email\", \"text\"]", "\"mail\": smtp: kinds"),
        ("password = \"/etc/latchkey/relay-password\"\n", "", "go together"),
        ("IT Helpdesk <it-help@campus.example>", "a@b.example, c@d.example", "is not one address"),
        ("name = \"texts\"", "name = \"mail\"", "each gateway another one"),
        ("https://texts", "http://texts", "\"texts\": http: "),
        ("connect_seconds = 5", "connect_seconds = 60", "connect_seconds: 1 to 6"),
    ] {
        assert!(text.contains(now), "{now}");
        let error = Config::parse(&text.replace(now, then)).expect_err(then).to_string();
        assert!(error.contains(says), "{then}: {error}");
    }
}

#[test]
fn what_the_example_has_switched_off_is_good_when_it_is_switched_on() {
    let on = |line: &str| {
        let key = line.strip_prefix("# ").filter(|line| line.starts_with('[') || line.contains(" = "));
        key.unwrap_or(line).to_owned()
    };
    let (before, from) = SHIPPED.split_once("# [admin]\n").expect("the listener of operators");
    let (admin, between) = from.split_once("\n\n").expect("a blank line");
    let (between, from) = between.split_once("# [prices]\n").expect("prices");
    let (prices, after) = from.split_once("\n\n").expect("a blank line");
    let [admin, prices] = [admin, prices].map(|part| part.lines().map(on).collect::<Vec<_>>().join("\n"));
    let text = format!("{before}[admin]\n{admin}\n\n{between}[prices]\n{prices}\n\n{after}");
    let config = Config::parse(&text).expect("a configuration");
    assert!(config.admin.is_some_and(|admin| admin.address.port() == 9464));
    assert!(config.prices.per_day.is_some() && config.prices.regions.len() == 1);
    let said = posture::of(&config);
    assert!(said.iter().any(|found| found.setting == "prices.per_day" && found.value == "50.0"), "{said:?}");
    let off = posture::of(&Config::parse(SHIPPED).expect("the example"));
    let off = off.iter().find(|found| found.setting == "prices.per_day").expect("it is said that no money is counted");
    assert_eq!((off.value.as_str(), off.forfeits.is_empty()), ("none", false));
}

#[test]
fn the_populations_of_the_example_are_good_beside_its_directory() {
    let (before, from) = SHIPPED.split_once("# [[directory]]\n").expect("a directory");
    let (directory, between) = from.split_once("\n\n").expect("a blank line");
    let (between, from) = between.split_once("# [[population]]\n").expect("populations");
    let (populations, after) = from.split_once("\n\n").expect("a blank line");
    let on = |part: &str| {
        // What is of LDAP alone stays off.
        let of_ldap = ["# id =", "# marker_class", "# policy", "# decoy", "# write"];
        let lines =
            part.lines().filter(|line| !line.starts_with("## ") && !of_ldap.iter().any(|key| line.starts_with(key)));
        lines.map(|line| line.strip_prefix("# ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
    };
    let text =
        format!("{before}[[directory]]\n{}\n\n{between}[[population]]\n{}\n\n{after}", on(directory), on(populations));
    let config = Config::parse(&text).expect("a configuration");
    let [staff, others] = config.populations.as_slice() else { panic!("{:?}", config.populations) };
    assert!(staff.served && !others.served);
    assert_eq!(staff.policy(&config.policy()).gates.reset, 3);
    assert_eq!(config.directories[0].told_apart.len(), 1);
    let shipped = Config::parse(SHIPPED).expect("the example");
    assert_eq!((shipped.gates, shipped.register), (Gates::default(), Register::default()), "the defaults are said");
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let text = SHIPPED.replace("[campus]", "[campus]\nmoto = \"x\"");
    let error = Config::parse(&text).expect_err("refused").to_string();
    assert!(error.contains("moto") && error.contains("line"), "{error}");
}

#[test]
fn a_setting_beyond_its_ceiling_is_refused() {
    for (table, name) in [
        ("[connections]\nin_all = 1000000", "in_all"),
        ("[connections]\nper_address = 5000", "per_address"),
        ("[limits]\ntries_per_code = 1000", "tries_per_code"),
        ("[hashing]\nmemory_kib = 8\npasses = 1\nlanes = 1", "hashing"),
    ] {
        let campus = "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n";
        let error = Config::parse(&format!("{campus}{table}")).expect_err("refused").to_string();
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn a_campus_says_in_regions_which_numbers_it_serves() {
    // TF-01, TF-13, E2
    let campus = Config::parse(SHIPPED).expect("the example").campus;
    assert!(campus.plan().serves("+12025550134").is_ok());
    for number in ["+4930901820", "+18765550134", "+19005550134", "+881612345678", "+97912345678"] {
        assert!(campus.plan().serves(number).is_err(), "{number}");
    }
    let text = SHIPPED.replace("serve = []", "serve = [\"US\", \"DE\"]").replace("also = []", "also = [\"+1 555 01\"]");
    let wider = Config::parse(&text).expect("a configuration").campus.plan();
    assert!(wider.serves("+4930901820").is_ok() && wider.serves("+15550123456").is_ok());
    let text = SHIPPED.replace("types = [\"mobile\", \"fixed_line\"]", "types = [\"mobile\"]");
    let mobile = Config::parse(&text.replace("country = \"US\"", "country = \"DE\"")).expect("a configuration");
    assert!(
        mobile.campus.plan().serves("+4915123456789").is_ok() && mobile.campus.plan().serves("+4930901820").is_err()
    );
}

#[test]
fn the_spelling_of_before_is_refused_with_the_one_of_now() {
    for (now, before, says) in [
        ("country = \"US\"", "country = \"+1\"", "\"US\""),
        ("country = \"US\"", "country = \"+49\"", "\"DE\""),
        ("serve = []", "serve = [\"+1\"]", "\"US\""),
        ("serve = []", "countries = [\"+1\", \"+49\"]", "serve = ["),
        ("serve = []", "countries = []", "serve = ["),
        ("also = []", "also = [\"555\"]", "also: \"555\" "),
        ("types = [\"mobile\", \"fixed_line\"]", "types = []", "campus.types"),
        ("types = [\"mobile\", \"fixed_line\"]", "types = [\"premium\"]", "fixed_line"),
        ("[\"campus.example\"]", "[\"*.campus.example\"]", "campus.mail_domains"),
    ] {
        assert!(SHIPPED.contains(now), "{now}");
        let error = Config::parse(&SHIPPED.replace(now, before)).expect_err(before).to_string();
        assert!(error.contains(says), "{before}: {error}");
    }
}

#[test]
fn a_range_that_is_none_is_refused_where_it_stands() {
    let microsoft = "\n[microsoft]\ntenant = \"8e4b7f7e-0000-4000-8000-000000000000\"\nalso = [\"777\"]\n";
    let error = Config::parse(&format!("{SHIPPED}{microsoft}")).expect_err("no range").to_string();
    assert!(error.contains("also = [\"777\"]") && error.contains("also: \"777\" "), "{error}");
    assert!(!error.contains("campus.also"), "{error}");
}
