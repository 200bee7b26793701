//! One message: gone, failed, sent, sent again, moved.

use whatsapp_core::message::Facts;
use whatsapp_core::port::Customer;
use whatsapp_testkit::fixtures::{START, new_message};

use crate::shop::{Shop, message, minutes, not_on_whatsapp, waiting};

const NUMBER: &str = "+919876500007";

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
    let record = Customer::new(asha, "Asha Traders", None);
    shop.customers.put(record.with_page("https://shop.example/customers/7"));
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    let mut browser = shop.manager();
    let page = browser.open(&format!("messages/{id}")).await;
    assert_eq!(page.one("h1"), "Festival greeting to Asha Traders");
    assert_eq!(page.one("#why"), "The number is not on WhatsApp.");
    let acts = page.all(".note .acts a");
    assert_eq!(
        acts,
        [
            "I corrected the record: send again…",
            "Number for this message…",
            "Put aside…",
            "Customer's record"
        ]
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
    assert_eq!(page.all(".steps li"), ["Made 10:00", "Sent 10:00", "Delivered", "Read"]);
    assert_eq!(page.all(".note .acts a").len(), 0, "nothing is to be done");
}

#[tokio::test]
async fn a_message_that_was_sent_again_leads_to_the_new_one_and_back() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    shop.clock.advance(minutes(1));
    // She is named there, and not by her key.
    let mut browser = shop.browser("asha manager Asha Rao");
    browser.open(&format!("messages/{id}/resend")).await;
    let form = browser.page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.url, format!("/console/messages/{id}"));
    assert_eq!(page.all(".steps li"), ["Made 09:51", "Failed 09:51"], "when it did");
    assert_eq!(page.all(".note .acts a.primary").len(), 0, "nothing more is urged");
    assert!(
        page.all(".line li")
            .iter()
            .any(|it| it.contains("Asha Rao sent it again as a new message"))
    );
    // Events are in the order of time.
    let told = page.all(".line li");
    assert!(told[1].contains("It failed for good."), "{told:?}");
    assert!(told[2].contains("Asha Rao sent it again"), "{told:?}");
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
    // The first event is told as it was.
    let told = browser.page.all(".line li");
    assert!(told[0].contains("Planned for") && told[0].contains("11:00"), "{told:?}");
    assert!(told[1].contains("22:30"), "{told:?}");
}

#[tokio::test]
async fn the_number_that_the_record_probably_means_stands_in_the_field() {
    let shop = Shop::new();
    let asha = shop.customer(7, "Asha Traders");
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    let mut browser = shop.manager();
    for (record, meant) in [("098765 43210", "+91 98765 43210"), ("12345", ""), (NUMBER, "")] {
        shop.customers.put(Customer::new(asha.clone(), "Asha Traders", Some(record)));
        browser.open(&format!("messages/{id}/number")).await;
        assert_eq!(browser.page.form("#ask").value("number"), meant, "{record}");
    }
}

#[tokio::test]
async fn the_way_back_leads_to_the_list_from_which_one_came_also_after_an_act() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    let mut browser = shop.manager();
    for (list, link, label) in [
        ("messages?status=failed&sort=oldest", "Asha Traders", "Messages"),
        ("overview", "Asha Traders", "Overview"),
        ("customers/C-7", "SO-7", "Customer"),
    ] {
        browser.open(list).await;
        browser.click(link).await;
        assert!(browser.page.url.starts_with(&format!("/console/messages/{id}?back=")));
        // A question, and back; then an act that somebody else did before.
        browser.click("Number for this message…").await;
        browser.click("The message").await;
        assert_eq!(browser.page.one("a.back"), label, "{list}");
        browser.click("Number for this message…").await;
        let form = browser.page.form("#ask").with("number", "1");
        assert_eq!(browser.submit(&form).await.status, 422);
        browser.click("The message").await;
        browser.click_on("a.back").await;
        let back = browser.page.attribute("a.back", "href");
        assert!(back.is_empty() || list.starts_with("customers"), "{list}");
        assert_eq!(browser.page.url, format!("/console/{list}"));
    }
    // From all messages, and from a typed address, the way back is the list of all.
    browser.open(&format!("messages/{id}?back=https%3A%2F%2Fevil.example")).await;
    assert_eq!(browser.page.attribute("a.back", "href"), ["../messages"]);
    browser.open("messages?status=failed").await;
    browser.click("Asha Traders").await;
    browser.click("Number for this message…").await;
    let form = browser.page.form("#ask").with("number", "98765 00077");
    browser.submit(&form).await;
    assert!(browser.page.one("p.note").contains("goes out again"));
    browser.click_on("a.back").await;
    assert_eq!(browser.page.url, "/console/messages?status=failed");
}

#[tokio::test]
async fn what_was_done_is_said_to_whoever_did_it_and_to_nobody_else() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let id = shop.put(message(7, "Asha Traders", START, waiting(START + minutes(60)))).await;
    let mut browser = shop.manager();
    for made_up in ["paused", "paused.1.x.", "cancelled.1769488200.AAAAAAAAAAAAAAAAAAAAAA."] {
        browser.cookies.insert("console-done".to_owned(), made_up.to_owned());
        for page in ["overview", &format!("messages/{id}")] {
            assert_eq!(browser.open(page).await.all("p.note").len(), 0, "{made_up}");
        }
    }
    browser.open(&format!("messages/{id}/cancel")).await;
    let answer = browser.sent(&browser.page.form("#ask")).await;
    let own = format!("messages/{id}");
    let mut ravi = shop.browser("ravi manager");
    ravi.keep(&answer);
    assert_eq!(ravi.open(&own).await.all("p.note").len(), 0);
    let mut late = browser.clone();
    for asha in [&mut browser, &mut late] {
        asha.keep(&answer);
    }
    assert!(browser.open(&own).await.one("p.note").ends_with("was cancelled."));
    shop.clock.advance(minutes(6));
    assert_eq!(late.open(&own).await.all("p.note").len(), 0, "the page never came");
}
