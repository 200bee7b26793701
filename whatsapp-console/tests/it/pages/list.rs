//! The list of messages: empty, one page and several, its filters, and the search.

use whatsapp_core::Private;
use whatsapp_core::message::{
    CancelReason, Delivery, Failure, FailureKind, HeldFor, NewMessage, State, StateRow,
};
use whatsapp_testkit::fixtures::{START, new_message};

use crate::shop::{Shop, counted, exhausted, message, minutes, sent, unknown, waiting};

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
        // Many messages are equally old.
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
            // A message that comes meanwhile neither repeats nor hides another.
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
    // The form shows the filters that are set.
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
            "“status” has a value that cannot be used. Right would be: one of pending, sent",
        ),
        (
            "when=tomorrow",
            "“when” has a value that cannot be used. Right would be: today, yesterday, last-7",
        ),
        (
            "from=2026-13-01",
            "“from” has a value that cannot be used. Right would be: a day such as",
        ),
        ("from=2026-01-05&until=2026-01-03", "“until” has a value that cannot be used"),
        ("customer=", ""),
        ("sort=name", "“sort” has a value that cannot be used"),
        ("after=1", "“after” has a value that cannot be used"),
        ("name=Asha", "something that is not known here. Known are: status, delivery"),
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
    assert!(page.one(".empty p").contains("by the beginnings of the words of the name"));
    assert_eq!(page.all("p.note").len(), 0);
    // A customer without messages has a page still.
    shop.customer(2, "Meena Stores");
    browser.open("overview").await;
    let page = browser.submit(&search.clone().with("q", "meena")).await;
    assert_eq!(
        (page.url.as_str(), page.one("h1").as_str()),
        ("/console/customers/C-2", "Meena Stores")
    );
    for seed in 10..40 {
        shop.customer(seed, &format!("Kirana {seed}"));
    }
    browser.open("overview").await;
    let page = browser.submit(&search.clone().with("q", "kirana")).await;
    assert_eq!(page.one(".empty h2"), "More than 20 customers fit");
}

#[tokio::test]
async fn a_viewer_cannot_ask_for_a_number_digit_by_digit() {
    let shop = Shop::new();
    shop.customer(1, "Asha Traders");
    shop.put(message(1, "Asha Traders", START, exhausted())).await;
    let mut viewer = shop.viewer();
    viewer.open("overview").await;
    let search = viewer.page.form("form[role=search]");
    for typed in ["1", "01", "98765 00001", "+919876500001"] {
        let page = viewer.submit(&search.clone().with("q", typed)).await;
        assert!(page.one(".empty h2").starts_with("Nothing was found"), "{typed}");
    }
    assert_eq!(
        viewer.submit(&search.with("q", "asha")).await.url,
        "/console/messages?customer=C-1"
    );
}

#[tokio::test]
async fn more_than_anything_is_called_is_not_looked_for() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    browser.open("overview").await;
    let form = browser.page.form("form[role=search]").with("q", &"a ".repeat(1_000));
    let page = browser.submit(&form).await;
    assert_eq!(page.one(".empty h2"), format!("Nothing was found for “{}…”", ["a"; 30].join(" ")));
    let kept = page.form("form[role=search]").value("q");
    assert!(kept.chars().count() <= 61, "{kept}");
}

#[tokio::test]
async fn addresses_of_forms_that_are_gone_back_to_lead_to_a_page() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    for (address, page) in
        [("find", "messages"), ("views", "messages"), ("resume", "overview"), ("theme", "overview")]
    {
        assert_eq!(browser.open(address).await.url, format!("/console/{page}"), "{address}");
        assert_eq!(browser.page.status, 200);
    }
}

#[tokio::test]
async fn a_later_page_says_from_where_to_where_it_goes() {
    let shop = Shop::new();
    for seed in 1..=45_u64 {
        let at = START - minutes(i64::try_from(seed).unwrap());
        let state = if seed > 30 { exhausted() } else { sent(at, Delivery::Read) };
        shop.put(message(seed, &format!("Customer {seed}"), at, state)).await;
    }
    let mut browser = shop.manager();
    browser.open("messages").await;
    let place = |browser: &crate::shop::Browser| browser.page.all(".pager span")[1].clone();
    assert_eq!(place(&browser), "1 to 20 of 45");
    browser.click("Older").await;
    assert_eq!(place(&browser), "09:39 to 09:20 · 45 in all");
    browser.click("Older").await;
    assert_eq!(place(&browser), "09:19 to 09:15 · 45 in all");
    browser.click("Newer").await;
    assert_eq!(place(&browser), "09:39 to 09:20 · 45 in all");
    browser.open("messages?sort=status").await;
    browser.click("Next").await;
    assert_eq!(place(&browser), "Sent, 09:54 to Sent, 09:35 · 45 in all");
}

#[tokio::test]
async fn the_words_of_lists_and_filters_are_those_of_the_page_of_words() {
    let shop = Shop::new();
    let undelivered = Failure::new(FailureKind::Undelivered, "The phone is gone.");
    let states = [
        waiting(START),
        waiting(START + minutes(60)),
        sent(START, Delivery::Accepted),
        sent(START, Delivery::Delivered),
        sent(START, Delivery::Read),
        exhausted(),
        unknown(),
        State::Failed(undelivered),
        State::Cancelled(CancelReason::Paid),
    ];
    for (seed, state) in (1..).zip(states) {
        shop.put(message(seed, "Asha", START, state)).await;
    }
    let mut browser = shop.manager();
    let words = browser.open("help").await.all(".words .pill");
    let has = |word: &str| words.iter().any(|known| known == word);
    let page = browser.open("messages?status=failed&status=pending&delivery=accepted").await;
    for chip in page.all(".chip") {
        let (_, word) = chip.split_once(": ").unwrap();
        assert!(has(word), "{word} in {words:?}");
    }
    for label in page.all(".filters label.check") {
        assert!(has(&label), "{label} in {words:?}");
    }
    for pill in browser.open("messages").await.all("#rows .pill") {
        let word = pill.split(|c: char| c.is_ascii_digit()).next().unwrap().trim_end();
        assert!(words.iter().any(|known| known.starts_with(word)), "{pill} in {words:?}");
    }
}

#[tokio::test]
async fn a_host_that_searches_no_names_is_said_so() {
    let shop = Shop::without_search();
    let mut browser = shop.manager();
    browser.open("overview").await;
    let form = browser.page.form("form[role=search]").with("q", "asha");
    let page = browser.submit(&form).await;
    assert_eq!(
        page.one(".empty p"),
        "Names cannot be searched here: find by whole number, invoice, order or id."
    );
    // This page is no list that could be filtered, and says nowhere that a name would be found.
    assert_eq!(page.one("h1"), "Search");
    assert!(page.all(".tabs, .filters").is_empty() && !page.told().contains("words of the name"));
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
            State::Cancelled(CancelReason::Paid),
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
    shop.put(NewMessage { state, ..held }).await;
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
