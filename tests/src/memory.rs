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
    let folder = PathBuf::from(format!("/proc/{pid}"));
    let program = std::fs::read_to_string(folder.join("comm"))?.trim().to_owned();
    let memory = File::open(folder.join("mem"))?;
    let pages = File::open(folder.join("pagemap"))?;
    let maps = std::fs::read_to_string(folder.join("maps"))?;
    for line in maps.lines() {
        let Some(mapping) = Mapping::parse(line) else { continue };
        for (encoding, count) in mapping.count(&memory, &pages, needles) {
            found.extend((0..count).map(|_| Found {
                pid,
                program: program.clone(),
                encoding,
                mapping: mapping.name.to_owned(),
            }));
        }
    }
    Ok(())
}

/// A writable part of a process' memory.
struct Mapping<'a> {
    start: u64,
    end: u64,
    name: &'a str,
}

impl<'a> Mapping<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split_whitespace();
        let (start, end) = fields.next()?.split_once('-')?;
        if !fields.next()?.starts_with("rw") {
            return None;
        }
        let name = fields.nth(3).unwrap_or("anonymous");
        Some(Self { start: u64::from_str_radix(start, 16).ok()?, end: u64::from_str_radix(end, 16).ok()?, name })
    }

    /// How often each needle stands here; one pass for all, since WebKit's mappings are large.
    fn count(&self, memory: &File, pages: &File, needles: &[Needle]) -> Vec<(&'static str, usize)> {
        let finders: Vec<_> = needles.iter().map(|(_, needle)| Finder::new(needle)).collect();
        let longest = needles.iter().map(|(_, needle)| needle.len()).max().unwrap_or(1);
        let mut counts: Vec<_> = needles.iter().map(|(encoding, _)| (*encoding, 0)).collect();
        let mut buffer = vec![0; CHUNK + longest];
        let mut at = self.start;
        while at < self.end {
            // Each stretch reaches into the next, and a find counts where it starts.
            let left = usize::try_from(self.end - at).unwrap_or(usize::MAX);
            let Some(part) = buffer.get_mut(..left.min(CHUNK + longest - 1)) else { break };
            if is_used(pages, at, part.len()) {
                // A mapping that went away, or that nobody may read (a device), ends here.
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

/// Whether any page of this stretch exists: WebKit reserves tens of gigabytes that it never touches.
fn is_used(pages: &File, at: u64, length: usize) -> bool {
    let first = at / PAGE;
    let last = (at + u64::try_from(length).unwrap_or(0)).div_ceil(PAGE);
    let mut entries = vec![0; usize::try_from((last - first) * ENTRY).unwrap_or(0)];
    let Ok(read) = pages.read_at(&mut entries, first * ENTRY) else { return true };
    let Some(entries) = entries.get(..read) else { return true };
    // The two highest bits of a little-endian entry: in memory, or in swap.
    let is_there = |entry: &[u8]| entry.last().is_some_and(|highest| highest & 0b1100_0000 != 0);
    // Most stretches are all alike; comparing them with themselves, moved by one, finds that out at memory speed.
    let all_alike = entries.get(8..) == entries.get(..entries.len().saturating_sub(8));
    if all_alike { entries.get(..8).is_some_and(is_there) } else { entries.chunks(8).any(is_there) }
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
