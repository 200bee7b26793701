//! Pausing, resuming, cancelling, trying out.

use whatsapp_core::campaigns::TrialTo;
use whatsapp_core::message::{CancelReason, Class, Phase, Status};

use super::*;

/// A campaign of 40 that has run for five minutes, with messages in the outbox.
async fn running() -> (Greeting, CampaignId) {
    let shop = Greeting::with(40);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 09:59");
    shop.until("2026-01-28 10:05").await;
    let counts = shop.counts(campaign.id).await;
    assert!(counts.sent > 0 && counts.queued > 0 && counts.waiting > 0, "{counts:?}");
    (shop, campaign.id)
}

#[tokio::test]
async fn a_pause_stops_at_once_gives_back_and_goes_on_without_doubles() {
    let (shop, id) = running().await;
    shop.campaigns.pause(id, &manager()).await.unwrap();
    let (before, counts) = (shop.sent().len(), shop.counts(id).await);
    assert_eq!(counts.queued, 0, "all that waited was given back");
    shop.until("2026-01-28 12:00").await;
    assert_eq!(shop.sent().len(), before);
    assert_eq!(shop.state(id).await, CampaignState::Paused);
    let waiting = Some(RecipientState::Waiting);
    let waiting = shop.campaigns.recipients(id, waiting, None, 99).await.unwrap();
    assert!(waiting.iter().all(|row| row.sentence.is_none()), "it may go on at any time");
    shop.campaigns.resume(id, &manager()).await.unwrap();
    assert_eq!(shop.state(id).await, CampaignState::Running);
    shop.until("2026-01-28 13:30").await;
    assert_eq!(shop.counts(id).await.sent, 40);
    assert!(shop.by_number().values().all(|count| *count == 1));
    let withdrawn = shop.messages().into_iter().filter(|m| m.state.status == Status::Cancelled);
    for message in withdrawn {
        assert_eq!(message.state.cancel_reason, Some(CancelReason::Campaign));
        assert_eq!(message.state.explanation.unwrap().as_str(), "The festival message is paused.");
    }
}

#[tokio::test]
async fn a_pause_that_is_killed_behind_its_first_write_lets_nothing_out() {
    let (shop, id) = running().await;
    // A process that dies at this point leaves the campaign paused, and its messages wait.
    let campaign = shop.campaigns.campaign(id).await.unwrap();
    let seen = Some(campaign.revision);
    let paused = campaign.stands(CampaignState::Paused, None, shop.now());
    let change = whatsapp_core::port::CampaignChange { campaign: paused, seen };
    let write = whatsapp_core::port::CampaignWrite { change: Some(change), ..Default::default() };
    whatsapp_core::port::CampaignStore::write_campaign(&shop.shop.store, &write).await.unwrap();
    let before = shop.sent().len();
    // The dispatcher alone, without any feeder.
    for _ in 0..20 {
        shop.shop.clock.advance(TimeDelta::minutes(1));
        while shop.dispatcher.tick(shop.now()).await.unwrap().claimed > 0 {}
    }
    assert_eq!(shop.sent().len(), before);
    shop.feed().await;
    let counts = shop.counts(id).await;
    assert_eq!((counts.queued, counts.waiting), (0, 40 - before as u64));
}

#[tokio::test]
async fn a_cancelled_campaign_withdraws_what_waits_and_says_so() {
    let (shop, id) = running().await;
    let before = shop.sent().len() as u64;
    shop.campaigns.cancel(id, &manager()).await.unwrap();
    let counts = shop.counts(id).await;
    assert_eq!((counts.sent, counts.left_out), (before, 40 - before));
    let said = shop.left_out(id).await;
    assert_eq!(said.keys().collect::<Vec<_>>(), ["The festival message was cancelled."]);
    shop.until("2026-01-28 12:00").await;
    assert_eq!(shop.sent().len() as u64, before);
    for act in [
        shop.campaigns.resume(id, &manager()).await,
        shop.campaigns.pause(id, &manager()).await,
        shop.campaigns.cancel(id, &manager()).await,
    ] {
        assert!(matches!(act, Err(CampaignError::Forbidden(CampaignState::Cancelled))));
    }
}

#[tokio::test]
async fn a_message_that_is_being_sent_is_not_called_back() {
    use whatsapp_core::retry::Disposition;
    let shop = Greeting::with(1);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.shop.gateway.next_send(Err(crate::shop::error(Disposition::Unknown)));
    shop.sleep_until("2026-01-28 10:00");
    shop.turn().await;
    shop.campaigns.cancel(campaign.id, &manager()).await.unwrap();
    let counts = shop.counts(campaign.id).await;
    assert_eq!((counts.queued, counts.left_out), (1, 0), "nobody knows yet");
    // The gateway's list does not show it: it is not sent again.
    shop.until("2026-01-28 11:30").await;
    let counts = shop.counts(campaign.id).await;
    assert_eq!((counts.queued, counts.sent), (0, 0));
    assert_eq!(shop.shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn a_second_click_finds_that_it_was_done() {
    let (shop, id) = running().await;
    let by = manager();
    let (one, two) = tokio::join!(shop.campaigns.pause(id, &by), shop.campaigns.pause(id, &by));
    let done = [one, two].into_iter().flatten().count();
    assert_eq!(done, 1);
    let again = shop.campaigns.pause(id, &manager()).await;
    assert!(matches!(again, Err(CampaignError::Forbidden(CampaignState::Paused))));
}

#[tokio::test]
async fn nobody_lets_it_go_on_over_a_pause_that_was_not_seen() {
    let (shop, id) = running().await;
    let by = manager();
    let seen = Some(shop.campaigns.pause(id, &by).await.unwrap().revision);
    shop.campaigns.resume_over(id, seen, &by).await.unwrap();
    let newer = shop.campaigns.pause(id, &by).await.unwrap();
    for act in [
        shop.campaigns.resume_over(id, seen, &by).await,
        shop.campaigns.cancel_over(id, seen, &by).await,
    ] {
        assert!(matches!(act, Err(CampaignError::Changed)), "{act:?}");
    }
    // An act that is impossible in the current state is reported first.
    let twice = shop.campaigns.pause_over(id, seen, &by).await;
    assert!(matches!(twice, Err(CampaignError::Forbidden(CampaignState::Paused))), "{twice:?}");
    assert_eq!(shop.campaigns.campaign(id).await.unwrap().revision, newer.revision);
    shop.campaigns.resume_over(id, Some(newer.revision), &by).await.unwrap();
    assert_eq!(shop.state(id).await, CampaignState::Running);
}

#[tokio::test]
async fn one_that_is_paused_before_its_hour_waits_and_one_that_is_paused_over_its_day_ends() {
    let shop = Greeting::with(2);
    let one = shop.armed(diwali(WEDNESDAY)).await;
    let two = shop.armed(diwali(WEDNESDAY)).await;
    for id in [one.id, two.id] {
        shop.campaigns.pause(id, &manager()).await.unwrap();
    }
    assert_eq!(
        shop.campaigns.resume(one.id, &manager()).await.unwrap().state,
        CampaignState::Armed
    );
    shop.sleep_until("2026-01-28 09:59");
    shop.until("2026-01-28 10:30").await;
    assert_eq!(shop.counts(one.id).await.sent, 2);
    shop.sleep_until("2026-01-29 00:00");
    shop.turn().await;
    assert_eq!(shop.state(two.id).await, CampaignState::Finished);
    let why = "The festival message was paused until its day was over.";
    assert_eq!(shop.left_out(two.id).await, [(why.to_owned(), 2)].into());
}

#[tokio::test]
async fn a_trial_goes_to_one_number_at_once_and_touches_no_recipient() {
    let shop = Greeting::with(3);
    shop.sleep_until("2026-01-27 22:00");
    let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let me = TrialTo::new("Asha", "+919812345670");
    let id = shop.campaigns.send_to_me(draft.id, &me, &manager()).await.unwrap();
    let message = shop.shop.message(id).await;
    assert_eq!(message.state.owed.unwrap().class, Class::Transactional);
    assert!(message.facts.text.as_str().starts_with("Dear Asha,"));
    shop.turn().await;
    assert!(matches!(shop.shop.phase(id).await, Phase::Sent), "at ten in the evening");
    assert_eq!(shop.counts(draft.id).await.all(), 0);
    // A second one is another message.
    let again = shop.campaigns.send_to_me(draft.id, &me, &manager()).await.unwrap();
    assert_ne!(again, id);
    let nobody = TrialTo::new("Asha", "98123");
    let error = shop.campaigns.send_to_me(draft.id, &nobody, &manager()).await.unwrap_err();
    assert!(error.to_string().starts_with("number: "), "{error}");
}
