//! The schedule of the next days: looked at, and changed before its messages go out.

mod acts;
mod now;

use whatsapp_core::audit::Act;
use whatsapp_core::format::Amount;
use whatsapp_core::port::{
    AuditFilter, DirectoryError, Due, InvoiceLedger, PlannerStore as _, Standing,
};
use whatsapp_core::schedule::{StepName, StepState};
use whatsapp_core::{CustomerId, InvoiceId, Planner};
use whatsapp_testkit::fixtures::START;

use crate::shop::{Shop, counted, message, minutes, waiting};

/// A day in minutes.
const DAY: i64 = 24 * 60;

pub(super) fn invoice(id: &str) -> InvoiceId {
    InvoiceId::new(id).unwrap()
}

/// An invoice of customer `seed` and this date, over 500 rupees.
pub(crate) fn owed(seed: u64, id: &str, date: &str) -> Due {
    let (customer, date) = (format!("C-{seed}"), date.parse::<chrono::NaiveDate>().unwrap());
    let customer = CustomerId::new(customer).unwrap();
    let due = date + chrono::TimeDelta::days(15);
    Due::new(invoice(id), customer, format!("No. {id}"), date, due, Amount::rupees("500").unwrap())
}

/// A shop on Friday, 30 January 2026, at ten: five customers are to be reminded on Monday, and one
/// of them objects to another invoice.
pub(super) fn friday() -> Shop {
    let shop = Shop::new();
    for seed in 1..=5_u64 {
        shop.customer(seed, &format!("Customer {seed}"));
        shop.ledger.owe(owed(seed, &format!("INV/{seed}"), "2026-01-30"));
    }
    let disputed = owed(5, "INV/9", "2026-01-30").with_standing(Standing::Disputed);
    shop.ledger.owe(disputed);
    shop.clock.advance(minutes(3 * DAY));
    shop
}

pub(super) const MONDAY: &str = "schedule/2026-02-02";

pub(super) async fn acts_of(shop: &Shop) -> Vec<Act> {
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    audit.entries.into_iter().map(|entry| entry.act).collect()
}

/// State of an invoice's reminder after three days; `None` where it has no row.
pub(super) async fn state(shop: &Shop, id: &str) -> Option<StepState> {
    let steps = shop.store.steps_of(&[invoice(id)]).await.unwrap();
    steps.into_iter().find(|step| step.name == StepName::After(3)).map(|step| step.state)
}

#[tokio::test]
async fn on_friday_one_sees_what_goes_out_on_monday_to_whom_and_why() {
    let shop = friday();
    let mut browser = shop.viewer();
    let page = browser.open("overview").await;
    assert!(page.has_link("Schedule"));
    browser.click("What goes out in the next days").await;
    let page = &browser.page;
    assert_eq!(page.one("h1"), "What goes out in the next 14 days");
    assert_eq!(page.all(".tabs a"), ["Coming", "Waiting for you"]);
    let days = page.all(".need");
    assert_eq!(days.len(), 14);
    assert_eq!(days[0], "Friday, 30 Jan 2026 Today, from now on Nothing goes out.");
    assert_eq!(
        days[3],
        "Monday, 2 Feb 2026 5 reminders 1 held back : a later reminder takes its place"
    );
    let page = browser.click("Monday, 2 Feb 2026").await;
    assert_eq!(
        (page.url.as_str(), page.one("h1").as_str()),
        ("/console/schedule/2026-02-02", "Monday, 2 Feb 2026")
    );
    assert_eq!(page.all(".tabs a"), ["All 6", "Goes out 5", "Held back 1"]);
    let rows = page.all("#rows tr");
    assert_eq!(
        rows[0],
        "Customer 1 Goes out Its day is 3 days after the date of the invoice. Reminder of No. INV/1 after 3 days 09:00"
    );
    assert!(
        rows[5].starts_with("Customer 5 A later reminder takes its place It is not sent"),
        "{}",
        rows[5]
    );
    // The time zone is named once, over all times, and each time is without the day.
    assert!(page.one(".head p").ends_with("Times of Kolkata."), "{}", page.one(".head p"));
    assert_eq!(page.all("nav.pager"), [""; 0]);
    // A viewer is offered nothing else.
    assert_eq!(page.all("#rows .btn, #rows input, form.bar"), [""; 0]);
    let page = browser.click("Held back").await;
    assert_eq!(
        (page.url.as_str(), page.all("#rows tr").len()),
        ("/console/schedule/2026-02-02?show=kept", 1)
    );
}

#[tokio::test]
async fn three_of_mondays_are_taken_out_together_and_the_others_go() {
    let shop = friday();
    let mut browser = shop.manager();
    browser.open("schedule").await;
    browser.click("Monday, 2 Feb 2026").await;
    let form = browser.page.form("#bulk");
    let step = |seed| ("step".to_owned(), format!("T+3.INV/{seed}"));
    let mut ticked = form.clone();
    ticked.fields.extend([step(1), step(3), step(5)]);
    let page = browser.submit(&ticked).await;
    assert_eq!(page.one("h1"), "Leave these 3 reminders out?");
    assert!(page.told().contains("3 reminders are not sent to 3 customers."), "{}", page.told());
    assert_eq!(page.all("dt"), ["Customer 1", "Customer 3", "Customer 5"]);
    assert_eq!(page.all("dd")[0], "Reminder of No. INV/1 after 3 days");
    let form = page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("h1"), "3 reminders are left out");
    assert_eq!(page.all(".need").len(), 3);
    assert!(page.all(".need")[0].contains("a person left it out"), "{:?}", page.all(".need"));
    assert_eq!(acts_of(&shop).await, [Act::ReminderSkipped; 3]);
    assert_eq!(browser.clicks, 3);
    // The day shows it at once, and the list leads back to the day.
    browser.click_on("a.back").await;
    assert_eq!(browser.page.url, "/console/schedule/2026-02-02");
    assert_eq!(browser.page.all(".tabs a"), ["All 6", "Goes out 2", "Held back 4"]);
    // Entries that go out come first, and those without a moment come after them.
    let rows = browser.page.all("#rows tr");
    assert!(rows[0].starts_with("Customer 2 Goes out"), "{rows:?}");
    assert!(rows[2].starts_with("Customer 1 Left out It is not sent"), "{rows:?}");
    // The forecast comes true.
    shop.clock.advance(minutes(3 * DAY));
    let planner = Planner::new(shop.ports.clone()).unwrap();
    let report = planner.tick(whatsapp_core::port::Clock::now(&shop.clock)).await.unwrap();
    assert_eq!(report.queued, 2);
    for (seed, stands) in [(1, StepState::Skipped), (2, StepState::Queued), (5, StepState::Skipped)]
    {
        assert_eq!(state(&shop, &format!("INV/{seed}")).await, Some(stands), "{seed}");
    }
}

#[tokio::test]
async fn a_day_with_many_has_pages_that_meet_each_once() {
    let shop = Shop::new();
    for seed in 1..=45_u64 {
        shop.customer(seed, &format!("Customer {seed}"));
        shop.ledger.owe(owed(seed, &format!("INV/{seed}"), "2026-01-30"));
    }
    let mut browser = shop.manager();
    let mut seen = browser.open(MONDAY).await.all("#rows .cust a");
    assert_eq!(seen.len(), 20);
    assert_eq!(browser.page.one("nav.pager"), "1 to 20 of 45 More");
    for rows in [20, 7] {
        // A reminder that is left out meanwhile is at the end from then on, and nothing is
        // passed over.
        let first = browser.page.attribute("#rows input", "value").remove(0);
        let query = url::form_urlencoded::byte_serialize(first.as_bytes()).collect::<String>();
        let mut other = shop.manager();
        let form = other.open(&format!("schedule/skip?step={query}")).await.form("#ask");
        other.submit(&form).await;
        let more = browser.click("More").await.all("#rows .cust a");
        assert_eq!(more.len(), rows);
        seen.extend(more);
    }
    assert!(!browser.page.has_link("More"));
    assert_eq!(browser.page.one("nav.pager"), "Go to the first page 39 to 45 of 45");
    assert_eq!(counted(&seen).len(), 45);
    // A question leads back to the same page.
    let here = browser.page.url.clone();
    browser.click("Hold…").await;
    browser.click_on("a.back").await;
    assert_eq!(browser.page.url, here);
    browser.click("Go to the first page").await;
    assert_eq!(browser.page.url, format!("/console/{MONDAY}"));
}

#[tokio::test]
async fn messages_that_wait_are_withdrawn_or_moved_from_there() {
    let shop = friday();
    let at = whatsapp_core::port::Clock::now(&shop.clock);
    let due = at + minutes(3 * DAY + 60);
    shop.put(message(1, "Customer 1", at, waiting(due))).await;
    let mut browser = shop.manager();
    let page = browser.open("schedule").await;
    assert!(
        page.all(".need")[3].starts_with("Monday, 2 Feb 2026 5 reminders · 1 message that waits")
    );
    let page = browser.click("1 message that waits").await;
    assert_eq!(page.url, "/console/schedule/2026-02-02?class=messages&show=out");
    let row = page.one("#rows tr");
    assert!(row.starts_with("Customer 1 Goes out"), "{row}");
    assert!(row.contains(" 11:00 Cancel…") && !row.contains("Feb, 11:00 Cancel"), "{row}");
    // None of the entries can be ticked.
    assert_eq!(page.all("form.bar, td.pick"), [""; 0]);
    assert!(row.contains("Another time…"), "{row}");
    assert_eq!(page.all(".chip"), ["Messages that wait"]);
    browser.click("Cancel…").await;
    let form = browser.page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.url, "/console/schedule/2026-02-02?class=messages&show=out");
    assert!(
        page.one("p.note").contains("will not be sent") || page.one("p.note").contains("cancelled"),
        "{}",
        page.one("p.note")
    );
    assert!(page.one(".empty p").starts_with("Nothing of this kind"));
    browser.click_on(".chip").await;
    assert_eq!(browser.page.all("#rows tr").len(), 5);
}

#[tokio::test]
async fn days_that_are_not_foretold_lead_to_others() {
    let shop = friday();
    let mut browser = shop.viewer();
    let page = browser.open("schedule/2026-01-29").await;
    assert_eq!((page.status.as_u16(), page.one(".empty p").as_str()), (404, "This day is over."));
    let page = browser.click("Messages of that day").await;
    assert_eq!(page.url, "/console/messages?from=2026-01-29&until=2026-01-29");
    let page = browser.open("schedule/2026-02-13").await;
    assert_eq!(page.status, 404);
    assert!(page.one(".empty p").contains("13 days ahead"));
    assert_eq!(browser.click_on(".empty a").await.url, "/console/schedule");
    for bad in [
        "schedule?x=1",
        "schedule/2026-02-02?show=x",
        "schedule/2026-02-02?after=1",
        "schedule/2026-02-02?class=x",
    ] {
        assert_eq!(browser.open(bad).await.status, 400, "{bad}");
    }
    for gone in ["schedule/2026-02-30", "schedule/x"] {
        assert_eq!(browser.open(gone).await.status, 404, "{gone}");
    }
}

#[tokio::test]
async fn an_empty_shop_says_what_would_be_here_and_one_without_reminders_that_it_has_none() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let page = browser.open("schedule").await;
    assert_eq!(page.one(".empty h2"), "Nothing goes out");
    assert!(page.one(".empty p").contains("stand here before they go out"));
    assert_eq!(page.link("Send a message"), "send");
    let page = browser.open("schedule/2026-01-28").await;
    assert!(page.one(".empty p").contains("stand here before they go out"));
    assert_eq!(page.all(".empty a"), ["All days"]);
    let shop = Shop::without_search();
    let page = shop.manager().open("schedule").await.clone();
    assert!(page.one(".empty p").contains("set up without reminders"));
    assert!(page.has_link("Schedule") && !page.has_link("Approvals"));
    assert!(page.all("nav.tabs").is_empty());
}

#[tokio::test]
async fn a_shop_without_reminders_sees_its_messages_that_have_a_time() {
    let shop = Shop::without_search();
    let tomorrow = START + minutes(DAY);
    let id = shop.put(message(1, "Asha Traders", START, waiting(tomorrow))).await;
    let mut browser = shop.manager();
    let page = browser.open("schedule").await;
    let days = page.all(".need");
    assert_eq!(days[1], "Wednesday, 28 Jan 2026 1 message that waits", "{days:?}");
    assert!(!page.told().contains("Reminders are"), "{}", page.told());
    let page = browser.open("schedule/2026-01-28").await;
    assert_eq!(page.all("#rows tr").len(), 1, "{}", page.told());
    assert!(page.attribute("#rows a", "href").iter().any(|it| it.contains(&id.to_string())));
}

#[tokio::test]
async fn what_is_off_closed_or_stopped_says_so() {
    let shop = friday();
    let mut browser = shop.manager();
    // Monday is closed: its reminders go out on Tuesday, and say why.
    shop.store.put_setting("whatsapp_closed_dates", "2026-02-02");
    let page = browser.open("schedule").await;
    let days = page.all(".need");
    assert!(days[3].starts_with("Monday, 2 Feb 2026 Closed Nothing goes out."), "{}", days[3]);
    assert!(days[4].starts_with("Tuesday, 3 Feb 2026 5 reminders"), "{}", days[4]);
    let page = browser.click("Tuesday, 3 Feb 2026").await;
    assert!(page.all("#rows tr")[0].contains("Put off from 2 Feb, which is a closed day."));
    // While the account is paused by hand, all of it is held back.
    shop.desk().pause(&whatsapp_core::audit::Actor::Host).await.unwrap();
    shop.clock.advance(minutes(1));
    let page = browser.open("schedule").await;
    assert!(page.all(".need")[4].contains("5 held back"), "{:?}", page.all(".need")[4]);
    shop.store.put_setting("whatsapp_payment_reminder_enabled", "false");
    shop.clock.advance(minutes(1));
    let page = browser.open("schedule").await;
    assert!(page.one(".note.warn").starts_with("Reminders are switched off"), "{}", page.told());
}

/// Books that cannot be read.
#[derive(Debug)]
struct Closed;

#[async_trait::async_trait]
impl InvoiceLedger for Closed {
    async fn due(&self, _: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        Err(DirectoryError::new("the books are closed"))
    }

    async fn unpaid(&self, _: Option<InvoiceId>, _: u32) -> Result<Vec<Due>, DirectoryError> {
        Err(DirectoryError::new("the books are closed"))
    }
}

#[tokio::test]
async fn records_and_books_that_do_not_answer_are_told() {
    let shop = friday();
    let mut browser = shop.manager();
    browser.open(MONDAY).await;
    shop.customers.fail_next(9);
    let page = browser.open(MONDAY).await;
    assert!(page.one("p.note").contains("records do not answer just now"));
    assert!(page.all("#rows tr")[0].contains("Customer 1"), "as it was foretold");
    let shop = friday().with(|ports| ports.with_invoices(std::sync::Arc::new(Closed)));
    let page = shop.manager().open("schedule").await.clone();
    assert_eq!(page.status, 503, "{}", page.told());
    assert!(page.told().contains("The shop's own records do not answer."), "{}", page.told());
}

#[tokio::test]
async fn a_list_that_was_cut_says_so_and_looks_further() {
    let shop = Shop::new();
    shop.customer(1, "Asha Traders");
    for no in 0..10_001_u64 {
        shop.ledger.owe(owed(1, &format!("A-{no:05}"), "2026-04-01"));
    }
    shop.ledger.owe(owed(1, "Z-1", "2026-01-25"));
    let mut browser = shop.manager();
    let page = browser.open("schedule").await;
    let told = page.one(".note.warn");
    assert!(told.starts_with("Only the first 10,000 unpaid invoices were looked at"), "{told}");
    assert_eq!(page.one(".empty h2"), "Nothing goes out");
    browser.click("Look further").await;
    assert_eq!(browser.page.url, "/console/schedule?further=1");
    assert_eq!(browser.page.all(".note.warn"), [""; 0]);
    browser.click("Wednesday, 28 Jan 2026").await;
    assert_eq!(browser.page.url, "/console/schedule/2026-01-28?further=1");
    assert_eq!(browser.page.all("#rows tr").len(), 1);
    // A reminder that only the wider forecast has is acted on as well.
    browser.click("Leave out…").await;
    let form = browser.page.form("#ask");
    assert_eq!(browser.submit(&form).await.one("h1"), "1 reminder is left out");
}
