//! Templates: the list of them, writing one, two people at once, and earlier versions.

use axum::http::StatusCode;
use whatsapp_core::TemplateId;
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::desk::SeenTemplate;
use whatsapp_core::message::{Facts, MessageType, MessageValues};
use whatsapp_core::port::{AuditFilter, StoredTemplate, TemplateStore as _};
use whatsapp_testkit::fixtures::START;

use crate::shop::{Browser, Form, Shop, exhausted, message, minutes};

const TEXT: &str = "Dear {customerName},\nyour invoice {invoiceNumber} is ready.";

async fn acts(shop: &Shop) -> Vec<Act> {
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    audit.entries.into_iter().map(|entry| entry.act).collect()
}

async fn stored(shop: &Shop, id: TemplateId) -> StoredTemplate {
    shop.store.template(id).await.unwrap().unwrap()
}

/// A shop with a template for invoices, a minute ago.
async fn one() -> (Shop, TemplateId) {
    let shop = Shop::new();
    let id = shop.template("Standard", MessageType::INVOICE, TEXT, true).await;
    shop.clock.advance(minutes(1));
    (shop, id)
}

async fn form(browser: &mut Browser, id: TemplateId) -> Form {
    browser.open(&format!("templates/{id}")).await.form("#edit")
}

#[tokio::test]
async fn without_a_template_each_type_has_its_built_in_text() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let page = browser.open("overview").await;
    assert!(page.has_link("Templates"));
    let page = browser.click("Templates").await;
    assert_eq!(page.all(".needs h2").len(), MessageType::BUILT_IN.len());
    let pills = page.all(".need .pill");
    assert!(pills.len() == MessageType::BUILT_IN.len() && pills.iter().all(|pill| pill == "Used"));
    assert!(page.told().contains("as nobody has switched on another text"));
    // A template of the shop's own begins with the built-in text.
    let links = page.attribute(".need a.btn", "href");
    assert_eq!(links[1], "templates/new?type=invoice");
    let page = browser.open(&links[1]).await;
    let form = page.form("#edit");
    assert_eq!(form.value("text").replace("\r\n", "\n"), MessageType::INVOICE.built_in_text());
    assert_eq!((form.value("type").as_str(), form.value("on").as_str()), ("invoice", "yes"));
    assert_eq!(page.one("#sum"), "Nothing to mend in the text.");
}

#[tokio::test]
async fn the_list_says_which_text_is_used_since_when_and_what_else_is_there() {
    let (shop, standard) = one().await;
    let friendly = shop.template("Friendly", MessageType::INVOICE, "Hi {customerName}", true).await;
    shop.template("Old", MessageType::INVOICE, "Oh {customerName}", false).await;
    let mut browser = shop.manager();
    let page = browser.open("templates").await;
    let invoice = "section.card > ul > li:nth-child(2)";
    assert_eq!(page.one(&format!("{invoice} h2")), "Invoice");
    let names = page.all(&format!("{invoice} .need > div:first-child > a"));
    assert_eq!(names, ["Friendly", "Old", "Standard"], "the used one, then by name");
    let pills = page.all(&format!("{invoice} .pill"));
    assert_eq!(pills, ["Used", "Off", "Switched on"]);
    let acts = page.all(&format!("{invoice} .need a.btn"));
    let expected =
        ["Switch off…", "Duplicate", "Use…", "Duplicate", "Use…", "Switch off…", "Duplicate"];
    assert_eq!(acts, expected, "of Friendly, Old and Standard");
    let why = page.all(&format!("{invoice} .need p"));
    assert_eq!(why[0], "Messages are made with it since 10:01.");
    // A template that another program broke is told, with what to do.
    shop.store.put_template(StoredTemplate {
        content: "Dear {custmerName}".to_owned(),
        ..stored(&shop, friendly).await
    });
    let page = browser.open("templates").await;
    assert_eq!(page.all(&format!("{invoice} .pill"))[0], "Cannot be used");
    let why = page.all(&format!("{invoice} .need p"));
    assert!(
        why[0].contains(
            "until it is mended or switched off. The template cannot be used: line 1, column 6"
        ),
        "{}",
        why[0]
    );
    // A viewer sees the list, and no more.
    let mut viewer = shop.viewer();
    let page = viewer.open("templates").await;
    assert!(page.told().contains("Standard") && page.all("main a").is_empty());
    assert!(page.told().contains("Cannot be used") && !page.told().contains("custmerName"));
    assert_eq!(viewer.open(&format!("templates/{standard}")).await.status, 403);
}

#[tokio::test]
async fn a_template_is_written_checked_mended_and_saved_without_scripts() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    browser.open("templates").await;
    browser.click("New template").await;
    let values = browser.page.all("#values dt code.js-gone");
    assert_eq!(values, ["{customerName}", "{orderNumber}", "{deliveryDate}", "{items}"]);
    assert!(browser.page.one("#values").contains("Order number, such as SO-2026-0107"));
    // Another type has other values.
    let form = browser.page.form("#edit").with("type", "invoice").with("name", "Friendly");
    let form = form.with("text", "Dear * {custmerName} *,\r\nRs. ₹{amount} is due");
    let page = browser.submit(&form.clone().with("do", "check")).await;
    assert_eq!((page.status.as_u16(), page.all("p[role=alert]").len()), (200, 0));
    assert_eq!(page.one("#sum"), "1 thing to mend, 2 worth a look.");
    assert_eq!(page.all("#values dt code.js-gone")[1], "{invoiceNumber}");
    let found = page.all("#problems li a");
    assert_eq!(
        found[0],
        "Line 1, column 8: There is no placeholder {custmerName} for this message type; did you mean {customerName}?"
    );
    assert!(
        found[1].starts_with("Line 1, column 6: There is a blank inside the stars"),
        "{}",
        found[1]
    );
    assert!(
        found[2].starts_with("Line 2, column 1: The currency stands here twice"),
        "{}",
        found[2]
    );
    assert_eq!(page.attribute("#problems li a", "data-place"), ["7,20", "5,22", "24,37"]);
    let buttons = page.all("#problems li button");
    assert_eq!(buttons, ["Write {customerName}", "Write *{custmerName}*", "Write ₹{amount}"]);
    // The template is refused as it is, and nothing is lost.
    let page = browser.submit(&browser.page.form("#edit")).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.one("p[role=alert]"), "It is not saved: 1 thing has to be mended first.");
    for _ in 0..3 {
        let mend = browser.page.attribute("#problems li button", "value")[0].clone();
        browser.submit(&browser.page.form("#edit").with("mend", &mend)).await;
    }
    let form = browser.page.form("#edit");
    assert_eq!(form.value("text"), "Dear *{customerName}*,\r\n₹{amount} is due");
    assert_eq!((form.value("name").as_str(), form.value("type").as_str()), ("Friendly", "invoice"));
    assert_eq!(
        browser.page.one("#length"),
        "39 characters, 40 with these values, of 4,096; 1,024 fit under a file."
    );
    assert_eq!(acts(&shop).await, []);
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The template is saved.");
    assert_eq!(page.one("h1"), "Edit: Friendly");
    assert_eq!(acts(&shop).await, [Act::TemplateSaved]);
    // The same form once more is the same template.
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The template is saved.");
    assert_eq!(acts(&shop).await, [Act::TemplateSaved]);
    // Another template of this name is refused.
    let page = browser.submit(&form.with("text", "Hello").with("name", " Friendly ")).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.one("#name-error"), "Another template has this name: choose another one.");
    assert_eq!(page.form("#edit").value("text"), "Hello");
    let page = browser.submit(&browser.page.form("#edit").with("name", "")).await;
    assert!(page.one("#name-error").starts_with("A template's name has 1 to 100 characters"));
    assert_eq!(page.one("[role=alert] a[href='#name']"), page.one("#name-error"));
}

#[tokio::test]
async fn a_preview_is_what_customers_will_see() {
    let (shop, id) = one().await;
    let mut browser = shop.manager();
    let write = async |browser: &mut Browser, text: &str| {
        let form = form(browser, id).await.with("text", text).with("do", "check");
        browser.submit(&form).await.clone()
    };
    let page = write(&mut browser, "Dear *{customerName}*,\r\n- {amount}\r\n{custmer}").await;
    assert_eq!(page.all("#preview b mark"), ["value: Asha Traders"]);
    assert_eq!(page.all("#preview li mark"), ["value: ₹1,23,456.00"]);
    assert!(page.one("#preview .bubble").contains("{custmer}"), "what is wrong stays as it is");
    assert_eq!(page.one("#preview .file"), "sample.pdf PDF");
    assert!(page.one("#preview .bubble").starts_with("sample.pdf"));
    // A long text goes after its file.
    let page = write(&mut browser, &format!("{}{{customerName}}", "long ".repeat(220))).await;
    assert_eq!(page.all("#preview .bubble").len(), 2);
    assert!(page.one("#problems").contains("the file goes out first, and the text behind it"));
    let page = write(&mut browser, &"x".repeat(4_097)).await;
    assert_eq!(page.all("#preview .bubble").len(), 0);
    assert!(page.one("#preview").contains("4096 are the most a message may have"));
    assert_eq!(page.one("#sum"), "1 thing to mend.");
    let page = write(&mut browser, "(*a*)").await;
    assert!(page.one("#preview").contains("after other signs, such as (, is open"));
}

#[tokio::test]
async fn a_preview_takes_the_values_of_a_customers_newest_message() {
    let (shop, id) = one().await;
    for (seed, name, number) in [(7, "Asha Traders", "INV-7"), (8, "Ravi Stores", "INV-8")] {
        let values = MessageValues::new([("customerName", name), ("invoiceNumber", number)]);
        let at = START - minutes(i64::try_from(seed).unwrap());
        let made = message(seed, name, at, exhausted()).with_facts(|facts| Facts {
            message_type: MessageType::INVOICE.name(),
            values: Some(values),
            ..facts
        });
        shop.put(made).await;
    }
    // Neither a text that somebody wrote nor another type has values here.
    shop.put(message(9, "Meera", START, exhausted())).await;
    let mut browser = shop.manager();
    let begun = form(&mut browser, id).await;
    let customers = browser.page.all("#with option");
    assert_eq!(customers, ["Samples", "Asha Traders", "Ravi Stores"]);
    let text = "{customerName}: {invoiceNumber}, {amount}";
    let asked = begun.with("with", "C-8").with("text", text).with("do", "check");
    let page = browser.submit(&asked).await;
    assert_eq!(
        page.all("#preview mark"),
        ["value: Ravi Stores", "value: INV-8", "value: ₹1,23,456.00"]
    );
    assert_eq!(page.form("#edit").value("with"), "C-8");
    let told = page.one("#preview");
    assert!(told.contains("made 09:52") && told.contains("no value for {amount}"), "{told}");
    let nobody = page.form("#edit").with("with", "C-404").with("do", "check");
    let page = browser.submit(&nobody).await;
    assert!(page.one("#preview").contains("has had no such message whose values are kept"));
}

#[tokio::test]
async fn of_two_people_who_write_at_once_the_second_is_shown_both_texts_and_chooses() {
    let (shop, id) = one().await;
    let (mut asha, mut ravi) = (shop.manager(), shop.browser("ravi manager"));
    let (mine, theirs) = (form(&mut asha, id).await, form(&mut ravi, id).await);
    ravi.submit(&theirs.with("text", "Hello {customerName}").with("name", "Short")).await;
    shop.clock.advance(minutes(1));
    let typed = mine.with("text", "Dear {customerName}");
    let page = asha.submit(&typed).await;
    assert_eq!(page.status, 409);
    assert_eq!(page.one("#clash"), "ravi changed this template while you wrote (10:01)");
    assert_eq!(page.one("section.note pre"), "Hello Dear {customerName}");
    assert_eq!((page.one("pre del"), page.one("pre ins")), ("Hello".to_owned(), "Dear".to_owned()));
    assert!(page.one("section.note dl").contains("Short"));
    assert_eq!(stored(&shop, id).await.content, "Hello {customerName}", "nothing is overwritten");
    // The form keeps its text, and saves it over theirs if one chooses so.
    let form = page.form("#edit");
    assert_eq!(
        (form.value("text").as_str(), form.value("version").as_str()),
        ("Dear {customerName}", "2")
    );
    let theirs = page.attribute("section.note a.btn", "href");
    assert_eq!(asha.open(&theirs[0].replace("../", "")).await.form("#edit").value("name"), "Short");
    let page = asha.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The template is saved.");
    let now = stored(&shop, id).await;
    assert_eq!((now.content.as_str(), now.version), ("Dear {customerName}", 3));
    // A person who sends a form twice has saved it once.
    let again = asha.submit(&form).await;
    assert_eq!(again.one("p.note[role=status]"), "The template is saved.");
    assert_eq!(stored(&shop, id).await.version, 3);
}

#[tokio::test]
async fn a_template_is_switched_off_and_on_once() {
    let (shop, id) = one().await;
    let mut browser = shop.manager();
    browser.open("templates").await;
    let page = browser.click("Switch off…").await;
    assert_eq!(page.one("h1"), "Switch Standard off?");
    let told = page.told();
    assert!(
        told.contains("Messages of the type Invoice are then made with the built-in text."),
        "{told}"
    );
    assert!(told.contains("Messages that wait already go out as they were made."), "{told}");
    let off = page.form("#ask");
    let page = browser.submit(&off).await;
    assert_eq!(page.one("p.note[role=status]"), "The template is switched off.");
    assert!(
        page.told().contains("since 10:01, when the last other text was switched off"),
        "{}",
        page.told()
    );
    browser.submit(&off).await;
    assert_eq!(acts(&shop).await, [Act::TemplateSwitched, Act::TemplateSaved], "twice is once");
    browser.open("templates").await;
    let page = browser.click("Use…").await;
    assert!(page.told().contains("with this text from then on, instead of the built-in text."));
    let on = page.form("#ask");
    // Somebody changes the template meanwhile.
    let seen = SeenTemplate { id, version: 2 };
    shop.desk().roll_back_template(seen, 1, &Actor::Host).await.unwrap();
    let page = browser.submit(&on).await;
    assert!(page.one("p.note").starts_with("Somebody changed the template meanwhile"));
    assert!(!stored(&shop, id).await.is_active);
    let page = browser.open(&format!("templates/{id}/switch-off")).await;
    assert_eq!(
        page.one("p.note[role=status]"),
        "The template is switched off.",
        "it is so already"
    );
    assert_eq!(browser.open("templates/x/use").await.status, 404);
}

#[tokio::test]
async fn versions_say_who_changed_what_and_an_earlier_one_comes_back() {
    let (shop, id) = one().await;
    let mut browser = shop.manager();
    let first = form(&mut browser, id).await;
    let text = TEXT.replace("Dear", "Hello");
    let changed = first.with("text", &text).with("name", "Short").without("on");
    let page = browser.submit(&changed.clone().with("note", "on\ntwo lines")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.one("#note-error").contains("on one line"), "{}", page.told());
    assert_eq!(page.form("#edit").value("name"), "Short", "what was typed stays");
    browser.submit(&changed.with("note", " As <b>Pune</b> asked ")).await;
    shop.clock.advance(minutes(1));
    let page = browser.click("Versions").await;
    assert_eq!(page.one("h1"), "Versions of Short");
    assert_eq!(page.all("main h2"), ["Version 2 Now", "Version 1"]);
    assert_eq!(page.one("section:nth-of-type(1) .pill"), "Now");
    assert_eq!(page.all("main header .muted"), ["asha, 10:01", "The shop's program, 10:00"]);
    assert_eq!((page.one("pre del"), page.one("pre ins")), ("Dear".to_owned(), "Hello".to_owned()));
    let told = page.one("section:nth-of-type(1) .body");
    assert!(
        told.contains("The name was Standard and is Short.")
            && told.contains("It was switched off.")
            && told.contains("Note: As <b>Pune</b> asked"),
        "{told}"
    );
    let page = browser.click("Restore…").await;
    assert_eq!(page.one("h1"), "Restore version 1?");
    assert!(page.told().contains("Standard") && !page.told().contains("from then on"));
    let form = page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The earlier version is back, as a new one.");
    let now = stored(&shop, id).await;
    assert_eq!((now.name.as_str(), now.content.as_str(), now.is_active), ("Standard", TEXT, false));
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The earlier version is back, as a new one.");
    assert_eq!(stored(&shop, id).await.version, 3, "twice is once");
    for path in ["versions/9/restore", "versions/x/restore"] {
        assert_eq!(browser.open(&format!("templates/{id}/{path}")).await.status, 404, "{path}");
    }
    assert_eq!(browser.open(&format!("templates/{id}/versions?before=x")).await.status, 400);
}

#[tokio::test]
async fn many_versions_stand_on_several_pages() {
    let (shop, id) = one().await;
    for version in 1..=24 {
        let seen = SeenTemplate { id, version };
        shop.desk().switch_template(seen, version % 2 == 0, &Actor::Host).await.unwrap();
    }
    let mut browser = shop.manager();
    let mut seen = browser.open(&format!("templates/{id}/versions")).await.all("main h2");
    while browser.page.has_link("Older") {
        seen.extend(browser.click("Older").await.all("main h2"));
    }
    let older = (1..=24).rev().map(|version| format!("Version {version}"));
    let expected: Vec<_> = ["Version 25 Now".to_owned()].into_iter().chain(older).collect();
    assert_eq!(seen, expected);
    assert!(browser.page.has_link("Go to the first page"));
}

#[tokio::test]
async fn the_part_that_follows_from_what_is_typed_is_had_by_itself() {
    let (shop, id) = one().await;
    let mut browser = shop.manager();
    let form = form(&mut browser, id).await.with("text", "Dear {custmerName}");
    let part = Form { action: "/console/templates/check".to_owned(), ..form };
    let page = browser.sent(&part).await;
    assert_eq!(page.status, 200);
    let ids = page.attribute("body > [id]", "id");
    assert_eq!(ids, ["length", "values", "used", "problems", "preview"]);
    assert_eq!(page.one("#sum"), "1 thing to mend.");
    assert_eq!(acts(&shop).await, [Act::TemplateSaved], "nothing is saved");
    // Each of them is on the page once.
    let page = browser.open(&format!("templates/{id}")).await;
    for id in ids {
        assert_eq!(page.all(&format!("#{id}")).len(), 1, "{id}");
    }
    let page = browser.open("templates/check").await;
    assert_eq!(page.one("h1"), "Templates");
}

#[tokio::test]
async fn what_waits_already_is_said_by_type() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    for of in MessageType::BUILT_IN {
        let page = browser.open(&format!("templates/new?type={of}")).await;
        let told = page.one("#edit");
        let is_again = [MessageType::PAYMENT_REMINDER, MessageType::PAYMENT_SUMMARY].contains(of);
        assert_eq!(told.contains("made anew right before they go out"), is_again, "{of}");
        let is_zero = page.one("#preview").contains("Where {daysOverdue} is 0");
        assert_eq!(is_zero, *of == MessageType::PAYMENT_REMINDER, "{of}");
    }
}
