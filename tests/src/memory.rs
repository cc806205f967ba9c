//! Looks for a text in the memory of running processes.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use memchr::memmem::Finder;

/// Read at once; two reads overlap by the needle, so that none is cut in two.
const CHUNK: usize = 4 << 20;

/// Bytes of a page, and of its entry in `/proc/PID/pagemap`.
const PAGE: u64 = 4096;
const ENTRY: u64 = 8;

/// Where a text was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub pid: u32,
    pub program: String,
    pub encoding: &'static str,
    pub mapping: String,
}

/// The name of an encoding, and the bytes of the text in it.
type Needle = (&'static str, Vec<u8>);

/// Every copy of the texts in the writable memory of a process and all that it started, as UTF-8 and as UTF-16.
///
/// # Errors
/// If the memory cannot be read: the app is not dumpable, so only root can.
pub fn copies(pid: u32, texts: &[&str]) -> Result<Vec<Found>> {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let needles: Vec<Needle> =
        texts.iter().flat_map(|text| [("UTF-8", text.as_bytes().to_vec()), ("UTF-16", wide(text))]).collect();
    let mut found = Vec::new();
    for pid in family(pid)? {
        look_into(pid, &needles, &mut found)
            .with_context(|| format!("reading the memory of process {pid}; run the tests as root"))?;
    }
    Ok(found)
}

/// A process and all of its descendants, the eldest first.
///
/// # Errors
/// If `/proc` cannot be read.
pub fn family(pid: u32) -> Result<Vec<u32>> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(child) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // It may have ended since the folder was listed.
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{child}/stat")) else { continue };
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        if let Some(parent) = after_name.split_whitespace().nth(1).and_then(|field| field.parse::<u32>().ok()) {
            parents.push((child, parent));
        }
    }
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(elder) = family.get(next).copied() {
        family.extend(parents.iter().filter(|(_, parent)| *parent == elder).map(|(child, _)| *child));
        next += 1;
    }
    Ok(family)
}

fn look_into(pid: u32, needles: &[Needle], found: &mut Vec<Found>) -> Result<()> {
    let _still = Still::hold(pid)?;
    let folder = PathBuf::from(format!("/proc/{pid}"));
    let program = std::fs::read_to_string(folder.join("comm"))?.trim().to_owned();
    let memory = File::open(folder.join("mem"))?;
    let pages = File::open(folder.join("pagemap"))?;
    for mapping in mappings(&std::fs::read_to_string(folder.join("smaps"))?) {
        for (encoding, count) in mapping.count(&memory, &pages, needles) {
            found.extend((0..count).map(|_| Found {
                pid,
                program: program.clone(),
                encoding,
                mapping: mapping.name.clone(),
            }));
        }
    }
    Ok(())
}

/// A process that does not run until this is dropped, so that its memory stays as it is while it is read.
struct Still(String);

impl Still {
    fn hold(pid: u32) -> Result<Self> {
        let pid = pid.to_string();
        // Nobody stops itself; the unit test below reads its own memory.
        if pid != std::process::id().to_string() {
            std::process::Command::new("kill").args(["-STOP", &pid]).status()?;
        }
        Ok(Self(pid))
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        let _ = std::process::Command::new("kill").args(["-CONT", &self.0]).status();
    }
}

/// A writable part of a process' memory.
struct Mapping {
    start: u64,
    end: u64,
    name: String,
    /// Bytes of it that exist, in memory or in swap.
    used: u64,
}

/// The writable mappings of `/proc/PID/smaps`: a line as in `maps`, then lines of sizes.
fn mappings(smaps: &str) -> Vec<Mapping> {
    let mut found: Vec<Mapping> = Vec::new();
    let mut is_writable = false;
    for line in smaps.lines() {
        if let Some(size) = line.strip_prefix("Rss:").or_else(|| line.strip_prefix("Swap:")) {
            let kib = size.trim().trim_end_matches("kB").trim().parse().unwrap_or(0);
            if let Some(mapping) = found.last_mut().filter(|_| is_writable) {
                mapping.used += 1024 * kib;
            }
        } else if let Some((range, rest)) = line.split_once(' ').filter(|(range, _)| range.contains('-')) {
            is_writable = rest.starts_with("rw");
            found.extend(Mapping::parse(range, rest).filter(|_| is_writable));
        }
    }
    found
}

impl Mapping {
    fn parse(range: &str, rest: &str) -> Option<Self> {
        let (start, end) = range.split_once('-')?;
        let name = rest.split_whitespace().nth(4).unwrap_or("anonymous").to_owned();
        Some(Self {
            start: u64::from_str_radix(start, 16).ok()?,
            end: u64::from_str_radix(end, 16).ok()?,
            name,
            used: 0,
        })
    }

    /// How often each needle stands here; one pass for all, since WebKit's mappings are large.
    fn count(&self, memory: &File, pages: &File, needles: &[Needle]) -> Vec<(&'static str, usize)> {
        let finders: Vec<_> = needles.iter().map(|(_, needle)| Finder::new(needle)).collect();
        let longest = needles.iter().map(|(_, needle)| needle.len()).max().unwrap_or(1);
        let mut counts: Vec<_> = needles.iter().map(|(encoding, _)| (*encoding, 0)).collect();
        let mut buffer = vec![0; CHUNK + longest];
        let mut at = self.start;
        let mut seen = 0;
        // WebKit reserves tens of gigabytes and uses the first few megabytes: it ends where all that exists has been seen.
        while at < self.end && seen < self.used {
            // Each stretch reaches into the next, and a find counts where it starts.
            let left = usize::try_from(self.end - at).unwrap_or(usize::MAX);
            let Some(part) = buffer.get_mut(..left.min(CHUNK + longest - 1)) else { break };
            let used = Used::of(pages, at, left.min(CHUNK));
            seen += used.own;
            if used.any {
                // A mapping that nobody may read (a device) ends here.
                let Ok(()) = memory.read_exact_at(part, at) else { break };
                for ((_, count), finder) in counts.iter_mut().zip(&finders) {
                    *count += finder.find_iter(part).filter(|start| *start < CHUNK).count();
                }
            }
            at += u64::try_from(CHUNK).unwrap_or(u64::MAX);
        }
        counts
    }
}

/// What of a stretch of memory exists.
struct Used {
    any: bool,
    /// Bytes in pages of the process alone or in swap; what else is counted as used is counted at most here.
    own: u64,
}

impl Used {
    fn of(pages: &File, at: u64, length: usize) -> Self {
        let count = u64::try_from(length).unwrap_or(0).div_ceil(PAGE);
        let mut entries = vec![0; usize::try_from(count * ENTRY).unwrap_or(0)];
        if pages.read_exact_at(&mut entries, at / PAGE * ENTRY).is_err() {
            return Self { any: true, own: 0 };
        }
        let mut used = Self { any: false, own: 0 };
        // The highest byte of a little-endian entry: 0x80 in memory, 0x40 in swap, 0x01 mapped by this process alone.
        for highest in entries.iter().skip(7).step_by(8) {
            used.any |= highest & 0xc0 != 0;
            used.own += if highest & 0x81 == 0x81 || highest & 0x40 != 0 { PAGE } else { 0 };
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_memory_is_found_in_both_encodings() {
        // Put together at run time, so that only the two buffers below hold it.
        let text = ["qu", "ince ", "lant", "ern"].concat();
        let narrow = text.clone().into_bytes();
        let wide: Vec<u16> = text.encode_utf16().collect();
        let found = copies(std::process::id(), &[&text]).expect("reads its own memory");
        assert!(found.iter().any(|copy| copy.encoding == "UTF-8"), "{found:?}");
        assert!(found.iter().any(|copy| copy.encoding == "UTF-16"), "{found:?}");
        drop((narrow, wide));
    }
}
