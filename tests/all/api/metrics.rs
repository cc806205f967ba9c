//! What operators see: every metric is documented, follows what happens, and names nobody.

use std::collections::{BTreeMap, BTreeSet};

use latchkey_server::config::Config;
use latchkey_tests::root;
use serde_json::json;

use super::budgets::limits;
use super::world::{Gateway, World};

/// The value of a series, with its labels as they are served; nothing if it is not there.
fn value(served: &str, series: &str) -> Option<f64> {
    served.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

/// Name → type and labels of everything that is served.
fn served(text: &str) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut found = BTreeMap::new();
    for line in text.lines() {
        if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
            found.insert(name.to_owned(), (kind.to_owned(), BTreeSet::new()));
        } else if !line.starts_with('#') {
            let (series, _) = line.rsplit_once(' ').unwrap();
            let (sample, labels) = series.split_once('{').unwrap_or((series, ""));
            let bare = ["_bucket", "_sum", "_count"].iter().find_map(|end| sample.strip_suffix(end));
            let name = if found.contains_key(sample) { sample } else { bare.unwrap() };
            let labels = labels.trim_end_matches('}').split("\",").filter_map(|pair| pair.split_once("=\""));
            let labels = labels.map(|(label, _)| label.to_owned()).filter(|label| label != "le");
            found.get_mut(name).unwrap().1.extend(labels);
        }
    }
    found
}

/// The same of `docs/metrics.md`.
fn documented() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let page = std::fs::read_to_string(root().join("docs/metrics.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `latchkey_"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 5 && !cells[4].is_empty(), "{line}");
        let labels = cells[3].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (cells[0].trim_matches('`').to_owned(), (cells[1].to_owned(), labels))
    };
    rows.map(row).collect()
}

/// A campus with prices, where something of everything has happened.
async fn busy() -> World {
    let world = World::with(|config: &mut Config| {
        config.prices = toml::from_str("per_day = 5\ntext = 0.01\ncall = 0.02\n").unwrap();
    })
    .await;
    let mut held = world.through_gates("grace").await;
    let done = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!(done.status, 200, "{}", done.body);
    world
}

#[tokio::test]
async fn every_metric_that_is_served_is_documented_with_its_labels_and_every_documented_one_is_served() {
    let world = busy().await;
    world.gateways_fail_over().await;
    let text = world.metrics().await;
    assert_eq!(served(&text), documented());
    for line in text.lines().filter(|line| line.starts_with("# HELP ")) {
        assert!(line.split(' ').count() > 4, "{line}");
    }
}

#[test]
fn every_metric_that_an_alert_names_exists_and_every_alert_says_what_to_do() {
    let rules = std::fs::read_to_string(root().join("packaging/prometheus/latchkey-alerts.yml")).unwrap();
    let documented = documented();
    let mut named = BTreeSet::new();
    for (at, _) in rules.match_indices("latchkey_") {
        let name: String = rules[at..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        assert!(documented.contains_key(&name), "{name} is no metric");
        named.insert(name);
    }
    assert!(named.len() > 8, "{named:?}");
    // The labels that a rule picks by are labels of the metric.
    for (name, (_, labels)) in &documented {
        for (at, _) in rules.match_indices(&format!("{name}{{")) {
            let picked = rules[at + name.len() + 1..].split('}').next().unwrap();
            for label in picked.split("\",").filter_map(|pair| pair.split(['=', '!']).next()) {
                assert!(labels.contains(label.trim()), "{name} has no label {label}");
            }
        }
    }
    let count = |what: &str| rules.lines().filter(|line| line.trim().starts_with(what)).count();
    let alerts = count("- alert: ");
    assert!(alerts > 8);
    assert_eq!((count("expr: "), count("summary: "), count("todo: ")), (alerts, alerts, alerts));
}

#[tokio::test]
async fn no_metric_says_anything_of_a_person() {
    let world = busy().await;
    world.send(axum::http::Request::get("/v1/grace?who=2025550156").body(axum::body::Body::empty()).unwrap()).await;
    let text = world.metrics().await.to_lowercase();
    for needle in ["grace", "2025550", "home.example", "\"us\"", "+1", "127.0.0"] {
        assert!(!text.contains(needle), "{needle}");
    }
    assert!(value(&text, "latchkey_http_requests_total{route=\"other\",status=\"4xx\"}").is_some());
}

#[tokio::test]
async fn what_operators_see_follows_what_happens() {
    let world = busy().await;
    let text = world.metrics().await;
    let is = |series: &str, wanted: f64| assert_eq!(value(&text, series), Some(wanted), "{series}\n{text}");
    is("latchkey_flows_started_total{intent=\"reset\"}", 1.0);
    is("latchkey_flows_ended_total{intent=\"reset\",outcome=\"done\"}", 1.0);
    is("latchkey_codes_entered_total{kind=\"text\"}", 1.0);
    is("latchkey_codes_entered_total{kind=\"email\"}", 1.0);
    is("latchkey_human_checks_made_total{kind=\"proof_of_work\"}", 1.0);
    is("latchkey_human_checks_answered_total{result=\"right\"}", 1.0);
    is("latchkey_http_requests_total{route=\"/v1/flows\",status=\"2xx\"}", 1.0);
    is("latchkey_http_request_seconds_count{route=\"/v1/flow/proof\"}", 2.0);
    is("latchkey_message_queued_seconds_count{kind=\"text\",purpose=\"code\"}", 1.0);
    is("latchkey_directory_healthy", 1.0);
    is("latchkey_budget_size{limit=\"prices.per_day\"}", 5.0);
    // One text with a code and one with the notice.
    is("latchkey_budget_left{limit=\"prices.per_day\"}", 4.98);
    is("latchkey_budget_left{limit=\"sends_per_minute_in_all\"}", 9_998.0);

    world.set_gateway(Gateway::IsDown);
    let mut held = world.start("reset", "ada").await;
    world.ask(&mut held, "ada", "text_mobile").await;
    world.wait(45);
    let text = world.metrics().await;
    let is = |series: &str, wanted: f64| assert_eq!(value(&text, series), Some(wanted), "{series}\n{text}");
    is("latchkey_messages_queued{kind=\"text\",purpose=\"code\"}", 1.0);
    is("latchkey_messages_oldest_seconds{kind=\"text\",purpose=\"code\"}", 45.0);
    is("latchkey_message_tries_total{kind=\"text\",result=\"later\"}", 1.0);
    world.wait(3600);
    world.show(&mut held).await;
    let text = world.metrics().await;
    let is = |series: &str, wanted: f64| assert_eq!(value(&text, series), Some(wanted), "{series}\n{text}");
    is("latchkey_messages_queued{kind=\"text\",purpose=\"code\"}", 0.0);
    is("latchkey_messages_ended_total{kind=\"text\",purpose=\"code\",gateway=\"none\",outcome=\"expired\"}", 1.0);
    is("latchkey_flows_ended_total{intent=\"reset\",outcome=\"expired\"}", 1.0);
}

#[tokio::test]
async fn a_window_that_is_closed_without_a_word_counts_as_expired_once_its_flow_may_no_longer_be_idle() {
    let world = World::with(|config| config.limits.flow_idle_seconds = 240).await;
    let expired =
        async || value(&world.metrics().await, "latchkey_flows_ended_total{intent=\"reset\",outcome=\"expired\"}");
    let rows = async || {
        let count = sqlx::query_as("SELECT count(*) FROM audit WHERE event = 'flow expired'");
        let (rows,): (i64,) = count.fetch_one(world.app.store.pool()).await.unwrap();
        rows
    };
    world.start("reset", "nobody").await;
    let mut held = world.start("reset", "ada").await;
    world.ask(&mut held, "ada", "text_mobile").await;
    world.clock.jump(jiff::SignedDuration::from_hours(24));
    world.worker.turn().await.unwrap();
    assert_eq!(expired().await, Some(0.0), "a clock that leaps ends nothing");
    world.clock.jump(jiff::SignedDuration::from_hours(-24));
    world.worker.turn().await.unwrap();
    world.wait(239);
    world.worker.turn().await.unwrap();
    assert_eq!(expired().await, Some(0.0));
    world.wait(1);
    world.worker.turn().await.unwrap();
    // A flow in which nothing was asked for leaves no second row in the audit.
    assert_eq!((expired().await, rows().await), (Some(2.0), 1));
    world.worker.turn().await.unwrap();
    world.show(&mut held).await;
    assert_eq!((held.step(), expired().await, rows().await), ("expired", Some(2.0), 1), "once");
}

#[tokio::test]
async fn a_limit_that_is_met_is_counted_by_the_name_of_its_setting() {
    let world = World::with(limits).await;
    for _ in 0..6 {
        let mut held = world.start("reset", "grace").await;
        world.ask(&mut held, "grace", "text_mobile").await;
        world.wait(1);
    }
    let text = world.metrics().await;
    let hit = |setting: &str| value(&text, &format!("latchkey_limits_hit_total{{limit=\"{setting}\"}}"));
    assert_eq!((hit("sends_per_ten_minutes"), hit("starts_per_hour")), (Some(2.0), Some(1.0)), "{text}");
    // Every setting of the configuration that is named there is one.
    let settings = serde_json::to_value(&world.app.config).unwrap();
    for series in text.lines().filter_map(|line| line.strip_prefix("latchkey_limits_hit_total{limit=\"")) {
        let name = series.split('"').next().unwrap();
        let known = settings["limits"].get(name).is_some() || name == "prices.per_day";
        assert!(known, "{name} is no setting");
    }
}

#[test]
fn the_listener_of_operators_is_loopbacks_alone_unless_a_key_says_otherwise() {
    let with = |admin: &str| {
        Config::parse(&format!(
            "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = {{ name = \"x\" }}\n[admin]\n{admin}\n"
        ))
    };
    for good in
        ["address = \"127.0.0.1:9464\"", "address = \"[::1]:9464\"", "address = \"10.0.0.7:1\"\nbeyond_loopback = true"]
    {
        assert!(with(good).unwrap().admin.is_some(), "{good}");
    }
    for bad in ["address = \"10.0.0.7:9464\"", "address = \"0.0.0.0:9464\"", "address = \"[::]:9464\""] {
        let said = with(bad).unwrap_err().to_string();
        assert!(said.contains("beyond_loopback") && said.contains("127.0.0.1:9464"), "{said}");
    }
}
