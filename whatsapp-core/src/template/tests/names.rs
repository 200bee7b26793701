use super::super::{ProblemKind, Template, TemplateErrors};
use crate::message::MessageType;

fn meant(message_type: MessageType, written: &str) -> Option<&'static str> {
    let TemplateErrors { problems } = Template::check(message_type, written).unwrap_err();
    assert_eq!(problems.len(), 1, "{written}: {problems:?}");
    match &problems[0].kind {
        ProblemKind::Unknown { meant, .. }
        | ProblemKind::BadName { meant, .. }
        | ProblemKind::Foreign { meant, .. } => *meant,
        other => panic!("{written}: {other}"),
    }
}

#[test]
fn a_near_miss_is_told_by_the_parts_of_its_name() {
    for (message_type, name, written) in [
        (
            MessageType::INVOICE,
            "invoiceNumber",
            "invoiceNo invoiceID invoice_no invoice-number INVOICE_NUMBER invoiceno invNo invoiceNum invoiceCode InvoiceNumber billNo invoice number invoiceNumbr invoice",
        ),
        (
            MessageType::INVOICE,
            "invoiceDate",
            "invDate invoice_date dateOfInvoice invoicedt billDate invoiceDt",
        ),
        (
            MessageType::INVOICE,
            "amount",
            "amt total totalAmount invoiceAmount amount_due grandTotal amuont balance invoice_total amountDue Amount AMOUNT",
        ),
        (
            MessageType::INVOICE,
            "dueDate",
            "due_date duedate dateDue due deadline invoiceDueDate paymentDueDate dueDt",
        ),
        (
            MessageType::INVOICE,
            "invoiceLink",
            "invoiceUrl invoice_link link pdfLink invoicePdf invoiceURL url",
        ),
        (
            MessageType::INVOICE,
            "customerName",
            "customer_name custName customername client clientName name fullName customer Customer Name customrName CUSTOMERNAME firstName",
        ),
        (
            MessageType::STOCK_DELIVERED,
            "orderNumber",
            "orderNo orderId order_number OrderNum order orderRef",
        ),
        (
            MessageType::STOCK_DELIVERED,
            "deliveryDate",
            "deliveredOn delivery_date deliveredDate delivDate date dateOfDelivery",
        ),
        (MessageType::STOCK_DELIVERED, "items", "item itemList products item_list Items goods"),
        (
            MessageType::PAYMENT_REMINDER,
            "daysOverdue",
            "days_overdue overdueDays daysLate overdue daysPastDue days dayOverdue",
        ),
        (MessageType::PAYMENT_REMINDER, "invoiceNumber", "invoiceNo invoiceId"),
        (
            MessageType::FESTIVAL,
            "festivalName",
            "festival festival_name eventName occasion festivalname",
        ),
    ] {
        let mut rest = written;
        while !rest.is_empty() {
            // `invoice number`, `Customer Name` and the like are given as two words.
            let (one, after) = rest.split_once(' ').unwrap_or((rest, ""));
            rest = after;
            assert_eq!(meant(message_type, &format!("{{{one}}}")), Some(name), "{one}");
        }
        assert_eq!(meant(message_type, &format!("{{{}}}", name.to_uppercase())), Some(name));
        assert_eq!(meant(message_type, &format!("{{ {name} }}")), Some(name));
    }
}

#[test]
fn a_name_that_is_far_from_all_gets_no_guess() {
    for written in ["{zzzzzz}", "{shopName}", "{x}", "{phone}", "{gstin}", "{paymentLink}"] {
        assert_eq!(meant(MessageType::INVOICE, written), None, "{written}");
    }
}

#[test]
fn every_name_is_its_own_nearest() {
    for message_type in MessageType::BUILT_IN {
        for known in message_type.placeholders() {
            for slip in
                [known.name.to_lowercase(), format!("{}x", known.name), format!("_{}", known.name)]
            {
                if message_type.placeholders().iter().any(|other| other.name == slip) {
                    continue;
                }
                let TemplateErrors { problems } =
                    Template::check(*message_type, &format!("{{{slip}}}")).unwrap_err();
                assert!(
                    problems[0].kind.to_string().contains(&format!("{{{}}}?", known.name)),
                    "{slip}"
                );
            }
        }
    }
}

/// The customer's name as other programs write its place.
const NAMED: &[&str] = &[
    "{{customerName}}",
    "{{ customerName }}",
    "{{{customerName}}}",
    "{{customer_name}}",
    "{{customer.name}}",
    "{{client_name}}",
    "${customerName}",
    "${customer_name}",
    "%{customerName}",
    "%customerName%",
    "%CUSTOMER_NAME%",
    "%%customerName%%",
    "[customerName]",
    "[CUSTOMER_NAME]",
    "[Customer Name]",
    "[[customerName]]",
    "<customerName>",
    "<customer_name>",
    "<<customerName>>",
    "«customerName»",
    "«Customer Name»",
    "#customerName#",
    "##customerName##",
    ":customerName:",
    ":customerName",
    "@customerName",
    "@customerName@",
    "$customerName",
    "$customerName$",
    "__customerName__",
    "|customerName|",
    "$customer_name",
    "$customer_name$",
    ":customer_name:",
    "@customer_name@",
    "__customer_name__",
    "|customer_name|",
    "*|CUSTOMER_NAME|*",
    "<%= customerName %>",
    "{%customerName%}",
    "{{ $customerName }}",
    "{{customerName|upper}}",
    "{{{{customerName}}}}",
    "{{name}}",
    "[name]",
    "<name>",
    "%name%",
    "%NAME%",
    "#NAME#",
    "%(customerName)s",
    "$(customerName)",
    "｛customerName｝",
    "@{customerName}",
    "{#customerName#}",
    "[NAME]",
    "[Name]",
    "[CUSTOMER]",
    "<?php echo $name ?>",
    "<?php echo $customerName; ?>",
    "<?= $customer_name ?>",
    "customerName",
];

/// Places of other programs that have a number, a letter or nothing for a name.
const NAMELESS: &[&str] = &[
    "{{1}}",
    "{{12}}",
    "${1}",
    "%s",
    "%1$s",
    "{{x}}",
    "[[1]]",
    "<<1>>",
    "{#var#}",
    "{#1#}",
    "<?php echo $x ?>",
];

#[test]
fn other_programs_placeholders_are_one_problem_each() {
    for written in NAMED {
        let text = format!("Dear {written}, thank you");
        let errors = Template::check(MessageType::INVOICE, &text).unwrap_err();
        let shown = format!("write {{customerName}} instead of {written}");
        assert_eq!(errors.problems.len(), 1, "{written}: {errors}");
        assert_eq!(errors.problems[0].kind.to_string(), shown);
        let (from, to) = errors.problems[0].bytes;
        assert_eq!(&text[from..to], *written);
    }
}

#[test]
fn other_programs_placeholders_without_a_name_are_one_problem_each() {
    for written in NAMELESS {
        let errors = Template::check(MessageType::FESTIVAL, &format!("Hi {written}!")).unwrap_err();
        let shown = format!(
            "{written} is no placeholder here: write one of {{customerName}}, {{festivalName}}"
        );
        assert_eq!(errors.problems.len(), 1, "{written}: {errors}");
        assert_eq!(errors.problems[0].kind.to_string(), shown);
    }
}

#[test]
fn a_name_between_signs_that_mean_nothing_is_told_once() {
    for (text, shown) in [
        ("Hi *customerName*", "write {customerName} instead of customerName"),
        ("Hi _customerName_", "write {customerName} instead of customerName"),
        ("Hi (customerName)", "write {customerName} instead of customerName"),
        ("Hi ~customerName~, ^", "write {customerName} instead of customerName"),
        ("Hi {$customerName}", "did you mean {customerName}?"),
        ("[NAME], your invoice", "write {customerName} instead of [NAME]"),
        ("Pay [AMOUNT] today", "write {amount} instead of [AMOUNT]"),
        ("Hi {:customerName}", "did you mean {customerName}?"),
    ] {
        let errors = Template::check(MessageType::INVOICE, text).unwrap_err();
        assert_eq!(errors.problems.len(), 1, "{text}: {errors}");
        assert!(errors.to_string().ends_with(shown), "{text}: {errors}");
    }
}

#[test]
fn ordinary_text_in_brackets_stays() {
    for text in [
        "[Reminder] Dear {customerName}",
        "[URGENT] [Invoice] [1] [amount?]",
        "(invoice number) (amount)",
        "10% off until 5%, 100% amount %",
        "I <3 you <b> > 5",
        "Order #{invoiceNumber}",
        "#1 #invoice #amount",
        "Hi @ {customerName}: thanks:)",
        "[Name]\n{customerName}",
        "{customerName}\n[AMOUNT]\n{amount}",
        "Read [Terms] and [INVOICE]",
        "Please note: due date: {dueDate}",
        "*{customerName}* _{amount}_ __bold__",
        "Pay ${amount}",
        "Cost $5, $amount",
        "mail: shop@example.com, https://shop.example/?a=%20b%20",
        "<{customerName}>",
        "[{invoiceNumber}]",
        "({dueDate})",
        "%{",
        "50%s",
        "a|b|c",
        "**Total**",
    ] {
        if let Err(errors) = Template::check(MessageType::INVOICE, text) {
            let foreign =
                errors.problems.iter().find(|p| matches!(p.kind, ProblemKind::Foreign { .. }));
            assert!(foreign.is_none(), "{text}: {errors}");
        }
    }
    for text in [
        "[Reminder] Dear {customerName}",
        "Order #{invoiceNumber} (amount)",
        "Please note: due date: {dueDate}",
        "Pay ${amount}",
        "[Invoice] [ORDER] <b>bold</b>",
        "https://pay.example/?invoiceNumber={invoiceNumber}&dueDate={dueDate}",
        "<< Big sale >>",
        "Code: 5%, items: {invoiceNumber}, the amount of items, due date",
    ] {
        assert!(Template::check(MessageType::INVOICE, text).is_ok(), "{text}");
    }
}

#[test]
fn positions_are_those_of_the_text_as_it_was_given() {
    for (text, marked, place) in [
        ("Dear\r\n{bad}\r\n", "{bad}", "line 2, column 1"),
        ("a\r\nb\r\n\u{202e}c {bad}", "{bad}", "line 3, column 4"),
        ("a\rb {bad}", "{bad}", "line 2, column 3"),
        ("😀😀 {bad}", "{bad}", "line 1, column 4"),
        ("é\u{301} \u{200b}{bad}", "{bad}", "line 1, column 5"),
        ("\u{feff}{customerName}\r\n😀{{bad}}", "{{bad}}", "line 2, column 2"),
        ("\r\n\r\n{a b}", "{a b}", "line 3, column 1"),
        ("\r\n{open\r\n}", "{", "line 2, column 1"),
        ("x\n\n\r\n }", "}", "line 4, column 2"),
    ] {
        let errors = Template::check(MessageType::INVOICE, text).unwrap_err();
        let found = errors.problems.iter().find(|p| text.get(p.bytes.0..p.bytes.1) == Some(marked));
        let found = found.unwrap_or_else(|| panic!("{text:?}: {errors}"));
        assert_eq!(found.position.to_string(), place, "{text:?}");
    }
    let (_, problems) = Template::lenient(MessageType::INVOICE, "a\r\n{bad}");
    assert_eq!(problems[0].bytes, (3, 8));
}
