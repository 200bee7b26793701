//! Checks before a campaign is armed.

use chrono::Weekday;
use whatsapp_core::campaign::Figures;
use whatsapp_core::message::{Category, MessageType};
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{AuditFilter, AuditLog as _, CustomerDirectory, DirectoryError};
use whatsapp_core::{Desk, WhatsAppNumber};

use super::*;

/// A shop with five customers who can be greeted and one of each kind who cannot.
async fn mixed() -> Greeting {
    let shop = Greeting::with(5);
    let put = |one: Customer| shop.shop.customers.put(one);
    put(Customer::new(customer("L-1"), "No number", None));
    put(Customer::new(customer("L-2"), "Not a number", Some("098765 43211")));
    let declines = Customer::new(customer("L-3"), "Declines", Some("+919700000003"));
    put(declines.with_declined(Category::Greetings));
    put(Customer::new(customer("L-4"), "Muted", Some("+919700000004")));
    put(Customer::new(customer("L-5"), "Muted number", Some("+919700000005")));
    put(Customer::new(customer("L-6"), "Branch", Some(&number(3))));
    let desk = Desk::new(shop.ports.clone());
    desk.mute(MuteOn::Customer(customer("L-4")), MuteOf::All, &manager()).await.unwrap();
    let fifth = WhatsAppNumber::parse("+919700000005").unwrap();
    desk.mute(MuteOn::number(&fifth), MuteOf::Greetings, &manager()).await.unwrap();
    shop
}

#[tokio::test]
async fn a_check_says_day_text_figures_and_end_and_sends_nothing() {
    let shop = mixed().await;
    let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let checked = shop.campaigns.check(draft.id).await.unwrap();
    assert_eq!(checked.weekday, Weekday::Wed);
    assert_eq!(checked.first.as_str(), "Customer 0");
    let sample = checked.sample.as_str();
    assert!(
        sample.starts_with("Dear Customer 0,\n\nWarm wishes to you and your family on Diwali!")
    );
    let mut figures = Figures::default();
    (figures.recipients, figures.no_number, figures.declined) = (5, 2, 1);
    (figures.muted, figures.double, figures.unknown) = (2, 1, 0);
    assert_eq!(checked.figures, figures);
    let run = checked.run;
    assert_eq!((run.can_go, run.left_over, clock(run.from)), (5, 0, "28 10:00".to_owned()));
    assert_eq!(run.until.map(clock).as_deref(), Some("28 10:04"));
    assert_eq!(shop.state(draft.id).await, CampaignState::Draft);
    shop.sleep_until("2026-01-28 10:00");
    assert_eq!(shop.turn().await, FeedReport::default(), "a draft sends nothing");
    assert!(shop.messages().is_empty());
}

#[tokio::test]
async fn a_list_names_its_recipients_and_whom_nobody_knows() {
    let shop = mixed().await;
    let list = ["K-004", "K-001", "X-1", "L-1", "K-004"].map(customer).to_vec();
    let plan = diwali(WEDNESDAY).with_audience(Audience::Customers(list));
    let draft = shop.campaigns.create(plan, &manager()).await.unwrap();
    let checked = shop.campaigns.check(draft.id).await.unwrap();
    let mut figures = Figures::default();
    (figures.recipients, figures.no_number, figures.unknown) = (2, 1, 1);
    assert_eq!(checked.figures, figures, "who stands twice in it is one customer");
    assert_eq!(checked.first.as_str(), "Customer 4");
}

#[tokio::test]
async fn the_caps_say_how_many_can_go_and_how_many_are_left_over() {
    let shop = Greeting::with(30);
    for (key, value, can_go, until) in [
        ("whatsapp_bulk_per_day", "12", 12, "28 10:11"),
        ("whatsapp_bulk_per_hour", "5", 12, "28 12:01"),
        ("whatsapp_send_until", "10:45", 5, "28 10:04"),
    ] {
        shop.shop.set(key, value);
        let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
        let run = shop.campaigns.check(draft.id).await.unwrap().run;
        assert_eq!((run.can_go, run.left_over), (can_go, 30 - can_go), "{key}");
        assert_eq!(run.until.map(clock).as_deref(), Some(until), "{key}");
    }
}

#[tokio::test]
async fn what_cannot_run_is_refused_with_a_sentence() {
    let shop = Greeting::with(3);
    let time = |time: &str| diwali(WEDNESDAY).with_time(time.parse().unwrap());
    let hours = "customers are not written to; the hours are from 09:00 to 20:00";
    for (plan, why) in [
        (time("08:59"), format!("time: at 08:59 {hours}")),
        (time("20:00"), format!("time: at 20:00 {hours}")),
        (diwali("2026-01-26"), "date: 26 Jan 2026 is over, or its hours are".to_owned()),
        (diwali("2027-01-29"), "date: 29 Jan 2027 is more than 366 days ahead".to_owned()),
        (diwali(WEDNESDAY).with_words("Happy {festivalNam}"), "words: ".to_owned()),
        (
            CampaignPlan::announcement("Move", date(WEDNESDAY), "We moved."),
            "Announcement messages are switched off in the settings".to_owned(),
        ),
        (
            diwali(WEDNESDAY).with_audience(Audience::Customers(vec![customer("X-1")])),
            "audience: nobody can be written to: 1 customer is not in the records.".to_owned(),
        ),
    ] {
        let said = shop.refused(plan).await;
        assert!(said.starts_with(&why), "{said}");
    }
    // The rest of today is over as well.
    shop.sleep_until("2026-01-28 20:00");
    let said = shop.refused(diwali(WEDNESDAY)).await;
    assert!(said.starts_with("date: 28 Jan 2026 is over, or its hours are"), "{said}");
    shop.shop.set("whatsapp_festival_enabled", "false");
    let said = shop.refused(diwali("2026-01-29")).await;
    assert!(said.starts_with("Festival greeting messages are switched off"), "{said}");
}

#[tokio::test]
async fn a_greeting_goes_out_on_a_closed_day_and_an_announcement_does_not() {
    let shop = Greeting::with(2);
    shop.shop.set("whatsapp_announcement_enabled", "true");
    shop.shop.set("whatsapp_closed_dates", WEDNESDAY);
    for day in [SUNDAY, WEDNESDAY] {
        shop.armed(diwali(day)).await;
        let news = CampaignPlan::announcement("Move", date(day), "We moved.");
        let said = shop.refused(news).await;
        let day = date(day).format("%-d %b %Y");
        assert!(said.starts_with(&format!("date: the business is closed on {day}")), "{said}");
    }
    let news = CampaignPlan::announcement("Move", date("2026-01-29"), "We moved to Pune.");
    let draft = shop.campaigns.create(news, &manager()).await.unwrap();
    let sample = shop.campaigns.check(draft.id).await.unwrap().sample;
    assert!(sample.as_str().starts_with("Dear Customer 0,\n\nWe moved to Pune.\n"));
}

/// A host that lists nobody.
#[derive(Debug)]
struct Unlisted;

#[async_trait::async_trait]
impl CustomerDirectory for Unlisted {
    async fn find_many(&self, _: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        Ok(Vec::new())
    }
}

/// A host whose pages go round in a circle.
#[derive(Debug)]
struct Circle(whatsapp_testkit::FixedDirectory);

#[async_trait::async_trait]
impl CustomerDirectory for Circle {
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        self.0.find_many(ids).await
    }

    async fn reachable(
        &self,
        after: Option<CustomerId>,
        _: u32,
    ) -> Result<Vec<Customer>, DirectoryError> {
        let after = after.filter(|after| *after != customer("K-002"));
        self.0.reachable(after, 1).await
    }
}

#[tokio::test]
async fn a_directory_that_goes_round_in_a_circle_is_told() {
    let shop = Greeting::with(3);
    let store = Arc::new(shop.shop.store.clone());
    let ports = Ports::new(store.clone(), Arc::new(Circle(shop.shop.customers.clone())))
        .with_campaigns(store)
        .with_clock(Arc::new(shop.shop.clock.clone()))
        .with_transport(Arc::new(shop.shop.gateway.clone()));
    let circle = Greeting::over(shop.shop, ports);
    let draft = circle.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let error = circle.campaigns.check(draft.id).await.unwrap_err();
    assert!(matches!(error, CampaignError::Directory(_)), "{error}");
}

#[tokio::test]
async fn a_host_that_lists_nobody_gets_a_sentence() {
    let shop = Greeting::with(3);
    let store = Arc::new(shop.shop.store.clone());
    let ports = Ports::new(store.clone(), Arc::new(Unlisted))
        .with_campaigns(store)
        .with_clock(Arc::new(shop.shop.clock.clone()));
    let unlisted =
        Greeting::over(Shop::new(), ports.with_transport(Arc::new(shop.shop.gateway.clone())));
    let said = unlisted.refused(diwali(WEDNESDAY)).await;
    assert!(said.starts_with("audience: the program lists no customers"), "{said}");
}

#[tokio::test]
async fn what_changed_since_the_check_is_asked_again() {
    let shop = Greeting::with(3);
    let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let checked = shop.campaigns.check(draft.id).await.unwrap();
    shop.shop.customers.put(Customer::new(customer("K-9"), "New", Some("+919700000009")));
    let Err(CampaignError::Figures(now)) = shop.campaigns.arm(draft.id, &checked, &manager()).await
    else {
        panic!("the figures have changed")
    };
    assert_eq!((checked.figures.recipients, now.figures.recipients), (3, 4));
    // The text changes as well.
    let text = "Happy {festivalName}, {customerName}!";
    shop.shop.save_template("Greeting", MessageType::FESTIVAL, text, true).await;
    let Err(CampaignError::Figures(now)) = shop.campaigns.arm(draft.id, &now, &manager()).await
    else {
        panic!("the text has changed")
    };
    assert_eq!(now.sample.as_str(), "Happy Diwali, Customer 0!");
    // The plan changes too.
    let plan = draft.plan.clone().with_time("11:00".parse().unwrap());
    shop.campaigns.edit(draft.id, 0, plan, &manager()).await.unwrap();
    let Err(CampaignError::Figures(now)) = shop.campaigns.arm(draft.id, &now, &manager()).await
    else {
        panic!("the plan has changed")
    };
    let armed = shop.campaigns.arm(draft.id, &now, &manager()).await.unwrap();
    assert_eq!(armed.state, CampaignState::Armed);
    assert_eq!(armed.frozen.unwrap().text.as_str(), text);
    let again = shop.campaigns.arm(draft.id, &now, &manager()).await;
    assert!(matches!(again, Err(CampaignError::Forbidden(CampaignState::Armed))));
}

#[tokio::test]
async fn an_edit_over_another_one_is_refused() {
    let shop = Greeting::with(3);
    let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    // A check disturbs no form that is open.
    shop.campaigns.check(draft.id).await.unwrap();
    let edited = shop.campaigns.edit(draft.id, 0, diwali(SUNDAY), &manager()).await.unwrap();
    assert_eq!((edited.revision, edited.plan.date), (1, date(SUNDAY)));
    let late = shop.campaigns.edit(draft.id, 0, diwali(WEDNESDAY), &manager()).await;
    assert!(matches!(late, Err(CampaignError::Changed)), "{late:?}");
    let unnamed = CampaignPlan::festival(" ", date(SUNDAY));
    let error = shop.campaigns.edit(draft.id, 1, unnamed, &manager()).await.unwrap_err();
    assert_eq!(error.to_string(), "name: there is none; one such as Diwali is expected");
}

#[tokio::test]
async fn every_act_has_an_entry_in_the_audit() {
    let shop = Greeting::with(1);
    let moment = || shop.shop.clock.advance(TimeDelta::milliseconds(1));
    let id = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap().id;
    moment();
    let checked = shop.campaigns.check(id).await.unwrap();
    shop.campaigns.arm(id, &checked, &manager()).await.unwrap();
    moment();
    shop.campaigns.pause(id, &manager()).await.unwrap();
    moment();
    shop.campaigns.resume(id, &manager()).await.unwrap();
    moment();
    shop.campaigns.cancel(id, &manager()).await.unwrap();
    let audit = shop.shop.store.audit(&AuditFilter::default(), None, 20).await.unwrap();
    let mut acts: Vec<_> = audit.entries.iter().map(|entry| entry.act.as_str()).collect();
    acts.reverse();
    let expected = [
        "campaign_saved",
        "campaign_armed",
        "campaign_paused",
        "campaign_resumed",
        "campaign_cancelled",
    ];
    assert_eq!(acts, expected);
    assert!(audit.entries.iter().all(|entry| entry.by == manager()));
}

#[tokio::test]
async fn a_second_greeting_of_a_day_must_be_seen() {
    let shop = Greeting::with(3);
    let one = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let checked = shop.campaigns.check(one.id).await.unwrap();
    assert_eq!(checked.others, []);
    // Somebody else arms the same festival meanwhile.
    let other = shop.armed(diwali(WEDNESDAY)).await;
    shop.armed(diwali(SUNDAY)).await;
    let Err(CampaignError::Figures(now)) = shop.campaigns.arm(one.id, &checked, &manager()).await
    else {
        panic!("nobody has seen the other one")
    };
    assert_eq!(now.others.iter().map(|it| it.id).collect::<Vec<_>>(), [other.id]);
    shop.campaigns.arm(one.id, &now, &manager()).await.unwrap();
}

#[tokio::test]
async fn where_no_feeder_runs_a_check_says_what_is_needed() {
    let shop = Greeting::with(1);
    let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let needs = async || shop.campaigns.check(draft.id).await.unwrap().needs;
    let never = "The program that sends festival messages has not run yet: start it before the hour of \
                 this one, or nothing is sent.";
    assert_eq!(needs().await.as_deref(), Some(never));
    shop.feed().await;
    assert_eq!(needs().await, None);
    // The feeder keeps reporting that it runs.
    shop.until("2026-01-27 10:40").await;
    assert_eq!(needs().await, None);
    shop.sleep_until("2026-01-27 10:56");
    let said = needs().await.unwrap();
    let since =
        "The program that sends festival messages has not run since Tuesday, 27 Jan 2026, 10:40: ";
    assert!(said.starts_with(since), "{said}");
    // It can be armed all the same: somebody may start it.
    let checked = shop.campaigns.check(draft.id).await.unwrap();
    shop.campaigns.arm(draft.id, &checked, &manager()).await.unwrap();
}

#[tokio::test]
async fn a_check_leaves_other_campaigns_their_slots() {
    let shop = Greeting::with(30);
    shop.shop.set("whatsapp_bulk_per_day", "40");
    let one = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let checked = shop.campaigns.check(one.id).await.unwrap();
    assert_eq!((checked.run.can_go, checked.run.left_over), (30, 0));
    let news = CampaignPlan::announcement("Move", date(WEDNESDAY), "We moved.");
    shop.shop.set("whatsapp_announcement_enabled", "true");
    shop.armed(news).await;
    // It promises no slot that another one takes, and says so when it is armed.
    let Err(CampaignError::Figures(now)) = shop.campaigns.arm(one.id, &checked, &manager()).await
    else {
        panic!("fewer can go")
    };
    assert_eq!((now.run.can_go, now.run.left_over), (10, 20));
    assert_eq!(clock(now.run.from), "28 10:30");
    shop.campaigns.arm(one.id, &now, &manager()).await.unwrap();
    let said = shop.refused(diwali(WEDNESDAY)).await;
    assert_eq!(
        said,
        "date: other festival messages fill 28 Jan 2026; choose another date, or raise whatsapp_bulk_per_day"
    );
}
