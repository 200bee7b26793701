use proptest::prelude::*;

use super::*;
use crate::template::Values;

fn told(message_type: MessageType, text: &str) -> Vec<String> {
    let review = Template::review(message_type, text);
    let mended = |it: &Finding| match it.mended(&review.text) {
        Some(text) => format!("{it} → {text:?}"),
        None => it.to_string(),
    };
    review.findings.iter().map(mended).collect()
}

/// The only finding: its sentence, and the text once it is mended; nothing where there is
/// no finding.
fn only(text: &str) -> (String, Option<String>) {
    let review = Template::review(MessageType::INVOICE, text);
    match review.findings.as_slice() {
        [] => (String::new(), None),
        [one] => (one.to_string(), one.mended(&review.text)),
        _ => panic!("{text:?}: {:?}", told(MessageType::INVOICE, text)),
    }
}

#[test]
fn built_in_texts_have_nothing_to_be_said_of() {
    for message_type in MessageType::BUILT_IN {
        let texts =
            [Some(message_type.built_in_text()), message_type.text_for_zero().map(|it| it.1)];
        for text in texts.into_iter().flatten() {
            assert_eq!(told(*message_type, text), Vec::<String>::new(), "{message_type}");
        }
    }
}

#[test]
fn what_cannot_be_saved_is_mended_where_one_meaning_is_clear() {
    for (text, said, mended) in [
        (
            "Dear {custmerName}",
            "line 1, column 6: there is no placeholder {custmerName}",
            Some("Dear {customerName}"),
        ),
        (
            "Dear {{customerName}}",
            "line 1, column 6: write {customerName} instead",
            Some("Dear {customerName}"),
        ),
        (
            "Dear {customer name},",
            "line 1, column 6: {customer name} is not a placeholder",
            Some("Dear {customerName},"),
        ),
        (
            "Dear {customerName,\nhello",
            "line 1, column 6: a { is not closed",
            Some("Dear {customerName},\nhello"),
        ),
        ("Dear customerName},", "line 1, column 6: a } stands alone", Some("Dear {customerName},")),
        (
            "a\u{200e}b",
            "line 1, column 2: there is an invisible character here (U+200E)",
            Some("ab"),
        ),
        ("Dear {nobody}", "line 1, column 6: there is no placeholder {nobody}", None),
        ("a { b", "line 1, column 3: a { is not closed", None),
        ("a } b", "line 1, column 3: a } stands alone", None),
        ("a {} b", "line 1, column 3: there is no name between", None),
        (" ", "line 1, column 1: the template is empty", None),
    ] {
        let review = Template::review(MessageType::INVOICE, text);
        let [one] = review.findings.as_slice() else { panic!("{text:?}: {:?}", review.findings) };
        assert!(one.is_problem() && !review.is_usable(), "{text:?}");
        assert!(one.to_string().starts_with(said), "{text:?}: {one}");
        assert_eq!(one.mended(&review.text).as_deref(), mended, "{text:?}");
    }
}

#[test]
fn marks_that_whatsapp_shows_are_told_and_mended() {
    for (text, said, mended) in [
        (
            "Dear * {customerName} *,",
            "line 1, column 6: there is a blank inside the stars, so that WhatsApp shows them and nothing is bold",
            Some("Dear *{customerName}*,"),
        ),
        (
            "x _a _ y",
            "line 1, column 3: there is a blank inside the underscores, so that WhatsApp shows them and nothing is italic",
            Some("x _a_ y"),
        ),
        (
            "x ~ a b~",
            "line 1, column 3: there is a blank inside the tildes, so that WhatsApp shows them and nothing is struck out",
            Some("x ~a b~"),
        ),
        (
            "a *b",
            "line 1, column 3: this star has no partner on its line, so that WhatsApp shows it as it is",
            None,
        ),
        (
            "*a\nb",
            "line 1, column 1: this star has no partner on its line, so that WhatsApp shows it as it is",
            None,
        ),
        (
            "**Due {dueDate}**",
            "line 1, column 1: WhatsApp shows ** as it is: one star on each side makes a text bold",
            Some("*Due {dueDate}*"),
        ),
        (
            "so __a__",
            "line 1, column 4: WhatsApp shows __ as it is: one star on each side makes a text bold",
            Some("so *a*"),
        ),
        (
            "~~a~~",
            "line 1, column 1: WhatsApp shows ~~ as it is: one tilde on each side makes a text struck out",
            Some("~a~"),
        ),
        (
            "## Your invoice",
            "line 1, column 1: WhatsApp has no headings and shows the # as it is",
            Some("*Your invoice*"),
        ),
    ] {
        assert_eq!(only(text), (said.to_owned(), mended.map(str::to_owned)), "{text:?}");
    }
    for plain in [
        "*{customerName}*, _a *b* c_",
        "- *a*\n* b\n1. ~c~",
        "2 * 3 * 4 = 24, 2*3*4",
        "snake_case_name and ~500 pieces",
        "*****\n_____\n-----",
        "```**a** * b\n```, `* a *`, https://a.example/*_x",
        "#7 and #",
        "a * b, a _ b",
    ] {
        assert_eq!(only(plain), (String::new(), None), "{plain:?}");
    }
}

#[test]
fn values_beside_letters_and_second_currencies_are_told_and_mended() {
    for (text, said, mended) in [
        (
            "Dear{customerName},",
            "line 1, column 5: {customerName} stands right beside",
            "Dear {customerName},",
        ),
        ("{amount}is due", "line 1, column 1: {amount} stands right beside", "{amount} is due"),
        (
            "{dueDate}{amount}",
            "line 1, column 1: {dueDate} stands right beside",
            "{dueDate} {amount}",
        ),
        (
            "For Rs. ₹{amount}.",
            "line 1, column 5: the currency stands here twice",
            "For ₹{amount}.",
        ),
        ("₹₹ *{amount}*", "line 1, column 1: the currency stands here twice", "₹ *{amount}*"),
        ("₹{amount} INR", "line 1, column 1: the currency stands here twice", "₹{amount}"),
        (
            "See [here]({invoiceLink}).",
            "line 1, column 5: WhatsApp shows the brackets",
            "See here: {invoiceLink}.",
        ),
        (
            "[https://a.in](https://a.in)",
            "line 1, column 1: WhatsApp shows the brackets",
            "https://a.in",
        ),
        ("a  \nb", "line 1, column 2: there are blanks at the end", "a\nb"),
        ("\n\na", "line 1, column 1: WhatsApp leaves out empty lines", "a"),
        ("a \n", "line 1, column 2: WhatsApp leaves out empty lines", "a"),
    ] {
        let (found, text_mended) = only(text);
        assert!(found.starts_with(said), "{text:?}: {found}");
        assert_eq!(text_mended.as_deref(), Some(mended), "{text:?}");
    }
    for plain in [
        "₹{amount}, Amount (INR): ₹{amount}",
        "{customerName}'s",
        "({amount})",
        "{dueDate}: {amount}",
    ] {
        assert_eq!(only(plain), (String::new(), None), "{plain:?}");
    }
    let (short, _) = only("Pay at https://bit.ly/x7 now");
    assert_eq!(
        short,
        "line 1, column 16: customers cannot see where an address of bit.ly leads: write the whole address"
    );
    assert_eq!(only("See https://orbit.ly/x or t.co"), (String::new(), None));
}

#[test]
fn a_text_for_many_names_its_customer_and_a_long_one_goes_behind_its_file() {
    let same = told(MessageType::FESTIVAL, "Happy {festivalName}!");
    assert_eq!(
        same,
        ["line 1, column 1: every customer gets the same text: {customerName} is not in it"]
    );
    assert_eq!(told(MessageType::PAYMENT_REMINDER, "Please pay {amount}."), Vec::<String>::new());
    let long = format!("Dear {{customerName}}, {}", "word ".repeat(220));
    let long = long.trim_end();
    let [behind] = &told(MessageType::INVOICE, long)[..] else { panic!() };
    assert!(
        behind
            .contains("with sample values the text has 1118 characters, and 1024 fit under a file"),
        "{behind}"
    );
    assert_eq!(told(MessageType::INVOICE, &long[..901]).len(), 1, "blanks at the end alone");
    let lines = format!("{{items}}{}", " and more".repeat(454));
    let [longer] = &told(MessageType::STOCK_DELIVERED, &lines)[..] else { panic!() };
    assert!(longer.contains("with sample values the text has 4120 characters"), "{longer}");
}

#[test]
fn what_was_pasted_by_mistake_is_too_long_and_nothing_else() {
    let review = Template::review(MessageType::INVOICE, &"}".repeat(256 * 1024));
    let [one] = review.findings.as_slice() else { panic!("{}", review.findings.len()) };
    assert!(one.to_string().contains("262144 characters"), "{one}");
    let braces = Template::review(MessageType::INVOICE, &"}*".repeat(2_000));
    assert_eq!(braces.findings.iter().filter(|it| it.is_problem()).count(), 2_000);
}

#[test]
fn line_ends_of_forms_are_plain_ones() {
    let review = Template::review(MessageType::INVOICE, "a\r\n{amuont}\r");
    assert_eq!(review.text, "a\n{amuont}\n");
    assert_eq!(review.findings[0].position, Position { line: 2, column: 1 });
    assert_eq!(&review.text[review.findings[0].bytes.0..review.findings[0].bytes.1], "{amuont}");
}

proptest! {
    #[test]
    fn any_text_can_be_reviewed_and_every_mend_leaves_less_to_be_said(
        text in r"([*_~`#\[\]()>\-. \n]|\{|\}|\{customerName\}|\{amount\}|₹|a|https://a\.in/|\*\*|क){0,40}",
    ) {
        let review = Template::review(MessageType::INVOICE, &text);
        let checked = Template::check(MessageType::INVOICE, &text);
        prop_assert_eq!(review.is_usable(), checked.is_ok());
        for finding in &review.findings {
            prop_assert!(review.text.is_char_boundary(finding.bytes.0));
            prop_assert!(review.text.is_char_boundary(finding.bytes.1));
            let Some(mended) = finding.mended(&review.text) else { continue };
            prop_assert_ne!(&mended, &review.text, "{}", finding);
            let after = Template::review(MessageType::INVOICE, &mended);
            prop_assert!(!after.findings.contains(finding), "{}: {:?}", finding, mended);
        }
    }

    #[test]
    fn a_filled_text_is_the_rendered_one_and_knows_its_values(
        text in r"([*_ \n₹a]|\{customerName\}|\{amount\}|Rs\. ){1,20}",
        name in r"[ a-zक*]{1,8}",
        amount in r"(₹?[0-9]{1,4}| )",
    ) {
        let (template, _) = Template::lenient(MessageType::INVOICE, &text);
        let pairs = [("customerName", name.as_str()), ("amount", amount.as_str())];
        let values = Values::from_pairs(MessageType::INVOICE, pairs);
        let filled = template.fill(&values);
        prop_assert_eq!(filled.as_ref().map(|it| it.text.clone()).map_err(Clone::clone), template.render(&values));
        if let Ok(filled) = filled {
            let mut from = 0;
            for (begins, ends) in filled.values {
                prop_assert!(from <= begins && begins < ends);
                let value = &filled.text[begins..ends];
                prop_assert!(value == name.trim() || value == amount.trim(), "{:?}", value);
                from = ends;
            }
        }
    }
}
