//! Each page in its states: empty, one, many, a row that cannot be read, gone, changed.

use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::message::{
    Delivery, Facts, Failure, FailureKind, HeldFor, Message, State, StateRow,
};
use whatsapp_core::port::{BrokenRow, LogFilter, LogPage, Sort, Store, StoreError, Turn};
use whatsapp_core::{MessageId, Private};
use whatsapp_testkit::fixtures::{START, new_message};
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use crate::shop::{
    Shop, counted, exhausted, message, minutes, not_on_whatsapp, sent, unknown, waiting,
};

/// A store of which one row cannot be read.
#[derive(Debug)]
struct Broken {
    store: MemoryStore,
    id: MessageId,
}

#[async_trait]
impl StoreWrapper for Broken {
    fn inner(&self) -> &dyn Store {
        &self.store
    }

    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        if id == self.id {
            return Err(StoreError::Corrupt { entity: "message", column: "status" });
        }
        whatsapp_core::port::MessageLog::message(&self.store, id).await
    }

    async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let mut found = whatsapp_core::port::MessageLog::messages(&self.store, ids).await?;
        found.retain(|message| message.facts.id != self.id);
        Ok(found)
    }

    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        turn: Turn,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        let mut page =
            whatsapp_core::port::MessageLog::page(&self.store, filter, sort, turn, limit).await?;
        page.messages.retain(|message| message.facts.id != self.id);
        let created_at = Some(START - minutes(2));
        page.broken.push(BrokenRow { id: self.id.to_string(), created_at, column: "status" });
        Ok(page)
    }

    async fn bury(&self, burial: &whatsapp_core::port::Burial) -> Result<bool, StoreError> {
        Ok(burial.message_id == self.id)
    }
}

forward_store!(Broken);

#[tokio::test]
async fn an_empty_list_says_what_would_be_here() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let page = browser.open("messages").await;
    assert_eq!(page.one(".empty h2"), "No message yet");
    assert!(!page.has_link("Newer") && !page.has_link("Older"));
    let page = browser.open("messages?attention=all").await;
    assert_eq!(page.one(".empty h2"), "Nothing needs you");
    let page = browser.open("messages?status=failed&about=INV-1").await;
    assert_eq!(page.one(".empty h2"), "No message fits");
    browser.click("Show all messages").await;
    assert_eq!(browser.page.url, "/console/messages");
}

#[tokio::test]
async fn pages_forth_and_back_meet_each_message_once() {
    let shop = Shop::new();
    for seed in 1..=45 {
        // Many are equally old.
        let at = START - minutes(i64::try_from(seed / 7).unwrap());
        let state = if seed % 3 == 0 { exhausted() } else { sent(at, Delivery::Read) };
        shop.put(message(seed, &format!("Customer {seed}"), at, state)).await;
    }
    let mut browser = shop.manager();
    for (path, forth, back) in [
        ("messages", "Older", "Newer"),
        ("messages?sort=oldest", "Next", "Previous"),
        ("messages?sort=status", "Next", "Previous"),
    ] {
        browser.open(path).await;
        assert!(!browser.page.has_link(back), "{path}");
        let (mut seen, mut pages) = (Vec::new(), vec![browser.page.all("#rows .cust a")]);
        while browser.page.has_link(forth) {
            browser.click(forth).await;
            pages.push(browser.page.all("#rows .cust a"));
            // What comes meanwhile neither repeats nor hides a message.
            let fresh = 100 + u64::try_from(pages.len()).unwrap();
            shop.put(message(fresh, "Fresh", START + minutes(9), waiting(START))).await;
        }
        for page in &pages {
            seen.extend(page.iter().filter(|name| *name != "Fresh").cloned());
        }
        assert_eq!(pages.iter().map(Vec::len).take(2).collect::<Vec<_>>(), [20, 20], "{path}");
        assert_eq!(counted(&seen).len(), 45, "{path}");
        assert_eq!(seen.len(), 45, "{path}");
        for expected in pages.iter().rev().skip(1) {
            browser.click(back).await;
            if path != "messages?sort=status" {
                assert_eq!(browser.page.all("#rows .cust a"), *expected, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn filters_stand_in_the_address_and_are_taken_away_by_their_chips() {
    let shop = Shop::new();
    shop.put(message(1, "Asha Traders", START, exhausted())).await;
    shop.put(message(2, "Meena Stores", START, sent(START, Delivery::Read))).await;
    shop.put(new_message(3, START)).await;
    let mut browser = shop.manager();
    browser.open("messages").await;
    let form = browser.page.form("form.filters").with("type", "festival").with("status", "failed");
    browser.submit(&form).await;
    let chips = browser.page.all(".chip");
    assert_eq!(chips, ["Status: Failed", "Type: Festival greeting"]);
    assert_eq!(browser.page.all("#rows .cust a"), ["Asha Traders"]);
    assert!(
        browser.page.url.contains("status=failed") && browser.page.url.contains("type=festival")
    );
    // The form shows what is set.
    let form = browser.page.form("form.filters");
    assert_eq!(
        (form.value("type").as_str(), form.value("status").as_str()),
        ("festival", "failed")
    );
    browser.click("Status: Failed").await;
    assert_eq!(browser.page.all(".chip"), ["Type: Festival greeting"]);
    assert_eq!(browser.page.all("#rows .cust a").len(), 2);
    browser.click("Type: Festival greeting").await;
    assert_eq!(browser.page.all("#rows .cust a").len(), 3);
}

#[tokio::test]
async fn each_filter_finds_what_it_says() {
    let shop = Shop::new();
    shop.put(message(1, "Failed", START - minutes(1), exhausted())).await;
    shop.put(message(2, "Unknown", START - minutes(2), unknown())).await;
    shop.put(message(3, "Read", START - minutes(3), sent(START, Delivery::Read))).await;
    shop.put(message(4, "Waiting", START - minutes(4), waiting(START + minutes(9)))).await;
    shop.put(message(5, "Delivered", START - minutes(5), sent(START, Delivery::Delivered))).await;
    let mut browser = shop.manager();
    for (query, expected) in [
        ("", vec!["Failed", "Unknown", "Read", "Waiting", "Delivered"]),
        ("status=failed", vec!["Failed", "Unknown"]),
        ("status=failed&status=pending", vec!["Failed", "Unknown", "Waiting"]),
        ("delivery=read", vec!["Read"]),
        ("delivery=read&delivery=delivered", vec!["Read", "Delivered"]),
        ("attention=all", vec!["Failed", "Unknown"]),
        ("attention=unknown", vec!["Unknown"]),
        ("about=so-4", vec!["Waiting"]),
        ("customer=C-1&customer=C-5", vec!["Failed", "Delivered"]),
        ("trigger=scheduled", vec!["Failed", "Unknown", "Read", "Waiting", "Delivered"]),
        ("trigger=manual", vec![]),
        ("when=yesterday", vec![]),
        ("sort=oldest", vec!["Delivered", "Waiting", "Read", "Unknown", "Failed"]),
        ("sort=status", vec!["Failed", "Unknown", "Waiting", "Read", "Delivered"]),
    ] {
        let page = browser.open(&format!("messages?{query}")).await;
        assert_eq!(page.all("#rows .cust a"), expected, "{query}");
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_names_its_part() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    for (query, said) in [
        (
            "status=gone",
            "something of “status” that cannot be. Right would be: one of pending, sent",
        ),
        ("when=tomorrow", "of “when” that cannot be. Right would be: today, yesterday, last-7"),
        ("from=2026-13-01", "of “from” that cannot be. Right would be: a day such as"),
        ("from=2026-01-05&until=2026-01-03", "of “until” that cannot be"),
        ("customer=", ""),
        ("sort=name", "of “sort” that cannot be"),
        ("after=1", "of “after” that cannot be"),
        ("name=Asha", "a part that is not known here. Known are: status, delivery"),
    ] {
        let page = browser.open(&format!("messages?{query}")).await;
        if said.is_empty() {
            assert_eq!(page.status, 200, "an empty field of a form is none");
            continue;
        }
        assert_eq!(page.status, 400, "{query}");
        assert!(page.told().contains(said), "{query}: {}", page.told());
        assert!(!page.told().contains("Asha"), "what was given is not repeated");
    }
    let many: Vec<_> = (0..21).map(|no| format!("customer=C-{no}")).collect();
    let page = browser.open(&format!("messages?{}", many.join("&"))).await;
    assert!(page.told().contains("20 customers at most"), "{}", page.told());
}

#[tokio::test]
async fn what_is_typed_leads_to_what_it_means_or_says_that_nothing_is_found() {
    let shop = Shop::new();
    shop.customer(1, "Asha Traders");
    let id = shop.put(message(1, "Asha Traders", START, exhausted())).await;
    let mut browser = shop.manager();
    browser.open("overview").await;
    let search = browser.page.form("form[role=search]");
    for (typed, url) in [
        ("", "/console/messages".to_owned()),
        ("  ", "/console/messages".to_owned()),
        (&id.to_string(), format!("/console/messages/{id}")),
        ("traders ASHA", "/console/messages?customer=C-1".to_owned()),
        ("SO-1", "/console/messages?about=SO-1".to_owned()),
        ("98765 00001", "/console/messages?customer=C-1".to_owned()),
    ] {
        browser.open("overview").await;
        assert_eq!(browser.submit(&search.clone().with("q", typed)).await.url, url, "{typed}");
    }
    browser.open("overview").await;
    let page = browser.submit(&search.clone().with("q", "nobody")).await;
    assert_eq!((page.status.as_u16(), page.url.as_str()), (200, "/console/find"));
    assert_eq!(page.one(".empty h2"), "Nothing was found for “nobody”");
    assert_eq!(page.all("p.note").len(), 0);
    for seed in 10..40 {
        shop.customer(seed, &format!("Kirana {seed}"));
    }
    browser.open("overview").await;
    let page = browser.submit(&search.clone().with("q", "kirana")).await;
    assert_eq!(page.one(".empty h2"), "More than 20 customers fit");
}

#[tokio::test]
async fn a_host_that_searches_no_names_is_said_so() {
    let shop = Shop::without_search();
    let mut browser = shop.manager();
    browser.open("overview").await;
    let form = browser.page.form("form[role=search]").with("q", "asha");
    let page = browser.submit(&form).await;
    assert_eq!(
        page.one("p.note"),
        "Names cannot be searched here: find by number, invoice, order or id."
    );
}

#[tokio::test]
async fn a_row_that_cannot_be_read_stands_in_its_place_and_can_be_ended() {
    let broken = new_message(2, START - minutes(2)).facts.id;
    let shop = Shop::over(|store| Arc::new(Broken { store, id: broken }));
    shop.put(message(1, "Newer", START - minutes(1), exhausted())).await;
    shop.put(new_message(2, START - minutes(2))).await;
    shop.put(message(3, "Older", START - minutes(3), exhausted())).await;
    let mut browser = shop.manager();
    let page = browser.open("messages").await;
    assert_eq!(page.all("#rows .cust a"), ["Newer", "A message that cannot be read", "Older"]);
    browser.click("A message that cannot be read").await;
    assert!(browser.page.told().contains("changed its column status"), "{}", browser.page.told());
    browser.click("Cancel…").await;
    let form = browser.page.form("#ask");
    assert_eq!(browser.submit(&form).await.one("p.note"), "The message was cancelled.");
    let page = browser.open(&format!("messages/{broken}/retry")).await;
    assert!(page.url.contains("done=not-now"), "nothing else can be done to it");
}

#[tokio::test]
async fn a_message_that_is_gone_has_a_page_that_says_so() {
    let shop = Shop::new();
    let gone = new_message(1, START).facts.id;
    let mut browser = shop.manager();
    for path in
        [format!("messages/{gone}"), "messages/x".to_owned(), format!("messages/{gone}/retry")]
    {
        let page = browser.open(&path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.told().contains("There is no such message"), "{path}");
    }
}

#[tokio::test]
async fn a_message_says_why_what_to_do_what_happened_and_what_the_customer_sees() {
    let shop = Shop::new();
    let asha = shop.customer(7, "Asha Traders");
    let record = whatsapp_core::port::Customer::new(asha, "Asha Traders", None);
    shop.customers.put(record.with_page("https://shop.example/customers/7"));
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    let mut browser = shop.manager();
    let page = browser.open(&format!("messages/{id}")).await;
    assert_eq!(page.one("h1"), "Festival greeting to Asha Traders");
    assert_eq!(page.one("#why"), "The number is not on WhatsApp.");
    let acts = page.all(".note .acts a");
    assert_eq!(
        acts,
        ["I corrected the record: send again…", "Number for this message…", "Customer's record"]
    );
    assert_eq!(
        page.attribute(".note .acts a.primary", "href"),
        [format!("../messages/{id}/resend?back=messages%2F{id}")]
    );
    assert_eq!(page.link("Customer's record"), "https://shop.example/customers/7");
    assert_eq!(page.all(".steps li")[1], "Failed 09:51");
    assert_eq!(page.one(".bubble b"), "Asha Traders");
    assert!(page.one(".bubble").contains("your order SO-7 is ready."));
    let told = page.all(".line li");
    assert!(told[0].contains("09:51:00 It was made"), "{told:?}");
    assert!(told.last().unwrap().contains("It failed for good."), "{told:?}");
    let facts = page.one("dl");
    for fact in
        ["Customer Asha Traders", "Number +91 98765 00007", "Retries 0 of 3", &id.to_string()]
    {
        assert!(facts.contains(fact), "{fact} in {facts}");
    }
}

#[tokio::test]
async fn attempts_stand_in_the_timeline_with_their_outcome() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let id = shop.put(message(7, "Asha Traders", START, waiting(START))).await;
    shop.dispatcher().tick(START).await.unwrap();
    let mut browser = shop.manager();
    let page = browser.open(&format!("messages/{id}")).await;
    let told = page.all(".line li");
    assert!(told[1].contains("Attempt 1 of 4. The gateway took the message."), "{told:?}");
    assert_eq!(page.all(".steps li"), ["Made 10:00", "Taken 10:00", "Delivered", "Read"]);
    assert_eq!(page.all(".note .acts a").len(), 0, "nothing is to be done");
}

#[tokio::test]
async fn a_message_that_was_sent_again_leads_to_the_new_one_and_back() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}/resend")).await;
    let form = browser.page.form("#ask");
    let page = browser.submit(&form).await;
    assert!(page.url.starts_with(&format!("/console/messages/{id}?done=resent")), "{}", page.url);
    assert_eq!(page.all(".note .acts a.primary").len(), 0, "nothing more is urged");
    assert!(
        page.all(".line li").iter().any(|it| it.contains("asha sent it again as a new message"))
    );
    browser.click("New message").await;
    assert!(!browser.page.url.contains(&id.to_string()));
    browser.click("The message before it").await;
    assert_eq!(browser.page.url, format!("/console/messages/{id}"));
    // In a list it is settled as well.
    let page = browser.open("messages?status=failed").await;
    assert_eq!(page.one("#rows .stat .sub"), "The number is not on WhatsApp. It was sent again.");
    assert_eq!(page.all("#rows .act a").len(), 0);
}

#[tokio::test]
async fn every_state_has_its_word_and_its_sentence() {
    let shop = Shop::new();
    let undelivered = Failure::new(FailureKind::Undelivered, "The phone is gone.");
    let states = [
        ("Queued", waiting(START), ""),
        ("Scheduled 11:00", waiting(START + minutes(60)), ""),
        ("Sent", sent(START, Delivery::Accepted), ""),
        ("Delivered", sent(START, Delivery::Delivered), ""),
        ("Read", sent(START, Delivery::Read), ""),
        ("Failed", exhausted(), "The gateway cannot be reached."),
        ("Unknown", unknown(), "The reply was lost, and the gateway could not be asked."),
        ("Not delivered", State::Failed(undelivered), "The phone is gone."),
        (
            "Cancelled",
            State::Cancelled(whatsapp_core::message::CancelReason::Paid),
            "It was not sent: the invoice is no longer due.",
        ),
        (
            "Retrying 10:30",
            State::Retrying {
                at: START + minutes(30),
                why: Failure::new(FailureKind::Exhausted, "The gateway cannot be reached."),
            },
            "It is tried again on Tuesday, 27 Jan 2026, 10:30: the gateway cannot be reached.",
        ),
    ];
    let count = states.len();
    for (seed, (_, state, _)) in (1..).zip(states.clone()) {
        let at = START - minutes(i64::try_from(seed).unwrap());
        shop.put(message(seed, "Asha", at, state)).await;
    }
    let held = message(99, "Held", START - minutes(99), waiting(START));
    let why = Some(Private::new("INV-7 is disputed."));
    let state: StateRow = held.state.clone().explained(Some(HeldFor::Disputed), why);
    shop.put(whatsapp_core::message::NewMessage { state, ..held }).await;
    let mut browser = shop.manager();
    let page = browser.open("messages").await;
    let rows = page.all("#rows .stat");
    let expected: Vec<_> = states.iter().map(|(word, _, why)| format!("{word} {why}")).collect();
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row, expected.trim());
    }
    assert_eq!(rows.len(), count + 1);
    assert_eq!(rows.last().unwrap(), "Held It waits: INV-7 is disputed.");
}

#[tokio::test]
async fn a_viewer_sees_no_text_no_number_and_no_act() {
    let shop = Shop::new();
    let id = shop.put(message(7, "Asha Traders", START, not_on_whatsapp())).await;
    let mut browser = shop.viewer();
    let page = browser.open("overview").await;
    assert_eq!(page.all(".need > div > a"), ["Asha Traders"]);
    assert!(!page.has_link("Send again…") && !page.has_link("Pause…"));
    let page = browser.open("messages").await;
    assert_eq!(page.one("#rows .cust .sub"), "…007");
    assert_eq!(page.all("#rows .act a").len(), 0);
    let page = browser.open(&format!("messages/{id}")).await;
    assert!(page.told().contains("Texts are shown to managers."));
    assert_eq!(page.all(".bubble").len(), 0);
    assert_eq!(page.all(".note .acts").len(), 0);
    assert_eq!(browser.open(&format!("messages/{id}/resend")).await.status, 403);
    assert_eq!(browser.open("pause").await.status, 403);
}

#[tokio::test]
async fn sending_is_paused_after_a_question_and_goes_on_by_hand() {
    let shop = Shop::new();
    shop.put(new_message(1, START)).await;
    let mut browser = shop.manager();
    browser.open("overview").await;
    browser.click("Pause…").await;
    let told = browser.page.told();
    assert!(told.contains("1 message waits to be sent."), "{told}");
    let form = browser.page.form("#ask");
    browser.submit(&form).await;
    assert_eq!(browser.page.one("h1"), "Nothing is sent since 10:00: sending was paused by hand");
    assert!(shop.desk().account().await.unwrap().is_held());
    // Twice is once.
    assert_eq!(browser.sent(&form).await.status, 303);
    let form = browser.page.form("form[action$=resume]");
    browser.submit(&form).await;
    assert_eq!(browser.page.one("p.note"), "Sending goes on.");
    assert!(!shop.desk().account().await.unwrap().is_held());
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_told_and_the_pages_stay_in_the_zone() {
    let shop = Shop::new();
    shop.store.put_setting("whatsapp_send_from", "nine");
    shop.store.put_setting("whatsapp_time_zone", "Europe/Berlin");
    let mut browser = shop.manager();
    let page = browser.open("overview").await;
    assert_eq!(page.one("h1"), "Nothing is sent: a setting cannot be used");
    assert_eq!(page.one(".need b"), "whatsapp_send_from");
    assert!(page.told().contains("Times of Berlin"));
}

#[tokio::test]
async fn failures_that_nobody_is_told_of_are_said_until_somebody_is() {
    let shop = Shop::new();
    shop.put(message(1, "Asha", START - minutes(1), exhausted())).await;
    let mut browser = shop.manager();
    let needs = |browser: &crate::shop::Browser| browser.page.all(".needs h3");
    browser.open("overview").await;
    assert_eq!(needs(&browser), ["1 could not be sent"]);
    shop.store.put_setting("whatsapp_failure_notification_email", "");
    shop.clock.advance(minutes(1));
    browser.open("overview").await;
    assert_eq!(needs(&browser), ["1 could not be sent", "1 failure that nobody is told of"]);
}

#[tokio::test]
async fn the_tiles_of_today_lead_to_what_they_count() {
    let shop = Shop::new();
    for (seed, state) in (1..).zip([
        exhausted(),
        sent(START, Delivery::Read),
        sent(START, Delivery::Delivered),
        sent(START, Delivery::Accepted),
        waiting(START + minutes(60)),
    ]) {
        shop.put(message(seed, "Asha", START - minutes(1), state)).await;
    }
    // Of yesterday: it counts for the week alone.
    let yesterday = START - minutes(24 * 60);
    shop.put(message(9, "Asha", yesterday, sent(yesterday, Delivery::Read))).await;
    let mut browser = shop.manager();
    browser.open("overview").await;
    let page = browser.page.clone();
    let numbers = page.all(".tiles a strong");
    assert_eq!(numbers, ["5", "2", "1", "1", "1", "1"]);
    assert_eq!(page.all(".tiles a .sub")[0], "6 in 7 days");
    for (number, link) in numbers.iter().zip(page.attribute(".tiles a", "href")) {
        let rows = browser.open(&link).await.all("#rows tr").len();
        assert_eq!(rows.to_string(), *number, "{link}");
    }
}

#[tokio::test]
async fn a_message_can_be_moved_and_a_wrong_time_is_told() {
    let shop = Shop::new();
    let made = message(7, "Asha Traders", START, waiting(START + minutes(60)));
    let made = made.with_facts(|facts| Facts { expires_at: Some(START + minutes(2_000)), ..facts });
    let id = shop.put(made).await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}")).await;
    browser.click("Another time…").await;
    let form = browser.page.form("#ask");
    assert_eq!(form.value("at"), "2026-01-27T11:00");
    for typed in ["", "soon", "2026-03-27T11:00", "2199-01-01T00:00"] {
        let page = browser.sent(&form.clone().with("at", typed)).await;
        assert_eq!(page.status, 422, "{typed}");
        assert_ne!(page.one(".error"), "", "{typed}");
    }
    // Outside the hours a person is asked, and then obeyed.
    let night = form.with("at", "2026-01-27T22:30");
    let page = browser.submit(&night).await;
    assert_eq!(page.status, 422);
    assert!(page.one("#ask label.check").contains("Send it anyway."), "{}", page.told());
    let said = browser.submit(&night.with("hours", "yes")).await.one("p.note");
    assert_eq!(said, "Festival greeting SO-7 to Asha Traders has its new time.");
    assert!(browser.page.all(".pill, .steps li").iter().any(|it| it.contains("Scheduled 22:30")));
}
