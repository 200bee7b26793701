//! Reasons that hold a message back right before it is sent, and the messages after it.

use async_trait::async_trait;
use whatsapp_core::message::{Category, Delivery, Reported, Status};
use whatsapp_core::port::{Accepted, Line, OutgoingMessage, Probe, Transport, TransportError};
use whatsapp_core::{Desk, Private};
use whatsapp_testkit::ScriptedTransport;

use super::*;

/// The largest number of messages that went out within two minutes.
fn most_in_two_minutes(sent: &[DateTime<Utc>]) -> usize {
    let within = |from: &DateTime<Utc>| {
        sent.iter().filter(|at| *from <= **at && **at < *from + TimeDelta::minutes(2)).count()
    };
    sent.iter().map(within).max().unwrap_or(0)
}

#[tokio::test]
async fn a_paused_account_gets_no_slots_and_no_flood_follows() {
    let shop = Greeting::with(60);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 09:59");
    shop.until("2026-01-28 10:05").await;
    let desk = Desk::new(shop.ports.clone());
    desk.pause(&manager()).await.unwrap();
    let (sent, made) = (shop.sent().len(), shop.messages().len());
    assert!(sent > 0 && made > sent);
    shop.until("2026-01-28 14:00").await;
    assert_eq!((shop.sent().len(), shop.messages().len()), (sent, made), "nothing is made");
    desk.resume(&manager()).await.unwrap();
    shop.until("2026-01-28 16:30").await;
    assert_eq!(shop.counts(campaign.id).await.sent, 60);
    assert!(shop.by_number().values().all(|count| *count == 1));
    // Gaps of 20 seconds at least, in turns of half a minute.
    assert!(most_in_two_minutes(&shop.sent()) <= 8, "{:?}", shop.sent());
}

#[tokio::test]
async fn what_a_dispatcher_missed_for_long_gets_another_slot() {
    let shop = Greeting::with(60);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 09:59");
    // The feeder alone.
    for _ in 0..60 {
        shop.shop.clock.advance(TimeDelta::minutes(1));
        shop.feed().await;
    }
    assert!(shop.messages().len() > 40);
    shop.turn().await;
    assert!(shop.sent().len() <= 16, "those of the last five minutes: {}", shop.sent().len());
    let late: Vec<_> =
        shop.messages().into_iter().filter(|m| m.state.status == Status::Cancelled).collect();
    assert!(late.len() > 20);
    for message in late {
        assert_eq!(message.state.explanation.unwrap().as_str(), "Its turn had passed.");
    }
    shop.until("2026-01-28 13:00").await;
    assert_eq!(shop.counts(campaign.id).await.sent, 60);
    assert!(shop.by_number().values().all(|count| *count == 1));
}

#[tokio::test]
async fn what_expires_in_the_outbox_counts_among_those_the_day_was_too_short_for() {
    let shop = Greeting::with(10);
    let plan = diwali(WEDNESDAY).with_time("19:57".parse().unwrap());
    let campaign = shop.armed(plan).await;
    shop.sleep_until("2026-01-28 19:58");
    let queued = shop.feed().await.queued;
    assert!((1..10).contains(&queued), "{queued}");
    // The dispatcher comes back after the day.
    shop.sleep_until("2026-01-29 00:00");
    shop.turn().await;
    assert_eq!(shop.state(campaign.id).await, CampaignState::Running, "some are on their way");
    shop.turn().await;
    let ended = shop.campaigns.campaign(campaign.id).await.unwrap();
    assert_eq!(ended.state, CampaignState::Finished);
    let why = "The day was over before its turn came.";
    let said = format!("10 recipients were left out: {why}");
    assert_eq!(ended.sentence.unwrap().as_str(), said);
    assert_eq!(shop.left_out(campaign.id).await, [(why.to_owned(), 10)].into());
}

#[tokio::test]
async fn what_stands_in_its_way_is_said_while_it_does_and_at_the_end_of_the_day() {
    let shop = Greeting::with(30);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    let desk = Desk::new(shop.ports.clone());
    let says = async || {
        shop.turn().await;
        let campaign = shop.campaigns.campaign(campaign.id).await.unwrap();
        campaign.sentence.map(Private::into_string)
    };
    shop.sleep_until("2026-01-28 09:59");
    desk.pause(&manager()).await.unwrap();
    assert_eq!(says().await, None, "it is not due");
    shop.sleep_until("2026-01-28 10:00");
    assert_eq!(says().await.as_deref(), Some("The account is paused."));
    desk.resume(&manager()).await.unwrap();
    shop.shop.customers.fail_next(1);
    shop.feeder.tick(shop.now()).await.unwrap_err();
    let failed = shop.campaigns.campaign(campaign.id).await.unwrap();
    assert_eq!(failed.sentence.unwrap().as_str(), "The customers could not be read.");
    assert_eq!(says().await, None);
    assert_eq!(shop.state(campaign.id).await, CampaignState::Running);
    let off = "Festival greeting messages are switched off.";
    shop.shop.set("whatsapp_festival_enabled", "false");
    assert_eq!(says().await.as_deref(), Some(off));
    shop.sleep_until("2026-01-29 00:00");
    let sent = shop.sent().len();
    assert!(sent > 0);
    // Messages that were in the outbox are given back with the first turn.
    shop.turn().await;
    let said = format!("{} recipients were left out: {off}", 30 - sent);
    assert_eq!(says().await, Some(said));
    assert_eq!(shop.left_out(campaign.id).await.into_keys().collect::<Vec<_>>(), [off]);
}

/// A gateway during whose call a person pauses the campaign: after the claim, before the begin.
#[derive(Debug)]
struct Pausing {
    gateway: ScriptedTransport,
    campaigns: Campaigns,
    id: CampaignId,
}

#[async_trait]
impl Transport for Pausing {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        self.gateway.send(message).await
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.gateway.probe().await
    }

    async fn line(&self) -> Result<Option<Line<dyn Transport>>, TransportError> {
        // The second time it is paused already.
        let _ = self.campaigns.pause(self.id, &manager()).await;
        self.gateway.line().await
    }
}

#[tokio::test]
async fn a_pause_stops_what_a_dispatcher_has_in_hand() {
    let shop = Greeting::with(3);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    let (gateway, campaigns) = (shop.shop.gateway.clone(), shop.campaigns.clone());
    let pausing = Pausing { gateway, campaigns, id: campaign.id };
    let ports = shop.ports.clone().with_transport(Arc::new(pausing));
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    let dispatcher = Dispatcher::new(ports).unwrap().with_options(options);
    shop.sleep_until("2026-01-28 10:00");
    assert_eq!(shop.feed().await.queued, 3);
    assert!(dispatcher.tick(shop.now()).await.unwrap().claimed > 0);
    assert_eq!(shop.state(campaign.id).await, CampaignState::Paused);
    assert!(shop.shop.gateway.sent().is_empty());
    shop.feed().await;
    assert_eq!(shop.counts(campaign.id).await.waiting, 3);
}

#[tokio::test]
async fn record_and_number_are_asked_before_the_post() {
    let shop = Greeting::with(3);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 10:00");
    assert_eq!(shop.feed().await.queued, 3);
    shop.shop.customers.remove(&customer("K-000"));
    for (id, number) in [("K-001", None), ("K-002", Some("+919712345678"))] {
        shop.shop.customers.put(Customer::new(customer(id), "Changed", number));
    }
    shop.until("2026-01-28 10:10").await;
    assert!(shop.sent().is_empty());
    let said = shop.left_out(campaign.id).await;
    let expected = [
        "The customer has no usable number any more.",
        "The customer is not in the records any more.",
        "The customer's number was changed since the festival message was armed.",
    ];
    assert_eq!(said.keys().map(String::as_str).collect::<Vec<_>>(), expected);
    for message in shop.messages() {
        let why = message.state.explanation.unwrap();
        assert!(expected.contains(&why.as_str()), "{}", why.as_str());
    }
}

/// A greeting that was sent and that the gateway then could not deliver, before it is tried again.
async fn undelivered() -> (Greeting, CampaignId) {
    let shop = Greeting::with(2);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 10:00");
    // Another one waits, so that the campaign runs.
    shop.shop.set("whatsapp_bulk_per_day", "1");
    shop.turn().await;
    shop.feed().await;
    assert_eq!(shop.counts(campaign.id).await.sent, 1);
    shop.shop.gateway.next_status(Ok(Reported::Reached(Delivery::Undelivered)));
    while shop.messages()[0].state.status == Status::Sent {
        shop.shop.clock.advance(TimeDelta::seconds(30));
        shop.dispatcher.tick(shop.now()).await.unwrap();
    }
    assert_eq!(shop.shop.gateway.sent().len(), 1);
    (shop, campaign.id)
}

#[tokio::test]
async fn what_was_not_delivered_is_tried_again_only_while_it_may_be_sent() {
    for hindrance in ["none", "paused", "cancelled", "declined", "gone"] {
        let (shop, id) = undelivered().await;
        let by = manager();
        match hindrance {
            "paused" => drop(shop.campaigns.pause(id, &by).await.unwrap()),
            "cancelled" => drop(shop.campaigns.cancel(id, &by).await.unwrap()),
            "gone" => shop.shop.customers.remove(&customer("K-000")),
            "declined" => {
                let one = Customer::new(customer("K-000"), "Customer 0", Some(&number(0)));
                shop.shop.customers.put(one.with_declined(Category::Greetings));
            }
            _ => {}
        }
        shop.until("2026-01-28 15:00").await;
        let posts = shop.shop.gateway.sent().len();
        assert_eq!(posts, if hindrance == "none" { 2 } else { 1 }, "{hindrance}");
    }
}

#[tokio::test]
async fn what_a_person_tries_again_is_not_the_campaigns() {
    use whatsapp_core::messenger::Consent;
    let (shop, id) = undelivered().await;
    shop.campaigns.cancel(id, &manager()).await.unwrap();
    let message = shop.messages()[0].facts.id;
    shop.shop.messenger.retry(message, Consent::Given, &manager()).await.unwrap();
    shop.turn().await;
    assert_eq!(shop.shop.gateway.sent().len(), 2);
}

#[tokio::test]
async fn a_type_that_is_switched_off_for_a_while_throws_nobody_out() {
    let shop = Greeting::with(4);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 10:00");
    shop.feed().await;
    shop.shop.set("whatsapp_festival_enabled", "false");
    shop.until("2026-01-28 10:20").await;
    let counts = shop.counts(campaign.id).await;
    assert_eq!((counts.waiting, counts.sent), (4, 0), "{counts:?}");
    shop.shop.set("whatsapp_festival_enabled", "true");
    shop.until("2026-01-28 10:40").await;
    assert_eq!(shop.counts(campaign.id).await.sent, 4);
}

#[tokio::test]
async fn a_process_without_campaigns_leaves_their_messages_to_others() {
    let shop = Greeting::with(1);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    let ports =
        Ports::new(Arc::new(shop.shop.store.clone()), Arc::new(shop.shop.customers.clone()))
            .with_transport(Arc::new(shop.shop.gateway.clone()))
            .with_clock(Arc::new(shop.shop.clock.clone()));
    let other = Dispatcher::new(ports).unwrap();
    shop.sleep_until("2026-01-28 10:00");
    assert_eq!(shop.feed().await.queued, 1);
    let me = whatsapp_core::campaigns::TrialTo::new("Asha", "+919812345670");
    shop.campaigns.send_to_me(campaign.id, &me, &manager()).await.unwrap();
    for _ in 0..3 {
        other.tick(shop.now()).await.unwrap();
        shop.shop.clock.advance(TimeDelta::seconds(2));
    }
    let numbers: Vec<_> = shop.by_number().into_keys().collect();
    assert_eq!(numbers, ["+919812345670"], "the trial alone");
    shop.until("2026-01-28 10:05").await;
    assert_eq!(shop.counts(campaign.id).await.sent, 1);
}

#[tokio::test]
async fn what_failed_is_not_sent_again_together_with_all_else() {
    use whatsapp_core::message::Cause;
    use whatsapp_core::retry::Disposition;
    let shop = Greeting::with(2);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    let broken = TransportError::new(Disposition::Permanent, "It did not work.");
    shop.shop.gateway.every_send(Some(broken.with_cause(Cause::Gateway)));
    shop.sleep_until("2026-01-28 10:00");
    shop.until("2026-01-28 10:10").await;
    assert_eq!(shop.counts(campaign.id).await.failed, 2);
    shop.shop.gateway.every_send(None);
    let since = at("2026-01-28 09:00");
    let resent = shop.shop.messenger.resend_failed(since, None, None, &Actor::Host).await.unwrap();
    assert_eq!((resent.messages.len(), resent.left_out.of_a_campaign), (0, 2), "{resent:?}");
}
