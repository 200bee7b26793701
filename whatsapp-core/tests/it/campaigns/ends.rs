//! The end of campaigns: recipients who are left out, page by page, and the report to managers.

use whatsapp_core::Desk;
use whatsapp_core::chore::{Chore as _, Next};
use whatsapp_core::mute::{MuteOf, MuteOn};

use super::*;

#[tokio::test]
async fn an_end_with_recipients_left_out_is_told_once_with_how_many_and_why() {
    let shop = Greeting::with(10);
    shop.shop.set("whatsapp_bulk_per_day", "4");
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    let desk = Desk::new(shop.ports.clone());
    let muted = MuteOn::Customer(customer("K-000"));
    desk.mute(muted, MuteOf::Greetings, &manager()).await.unwrap();
    shop.until("2026-01-28 12:00").await;
    assert_eq!(shop.told(), []);
    // Two hosts, and further turns.
    let other = CampaignFeeder::new(shop.ports.clone()).unwrap();
    shop.sleep_until("2026-01-29 00:00");
    let (one, two) = tokio::join!(shop.feeder.tick(shop.now()), other.tick(shop.now()));
    one.unwrap();
    two.unwrap();
    shop.until("2026-01-29 00:05").await;
    let said = "7 recipients were left out. 6: The day was over before its turn came. \
                1: Greetings to this customer are kept back.";
    let what = format!("Diwali, 28 Jan 2026. {said}");
    assert_eq!(shop.told(), [(AccountEventKind::LeftOut, what)]);
    let ended = shop.campaigns.campaign(campaign.id).await.unwrap();
    assert_eq!(ended.sentence.unwrap().as_str(), said);
}

#[tokio::test]
async fn an_end_at_which_everybody_was_written_to_is_not_told() {
    let shop = Greeting::with(3);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.until("2026-01-28 10:30").await;
    let ended = shop.campaigns.campaign(campaign.id).await.unwrap();
    assert_eq!((ended.state, ended.sentence), (CampaignState::Finished, None));
    shop.sleep_until("2026-01-29 00:00");
    shop.turn().await;
    assert_eq!(shop.told(), []);
}

#[tokio::test]
async fn one_that_ends_within_its_day_tells_who_was_left_out_on_the_way() {
    let shop = Greeting::with(3);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.shop.customers.put(Customer::new(customer("K-001"), "Changed", None));
    shop.until("2026-01-28 10:30").await;
    assert_eq!(shop.state(campaign.id).await, CampaignState::Finished);
    let what = "Diwali, 28 Jan 2026. 1 recipient was left out: The customer has no usable number \
                any more.";
    assert_eq!(shop.told(), [(AccountEventKind::LeftOut, what.to_owned())]);
}

#[tokio::test]
async fn the_first_feeder_after_a_day_without_any_ends_it_and_says_so() {
    let shop = Greeting::with(5);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    // A feeder ran before its hour, and none on its day.
    shop.feed().await;
    shop.sleep_until("2026-01-30 09:00");
    shop.turn().await;
    assert!(shop.messages().is_empty());
    assert_eq!(shop.state(campaign.id).await, CampaignState::Finished);
    let what = "Diwali, 28 Jan 2026. 5 recipients were left out: The program that sends festival \
                messages did not run in its hours.";
    assert_eq!(shop.told(), [(AccountEventKind::LeftOut, what.to_owned())]);
}

#[tokio::test]
async fn a_campaign_that_a_person_cancels_is_told_to_nobody() {
    let shop = Greeting::with(5);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.campaigns.cancel(campaign.id, &manager()).await.unwrap();
    shop.until("2026-01-27 10:05").await;
    let ended = shop.campaigns.campaign(campaign.id).await.unwrap();
    assert_eq!(ended.sentence.unwrap().as_str(), "It was cancelled.");
    assert_eq!((shop.counts(campaign.id).await.left_out, shop.told()), (5, vec![]));
}

#[tokio::test]
async fn of_a_huge_campaign_so_many_are_left_out_at_a_time() {
    let shop = Greeting::with(10_700);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-29 00:00");
    let report = shop.feed().await;
    assert_eq!((report.finished, report.left_out, report.more), (1, 10_000, true));
    // Its end holds at once, and managers are told nothing before all of it is known.
    assert_eq!(shop.state(campaign.id).await, CampaignState::Finished);
    let resumed = shop.campaigns.resume(campaign.id, &manager()).await;
    assert!(matches!(resumed, Err(CampaignError::Forbidden(CampaignState::Finished))));
    assert_eq!(shop.told(), []);
    // Another process goes on with it, and rests once nobody waits.
    let other = CampaignFeeder::new(shop.ports.clone()).unwrap();
    let turn = other.turn(shop.now()).await;
    assert_eq!(turn.next, Next::In(std::time::Duration::from_secs(30)));
    assert_eq!(shop.counts(campaign.id).await.left_out, 10_700);
    let [(AccountEventKind::LeftOut, what)] = &shop.told()[..] else { panic!("it is told once") };
    assert!(what.starts_with("Diwali, 28 Jan 2026. 10700 recipients were left out: The program"));
}
