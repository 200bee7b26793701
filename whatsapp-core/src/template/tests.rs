mod currency;
mod names;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::format::Formats;
use crate::visible::is_unsafe;

fn render(message_type: MessageType, text: &str, values: &[(&str, &str)]) -> String {
    let template = Template::check(message_type, text).unwrap();
    let values = Values::from_pairs(message_type, values.iter().map(|(k, v)| (*k, *v)));
    template.render(&values).unwrap()
}

fn greet(name: &str) -> String {
    render(MessageType::FESTIVAL, "Hi {customerName}!", &[("customerName", name)])
}

#[test]
fn every_built_in_text_passes_its_own_check_and_previews() {
    for kind in MessageType::BUILT_IN {
        let template = Template::check(*kind, kind.built_in_text()).unwrap();
        let names: Vec<_> = kind.placeholders().iter().map(|known| known.name).collect();
        assert_eq!(template.placeholders(), names, "the default of {kind} uses all placeholders");
        template.preview().unwrap();
    }
    let (_, text) = MessageType::PAYMENT_REMINDER.text_for_zero().unwrap();
    Template::check(MessageType::PAYMENT_REMINDER, text).unwrap();
}

#[test]
fn the_invoice_text_reads_as_specified() {
    let invoice = Payload::Invoice(Invoice {
        number: "INV-2026-0042".into(),
        date: "2026-01-27".parse().unwrap(),
        amount: crate::format::Amount::rupees("123456").unwrap(),
        due: "2026-02-11".parse().unwrap(),
        link: None,
    });
    let link = "https://files.example/x/INV-2026-0042.pdf";
    let values = invoice.values("Asha Traders", link, &Formats::default());
    let template =
        Template::check(MessageType::INVOICE, MessageType::INVOICE.built_in_text()).unwrap();
    assert_snapshot!(template.render(&values.values()).unwrap(), @r"
    Dear Asha Traders,

    Your invoice INV-2026-0042 dated 27 Jan 2026 for ₹1,23,456.00 is ready.

    Due Date: 11 Feb 2026

    View invoice: https://files.example/x/INV-2026-0042.pdf

    Thank you!
    ");
}

#[test]
fn values_go_in_once() {
    for name in ["{amount}", "{{customerName}}", "{", "}", "{festivalName}"] {
        assert_eq!(greet(name), format!("Hi {name}!"));
    }
}

#[test]
fn values_lose_what_customers_must_not_get() {
    assert_eq!(greet("A\r\nB\tC\nD\rE"), "Hi A B C D E!");
    assert_eq!(greet("a\u{202e}b\u{2066}c\u{feff}\u{0}\u{1b}d"), "Hi abcd!");
    // Characters that separate two words do not join them.
    assert_eq!(greet("a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f"), "Hi a b c d e f!");
    assert_eq!(greet("e\u{e0041}f\u{200f}"), "Hi ef!");
    assert_eq!(greet("क\u{94d}\u{200d}ष \u{200c}x"), "Hi क\u{94d}\u{200d}ष \u{200c}x!");
    assert_eq!(greet("👨‍👩‍👧"), "Hi 👨‍👩‍👧!");
    assert_eq!(greet("x\u{7f}yzabcdefgh\u{1f}"), "Hi xyzabcdefgh!");
}

#[test]
fn only_lists_keep_their_lines() {
    let text = render(
        MessageType::STOCK_DELIVERED,
        "{orderNumber}:\n{items}",
        &[("orderNumber", "7\n8"), ("items", "a\r\nb\tc\rd\u{2028}e")],
    );
    assert_eq!(text, "7 8:\na\nb c\nd\ne");
}

#[test]
fn missing_and_blank_values_are_named() {
    let text = "{customerName} {invoiceNumber} {amount}";
    let template = Template::check(MessageType::INVOICE, text).unwrap();
    for blank in ["", " ", "\n\t", "\u{200b}", "\u{feff}\u{202e}", "\u{a0}"] {
        let pairs = [("customerName", "A"), ("invoiceNumber", blank)];
        let values = Values::from_pairs(MessageType::INVOICE, pairs.iter().map(|(k, v)| (*k, *v)));
        let error = template.render(&values).unwrap_err();
        assert_eq!(error, RenderError::Missing { names: vec!["invoiceNumber", "amount"] });
        assert_eq!(error.to_string(), "there is no value for {invoiceNumber}, {amount}");
    }
}

#[test]
fn the_limit_is_4096_utf16_units_and_nothing_is_cut() {
    let template = Template::check(MessageType::FESTIVAL, "{customerName}").unwrap();
    let render = |name: &str| {
        let pair = [("customerName", name)];
        let pairs = pair.iter().map(|(k, v)| (*k, *v));
        template.render(&Values::from_pairs(MessageType::FESTIVAL, pairs))
    };
    assert_eq!(render(&"😀".repeat(2048)).unwrap().encode_utf16().count(), 4096);
    assert_eq!(render(&"😀".repeat(2049)), Err(RenderError::TooLong { units: 4098 }));
    assert!(render(&"ह".repeat(4096)).is_ok());
    assert_eq!(render(&"x".repeat(4097)), Err(RenderError::TooLong { units: 4097 }));
    let long = "x".repeat(4097);
    let errors = Template::check(MessageType::FESTIVAL, &long).unwrap_err();
    assert_eq!(errors.problems[0].kind, ProblemKind::TooLong { units: 4097 });
}

#[test]
fn problems_have_positions_and_suggestions() {
    let text = "Dear {customer_name},\n{amuont} {} {x y} } {invoiceLink\n{zzzzzz}\u{202e}";
    let errors = Template::check(MessageType::INVOICE, text).unwrap_err();
    let shown: Vec<String> =
        errors.problems.iter().map(|p| format!("{}: {}", p.position, p.kind)).collect();
    assert_snapshot!(shown.join("\n"), @r"
    line 1, column 6: there is no placeholder {customer_name} for this message type; did you mean {customerName}?
    line 2, column 1: there is no placeholder {amuont} for this message type; did you mean {amount}?
    line 2, column 10: there is no name between { and }
    line 2, column 13: {x y} is not a placeholder: only letters and digits may stand between the braces
    line 2, column 19: a } stands alone: a placeholder is written {likeThis}
    line 2, column 21: a { is not closed: a placeholder is written {likeThis}
    line 3, column 1: there is no placeholder {zzzzzz} for this message type; there are {customerName}, {invoiceNumber}, {invoiceDate}, {amount}, {dueDate}, {invoiceLink}
    line 3, column 9: there is an invisible character here (U+202E); delete it
    ");
}

#[test]
fn empty_templates_and_doubled_braces_are_refused() {
    // A text without visible characters is empty.
    for text in ["", " \n\t", "\u{200b}", "\u{2060}\u{a0}\u{ad}\u{200d}", "\u{3164}"] {
        let errors = Template::check(MessageType::INVOICE, text).unwrap_err();
        assert_eq!(errors.problems[0].kind, ProblemKind::Empty);
    }
    assert!(Template::check(MessageType::FESTIVAL, "{{customerName}}").is_err());
}

#[test]
fn marks_of_direction_stand_in_texts_from_right_to_left_alone() {
    for text in ["שלום {customerName}\u{200f}!", "\u{61c}مرحبا {customerName} \u{200e}#7"]
    {
        assert!(Template::check(MessageType::FESTIVAL, text).is_ok(), "{text}");
    }
    for text in ["Hi {customerName}\u{200f}!", "नमस्ते\u{200e}", "שלום\u{202e}", "שלום\u{feff}"]
    {
        assert!(Template::check(MessageType::FESTIVAL, text).is_err(), "{text}");
    }
}

#[test]
fn older_templates_keep_what_is_not_a_placeholder() {
    let (template, problems) = Template::lenient(MessageType::FESTIVAL, "{old} {customerName} {");
    assert_eq!(problems.len(), 2);
    let pair = [("customerName", "Asha")];
    let values = Values::from_pairs(MessageType::FESTIVAL, pair.iter().map(|(k, v)| (*k, *v)));
    assert_eq!(template.render(&values).unwrap(), "{old} Asha {");
}

#[test]
fn line_ends_of_web_forms_become_plain_ones() {
    let template = Template::check(MessageType::FESTIVAL, "a\r\nb {customerName}").unwrap();
    assert_eq!(template.text(), "a\nb {customerName}");
}

#[test]
fn values_of_another_type_are_refused() {
    let template = Template::check(MessageType::FESTIVAL, "{customerName}").unwrap();
    let values = Values::samples(MessageType::INVOICE);
    assert_eq!(template.render(&values), Err(RenderError::OtherType));
}

#[test]
fn not_yet_overdue_is_zero_days() {
    let reminder = |today: &str| PaymentReminder {
        invoice_number: "INV-7".into(),
        amount: crate::format::Amount::rupees("5").unwrap(),
        due: "2026-02-11".parse().unwrap(),
        today: today.parse().unwrap(),
    };
    assert_eq!(reminder("2026-02-10").days_overdue(), 0);
    assert_eq!(reminder("2026-02-11").days_overdue(), 0);
    assert_eq!(reminder("2026-02-18").days_overdue(), 7);
}

#[test]
fn a_year_of_two_digits_and_one_of_another_age_are_refused() {
    // `26-01-27` is read as a day of the year 26.
    let invoice = |date: &str, due: &str| {
        Payload::Invoice(Invoice {
            number: "INV-7".into(),
            date: date.parse().unwrap(),
            amount: crate::format::Amount::rupees("5").unwrap(),
            due: due.parse().unwrap(),
            link: None,
        })
    };
    for (date, due, name) in [
        ("0026-01-27", "2026-02-11", "invoiceDate"),
        ("0001-01-01", "2026-02-11", "invoiceDate"),
        ("1899-12-31", "2026-02-11", "invoiceDate"),
        ("2026-01-27", "0026-02-11", "dueDate"),
        ("2026-01-27", "2200-01-01", "dueDate"),
        ("2026-01-27", "+20260-01-01", "dueDate"),
    ] {
        let error = invoice(date, due).check().unwrap_err();
        assert!(matches!(error, RenderError::Year { name: n, .. } if n == name), "{date} {due}");
    }
    assert_eq!(
        invoice("0026-01-27", "2026-02-11").check().unwrap_err().to_string(),
        "the year of {invoiceDate} is 26: a year from 1900 to 2199, in four digits, is expected"
    );
    assert_eq!(invoice("1900-01-01", "2199-12-31").check(), Ok(()));
    let today = "2026-01-27".parse().unwrap();
    assert_eq!(invoice("2026-01-27", "2026-01-27").warnings(today), Vec::<String>::new());
    assert!(invoice("2026-01-27", "2026-01-26").warnings(today)[0].contains("due before"));
    assert_eq!(invoice("2027-01-27", "2027-02-27").warnings(today), Vec::<String>::new());
    assert!(invoice("2027-01-28", "2027-02-27").warnings(today)[0].contains("a year ahead"));
    assert_eq!(invoice("2062-01-27", "2026-01-26").warnings(today).len(), 2);
    let order = |day: &str| {
        Payload::StockDelivered(StockDelivered {
            order_number: "7".into(),
            delivered_on: day.parse().unwrap(),
            items: vec!["pipe".into()],
        })
    };
    assert!(order("0026-01-27").check().is_err() && order("2026-01-27").check().is_ok());
    for day in ["2020-01-01", "2026-01-26", "2026-01-27"] {
        assert_eq!(order(day).warnings(today), Vec::<String>::new(), "{day}");
    }
    for day in ["2026-01-28", "2026-12-14", "2062-01-27"] {
        assert!(order(day).warnings(today)[0].starts_with("The delivery is dated after"), "{day}");
    }
    let reminder = |due: &str, today: &str| {
        Payload::PaymentReminder(PaymentReminder {
            invoice_number: "INV-7".into(),
            amount: crate::format::Amount::rupees("5").unwrap(),
            due: due.parse().unwrap(),
            today: today.parse().unwrap(),
        })
    };
    assert!(reminder("0026-02-11", "2026-02-18").check().is_err());
    assert!(reminder("2026-02-11", "0026-02-18").check().is_err());
}

#[test]
fn odd_values_are_told_in_words() {
    let warnings = |text: &str, values: &[(&str, &str)]| {
        let template = Template::check(MessageType::INVOICE, text).unwrap();
        let values = values.iter().map(|(name, value)| (*name, *value));
        template.warnings(&Values::from_pairs(MessageType::INVOICE, values))
    };
    for name in ["NULL", "null", "N/A", "n/a", "undefined", "#N/A", "None", "nan", " NULL ", "-"] {
        let said = warnings("Dear {customerName}", &[("customerName", name)]);
        assert!(
            said.len() == 1 && said[0].starts_with("The customer is called"),
            "{name}: {said:?}"
        );
    }
    for name in ["Nullius", "Mr. None", "Anna", "Asha Traders", "N. A. Rao", "Nan Fung"] {
        assert!(warnings("Dear {customerName}", &[("customerName", name)]).is_empty(), "{name}");
    }
    let number = warnings("Invoice {invoiceNumber}", &[("invoiceNumber", "undefined")]);
    assert_eq!(
        number,
        ["The value of {invoiceNumber} is \"undefined\". Look whether it is missing."]
    );
    // Values that the template does not use get no warning.
    assert!(
        warnings("Invoice {invoiceNumber}", &[("invoiceNumber", "7"), ("customerName", "NULL")])
            .is_empty()
    );
    for zero in ["₹0.00", "0", "AED\u{a0}0.00", "¥0"] {
        assert_eq!(warnings("Pay {amount}", &[("amount", zero)]), ["The amount is zero."]);
    }
    for amount in ["₹0.50", "₹10.00", "5"] {
        assert!(warnings("Pay ₹{amount}", &[("amount", amount)]).is_empty(), "{amount}");
    }
    let other = warnings("Pay {amount}, or $ at the counter", &[("amount", "₹5.00")]);
    assert!(other.len() == 1 && other[0].contains("The template writes $"), "{other:?}");
}

proptest! {
    #[test]
    fn parsing_any_text_covers_all_of_it(text in any::<String>()) {
        let rebuilt: String = parse::pieces(&text).iter().map(|piece| match piece {
            parse::Piece::Literal(range) | parse::Piece::Malformed(range, _) => text[range.clone()].to_owned(),
            parse::Piece::Name(range) => format!("{{{}}}", &text[range.clone()]),
        }).collect();
        prop_assert_eq!(rebuilt, text);
    }

    #[test]
    fn no_value_can_smuggle_anything_in(name in any::<String>()) {
        let template = Template::check(MessageType::FESTIVAL, "<{customerName}>").unwrap();
        let pair = [("customerName", name.as_str())];
        let values = Values::from_pairs(MessageType::FESTIVAL, pair.iter().map(|(k, v)| (*k, *v)));
        if let Ok(text) = template.render(&values) {
            prop_assert!(text.encode_utf16().count() <= TEXT_MAX_UTF16);
            let unsafe_left = text.chars().any(|c| is_unsafe(c) || c.is_control());
            prop_assert!(!unsafe_left);
        }
    }

    #[test]
    fn plain_text_passes_unchanged_but_for_blanks_at_its_ends(name in "[ -~]{1,40}") {
        prop_assume!(!name.trim().is_empty());
        prop_assert_eq!(greet(&name), format!("Hi {}!", name.trim()));
    }
}
