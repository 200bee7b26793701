//! Every page of the console in its states.

use std::sync::Arc;

use serde_json::json;
use whatsapp_console::Role;
use whatsapp_core::audit::Actor;
use whatsapp_core::bulk::{BulkAct, BulkAsks};
use whatsapp_core::bulks::{Bulks, Chosen};
use whatsapp_core::desk::{Consent, SettingEdit, TemplateEdit};
use whatsapp_core::message::{Delivery, MessageType, Outcome};
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{LogFilter, Standing};
use whatsapp_core::schedule::StepState;
use whatsapp_core::{CampaignId, CustomerId, DailyTally, MessageId, TemplateId};
use whatsapp_testkit::fixtures::START;
use whatsapp_testkit::{FixedSource, MemoryMedia};

use crate::driver::Browser;
use crate::shop::{
    Shop, exhausted, message, minutes, not_on_whatsapp, owed, sent, unknown, waiting,
};
use crate::{festivals, site, states};

/// A page in one state: its address, and the acts that lead to the state.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) name: String,
    url: String,
    /// Scripts, and for each the element that is on the page once it ran.
    does: Vec<(String, String)>,
}

impl Scene {
    pub(crate) fn new(name: &str, site: &str, path: &str) -> Self {
        let does = Vec::new();
        Self { name: format!("{name} {path}"), url: format!("{site}/{path}"), does }
    }

    /// Adds a script, and the element that is there once it ran.
    pub(crate) fn then(mut self, script: &str, there: &str) -> Self {
        self.does.push((script.to_owned(), there.to_owned()));
        self
    }

    /// Clicks an element.
    pub(crate) fn click(self, what: &str, there: &str) -> Self {
        let what = json!(what);
        self.then(&format!("document.querySelector({what}).click()"), there)
    }

    /// Puts a value into a field.
    pub(crate) fn fill(self, field: &str, value: &str) -> Self {
        let (selector, value) = (json!(field), json!(value));
        self.then(&format!("document.querySelector({selector}).value = {value}"), field)
    }

    /// Returns true if the page is as its address gives it.
    pub(crate) const fn is_still(&self) -> bool {
        self.does.is_empty()
    }

    /// Opens the page, and brings it into its state.
    pub(crate) async fn open(&self, browser: &Browser) {
        browser.goto(&self.url).await;
        browser.find("h1").await;
        for (script, there) in &self.does {
            browser.say(script).await;
            let is_there = format!("return !!document.querySelector({})", json!(there));
            browser.until(&format!("{}: {there}", self.name), &is_there).await;
        }
    }
}

/// Ids that other scenes need of the shop that has something in every room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Full {
    pub(crate) failed: MessageId,
    pub(crate) used: TemplateId,
    pub(crate) draft: CampaignId,
}

/// Returns all scenes, to be opened in this order.
pub(crate) async fn scenes() -> Vec<Scene> {
    let mut all = states::shops().await;
    all.extend(states::doors().await);

    let empty = Shop::new().await;
    empty.customer(1, "Asha Traders");
    let url = site::open(&empty).await;
    let pages = [
        "overview",
        "messages",
        "messages?status=failed",
        "held",
        "schedule",
        "schedule/2026-01-27",
        "customers/C-1",
        "templates",
        "festivals",
        "audit",
        "audit?who=outside",
    ];
    all.extend(at("empty", &url, &pages));

    let paused = Shop::new().await;
    paused.put_setting("whatsapp_send_from", "nine").await;
    paused.put_setting("whatsapp_failure_notification_email", "").await;
    paused.put(message(1, "Asha Traders", START - minutes(9), exhausted())).await;
    paused.desk().pause(&Actor::Host).await.unwrap();
    // The audit of a row that was changed outside, and of each kind of change.
    let edit = [SettingEdit::new("whatsapp_retry_max", "1")];
    paused.desk().save_settings(&edit, Consent::Given, &Actor::Host).await.unwrap();
    paused.put_setting("whatsapp_retry_max", "2").await;
    let broken = ["overview", "settings", "settings/connection", "audit"];
    all.extend(at("paused", &site::open(&paused).await, &broken));
    // These come last, as they change the shop, and what the browser keeps.
    all.extend(of_a_full_shop().await);
    all
}

/// Pages of messages.
const MESSAGES: [&str; 5] = [
    "overview",
    "messages",
    "messages?status=failed&sort=oldest",
    "messages?status=failed&about=nothing",
    "messages?customer=C-1",
];

/// Pages of customers, reminders and settings, the audit, and pages on which something is written.
const ROOMS: [&str; 24] = [
    "customers/C-1",
    "customers/C-30",
    "customers/C-1/mute",
    "held",
    "held/81/T+3/approve",
    "held/approve?all=1",
    "held/drop?step=T%2B3.81",
    "schedule",
    "schedule/2026-01-27",
    "schedule/2026-01-30",
    "schedule/2026-01-30?class=reminders&show=kept",
    "schedule/2026-01-26",
    "schedule/hold?step=T%2B3.A-1&step=T%2B3.A-2",
    "schedule/now/A-1",
    "customers/C-2/mute?invoice=A-2",
    "settings",
    "settings/connection",
    "settings/address",
    "audit",
    "audit?who=outside&from=2026-01-01",
    "send",
    "send?customer=C-1&type=invoice",
    "templates",
    "templates/new",
];

/// Pages of the calendar of festivals.
const FESTIVALS: [&str; 4] =
    ["festivals", "festivals?place=IN-TN", "festivals/new", "festivals/import"];

/// Pages about the console itself, and addresses that lead nowhere.
const LAST: [&str; 6] = ["help", "keys", "api", "pause", "nothing", "messages?status=gone"];

/// Returns the scenes of a shop that has something in every room, for a manager and for a viewer.
async fn of_a_full_shop() -> Vec<Scene> {
    let (full, failed) = full().await;
    let acts = bulks(&full, failed).await;
    let [used, strange] = templates(&full).await;
    let [draft, moon, armed, paused, cancelled] = festivals::entries(&full).await;
    let url = site::open(&full).await;
    let mut all = at("full", &url, &MESSAGES);
    let of_one = ["", "/resend", "/number"].map(|act| format!("messages/{failed}{act}"));
    all.extend(at("full", &url, &of_one));
    all.extend(at("full", &url, &acts));
    all.extend(at("full", &url, &ROOMS));
    let of_templates = [
        format!("templates/{used}"),
        format!("templates/{strange}"),
        format!("templates/{used}/versions"),
        format!("templates/{used}/versions/1/restore"),
        format!("templates/{used}/switch-off"),
    ];
    all.extend(at("full", &url, &of_templates));
    all.extend(at("full", &url, &FESTIVALS));
    let of_festivals = [
        format!("festivals/{draft}"),
        format!("festivals/{draft}/edit"),
        format!("festivals/{draft}/arm"),
        format!("festivals/{draft}/try"),
        format!("festivals/{draft}/copy"),
        format!("festivals/{moon}"),
        format!("festivals/{moon}/confirm"),
        format!("festivals/{armed}?state=waiting"),
        format!("festivals/{armed}/pause"),
        format!("festivals/{paused}"),
        format!("festivals/{cancelled}"),
    ];
    all.extend(at("full", &url, &of_festivals));
    all.extend(at("full", &url, &LAST));
    let known = Full { failed, used, draft };
    all.extend(states::opened(&url, &known));
    all.extend(states::mistakes(&url, &known));
    let viewer = site::open_for(&full, Role::Viewer).await;
    let pages = [
        "overview",
        "messages",
        "schedule",
        "schedule/2026-01-30",
        "customers/C-1",
        "pause",
        "templates",
        "settings",
        "settings/connection",
        "festivals",
        &format!("festivals/{armed}"),
    ];
    all.extend(at("viewer", &viewer, &pages));
    all.extend(states::answers(&url, &known));
    all
}

/// Returns pages as their addresses give them.
pub(crate) fn at(name: &str, site: &str, paths: &[impl AsRef<str>]) -> Vec<Scene> {
    paths.iter().map(|path| Scene::new(name, site, path.as_ref())).collect()
}

/// Makes a shop that has something of everything. Returns it with one of its messages that failed.
async fn full() -> (Shop, MessageId) {
    let mut shop = Shop::new().await;
    let (media, files) = (Arc::new(MemoryMedia::new()), Arc::new(FixedSource::new()));
    shop.ports = shop.ports.with_media(media).with_sources(files);
    let mut ids = Vec::new();
    for (seed, state) in (1..).zip([
        not_on_whatsapp(),
        exhausted(),
        unknown(),
        sent(START - minutes(90), Delivery::Accepted),
        sent(START, Delivery::Read),
        sent(START, Delivery::Delivered),
        waiting(START),
        waiting(START + minutes(60)),
    ]) {
        let name = format!("A customer with a long name of many words {seed}");
        shop.customer(seed, &name);
        ids.push(shop.put(message(seed, &name, START - minutes(100), state)).await);
    }
    for seed in 20..50 {
        let days = i64::try_from(seed).unwrap() - 20;
        let read = sent(START - minutes(days * 24 * 60), Delivery::Read);
        shop.put(message(seed, "Many", START - minutes(200 + days * 24 * 60), read)).await;
        shop.remind(seed, &format!("INV-{seed}"), StepState::Held).await;
        // For one customer, the records have nothing any more.
        if seed != 30 {
            shop.customer(seed, "Many");
        }
    }
    shop.remind(1, "81", StepState::Held).await;
    shop.remind(1, "82", StepState::Planned).await;
    // The books have the date and the number of the planned reminder.
    shop.ledger.owe(owed(1, "82", "2026-01-24"));
    for seed in 1..=8 {
        let due = owed(seed, &format!("A-{seed}"), "2026-01-27");
        let standing = if seed == 3 { Standing::Disputed } else { Standing::Open };
        shop.ledger.owe(due.with_standing(standing));
    }
    let muted = MuteOn::Customer(CustomerId::new("C-1").unwrap());
    shop.desk().mute(muted, MuteOf::Greetings, &Actor::Host).await.unwrap();
    let tally = DailyTally::new(shop.ports.clone()).unwrap();
    while tally.tick(START).await.unwrap() {}
    (shop, ids[0])
}

/// Makes acts on many messages: one that asks, one that can be done to nothing, one under way and
/// one that was stopped.
async fn bulks(shop: &Shop, failed: MessageId) -> [String; 4] {
    let (bulks, by) = (Bulks::new(shop.ports.clone()).unwrap(), Actor::Host);
    let count = async |act: BulkAct, chosen: Chosen| {
        let id = bulks.count(act, &chosen, &by).await.unwrap().id;
        (id, format!("bulk/{id}"))
    };
    let of = |outcome| {
        let mut filter = LogFilter::default();
        filter.outcomes = [outcome].into();
        Chosen::All(filter)
    };
    let (_, asked) = count(BulkAct::Resend, of(Outcome::Failed)).await;
    let (_, impossible) = count(BulkAct::Cancel, of(Outcome::Read)).await;
    let (id, running) = count(BulkAct::Resend, Chosen::Messages(vec![failed])).await;
    bulks.confirm(id, BulkAsks::default(), &by).await.unwrap();
    let (id, over) = count(BulkAct::Cancel, of(Outcome::Waiting)).await;
    bulks.confirm(id, BulkAsks::default(), &by).await.unwrap();
    bulks.stop(id, &by).await.unwrap();
    [asked, impossible, running, over]
}

/// Makes templates: one that is used, in several versions, and one that another program wrote
/// wrongly.
async fn templates(shop: &Shop) -> [TemplateId; 2] {
    let edit = |over, name: &str, text: &str| {
        let mut edit = TemplateEdit::new(name, MessageType::INVOICE, text);
        edit.over = over;
        edit
    };
    let (desk, by) = (shop.desk(), Actor::Host);
    let wrong = edit(None, "Of another program", "Dear {customerName}");
    let wrong = desk.save_template(&wrong, &by).await.unwrap().id;
    let text = "Dear * {customerName} *,\n**Pay** [here]({invoiceLink}): Rs. ₹{amount} ";
    let first = edit(None, "With a long name of many words that goes on", text);
    let first = desk.save_template(&first, &by).await.unwrap();
    let next = edit(Some(first), "Friendly", &text.replace("Dear", "Hello"));
    desk.save_template(&next, &by).await.unwrap();
    let broken = "Dear * {custmerName} *,\n{ and } {{invoiceNumber}}\u{200e}";
    shop.put_template_text("Of another program", broken).await;
    [first.id, wrong]
}
