//! No two doors of a room of the server lead to one another: what imports a file is never imported by it, by whatever
//! way round.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use super::{before_tests, root, sources};

/// The path of a module below the root of its crate.
type Module = Vec<String>;

/// The modules that a text names, from `crate` or by way of `super`, as far as they can be read without knowing more.
fn named(own: &[String], text: &str) -> Vec<Module> {
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for path in code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').filter(|path| path.contains("::")) {
        let mut parts = path.split("::").peekable();
        let mut module = match parts.next() {
            Some("crate") => Vec::new(),
            Some("super") => own[..own.len().saturating_sub(1)].to_vec(),
            _ => continue,
        };
        while parts.next_if_eq(&"super").is_some() {
            module.pop();
        }
        module.extend(parts.take_while(|part| !part.is_empty()).map(str::to_owned));
        found.push(module);
    }
    found
}

/// What can be come to from a door by going on and on.
fn reached(from: &str, edges: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(door) = open.pop() {
        for next in edges.get(&door).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

#[test]
fn no_door_of_a_room_of_the_server_leads_back_to_itself() -> Result<()> {
    let source = root().join("crates/server/src");
    let mut texts: BTreeMap<Module, String> = BTreeMap::new();
    for (path, text) in sources(&["crates/server/src"], "rs")? {
        let mut module: Module = path
            .strip_prefix(&source)?
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let last = module.pop().context("a path")?;
        match last.as_str() {
            "tests" | "lib" | "main" => continue,
            "mod" => {}
            _ => module.push(last),
        }
        texts.insert(module, before_tests(&text).to_owned());
    }
    let mut rooms: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (own, text) in &texts {
        for other in named(own, text) {
            let shared = own.iter().zip(&other).take_while(|(own, other)| own == other).count();
            let (Some(from), Some(to)) = (own.get(shared), other.get(shared)) else { continue };
            if texts.keys().any(|known| known.starts_with(&other[..=shared])) {
                let room = rooms.entry(own[..shared].to_vec()).or_default();
                room.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    assert!(rooms[["flow".to_owned()].as_slice()]["gate"].contains("answering"), "imports are read at all");
    let circles: Vec<String> = rooms
        .iter()
        .flat_map(|(room, edges)| {
            let back = edges.keys().filter(|door| reached(door, edges).contains(*door));
            back.map(move |door| format!("{}/{door}: {:?}", room.join("/"), edges[door]))
        })
        .collect();
    assert!(circles.is_empty(), "{circles:#?}");
    Ok(())
}
