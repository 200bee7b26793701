use super::*;

#[test]
fn plain_international_numbers_are_taken() {
    for good in ["+919876543210", "+6591234567", "+971501234567", "+123456789012345"] {
        assert_eq!(WhatsAppNumber::parse(good).unwrap().as_str(), good);
    }
}

#[test]
fn everything_else_is_refused_by_name() {
    use InvalidNumber as E;
    let huge = format!("+{}", "1".repeat(10_000_000));
    let table: &[(&str, E)] = &[
        ("", E::Missing),
        ("+", E::TooShort),
        ("919876543210", E::NoPlus),
        ("09876543210", E::NoPlus),
        ("00919876543210", E::NoPlus),
        ("tel:+919876543210", E::NoPlus),
        ("%2B919876543210", E::NoPlus),
        ("call me", E::NoPlus),
        (" +919876543210", E::NotDigits),
        ("+919876543210\n", E::NotDigits),
        ("\u{a0}+919876543210", E::NotDigits),
        ("+91 98765 43210", E::NotDigits),
        ("+91\u{a0}98765\u{a0}43210", E::NotDigits),
        ("+91-9876543210", E::NotDigits),
        ("++919876543210", E::NotDigits),
        ("+919876543210;ext=5", E::NotDigits),
        ("+919876543210 x5", E::NotDigits),
        ("+0123456789012", E::LeadingZero),
        ("+123456789", E::TooShort),
        ("+1234567890123456", E::TooLong),
        (&huge, E::TooLong),
        ("+999123456789012", E::NoSuchCountry),
        ("+210123456789", E::NoSuchCountry),
        // K7: nobody sees what is wrong.
        ("\u{202a}+919876543210\u{202c}", E::Invisible),
        ("\u{feff}+919876543210", E::Invisible),
        ("+9198765\u{200b}43210", E::Invisible),
        ("+91\u{2060}98765 43210", E::Invisible),
        ("+9198765\u{ad}43210", E::Invisible),
        ("+9198765\u{0}43210", E::Invisible),
        ("९८७६५४३२१०", E::OtherDigits),
        ("+٩١٩٨٧٦٥٤٣٢١٠", E::OtherDigits),
        ("+۹۱۹۸۷۶۵۴۳۲۱۰", E::OtherDigits),
        ("+９１９８７６５４３２１０", E::OtherDigits),
        ("＋919876543210", E::OtherDigits),
        ("\u{207a}919876543210", E::OtherDigits),
        // K20: what spreadsheets do.
        ("9.19877E+11", E::LostDigits),
        ("9,19877E+11", E::LostDigits),
        ("+9.19877e+11", E::LostDigits),
        ("9.19877E11", E::LostDigits),
        ("9.19877 E+11", E::LostDigits),
        ("9.19877×10^11", E::LostDigits),
        ("9.19877", E::LostDigits),
        ("9,19877", E::LostDigits),
        ("9E+11", E::LostDigits),
        ("'9.19877E+11", E::LostDigits),
        ("919877000000", E::LostDigits),
        ("#NUM!", E::LostDigits),
        ("########", E::LostDigits),
        ("=\"+919876543210\"", E::SpreadsheetMarks),
        ("=+919876543210", E::SpreadsheetMarks),
        ("'+919876543210", E::SpreadsheetMarks),
        ("\u{2019}+919876543210", E::SpreadsheetMarks),
        ("\"+919876543210\"", E::SpreadsheetMarks),
        ("919876543210.0", E::SpreadsheetMarks),
        ("919876543210,00", E::SpreadsheetMarks),
        ("+919876543210.00", E::SpreadsheetMarks),
        ("+919876543210 / +919876543211", E::SeveralNumbers),
        ("9876543210/9876543211", E::SeveralNumbers),
        ("98765 43210/11", E::SeveralNumbers),
        ("9876543210, 9876543211", E::SeveralNumbers),
        ("9876543210,9876543211", E::SeveralNumbers),
        ("9876543210; 022-23456789", E::SeveralNumbers),
        ("9876543210 or 9876543211", E::SeveralNumbers),
        ("9876543210 oder 9876543211", E::SeveralNumbers),
        ("9876543210 & 9876543211", E::SeveralNumbers),
        ("9876543210\n9876543211", E::SeveralNumbers),
        ("9876543210 9876543211", E::SeveralNumbers),
        ("022-23456789 +91-9876543210", E::SeveralNumbers),
        ("+919876543210 +919876543211", E::SeveralNumbers),
        ("९८७६५४३२१० / ९८७६५४३२११", E::SeveralNumbers),
        ("NULL", E::Missing),
        ("N/A", E::Missing),
        ("#N/A", E::Missing),
        (" ", E::Missing),
        ("\u{200b}", E::Missing),
        // K21: what is dialled only inside the country.
        ("+9109876543210", E::TrunkPrefix),
        ("+440207946095", E::TrunkPrefix),
        ("+4402079460958", E::TrunkPrefix),
        ("+330149706565", E::TrunkPrefix),
        ("+56026354444", E::TrunkPrefix),
        ("+4901512345678", E::TrunkPrefix),
        ("+9710501234567", E::TrunkPrefix),
        ("+610412345678", E::TrunkPrefix),
        ("+79", E::TooShort),
        ("+789161234567", E::TrunkPrefix),
        ("+3606301234567", E::TrunkPrefix),
        ("+112025550173", E::TrunkPrefix),
    ];
    for (text, why) in table {
        let shown: String = text.chars().take(30).collect();
        assert_eq!(WhatsAppNumber::parse(text), Err(*why), "{shown:?}");
    }
}

#[test]
fn a_zero_that_belongs_to_the_number_stays() {
    // Italy and San Marino, Ivory Coast, Gabon, Congo, Burkina Faso, Benin.
    for good in [
        "+390669821234",
        "+3780549123456",
        "+2250712345678",
        "+24106031234",
        "+242061234567",
        "+22670123456",
        "+2290197123456",
    ] {
        assert_eq!(WhatsAppNumber::parse(good).unwrap().as_str(), good);
    }
}

#[test]
fn a_number_that_whatsapp_hardly_reaches_is_taken_with_a_warning() {
    let warning = |text| WhatsAppNumber::parse(text).unwrap().warning();
    assert!(warning("+912223456789").unwrap().contains("landline"));
    assert!(warning("+448001234567").unwrap().contains("toll-free"));
    assert!(warning("+9876543210").unwrap().contains("country code"), "Iran has ten digits");
    for fine in ["+919876543210", "+12025550173", "+971501234567", "+447911123456"] {
        assert_eq!(warning(fine), None, "{fine}");
    }
}

#[test]
fn debug_hides_the_middle() {
    let number = WhatsAppNumber::parse("+919876543210").unwrap();
    assert_eq!(format!("{number:?}"), "+91******3210");
    assert!(!format!("{:?}", Some(&number)).contains("98765"));
}

#[test]
fn a_number_may_be_listed_with_other_digits_in_its_middle() {
    let may_be = |number: &str, listed: &str| {
        WhatsAppNumber::parse(&format!("+{number}")).unwrap().may_be(listed)
    };
    let same = [
        ("919876543210", "919876543210"),
        ("5531987654321", "553187654321"), // Brazil, G2
        ("553187654321", "5531987654321"),
        ("5215512345678", "525512345678"), // Mexico
        ("525512345678", "5215512345678"),
        ("5491123456789", "541123456789"), // Argentina
        ("541123456789", "5491123456789"),
        ("919876543210", "9109876543210"),
        ("2250712345678", "22512345678"), // Ivory Coast, before 2021
        ("2290197123456", "22997123456"), // Benin, before 2024
        ("3547712345", "3547712345"),     // Iceland: seven digits
        ("5926091234", "5926091234"),     // Guyana
    ];
    for (number, listed) in same {
        assert!(may_be(number, listed), "{number} {listed}");
    }
    let other = [
        ("919876543210", "919876543211"),
        ("919876543210", "449876543210"),
        ("5531987654321", "553187654322"),
        ("3547712345", "3547712346"),
        ("3547712345", "3557712345"), // Another country, the same seven digits.
        ("2290197123456", "22897123456"),
        ("919876543210", ""),
        ("919876543210", "91"),
        ("919876543210", "9876543210"), // Without a country code: 98 is Iran's.
        ("919876543210", "100000000000042"),
        ("919876543210", "919876543210@lid"),
        ("919876543210", "\u{0661}98765432"),
    ];
    for (number, listed) in other {
        assert!(!may_be(number, listed), "{number} {listed}");
    }
}

#[test]
fn digits_that_no_country_has_are_no_telephone() {
    for possible in [
        "919876543210",
        "12025550173",
        "5531987654321",
        "553187654321",
        "525512345678",
        "5491123456789",
        "971501234567",
        "4915123456789",
        "6281234567890",
        "3547712345",
        "6591234567",
        "2250712345678",
        "393331234567",
        "447700900123",
        "8613812345678",
    ] {
        assert!(is_possible(possible), "{possible}");
    }
    for not in [
        "100000000000042",
        "123456789012345",
        "277038292303944",
        "21012345678",
        "999123456789",
        "0919876543210",
        "12345678901234",
        "1202555017",
        "91",
        "",
        "919876543210 ",
        "+919876543210",
        "919876543210@lid",
        "919876543210:12",
        "\u{669}\u{661}9876543210",
        "120363025246125486",
    ] {
        assert!(!is_possible(not), "{not}");
    }
}

#[cfg(feature = "suggest")]
mod typed {
    use crate::{InvalidNumber, WhatsAppNumber};

    fn read(typed: &str, country: &str) -> Result<String, InvalidNumber> {
        WhatsAppNumber::from_typed(typed, country).map(String::from)
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
            // K7
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
            // K20
            "=\"+919876543210\"",
            "=+919876543210",
            "'+919876543210",
            "\"98765 43210\"",
            "919876543210.0",
            // K21
            "+9109876543210",
            "+91 (0) 98765 43210",
            "+91-0-98765-43210",
            "0091 0 98765 43210",
        ] {
            assert_eq!(read(typed, "IN").as_deref(), Ok("+919876543210"), "{typed:?}");
        }
    }

    #[test]
    fn what_is_dialled_only_inside_a_country_is_taken_away() {
        for (typed, country, number) in [
            // Q10
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
            // Italy keeps its 0, and a mobile number there has none.
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
            // K22
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
            // Which country it is in is not guessed.
            ("971501234567", "IN", E::NotInUse),
            ("9876543210", "", E::NoPlus),
            ("9876543210", "XX", E::NoPlus),
            // K20
            ("9.19877E+11", "IN", E::LostDigits),
            ("919877000000", "IN", E::LostDigits),
            ("9876543210 / 9876543211", "IN", E::SeveralNumbers),
            ("98765 43210 or 98765 43211", "IN", E::SeveralNumbers),
            ("+919876543210;ext=5", "IN", E::NotDigits),
            ("98765 43210 extension 5", "IN", E::NoPlus),
            ("070 1234 5678", "GB", E::ServiceNumber),
            ("l9876543210", "IN", E::NoPlus),
            ("call me", "IN", E::NoPlus),
            ("NULL", "IN", E::Missing),
        ] {
            assert_eq!(read(typed, country), Err(why), "{typed:?}");
        }
        assert_eq!(read(&"9".repeat(1_000), "IN"), Err(E::NoPlus));
        // Where nothing tells mobile and landline apart, the number is suggested.
        assert_eq!(read("+1 (202) 555-0173", "IN").as_deref(), Ok("+12025550173"));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_gives_a_number_that_parses_or_a_reason(
            typed in "[-+0-9() ./,;='\"eE#*\u{200b}\u{a0}\u{966}-\u{96f}\u{ff10}-\u{ff19}a]{0,24}",
        ) {
            if let Ok(number) = WhatsAppNumber::from_typed(&typed, "IN") {
                proptest::prop_assert!(WhatsAppNumber::parse(number.as_str()).is_ok());
            }
        }
    }
}
