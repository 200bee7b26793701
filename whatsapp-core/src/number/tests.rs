#[cfg(feature = "suggest")]
mod typed;

use super::InvalidNumber as E;
use super::*;

#[test]
fn plain_international_numbers_are_taken() {
    for good in ["+919876543210", "+6591234567", "+971501234567", "+123456789012345"] {
        assert_eq!(WhatsAppNumber::parse(good).unwrap().as_str(), good);
    }
}

/// Each text is refused by its name.
fn refuses(table: &[(&str, E)]) {
    for (text, why) in table {
        let shown: String = text.chars().take(30).collect();
        assert_eq!(WhatsAppNumber::parse(text), Err(*why), "{shown:?}");
    }
}

#[test]
fn everything_else_is_refused_by_name() {
    let huge = format!("+{}", "1".repeat(10_000_000));
    refuses(&[
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
        // Invisible characters.
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
        ("NULL", E::Missing),
        ("N/A", E::Missing),
        ("#N/A", E::Missing),
        (" ", E::Missing),
        ("\u{200b}", E::Missing),
    ]);
}

#[test]
fn what_spreadsheets_add_or_lose_is_named() {
    refuses(&[
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
    ]);
}

#[test]
fn several_numbers_in_one_text_are_refused() {
    refuses(&[
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
    ]);
}

#[test]
fn digits_that_are_dialled_only_inside_the_country_are_refused() {
    refuses(&[
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
    ]);
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
        ("5531987654321", "553187654321"), // Brazil
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
        "91987654321012",
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
