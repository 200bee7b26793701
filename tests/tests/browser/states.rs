//! States of pages that somebody has to bring about: questions over a page, mistakes, answers,
//! changes that others made meanwhile, and the doors of the console.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_console::{Console, ConsoleSecret, Refused, Role, SignIn, UsersFile};
use whatsapp_core::audit::Actor;
use whatsapp_core::bulk::{BulkAct, BulkAsks};
use whatsapp_core::bulks::{BulkRunner, Bulks, Chosen};
use whatsapp_core::message::{Delivery, Facts, Outcome};
use whatsapp_core::port::{LogFilter, SystemEntropy};
use whatsapp_core::schedule::StepState;
use whatsapp_core::{InvoiceId, Ports};
use whatsapp_testkit::fixtures::START;

use crate::scenes::{Full, Scene, at};
use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp, owed, sent, waiting};
use crate::site;

/// Place of the sentence that a page shows after an act.
const SAID: &str = "p.note[role=status]";

/// Buttons of a question over its page.
const ASKED: &str = "dialog[open] .acts";

/// Returns questions over pages, and parts that open. They change nothing.
pub(crate) fn opened(url: &str, full: &Full) -> Vec<Scene> {
    let scene = |name: &str, path: &str| Scene::new(&format!("open {name}"), url, path);
    let asked = |name: &str, path: &str, link: &str| scene(name, path).click(link, ASKED);
    vec![
        asked("pause", "overview", "a[href$=pause]"),
        asked("resend", "messages", "#rows a[data-ask]"),
        asked("approve", "held", "a[href*='/approve'][data-ask]"),
        asked("drop all", "held", ".bar a[href*=drop]"),
        asked("skip", "schedule/2026-01-30", "#rows a[data-ask]"),
        asked("mute", "customers/C-1", ".acts a[href*='/mute']"),
        asked("end a mute", "customers/C-1", "a[href*='/end']"),
        asked("arm", &format!("festivals/{}", full.draft), "section.note a[data-ask]"),
        asked("switch off", &format!("templates/{}", full.used), "a[href*='switch-off']"),
        asked("number", &format!("messages/{}", full.failed), "a[href*='/number']"),
        scene("filters", "messages").click("summary", ".filters[open], details[open]"),
        scene("filters of the audit", "audit").click("summary", "details[open]"),
        scene("a view to save", "messages?status=failed")
            .click(".chips summary", ".chips details[open]"),
        scene("ticked", "messages").then(
            "document.querySelectorAll('.pick input').forEach((b, i) => { b.checked = i < 3 })",
            "td :checked",
        ),
        scene("new ones", "messages").then(
            "const l = document.querySelector('#fresh'); l.hidden = false; \
             l.textContent = l.dataset.text.replace('#', 3)",
            "#fresh:not([hidden])",
        ),
        scene("days as a table", "overview").click(".two summary", ".two details[open]"),
        scene("more of a reminder", "schedule/2026-01-30").click("td summary", "td details[open]"),
        scene("values of a text", "send?customer=C-1&type=invoice")
            .then("document.querySelector('#from').value = 'own'", "#from")
            .click("#edit [value=check]", "#own summary")
            .click("#own summary", "#own details[open]"),
    ]
}

/// Returns forms that were not right.
pub(crate) fn mistakes(url: &str, full: &Full) -> Vec<Scene> {
    let scene = |name: &str, path: &str| Scene::new(&format!("wrong {name}"), url, path);
    let [used, draft, failed] =
        [full.used.to_string(), full.draft.to_string(), full.failed.to_string()];
    vec![
        scene("settings", "settings")
            .fill("[name='v.whatsapp_retry_max']", "many")
            .fill("[name='v.whatsapp_failure_notification_email']", "nobody")
            .click("#settings button", "#problem"),
        scene("settings of others", "settings")
            .fill("[name='s.whatsapp_retry_max']", "else")
            .fill("[name='v.whatsapp_retry_max']", "2")
            .click("#settings button", "#problem"),
        scene("send nothing", "send").click("button[value=send]", "#problem"),
        scene("send to many", "send").fill("#who", "A").click("[value=find]", "#hits [type=radio]"),
        scene("send to nobody", "send").fill("#who", "zzz").click("[value=find]", "#hits p"),
        scene("send", "send?customer=C-1&type=invoice")
            .fill("#link", "nowhere")
            .then("document.querySelector('[value=later]').checked = true", "[value=later]")
            .fill("#mine", "12")
            .click("button[value=send]", "#problem"),
        scene("try", "send?customer=C-1&type=invoice")
            .fill("#mine", "12")
            .click("[value=try]", "#e-mine"),
        scene("template", &format!("templates/{used}"))
            .fill("#name", "")
            .fill("#text", "Dear {custmerName}, * hello *, **pay** now {")
            .click("#edit .primary", "#name-error"),
        scene("template of others", &format!("templates/{used}"))
            .fill("[name=version]", "1")
            .fill("#text", "Namaste *{customerName}*, {amount}")
            .click("#edit .primary", "#clash"),
        scene("festival", &format!("festivals/{draft}/edit"))
            .fill("#name", "")
            .fill("#date", "2020-01-01")
            .fill("#text", "{nothing} {")
            .click("#edit .primary", ".error, .note.bad"),
        scene("festival of others", &format!("festivals/{draft}/edit"))
            .fill("[name=revision]", "7")
            .fill("#text", "Joyous day, {customerName}!")
            .click("#edit .primary", "#clash"),
        scene("dates", "festivals/import")
            .fill(
                "#dates",
                "date,name\n2026-03-04,Holi\nnever,Eid\n2020-01-01,Long ago\n2026-03-31,Day",
            )
            .click("#import [value=look]", "#import [role=status]"),
        scene("no dates", "festivals/import")
            .fill("#dates", "Holi on 4 March")
            .click("#import [value=look]", "#import .error, [role=alert]"),
        scene("number", &format!("messages/{failed}/number"))
            .fill("#ask input:not([type=hidden])", "12")
            .click("#ask .primary", "#ask .error"),
        scene("found nothing", "overview")
            .fill("#q", "zzz")
            .click("[role=search] button", "main .empty"),
        scene("found many", "overview")
            .fill("#q", "customer")
            .click("[role=search] button", ".chips"),
    ]
}

/// Returns the answers of the pages to acts. Each changes the shop for those that follow.
pub(crate) fn answers(url: &str, full: &Full) -> Vec<Scene> {
    let scene = |name: &str, path: &str| Scene::new(&format!("done {name}"), url, path);
    let asked = |name: &str, path: &str| scene(name, path).click("#ask .acts button", SAID);
    let many = |name: &str, path: &str| {
        let press = "document.querySelector('#ask .acts button').click()";
        scene(name, path).then(press, "[aria-labelledby=g-done]")
    };
    let [used, draft, failed] =
        [full.used.to_string(), full.draft.to_string(), full.failed.to_string()];
    vec![
        asked("resend", &format!("messages/{failed}/resend")),
        scene("resend twice", &format!("messages/{failed}/resend")),
        asked("approve", "held/81/T+3/approve"),
        scene("approve twice", "held/81/T+3/approve"),
        many("approve all", "held/approve?all=1"),
        many("hold", "schedule/hold?step=T%2B3.A-1&step=T%2B3.A-2"),
        asked("remind", "schedule/now/A-5"),
        asked("mute", "customers/C-2/mute"),
        scene("settings", "settings")
            .fill("[name='v.whatsapp_retry_max']", "2")
            .click("#settings button", SAID),
        scene("send", "send?customer=C-4&type=festival")
            .then("document.querySelector('#from').value = 'own'", "#from")
            .click("#edit [value=check]", "#text:not([hidden])")
            .fill("#text", "Namaste! आपका ऑर्डर तैयार है।")
            .click("button[value=send]", "main > .note"),
        scene("template", &format!("templates/{used}"))
            .fill("#text", "नमस्ते *{customerName}*,\nआपका बिल {invoiceNumber} ₹{amount} का है।")
            .click("#edit .primary", SAID),
        asked("switch off", &format!("templates/{used}/switch-off")),
        asked("arm", &format!("festivals/{draft}/arm")),
        asked("pause", "pause"),
        scene("paused by a person", "messages"),
        scene("resume", "overview").click("form[action$=resume] button", SAID),
        scene("view", "messages?status=failed")
            .fill("#v-name", "Failed ones of a name as long as may be")
            .click(".chips .small", SAID),
    ]
}

/// Makes shops that are not like others: in a trial, with very much, with nothing but messages, and
/// with records that do not answer.
pub(crate) async fn shops() -> Vec<Scene> {
    let trial = Shop::new().await;
    trial.put_setting("whatsapp_trial", "true").await;
    trial.put_setting("whatsapp_trial_numbers", "+91 98765 43210, +91 98765 43211").await;
    trial.customer(1, "Asha Traders");
    trial.put(message(1, "Asha Traders", START, waiting(START))).await;
    let url = site::open(&trial).await;
    let mut all = at("trial", &url, &["overview", "messages", "settings", "send?customer=C-1"]);
    let ends = Scene::new("trial ends", &url, "settings");
    all.push(
        ends.then(
            "document.querySelector('[name=\"v.whatsapp_trial\"]').value = 'false'",
            "#settings",
        )
        .click("#settings button", "#ask"),
    );

    all.extend(much().await);

    let mut bare = Shop::new().await;
    bare.put(message(1, "Asha Traders", START, not_on_whatsapp())).await;
    bare.ports = Ports::new(bare.store(), Arc::new(bare.customers.clone()))
        .with_clock(Arc::new(bare.clock.clone()));
    let pages =
        ["overview", "messages", "customers/C-1", "schedule", "held", "templates", "send", "audit"];
    all.extend(at("bare", &site::open(&bare).await, &pages));

    let silent = Shop::new().await;
    silent.put(message(1, "Asha Traders", START, not_on_whatsapp())).await;
    silent.remind(1, "81", StepState::Held).await;
    silent.customers.fail_next(u32::MAX);
    silent.ledger.fail_next(u32::MAX);
    let url = site::open(&silent).await;
    all.extend(at("silent", &url, &["overview", "customers/C-1", "held", "schedule"]));
    let find = Scene::new("silent find", &url, "overview");
    all.push(find.fill("#q", "asha").click("[role=search] button", ".note, .empty"));
    all
}

const HINDI: &str = "श्री लक्ष्मी वस्त्र भंडार एवं जनरल स्टोर्स";
const UNBROKEN: &str = "Krishnamurthyvenkatasubramanianandsonswholesaleandretailmerchants";

/// Makes a shop with more than is counted, and with names that are hard to set.
async fn much() -> Vec<Scene> {
    let shop = Shop::new().await;
    let made = |seed: u64| {
        let (name, state) = match seed % 4 {
            0 => (HINDI, exhausted()),
            1 => (UNBROKEN, not_on_whatsapp()),
            2 => ("Asha Traders", sent(START - minutes(90), Delivery::Accepted)),
            _ => ("J", waiting(START + minutes(60))),
        };
        let at = START - TimeDelta::seconds(i64::try_from(seed).unwrap());
        message(seed, name, at, state)
    };
    shop.put_all((1..=10_400).map(made).collect()).await;
    for (seed, name) in [(1, UNBROKEN), (2, "Asha Traders"), (3, "J"), (4, HINDI)] {
        shop.customer(seed, name);
        let invoice = format!("SHOP/2025-26/JAIPUR/{seed:08}");
        shop.remind(seed, &invoice, StepState::Held).await;
        shop.ledger.owe(owed(seed, &format!("LONG/2025-26/JAIPUR/{seed:08}"), "2026-01-27"));
    }
    let long = message(10_500, HINDI, START, sent(START, Delivery::Read)).with_facts(|facts| {
        Facts {
            text: "नमस्ते *श्री लक्ष्मी*,\n\nआपका बिल https://shop.example/bills/2026/01/27/a-very-long-address-that-goes-on तैयार है।\n".repeat(3).into(),
            subject: Some("ऑर्डर-१२३४५६७८९०".to_owned()),
            ..facts
        }
    });
    let long = shop.put(long).await;
    let (bulks, by) = (Bulks::new(shop.ports.clone()).unwrap(), Actor::Host);
    let of = |outcome| {
        let mut filter = LogFilter::default();
        filter.outcomes = [outcome].into();
        Chosen::All(filter)
    };
    let asked = bulks.count(BulkAct::Resend, &of(Outcome::Failed), &by).await.unwrap().id;
    let id = bulks.count(BulkAct::Cancel, &of(Outcome::Waiting), &by).await.unwrap().id;
    bulks.confirm(id, BulkAsks::default(), &by).await.unwrap();
    BulkRunner::new(shop.ports.clone()).unwrap().tick().await.unwrap();
    let url = site::open(&shop).await;
    let [asked, running] = [format!("bulk/{asked}"), format!("bulk/{id}")];
    let mut all = at(
        "much",
        &url,
        &[
            "overview",
            "messages",
            "messages?status=failed",
            "customers/C-4",
            "customers/C-1",
            &format!("messages/{long}"),
            "held",
            "schedule",
            "schedule/2026-01-30",
            "send?customer=C-4&type=invoice",
            "send?customer=C-1&type=invoice",
            &asked,
            &running,
        ],
    );
    all.push(Scene::new("much pause", &url, "pause"));
    all
}

/// Returns the doors: signing in, and visitors who are not let in.
pub(crate) async fn doors() -> Vec<Scene> {
    let shop = Shop::new().await;
    let id = shop.put(message(1, "Asha Traders", START, not_on_whatsapp())).await;
    let users = UsersFile::new(shop.kept().path().join("shop.users"));
    users
        .set("asha", Role::Manager, &"three words and more".to_owned().into(), &SystemEntropy)
        .unwrap();
    let console = Console::behind_sign_in(shop.ports.clone(), SignIn::new(Arc::new(users)))
        .secret(ConsoleSecret::new(vec![7; 32]).unwrap());
    let url = site::serve(&shop, console).await;
    let door = |name: &str, path: &str| Scene::new(&format!("door {name}"), &url, path);
    let wrong = door("wrong", "sign-in").fill("#name", "asha").fill("#password", "a guess");
    let inside = door("inside", "sign-in?next=overview")
        .fill("#name", "asha")
        .fill("#password", "three words and more")
        .click(".primary", "nav.side");
    let port = url.rsplit(':').next().unwrap();
    let mut all = vec![
        door("first", "overview"),
        door("out", "sign-in?out=1"),
        wrong.click(".primary", ".note.bad"),
        door("link", "sign-in?link=abc"),
        door("link that is used up", "sign-in?link=abc").click(".primary", ".note.bad"),
        inside,
        Scene::new("door plain http", &format!("http://shop.example:{port}"), "overview"),
    ];
    let told = "Your account is not for this shop.";
    for (name, refused) in [
        ("nobody", Refused::Nobody),
        ("ended", Refused::BadCredential("The session has ended.".into())),
        ("not allowed", Refused::NotAllowed(told.into())),
        ("unavailable", Refused::Unavailable),
    ] {
        let url = site::closed(&shop, refused).await;
        all.push(Scene::new(&format!("door {name}"), &url, "overview"));
    }
    let viewer = site::open_for(&shop, Role::Viewer).await;
    all.extend(at("not allowed", &viewer, &["send", &format!("messages/{id}/resend"), "audit"]));
    let open = site::open(&shop).await;
    let gone = "01900000-0000-7000-8000-000000000000";
    let gone = [
        format!("messages/{gone}"),
        format!("templates/{gone}"),
        format!("festivals/{gone}"),
        format!("bulk/{gone}"),
        "customers/none".to_owned(),
        "held/1/T+3/approve".to_owned(),
        "schedule/now/none".to_owned(),
    ];
    shop.ledger.lose(InvoiceId::new("none").unwrap());
    all.extend(at("gone", &open, &gone.each_ref().map(String::as_str)));
    // A form whose token belongs to another visit.
    let kept = Scene::new("door form once more", &open, "pause");
    all.push(kept.fill("#ask [name=csrf]", "x").click("#ask .acts button", "body.plain form"));
    all
}
