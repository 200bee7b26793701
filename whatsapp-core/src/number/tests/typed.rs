use crate::number::NumberChange;
use crate::{InvalidNumber, WhatsAppNumber};

fn read(typed: &str, country: &str) -> Result<String, InvalidNumber> {
    WhatsAppNumber::typed(typed, country).map(|typed| typed.number.into())
}

#[test]
fn a_number_is_read_however_it_is_written() {
    for typed in [
        "+919876543210",
        "+91-98765-43210",
        "+91 (98765) 43210",
        "98765 43210",
        "098765 43210",
        "98765.43210",
        "9876543210",
        "919876543210",
        "0919876543210",
        "0091 98765 43210",
        "+0091 98765 43210",
        "+0 98765 43210",
        "++91 98765 43210",
        " +91 98765 43210 \n",
        // Invisible characters, other blanks and digits, links.
        "\u{202a}+91 98765 43210\u{202c}",
        "\u{2066}+91\u{a0}98765\u{202f}43210\u{2069}",
        "\u{feff}+9198765\u{200b}43210",
        "+91\u{2011}98765\u{2013}43210",
        "९८७६५४३२१०",
        "+९१ ९८७६५ ४३२१०",
        "٩٨٧٦٥٤٣٢١٠",
        "۹۸۷۶۵۴۳۲۱۰",
        "৯৮৭৬৫৪৩২১০",
        "௯௮௭௬௫௪௩௨௧௦",
        "９８７６５４３２１０",
        "＋９１－９８７６５－４３２１０",
        "\u{1d7d7}\u{1d7d6}\u{1d7d5}\u{1d7d4}\u{1d7d3}43210", // mathematical bold
        "tel:+91-98765-43210",
        "TEL: +91 98765 43210",
        "Mob. 98765 43210",
        "+919876543210,",
        "<+919876543210>",
        "+91+9876543210",
        "https://wa.me/919876543210",
        "=\"+919876543210\"",
        "=+919876543210",
        "'+919876543210",
        "\"98765 43210\"",
        "919876543210.0",
        "+9109876543210",
        "+91 (0) 98765 43210",
        "+91 00 98765 43210",
        "+91 91 98765 43210",
        "+91-0-98765-43210",
        "0091 0 98765 43210",
    ] {
        assert_eq!(read(typed, "IN").as_deref(), Ok("+919876543210"), "{typed:?}");
    }
}

#[test]
fn what_is_dialled_only_inside_a_country_is_taken_away() {
    for (typed, country, number) in [
        ("+33 01 49 70 65 65", "IN", "+33149706565"),
        ("+44 020 7707 0707", "IN", "+442077070707"),
        ("+56 (0)2 635 4444", "IN", "+5626354444"),
        ("+44 (0)7700 900123", "IN", "+447700900123"),
        ("+49 (0) 151 2345 6789", "IN", "+4915123456789"),
        ("+971 050 123 4567", "IN", "+971501234567"),
        ("+61 0412 345 678", "IN", "+61412345678"),
        ("+7 8 916 123-45-67", "IN", "+79161234567"),
        ("+36 06 30 123 4567", "IN", "+36301234567"),
        ("+1 1 202 555 0173", "IN", "+12025550173"),
        ("+375 8 029 123-45-67", "IN", "+375291234567"),
        ("+54 011 15 2345-6789", "IN", "+5491123456789"),
        ("+52 1 55 1234 5678", "IN", "+525512345678"),
        ("+55 (011) 98765-4321", "IN", "+5511987654321"),
        ("+39 0333 123 4567", "IN", "+393331234567"),
        // Italy keeps its 0, and a mobile number in Italy has none.
        ("+39 06 6982 1234", "IN", "+390669821234"),
        ("+39 333 123 4567", "IN", "+393331234567"),
        ("+225 07 12 34 56 78", "IN", "+2250712345678"),
        ("07911 123456", "GB", "+447911123456"),
        ("8 916 123-45-67", "RU", "+79161234567"),
        ("(202) 555-0173", "US", "+12025550173"),
        ("011 91 98765 43210", "US", "+919876543210"),
        ("011 15-2345-6789", "AR", "+5491123456789"),
        ("333 123 4567", "it", "+393331234567"),
    ] {
        let read = read(typed, country);
        if typed.starts_with("+39 06") {
            assert_eq!(read, Err(InvalidNumber::Landline), "{typed}: the 0 is none too many");
        } else {
            assert_eq!(read.as_deref(), Ok(number), "{typed}");
        }
    }
}

#[test]
fn what_is_no_mobile_number_is_told_and_not_suggested() {
    use InvalidNumber as E;
    for (typed, country, why) in [
        ("022 2345 6789", "IN", E::Landline),
        ("+91 22 2345 6789", "IN", E::Landline),
        ("011-23456789", "IN", E::Landline),
        ("020 7946 0958", "GB", E::Landline),
        ("+33 1 49 70 65 65", "IN", E::Landline),
        ("1800 123 4567", "IN", E::ServiceNumber),
        ("+91 1800 123 4567", "IN", E::ServiceNumber),
        ("0800 123 4567", "GB", E::ServiceNumber),
        ("1-800-411-7246", "US", E::ServiceNumber),
        ("+44 (0)800 123 4567", "IN", E::ServiceNumber),
        // A digit too few or too many, or no telephone at all.
        ("987654321", "IN", E::NotInUse),
        ("98765432101", "IN", E::NotInUse),
        ("+91 98765 432101", "IN", E::NotInUse),
        ("+91 0 98765 4321", "IN", E::NotInUse),
        ("12345", "IN", E::NotInUse),
        // The country is not guessed.
        ("971501234567", "IN", E::NotInUse),
        ("9876543210", "", E::NoPlus),
        ("9876543210", "XX", E::NoPlus),
        ("9.19877E+11", "IN", E::LostDigits),
        ("919877000000", "IN", E::LostDigits),
        ("9876543210 / 9876543211", "IN", E::SeveralNumbers),
        ("98765 43210 or 98765 43211", "IN", E::SeveralNumbers),
        ("98765 43210 98765 43211", "IN", E::SeveralNumbers),
        ("98765-43210 98765-43211", "IN", E::SeveralNumbers),
        ("+91 98765 43210 98765 43211", "IN", E::SeveralNumbers),
        ("098765 43210 098765 43211", "IN", E::SeveralNumbers),
        ("+91 98765 43210 98765", "IN", E::NotInUse),
        ("+919876543210;ext=5", "IN", E::Letters),
        ("98765 43210 extension 5", "IN", E::Letters),
        ("+91 98765 43210 (wife)", "IN", E::Letters),
        ("98765#43210", "IN", E::NoPlus),
        ("070 1234 5678", "GB", E::ServiceNumber),
        ("l9876543210", "IN", E::Letters),
        ("call me", "IN", E::Letters),
        ("NULL", "IN", E::Missing),
    ] {
        assert_eq!(read(typed, country), Err(why), "{typed:?}");
    }
    assert_eq!(read(&"9".repeat(1_000), "IN"), Err(E::NoPlus));
    // A number is suggested although nothing tells mobile and landline apart.
    assert_eq!(read("+1 (202) 555-0173", "IN").as_deref(), Ok("+12025550173"));
}

#[test]
fn what_was_changed_is_told() {
    use NumberChange as C;
    let [zero, code] = [C::Inside("0".to_owned()), C::CountryCode("91".to_owned())];
    let before = |digits: &str| C::BeforeCode(digits.to_owned());
    let inside = |digits: &str| C::Inside(digits.to_owned());
    let other = |code: &str| C::CountryCode(code.to_owned());
    for (typed, country, changes) in [
        ("+919876543210", "IN", vec![]),
        ("919876543210", "IN", vec![C::Plus]),
        ("9876543210", "IN", vec![code.clone()]),
        ("098765 43210", "IN", vec![C::Signs, zero.clone(), code.clone()]),
        ("91-98765-43210", "IN", vec![C::Signs, C::Plus]),
        ("+91 (0) 98765 43210", "IN", vec![C::Signs, zero.clone()]),
        ("+91 00 98765 43210", "IN", vec![C::Signs, inside("00")]),
        ("0091 0 98765 43210", "IN", vec![C::Signs, before("00"), C::Plus, zero]),
        ("+0091 98765 43210", "IN", vec![C::Signs, before("00")]),
        ("+91 91 98765 43210", "IN", vec![C::Signs, C::CodeTwice("91".to_owned())]),
        ("+91+9876543210", "IN", vec![C::Signs]),
        (" +919876543210", "IN", vec![C::Signs]),
        ("<+919876543210>", "IN", vec![C::Signs]),
        ("=\"+919876543210\"", "IN", vec![C::SpreadsheetMarks]),
        ("919876543210.0", "IN", vec![C::SpreadsheetMarks, C::Plus]),
        ("tel:+919876543210", "IN", vec![C::Label]),
        ("Mob. 98765 43210", "IN", vec![C::Label, C::Signs, code.clone()]),
        ("\u{feff}+9198765\u{200b}43210", "IN", vec![C::Invisible]),
        ("९८७६५४३२१०", "IN", vec![C::OtherDigits, code]),
        ("＋919876543210", "IN", vec![C::OtherDigits]),
        ("011 91 98765 43210", "US", vec![C::Signs, before("011"), C::Plus]),
        ("8 916 123-45-67", "RU", vec![C::Signs, inside("8"), other("7")]),
        ("+36 06 30 123 4567", "IN", vec![C::Signs, inside("06")]),
        ("+54 011 15 2345-6789", "IN", vec![C::Signs, C::FromAbroad]),
    ] {
        let read = WhatsAppNumber::typed(typed, country).unwrap();
        assert_eq!(read.changes, changes, "{typed:?}");
        assert_eq!(read.changed().is_empty(), changes.is_empty(), "{typed:?}");
    }
}

#[test]
fn a_change_tells_no_digit_of_the_number() {
    for typed in ["098765 43210", "0091 98765 43210", "+91 91 98765 43210", "Mob. 9876543210"] {
        let told = WhatsAppNumber::typed(typed, "IN").unwrap().changed();
        let digits: String = told.chars().filter(char::is_ascii_digit).collect();
        assert!(!digits.contains("9876") && !digits.contains("43210"), "{told}");
        assert!(told.ends_with('.') && !told.contains(".."), "{told}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_gives_a_number_that_parses_or_a_reason(
        typed in "[-+0-9() ./,;='\"eE#*\u{200b}\u{a0}\u{966}-\u{96f}\u{ff10}-\u{ff19}a]{0,24}",
    ) {
        if let Ok(read) = WhatsAppNumber::typed(&typed, "IN") {
            proptest::prop_assert!(WhatsAppNumber::parse(read.number.as_str()).is_ok());
            proptest::prop_assert_eq!(read.changes.is_empty(), read.number.as_str() == typed);
        }
    }
}
