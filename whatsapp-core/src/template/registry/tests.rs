use super::*;
use crate::types::{Category, Class, FileRule, Placeholder, TypeDef};

const NAME: Placeholder = Placeholder::CUSTOMER_NAME;
const DAY: Placeholder = Placeholder::line("day", "Day", "Monday");

fn handle(definition: TypeDef) -> MessageType {
    MessageType::of(Box::leak(Box::new(definition)))
}

fn of(name: &'static str, placeholders: &'static [Placeholder], text: &'static str) -> MessageType {
    handle(TypeDef::new(name, "Visit", placeholders, text))
}

fn refusal(own: impl IntoIterator<Item = MessageType>) -> String {
    Types::new(own).unwrap_err().to_string()
}

#[test]
fn the_built_in_types_are_always_there() {
    let types = Types::new([of("visit", &[NAME, DAY], "{customerName}: {day}")]).unwrap();
    let names: Vec<_> = types.iter().map(MessageType::as_str).collect();
    assert_eq!(
        names,
        [
            "stock_delivered",
            "invoice",
            "payment_reminder",
            "festival",
            "payment_summary",
            "announcement",
            "visit"
        ]
    );
    for one in types.iter() {
        assert_eq!(types.get(one.name()), Some(one));
        assert!(types.has(one));
        assert_eq!(types.label(one.name()), one.label());
    }
    let unknown = TypeName::new("visits").unwrap();
    assert_eq!(types.get(unknown), None);
    assert_eq!(types.label(unknown), "visits (unknown type)");
    assert_eq!(Types::new([]).unwrap(), Types::default());
}

#[test]
fn a_name_that_is_none_or_taken_is_refused() {
    let visit = || of("visit", &[], "Come.");
    insta::assert_snapshot!(refusal([of("Site visit", &[], "Come.")]), @r#"the message type "Site visit" cannot be used: the name of a message type has 1 to 50 lower-case letters (a to z), digits and underscores, and begins with a letter"#);
    insta::assert_snapshot!(refusal([visit(), visit()]), @r#"the message type "visit" cannot be used: another type has this name; choose another name"#);
    insta::assert_snapshot!(refusal([of("invoice", &[], "It is here.")]), @r#"the message type "invoice" cannot be used: another type has this name; choose another name"#);
    let unlabelled = handle(TypeDef::new("visit", " ", &[], "Come."));
    insta::assert_snapshot!(refusal([unlabelled]), @r#"the message type "visit" cannot be used: its label is blank; give the words that people read"#);
}

#[test]
fn a_text_that_does_not_fit_its_placeholders_is_refused() {
    const BLANK: Placeholder = Placeholder::line("day", "Day", " ");
    insta::assert_snapshot!(refusal([of("visit", &[NAME, DAY], "{customerName}: {dya}")]), @r#"the message type "visit" cannot be used: its text does not fit: the template cannot be used: line 1, column 17: there is no placeholder {dya} for this message type; there are {customerName}, {day}"#);
    insta::assert_snapshot!(refusal([of("visit", &[], " ")]), @r#"the message type "visit" cannot be used: its text does not fit: the template cannot be used: line 1, column 1: the template is empty"#);
    insta::assert_snapshot!(refusal([of("visit", &[BLANK], "On {day}.")]), @r#"the message type "visit" cannot be used: its text cannot be shown with its samples: there is no value for {day}"#);
    let zero = TypeDef::new("visit", "Visit", &[DAY], "On {day}.").with_text_for_zero("day", "{x}");
    assert!(refusal([handle(zero)]).contains("its text does not fit"));
}

#[test]
fn placeholders_have_names_of_their_own() {
    const WRONG: Placeholder = Placeholder::line("Visit day", "Day", "Monday");
    const OTHER: Placeholder = Placeholder::line("customerName", "Name", "Asha");
    const MANY: &[Placeholder] = &[DAY; PLACEHOLDERS_MAX + 1];
    insta::assert_snapshot!(refusal([of("visit", &[WRONG], "Come.")]), @r#"the message type "visit" cannot be used: the placeholder "Visit day" needs another name: letters (a to z, A to Z) and digits, with a lower-case letter first"#);
    insta::assert_snapshot!(refusal([of("visit", &[DAY, DAY], "Come.")]), @r#"the message type "visit" cannot be used: it has the placeholder {day} twice"#);
    insta::assert_snapshot!(refusal([of("visit", &[OTHER], "Come.")]), @r#"the message type "visit" cannot be used: {customerName} stands for the customer's name: use Placeholder::CUSTOMER_NAME"#);
    insta::assert_snapshot!(refusal([of("visit", MANY, "Come.")]), @r#"the message type "visit" cannot be used: it has 11 placeholders; 10 are the most"#);
}

#[test]
fn what_a_definition_names_must_be_there() {
    let visit = || TypeDef::new("visit", "Visit", &[DAY], "On {day}.");
    let other = of("other", &[], "Other.");
    insta::assert_snapshot!(refusal([handle(visit().with_subject("no", "Visit"))]), @r#"the message type "visit" cannot be used: it has no placeholder {no}, which its definition names"#);
    insta::assert_snapshot!(refusal([handle(visit().with_text_for_zero("days", "Come."))]), @r#"the message type "visit" cannot be used: it has no placeholder {days}, which its definition names"#);
    insta::assert_snapshot!(refusal([handle(visit().with_file(FileRule::Mandatory(&[])))]), @r#"the message type "visit" cannot be used: it needs a file, but allows no kind of file"#);
    let under = |other| handle(visit().under_the_switch_of(other));
    insta::assert_snapshot!(refusal([under(other)]), @r#"the message type "visit" cannot be used: it is under the switch of other, which must be known as well and have a switch of its own"#);
    assert!(refusal([under(MessageType::PAYMENT_SUMMARY)]).contains("a switch of its own"));
    Types::new([under(other), other]).unwrap();
}

#[test]
fn another_definition_of_a_name_is_not_known() {
    let types = Types::new([of("visit", &[DAY], "On {day}.")]).unwrap();
    assert!(types.has(of("visit", &[DAY], "On {day}.")), "the same once more");
    assert!(!types.has(of("visit", &[DAY], "Come on {day}.")));
}

#[test]
fn the_types_of_the_specification_are_as_it_says() {
    let names = |of: MessageType| -> Vec<&str> {
        of.placeholders().iter().map(|placeholder| placeholder.name).collect()
    };
    let rules = |of: MessageType| {
        let file = match of.file() {
            FileRule::None => "none",
            FileRule::Optional => "optional",
            FileRule::Mandatory(_) => "mandatory",
        };
        let switch = of.switched_by().as_str();
        (of.class(), of.category(), file, of.allows_free_text(), of.asks_ledger(), switch)
    };
    assert_eq!(
        names(MessageType::STOCK_DELIVERED),
        ["customerName", "orderNumber", "deliveryDate", "items"]
    );
    assert_eq!(
        names(MessageType::INVOICE),
        ["customerName", "invoiceNumber", "invoiceDate", "amount", "dueDate", "invoiceLink"]
    );
    assert_eq!(
        names(MessageType::PAYMENT_REMINDER),
        ["customerName", "invoiceNumber", "amount", "dueDate", "daysOverdue"]
    );
    assert_eq!(names(MessageType::FESTIVAL), ["customerName", "festivalName"]);
    assert_eq!(
        names(MessageType::PAYMENT_SUMMARY),
        ["customerName", "invoices", "totals", "oldestDueDate"]
    );
    assert_eq!(names(MessageType::ANNOUNCEMENT), ["customerName", "announcement"]);
    let all = MessageType::BUILT_IN.iter().map(|one| rules(*one)).collect::<Vec<_>>();
    let (service, reminders) = (Category::Service, Category::Reminders);
    assert_eq!(
        all,
        [
            (Class::Transactional, service, "optional", true, false, "stock_delivered"),
            (Class::Transactional, service, "mandatory", false, false, "invoice"),
            (Class::Reminder, reminders, "optional", false, true, "payment_reminder"),
            (Class::Greeting, Category::Greetings, "optional", true, false, "festival"),
            (Class::Reminder, reminders, "optional", false, false, "payment_reminder"),
            (Class::Bulk, Category::News, "optional", true, false, "announcement"),
        ]
    );
    let on = |one: &&MessageType| one.is_on_by_default();
    assert_eq!(MessageType::BUILT_IN.iter().filter(on).count(), 5);
    assert!(!MessageType::ANNOUNCEMENT.is_on_by_default());
    let in_window = |one: &&MessageType| one.obeys_send_window();
    assert_eq!(MessageType::BUILT_IN.iter().filter(in_window).count(), 4);
    assert!(!MessageType::INVOICE.obeys_send_window());
}
