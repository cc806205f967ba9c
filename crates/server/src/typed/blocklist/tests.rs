use std::sync::LazyLock;

use super::*;

const PASSPHRASE_WORDS: &str = include_str!("../../../../client/src/passphrase/words.txt");

static CAMPUS: LazyLock<Vec<String>> =
    LazyLock::new(|| campus_words("Riverton University", "IT Desk", &["riverton.example".to_owned()]));

fn refused(new: &str) -> bool {
    let person = ["Ada Lovelace", "+12025550134", "ada.king@home.example"].map(SecretString::from);
    refuses(Context { campus: &CAMPUS, person: &person, account: "al1815" }, &SecretString::from(new))
}

#[test]
fn a_password_that_guessers_try_first_is_refused() {
    // PW-02, F20
    let guessed = [
        // Listed, and with what guessers make of it
        "password",
        "christopher",
        "championship",
        "PASSWORD",
        "pássword",
        "ｐａｓｓｗｏｒｄ",
        "password123456789",
        "password!!!!!!!!!",
        "Password2026!",
        "2026password2026",
        "p@ssw0rd1234",
        "P4$$w0rd!2026",
        "p-a-s-s-w-o-r-d-1",
        "pass word 123456",
        "drowssap12345",
        "passwordpassword",
        "passwordpassword1",
        "password password password",
        "passworddrowssap",
        "password qwertyuiop",
        "strawberry482913",
        "1trustno1trustno1",
        "iloveyou iloveyou",
        "I am the best 2026",
        "пароль123456789",
        // Sequences
        "123456789012",
        "012345678901",
        "098765432109",
        "abcdefghijkl",
        "zyxwvutsrqponm",
        "abcdefg1234567",
        "acegikmoqsuwy",
        "13579135791357",
        "aabbccddeeffgg",
        "abcd1234abcd1234!",
        "абвгдежзийклмн",
        // Rows and columns of keys
        "qwertyuiop12",
        "QWERTYUIOP!@",
        "poiuytrewq21",
        "asdfghjkl;'12",
        "azertyuiop12",
        "qsdfghjklm12",
        "qwertzuiop12",
        "qwertzuiopü1",
        "asdfghjklöä1",
        "asdfghjklñ12",
        "yxcvbnmyxcvbnm",
        "1qaz2wsx3edc",
        "1qaz@WSX3edc$RFV",
        "zaq12wsxcde34rfv",
        "1q2w3e4r5t6y",
        "qazwsxedcrfv",
        "789456123789",
        "147258369147",
        "963852741963",
        "йцукенгшщзхъ",
        "شسيبلاتنمكط1",
        // Repeats
        "aaaaaaaaaaaaa",
        "abcabcabcabc",
        "hahahahahaha",
        "xkqxkqxkqxkqxk",
        "ab3kxab3kxab3kx",
        "🦆🦆🦆🦆🦆🦆🦆🦆🦆🦆🦆🦆",
        "            ",
        "112233445566",
        // The campus
        "Riverton University",
        "riverton2026",
        "rivertonriverton",
        "University-of-Riverton",
        "Riverton.Example.2026",
        "ytisrevinunotrevir",
        "R1v3rt0n University!",
        "RU Riverton 2026",
        "latchkey2026!",
        // The person
        "Ada Lovelace 1815",
        "lovelace.ada",
        "AdaLovelace2026!",
        "ecalevolada1",
        "l0velace_4da",
        "+1 202 555 0134",
        "12025550134!!",
        "ada.king@home.example",
        "al1815al1815",
        "Lovelace Riverton 2026",
        "Riverton password 1",
    ];
    let taken: Vec<&str> = guessed.into_iter().filter(|new| !refused(new)).collect();
    assert_eq!(taken, Vec::<&str>::new());
}

#[test]
fn a_phrase_is_not_refused_for_what_stands_in_it() {
    // PW-02: whole strings, not parts
    let sound = [
        "violet tractor onion mail",
        "violet tractor",
        "password violet tractor",
        "Riverton tractor violet",
        "my password is a tractor",
        "Ada rides a violet tractor",
        "correct horse battery staple",
        "copper meadow window 51",
        "another fine sentence",
        "violet tractor 123456789",
        "qwerty violet tractor",
        "1815 violet Lovelace tractors",
        "strawberry48291375",
        "kX9#vQ2mW7pL",
        "839201746520",
        "7f3kq9zt2mwx",
        "مفتاح البيت الأزرق الكبير",
        "紫色拖拉机洋葱邮件很好吃呀",
        "🦆 pond 🦆 walk 🦆 late",
        "xkq8x vmzp2 xkq8x vmzp2",
    ];
    let taken_for_guessed: Vec<&str> = sound.into_iter().filter(|new| refused(new)).collect();
    assert_eq!(taken_for_guessed, Vec::<&str>::new());
}

#[test]
fn every_listed_word_is_found_and_stands_as_the_search_wants_it() {
    // PW-02: 100 % of the listed entries
    let mut before = "";
    for word in list::LISTED.lines() {
        let length = word.chars().count();
        assert!(before < word, "{word} stands after {before}");
        assert!((list::SHORTEST..=list::LONGEST).contains(&length), "{word}");
        assert!(list::contains(word), "{word}");
        assert!(fold(word).iter().copied().eq(word.chars()), "{word}");
        before = word;
    }
    for (place, word) in list::LISTED.lines().enumerate() {
        assert!(place % 100 != 0 || refused(word), "{word}");
    }
    assert!(list::LISTED.lines().count() > 100_000);
    assert!(!list::contains("") && !list::contains("aaa\naab") && !list::contains("zzzzzzzzzzzzzzz"));
}

#[test]
fn phrases_of_random_words_are_taken() {
    // PW-02: at most 0.1 % of them may be refused; with whole strings it is none.
    let words: Vec<&str> = PASSPHRASE_WORDS.lines().collect();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        words[usize::try_from(state >> 33).expect("31 bits") % words.len()]
    };
    let mut taken_for_guessed = Vec::new();
    for place in 0..10_000 {
        let separator = ["-", " ", "", "."][place % 4];
        let phrase = [draw(), draw(), draw(), draw(), draw()][..4 + place % 2].join(separator);
        if refused(&phrase) {
            taken_for_guessed.push(phrase);
        }
    }
    assert_eq!(taken_for_guessed, Vec::<String>::new());
}
