//! Dates that depend on the moon, and campaigns of the year before.

use whatsapp_core::festival::Place;

use super::*;

/// Eid al-Fitr, expected on Saturday, 21 March 2026.
fn eid() -> CampaignPlan {
    CampaignPlan::festival("Eid al-Fitr", date("2026-03-21")).with_estimated(true)
}

fn told(shop: &Greeting) -> Vec<(AccountEventKind, String, String)> {
    let events = shop.shop.store.every_account_event();
    let told = events.into_iter().map(|event| (event.kind, event.detail.unwrap(), clock(event.at)));
    told.collect()
}

#[tokio::test]
async fn an_unconfirmed_date_is_told_on_the_eve_and_at_its_hour_and_sends_nothing() {
    let shop = Greeting::with(3);
    let campaign = shop.armed(eid()).await;
    shop.sleep_until("2026-03-19 23:59");
    shop.turn().await;
    assert_eq!(told(&shop), []);
    // Two hosts tell managers only once.
    let other = CampaignFeeder::new(shop.ports.clone()).unwrap();
    shop.sleep_until("2026-03-20 00:00");
    let (one, two) = tokio::join!(shop.feeder.tick(shop.now()), other.tick(shop.now()));
    one.unwrap();
    two.unwrap();
    shop.sleep_until("2026-03-21 09:58");
    shop.until("2026-03-21 10:30").await;
    let what = "Eid al-Fitr, 21 Mar 2026".to_owned();
    let expected = [
        (AccountEventKind::Unconfirmed, what.clone(), "20 00:00".to_owned()),
        (AccountEventKind::NotGreeted, what, "21 10:00".to_owned()),
    ];
    assert_eq!(told(&shop), expected);
    assert_eq!(shop.state(campaign.id).await, CampaignState::Armed);
    shop.sleep_until("2026-03-22 00:00");
    shop.turn().await;
    assert!(shop.messages().is_empty());
    let said = shop.left_out(campaign.id).await;
    assert_eq!(said, [("The date was not confirmed.".to_owned(), 3)].into());
    assert_eq!(shop.state(campaign.id).await, CampaignState::Finished);
    let what = "Eid al-Fitr, 21 Mar 2026. 3 recipients were left out: The date was not confirmed.";
    let last = (AccountEventKind::LeftOut, what.to_owned(), "22 00:00".to_owned());
    assert_eq!(told(&shop)[2..], [last]);
}

#[tokio::test]
async fn an_unconfirmed_date_is_told_of_a_paused_campaign_as_well() {
    let shop = Greeting::with(1);
    let campaign = shop.armed(eid()).await;
    shop.campaigns.pause(campaign.id, &manager()).await.unwrap();
    shop.sleep_until("2026-03-20 00:00");
    shop.turn().await;
    let kinds: Vec<_> = told(&shop).into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, [AccountEventKind::Unconfirmed]);
    assert_eq!(shop.state(campaign.id).await, CampaignState::Paused);
}

#[tokio::test]
async fn a_confirmed_date_is_sent_and_nothing_is_told() {
    let shop = Greeting::with(3);
    let campaign = shop.armed(eid()).await;
    shop.sleep_until("2026-03-17 12:00");
    let day = date("2026-03-21");
    let error = shop.campaigns.confirm_date(campaign.id, day, &manager()).await.unwrap_err();
    assert!(error.to_string().starts_with("the date can be confirmed from 18 Mar 2026"), "{error}");
    shop.sleep_until("2026-03-18 12:00");
    let confirmed = shop.campaigns.confirm_date(campaign.id, day, &manager()).await.unwrap();
    assert_eq!(confirmed.confirmed_on, Some(date("2026-03-18")));
    // A second confirmation changes nothing, and another date over an old view is refused.
    let seen = Some(campaign.revision);
    let again = shop.campaigns.confirm_date_over(campaign.id, seen, day, &manager()).await.unwrap();
    assert_eq!(again, confirmed);
    let other = date("2026-03-20");
    let late = shop.campaigns.confirm_date_over(campaign.id, seen, other, &manager()).await;
    assert!(matches!(late, Err(CampaignError::Changed)), "{late:?}");
    shop.sleep_until("2026-03-21 09:59");
    shop.until("2026-03-21 10:30").await;
    assert_eq!(shop.counts(campaign.id).await.sent, 3);
    assert_eq!(told(&shop), []);
}

#[tokio::test]
async fn one_that_is_confirmed_on_its_day_goes_out_from_then_on() {
    let shop = Greeting::with(3);
    let campaign = shop.armed(eid()).await;
    shop.sleep_until("2026-03-21 12:00");
    shop.turn().await;
    shop.campaigns.confirm_date(campaign.id, date("2026-03-21"), &manager()).await.unwrap();
    shop.until("2026-03-21 12:30").await;
    assert_eq!(shop.counts(campaign.id).await.sent, 3);
}

#[tokio::test]
async fn a_date_moves_by_a_day_with_its_confirmation_even_while_it_runs() {
    let shop = Greeting::with(20);
    let campaign = shop.armed(eid()).await;
    shop.sleep_until("2026-03-20 12:00");
    for far in ["2026-03-18", "2026-03-24"] {
        let error = shop.campaigns.confirm_date(campaign.id, date(far), &manager()).await;
        assert!(matches!(error, Err(CampaignError::TooFar(..))), "{far}");
    }
    let day = date("2026-03-21");
    shop.campaigns.confirm_date(campaign.id, day, &manager()).await.unwrap();
    shop.sleep_until("2026-03-21 09:59");
    shop.until("2026-03-21 10:05").await;
    let before = shop.sent().len();
    assert!(before > 0);
    // It is announced for the next day after all, a Sunday.
    let day = date("2026-03-22");
    let moved = shop.campaigns.confirm_date(campaign.id, day, &manager()).await.unwrap();
    assert_eq!(moved.state, CampaignState::Armed);
    shop.until("2026-03-21 20:30").await;
    assert_eq!(shop.sent().len(), before);
    shop.sleep_until("2026-03-22 09:59");
    shop.until("2026-03-22 11:00").await;
    assert_eq!(shop.counts(campaign.id).await.sent, 20);
    assert!(shop.by_number().values().all(|count| *count == 1));
}

#[tokio::test]
async fn a_date_moves_by_two_days_from_the_one_that_was_entered_however_often() {
    let shop = Greeting::with(1);
    let campaign = shop.armed(eid()).await;
    shop.sleep_until("2026-03-20 12:00");
    let moved =
        async |to: &str| shop.campaigns.confirm_date(campaign.id, date(to), &manager()).await;
    assert_eq!(moved("2026-03-22").await.unwrap().plan.date, date("2026-03-22"));
    assert_eq!(moved("2026-03-23").await.unwrap().plan.date, date("2026-03-23"));
    let error = moved("2026-03-24").await.unwrap_err();
    let far = "date: 24 Mar 2026 is too far from 21 Mar 2026; a date at most two days";
    assert!(error.to_string().starts_with(far), "{error}");
    assert_eq!(moved("2026-03-21").await.unwrap().entered, date("2026-03-21"));
    // A person who changes the date of a draft enters a new date.
    let draft = shop.campaigns.create(eid(), &manager()).await.unwrap();
    let same = CampaignPlan::festival("Eid", date("2026-03-21")).with_estimated(true);
    let draft = shop.campaigns.edit(draft.id, draft.revision, same, &manager()).await.unwrap();
    assert_eq!(draft.entered, date("2026-03-21"));
    let later = CampaignPlan::festival("Eid", date("2026-03-23")).with_estimated(true);
    let draft = shop.campaigns.edit(draft.id, draft.revision, later, &manager()).await.unwrap();
    assert_eq!(draft.entered, date("2026-03-23"));
}

#[tokio::test]
async fn a_date_that_is_no_estimate_has_nothing_to_confirm() {
    let shop = Greeting::with(1);
    let campaign = shop.armed(diwali(WEDNESDAY)).await;
    let error = shop.campaigns.confirm_date(campaign.id, date(WEDNESDAY), &manager()).await;
    assert!(matches!(error, Err(CampaignError::NotEstimated)));
}

#[tokio::test]
async fn a_copy_is_a_draft_on_the_festivals_next_date() {
    let shop = Greeting::with(1);
    let copy = async |plan: CampaignPlan| {
        let draft = shop.campaigns.create(plan, &manager()).await.unwrap();
        shop.campaigns.copy_to_next_year(draft.id, Place::INDIA, &manager()).await
    };
    let own = diwali("2026-11-08").with_words("Happy Diwali!");
    let next = copy(own).await.unwrap();
    assert_eq!(next.sentence, "29 Oct 2027 is the date of Diwali.");
    assert_eq!(next.campaign.plan.date, date("2027-10-29"));
    assert_eq!(next.campaign.plan.words.as_str(), "Happy Diwali!");
    assert_eq!((next.campaign.state, next.campaign.plan.estimated), (CampaignState::Draft, false));
    let next = copy(eid()).await.unwrap();
    assert_eq!((next.campaign.plan.date, next.campaign.plan.estimated), (date("2027-03-10"), true));
    let ours = copy(CampaignPlan::festival("Our anniversary", date("2026-07-01"))).await.unwrap();
    assert!(ours.sentence.starts_with("1 Jul 2027 is a guess"), "{}", ours.sentence);
    let far = copy(diwali("2035-10-30")).await;
    assert!(matches!(far, Err(CampaignError::NextDate(_))));
}
