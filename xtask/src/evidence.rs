//! `docs/evidence.md`: what the long tests found, one section a test, the last run of each.

use std::fmt;
use std::time::Duration;

use crate::step::{Done, file, root};

const HEAD: &str = "# Evidence

What the long tests found: each section is the last run of `cargo xtask test --long NAME` that passed, with the commit
that was tested. `cargo xtask test --long` lists the tests; the numbers are of the machine that is named, and the bars
that they are held to stand in the tests themselves.
";

/// Something that a test has counted or measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figure {
    name: String,
    value: String,
}

impl Figure {
    /// The figure in a line of output; it may stand behind what the test program itself has written.
    pub(crate) fn in_line(line: &str) -> Option<Self> {
        let (_, figure) = line.split_once("figure: ")?;
        let (name, value) = figure.split_once(" = ")?;
        Some(Self { name: name.trim().to_owned(), value: value.trim().to_owned() })
    }
}

/// One run of a long test.
pub(crate) struct Run {
    pub(crate) commit: String,
    /// Of the day, as `2026-11-27`.
    pub(crate) date: String,
    pub(crate) cores: usize,
    /// The profile that cargo built it with.
    pub(crate) profile: &'static str,
    pub(crate) took: Duration,
    pub(crate) figures: Vec<Figure>,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { commit, date, cores, profile, took, figures } = self;
        let seconds = took.as_secs();
        writeln!(f, "Commit {commit}, {date}, {cores} cores, profile `{profile}`, {seconds} s.\n")?;
        writeln!(f, "| figure | value |\n| --- | --- |")?;
        figures.iter().try_for_each(|Figure { name, value }| writeln!(f, "| {name} | {value} |"))
    }
}

/// Puts a run in the place of the last one of the same test.
pub(crate) fn keep(names: &[&str], name: &str, what: &str, run: &Run) -> Done {
    let path = root().join("docs/evidence.md");
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    file(&path, std::fs::write(&path, with(&kept, names, name, &format!("{what}\n\n{run}"))))
}

/// The page with a section in its place; what belongs to no test that there is falls away.
fn with(page: &str, names: &[&str], name: &str, section: &str) -> String {
    let mut out = HEAD.to_owned();
    for other in names {
        let text = if *other == name { Some(section) } else { section_of(page, other) };
        if let Some(text) = text {
            out.push_str(&format!("\n## {other}\n\n{}\n", text.trim()));
        }
    }
    out
}

fn section_of<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("\n## {name}\n"))?;
    Some(rest.split("\n## ").next().unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_found_behind_what_the_test_program_writes() {
        let figure = Figure::in_line("test api::model::long ... figure: sequences = 200,000");
        assert_eq!(figure, Some(Figure { name: "sequences".into(), value: "200,000".into() }));
        assert_eq!(Figure::in_line("figure: nothing"), None);
    }

    #[test]
    fn a_run_takes_the_place_of_the_last_one_and_leaves_the_others() {
        let names = ["one", "two"];
        let page = with("", &names, "two", "second");
        let page = with(&page, &names, "one", "first");
        let page = with(&page, &names, "two", "second again");
        assert_eq!(page, format!("{HEAD}\n## one\n\nfirst\n\n## two\n\nsecond again\n"));
    }
}
