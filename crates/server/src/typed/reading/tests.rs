use secrecy::ExposeSecret as _;

use super::*;
use crate::typed::number::{self, NotServed, Plan};

fn plan(region: &str) -> Plan {
    Plan::of(number::Region::try_from(region.to_owned()).expect("a region"))
}

fn read_in(region: &str, typed: &str) -> Result<String, NoNumber> {
    plan(region).read(typed).map(|number| number.expose_secret().to_owned())
}

fn all_read(table: &[(&str, &str, &str)]) {
    for (region, typed, expected) in table {
        assert_eq!(read_in(region, typed).as_deref(), Ok(*expected), "{region}: {typed:?}");
    }
}

#[test]
fn a_number_is_the_same_however_it_is_typed() {
    for typed in [
        "+1 202 555 0134",
        "+12025550134",
        "12025550134",
        "(202) 555-0134",
        "1-202-555-0134",
        "1 (202) 555-0134",
        "+1 (202) 555-0134",
        "(+1) 202 555 0134",
        "+(1) 202 555 0134",
        "001 202 555 0134",
        "011 1 202 555 0134",
        "2025550134",
        "202.555.0134",
        "202/555/0134",
        "202·555·0134",
        "[202] 555-0134",
        "+١ ٢٠٢ ٥٥٥ ٠١٣٤",
        "+۱ ۲۰۲ ۵۵۵ ۰۱۳۴",
        "+१ २०२ ५५५ ०१३४",
        "２０２ ５５５ ０１３４",
        "＋１（２０２）５５５－０１３４",
        "﹢1 202 555 0134",
        "➕1 202 555 0134",
        "+1\u{a0}202\u{a0}555\u{a0}0134",
        "+1\u{202f}202\u{2009}555\u{3000}0134",
        "\t+1 202 555 0134\r\n",
        "'+1 202 555 0134",
    ] {
        assert_eq!(read_in("US", typed).as_deref(), Ok("+12025550134"), "{typed:?}");
    }
}

#[test]
fn a_zero_in_brackets_is_left_out_where_it_is_not_dialled() {
    // F1
    all_read(&[
        ("US", "+44 (0)20 7946 0958", "+442079460958"),
        ("GB", "+44 (0)20 7946 0958", "+442079460958"),
        ("GB", "+44(0)2079460958", "+442079460958"),
        ("GB", "+44 ( 0 ) 20 7946 0958", "+442079460958"),
        ("GB", "(+44) (0)20 7946 0958", "+442079460958"),
        ("GB", "0044 (0)20 7946 0958", "+442079460958"),
        ("GB", "+44 [0] 20 7946 0958", "+442079460958"),
        ("GB", "+４４（０）２０ ７９４６ ０９５８", "+442079460958"),
        ("GB", "+44 020 7946 0958", "+442079460958"),
        ("GB", "(0)20 7946 0958", "+442079460958"),
        ("GB", "+44 (020) 7946 0958", "+442079460958"),
        ("DE", "+49 (0)30 901820", "+4930901820"),
        ("DE", "+49 (030) 901820", "+4930901820"),
        ("DE", "(0 30) 90 18 20", "+4930901820"),
        ("US", "011 49 (0) 30 901820", "+4930901820"),
        ("FR", "+33 (0)6 12 34 56 78", "+33612345678"),
        ("US", "+1 (0) 202 555 0199", "+12025550199"),
        ("US", "+1 (1) 202 555 0199", "+12025550199"),
        ("US", "001 (0) 202 555 0199", "+12025550199"),
        ("AT", "+43 (0)664 1234567", "+436641234567"),
        ("CH", "+41 (0)44 668 18 00", "+41446681800"),
        ("NL", "+31 (0)6 12345678", "+31612345678"),
        ("BE", "+32 (0)470 12 34 56", "+32470123456"),
        ("SE", "+46 (0)70-123 45 67", "+46701234567"),
        ("AU", "+61 (0)412 345 678", "+61412345678"),
        ("NZ", "+64 (0)21 123 4567", "+64211234567"),
        ("JP", "+81 (0)90-1234-5678", "+819012345678"),
        ("IN", "+91 (0)98765 43210", "+919876543210"),
        ("ZA", "+27 (0)82 123 4567", "+27821234567"),
        ("VN", "+84 (0)91 234 56 78", "+84912345678"),
        ("CN", "+86 (0)10 8888 8888", "+861088888888"),
        ("EG", "+20 (0)100 123 4567", "+201001234567"),
        ("RU", "+7 (8) 912 345 67 89", "+79123456789"),
        ("HU", "+36 (06) 30 123 4567", "+36301234567"),
        // No zero is dialled there, whatever is printed.
        ("ES", "+34 (0)612 34 56 78", "+34612345678"),
        ("PT", "+351 (0)912 345 678", "+351912345678"),
        ("DK", "+45 (0)32 12 34 56", "+4532123456"),
        ("NO", "+47 (0)406 12 345", "+4740612345"),
        // Part of the number there.
        ("IT", "+39 (0)6 1234 5678", "+390612345678"),
        ("IT", "+39 (06) 1234 5678", "+390612345678"),
        ("IT", "+39 (0)35 123 4567", "+390351234567"),
        ("CI", "+225 (0)1 23 45 67 89", "+2250123456789"),
    ]);
}

#[test]
fn a_country_code_without_its_plus_is_seen() {
    // F2
    all_read(&[
        ("GB", "447911123456", "+447911123456"),
        ("GB", "44 20 7946 0958", "+442079460958"),
        ("DE", "4930901820", "+4930901820"),
        ("DE", "49 151 23456789", "+4915123456789"),
        ("CN", "8613800138000", "+8613800138000"),
        ("SA", "٩٦٦٥٠١٢٣٤٥٦٧", "+966501234567"),
        ("SA", "966501234567", "+966501234567"),
        ("FR", "33612345678", "+33612345678"),
        ("ES", "34612345678", "+34612345678"),
        ("IT", "393123456789", "+393123456789"),
        ("IT", "39 06 1234 5678", "+390612345678"),
        ("VN", "84912345678", "+84912345678"),
        ("RU", "79123456789", "+79123456789"),
        ("SE", "468123456", "+468123456"),
        ("ID", "62812345678", "+62812345678"),
        ("BR", "5511961234567", "+5511961234567"),
        ("US", "12025550134", "+12025550134"),
    ]);
}

#[test]
fn every_example_number_is_read_in_each_of_its_spellings() {
    // F1, F2, TF-13
    let regions = PHONE_NUMBER_UTIL.get_supported_regions();
    for region in regions {
        let plan = Plan::of(number::Region::try_from(region.to_string()).expect("a region"));
        for kind in [rlibphonenumber::PhoneNumberType::Mobile, rlibphonenumber::PhoneNumberType::FixedLine] {
            let Ok(example) = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind) else { continue };
            let expected = written(&example);
            let digits = expected.trim_start_matches('+').to_owned();
            let code = example.country_code.to_string();
            let national = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::National);
            let link = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::RFC3966);
            // A zero before a number can belong to it in these plans.
            let zero = if ["AC", "IT", "VA"].contains(&region.to_string().as_str()) { "" } else { "(0) " };
            let in_brackets = format!("+{code} {zero}{}", digits.strip_prefix(&code).expect("its code"));
            for typed in [
                expected.clone(),
                number::international(&expected),
                national.into_owned(),
                link.into_owned(),
                format!("\u{202a}{expected}\u{202c}"),
                in_brackets,
                format!("00{digits}"),
                digits.clone(),
                format!("{digits}.0"),
            ] {
                let read = plan.read(&typed).map(|number| number.expose_secret().to_owned());
                assert_eq!(read.as_deref(), Ok(expected.as_str()), "{region} {kind:?}: {typed:?}");
            }
        }
    }
}

#[test]
fn half_a_number_is_no_number() {
    // F3
    for typed in ["555-0134", "5550134", "0134", "202 555", "911", "12", "+1", "+1 202", "+", "00", "011"] {
        assert_eq!(read_in("US", typed), Err(NoNumber::Shape), "{typed}");
    }
    assert_eq!(read_in("DE", "110"), Err(NoNumber::Shape));
}

#[test]
fn what_a_spreadsheet_made_of_a_number_is_read_right_or_not_at_all() {
    // F4
    all_read(&[
        ("US", "12025550134.0", "+12025550134"),
        ("US", "2025550134.0", "+12025550134"),
        ("US", "2025550134.00", "+12025550134"),
        ("US", "2025550134,0", "+12025550134"),
        ("US", "+12025550134.0", "+12025550134"),
        ("US", "12.025.550.134", "+12025550134"),
        ("DE", "4930901820.0", "+4930901820"),
        ("FR", "33612345678,00", "+33612345678"),
    ]);
    for typed in [
        "1.2025550134E+10",
        "1.2025550134e10",
        "1,2025550134E+10",
        "1.20256E+10",
        "12025550134E0",
        "202555013E1",
        "202555013.4",
        "12,025,550,134",
        "12,025,550,134.00",
        "#####",
        "#REF!",
        "=12025550134",
    ] {
        assert_eq!(read_in("US", typed), Err(NoNumber::Shape), "{typed}");
    }
}

#[test]
fn a_zero_that_belongs_to_a_number_stays() {
    // F5
    all_read(&[
        ("IT", "06 1234 5678", "+390612345678"),
        ("IT", "+39 06 1234 5678", "+390612345678"),
        ("IT", "0039 06 1234 5678", "+390612345678"),
        ("IT", "312 345 6789", "+393123456789"),
        ("US", "+39 06 1234 5678", "+390612345678"),
        ("SM", "0549 886377", "+3780549886377"),
        ("CI", "01 23 45 67 89", "+2250123456789"),
        ("GA", "06 03 12 34", "+24106031234"),
    ]);
}

#[test]
fn a_call_abroad_is_read_as_the_region_dials_it() {
    // F6
    all_read(&[
        ("US", "011 44 20 7946 0958", "+442079460958"),
        ("CA", "011 49 30 901820", "+4930901820"),
        ("GB", "00 1 202 555 0134", "+12025550134"),
        ("DE", "0039 06 1234 5678", "+390612345678"),
        ("AU", "0011 44 20 7946 0958", "+442079460958"),
        ("AU", "0011 1 202 555 0134", "+12025550134"),
        ("JP", "010 44 20 7946 0958", "+442079460958"),
        ("RU", "8 10 44 20 7946 0958", "+442079460958"),
        ("RU", "8 (495) 123-45-67", "+74951234567"),
        ("HK", "001 65 6123 4567", "+6561234567"),
        ("SG", "001 44 20 7946 0958", "+442079460958"),
        ("KR", "002 44 20 7946 0958", "+442079460958"),
        ("TH", "001 44 20 7946 0958", "+442079460958"),
        ("BR", "00 15 44 20 7946 0958", "+442079460958"),
        ("IL", "012 44 20 7946 0958", "+442079460958"),
        ("KE", "000 44 20 7946 0958", "+442079460958"),
        ("CO", "009 44 20 7946 0958", "+442079460958"),
        ("FI", "990 44 20 7946 0958", "+442079460958"),
        ("US", "00 44 20 7946 0958", "+442079460958"),
    ]);
}

#[test]
fn what_comes_along_with_a_paste_does_no_harm() {
    // F7
    for typed in [
        "\u{202a}+1 202-555-0134\u{202c}",
        "\u{202d}+1 202 555 0134\u{202c}",
        "\u{2066}+1 202 555 0134\u{2069}",
        "\u{2068}+1 202 555 0134\u{2069}",
        "\u{feff}+1 202 555 0134",
        "+1\u{200b}2025550134",
        "+1 202\u{200d}5550134",
        "\u{200e}+1 202 555 0134\u{200f}",
        "+1\u{2060}202\u{ad}555\u{61c}0134",
        "202\u{fe0f}5550134",
        "202−555−0134",
        "202‐555‐0134",
        "202‑555‑0134",
        "202–555–0134",
        "202—555—0134",
        "202―555―0134",
        "202－555－0134",
        "202﹣555﹣0134",
        "202ー555ー0134",
        "202⁻555⁻0134",
        "202➖555➖0134",
        "202\u{ad}-555-0134",
    ] {
        assert_eq!(read_in("US", typed).as_deref(), Ok("+12025550134"), "{typed:?}");
    }
}

#[test]
fn an_extension_is_refused_with_that_reason() {
    // F8
    for typed in [
        "202-555-0134 x12",
        "202-555-0134x12",
        "202-555-0134 ext 12",
        "202-555-0134 ext. 12",
        "(202) 555-0134 Extension: 1234",
        "202-555-0134 (ext. 12)",
        "+1 202 555 0134 #12",
        "+1 202 555 0134,12",
        "+1 202 555 0134;12",
        "+1 202 555 0134,,12#",
        "+1 202 555 0134 доб. 12",
        "+1 202 555 0134 anexo 12",
        "+1 202 555 0134 poste 12",
        "+1 202 555 0134 Durchwahl 12",
        "+1 202 555 0134 分机 12",
        "+1 202 555 0134 転 １２",
        "+1 202 555 0134 máy lẻ 12",
        "+1 202 555 0134 تحويلة ١٢",
        "202-555-0134 ｘ１２",
        "tel:+1-202-555-0134;ext=12",
        "tel:+12025550134,12",
    ] {
        assert_eq!(read_in("US", typed), Err(NoNumber::Extension), "{typed}");
    }
}

#[test]
fn a_link_names_a_number() {
    all_read(&[
        ("US", "tel:+12025550134", "+12025550134"),
        ("US", "TEL:+1-202-555-0134", "+12025550134"),
        ("US", "tel:+1-(202)-555.0134", "+12025550134"),
        ("US", "tel:202-555-0134", "+12025550134"),
        ("US", "tel:202-555-0134;phone-context=+1", "+12025550134"),
        ("US", "tel:03-331-6005;phone-context=+64", "+6433316005"),
        ("US", "tel:020-7946-0958;phone-context=+44", "+442079460958"),
        ("US", "tel:+1%20202%20555%200134", "+12025550134"),
        ("US", "tel:%2B12025550134", "+12025550134"),
        ("US", "tel://+12025550134", "+12025550134"),
        ("US", "tel:+12025550134;phone-context=ignored.example", "+12025550134"),
        ("US", "sms:+12025550134?body=hello", "+12025550134"),
        ("US", "callto:+12025550134", "+12025550134"),
        ("US", " tel:\u{202a}+12025550134\u{202c} ", "+12025550134"),
    ]);
    for typed in [
        "tel:",
        "tel:7042;phone-context=example.com",
        "tel:202-555-0134;phone-context=example.com",
        "tel:863-1234;phone-context=+1-914-555",
        "tel:+12025550134;isub=1411",
        "tel:+1202555013%34%",
        "tel:+12025550134%0d%0a",
        "mailto:ada@home.example",
        "https://home.example/+12025550134",
    ] {
        assert_eq!(read_in("US", typed), Err(NoNumber::Shape), "{typed}");
    }
}

#[test]
fn what_is_not_exactly_one_number_is_refused() {
    // TF-05
    let long = "1".repeat(LONGEST + 1);
    for typed in [
        "",
        " ",
        "call me",
        "1-800-FLOWERS",
        "+1 202 555 0134,+1 202 555 0135",
        "+1 202 555 0134 +1 202 555 0135",
        "+1 202 555 0134; +1 202 555 0135",
        "2025550134\n2025550135",
        "2025550134 or 2025550135",
        "202-555-0134/0135",
        "+1202555013412345678",
        "+1+2025550134",
        "++12025550134",
        "+0 202 555 0134",
        "1 202 555 0134 (home)",
        "*31#2025550134",
        "2025550134#",
        "+1 202 555 0134\0",
        "二〇二五五五〇一三四",
        "½025550134",
        "ada@home.example",
        &long,
    ] {
        assert_eq!(read_in("US", typed), Err(NoNumber::Shape), "{typed:?}");
    }
}

#[test]
fn a_number_of_a_new_range_is_read_once_the_range_is_named() {
    // TF-13
    let also = vec![number::Range::try_from("+1 555 01".to_owned()).expect("a range")];
    let plan = Plan { also, ..plan("US") };
    for typed in ["+1 555 012 3456", "555 012 3456", "1-555-012-3456", "011 1 555 012 3456", "+1 (0) 555 012 3456"] {
        let number = plan.read(typed).expect("a number");
        assert_eq!(number.expose_secret(), "+15550123456", "{typed}");
        assert!(plan.serves(number.expose_secret()).is_ok());
    }
}

#[test]
fn a_number_that_nobody_has_is_read_and_not_served() {
    let plan = plan("US");
    for typed in ["+1 999 555 0134", "(999) 555-0134"] {
        let number = plan.read(typed).expect("a number");
        assert_eq!(plan.serves(number.expose_secret()), Err(NotServed::Unassigned), "{typed}");
    }
}

#[test]
fn whatever_is_typed_is_read_as_the_form_of_a_number_or_refused() {
    // A walk through short texts of all that means something here, in an order that is the same each time.
    let parts = [
        "+", "0", "00", "1", "(", ")", "(0)", "44", "20", "7946", "0958", "555", " ", "-", ".", ".0", ",", "x", "E+",
        "tel:", ";", "\u{202a}", "٣",
    ];
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("an index")
    };
    for _ in 0..4_000 {
        let typed: String = (0..next() % 9).map(|_| parts[next() % parts.len()]).collect();
        for region in ["US", "GB", "IT"] {
            if let Ok(number) = read_in(region, &typed) {
                let digits = number.strip_prefix('+').unwrap_or_else(|| panic!("{typed:?}: {number}"));
                assert!(
                    (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()),
                    "{typed:?}: {number}"
                );
                assert_eq!(read_in(region, &number).as_deref(), Ok(number.as_str()), "{typed:?}");
            }
        }
    }
}
