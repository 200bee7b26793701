//! The placeholder that was meant by an unknown name.

use crate::types::MessageType;

/// Parts of names as people write them, with the part of our names that each stands for.
const MEANING: &[(&str, &str)] = &[
    ("no", "number"),
    ("nr", "number"),
    ("num", "number"),
    ("id", "number"),
    ("code", "number"),
    ("ref", "number"),
    ("reference", "number"),
    ("cust", "customer"),
    ("client", "customer"),
    ("buyer", "customer"),
    ("party", "customer"),
    ("user", "customer"),
    ("contact", "customer"),
    ("recipient", "customer"),
    ("inv", "invoice"),
    ("bill", "invoice"),
    ("ord", "order"),
    ("so", "order"),
    ("amt", "amount"),
    ("total", "amount"),
    ("sum", "amount"),
    ("price", "amount"),
    ("balance", "amount"),
    ("outstanding", "amount"),
    ("value", "amount"),
    ("dt", "date"),
    ("on", "date"),
    ("deadline", "due"),
    ("payable", "due"),
    ("url", "link"),
    ("href", "link"),
    ("pdf", "link"),
    ("file", "link"),
    ("document", "link"),
    ("attachment", "link"),
    ("delivered", "delivery"),
    ("product", "item"),
    ("good", "item"),
    ("article", "item"),
    ("line", "item"),
    ("late", "overdue"),
    ("past", "overdue"),
    ("event", "festival"),
    ("occasion", "festival"),
    ("holiday", "festival"),
    ("title", "name"),
    ("nm", "name"),
    ("po", "order"),
    ("dispatch", "delivery"),
    ("dispatched", "delivery"),
    ("shipping", "delivery"),
    ("shipped", "delivery"),
    ("view", "link"),
    ("download", "link"),
];

/// Parts without a meaning of their own.
const FILLERS: &[&str] = &[
    "the", "my", "your", "our", "full", "first", "last", "grand", "net", "gross", "list", "text",
    "var", "field", "data", "display", "current",
];

/// The longest name that is looked at, in bytes.
const NAME_MAX: usize = 60;

/// The placeholder of a message type that was probably meant: its parts are mostly the same
/// (`invoiceNo`, `invoice_id`, `client-name`), or it is a slip or two away (`amuont`).
pub(super) fn meant(message_type: MessageType, name: &str) -> Option<&'static str> {
    if name.len() > NAME_MAX {
        return None;
    }
    let wanted = parts(name);
    let by_parts = message_type
        .placeholders()
        .iter()
        .filter_map(|known| Some((likeness(&wanted, &parts(known.name))?, known.name)))
        // Among equals the first in the list wins.
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    by_parts.map(|(_, name)| name).or_else(|| by_letters(message_type, name))
}

/// The placeholder of a message type that is surely meant: all parts are the same.
pub(super) fn exactly(message_type: MessageType, name: &str) -> Option<&'static str> {
    let wanted = parts(name);
    let mut known = message_type.placeholders().iter().map(|known| known.name);
    known.find(|known| likeness(&wanted, &parts(known)).is_some_and(|alike| alike.percent == 100))
}

fn by_letters(message_type: MessageType, name: &str) -> Option<&'static str> {
    let wanted = fold(name);
    if wanted.is_empty() {
        return None;
    }
    message_type
        .placeholders()
        .iter()
        .map(|known| (strsim::damerau_levenshtein(&wanted, &fold(known.name)), known.name))
        .filter(|(distance, name)| *distance <= 2 && *distance * 4 <= name.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A name without case and separators.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Likeness of two names: the share of common parts, then the number of equal parts at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    percent: usize,
    at_the_end: usize,
}

fn likeness(wanted: &[String], known: &[String]) -> Option<Likeness> {
    let same = known.iter().filter(|part| wanted.iter().any(|other| alike(part, other))).count();
    let at_the_end = wanted.iter().rev().zip(known.iter().rev());
    let at_the_end = at_the_end.take_while(|(one, other)| alike(one, other)).count();
    let all = wanted.len() + known.len() - same;
    let percent = (same * 100).checked_div(all)?;
    (percent >= 50).then_some(Likeness { percent, at_the_end })
}

/// Returns true if two parts are the same, or one is the other cut short, apart from slips of
/// the finger.
fn alike(one: &str, other: &str) -> bool {
    let slips = match one.len().min(other.len()) {
        0..5 => 0,
        5..8 => 1,
        _ => 2,
    };
    let short =
        one.len().min(other.len()) >= 4 && (one.starts_with(other) || other.starts_with(one));
    one == other || short || (slips > 0 && strsim::damerau_levenshtein(one, other) <= slips)
}

/// The parts of a name: `invoiceNo`, `INVOICE_NO` and `invoice no` have two. Fillers are left out,
/// and each part is replaced by its meaning.
fn parts(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        let starts = !before.is_alphanumeric()
            || (c.is_uppercase() && !before.is_uppercase())
            || (c.is_numeric() != before.is_numeric());
        if c.is_alphanumeric() {
            if starts {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        before = c;
    }
    let mut parts: Vec<String> = Vec::new();
    for part in words.iter().flat_map(|word| split(word)).map(meaning) {
        if !FILLERS.contains(&part) && !parts.iter().any(|known| known == part) {
            parts.push(part.to_owned());
        }
    }
    parts
}

/// The meaning of a part, in the singular.
fn meaning(part: &str) -> &str {
    let single = if part.len() > 3 { part.strip_suffix('s').unwrap_or(part) } else { part };
    MEANING.iter().find(|(written, _)| *written == single).map_or(single, |(_, meaning)| meaning)
}

/// A word cut into parts that were written without a gap, such as `invoiceno`; else the word.
fn split(word: &str) -> Vec<&str> {
    const OURS: &[&str] = &[
        "customer", "name", "invoice", "number", "date", "amount", "due", "link", "order",
        "delivery", "items", "item", "days", "day", "overdue", "festival",
    ];
    let known =
        |part: &str| OURS.contains(&part) || MEANING.iter().any(|(written, _)| *written == part);
    if known(word) {
        return vec![word];
    }
    for at in (2..word.len().saturating_sub(1)).rev() {
        if let Some((head, tail)) = word.split_at_checked(at).filter(|(head, _)| known(head)) {
            let mut parts = split(tail);
            if parts.iter().all(|part| known(part)) {
                parts.insert(0, head);
                return parts;
            }
        }
    }
    vec![word]
}

/// The placeholders of a type as a template writes them: `{customerName}, {orderNumber}`.
pub(super) fn listed(message_type: MessageType) -> String {
    let names = message_type.placeholders().iter().map(|known| format!("{{{}}}", known.name));
    names.collect::<Vec<_>>().join(", ")
}
