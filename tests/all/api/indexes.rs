//! No query reads a whole table that grows: a start costs the same with a million budgets, a hundred thousand people and a
//! day's worth of strangers' flows as with none of them (C8). Times are measured by `cargo xtask bench`; here the database
//! is asked how it would go about each query that the server has.

use std::path::{Path, PathBuf};

use latchkey_server::store::Store;
use latchkey_tests::root;

/// What may be read as a whole, and why that is so.
const WHOLE: [(&str, &str); 18] = [
    ("SELECT mac FROM audit ORDER BY id DESC LIMIT 1", "one row, the last"),
    ("SELECT at FROM audit ORDER BY id DESC LIMIT 1", "one row, the last"),
    ("SELECT account_id, method AS name, sealed FROM methods WHERE sealed IS NOT NULL LIMIT 3", "three, at a start"),
    ("SELECT account_id, name, sealed FROM directory_facts LIMIT 3", "three, at a start"),
    ("SELECT account_id, 'undo' AS name, before AS sealed FROM undos", "three, at a start"),
    ("SELECT tried.account_id, flows.public_id FROM (SELECT", "what an index has found inside"),
    ("SELECT id, mac, seal FROM audit_start", "one row"),
    ("SELECT id, account FROM people WHERE NOT gone", "when a copy was put back"),
    ("UPDATE people_readings SET mark = NULL", "one row a directory"),
    ("SELECT population, has, COUNT(*) FROM", "menus are counted once a day"),
    ("SELECT population, COUNT(*) FROM people", "for `check`"),
    ("UPDATE challenges SET expires_at = 0", "after a clock went back"),
    ("UPDATE pending SET expires_at = 0", "after a clock went back"),
    ("UPDATE flows SET started_at = CASE", "after a clock went back"),
    ("UPDATE methods SET usable_from", "after a clock went back"),
    ("UPDATE methods SET proves = NULL", "after a change of the settings"),
    ("SELECT id, event_id, account_id, method, sealed, device, text", "what an earlier version has left, at a start"),
    ("DELETE FROM owed_before_messages WHERE account_id", "what an earlier version has left"),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The statements in a source file: its texts that begin as one. Those that are put together from parts, and those over
/// tables of one connection alone, are of imports, which read their own file as a whole.
fn statements(source: &str) -> Vec<String> {
    let begins = ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WITH "];
    let texts = source.split('"').skip(1).step_by(2).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let is_whole = |text: &String| !text.contains("temp.") && text.matches('\'').count().is_multiple_of(2);
    texts.filter(|text| begins.iter().any(|begin| text.starts_with(begin)) && is_whole(text)).collect()
}

#[tokio::test]
async fn no_query_of_the_server_reads_a_whole_table_that_grows() {
    // C8
    let store = Store::in_memory().await.unwrap();
    let mut whole = Vec::new();
    let mut asked = 0;
    for file in files(&root().join("crates/server/src/store")) {
        let source = std::fs::read_to_string(&file).unwrap();
        for statement in statements(&source) {
            let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let Ok(steps) = sqlx::query_as::<_, (i64, i64, i64, String)>(plan).fetch_all(store.pool()).await else {
                panic!("{}: the database does not understand {statement}", file.display());
            };
            asked += 1;
            let scans = steps.iter().filter(|(_, _, _, step)| step.starts_with("SCAN ") && !step.contains(" USING "));
            let scans = scans.filter(|(_, _, _, step)| !step.starts_with("SCAN CONSTANT ROW"));
            for (_, _, _, step) in scans {
                let allowed = WHOLE.iter().any(|(begin, _)| statement.starts_with(begin));
                if !allowed {
                    whole.push(format!("{step}: {statement}"));
                }
            }
        }
    }
    assert!(asked > 100, "only {asked} statements were found");
    assert!(whole.is_empty(), "{whole:#?}");
}
