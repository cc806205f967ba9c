//! What nobody learns from a server whose people are in a real directory, while that is up, far away and down: the same
//! bytes in all states, the same time for a wrong password, and menus that no classifier tells apart.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use latchkey_directory::Directory;
use latchkey_directory::active_directory::ActiveDirectory;
use latchkey_directory::settings::Settings;
use latchkey_server::commands::demo::{Account, AccountMethod};
use latchkey_server::config::Config;
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::fault::{Ends, Fault, Proxy};
use latchkey_tests::samba::{self, Samba};
use latchkey_tests::slapd::{self, Right, Setup, Slapd};
use serde_json::json;
use tokio::task::JoinSet;

use super::population::{area, look, made_up, methods, real, registered, told_apart};
use super::silence;
use super::timing::{ALL, distance, median, start};
use super::world::{World, post};

/// Far enough away that one question more is seen at once.
const FAR: Duration = Duration::from_millis(150);
/// People who are asked for, one after the other.
const PEOPLE: usize = 200;
/// What everybody begins with.
const PASSWORD: &str = "Start-Pass-1";

const NETWORKS: [(&str, Fault); 3] = [("up", Fault::None), ("300 ms away", Fault::Delay(FAR)), ("down", Fault::Refuse)];

/// A directory behind a network.
struct Behind {
    name: &'static str,
    directory: Arc<dyn Directory>,
    /// The same where no entry is named on which passwords for nobody are tried.
    without_decoy: Arc<dyn Directory>,
    proxy: Proxy,
    /// It ends with this.
    _slapd: Option<Slapd>,
}

/// The states in which an account of a directory can be, beside the one of those who are served and the one of nobody.
const STATES: [&str; 4] = ["locked", "disabled", "privileged", "handed-out"];

impl Behind {
    /// OpenLDAP, with these people and with an entry on which passwords for nobody are tried.
    async fn slapd(people: usize) -> Self {
        // So many wrong ones are counted as nobody gives; that they are counted costs what it costs.
        let setup = Setup::new(Right::Write).with("pwdMaxFailure", "1000000");
        let slapd = Slapd::start_with(&setup).await.unwrap();
        let decoy = format!("cn=decoy,ou=services,{}", slapd::SUFFIX);
        let mut ldif = format!(
            "dn: {decoy}\nchangetype: add\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\n\
             cn: decoy\nuserPassword: nobody knows this one\n\n"
        );
        for name in (0..people).map(real).chain(STATES.map(str::to_owned)) {
            write!(
                ldif,
                "dn: {}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: Campus\n\
                 userPassword: {PASSWORD}\n\n",
                slapd::dn(&name)
            )
            .unwrap();
        }
        write!(
            ldif,
            "dn: {}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 20260101000000Z\n\n\
             dn: {}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n\n\
             dn: cn=admins,ou=groups,{}\nchangetype: modify\nadd: member\nmember: {}\n\n\
             dn: {}\nchangetype: modify\nreplace: pwdReset\npwdReset: TRUE\n\n",
            slapd::dn("locked"),
            slapd::dn("disabled"),
            slapd::SUFFIX,
            slapd::dn("privileged"),
            slapd::dn("handed-out"),
        )
        .unwrap();
        slapd.change(&ldif).await.unwrap();
        let ends = Ends::ldaps(&slapd.file("good.pem"), &slapd.file("good.key"), &slapd.file("ca.pem")).unwrap();
        let proxy = Proxy::reading(([127, 0, 0, 1], slapd.tls_port()).into(), ends).await.unwrap();
        let servers = vec![format!("ldaps://localhost:{}", proxy.port())];
        let settings = Settings { servers, ..slapd.settings() };
        let without_decoy = Arc::new(slapd::directory(settings.clone()).unwrap());
        let directory = Arc::new(slapd::directory(Settings { decoy: Some(decoy), ..settings }).unwrap());
        Self { name: "OpenLDAP", directory, without_decoy, proxy, _slapd: Some(slapd) }
    }

    /// The same of Samba, whose account for nobody has a policy of its own: wrong passwords are counted there as for
    /// everybody, and never lock it.
    async fn samba(people: usize) -> Self {
        let samba = Samba::shared().await.unwrap();
        let secret = samba::unicode_password(PASSWORD);
        let mut ldif = String::new();
        let decoy = format!("CN=decoy,CN=Users,{}", samba::DOMAIN);
        let of_people = |name: &str| format!("CN={name},{}", samba::PEOPLE);
        let all = (0..people).map(real).chain(STATES.map(str::to_owned)).map(|name| (of_people(&name), name));
        for (dn, name) in all.chain([(decoy.clone(), "decoy".to_owned())]) {
            write!(
                ldif,
                "dn: {dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: {name}\nunicodePwd:: {secret}\n\
                 userAccountControl: 512\n\n"
            )
            .unwrap();
        }
        write!(
            ldif,
            "dn: {}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 514\n\n\
             dn: {}\nchangetype: modify\nreplace: adminCount\nadminCount: 1\n\n\
             dn: {}\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: 0\n\n",
            of_people("disabled"),
            of_people("privileged"),
            of_people("handed-out"),
        )
        .unwrap();
        samba.ldif(&ldif).await.unwrap();
        // Three wrong ones lock it, as the domain has it; afterwards as many may be wrong as nobody gives.
        let locked = samba.person("locked").await.unwrap();
        for _ in 0..3 {
            assert!(!samba.kinit(&locked, "Wrong-Pass-1").await.unwrap());
        }
        let threshold = |many: u32| {
            format!("dn: {}\nchangetype: modify\nreplace: lockoutThreshold\nlockoutThreshold: {many}\n", samba::DOMAIN)
        };
        samba.ldif(&threshold(65_535)).await.unwrap();
        let tls = samba.folder().join("tls");
        let ends = Ends::ldaps(&tls.join("srv.pem"), &tls.join("srv.key"), &samba.ca()).unwrap();
        let ends = ends.named("dc1.ad.campus.example").unwrap();
        let proxy = Proxy::reading(SocketAddr::new(samba.address(), 636), ends).await.unwrap();
        let servers = vec![format!("ldaps://{}", proxy.address())];
        let settings = Settings { servers, ..samba.settings() };
        let outside = samba.outside(&settings.secret);
        let without_decoy = Arc::new(ActiveDirectory::new(settings.clone(), outside.clone()).unwrap());
        let settings = Settings { decoy: Some(decoy), ..settings };
        let directory = Arc::new(ActiveDirectory::new(settings, outside).unwrap());
        Self { name: "Samba", directory, without_decoy, proxy, _slapd: None }
    }

    /// A campus before it, on which these people have set up these methods.
    async fn campus(&self, people: usize, methods: impl Fn(usize) -> Vec<AccountMethod>) -> World {
        Self::campus_before(&self.directory, people, methods).await
    }

    async fn campus_before(
        directory: &Arc<dyn Directory>,
        people: usize,
        methods: impl Fn(usize) -> Vec<AccountMethod>,
    ) -> World {
        let account = |(number, name): (usize, String)| Account {
            account: name,
            password: PASSWORD.to_owned(),
            must_change: false,
            imported: false,
            methods: methods(number),
        };
        let names = (0..people).map(real).chain(STATES.map(str::to_owned));
        let accounts: Vec<Account> = names.enumerate().map(account).collect();
        let unlimited = |config: &mut Config| {
            (config.limits.human_check_work, config.limits.answer_step_milliseconds) = (1, 20);
            (config.limits.tries_of_current_password, config.limits.tries_in_all) = (1 << 30, 1 << 30);
            (config.limits.starts_per_minute_in_all, config.limits.starts_per_source) = (1 << 30, 1 << 30);
            (config.limits.starts_per_hour, config.limits.starts_per_day) = (1 << 30, 1 << 30);
            config.limits.wrong_proofs_per_ten_minutes_in_all = 1 << 30;
            (config.limits.tries_per_method, config.limits.tries_of_questions) = (1 << 30, 1 << 30);
        };
        let directory = Arc::clone(directory);
        let mut world = World::before_with_people(directory, unlimited, |all| *all = accounts).await;
        let there = sqlx::query_as("SELECT count(*) FROM people").fetch_one(world.app.store.pool());
        let (there,): (i64,) = there.await.unwrap();
        assert!(usize::try_from(there).unwrap() >= people, "{there} of {people} are read");
        // A directory that is down is no business of these requests.
        world.worker_follows = false;
        world
    }
}

/// The bytes that differ between somebody and everybody else, nobody included, up to the first verdict.
async fn differing(behind: &Behind, world: &World) -> usize {
    let reset = [
        ("challenge", json!({"method": "text_mobile", "destination": "+1 202 555 0999"})),
        ("challenge", json!({"method": "email", "destination": "x@y.example"})),
        ("challenge", json!({"method": "totp"})),
        ("proof", json!({"code": "31415926"})),
        ("challenge", json!({"method": "recovery_code"})),
        ("proof", json!({"code": "31415926"})),
        ("password", json!({"new_password": "violet tractor onion mail"})),
        ("cancel", json!({})),
    ];
    let change = [("proof", json!({"current_password": "no such password"}))];
    let mut others: Vec<String> = STATES.map(str::to_owned).into();
    others.extend([real(1), made_up(1), made_up(2), "decoy".to_owned()]);
    let mut differing = 0;
    for (intent, tries) in [("reset", reset.as_slice()), ("unlock", reset.as_slice()), ("change", change.as_slice())] {
        let first = silence::walk(world, &real(0), intent, tries).await;
        for other in &others {
            let seen = silence::walk(world, other, intent, tries).await;
            for (step, (a, b)) in first.iter().zip(&seen).enumerate().filter(|(_, (a, b))| a != b) {
                let (a, b) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
                println!("{}, {intent}, {other}, step {step}:\n{a}\n{b}", behind.name);
                differing += a.len().abs_diff(b.len()) + a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count();
            }
        }
    }
    differing
}

/// How long a wrong current password takes: of people, of people again, and of nobody; so many at once, each from a house
/// of their own. All of them are answered so; a machine that has too much else to do loses a few.
async fn wrong_passwords(
    world: &Arc<World>,
    each: usize,
    at_once: usize,
    seed: u64,
    said: &'static str,
) -> [Vec<f64>; 3] {
    let mut times: [Vec<f64>; 3] = Default::default();
    let mut state = seed;
    let mut asking = JoinSet::new();
    // The first are not counted: caches are cold.
    for at in 0..3 * each + 20 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let class = usize::try_from((state >> 33) % 3).unwrap();
        let number = usize::try_from(state >> 40).unwrap() % PEOPLE;
        let name = if class == 2 { made_up(number) } else { real(number) };
        if asking.len() >= at_once
            && let Some(took) = asking.join_next().await
        {
            keep(&mut times, took.unwrap());
        }
        let world = Arc::clone(world);
        asking.spawn(async move {
            let (held, _) = start(&world, "change", &name).await;
            let wrong = json!({"revision": held.revision(), "current_password": "no such password"});
            let mut request = post("/v1/flow/proof", Some(&held.token), wrong.to_string(), None);
            let house =
                Ipv4Addr::from_bits(Ipv4Addr::new(198, 18, 0, 0).to_bits() + u32::try_from(at % 65_536).unwrap());
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from((house, 443))));
            let watch = Stopwatch::start();
            let reply = world.send_alone(request).await;
            let took = watch.elapsed().as_secs_f64() * 1000.0;
            assert!([said, "unavailable"].contains(&reply.code()), "{name}: {}", reply.body);
            (at >= 20 && reply.code() == said).then_some((class, took))
        });
    }
    while let Some(took) = asking.join_next().await {
        keep(&mut times, took.unwrap());
    }
    let answered: usize = times.iter().map(Vec::len).sum();
    assert!(answered * 50 >= 3 * each * 49, "{answered} of {} were answered so", 3 * each);
    times
}

fn keep(times: &mut [Vec<f64>; 3], took: Option<(usize, f64)>) {
    if let Some((class, took)) = took {
        times[class].push(took);
    }
}

/// Whether two are alike by the bars of EN-02, which are those of 2,000 of each.
fn is_alike(first: &[f64], second: &[f64]) -> bool {
    let many = first.len().min(second.len()) as f64;
    let wider = (2_000.0 / many).sqrt();
    distance(first, second) < 0.0515 * wider && (area(first, second) - 0.5).abs() < 0.027 * wider
}

/// A run counts if its control passes; two of up to three must pass.
async fn as_long_for_nobody(behind: &Behind, world: &Arc<World>, network: &str, fault: Fault) {
    // Far away, what is asked of the directory takes most of the time, and two are compared at once.
    let (each, at_once) = if matches!(fault, Fault::Delay(_)) { (each() / 5, 2) } else { (each(), 1) };
    let said = if fault == Fault::Refuse { "unavailable" } else { "current_password_wrong" };
    let mut passed = 0;
    for run in 1..=3_u64 {
        let [hit, again, miss] = wrong_passwords(world, each, at_once, run * 7_919, said).await;
        let both: Vec<f64> = hit.iter().step_by(2).chain(again.iter().step_by(2)).copied().collect();
        println!(
            "figure: wrong password, {}, {network}, run {run}: AUC {:.3}, D {:.4} (control {:.3}, {:.4}), medians in ms = \
             {:.2} and {:.2}",
            behind.name,
            area(&both, &miss),
            distance(&both, &miss),
            area(&hit, &again),
            distance(&hit, &again),
            median(&both),
            median(&miss),
        );
        passed += usize::from(is_alike(&hit, &again) && is_alike(&both, &miss));
        if passed == 2 {
            return;
        }
    }
    panic!("{}, {network}: {passed} of 3 runs", behind.name);
}

/// How well one look at each tells people from names that nobody has.
async fn looks(world: &World, many: usize) -> f64 {
    let (mut people, mut nobody) = (Vec::new(), Vec::new());
    for number in 0..many {
        people.push(look(world, &real(number)).await.1);
        nobody.push(look(world, &made_up(number)).await.1);
    }
    told_apart(&people, &nobody)
}

fn all_methods(number: usize) -> Vec<AccountMethod> {
    ALL.iter().map(|method| registered(*method, number)).collect()
}

/// So many wrong passwords of each kind while the directory is near.
fn each() -> usize {
    std::env::var("LATCHKEY_TIMED").ok().and_then(|each| each.parse().ok()).unwrap_or(400)
}

/// So many people are looked at once.
fn many() -> usize {
    std::env::var("LATCHKEY_PEOPLE").ok().and_then(|many| many.parse().ok()).unwrap_or(2_000)
}

async fn bytes_and_times(behind: &Behind) {
    let world = Arc::new(behind.campus(PEOPLE, all_methods).await);
    for (network, fault) in NETWORKS {
        behind.proxy.now(fault).await.unwrap();
        let differing = differing(behind, &world).await;
        println!("figure: {}, {network}, all states, bytes that differ = {differing}", behind.name);
        assert_eq!(differing, 0, "{network}");
        as_long_for_nobody(behind, &world, network, fault).await;
    }
}

/// Where the configuration names no such entry, nobody's answer waits as long as somebody's has lately taken.
async fn times_without_decoy(behind: &Behind) {
    behind.proxy.now(Fault::None).await.unwrap();
    let world = Arc::new(Behind::campus_before(&behind.without_decoy, PEOPLE, all_methods).await);
    as_long_for_nobody(behind, &world, "up, without a decoy", Fault::None).await;
}

async fn menus(behind: &Behind, people: usize) {
    behind.proxy.now(Fault::None).await.unwrap();
    let world = behind.campus(people, |number| methods(number.min(people - 1), people)).await;
    for (network, fault) in NETWORKS {
        behind.proxy.now(fault).await.unwrap();
        let auc = looks(&world, people).await;
        println!(
            "figure: {}, {network}, {people} people and as many made-up names, one look each, AUC = {auc:.3}",
            behind.name
        );
        // Of few, chance alone gives more.
        assert!(auc <= if people >= 2_000 { 0.55 } else { 0.6 }, "{network}: {auc:.3}");
    }
}

#[tokio::test]
async fn somebody_and_nobody_answer_alike_before_openldap_whatever_the_network_does() {
    // EN-01, EN-05; short form of `cargo xtask test --long directories_silence`
    let behind = Behind::slapd(20).await;
    let world = behind.campus(20, all_methods).await;
    for (network, fault) in NETWORKS {
        behind.proxy.now(fault).await.unwrap();
        assert_eq!(differing(&behind, &world).await, 0, "{network}");
    }
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long directories_silence"]
async fn long_silence_before_openldap() {
    // EN-01, EN-02, EN-05, EN-09
    let behind = Behind::slapd(many()).await;
    bytes_and_times(&behind).await;
    times_without_decoy(&behind).await;
    menus(&behind, many()).await;
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long directories_silence"]
async fn long_silence_before_samba() {
    // EN-01, EN-02, EN-05, EN-09
    let behind = Behind::samba(many()).await;
    bytes_and_times(&behind).await;
    times_without_decoy(&behind).await;
    menus(&behind, many()).await;
}
