//! A table of what was measured, with the bars that it is held to.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// The one in the middle; of none, what is no number.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What was measured, line by line.
#[derive(Debug, Default)]
pub struct Table {
    lines: Vec<String>,
    missed: Vec<String>,
}

impl Table {
    /// Ours beside the least that does the same.
    pub fn ratio(&mut self, what: &str, ours: f64, bare: f64, bar: f64, goal: f64) {
        let ratio = ours / bare;
        // Four digits of each, whatever the unit.
        let shown = |value: f64| if value < 100.0 { format!("{value:.2}") } else { format!("{value:.0}") };
        self.line(what, &shown(ours), &shown(bare), &format!("{ratio:.2} (bar {bar}, goal {goal})"));
        self.judge(what, ratio <= bar);
    }

    /// Our rate as a share of the bare one.
    pub fn share(&mut self, what: &str, ours: f64, bare: f64, bar: f64, goal: f64) {
        let share = ours / bare;
        self.line(what, &format!("{ours:.1}"), &format!("{bare:.1}"), &format!("{share:.2} (bar {bar}, goal {goal})"));
        self.judge(what, share >= bar);
    }

    /// The size of a file in bytes.
    ///
    /// # Errors
    /// If it is not there.
    pub fn size(&mut self, what: &str, file: &Path, bar: Option<u64>) -> Result<()> {
        let bytes = file.metadata().with_context(|| file.display().to_string())?.len();
        let limit = bar.map(|bar| format!("bar {bar}")).unwrap_or_default();
        self.line(&format!("{what}, bytes"), &bytes.to_string(), "", &limit);
        self.judge(what, bar.is_none_or(|bar| bytes <= bar));
        Ok(())
    }

    /// How many ports listen; none may.
    pub fn listening(&mut self, what: &str, open: usize) {
        self.line(what, &open.to_string(), "", "bar 0");
        self.judge(what, open == 0);
    }

    /// What we add to the server's time, call by call.
    pub fn added(&mut self, what: &str, calls: Vec<(f64, f64)>, bar: f64) {
        let added = median(calls.iter().map(|(shown, server)| shown - server).collect());
        let (shown, server) = calls.into_iter().unzip();
        let (shown, server) = (median(shown), median(server));
        self.line(what, &format!("{shown:.1}"), &format!("{server:.1}"), &format!("+{added:.1} (bar +{bar:.1})"));
        self.judge(what, added <= bar);
    }

    /// What has a limit of its own.
    pub fn at_most(&mut self, what: &str, ours: f64, most: f64) {
        self.line(what, &format!("{ours:.1}"), "", &format!("bar {most}"));
        self.judge(what, ours <= most);
    }

    fn line(&mut self, what: &str, ours: &str, bare: &str, note: &str) {
        self.lines.push(format!("{what:<58} {ours:>10} {bare:>8}  {note}"));
    }

    fn judge(&mut self, what: &str, kept: bool) {
        if !kept {
            self.missed.push(what.to_owned());
        }
    }

    /// Prints the table under a title; `beside` names what ours is compared with.
    ///
    /// # Errors
    /// If a bar was missed.
    pub fn print(self, title: &str, beside: &str) -> Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{title}\n{:<58} {:>10} {beside:>8}  ratio", "", "ours")?;
        for line in &self.lines {
            writeln!(out, "{line}")?;
        }
        ensure!(self.missed.is_empty(), "missed: {}", self.missed.join(", "));
        Ok(())
    }
}
