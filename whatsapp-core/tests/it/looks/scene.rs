//! Messages to customers, the outcomes of their POSTs, and the list's rows about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;
use whatsapp_core::message::MessageType;
use whatsapp_core::port::{Accepted, Clock as _, Customer, ListedMessage};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{CustomerId, Dispatcher, MessageId, Request};
use whatsapp_testkit::gateway::{Guise, Shown};

use super::list::{List, Mutant};
use crate::shop::{Shop, error};

/// Numbers, and the other digits that a gateway may list them as.
const NUMBERS: [(&str, &str); 5] = [
    ("919800000001", "9109800000001"),
    ("5531987654321", "553187654321"),
    ("5215512345678", "525512345678"),
    ("5491123456789", "541123456789"),
    ("12025550173", "102025550173"),
];

/// Numbers that are no variants of the ones above.
const STRANGERS: [&str; 4] = ["919800000002", "447700900123", "5531987654322", "971501234567"];

/// Texts to look for, and their form when escaped once.
const TEXTS: [&str; 4] = [
    "Dear D'Souza & Sons, your order is on its way. We shall tell you when it has arrived.",
    "नमस्ते आशा, आपका ऑर्डर रास्ते में है।",
    "Café <Goa>: your invoice INV-7 of ₹1,23,456.00 is due on 11 February 2026.",
    "Happy Diwali!",
];

/// Texts of other messages.
const OTHERS: [&str; 3] =
    ["Your parcel waits at the counter.", "धन्यवाद, फिर मिलेंगे", "Received: ₹500.00, with thanks"];

/// Another message, sent before the one that is looked for, with its row.
#[derive(Debug, Clone)]
struct Other {
    /// The recipient: the same number, or this stranger.
    stranger: Option<&'static str>,
    text: usize,
    /// True if the gateway's reply had an id.
    named: bool,
    hours_before: i64,
    recipient: usize,
    shift: Option<i64>,
}

/// A list with the one message, which was taken but lost its reply, among other rows.
#[derive(Debug, Clone)]
pub(super) struct Presence {
    number: usize,
    text: usize,
    guise: Vec<Shown>,
    recipient: usize,
    shift: Option<i64>,
    named: bool,
    others: Vec<Other>,
    /// Position of its row in the list.
    place: usize,
}

/// A list without the one message, which was not taken; every row is surely another's.
#[derive(Debug, Clone)]
pub(super) struct Absence {
    number: usize,
    text: usize,
    others: Vec<Other>,
    /// Rows of unknown messages, to other telephones.
    strangers: Vec<(usize, usize, bool, Option<i64>)>,
}

/// A time in another zone, or none at all.
fn shift() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        3 => Just(Some(0)),
        2 => select(vec![330, -330, 345, 60, -480, 840, -720, 1_560, -1_560]).prop_map(Some),
        2 => (-1_560_i64..=1_560).prop_map(Some),
        1 => Just(None),
    ]
}

fn other() -> impl Strategy<Value = Other> {
    let stranger = prop_oneof![Just(None), select(STRANGERS.to_vec()).prop_map(Some)];
    (stranger, 0..OTHERS.len() + TEXTS.len(), any::<bool>(), 1_i64..20, 0..RECIPIENTS, shift())
        .prop_map(|(stranger, text, named, hours_before, recipient, shift)| Other {
            stranger,
            text,
            named,
            hours_before,
            recipient,
            shift,
        })
}

pub(super) fn presence() -> impl Strategy<Value = Presence> {
    let texts = select(vec![
        vec![],
        vec![Shown::Escaped],
        vec![Shown::EscapedTwice],
        vec![Shown::EscapedNumbers],
        vec![Shown::QuestionMarks],
        vec![Shown::Replaced],
        vec![Shown::Cut(12)],
        vec![Shown::Cut(0)],
        vec![Shown::Escaped, Shown::Cut(14)],
        vec![Shown::QuestionMarks, Shown::Escaped],
    ]);
    (
        (0..NUMBERS.len(), 0..TEXTS.len(), texts, 0..RECIPIENTS, shift()),
        (prop::bool::weighted(0.8), prop::collection::vec(other(), 0..4), 0_usize..4),
    )
        .prop_map(|((number, text, guise, recipient, shift), (named, others, place))| {
            Presence { number, text, guise, recipient, shift, named, others, place }
        })
}

pub(super) fn absence() -> impl Strategy<Value = Absence> {
    let stranger = (0..STRANGERS.len(), 0..TEXTS.len(), any::<bool>(), shift());
    (
        0..NUMBERS.len(),
        0..TEXTS.len(),
        prop::collection::vec(other(), 0..6),
        prop::collection::vec(stranger, 0..30),
    )
        .prop_map(|(number, text, others, strangers)| Absence {
            number,
            text,
            others,
            strangers,
        })
}

/// Number of ways to write a recipient.
const RECIPIENTS: usize = 12;

/// A recipient written in one of these ways; `None` where the row has none.
fn recipient(digits: &str, other_digits: &str, way: usize) -> Option<String> {
    Some(match way {
        0 | 1 => digits.to_owned(),
        2 => format!("+{digits}"),
        3 => format!("{digits}@s.whatsapp.net"),
        4 => format!("{digits}:12@s.whatsapp.net"),
        5 => format!("{digits}@c.us"),
        6 => "100000000000042@lid".to_owned(),
        7 => "100000000000042".to_owned(),
        8 => other_digits.to_owned(),
        9 => format!("{other_digits}@c.us"),
        10 => digits.get(2..).unwrap_or_default().to_owned(),
        _ => return None,
    })
}

/// A shop whose messages have had their outcomes.
struct Scene {
    shop: Shop,
    wanted: MessageId,
    rows: Vec<ListedMessage>,
    text: &'static str,
    at: DateTime<Utc>,
    sent: usize,
}

fn text_of(index: usize) -> &'static str {
    OTHERS.iter().chain(&TEXTS).nth(index).copied().unwrap_or_default()
}

impl Scene {
    /// Sends the other messages, each with its reply, and then the one whose reply is lost.
    async fn new(number: usize, text: usize, others: &[Other]) -> Self {
        let shop = Shop::new();
        let (digits, other_digits) = NUMBERS[number];
        let text = TEXTS[text];
        let mut others: Vec<_> = others.to_vec();
        others.sort_by_key(|other| -other.hours_before);
        let wanted_at = shop.opened;
        shop.clock.jump_wall_clock(TimeDelta::hours(-24));
        let mut rows = Vec::new();
        for (nth, other) in others.iter().enumerate() {
            shop.clock.advance_to(
                wanted_at - TimeDelta::hours(other.hours_before)
                    + TimeDelta::seconds(i64::try_from(nth).unwrap()),
            );
            let to = other.stranger.unwrap_or(digits);
            let id = format!("other-{nth}");
            shop.gateway.next_send(Ok(Accepted::new(other.named.then(|| id.clone()))));
            let at = shop.clock.now();
            send(&shop, nth, to, text_of(other.text)).await;
            let variant = if other.stranger.is_some() { to } else { other_digits };
            rows.push(
                ListedMessage::new(other.named.then_some(id), text_of(other.text))
                    .with_recipient(recipient(to, variant, other.recipient).map(Into::into))
                    .with_created_at(other.shift.map(|shift| at + TimeDelta::minutes(shift))),
            );
        }
        shop.clock.advance_to(wanted_at);
        shop.gateway.next_send(Err(error(Disposition::Unknown)));
        let wanted = send(&shop, others.len(), digits, text).await;
        let sent = shop.gateway.sent().len();
        Self { shop, wanted, rows, text, at: wanted_at, sent }
    }

    /// Lets more than a day pass with a gateway that always lists these rows.
    async fn live(&self, rows: Vec<ListedMessage>, mutant: Mutant) {
        let list = List { rows, mutant, text: self.text, at: self.at };
        let ports = self.shop.ports.clone().with_deliveries(Arc::new(list));
        let options = whatsapp_core::dispatch::DispatchOptions::default()
            .with_rate_limit(whatsapp_core::dispatch::RateLimit::Unlimited)
            .with_watch(false);
        let dispatcher = Dispatcher::new(ports).unwrap().with_options(options);
        let end = self.at + TimeDelta::hours(30);
        loop {
            let report = dispatcher.tick(self.shop.clock.now()).await.unwrap();
            let now = self.shop.clock.now();
            match report.again_at {
                Some(at) if at > now && at <= end => self.shop.clock.advance_to(at),
                Some(at) if at <= now => {}
                _ => return,
            }
        }
    }
}

/// Sends one text to one number, and waits for the outcome of its POST.
async fn send(shop: &Shop, nth: usize, digits: &str, text: &str) -> MessageId {
    let customer = CustomerId::new(format!("L-{nth}")).unwrap();
    shop.customers.put(Customer::new(customer.clone(), "Asha", Some(&format!("+{digits}"))));
    let request = Request::text(customer, MessageType::FESTIVAL, text, BTreeMap::new());
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    shop.tick().await;
    id
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

impl Presence {
    /// Number of the message's POSTs in the end.
    pub(super) fn posts(self, mutant: Mutant) -> usize {
        run(async {
            let scene = Scene::new(self.number, self.text, &self.others).await;
            let (digits, other_digits) = NUMBERS[self.number];
            let id = self.named.then(|| "the-one".to_owned());
            let text = Guise::of(self.guise).text(scene.text);
            let row = ListedMessage::new(id, text)
                .with_recipient(recipient(digits, other_digits, self.recipient).map(Into::into))
                .with_created_at(self.shift.map(|shift| scene.at + TimeDelta::minutes(shift)));
            let mut rows = scene.rows.clone();
            rows.insert(self.place.min(rows.len()), row);
            scene.live(rows, mutant).await;
            scene.shop.gateway.sent().len() - scene.sent + 1
        })
    }
}

impl Absence {
    /// The attempts at the message in the end.
    pub(super) fn attempts(mut self, mutant: Mutant) -> Vec<(i64, Option<&'static str>)> {
        for other in &mut self.others {
            // Without an id only the message's text can explain a row. It must be sent to this
            // number, and must not be the text that is looked for.
            let explains = other.stranger.is_none() && other.text < OTHERS.len();
            other.named |= !explains;
        }
        run(async {
            let scene = Scene::new(self.number, self.text, &self.others).await;
            let mut rows = scene.rows.clone();
            rows.extend(self.strangers.iter().enumerate().map(
                |(nth, (to, text, named, shift))| {
                    ListedMessage::new(named.then(|| format!("stranger-{nth}")), TEXTS[*text])
                        .with_recipient(
                            recipient(STRANGERS[*to], STRANGERS[*to], nth % 6).map(Into::into),
                        )
                        .with_created_at(shift.map(|shift| scene.at + TimeDelta::minutes(shift)))
                },
            ));
            scene.live(rows, mutant).await;
            scene.shop.attempts(scene.wanted).await
        })
    }
}
