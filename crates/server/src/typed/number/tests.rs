use rlibphonenumber::Region as Named;

use super::*;

fn region(name: &str) -> Region {
    Region::try_from(name.to_owned()).expect("a region")
}

fn plan(serve: &[&str]) -> Plan {
    Plan { serve: serve.iter().map(|name| region(name)).collect(), ..Plan::of(region(serve[0])) }
}

const TYPES: [PhoneNumberType; 11] = [
    PhoneNumberType::FixedLine,
    PhoneNumberType::Mobile,
    PhoneNumberType::FixedLineOrMobile,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
    PhoneNumberType::UAN,
    PhoneNumberType::VoiceMail,
];

/// Every example number of the data, with the region and the type that it is an example of.
fn examples() -> Vec<(Named, PhoneNumberType, String)> {
    let mut regions: Vec<Named> = PHONE_NUMBER_UTIL.get_supported_regions().collect();
    regions.sort();
    let pairs = regions.into_iter().flat_map(|region| TYPES.map(|kind| (region, kind)));
    let example = |(region, kind)| {
        let number = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind).ok()?;
        Some((region, kind, written(&number)))
    };
    pairs.filter_map(example).collect()
}

/// Regions of a shared plan have numbers in common.
fn is_number_of(number: &str, region: Named) -> bool {
    let parsed = PHONE_NUMBER_UTIL.parse(number, None).expect("a number");
    PHONE_NUMBER_UTIL.get_country_code_for_region(region) == Some(parsed.country_code)
        && PHONE_NUMBER_UTIL.is_valid_number_for_region(&parsed, region)
}

fn is_plain_line(kind: PhoneNumberType) -> bool {
    matches!(kind, PhoneNumberType::FixedLine | PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile)
}

#[test]
fn every_region_serves_its_own_mobile_and_fixed_lines_and_nothing_else_of_its_plan() {
    // TF-13, E1, E2
    let examples = examples();
    assert!(examples.len() >= 1300, "{}", examples.len());
    for (of, kind, number) in &examples {
        let verdict = Plan::of(Region(*of)).serves(number);
        match verdict {
            Ok(_) => assert!(is_plain_line(*kind), "{of} {kind:?} {number}"),
            Err(NotServed::Type) => assert!(!is_plain_line(*kind), "{of} {kind:?} {number}"),
            Err(other) => panic!("{of} {kind:?} {number}: {other:?}"),
        }
    }
}

#[test]
fn numbers_of_other_regions_are_served_where_they_are_named_and_nowhere_else() {
    // TF-13, E1, E2
    let examples = examples();
    for serve in [&["US"][..], &["US", "CA"], &["DE", "AT", "CH"], &["GB"], &["IT"], &["RU"], &["NO"], &["AE", "SA"]] {
        let plan = plan(serve);
        for (of, kind, number) in &examples {
            let named = plan.serve.iter().any(|region| region.0 == *of || is_number_of(number, region.0));
            let served = plan.serves(number).is_ok();
            assert_eq!(served, named && is_plain_line(*kind), "{serve:?} {of} {kind:?} {number}");
        }
    }
}

#[test]
fn a_campus_that_sends_texts_alone_leaves_fixed_lines_out() {
    // TF-13
    for (of, _, number) in examples() {
        let all = Plan::of(Region(of));
        let mobile = Plan { types: vec![Type::Mobile], ..all.clone() };
        let fixed = Plan { types: vec![Type::FixedLine], ..all.clone() };
        let Ok(line) = all.serves(&number) else { continue };
        assert_eq!(mobile.serves(&number).is_ok(), line != Line::Fixed, "{of} {number}");
        assert_eq!(fixed.serves(&number).is_ok(), line != Line::Mobile, "{of} {number}");
        assert_eq!(line.takes_texts(), line != Line::Fixed);
    }
}

/// The regions that are served, a number, its verdict, and what it is.
type ByHand = (&'static [&'static str], &'static str, Result<Line, NotServed>, &'static str);

/// Forty numbers whose verdict was looked up in the numbering plans themselves, on a campus that serves what is named.
#[rustfmt::skip]
const BY_HAND: [ByHand; 44] = [
    (&["US"],       "+12025550134",   Ok(Line::Either),             "Washington, kept for fiction (NANPA 555-01xx)"),
    (&["US"],       "+12025550199",   Ok(Line::Either),             "Washington, kept for fiction"),
    (&["US"],       "+13125550142",   Ok(Line::Either),             "Chicago, kept for fiction"),
    (&["US"],       "+16045550134",   Err(NotServed::Region),       "Vancouver"),
    (&["US", "CA"], "+16045550134",   Ok(Line::Either),             "Vancouver"),
    (&["US", "CA"], "+15145550134",   Ok(Line::Either),             "Montreal"),
    (&["US", "CA"], "+18765550134",   Err(NotServed::Region),       "Jamaica"),
    (&["US", "CA"], "+18095550134",   Err(NotServed::Region),       "Dominican Republic"),
    (&["US", "CA"], "+12423221234",   Err(NotServed::Region),       "Bahamas"),
    (&["US", "CA"], "+12464261234",   Err(NotServed::Region),       "Barbados"),
    (&["US", "CA"], "+12844941234",   Err(NotServed::Region),       "British Virgin Islands"),
    (&["US", "CA"], "+17875550134",   Err(NotServed::Region),       "Puerto Rico, a region of its own (PR)"),
    (&["US", "CA"], "+19005550199",   Err(NotServed::Type),         "900: premium"),
    (&["US", "CA"], "+18005550199",   Err(NotServed::Type),         "800: toll-free"),
    (&["US", "CA"], "+18885550199",   Err(NotServed::Type),         "888: toll-free"),
    (&["US", "CA"], "+15005550134",   Err(NotServed::Type),         "500: personal numbers"),
    (&["US", "CA"], "+15335550134",   Err(NotServed::Type),         "533: personal numbers"),
    (&["US", "CA"], "+15555550134",   Err(NotServed::Unassigned),   "555 is no area code"),
    (&["US", "CA"], "+19995550134",   Err(NotServed::Unassigned),   "999 is no area code"),
    (&["US"],       "+881612345678",  Err(NotServed::Region),         "satellite (ITU-T E.164 +881)"),
    (&["US"],       "+870773111632",  Err(NotServed::Region),         "satellite (Inmarsat)"),
    (&["US"],       "+97912345678",   Err(NotServed::Unassigned),         "premium, international (+979)"),
    (&["US"],       "+80012345678",   Err(NotServed::Type),         "toll-free, international (+800)"),
    (&["US"],       "+4930901820",    Err(NotServed::Region),       "Berlin"),
    (&["DE"],       "+4930901820",    Ok(Line::Fixed),              "Berlin"),
    (&["DE"],       "+4915123456789", Ok(Line::Mobile),             "0151: mobile"),
    (&["DE"],       "+49900123456",   Err(NotServed::Unassigned),   "0900 takes three digits of service and six more"),
    (&["DE"],       "+499001234567",  Err(NotServed::Type),         "0900: premium"),
    (&["DE"],       "+498001234567",  Err(NotServed::Type),         "0800: toll-free"),
    (&["DE"],       "+4918012345",    Err(NotServed::Type),         "0180: shared cost"),
    (&["DE"],       "+4970012345678", Err(NotServed::Type),         "0700: personal"),
    (&["GB"],       "+442079460958",  Ok(Line::Fixed),              "London, kept for drama (Ofcom)"),
    (&["GB"],       "+447400123456",  Ok(Line::Mobile),             "074: mobile"),
    (&["GB"],       "+447781123456",  Err(NotServed::Region),       "mobile of Guernsey"),
    (&["GB"],       "+449098790123",  Err(NotServed::Type),         "09: premium"),
    (&["GB"],       "+448712345678",  Err(NotServed::Type),         "0871: shared cost"),
    (&["GB"],       "+447012345678",  Err(NotServed::Type),         "070: personal, abused for fraud"),
    (&["FR"],       "+33612345678",   Ok(Line::Mobile),             "06: mobile"),
    (&["FR"],       "+33899123456",   Err(NotServed::Type),         "0899: premium"),
    (&["IT"],       "+390612345678",  Ok(Line::Fixed),              "Rome, with its zero"),
    (&["IT"],       "+39612345678",   Err(NotServed::Unassigned),   "Rome without its zero is nobody"),
    (&["CN"],       "+8613800138000", Ok(Line::Mobile),             "138: mobile"),
    (&["SA"],       "+966501234567",  Ok(Line::Mobile),             "05: mobile"),
    (&["KZ"],       "+79161234567",   Err(NotServed::Region),       "Moscow mobile, though the country code is shared"),
];

#[test]
fn numbers_that_were_looked_up_by_hand_get_their_verdict() {
    // TF-13, TF-01, E1, E2
    for (serve, number, expected, what) in BY_HAND {
        assert_eq!(plan(serve).serves(number), expected, "{serve:?} {number}: {what}");
    }
}

#[test]
fn international_services_are_never_served_whatever_is_named() {
    // TF-01
    let everywhere =
        Plan { serve: PHONE_NUMBER_UTIL.get_supported_regions().map(Region).collect(), ..Plan::of(region("US")) };
    for code in PHONE_NUMBER_UTIL.get_supported_global_network_calling_codes() {
        let number = PHONE_NUMBER_UTIL.get_example_number_for_non_geo_entity(code).expect("an example");
        assert!(everywhere.serves(&written(&number)).is_err(), "{code}");
    }
}

#[test]
fn a_range_that_is_named_is_served_beside() {
    // TF-13
    let range = |text: &str| Range::try_from(text.to_owned()).expect("a range");
    let plan = Plan { also: vec![range("+1 555 01"), range("+44 56"), range("+1 (876) 555")], ..plan(&["US"]) };
    assert_eq!(plan.serves("+15550123456"), Ok(Line::Either));
    assert_eq!(plan.serves("+445612345678"), Ok(Line::Either));
    assert_eq!(plan.serves("+18765550134"), Ok(Line::Mobile));
    assert_eq!(plan.serves("+15559123456"), Err(NotServed::Unassigned));
    assert_eq!(plan.serves("+18764440134"), Err(NotServed::Region));
    assert_eq!(plan.serves("+4930901820"), Err(NotServed::Region));
    let costly = Plan { also: vec![range("+1 900"), range("+1 500"), range("+44 70")], ..plan };
    for number in ["+19005550199", "+15005550134", "+447012345678"] {
        assert_eq!(costly.serves(number), Err(NotServed::Type), "{number}");
    }
}

#[test]
fn what_is_not_the_one_form_of_a_number_is_not_served() {
    let plan = plan(&["US", "GB"]);
    for text in [
        "",
        "+",
        "12025550134",
        "+1 202 555 0134",
        "+4402079460958",
        "tel:+12025550134",
        "+1202555013",
        "ada@home.example",
    ] {
        assert_eq!(plan.serves(text), Err(NotServed::Unassigned), "{text}");
    }
}

#[test]
fn a_number_is_shown_in_international_form() {
    // F3
    for (number, shown) in [
        ("+12025550134", "+1 202 555 0134"),
        ("+442079460958", "+44 20 7946 0958"),
        ("+4930901820", "+49 30 901820"),
        ("+390612345678", "+39 06 1234 5678"),
        ("+33612345678", "+33 6 12 34 56 78"),
        ("+8613800138000", "+86 138 0013 8000"),
        ("+5491123456789", "+54 9 11 2345 6789"),
    ] {
        assert_eq!(international(number), shown);
    }
    assert_eq!(national("+12025550134").as_deref(), Some("2025550134"));
    assert_eq!(national("+390612345678").as_deref(), Some("0612345678"));
    for (_, _, number) in examples() {
        let digits: String = international(&number).chars().filter(|c| *c != ' ').collect();
        assert_eq!(digits, number);
    }
}

#[test]
fn a_block_is_a_number_without_its_last_four_digits() {
    // TF-02
    assert_eq!(prefix("+12025550134"), "+1202555");
    assert_eq!(prefix("+1"), "");
}

#[test]
fn regions_are_named_by_two_letters() {
    for (text, expected) in [("US", "US"), ("us", "US"), (" gb ", "GB"), ("XK", "XK"), ("AX", "AX")] {
        assert_eq!(region(text).to_string(), expected);
    }
    for (text, hint) in [
        ("+1", "\"US\""),
        ("1", "\"US\""),
        ("+49", "\"DE\""),
        ("+44", "\"GB\""),
        ("+7", "\"RU\""),
        ("+999", "\"US\""),
        ("UK", "\"GB\""),
        ("USA", "two letters"),
        ("", "two letters"),
        ("XX", "two letters"),
        ("World", "two letters"),
        ("001", "\"US\""),
        ("WORLD", "two letters"),
    ] {
        let error = Region::try_from(text.to_owned()).expect_err(text).to_string();
        assert!(error.contains(hint) && error.contains(&format!("{text:?}")), "{error}");
    }
}

#[test]
fn a_range_is_the_beginning_of_a_number() {
    for (text, expected) in [("+1 555 01", "+155501"), ("+49-32", "+4932"), ("＋1 (202) 555", "+1202555")] {
        assert_eq!(Range::try_from(text.to_owned()).map(String::from).as_deref(), Ok(expected));
    }
    for text in
        ["", "+", "+1", "+1 5", "555 01", "+881 6", "+999 12", "+1 555 01x", "+1 555,+1 556", "+12025550134123456"]
    {
        assert!(Range::try_from(text.to_owned()).is_err(), "{text}");
    }
}

#[test]
fn the_configuration_says_it_in_few_words_and_nothing_unknown() {
    let read = |text: &str| serde_json::from_str::<Plan>(text);
    assert_eq!(read(r#"{"country":"US"}"#).expect("a plan"), Plan::of(region("US")));
    let whole = r#"{"country":"US","serve":["US","CA"],"types":["mobile","fixed_line"],"also":["+1 555 01"]}"#;
    let plan = read(whole).expect("a plan");
    assert_eq!(plan.serves("+16045550134"), Ok(Line::Either));
    let again: Plan = serde_json::from_value(serde_json::to_value(&plan).expect("json")).expect("a plan");
    assert_eq!(again, plan);
    for text in [
        r#"{"country":"+1"}"#,
        r#"{"country":"US","serve":["+1"]}"#,
        r#"{"country":"US","types":["premium"]}"#,
        r#"{"country":"US","also":["555"]}"#,
        r#"{"country":"US","countries":["+1"]}"#,
        r#"{"serve":["US"]}"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn the_old_list_of_country_codes_is_refused_with_what_to_write_instead() {
    #[derive(Debug, Deserialize)]
    struct Campus {
        #[expect(dead_code, reason = "nothing is ever read into it")]
        #[serde(default)]
        countries: CountryCodes,
    }
    let error = serde_json::from_str::<Campus>(r#"{"countries":["+1","+49"]}"#).expect_err("refused").to_string();
    assert!(error.contains("serve = [") && error.contains("\"DE\""), "{error}");
    assert!(serde_json::from_str::<Campus>("{}").is_ok());
}
