use super::super::{Invoice, Payload, Template};
use crate::format::{Amount, Formats};
use crate::message::MessageType;

/// A template with an amount of 5 in a currency, as a customer gets it.
fn pay(template: &str, currency: &str) -> String {
    let (template, _) = Template::lenient(MessageType::INVOICE, template);
    let locale = if currency == "EUR" { "de-DE" } else { "en-IN" };
    let invoice = Payload::Invoice(Invoice {
        number: "INV-7".into(),
        date: "2026-01-27".parse().unwrap(),
        amount: Amount::parse("5", currency.parse().unwrap()).unwrap(),
        due: "2026-02-11".parse().unwrap(),
        link: None,
    });
    let values =
        invoice.values("Asha", "https://files.example/7.pdf", &Formats::new(locale).unwrap());
    template.render(&values.values()).unwrap().replace('\u{a0}', " ")
}

#[test]
fn the_built_in_texts_have_the_amounts_own_sign() {
    for (currency, shown) in [
        ("INR", "for ₹5.00 is"),
        ("AED", "for AED 5.00 is"),
        ("USD", "for $5.00 is"),
        ("EUR", "for €5,00 is"),
        ("KWD", "for KWD 5.000 is"),
    ] {
        let text = pay(MessageType::INVOICE.built_in_text(), currency);
        assert!(text.contains(shown), "{text}");
    }
}

/// Texts with a currency beside the amount, and what is shown.
const WITH_A_CURRENCY: &[(&str, &str)] = &[
    ("Pay {amount}", "Pay ₹5.00"),
    ("Pay ₹{amount}", "Pay ₹5.00"),
    ("Pay ₹ {amount}", "Pay ₹5.00"),
    ("Pay ₹\u{a0}{amount}", "Pay ₹5.00"),
    ("Pay ₹\u{202f}{amount}", "Pay ₹5.00"),
    ("Pay ₹\u{200b}{amount}", "Pay ₹5.00"),
    ("Pay Rs. {amount}", "Pay ₹5.00"),
    ("Pay Rs.{amount}", "Pay ₹5.00"),
    ("Pay Rs {amount}", "Pay ₹5.00"),
    ("Pay rs {amount}", "Pay ₹5.00"),
    ("Pay ₨ {amount}", "Pay ₹5.00"),
    ("Pay ₹. {amount}", "Pay ₹5.00"),
    ("Rs:- {amount}", "₹5.00"),
    ("Total Rs.:- *{amount}*", "Total: *₹5.00*"),
    ("Pay Rs-{amount}", "Pay ₹5.00"),
    ("Pay Rs.- {amount}", "Pay ₹5.00"),
    ("Pay Rs/-{amount}", "Pay ₹5.00"),
    ("Pay Rs./- *{amount}*", "Pay *₹5.00*"),
    ("Pay INR - {amount}", "Pay ₹5.00"),
    ("Pay ₹/- {amount}", "Pay ₹5.00"),
    ("Pay ₹ ({amount})", "Pay (₹5.00)"),
    ("Pay Rs. (*{amount}*)", "Pay (*₹5.00*)"),
    ("Pay ₹.{amount}/-", "Pay ₹5.00/-"),
    ("Pay INR {amount}", "Pay ₹5.00"),
    ("Pay रु. {amount}", "Pay ₹5.00"),
    ("Pay AED {amount}", "Pay ₹5.00"),
    ("Pay USD {amount}", "Pay ₹5.00"),
    ("Pay US${amount}", "Pay ₹5.00"),
    ("Pay $ {amount}", "Pay ₹5.00"),
    ("Pay ${amount}", "Pay ₹5.00"),
    ("Pay €{amount}", "Pay ₹5.00"),
    ("Pay Rs. ₹{amount}", "Pay ₹5.00"),
    ("Pay INR Rs. {amount}", "Pay ₹5.00"),
    ("₹*{amount}*", "*₹5.00*"),
    ("*₹{amount}*", "*₹5.00*"),
    ("*₹ {amount}*", "*₹5.00*"),
    ("*₹* {amount}", "₹5.00"),
    ("*Rs.* *{amount}*", "*₹5.00*"),
    ("_Rs._ {amount}", "₹5.00"),
    ("₹ _*{amount}*_", "_*₹5.00*_"),
    ("Rs. ~{amount}~", "~₹5.00~"),
    ("Rs. `{amount}`", "`₹5.00`"),
    ("Amount (INR): {amount}", "Amount: ₹5.00"),
    ("Amount (Rs.) {amount}", "Amount ₹5.00"),
    ("Amount in INR: *{amount}*", "Amount: *₹5.00*"),
    ("INR: {amount}", "₹5.00"),
    ("Hi\n₹: {amount}", "Hi\n₹5.00"),
    ("US $ {amount}", "₹5.00"),
    ("Pay US Dollars {amount}", "Pay ₹5.00"),
    ("Indian Rupees {amount}", "₹5.00"),
    ("zł {amount}", "₹5.00"),
    ("د.إ {amount}", "₹5.00"),
    ("Pay {amount} *INR*", "Pay ₹5.00"),
    ("*{amount}* _INR_", "*₹5.00*"),
    ("Pay {amount} (INR) now", "Pay ₹5.00 now"),
    ("Pay {amount}(Rs.)", "Pay ₹5.00"),
    ("Pay {amount} in INR", "Pay ₹5.00"),
    ("Pay {amount} INR now", "Pay ₹5.00 now"),
    ("Pay {amount} Rs. now", "Pay ₹5.00 now"),
    ("Pay {amount} Rs. Thank you", "Pay ₹5.00. Thank you"),
    ("Pay {amount} AED.", "Pay ₹5.00."),
    ("Pay {amount}€", "Pay ₹5.00"),
    ("Pay {amount} €, please", "Pay ₹5.00, please"),
    ("Pay *{amount}* INR", "Pay *₹5.00*"),
    ("Pay {amount} rupees", "Pay ₹5.00"),
    ("Pay Rs. {amount} INR", "Pay ₹5.00"),
    ("Pay Rs. {amount}/-", "Pay ₹5.00/-"),
    ("Rs. {amount} or Rs. {amount}", "₹5.00 or ₹5.00"),
    ("{amount} Rs. {amount}", "₹5.00{₹5.00}"),
];

/// Texts with something beside the amount that is no currency of it.
const WITHOUT: &[(&str, &str)] = &[
    ("$ / {amount}", "$ / ₹5.00"),
    ("Less ₹-{amount}", "Less ₹-₹5.00"),
    ("Bill - {amount}", "Bill - ₹5.00"),
    ("Bill ({amount})", "Bill (₹5.00)"),
    ("5$ ({amount})", "5$ (₹5.00)"),
    ("Total: {amount}", "Total: ₹5.00"),
    ("Contact us: {amount}", "Contact us: ₹5.00"),
    ("Pay {amount} (due)", "Pay ₹5.00 (due)"),
    ("Pay {amount} in cash", "Pay ₹5.00 in cash"),
    ("5$ {amount}", "5$ ₹5.00"),
    ("{amount} $5 off", "₹5.00 $5 off"),
    ("Mrs {amount}", "Mrs ₹5.00"),
    ("the {amount} all", "the ₹5.00 all"),
    ("₹\n{amount}", "₹\n₹5.00"),
    ("{invoiceNumber} ₹ {dueDate}", "INV-7 ₹ 11 Feb 2026"),
];

/// Each template is shown like this.
fn shows(texts: &[(&str, &str)]) {
    for (template, shown) in texts {
        let shown = shown.replace('{', " ").replace('}', "");
        assert_eq!(pay(template, "INR"), shown, "{template:?}");
    }
}

#[test]
fn an_amount_has_one_sign_whatever_the_template_writes_beside_it() {
    shows(WITH_A_CURRENCY);
}

#[test]
fn text_that_is_no_currency_of_the_amount_stays() {
    shows(WITHOUT);
}

#[test]
fn no_currency_contradicts_the_amounts() {
    for template in [
        "₹{amount}",
        "Rs. *{amount}*",
        "INR {amount}",
        "{amount} Rs",
        "${amount}",
        "₹ {amount} INR",
    ] {
        for (currency, shown) in
            [("AED", "AED 5.00"), ("USD", "$5.00"), ("EUR", "€5,00"), ("BDT", "৳5.00")]
        {
            assert_eq!(pay(template, currency).replace('*', ""), shown, "{template}");
        }
    }
}

#[test]
fn an_amount_given_without_a_sign_keeps_the_templates() {
    let show = |template: &str, amount: &str| {
        let template = Template::check(MessageType::INVOICE, template).unwrap();
        let pair = [("amount", amount)];
        let pairs = pair.iter().map(|(name, value)| (*name, *value));
        let values = super::super::Values::from_pairs(MessageType::INVOICE, pairs);
        template.render(&values).unwrap()
    };
    assert_eq!(show("Pay ₹*{amount}* INR", "5.00"), "Pay ₹*5.00* INR");
    assert_eq!(show("Pay Rs. {amount}", "1,23,456.00"), "Pay Rs. 1,23,456.00");
    for template in ["*₹* {amount} *INR* now", "Total (INR): {amount} (Rs.)", "*Rs.* *{amount}*"]
    {
        assert_eq!(show(template, "5.00"), template.replace("{amount}", "5.00"));
    }
    for amount in ["₹5.00", "Rs. 5.00", "5,00 €", "INR 5.00", "US$5"] {
        assert_eq!(show("Pay Rs. {amount}", amount), format!("Pay {amount}"));
    }
}
