use super::*;

#[test]
fn amounts_are_grouped_the_indian_way() {
    let formats = Formats::default();
    let show = |text| formats.amount(Amount::rupees(text).unwrap());
    assert_eq!(show("123456"), "₹1,23,456.00");
    assert_eq!(show("0.5"), "₹0.50");
    assert_eq!(show("999.99"), "₹999.99");
    assert_eq!(show("123456789.10"), "₹12,34,56,789.10");
}

#[test]
fn other_locales_and_currencies_follow_their_rules() {
    let german = Formats::new("de-DE").unwrap();
    let euro = Amount::parse("1234.5", "EUR".parse().unwrap()).unwrap();
    assert_eq!(german.amount(euro), "€1.234,50");
    let yen = Amount::parse("1234", "JPY".parse().unwrap()).unwrap();
    assert_eq!(Formats::new("en-US").unwrap().amount(yen), "¥1,234");
    let dirham = Amount::parse("10", "AED".parse().unwrap()).unwrap();
    assert_eq!(Formats::default().amount(dirham), "AED\u{a0}10.00");
    assert!(Formats::new("").is_err());
    assert!(Formats::new("english please").is_err());
}

#[test]
fn dates_are_short_and_unmistakable() {
    let date = NaiveDate::from_ymd_opt(2026, 1, 27).unwrap();
    assert_eq!(Formats::default().date(date), "27 Jan 2026");
    assert_eq!(Formats::new("en-US").unwrap().date(date), "Jan 27, 2026");
}

#[test]
fn amounts_are_exact_or_refused() {
    let read = |text: &str| Amount::rupees(text).map(|a| a.minor());
    assert_eq!(read("123456.00"), Ok(12_345_600));
    assert_eq!(read("0"), Ok(0));
    assert_eq!(read("7.100"), Ok(710));
    assert_eq!(read("-1"), Err(InvalidAmount::Negative));
    assert_eq!(read("1.005"), Err(InvalidAmount::TooPrecise));
    assert_eq!(read("1000000000000"), Err(InvalidAmount::TooLarge));
    assert_eq!(read(&"9".repeat(400)), Err(InvalidAmount::TooLarge));
    for bad in ["", ".", "1.", ".5", "1,000", "1e3", "NaN", "₹5", " 5", "१"] {
        assert_eq!(read(bad), Err(InvalidAmount::NotANumber), "{bad:?}");
    }
}

#[test]
fn typed_amounts_stand_in_the_groups_of_india_or_of_the_west() {
    let read = |text: &str| Amount::typed(text, Currency::INR).map(|a| a.minor());
    for (typed, rupees) in [
        ("0", 0),
        ("150", 150),
        ("1500", 1_500),
        ("1,500", 1_500),
        ("1 500", 1_500),
        ("15,000", 15_000),
        ("1,50,000", 150_000),
        ("150,000", 150_000),
        ("12,34,56,789", 123_456_789),
        ("123,456,789", 123_456_789),
        ("₹1,50,000", 150_000),
        (" ₹ 1,50,000.00 ", 150_000),
    ] {
        assert_eq!(read(typed), Ok(rupees * 100), "{typed}");
    }
    for odd in [
        "1,50",
        "12,34",
        "1,2345",
        "1,5",
        "1,",
        ",150",
        "1,,500",
        "1,50,00",
        "1,500,00",
        "15,00,00",
        "1,234,56,789",
        "12,34,567,890",
        "123,45,678",
        "1234,567",
        "1.50,000",
        "100.0,0",
        "1, 500",
    ] {
        assert_eq!(read(odd), Err(InvalidAmount::Groups), "{odd}");
    }
    assert_eq!(read("₹"), Err(InvalidAmount::NotANumber));
    assert_eq!(read("1.505"), Err(InvalidAmount::TooPrecise));
}

#[test]
fn formats_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Formats>();
}

#[test]
fn currencies_have_the_digits_of_iso_4217() {
    let shown = |minor, code: &str| {
        let amount = Amount::from_minor(minor, code.parse().unwrap()).unwrap();
        Formats::default().amount(amount).replace('\u{a0}', " ")
    };
    for (code, text) in [
        ("INR", "₹50.00"),
        ("UGX", "UGX 5,000"),
        ("JPY", "¥5,000"),
        ("ISK", "ISK 5,000"),
        ("XOF", "XOF 5,000"),
        ("PYG", "PYG 5,000"),
        ("RWF", "RWF 5,000"),
        ("IQD", "IQD 5.000"),
        ("LYD", "LYD 5.000"),
        ("BHD", "BHD 5.000"),
        ("CLF", "CLF 0.5000"),
        ("MRU", "MRU 50.00"),
        ("IDR", "IDR 50.00"),
        ("AFN", "AFN 50.00"),
        ("SLE", "SLE 50.00"),
        ("XCG", "XCG 50.00"),
    ] {
        assert_eq!(shown(5000, code), text);
    }
    let read = |code: &str| code.parse::<Currency>();
    for unknown in ["ABC", "ZZZ", "RSX", "XXX", "XAU", "XTS", "XDR"] {
        assert_eq!(read(unknown), Err(InvalidAmount::UnknownCurrency), "{unknown}");
    }
    for none in ["", "Rs", "inr", "INRS", "₹", "I R"] {
        assert_eq!(read(none), Err(InvalidAmount::Currency), "{none}");
    }
    let shillings = read("UGX").unwrap();
    assert_eq!(Amount::parse("5000.5", shillings), Err(InvalidAmount::TooPrecise));
}

#[test]
fn a_locale_is_one_that_cldr_knows() {
    for known in [
        "en-IN",
        "en-GB",
        "en-US",
        "en-AU",
        "en-ZA",
        "hi-IN",
        "hi",
        "ta-IN",
        "bn-BD",
        "ur-PK",
        "ar-AE",
        "ar",
        "de-CH",
        "es-419",
        "en-001",
        "en-AE",
        "pt-BR",
        "zh-Hant-TW",
        "sw-KE",
        "EN-in",
        "en-IN-u-nu-deva",
        "ne-NP",
        "fil-PH",
        "sr-Latn-RS",
    ] {
        assert!(Formats::new(known).is_ok(), "{known}");
    }
    for (unknown, meant) in [
        ("hn-IN", "did you mean hi-IN or en-IN?"),
        ("in", "did you mean en-IN or hi-IN?"),
        ("us", "did you mean en-US?"),
        ("gb", "did you mean en-GB?"),
        ("jp", "did you mean en-JP or ja-JP?"),
        ("en-UK", "did you mean en-GB?"),
        ("IN-en", "did you mean en-IN?"),
        ("iw-IL", "did you mean he-IL?"),
        ("en_IN", "did you mean en-IN?"),
        ("en_US.UTF-8", "did you mean en-US?"),
        ("eng-IN", "did you mean en-IN"),
        ("xx-AE", "did you mean ar-AE or en-AE?"),
        ("hi-HI", "did you mean hi?"),
        ("en-IND", "did you mean en"),
        ("und", "such as en-IN"),
        ("", "such as en-IN"),
        ("english please", "such as en-IN"),
        ("zz", "such as en-IN"),
        ("klingon", "such as en-IN"),
    ] {
        let said = Formats::new(unknown).unwrap_err().to_string();
        assert!(said.contains(meant), "{unknown}: {said}");
        assert!(said.starts_with("unknown language"), "{said}");
    }
}

proptest::proptest! {
    #[test]
    fn what_is_suggested_for_a_locale_is_taken(tag in "[a-zA-Z_-]{0,8}") {
        if let Err(error) = Formats::new(&tag) {
            for meant in error.meant() {
                proptest::prop_assert!(Formats::new(meant).is_ok(), "{}", meant);
            }
        }
    }
}
