//! The two kinds of ids that the directory has: GUIDs, which never change, and SIDs, which rights are given to.

use std::fmt::Write as _;

/// Reads a GUID from its 16 bytes, whose first three groups come with the lowest byte first.
pub(super) fn guid(bytes: &[u8]) -> Option<String> {
    let &[a, b, c, d, e, f, g, h, ref rest @ ..] = bytes else { return None };
    let rest: [u8; 8] = rest.try_into().ok()?;
    let mut text = String::with_capacity(36);
    for (at, byte) in [d, c, b, a, f, e, h, g].into_iter().chain(rest).enumerate() {
        if [4, 6, 8, 10].contains(&at) {
            text.push('-');
        }
        let _infallible = write!(text, "{byte:02x}");
    }
    Some(text)
}

/// The 16 bytes of a GUID; nothing if the text is none.
pub(super) fn guid_bytes(text: &str) -> Option<[u8; 16]> {
    let groups: Vec<&str> = text.split('-').collect();
    if groups.iter().map(|group| group.len()).ne([8, 4, 4, 4, 12]) {
        return None;
    }
    let mut bytes = Vec::with_capacity(16);
    for (number, group) in groups.into_iter().enumerate() {
        let mut group = hex(group)?;
        if number < 3 {
            group.reverse();
        }
        bytes.extend(group);
    }
    bytes.try_into().ok()
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// The name under which an entry can be asked for by its GUID, wherever it lies. Nothing for what is no GUID, so that
/// nothing else ever stands in a name (IN-01).
pub(super) fn name_of(guid: &str) -> Option<String> {
    guid_bytes(guid).map(|_| format!("<GUID={guid}>"))
}

/// Bytes as they stand in a filter.
pub(super) fn in_filter(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 3), |mut text, byte| {
        let _infallible = write!(text, "\\{byte:02x}");
        text
    })
}

/// A security identifier: whose it is, and a number of that (MS-DTYP 2.4.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Sid {
    authority: [u8; 6],
    parts: Vec<u32>,
}

impl Sid {
    /// `S-1-5-32-…`: groups that every domain has.
    pub(super) fn builtin(rid: u32) -> Self {
        Self { authority: [0, 0, 0, 0, 0, 5], parts: vec![32, rid] }
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (&[1, count], rest) = bytes.split_first_chunk::<2>()? else { return None };
        let (authority, rest) = rest.split_first_chunk::<6>()?;
        let (parts, left) = rest.as_chunks::<4>();
        let parts: Vec<u32> = parts.iter().map(|part| u32::from_le_bytes(*part)).collect();
        (parts.len() == usize::from(count) && left.is_empty()).then_some(Self { authority: *authority, parts })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let count = u8::try_from(self.parts.len()).unwrap_or(u8::MAX);
        let mut bytes = vec![1, count];
        bytes.extend(self.authority);
        bytes.extend(self.parts.iter().flat_map(|part| part.to_le_bytes()));
        bytes
    }

    /// The one with this number in the same domain, where this is the domain's own.
    pub(super) fn with(&self, rid: u32) -> Self {
        let mut parts = self.parts.clone();
        parts.push(rid);
        Self { parts, ..self.clone() }
    }

    /// Its number in this domain, if it is of this domain.
    pub(super) fn rid_in(&self, domain: &Self) -> Option<u32> {
        let (rid, rest) = self.parts.split_last()?;
        (self.authority == domain.authority && rest == domain.parts).then_some(*rid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: [u8; 16] =
        [0x79, 0xb1, 0x27, 0xee, 0x24, 0xda, 0x7a, 0x46, 0xb9, 0xce, 0x1f, 0x8a, 0x1d, 0x5f, 0x53, 0x5e];

    #[test]
    fn a_guid_is_written_with_its_first_three_groups_turned_round() {
        let text = guid(&BYTES).expect("a guid");
        assert_eq!(text, "ee27b179-da24-467a-b9ce-1f8a1d5f535e");
        assert_eq!(guid_bytes(&text), Some(BYTES));
        assert_eq!(guid(&BYTES[1..]), None);
    }

    #[test]
    fn only_a_guid_stands_in_a_name() {
        // IN-01
        assert_eq!(
            name_of("ee27b179-da24-467a-b9ce-1f8a1d5f535e").as_deref(),
            Some("<GUID=ee27b179-da24-467a-b9ce-1f8a1d5f535e>")
        );
        for wrong in [
            "",
            "ee27b179",
            "ee27b179-da24-467a-b9ce-1f8a1d5f535e>,DC=x",
            "ee27b179-da24-467a-b9ce-1f8a1d5f53é",
            "CN=Administrator,CN=Users,DC=ad",
            "+e27b179-da24-467a-b9ce-1f8a1d5f535e",
        ] {
            assert_eq!(name_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_sid_is_read_and_written() {
        let domain =
            Sid::read(&[1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]).expect("a sid");
        let admins = domain.with(512);
        assert_eq!(Sid::read(&admins.to_bytes()), Some(admins.clone()));
        assert_eq!(admins.rid_in(&domain), Some(512));
        assert_eq!(Sid::builtin(544).rid_in(&domain), None);
        assert_eq!(in_filter(&Sid::builtin(544).to_bytes()[..4]), "\\01\\02\\00\\00");
        for wrong in [&[][..], &[1], &[1, 1, 0, 0, 0, 0, 0, 5], &[2, 0, 0, 0, 0, 0, 0, 5], &[1, 0, 0, 0, 0, 0, 0, 5, 1]]
        {
            assert_eq!(Sid::read(wrong), None, "{wrong:?}");
        }
    }
}
