use secrecy::ExposeSecret;

use super::*;
use crate::config::Config;

fn campus() -> CampusConfig {
    let text =
        "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\nmail_domains = [\"campus.example\"]\n";
    Config::parse(text).expect("a configuration").campus
}

fn numbers(text: &[u8]) -> Vec<Result<Option<usize>, FileReason>> {
    let mut lines = Lines::new(text);
    let mut out = Vec::new();
    loop {
        match lines.next().expect("read") {
            Ok(None) => return out,
            Ok(Some(Raw::Text(_, line))) => out.push(Ok(Some(line.len()))),
            Ok(Some(Raw::TooLong(_))) => out.push(Ok(None)),
            Err(reason) => {
                out.push(Err(reason));
                return out;
            }
        }
    }
}

#[test]
fn lines_end_in_every_way_and_one_that_is_too_long_is_skipped_whole() {
    let long = "x".repeat(LONGEST_LINE);
    let text = format!("\u{feff}ab\r\nabc\n{long}\n{long}y\n{long}{long}{long}\r\nabcd");
    let found = numbers(text.as_bytes());
    assert_eq!(found, [Ok(Some(2)), Ok(Some(3)), Ok(Some(LONGEST_LINE)), Ok(None), Ok(None), Ok(Some(4))]);
    assert_eq!(numbers(format!("{long}\r\nab").as_bytes()), [Ok(Some(LONGEST_LINE)), Ok(Some(2))]);
    // G1
    let old = format!("ab\rabc\r{long}y\r\rabcd");
    assert_eq!(numbers(old.as_bytes()), [Ok(Some(2)), Ok(Some(3)), Ok(None), Ok(Some(0)), Ok(Some(4))]);
}

#[test]
fn another_encoding_is_refused() {
    let utf16: Vec<u8> = "account,mobile\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark = [vec![0xff, 0xfe], utf16.clone()].concat();
    let big_ended: Vec<u8> = "\u{feff}account\r".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for text in [utf16, with_mark, big_ended] {
        assert_eq!(numbers(&text), [Err(FileReason::Utf16)], "{text:?}"); // G3
    }
    assert_eq!(numbers(b"account,mobile\nm\xfcller,1\n").last(), Some(&Err(FileReason::Encoding(2))));
}

#[test]
fn a_header_names_known_columns_each_once_in_any_order() {
    use Column::{Account, Email, Mobile};
    let read = |line: &str| Header::read(line, COMMA).map(|header| header.columns);
    assert_eq!(read("Email, account ,\"MOBILE\""), Ok(vec![Email, Account, Mobile]));
    assert_eq!(read("account,\u{a0}mobile\u{a0},,\"\", "), Ok(vec![Account, Mobile]), "G3: Excel's empty columns");
    for (line, reason) in [
        ("account;mobile", FileReason::Separator(';')),
        ("account\tmobile", FileReason::Separator('\t')),
        ("account|mobile", FileReason::Separator('|')),
        ("account;mobile,", FileReason::Separator(';')),
        ("account,,mobile", FileReason::NamelessColumn(2)),
        ("Benutzer,Handy", FileReason::UnknownColumn("Benutzer".to_owned())),
        ("account,phone", FileReason::UnknownColumn("phone".to_owned())),
        ("account,mobile,Mobile", FileReason::TwiceColumn("mobile".to_owned())),
        ("mobile,email", FileReason::NoAccount),
        ("account", FileReason::NoContact),
        ("account,\"mobile", FileReason::Header),
    ] {
        assert_eq!(read(line), Err(reason), "{line}");
    }
}

#[test]
fn the_line_that_names_the_separator_is_known_however_a_spreadsheet_writes_it() {
    // G3
    for (line, found) in [("sep=,", b','), ("SEP=;", b';'), ("\"sep=|\"", b'|'), ("sep=\t", b'\t'), ("sep=;;;", b';')] {
        assert_eq!(separator(line), Some(Ok(found)), "{line}");
    }
    for line in ["sep=", "sep=x"] {
        assert!(matches!(separator(line), Some(Err(FileReason::UnknownSeparator(_)))), "{line}");
    }
    for line in ["", "sep", "account,mobile", "€€"] {
        assert_eq!(separator(line), None, "{line}");
    }
    let header = Header::read("account;mobile", b';').expect("a header");
    let contact = Contact::read(&header, "ada;2025550134;", &campus()).expect("good").expect("a contact");
    assert_eq!(contact.mobile.as_ref().map(ExposeSecret::expose_secret), Some("+12025550134"));
}

#[test]
fn a_line_is_brought_into_the_form_that_is_kept() {
    let header = Header::read("account,mobile,office,email,language", COMMA).expect("a header");
    let read = |line: &str| Contact::read(&header, line, &campus()).expect("good").expect("a contact");
    let contact = read("CAMPUS\\ADA,\"(202) 555-0134\",'+1 202 555 0140,Ada@Home.example,zh-Hans");
    let shown =
        [&contact.mobile, &contact.office, &contact.email].map(|cell| cell.as_ref().map(ExposeSecret::expose_secret));
    assert_eq!(shown, [Some("+12025550134"), Some("+12025550140"), Some("ada@home.example")]);
    assert_eq!((contact.account.as_str(), contact.language.as_deref()), ("ada", Some("zh-Hans")));
    assert!(read("ada,,,,en").mobile.is_none());
    assert_eq!(read("ada,,,,en,, ").account, "ada", "empty cells beyond the header are no cells");
    for blank in ["  ", ",,,,", "\"\",, ,,,,"] {
        assert!(Contact::read(&header, blank, &campus()).expect("good").is_none(), "{blank}");
    }
}

#[test]
fn a_bad_line_says_why() {
    let header = Header::read("account,mobile,office,email,language", COMMA).expect("a header");
    for (line, reason) in [
        ("ada,1", Reason::Fields { found: 2, wanted: 5 }),
        ("ada,,,,en,x", Reason::Fields { found: 6, wanted: 5 }),
        ("Account,mobile,office,email,language", Reason::Header),
        ("ada,\"+1 202 555 0134,,,", Reason::Quote),
        (",+1 202 555 0134,,,", Reason::NoAccount),
        ("ada,,,,", Reason::Nothing),
        ("ada,call me,,,", Reason::Number(Column::Mobile)),
        ("ada,1.2025550134E+10,,,", Reason::Number(Column::Mobile)),
        ("ada,202-555-0134 x12,,,", Reason::Extension(Column::Mobile)),
        ("ada,,+1 900 555 0199,,", Reason::NotServed(Column::Office, NotServed::Type)),
        ("ada,+881612345678,,,", Reason::NotServed(Column::Mobile, NotServed::Region)),
        ("ada,+49 30 901820,,,", Reason::NotServed(Column::Mobile, NotServed::Region)),
        ("ada,,,ada@campus.example.,", Reason::OwnMailbox),
        ("ada,,,müller@home.example,", Reason::LocalPart),
        ("ada,,,ada@home..example,", Reason::Address),
        ("ada,,12,,", Reason::Number(Column::Office)),
        ("ada,,,ada@,", Reason::Address),
        ("ada,,,ada@cs.campus.example,", Reason::OwnMailbox),
        ("ada,,,,english please", Reason::Language),
    ] {
        assert_eq!(Contact::read(&header, line, &campus()).err(), Some(reason), "{line}");
    }
}
