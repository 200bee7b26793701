//! Festivals: the list, the suggestions, writing an entry, two people at once, and a list of dates.

mod imports;

use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::campaign::{Audience, Campaign, CampaignPlan};
use whatsapp_core::message::MessageType;
use whatsapp_core::port::{AuditFilter, Customer};
use whatsapp_core::{CampaignId, Campaigns, CustomerId};

use crate::shop::{Form, Shop, minutes};

fn campaigns(shop: &Shop) -> Campaigns {
    Campaigns::new(shop.ports.clone()).unwrap()
}

async fn entries(shop: &Shop) -> Vec<Campaign> {
    campaigns(shop).list(None, 500).await.unwrap()
}

async fn acts(shop: &Shop) -> Vec<Act> {
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    audit.entries.into_iter().map(|entry| entry.act).collect()
}

async fn draft(shop: &Shop, name: &str, date: &str) -> CampaignId {
    let plan = CampaignPlan::festival(name, date.parse().unwrap());
    campaigns(shop).create(plan, &Actor::Host).await.unwrap().id
}

/// The form with which a suggestion is taken.
fn taking(form: Form, button: &str) -> Form {
    form.with("take", button)
}

#[tokio::test]
async fn an_empty_calendar_says_so_and_suggests_the_festivals_of_a_year() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    browser.open("overview").await;
    let page = browser.click("Festivals").await;
    assert_eq!(page.one(".empty h2"), "No festival message yet");
    let names = page.all("form[method=post] .need > b");
    assert_eq!(names[..3], ["Holi", "Ugadi", "Gudi Padwa"]);
    let first = page.all("form[method=post] .need");
    assert!(
        first[0].contains("Wednesday, 4 Mar 2026") && !first[0].contains("Estimated"),
        "{first:?}"
    );
    // A state has suggestions of its own.
    let form = page.form("form[data-live]").with("place", "IN-TN");
    let page = browser.submit(&form).await;
    let names = page.all("form[method=post] .need > b");
    assert!(
        names.contains(&"Pongal".to_owned()) && !names.contains(&"Onam".to_owned()),
        "{names:?}"
    );
    let page = browser.open("festivals?place=BR").await;
    assert_eq!(page.status, 400);
    // Later, the dates that depend on the moon are those of next year, which nobody knows.
    shop.clock.advance(minutes(100 * 24 * 60));
    let lines = browser.open("festivals").await.all("form[method=post] .need");
    let eid = lines.iter().find(|line| line.starts_with("Eid al-Fitr")).unwrap();
    assert!(eid.contains("Estimated: it depends on the moon"), "{eid}");
    assert_eq!(browser.open("festivals?evil=1").await.status, 400);
}

#[tokio::test]
async fn a_suggestion_is_an_entry_in_one_act_and_only_once() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    browser.open("festivals").await;
    let buttons = browser.page.attribute("button[name=take]", "value");
    assert_eq!(buttons[0], "holi.2026-03-04");
    let form = browser.page.form("form[action$=suggestions]");
    let take = taking(form.clone(), &buttons[0]);
    let (one, other) = tokio::join!(browser.sent(&take), browser.sent(&take));
    assert_eq!(one.headers["location"], other.headers["location"]);
    assert_eq!(entries(&shop).await.len(), 1);
    let page = browser.submit(&take).await;
    assert_eq!(page.one("h1"), "Edit: Holi");
    assert!(page.one("p.note[role=status]").starts_with("The festival message is made."));
    let form_of_entry = page.form("#edit");
    let fields = ["name", "date", "time", "kind"].map(|name| form_of_entry.value(name));
    assert_eq!(fields, ["Holi", "2026-03-04", "10:00", "festival"]);
    assert_eq!(page.one("#used"), "It would begin on Wednesday, 4 Mar 2026, 10:00.");
    assert!(page.one("#preview .bubble").contains("on value: Holi !"), "{}", page.one("#preview"));
    // The form of another person, an hour old, makes no second entry.
    let page = browser.open("festivals").await;
    assert_eq!(page.attribute("button[name=take]", "value").len(), buttons.len() - 1);
    assert!(page.has_link("In the list Holi"));
    let late = taking(browser.page.form("form[action$=suggestions]"), &buttons[0]);
    let page = browser.submit(&late).await;
    assert_eq!(page.one("p.note[role=status]"), "It is in the list already. This is it.");
    assert_eq!(acts(&shop).await, [Act::CampaignSaved]);
    // A festival that nobody suggested is not made, nor is anything by a viewer.
    for made_up in ["holi.2026-03-05", "x", "holi.2020-03-04", ""] {
        assert_eq!(browser.sent(&taking(form.clone(), made_up)).await.status, 400, "{made_up}");
    }
    let page = shop.viewer().open("festivals").await.clone();
    assert_eq!(page.all("button[name=take], .head a.btn, .need a.btn").len(), 0);
    assert_eq!(page.all(".needs .pill"), ["Draft"]);
}

#[tokio::test]
async fn an_entry_of_ones_own_is_written_seen_and_saved() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    shop.template("Standard", MessageType::FESTIVAL, "Joyous {festivalName}!", true).await;
    let mut browser = shop.manager();
    browser.open("festivals").await;
    let page = browser.click("New festival message").await;
    let form = page.form("#edit");
    assert!(page.all("#template option")[0].starts_with("The one in use: Standard"));
    assert_eq!(page.one("#used"), "Choose a date.");
    let form =
        form.with("name", "Our anniversary").with("date", "2026-02-02").with("time", "11:30");
    let page = browser.sent(&form.clone().with("do", "check")).await;
    assert_eq!(page.one("#used"), "It would begin on Monday, 2 Feb 2026, 11:30.");
    assert!(page.one("#preview").contains("This is the text of the template."));
    let page = browser.sent(&form.clone().with("do", "fill")).await;
    assert_eq!(page.form("#edit").value("text"), "Joyous {festivalName}!");
    let wrong = form.clone().with("text", "Dear {custmerName}");
    let page = browser.sent(&wrong).await;
    assert_eq!(page.status, 422);
    assert!(page.one("#sum").starts_with("1 thing to mend"), "{}", page.one("#sum"));
    let mend = page.attribute("#problems button", "value");
    let page = browser.sent(&wrong.clone().with("mend", &mend[0])).await;
    assert_eq!(page.form("#edit").value("text"), "Dear {customerName}");
    assert_eq!(entries(&shop).await.len(), 0, "nothing is saved so far");
    let form = page.form("#edit");
    let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
    assert_eq!(one.headers["location"], other.headers["location"], "twice is once");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The festival message is saved.");
    assert_eq!(page.one("h1"), "Our anniversary");
    assert!(
        page.one("section.note").contains("Nothing is sent until somebody checks and arms it.")
    );
    let entry = &entries(&shop).await[0];
    assert_eq!(entry.plan.own_text(), Some("Dear {customerName}"));
    assert_eq!(
        (entry.plan.time.to_string().as_str(), &entry.plan.audience),
        ("11:30", &Audience::Everybody)
    );
    assert_eq!(entries(&shop).await.len(), 1);
    let page = browser.click("Duplicate").await;
    assert_eq!(page.form("#edit").value("text"), "Dear {customerName}");
}

#[tokio::test]
async fn each_field_says_what_is_wrong_with_it_and_nothing_typed_is_lost() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let form = browser.open("festivals/new").await.form("#edit");
    let form = form.with("name", "Open day").with("date", "2026-02-02").with("text", "Hello");
    for (field, value, id, said) in [
        ("name", "", "#name-error", "Write a name, such as Diwali."),
        ("date", "2026-02-31", "#date-error", "Choose a date."),
        ("time", "25:00", "#time-error", "Choose a time."),
    ] {
        let page = browser.sent(&form.clone().with(field, value)).await;
        assert_eq!((page.status.as_u16(), page.one(id)), (422, said.to_owned()), "{field}");
        assert_eq!(page.form("#edit").value("text"), "Hello");
    }
    let news = form.clone().with("kind", "announcement").with("text", " ");
    let page = browser.sent(&news).await;
    assert_eq!(page.one("#text-error"), "There are no news; write what is to be announced.");
    for (field, value) in [("kind", "x"), ("once", "x"), ("template", "x")] {
        assert_eq!(browser.sent(&form.clone().with(field, value)).await.status, 400, "{field}");
    }
    // A time after the sending hours, and a festival on another day, are told before
    // anybody arms it.
    let page = browser.sent(&form.clone().with("time", "22:00").with("do", "check")).await;
    assert!(
        page.one("#used").starts_with("Time: at 22:00 customers are not written to"),
        "{}",
        page.one("#used")
    );
    let holi = form.with("name", "Holi").with("date", "2026-03-05").with("do", "check");
    let page = browser.sent(&holi).await;
    assert!(
        page.one("#used").ends_with("Holi is on Wednesday, 4 Mar 2026 in India."),
        "{}",
        page.one("#used")
    );
}

#[tokio::test]
async fn customers_are_named_by_key_name_or_number() {
    let shop = Shop::new();
    for (seed, name) in [(1, "Asha Traders"), (2, "Ravi Stores"), (3, "Ravi Stores Pune")] {
        shop.customer(seed, name);
    }
    let mut browser = shop.manager();
    let form = browser.open("festivals/new").await.form("#edit").with("to", "some");
    let form = form.with("name", "Open day").with("date", "2026-02-02");
    for (typed, said) in [
        ("", "The list names nobody; name at least one customer, or everybody."),
        ("C-1\nNobody", "Line 2: nobody is found by this."),
        ("Ravi", "Line 1: several customers are found by this."),
    ] {
        let page = browser.sent(&form.clone().with("customers", typed)).await;
        assert!(
            page.one("#customers-error").starts_with(said),
            "{typed}: {}",
            page.one("#customers-error")
        );
    }
    let page = browser.submit(&form.with("customers", "asha\r\n\r\nC-3\r\n")).await;
    assert!(page.one("main").contains("2 chosen customers"), "{}", page.told());
    let list = ["C-1", "C-3"].map(|id| CustomerId::new(id).unwrap()).to_vec();
    assert_eq!(entries(&shop).await[0].plan.audience, Audience::Customers(list));
    let page = browser.click("Edit").await;
    let lines = page.form("#edit").value("customers");
    assert_eq!(lines, "C-1 · Asha Traders\r\nC-3 · Ravi Stores Pune");
    let form = page.form("#edit");
    let page = browser.submit(&form).await;
    assert!(page.one("main").contains("2 chosen customers"));
}

#[tokio::test]
async fn a_name_of_several_lines_makes_no_further_customer() {
    let shop = Shop::new();
    shop.customer(1, "Asha\r\nC-2\nTraders");
    shop.customer(2, "Ravi Stores");
    let list = ["C-1"].map(|id| CustomerId::new(id).unwrap()).to_vec();
    let plan = CampaignPlan::festival("Open day", "2026-02-02".parse().unwrap())
        .with_audience(Audience::Customers(list.clone()));
    let id = campaigns(&shop).create(plan, &Actor::Host).await.unwrap().id;
    let mut browser = shop.manager();
    let form = browser.open(&format!("festivals/{id}/edit")).await.form("#edit");
    assert_eq!(form.value("customers"), "C-1 · Asha C-2 Traders");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The festival message is saved.");
    assert_eq!(entries(&shop).await[0].plan.audience, Audience::Customers(list));
}

#[tokio::test]
async fn whatever_is_wrong_is_counted_first_and_marked_where_it_is_put_right() {
    let shop = Shop::new();
    let id = draft(&shop, "Holi", "2026-03-04").await;
    let mut browser = shop.manager();
    let form = browser.open(&format!("festivals/{id}/edit")).await.form("#edit");
    let wrong = form.clone().with("name", " ").with("date", "2020-01-01").with("text", "Dear {x}");
    let page = browser.sent(&wrong).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.one("h1"), "Edit: Holi", "it goes by the name that is saved");
    assert_eq!(page.one(".note.bad"), "It is not saved: 2 things have to be mended first.");
    assert_eq!(page.attribute(".note.bad a", "href"), ["#name"]);
    assert_eq!(page.one("#name-error"), "Write a name, such as Diwali.");
    assert_eq!(page.attribute("#name", "aria-invalid"), ["true"]);
    assert!(page.one("#used").starts_with("Date: 1 Jan 2020 is over"), "{}", page.one("#used"));
    // A single error is said at once.
    let page = browser.sent(&form.clone().with("date", "")).await;
    assert_eq!(page.one(".note.bad"), "Choose a date.");
    assert_eq!(page.attribute(".note.bad a", "href"), ["#date"]);
    let page = browser.sent(&form.clone().with("text", "Dear {x}")).await;
    assert_eq!(page.attribute(".note.bad a", "href"), ["#found"]);
    // An empty field has the length of the template's text, and says so.
    let page = browser.sent(&form.with("text", "").with("do", "check")).await;
    assert!(page.one("#length").starts_with("Of the template's text: "), "{}", page.one("#length"));
}

#[tokio::test]
async fn of_two_who_write_at_once_the_second_sees_both() {
    let shop = Shop::new();
    let id = draft(&shop, "Holi", "2026-03-04").await;
    let mut browser = shop.manager();
    let form = browser.open(&format!("festivals/{id}/edit")).await.form("#edit");
    shop.clock.advance(minutes(1));
    let mut other = shop.browser("meena manager");
    let theirs = other.open(&format!("festivals/{id}/edit")).await.form("#edit");
    other.submit(&theirs.with("text", "Joyous Holi, {customerName}!")).await;
    let mine = form.with("text", "Happy Holi, {customerName}!").with("time", "12:00");
    let page = browser.sent(&mine).await;
    assert_eq!(page.status, 409);
    assert!(
        page.one("#clash")
            .starts_with("meena changed this festival message while you wrote (10:01)")
    );
    assert_eq!((page.one("del"), page.one("ins")), ("Joyous".to_owned(), "Happy".to_owned()));
    assert!(page.told().contains("Wednesday, 4 Mar 2026, from 10:00"), "theirs");
    let again = page.form("#edit");
    assert_eq!(
        (again.value("time").as_str(), again.value("text").as_str()),
        ("12:00", "Happy Holi, {customerName}!")
    );
    let page = browser.submit(&again).await;
    assert_eq!(page.one("p.note[role=status]"), "The festival message is saved.");
    assert_eq!(entries(&shop).await[0].plan.own_text(), Some("Happy Holi, {customerName}!"));
    // The same form twice is once, also after somebody else made just that change.
    let page = browser.submit(&again).await;
    assert_eq!(page.one("p.note[role=status]"), "The festival message is saved.");
    assert_eq!(acts(&shop).await.len(), 3);
}

#[tokio::test]
async fn what_follows_from_what_is_typed_is_had_by_itself() {
    let shop = Shop::new();
    let id = draft(&shop, "Holi", "2026-03-04").await;
    let mut browser = shop.manager();
    for path in ["festivals/new".to_owned(), format!("festivals/{id}/edit")] {
        let page = browser.open(&path).await;
        let form = page.form("#edit").with("text", "Dear {custmerName}");
        let ids = ["length", "values", "used", "problems", "preview"];
        for id in ids {
            assert_eq!(page.all(&format!("#{id}")).len(), 1, "{id}");
        }
        let part = Form { action: "/console/festivals/check".to_owned(), ..form };
        let page = browser.sent(&part).await;
        assert_eq!(page.status, 200);
        assert!(page.one("#sum").starts_with("1 thing to mend"), "{}", page.one("#sum"));
        assert_eq!(page.attribute("body > [id]", "id"), ids);
    }
    assert_eq!(acts(&shop).await, [Act::CampaignSaved], "nothing is saved");
    assert_eq!(browser.open("festivals/check").await.one("h1"), "Festivals");
}

#[tokio::test]
async fn a_list_of_dates_is_looked_over_by_line_and_made_once() {
    let shop = Shop::new();
    draft(&shop, "Holi", "2026-03-04").await;
    let mut browser = shop.manager();
    browser.open("festivals").await;
    let form = browser.click("Import dates").await.form("#import");
    let table = "date,name,estimated,time,text\n\
                 2026-04-14,Opening,no,09:30,\"Dear {customerName}, we open\"\n\
                 31/02/2026,Our day,,,\n\
                 2026-03-04,Holi,,,\n\
                 2025-12-25,Christmas,,,\n\
                 2026-03-20,Eid (estimated),,,\n\
                 2026-05-01,Broken,,,Dear {custmer}\n";
    let page = browser.sent(&form.clone().with("dates", table).with("do", "look")).await;
    assert_eq!(
        page.one("main p[role=status]"),
        "6 lines were read, 2 festival messages can be made, 3 dates are left out, 1 line is wrong."
    );
    assert!(page.one("li.error").starts_with("Line 3, date: \"31/02/2026\" is not a date"));
    assert_eq!(page.attribute("input[name=line]", "value"), ["2.2026-04-14", "6.2026-03-20"]);
    // Lines that can be ticked stand out, and the others do not.
    assert_eq!(page.all(".need b"), ["Opening", "Eid"]);
    assert!(page.has_link("Go back"));
    let told = page.all(".need").join("\n");
    for said in [
        "It is in the list already.",
        "It is over.",
        "There is no placeholder {custmer}",
        "Line 6 · Estimated",
    ] {
        assert!(told.to_lowercase().contains(&said.to_lowercase()), "{said}: {told}");
    }
    assert_eq!(entries(&shop).await.len(), 1, "nothing is made so far");
    let wanted = page.form("#import").with("do", "make");
    let nothing = browser.sent(&wanted.clone().without("line")).await;
    assert_eq!(nothing.status, 422);
    let (one, _) = tokio::join!(browser.sent(&wanted), browser.sent(&wanted));
    assert_eq!(one.done(), "festivals-imported-2-0");
    let page = browser.submit(&wanted).await;
    assert!(page.one("p.note[role=status]").starts_with("2 festival messages are made."));
    let mut made = entries(&shop).await;
    made.reverse();
    let told: Vec<_> = made.iter().map(|it| (it.plan.name.as_str(), it.plan.estimated)).collect();
    assert_eq!(told, [("Holi", false), ("Eid", true), ("Opening", false)]);
    assert_eq!(made[2].plan.time.to_string(), "09:30");
    let page = browser.sent(&form.clone().with("dates", "nothing").with("do", "look")).await;
    assert_eq!(page.status, 422);
    assert!(page.one("p.note.bad").starts_with("The file has no column date"));
    let calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260601\nSUMMARY:Fair\nEND:VEVENT\nEND:VCALENDAR\n";
    let page = browser.sent(&form.with("dates", calendar).with("do", "look")).await;
    assert_eq!(page.attribute("input[name=line]", "value"), ["2.2026-06-01"]);
}

#[tokio::test]
async fn the_list_has_what_is_ahead_first_and_what_is_over_by_pages() {
    let shop = Shop::new();
    for day in 1..=9 {
        draft(&shop, &format!("Past {day}"), &format!("2025-12-0{day}")).await;
    }
    for day in 10..=31 {
        draft(&shop, &format!("Past {day}"), &format!("2025-12-{day}")).await;
    }
    draft(&shop, "Later", "2026-06-01").await;
    draft(&shop, "Next", "2026-02-01").await;
    let mut browser = shop.manager();
    let page = browser.open("festivals").await;
    let names = page.all(".need > div:first-child > a");
    assert_eq!(names[..4], ["Next", "Later", "Past 31", "Past 30"]);
    assert_eq!(names.len(), 22);
    let page = browser.click("Older").await;
    let names = page.all(".need > div:first-child > a");
    assert_eq!((names.len(), names.last().unwrap().as_str()), (11, "Past 1"));
    assert!(page.has_link("Go to the first page") && !page.has_link("Older"));
    assert_eq!(page.all("#suggested").len(), 0);
}

#[tokio::test]
async fn a_shop_without_campaigns_has_no_such_room_and_one_that_is_gone_is_said_to_be() {
    let shop = Shop::without_search();
    let mut browser = shop.manager();
    assert!(!browser.open("overview").await.has_link("Festivals"));
    assert_eq!(browser.open("festivals").await.status, 404);
    let shop = Shop::new();
    let mut browser = shop.manager();
    for path in
        ["x", "01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f", "01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f/arm"]
    {
        let page = browser.open(&format!("festivals/{path}")).await;
        assert_eq!(
            (page.status.as_u16(), page.one("h1")),
            (404, "There is no such festival message".to_owned())
        );
    }
    shop.customers.put(Customer::new(CustomerId::new("C-1").unwrap(), "Asha", None));
    let id = draft(&shop, "Holi", "2026-03-04").await;
    for query in ["state=x", "after=1", "evil=1"] {
        assert_eq!(browser.open(&format!("festivals/{id}?{query}")).await.status, 400, "{query}");
    }
}
