//! Rendering an invoice text with 6 placeholders: `cargo bench -p whatsapp-benches --bench render`.

#![expect(clippy::expect_used, reason = "a benchmark stops when its set-up is wrong")]

use std::collections::{BTreeMap, HashMap};

use handlebars::Handlebars;
use minijinja::Environment;
use serde::Serialize;
use whatsapp_benches::{Candidate, compare};
use whatsapp_core::format::{Amount, Formats};
use whatsapp_core::message::MessageType;
use whatsapp_core::template::{Invoice, Payload, Template, Values};

const TEXT: &str = "Dear {customerName},\n\nYour invoice {invoiceNumber} dated {invoiceDate} for \
                    {amount} is ready.\n\nDue Date: {dueDate}\n\nView: {invoiceLink}\n\nThank you!";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    customer_name: String,
    invoice_number: String,
    invoice_date: String,
    amount: String,
    due_date: String,
    invoice_link: String,
}

fn by_format(data: &Data) -> String {
    format!(
        "Dear {},\n\nYour invoice {} dated {} for {} is ready.\n\nDue Date: {}\n\nView: {}\n\n\
         Thank you!",
        data.customer_name,
        data.invoice_number,
        data.invoice_date,
        data.amount,
        data.due_date,
        data.invoice_link
    )
}

/// The code that one writes first: literal and name segments, a `HashMap`, no checks.
fn by_hash_map(segments: &[(bool, &str)], values: &HashMap<String, String>) -> String {
    let mut text = String::new();
    for (is_name, segment) in segments {
        match values.get(*segment) {
            Some(value) if *is_name => text.push_str(value),
            _ => text.push_str(segment),
        }
    }
    text
}

fn main() {
    let data = Data {
        customer_name: "Asha Traders".to_owned(),
        invoice_number: "INV-2026-0042".to_owned(),
        invoice_date: "27 Jan 2026".to_owned(),
        amount: "Rs 1,23,456.00".to_owned(),
        due_date: "11 Feb 2026".to_owned(),
        invoice_link: "https://shop.example/i/42".to_owned(),
    };
    let pairs = [
        ("customerName", data.customer_name.as_str()),
        ("invoiceNumber", data.invoice_number.as_str()),
        ("invoiceDate", data.invoice_date.as_str()),
        ("amount", data.amount.as_str()),
        ("dueDate", data.due_date.as_str()),
        ("invoiceLink", data.invoice_link.as_str()),
    ];
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let tree: BTreeMap<String, String> = pairs.iter().map(owned).collect();
    let map: HashMap<String, String> = pairs.iter().map(owned).collect();
    let segments: Vec<(bool, &str)> = TEXT
        .split('{')
        .flat_map(|part| match part.split_once('}') {
            Some((name, rest)) => vec![(true, name), (false, rest)],
            None => vec![(false, part)],
        })
        .collect();

    let template = Template::check(MessageType::INVOICE, TEXT).expect("the template is right");
    let slots = Values::from_pairs(MessageType::INVOICE, pairs.iter().map(|(n, v)| (*n, *v)));
    let doubled = TEXT.replace('{', "{{").replace('}', "}}");
    let mut jinja = Environment::new();
    jinja.add_template("invoice", &doubled).expect("the template is right");
    let jinja = jinja.get_template("invoice").expect("it was added");
    let mut bars = Handlebars::new();
    bars.register_escape_fn(handlebars::no_escape);
    bars.register_template_string("invoice", &doubled).expect("the template is right");

    let expected = by_format(&data);
    assert_eq!(template.render(&slots).expect("renders"), expected);
    assert_eq!(by_hash_map(&segments, &map), expected);
    assert_eq!(jinja.render(minijinja::Value::from_pairs(pairs)).expect("renders"), expected);
    assert_eq!(bars.render("invoice", &data).expect("renders"), expected);

    compare(
        "One invoice text, template parsed before, values as text",
        &mut [
            Candidate::new("format! (no checks)", || by_format(&data)),
            Candidate::new("whatsapp-core, a payload's values", || {
                template.render(&slots).expect("renders")
            })
            .with_goal(0.5),
            Candidate::new("whatsapp-core, a BTreeMap of values", || {
                let values = Values::from_pairs(MessageType::INVOICE, &tree);
                template.render(&values).expect("renders")
            })
            .with_goal(1.1),
            Candidate::new("whatsapp-core, a HashMap of values", || {
                let values = Values::from_pairs(MessageType::INVOICE, &map);
                template.render(&values).expect("renders")
            })
            .with_goal(1.1),
            Candidate::new("segments + HashMap (no checks)", || by_hash_map(&segments, &map)),
            Candidate::new("minijinja", || {
                jinja.render(minijinja::Value::from_pairs(pairs)).expect("renders")
            }),
            Candidate::new("handlebars", || bars.render("invoice", &data).expect("renders")),
        ],
    );

    from_a_payload(&data, &template);
}

/// Compares renderings of a typed payload, whose amounts and dates are written first.
fn from_a_payload(data: &Data, template: &Template) {
    let invoice = Payload::Invoice(Invoice {
        number: data.invoice_number.clone(),
        date: "2026-01-27".parse().expect("a date"),
        amount: Amount::rupees("123456").expect("an amount"),
        due: "2026-02-11".parse().expect("a date"),
        link: Some(data.invoice_link.clone()),
    });
    let Payload::Invoice(typed) = &invoice else { return };
    let formats = Formats::default();
    compare(
        "The same from a typed payload, amounts and dates written by the locale's rules",
        &mut [
            Candidate::new("format! over the same formatters", || {
                by_format(&Data {
                    customer_name: data.customer_name.clone(),
                    invoice_number: typed.number.clone(),
                    invoice_date: formats.date(typed.date),
                    amount: formats.amount(typed.amount),
                    due_date: formats.date(typed.due),
                    invoice_link: typed.link.clone().unwrap_or_default(),
                })
            }),
            Candidate::new("whatsapp-core, payload to text", || {
                let values = invoice.values(&data.customer_name, "", &formats);
                template.render(&values.values()).expect("renders")
            }),
        ],
    );
}
