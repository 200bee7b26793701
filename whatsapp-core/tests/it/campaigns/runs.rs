//! Messages of campaigns, their times, and their recipients.

use whatsapp_core::Desk;
use whatsapp_core::message::{Category, Class, MessageType, Trigger};
use whatsapp_core::mute::{MuteOf, MuteOn};

use super::*;

#[tokio::test]
async fn each_number_is_greeted_once_one_after_another_from_its_hour_on() {
    let shop = Greeting::with(25);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.until("2026-01-28 09:59").await;
    assert!(shop.sent().is_empty());
    shop.until("2026-01-28 11:00").await;
    assert_eq!(shop.state(campaign.id).await, CampaignState::Finished);
    assert_eq!(shop.counts(campaign.id).await.sent, 25);
    assert_eq!(shop.by_number().values().copied().collect::<Vec<_>>(), [1; 25]);
    let mut slots: Vec<_> =
        shop.messages().iter().map(|message| message.facts.scheduled_for.unwrap()).collect();
    slots.sort_unstable();
    assert_eq!(slots[0], at("2026-01-28 10:00"));
    let gaps: Vec<_> = slots.windows(2).map(|two| (two[1] - two[0]).num_seconds()).collect();
    assert!(gaps.iter().all(|gap| (20..=100).contains(gap)), "{gaps:?}");
    assert!(gaps.iter().max() > gaps.iter().min(), "they differ");
    let message = &shop.messages()[0];
    assert_eq!(message.facts.trigger, Trigger::Scheduled);
    assert_eq!(message.facts.subject.as_deref(), Some("Diwali"));
    assert_eq!(message.facts.expires_at, Some(at("2026-01-29 00:00")));
}

#[tokio::test]
async fn only_the_next_minutes_are_in_the_outbox_and_behind_all_else() {
    let shop = Greeting::with(60);
    shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 10:00");
    shop.feed().await;
    let messages = shop.messages();
    assert!((6..=31).contains(&messages.len()), "{}", messages.len());
    for message in &messages {
        // The last message is late by a gap, at most.
        assert!(message.facts.scheduled_for < Some(at("2026-01-28 10:12")));
        assert_eq!(message.state.owed.unwrap().class, Class::Greeting);
    }
    assert_eq!(shop.feed().await.queued, 0, "the same moment again");
}

#[tokio::test]
async fn two_hosts_give_no_number_two_and_keep_the_pace_together() {
    let shop = Greeting::with(60);
    shop.shop.set("whatsapp_bulk_per_hour", "20");
    let one = shop.armed(diwali(WEDNESDAY)).await;
    let two = shop.armed(CampaignPlan::festival("Holi", date(WEDNESDAY))).await;
    let other = CampaignFeeder::new(shop.ports.clone()).unwrap();
    shop.sleep_until("2026-01-28 09:59");
    while shop.now() < at("2026-01-28 19:59") {
        shop.shop.clock.advance(TimeDelta::minutes(1));
        let (a, b) = tokio::join!(shop.feeder.tick(shop.now()), other.tick(shop.now()));
        a.unwrap();
        b.unwrap();
        while shop.dispatcher.tick(shop.now()).await.unwrap().claimed > 0 {}
    }
    let (one, two) = (shop.counts(one.id).await, shop.counts(two.id).await);
    assert_eq!((one.sent, two.sent), (60, 60), "both reached all");
    assert!(shop.by_number().values().all(|count| *count == 2));
    let mut slots: Vec<_> =
        shop.messages().iter().map(|message| message.facts.scheduled_for.unwrap()).collect();
    slots.sort_unstable();
    for (no, slot) in slots.iter().enumerate() {
        let hour = slots[..=no].iter().filter(|other| **other > *slot - TimeDelta::hours(1));
        assert!(hour.count() <= 20, "{slot}");
    }
}

#[tokio::test]
async fn what_is_not_sent_by_the_end_of_the_day_is_left_out_with_a_sentence() {
    let shop = Greeting::with(10);
    shop.shop.set("whatsapp_bulk_per_day", "4");
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.until("2026-01-28 12:00").await;
    shop.sleep_until("2026-01-28 23:59");
    shop.turn().await;
    assert_eq!(shop.state(campaign.id).await, CampaignState::Running);
    shop.sleep_until("2026-01-29 00:00");
    assert_eq!(shop.turn().await.left_out, 6);
    let ended = shop.campaigns.campaign(campaign.id).await.unwrap();
    assert_eq!(ended.state, CampaignState::Finished);
    let why = "The day was over before its turn came.";
    let said = format!("6 recipients were left out: {why}");
    assert_eq!(ended.sentence.unwrap().as_str(), said);
    assert_eq!(shop.left_out(campaign.id).await, [(why.to_owned(), 6)].into());
    assert_eq!(shop.counts(campaign.id).await.sent, 4);
    shop.until("2026-01-29 12:00").await;
    assert_eq!(shop.sent().len(), 4, "nothing comes after its day");
}

#[tokio::test]
async fn an_outage_over_its_hours_lets_nothing_go_out_later_than_its_day() {
    let shop = Greeting::with(40);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.until("2026-01-28 10:05").await;
    let before = shop.sent().len() as u64;
    assert!(before > 0);
    // Its feeder is away, and the dispatcher too, until the next morning.
    shop.sleep_until("2026-01-29 09:00");
    shop.until("2026-01-29 10:00").await;
    let counts = shop.counts(campaign.id).await;
    assert_eq!((counts.sent, counts.left_out), (before, 40 - before));
    assert_eq!(shop.state(campaign.id).await, CampaignState::Finished);
}

#[tokio::test]
async fn after_an_outage_it_goes_on_at_its_pace() {
    let shop = Greeting::with(40);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 15:00");
    shop.turn().await;
    assert!(shop.sent().len() <= 1, "no flood");
    shop.until("2026-01-28 16:30").await;
    assert_eq!(shop.counts(campaign.id).await.sent, 40);
    let sent = shop.sent();
    assert!(sent[39] - sent[0] > TimeDelta::minutes(20));
}

#[tokio::test]
async fn the_hours_end_it_before_the_day_does() {
    let shop = Greeting::with(60);
    let plan = diwali(WEDNESDAY).with_time("19:50".parse().unwrap());
    let campaign = shop.armed(plan).await;
    shop.until("2026-01-28 20:30").await;
    let sent = shop.sent();
    assert!((5..=30).contains(&sent.len()));
    assert!(sent.last() < Some(&at("2026-01-28 20:00")));
    shop.sleep_until("2026-01-29 00:01");
    shop.turn().await;
    let counts = shop.counts(campaign.id).await;
    assert_eq!(counts.sent + counts.left_out, 60);
}

#[tokio::test]
async fn a_greeting_goes_out_on_its_own_closed_day() {
    let shop = Greeting::with(3);
    shop.shop.set("whatsapp_closed_dates", SUNDAY);
    let campaign = shop.armed(diwali(SUNDAY)).await;
    shop.sleep_until("2026-02-01 09:30");
    shop.until("2026-02-01 10:10").await;
    assert_eq!(shop.counts(campaign.id).await.sent, 3);
}

#[tokio::test]
async fn a_number_that_is_full_is_left_out_and_a_greeting_counts_for_reminders() {
    use whatsapp_core::port::PlannerStore as _;
    let shop = Greeting::with(3);
    shop.shop.set("whatsapp_reminders_per_day", "1");
    let first = shop.armed(diwali(WEDNESDAY)).await;
    shop.until("2026-01-28 10:30").await;
    assert_eq!(shop.counts(first.id).await.sent, 3);
    let keys: Vec<String> = (0..3)
        .map(|no| whatsapp_core::WhatsAppNumber::parse(&number(no)).unwrap().variant_key())
        .collect();
    let counted = shop.shop.store.reminders_on(date(WEDNESDAY), &keys).await.unwrap();
    assert_eq!(counted.into_iter().map(|(_, count)| count).collect::<Vec<_>>(), [1; 3]);
    let other = shop.shop.store.reminders_on(date(SUNDAY), &keys).await.unwrap();
    assert_eq!(other, []);
    let holi = CampaignPlan::festival("Holi", date(WEDNESDAY));
    let second = shop.armed(holi.with_time("11:00".parse().unwrap())).await;
    shop.until("2026-01-28 11:30").await;
    assert_eq!(shop.counts(second.id).await.left_out, 3);
    let said = shop.left_out(second.id).await;
    assert_eq!(
        said.keys().next().unwrap(),
        "The number gets a reminder or greeting on this day already."
    );
}

#[tokio::test]
async fn numbers_that_look_alike_are_each_greeted_and_share_what_a_day_may_have() {
    let shop = Greeting::with(0);
    let put = |id: &str, number: &str| {
        shop.shop.customers.put(Customer::new(customer(id), "Asha", Some(number)));
    };
    put("K-001", "+919876543210");
    put("K-002", "+918876543210");
    put("K-003", "+917876543210");
    // One number in two spellings.
    put("K-004", "+5531987654321");
    put("K-005", "+553187654321");
    let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let checked = shop.campaigns.check(draft.id).await.unwrap();
    assert_eq!((checked.figures.recipients, checked.figures.double), (4, 1));
    shop.campaigns.arm(draft.id, &checked, &manager()).await.unwrap();
    shop.until("2026-01-28 10:30").await;
    // Those that share a key may be one telephone, which gets no more than two a day.
    assert_eq!(shop.counts(draft.id).await.sent, 3);
    let full = "The number gets 2 reminders and greetings on this day already.".to_owned();
    assert_eq!(shop.left_out(draft.id).await, [(full, 1)].into());
}

#[tokio::test]
async fn who_changed_since_it_was_armed_is_left_out() {
    let shop = Greeting::with(6);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    let put = |id: &str, number: Option<&str>| {
        let one = Customer::new(customer(id), "Changed", number);
        shop.shop.customers.put(one.clone());
        one
    };
    put("K-000", None);
    put("K-001", Some("+919712345678"));
    let declines = put("K-002", Some(&number(2)));
    shop.shop.customers.put(declines.with_declined(Category::Greetings));
    let desk = Desk::new(shop.ports.clone());
    desk.mute(MuteOn::Customer(customer("K-003")), MuteOf::Greetings, &manager()).await.unwrap();
    shop.sleep_until("2026-01-28 09:59");
    shop.until("2026-01-28 10:30").await;
    let said = shop.left_out(campaign.id).await;
    let expected = [
        "Greetings to this customer are kept back.",
        "The customer has no usable number any more.",
        "The customer wants no greetings.",
        "The customer's number was changed since the festival message was armed.",
    ];
    assert_eq!(said.keys().map(String::as_str).collect::<Vec<_>>(), expected);
    assert_eq!(shop.counts(campaign.id).await.sent, 2);
}

#[tokio::test]
async fn who_declines_between_outbox_and_post_gets_nothing() {
    let shop = Greeting::with(1);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 10:00");
    assert_eq!(shop.feed().await.queued, 1);
    let declines = Customer::new(customer("K-000"), "Changed", Some(&number(0)));
    shop.shop.customers.put(declines.with_declined(Category::Greetings));
    shop.until("2026-01-28 10:05").await;
    assert!(shop.sent().is_empty());
    let said = shop.left_out(campaign.id).await;
    assert_eq!(said.keys().next().unwrap(), "The customer wants no greetings.");
}

#[tokio::test]
async fn the_text_is_that_of_the_arming() {
    let shop = Greeting::with(1);
    let text = "Happy {festivalName}, {customerName}!";
    shop.shop.save_template("Greeting", MessageType::FESTIVAL, text, true).await;
    shop.armed(diwali(WEDNESDAY)).await;
    shop.shop.save_template("Greeting", MessageType::FESTIVAL, "{customerName}: other", true).await;
    shop.sleep_until("2026-01-28 10:00");
    shop.turn().await;
    let message = shop.messages().remove(0);
    assert_eq!(message.facts.text.as_str(), "Happy Diwali, Customer 0!");
    assert_eq!(message.facts.template_version, Some(1));
    let values = message.facts.values.unwrap();
    assert_eq!(values.get("festivalName"), Some("Diwali"));
}

#[tokio::test]
async fn two_entries_of_one_name_do_not_collide() {
    let shop = Greeting::with(2);
    let one = shop.armed(diwali(WEDNESDAY)).await;
    let two = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 09:59");
    shop.until("2026-01-28 10:30").await;
    assert_eq!((shop.counts(one.id).await.sent, shop.counts(two.id).await.sent), (2, 2));
}

#[tokio::test]
async fn a_failed_message_ends_its_recipient_with_the_reason() {
    use whatsapp_core::retry::Disposition;
    let shop = Greeting::with(1);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.shop.gateway.every_send(Some(crate::shop::error(Disposition::Permanent)));
    shop.sleep_until("2026-01-28 10:00");
    shop.until("2026-01-28 10:10").await;
    assert_eq!(shop.counts(campaign.id).await.failed, 1);
    assert_eq!(shop.state(campaign.id).await, CampaignState::Finished);
    let rows = shop.campaigns.recipients(campaign.id, None, None, 9).await.unwrap();
    assert_eq!(rows[0].sentence.as_ref().unwrap().as_str(), "It did not work.");
}

#[tokio::test]
async fn what_stands_in_the_way_of_one_campaign_is_not_the_others() {
    let shop = Greeting::with(2);
    let one = shop.armed(diwali(WEDNESDAY)).await;
    let two = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 10:00");
    shop.shop.customers.fail_next(1);
    let error = shop.feeder.tick(shop.now()).await.unwrap_err();
    assert!(matches!(error, CampaignError::Directory(_)), "{error}");
    let queued = [shop.counts(one.id).await.queued, shop.counts(two.id).await.queued];
    assert!(queued.contains(&0) && queued.contains(&2), "{queued:?}");
    shop.until("2026-01-28 10:30").await;
    assert_eq!((shop.counts(one.id).await.sent, shop.counts(two.id).await.sent), (2, 2));
}

#[tokio::test]
async fn a_forecast_says_what_each_campaign_will_do() {
    let shop = Greeting::with(30);
    shop.shop.set("whatsapp_bulk_per_day", "40");
    let one = shop.armed(diwali(WEDNESDAY)).await;
    let two = shop.armed(CampaignPlan::festival("Holi", date(WEDNESDAY))).await;
    let paused = shop.armed(diwali("2026-01-29")).await;
    shop.campaigns.pause(paused.id, &manager()).await.unwrap();
    let far = shop.armed(diwali("2026-02-10")).await;
    let forecast = shop.campaigns.forecast(5).await.unwrap();
    let ids: Vec<_> = forecast.iter().map(|one| one.campaign.id).collect();
    assert_eq!(ids, [one.id, two.id, paused.id]);
    assert!(!ids.contains(&far.id));
    let runs: Vec<_> = forecast.iter().map(|one| one.run).collect();
    let goes =
        |run: whatsapp_core::campaigns::RunTold| (run.can_go, run.left_over, clock(run.from));
    assert_eq!(goes(runs[0].unwrap()), (30, 0, "28 10:00".to_owned()));
    assert_eq!(goes(runs[1].unwrap()), (10, 20, "28 10:30".to_owned()));
    assert_eq!(runs[2], None);
    assert_eq!(forecast[2].sentence.as_deref(), Some("The festival message is paused."));
    assert!(shop.messages().is_empty());
    // That is what then happens.
    shop.sleep_until("2026-01-28 09:59");
    shop.until("2026-01-28 12:00").await;
    shop.sleep_until("2026-01-29 00:00");
    shop.turn().await;
    let counts = [shop.counts(one.id).await, shop.counts(two.id).await];
    assert_eq!(counts.map(|counts| counts.sent).iter().sum::<u64>(), 40);
}
