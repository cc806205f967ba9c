//! The tree: who may import whom, and the invariants that a tool can see.

mod circles;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use latchkey_tests::root;
use serde::Deserialize;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    path: Option<PathBuf>,
    features: Vec<String>,
}

fn packages() -> Result<Vec<Package>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root())
        .output()?;
    if !answer.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&answer.stderr));
    }
    let packages = serde_json::from_slice::<Metadata>(&answer.stdout)?.packages;
    assert!(packages.len() >= 8, "the workspace has its eight packages");
    Ok(packages)
}

#[test]
fn every_crate_imports_only_what_stands_below_it() -> Result<()> {
    let may_import = BTreeMap::from([
        ("latchkey-scrub", vec![]),
        ("latchkey-api", vec!["latchkey-scrub"]),
        ("latchkey-credstore", vec!["latchkey-api"]),
        ("latchkey-directory", vec!["latchkey-api"]),
        ("latchkey-delivery", vec![]),
        ("latchkey-server", vec!["latchkey-api", "latchkey-delivery", "latchkey-directory", "latchkey-scrub"]),
        ("latchkey-flow", vec!["latchkey-api"]),
        ("latchkey-client", vec!["latchkey-api", "latchkey-credstore", "latchkey-flow", "latchkey-scrub"]),
        ("latchkey", vec!["latchkey-api", "latchkey-client", "latchkey-flow"]),
        (
            "latchkey-tests",
            vec![
                "latchkey-api",
                "latchkey-client",
                "latchkey-credstore",
                "latchkey-delivery",
                "latchkey-directory",
                "latchkey-flow",
                "latchkey-server",
            ],
        ),
        ("xtask", vec![]),
    ]);
    for package in packages()? {
        let allowed =
            may_import.get(package.name.as_str()).with_context(|| format!("{} is not in this table", package.name))?;
        for ours in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
            assert!(allowed.contains(&ours.name.as_str()), "{} may not import {}", package.name, ours.name);
        }
    }
    Ok(())
}

#[test]
fn the_toolkit_is_named_in_the_app_and_the_web_framework_in_the_server() -> Result<()> {
    for package in packages()? {
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let toolkit = name.starts_with("tauri") || name == "webkit2gtk";
            assert!(!toolkit || package.name == "latchkey", "{} names {name}", package.name);
            let serving = ["axum", "sqlx"].contains(&name);
            let may_serve = ["latchkey-server", "latchkey-tests"].contains(&package.name.as_str());
            assert!(!serving || may_serve, "{} names {name}", package.name);
            assert!(name != "ldap3" || package.name == "latchkey-directory", "{} names {name}", package.name);
        }
    }
    let named: Vec<PathBuf> = sources(&["crates", "tests", "xtask"], "rs")?
        .into_iter()
        .filter(|(path, text)| !path.ends_with("tests/all/tree.rs") && text.contains("tauri::"))
        .map(|(path, _)| path)
        .collect();
    assert!(named.is_empty(), "the toolkit is named outside of the app: {named:?}");
    Ok(())
}

/// The rooms of the server from the top to the bottom, as `crates/server/src/lib.rs` and ARCHITECTURE.md have them.
const ROOMS: [&str; 18] = [
    "commands",
    "http",
    "microsoft",
    "worker",
    "flow",
    "operation",
    "person",
    "app",
    "message",
    "config",
    "guard",
    "refused",
    "crypt",
    "typed",
    "store",
    "metrics",
    "clock",
    "points",
];

#[test]
fn no_room_of_the_server_imports_one_that_stands_above_it() -> Result<()> {
    imports_go_down("crates/server/src", &ROOMS)
}

/// The files and folders of credstore from the top to the bottom.
const OF_CREDSTORE: [&str; 15] = [
    "serve", "journal", "os", "snapshot", "items", "rule", "place", "tokens", "protocol", "secret", "policy", "item",
    "variant", "host", "process",
];

#[test]
fn no_file_of_credstore_imports_one_that_stands_above_it() -> Result<()> {
    imports_go_down("crates/credstore/src", &OF_CREDSTORE)
}

/// Checks that no room of a crate names one that stands before it in the list, and that the list has all of them.
fn imports_go_down(folder: &str, rooms: &[&str]) -> Result<()> {
    let source = root().join(folder);
    let floor = |room: &str| rooms.iter().position(|known| *known == room);
    let mut upwards = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (path, text) in sources(&[folder], "rs")? {
        let inside = path.strip_prefix(&source)?;
        let first = inside.components().next().context("a path")?;
        let room = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        if ["lib", "main", "bin"].contains(&room.as_str()) || room.ends_with("_tests") {
            continue;
        }
        let own = floor(&room).with_context(|| format!("{room} is not in the list of rooms"))?;
        seen.insert(room.clone());
        for (at, _) in before_tests(&text).match_indices("crate::") {
            let rest = &text[at + "crate::".len()..];
            let others = rest.strip_prefix('{').map_or(rest, |list| list.split('}').next().unwrap_or_default());
            let is_list = others.len() < rest.len();
            for other in others.split(',').take(if is_list { usize::MAX } else { 1 }) {
                let other = other.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                if floor(other).is_some_and(|other| other < own) {
                    upwards.insert(format!("{} imports {other}", inside.display()));
                }
            }
        }
    }
    assert!(upwards.is_empty(), "{upwards:#?}");
    assert_eq!(seen.len(), rooms.len(), "every room of the list is there");
    Ok(())
}

#[test]
fn every_query_of_the_server_stands_in_its_store() -> Result<()> {
    let mut found = BTreeSet::new();
    for (path, text) in sources(&["crates/server/src"], "rs")? {
        let in_store = path.starts_with(root().join("crates/server/src/store"));
        let own = before_tests(&text);
        if !in_store && (own.contains("sqlx") || own.contains("SELECT ") || own.contains("DELETE FROM")) {
            found.insert(path.display().to_string());
        }
        for foreign in ["INSERT OR ", "rowid", "sqlite_schema", "last_insert_rowid"] {
            if own.contains(foreign) {
                found.insert(format!("{} has {foreign}", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    Ok(())
}

/// The names of all crates that a program of ours is built from.
fn crates_of(program: &str) -> Result<BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(cargo)
        .args(["tree", "--offline", "--edges=normal", "--prefix=none", "--format={p}", "--package", program])
        .current_dir(root())
        .output()?;
    if !answer.status.success() {
        bail!("cargo tree: {}", String::from_utf8_lossy(&answer.stderr));
    }
    let lines = String::from_utf8(answer.stdout)?;
    Ok(lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

#[test]
fn each_program_has_one_provider_of_cryptography() -> Result<()> {
    // ADR 6, ADR 19
    for (program, has, has_not) in [
        ("latchkey", "ring", "aws-lc-rs"),
        ("latchkey-credstore", "ring", "aws-lc-rs"),
        ("latchkey-server", "aws-lc-rs", "ring"),
    ] {
        let crates = crates_of(program)?;
        assert!(crates.contains(has), "{program} has no {has}");
        for foreign in [has_not, "rsa", "openssl", "native-tls"] {
            assert!(!crates.contains(foreign), "{program} has {foreign}");
        }
    }
    Ok(())
}

#[test]
fn the_command_line_tools_of_the_project_need_nothing() -> Result<()> {
    let packages = packages()?;
    let xtask = packages.iter().find(|package| package.name == "xtask").context("xtask")?;
    assert!(xtask.dependencies.is_empty(), "xtask must build on a machine with nothing but the toolchain");
    Ok(())
}

#[test]
fn no_inspector_is_built_into_a_release() -> Result<()> {
    // TA-06, TA-07
    for package in packages()? {
        for dependency in package.dependencies.iter().filter(|dependency| dependency.name.starts_with("tauri")) {
            for feature in ["devtools", "test", "macos-private-api", "isolation"] {
                let has = dependency.features.iter().any(|named| named == feature);
                assert!(!has, "{} switches on {feature} of {}", package.name, dependency.name);
            }
        }
    }
    Ok(())
}

#[test]
fn the_mail_library_writes_no_log() -> Result<()> {
    // SM-05: with its feature `tracing` it writes every line of a connection, passwords and codes too.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(cargo)
        .args(["tree", "--offline", "--edges=normal", "--prefix=none", "--format={p} {f}", "--package=latchkey-server"])
        .current_dir(root())
        .output()?;
    let lines = String::from_utf8(answer.stdout)?;
    let lettre = lines.lines().find(|line| line.starts_with("lettre ")).context("the mail library")?;
    assert!(lettre.contains("smtp-transport") && !lettre.contains("tracing"), "{lettre}");
    Ok(())
}

#[test]
fn the_flow_of_the_client_is_pure() -> Result<()> {
    let files = sources(&["crates/flow/src"], "rs")?;
    assert!(!files.is_empty(), "crates/flow is gone");
    let impure = [
        "async ",
        ".await",
        "tokio",
        "reqwest",
        "std::fs",
        "std::net",
        "std::env",
        "std::thread",
        "std::time::Instant",
        "SystemTime",
        "now()",
        "spawn",
        "tracing::",
    ];
    let tests = |path: &Path| path.components().any(|part| part.as_os_str() == "tests");
    for (path, text) in files.into_iter().filter(|(path, _)| !tests(path)) {
        let own = before_tests(&text);
        for line in own.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for token in impure {
                assert!(!line.contains(token), "{}: {token} in {line}", path.display());
            }
        }
    }
    Ok(())
}

#[test]
fn no_crate_of_ours_may_have_unsafe_code() -> Result<()> {
    // SC-06
    let workspace: toml::Table = toml::from_str(&std::fs::read_to_string(root().join("Cargo.toml"))?)?;
    assert_eq!(workspace["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for package in packages()? {
        let manifest: toml::Table = toml::from_str(&std::fs::read_to_string(&package.manifest_path)?)?;
        let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
        assert_eq!(inherits, Some(true), "{} has no `[lints] workspace = true`", package.name);
    }
    Ok(())
}

#[test]
fn one_file_of_the_pages_knows_the_toolkit() -> Result<()> {
    let mut knowing = Vec::new();
    for ending in ["ts", "svelte"] {
        for (path, text) in sources(&["ui/src"], ending)? {
            if text.contains("@tauri-apps") || text.contains("__TAURI") {
                knowing.push(path.strip_prefix(root())?.to_path_buf());
            }
        }
    }
    assert_eq!(knowing, [Path::new("ui/src/ipc.ts")]);
    Ok(())
}

#[test]
fn no_field_of_ours_keeps_a_secret_as_a_plain_text() -> Result<()> {
    // SM-01. What is plain on purpose, and why.
    let plain_on_purpose = [
        // Made up, printed and written by the demonstration itself.
        "crates/server/src/commands/demo.rs",
        // The answer to a human check is on the screen for everybody to see.
        "crates/api/src/human_check.rs",
    ];
    let secret =
        ["password", "new_password", "old_password", "current_password", "code", "answer", "token", "pin", "seed"];
    let mut found = Vec::new();
    for (path, text) in sources(&["crates", "src-tauri/src"], "rs")? {
        let short = path.strip_prefix(root())?;
        if plain_on_purpose.iter().any(|plain| short == Path::new(plain)) {
            continue;
        }
        for line in before_tests(&text).lines() {
            let Some((name, kind)) = line.trim().trim_start_matches("pub ").split_once(": ") else { continue };
            let plain = ["String,", "Option<String>,", "Vec<u8>,", "Vec<String>,"].contains(&kind);
            if plain && secret.contains(&name) {
                found.push(format!("{}: {line}", short.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    Ok(())
}

#[test]
fn every_language_has_the_same_texts_with_the_same_arguments() -> Result<()> {
    for file in ["app.ftl", "messages.ftl"] {
        let english = texts_of("en", file)?;
        assert!(english.len() > 5, "{file} has hardly any texts");
        for language in languages()? {
            let texts = texts_of(&language, file)?;
            let missing: Vec<_> = english.keys().filter(|id| !texts.contains_key(*id)).collect();
            let unknown: Vec<_> = texts.keys().filter(|id| !english.contains_key(*id)).collect();
            assert!(
                missing.is_empty() && unknown.is_empty(),
                "{language}/{file}: missing {missing:?}, unknown {unknown:?}"
            );
            for (id, arguments) in &texts {
                // A plural may leave the number out, but no text may ask for what it is not given.
                let given = &english[id];
                assert!(arguments.is_subset(given), "{language}/{file}: {id} has {arguments:?}, given is {given:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn every_text_that_is_asked_for_exists() -> Result<()> {
    let app = texts_of("en", "app.ftl")?;
    let mut asked = 0;
    for (folder, ending, calls) in [
        ("ui/src", "svelte", &["t('"][..]),
        ("ui/src", "ts", &["t('"]),
        ("src-tauri/src", "rs", &["texts.get(\"", "texts.count(\""]),
    ] {
        for (path, text) in sources(&[folder], ending)? {
            for id in calls.iter().flat_map(|call| arguments_of(&text, call)) {
                assert!(app.contains_key(id), "{}: there is no text {id}", path.display());
                asked += 1;
            }
        }
    }
    assert!(asked > 30, "only {asked} texts were found in the sources");
    Ok(())
}

#[test]
fn every_test_that_a_document_names_exists() -> Result<()> {
    let tests: BTreeSet<String> = sources(&["tests", "crates", "src-tauri/src", "xtask/src"], "rs")?
        .iter()
        .flat_map(|(_, text)| text.split("fn ").skip(1))
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect();
    let pages = sources(&["ui/src", "ui/test"], "ts")?;
    let mut named = 0;
    for (path, text) in sources(&["SECURITY.md", "ARCHITECTURE.md", "README.md", "docs"], "md")? {
        let quoted = text.split('`').skip(1).step_by(2);
        let names = quoted.map(|quoted| quoted.rsplit("::").next().unwrap_or(quoted));
        // A sentence in a name: nothing else is that long.
        let sentence = |name: &&str| name.matches('_').count() > 4 && !name.contains(['.', '/', ' ']);
        for name in names.filter(sentence) {
            let is_there = tests.contains(name) || pages.iter().any(|(_, text)| text.contains(name));
            assert!(is_there, "{}: there is no test {name}", path.display());
            named += 1;
        }
    }
    assert!(named > 50, "only {named} tests are named in the documents");
    Ok(())
}

#[test]
fn every_file_that_a_document_names_exists() -> Result<()> {
    let folders = ["crates/", "docs/", "icons/", "locales/", "packaging/", "src-tauri/", "tests/", "ui/", "xtask/"];
    let made = ["ui/dist", "src-tauri/gen"];
    let mut named = 0;
    for (path, text) in sources(&["SECURITY.md", "ARCHITECTURE.md", "README.md", "CHANGELOG.md", "docs"], "md")? {
        let quoted = text.split('`').skip(1).step_by(2).filter(|quoted| !quoted.contains([' ', '*', '…', '{']));
        for name in quoted.filter(|quoted| folders.iter().any(|folder| quoted.starts_with(folder))) {
            let is_there = root().join(name).exists() || made.iter().any(|made| name.starts_with(made));
            assert!(is_there, "{}: there is no file {name}", path.display());
            named += 1;
        }
    }
    assert!(named > 30, "only {named} files are named in the documents");
    Ok(())
}

/// The first arguments of calls, where they are plain literals.
fn arguments_of<'a>(text: &'a str, call: &str) -> Vec<&'a str> {
    let quote = call.chars().last().unwrap_or('"');
    let is_call = |at: usize| !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
    text.match_indices(call)
        .filter(|(at, _)| is_call(*at))
        .filter_map(|(at, _)| text[at + call.len()..].split_once(quote).map(|(id, _)| id))
        .collect()
}

fn languages() -> Result<Vec<String>> {
    let mut languages = Vec::new();
    for entry in std::fs::read_dir(root().join("locales"))? {
        languages.push(entry?.file_name().to_string_lossy().into_owned());
    }
    languages.retain(|name| name != "en");
    assert!(!languages.is_empty(), "there is only English");
    Ok(languages)
}

/// Ids of a Fluent file and the arguments that each names.
fn texts_of(language: &str, file: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let path = root().join("locales").join(language).join(file);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut texts = BTreeMap::<String, BTreeSet<String>>::new();
    let mut current = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) =
            line.split_once('=').filter(|_| line.starts_with(|first: char| first.is_ascii_lowercase()))
        {
            let id = id.trim().to_owned();
            assert!(!texts.contains_key(&id), "{}: {id} stands there twice", path.display());
            texts.entry(id.clone()).or_default();
            current = Some(id);
        }
        let Some(arguments) = current.as_ref().and_then(|id| texts.get_mut(id)) else { continue };
        for (_, rest) in line.match_indices('$').map(|(at, _)| line.split_at(at + 1)) {
            let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').next().unwrap_or_default();
            arguments.insert(name.to_owned());
        }
    }
    Ok(texts)
}

/// Every file with this ending below the folders, or the files themselves.
fn sources(folders: &[&str], ending: &str) -> Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> =
        folders.iter().map(|folder| root().join(folder)).filter(|path| path.exists()).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                open.push(entry?.path());
            }
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push((path.clone(), std::fs::read_to_string(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

/// A source file without its unit tests.
fn before_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]").map_or(text, |(own, _)| own)
}
