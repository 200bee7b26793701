use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::format::Formats;

fn render(message_type: MessageType, text: &str, values: &[(&str, &str)]) -> String {
    let template = Template::check(message_type, text).unwrap();
    let values = Values::from_pairs(message_type, values.iter().map(|(k, v)| (*k, *v)));
    template.render(&values).unwrap()
}

fn greet(name: &str) -> String {
    render(MessageType::Festival, "Hi {customerName}!", &[("customerName", name)])
}

#[test]
fn every_built_in_text_passes_its_own_check_and_previews() {
    for kind in MessageType::ALL {
        let template = Template::check(*kind, built_in(*kind)).unwrap();
        let names: Vec<_> = catalogue(*kind).iter().map(|known| known.name).collect();
        assert_eq!(template.placeholders(), names, "the default of {kind} uses all placeholders");
        template.preview().unwrap();
    }
    Template::check(MessageType::PaymentReminder, not_yet_due_reminder()).unwrap();
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
    let template = Template::check(MessageType::Invoice, built_in(MessageType::Invoice)).unwrap();
    assert_snapshot!(template.render(&values.values()).unwrap(), @r"
    Dear Asha Traders,

    Your invoice INV-2026-0042 dated 27 Jan 2026 for ₹1,23,456.00 is ready.

    Due Date: 11 Feb 2026

    View invoice: https://files.example/x/INV-2026-0042.pdf

    Thank you!
    ");
}

#[test]
fn an_amount_has_its_sign_once_whether_the_template_writes_it_or_not() {
    let amount = [("amount", "₹5.00")];
    for text in ["Pay ₹{amount}", "Pay ₹ {amount}", "Pay {amount}"] {
        let text = render(MessageType::Invoice, text, &amount);
        assert_eq!(text.matches('₹').count(), 1, "{text}");
    }
    assert_eq!(render(MessageType::Invoice, "$ / {amount}", &amount), "$ / ₹5.00");
    assert_eq!(render(MessageType::Invoice, "${amount}", &amount), "$₹5.00");
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
    assert_eq!(greet("a\u{202e}b\u{2066}c\u{feff}\u{0}\u{1b}\u{85}\u{2028}d"), "Hi abcd!");
    assert_eq!(greet("e\u{e0041}f\u{200f}"), "Hi ef!");
    assert_eq!(greet("क\u{94d}\u{200d}ष \u{200c}x"), "Hi क\u{94d}\u{200d}ष \u{200c}x!");
    assert_eq!(greet("👨‍👩‍👧"), "Hi 👨‍👩‍👧!");
    assert_eq!(greet("x\u{7f}yzabcdefgh\u{1f}"), "Hi xyzabcdefgh!");
}

#[test]
fn only_lists_keep_their_lines() {
    let text = render(
        MessageType::StockDelivered,
        "{orderNumber}:\n{items}",
        &[("orderNumber", "7\n8"), ("items", "a\r\nb\tc\rd")],
    );
    assert_eq!(text, "7 8:\na\nb c\nd");
}

#[test]
fn missing_and_blank_values_are_named() {
    let text = "{customerName} {invoiceNumber} {amount}";
    let template = Template::check(MessageType::Invoice, text).unwrap();
    for blank in ["", " ", "\n\t", "\u{200b}", "\u{feff}\u{202e}", "\u{a0}"] {
        let pairs = [("customerName", "A"), ("invoiceNumber", blank)];
        let values = Values::from_pairs(MessageType::Invoice, pairs.iter().map(|(k, v)| (*k, *v)));
        let error = template.render(&values).unwrap_err();
        assert_eq!(error, RenderError::Missing { names: vec!["invoiceNumber", "amount"] });
        assert_eq!(error.to_string(), "there is no value for {invoiceNumber}, {amount}");
    }
}

#[test]
fn the_limit_is_4096_utf16_units_and_nothing_is_cut() {
    let template = Template::check(MessageType::Festival, "{customerName}").unwrap();
    let render = |name: &str| {
        let pair = [("customerName", name)];
        let pairs = pair.iter().map(|(k, v)| (*k, *v));
        template.render(&Values::from_pairs(MessageType::Festival, pairs))
    };
    assert_eq!(render(&"😀".repeat(2048)).unwrap().encode_utf16().count(), 4096);
    assert_eq!(render(&"😀".repeat(2049)), Err(RenderError::TooLong { units: 4098 }));
    assert!(render(&"ह".repeat(4096)).is_ok());
    assert_eq!(render(&"x".repeat(4097)), Err(RenderError::TooLong { units: 4097 }));
    let long = "x".repeat(4097);
    let errors = Template::check(MessageType::Festival, &long).unwrap_err();
    assert_eq!(errors.problems[0].kind, ProblemKind::TooLong { units: 4097 });
}

#[test]
fn problems_have_positions_and_suggestions() {
    let text = "Dear {customer_name},\n{amuont} {} {x y} } {invoiceLink\n{zzzzzz}\u{202e}";
    let errors = Template::check(MessageType::Invoice, text).unwrap_err();
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
    for text in ["", " \n\t"] {
        let errors = Template::check(MessageType::Invoice, text).unwrap_err();
        assert_eq!(errors.problems[0].kind, ProblemKind::Empty);
    }
    assert!(Template::check(MessageType::Festival, "{{customerName}}").is_err());
}

#[test]
fn older_templates_keep_what_is_not_a_placeholder() {
    let (template, problems) = Template::lenient(MessageType::Festival, "{old} {customerName} {");
    assert_eq!(problems.len(), 2);
    let pair = [("customerName", "Asha")];
    let values = Values::from_pairs(MessageType::Festival, pair.iter().map(|(k, v)| (*k, *v)));
    assert_eq!(template.render(&values).unwrap(), "{old} Asha {");
}

#[test]
fn line_ends_of_web_forms_become_plain_ones() {
    let template = Template::check(MessageType::Festival, "a\r\nb {customerName}").unwrap();
    assert_eq!(template.text(), "a\nb {customerName}");
}

#[test]
fn values_of_another_type_are_refused() {
    let template = Template::check(MessageType::Festival, "{customerName}").unwrap();
    let values = Values::samples(MessageType::Invoice);
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
        let template = Template::check(MessageType::Festival, "<{customerName}>").unwrap();
        let pair = [("customerName", name.as_str())];
        let values = Values::from_pairs(MessageType::Festival, pair.iter().map(|(k, v)| (*k, *v)));
        if let Ok(text) = template.render(&values) {
            prop_assert!(text.encode_utf16().count() <= TEXT_MAX_UTF16);
            let unsafe_left = text.chars().any(|c| is_unsafe(c) || c.is_control());
            prop_assert!(!unsafe_left);
        }
    }

    #[test]
    fn plain_text_passes_unchanged(name in "[ -~]{1,40}") {
        prop_assume!(!name.trim().is_empty());
        prop_assert_eq!(greet(&name), format!("Hi {name}!"));
    }
}
