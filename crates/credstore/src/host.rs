//! The host in what a program saves as server: a bare name, a name with a port or an address with everything.

/// Reads the host out of `saved`, in lower case; `None` where two programs could read two different hosts.
pub(crate) fn host(saved: &str) -> Option<String> {
    // Browsers take a backslash for a slash, other programs do not: what has one is for nobody certain.
    let odd = |c: char| c == '\\' || c.is_whitespace() || c.is_control();
    if saved.contains(odd) {
        return None;
    }
    let rest = saved.rsplit_once("://").map_or(saved, |(_, rest)| rest);
    // Two schemes in a row are how Windows programs name themselves (`git:https://…`); more is no address.
    if saved.matches("://").count() > 1 {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let name = authority.rsplit_once('@').map_or(authority, |(_, name)| name);
    let name = match name.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        Some(_) => return None,
        None => name,
    };
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let plain = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    name.split('.').all(plain).then_some(name)
}

/// Whether `host` is what an entry of the policy means: one host, or with a dot before it a domain and all below.
pub(crate) fn is_meant(host: &str, entry: &str) -> bool {
    let entry = entry.trim().trim_end_matches('.').to_ascii_lowercase();
    let Some(domain) = entry.strip_prefix("*.").or_else(|| entry.strip_prefix('.')) else {
        return !entry.is_empty() && host == entry;
    };
    // A lone dot or a whole top-level domain is a slip of the pen, not a campus.
    domain.contains('.') && (host == domain || host.strip_suffix(domain).is_some_and(|below| below.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_read_from_every_form_that_programs_save() {
        for (saved, expected) in [
            ("Mail.Example.edu", Some("mail.example.edu")),
            ("mail.example.edu:993", Some("mail.example.edu")),
            ("mail.example.edu.", Some("mail.example.edu")),
            ("https://ada@cloud.example.edu:8443/path?next=https:evil", Some("cloud.example.edu")),
            ("git:https://git.example.edu", Some("git.example.edu")),
            ("imap://ada%40example.edu@mail.example.edu", Some("mail.example.edu")),
            ("https://example.edu%2eevil.example", None),
            ("https://example.edu@evil.example", Some("evil.example")),
            ("https://evil.example\\@example.edu", None),
            ("https://evil.example#@example.edu", Some("evil.example")),
            ("https://evil.example/https://example.edu", None),
            ("[2001:db8::1]:443", None),
            ("exämple.edu", None),
            ("", None),
            ("two words", None),
        ] {
            assert_eq!(host(saved).as_deref(), expected, "{saved}");
        }
    }

    #[test]
    fn a_domain_means_itself_and_what_is_below_and_nothing_that_only_ends_alike() {
        for (host, entry, expected) in [
            ("example.edu", ".example.edu", true),
            ("mail.example.edu", "*.Example.edu", true),
            ("badexample.edu", ".example.edu", false),
            ("example.edu.evil.example", ".example.edu", false),
            ("mail.example.edu", "mail.example.edu", true),
            ("a.mail.example.edu", "mail.example.edu", false),
            ("mail.example.edu", ".", false),
            ("mail.example.edu", ".edu", false),
            ("mail.example.edu", "", false),
        ] {
            assert_eq!(is_meant(host, entry), expected, "{host} {entry}");
        }
    }
}
