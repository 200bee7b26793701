//! A campaign while it is planned, as it is shown, and forms that are sent twice.

use whatsapp_core::MessageId;
use whatsapp_core::audit::Act;
use whatsapp_core::campaign::CampaignKind;
use whatsapp_core::campaigns::{Agreed, TrialTo};
use whatsapp_core::festival::Place;
use whatsapp_core::port::{AuditFilter, AuditLog as _};

use super::*;

/// Acts on campaigns, in the order of the acts' words: several may be done at one instant.
async fn acts(shop: &Greeting) -> Vec<Act> {
    let audit = shop.shop.store.audit(&AuditFilter::default(), None, 200).await.unwrap();
    let mut acts: Vec<_> = audit.entries.iter().map(|entry| entry.act).collect();
    acts.sort();
    acts
}

#[tokio::test]
async fn a_look_says_what_a_check_does_and_writes_nothing() {
    let shop = Greeting::with(5);
    let put = |id: &str, number: Option<&str>| {
        shop.shop.customers.put(Customer::new(customer(id), "Other", number));
    };
    put("L-1", None);
    put("L-2", Some(&number(3)));
    let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let looked = shop.campaigns.look(draft.id).await.unwrap();
    assert_eq!((looked.figures.recipients, looked.figures.double), (5, 1));
    assert_eq!(shop.counts(draft.id).await, RecipientCounts::default());
    assert_eq!(shop.campaigns.campaign(draft.id).await.unwrap(), draft);
    let checked = shop.campaigns.check(draft.id).await.unwrap();
    assert_eq!(shop.counts(draft.id).await.waiting, 5);
    assert_eq!((looked.figures, looked.run), (checked.figures, checked.run));
    assert_eq!((&looked.sample, &looked.first), (&checked.sample, &checked.first));
    assert_eq!(looked.agreed(), checked.agreed());
}

#[tokio::test]
async fn a_campaign_is_armed_by_what_was_agreed_to_and_by_nothing_else() {
    let shop = Greeting::with(5);
    let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let agreed = shop.campaigns.look(draft.id).await.unwrap().agreed();
    let sent: Agreed = agreed.to_string().parse().unwrap();
    assert_eq!(sent, agreed);
    shop.shop.customers.put(Customer::new(customer("L-1"), "New", Some(&number(77))));
    let refused = shop.campaigns.arm_agreed(draft.id, &agreed, &manager()).await.unwrap_err();
    let CampaignError::Figures(today) = refused else { panic!("{refused}") };
    assert_eq!(today.figures.recipients, 6);
    let armed = shop.campaigns.arm_agreed(draft.id, &today.agreed(), &manager()).await.unwrap();
    assert_eq!(armed.state, CampaignState::Armed);
    for text in [
        "",
        "0.1.2",
        "x.1.2",
        "00000000000000000000000000000000.1",
        "00000000000000000000000000000000.1.x",
    ] {
        assert!(text.parse::<Agreed>().is_err(), "{text}");
    }
}

#[tokio::test]
async fn whatever_of_a_plan_changes_is_not_what_was_agreed_to() {
    let shop = Greeting::with(5);
    let list = |id: &str| Audience::Customers(vec![customer(id), customer("K-001")]);
    let (plan, mut seen) = (diwali(WEDNESDAY), Vec::new());
    for plan in [
        plan.clone(),
        CampaignPlan::festival("Deepavali", date(WEDNESDAY)),
        diwali("2026-01-29"),
        plan.clone().with_time("11:00".parse().unwrap()),
        plan.clone().with_words("Happy Diwali, {customerName}!"),
        plan.clone().with_audience(list("K-000")),
        plan.clone().with_audience(list("K-002")),
        plan.with_estimated(true),
    ] {
        let draft = shop.campaigns.create(plan, &manager()).await.unwrap();
        seen.push(shop.campaigns.look(draft.id).await.unwrap().agreed().to_string());
    }
    let before = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), before);
}

#[tokio::test]
async fn a_plan_says_when_it_would_begin_and_what_customers_would_get() {
    let shop = Greeting::with(1);
    let begins = async |plan: &CampaignPlan| match shop.campaigns.begins(plan).await {
        Ok(at) => clock(at),
        Err(error) => error.to_string(),
    };
    let plan = diwali(WEDNESDAY);
    assert_eq!(begins(&plan).await, "28 10:00");
    let late = plan.clone().with_time("21:00".parse().unwrap());
    assert!(begins(&late).await.starts_with("time: at 21:00"), "{}", begins(&late).await);
    assert!(begins(&diwali("2026-01-26")).await.starts_with("date: 26 Jan 2026 is over"));
    let preview = async |plan: CampaignPlan| {
        let sketch = Campaign::new(CampaignId::from_bytes([1; 16]), plan, shop.now());
        let text = shop.campaigns.planned_text(&sketch).await.unwrap();
        let shown = shop.campaigns.preview(&sketch).await.unwrap();
        let (from, until) = shown.values[0];
        let value = shown.text.as_str()[from..until].to_owned();
        (shown.text.as_str().to_owned(), value, text.is_template)
    };
    let (text, name, is_template) = preview(plan.clone()).await;
    assert!(text.contains("on Diwali!") && is_template, "{text}");
    assert_eq!(name, "Asha Traders", "a sample");
    // A mistake in the text stays as written.
    let own = plan.with_words("{festivalName}, {custmer}!");
    let (text, name, is_template) = preview(own).await;
    assert_eq!(
        (text.as_str(), name.as_str(), is_template),
        ("Diwali, {custmer}!", "Diwali", false)
    );
    let news = CampaignPlan::announcement("Move", date(WEDNESDAY), "We moved to *Pune*.");
    assert_eq!(news.kind, CampaignKind::Announcement);
    let (text, _, is_template) = preview(news).await;
    assert!(text.contains("\n\nWe moved to *Pune*.\n") && is_template, "{text}");
}

#[tokio::test]
async fn what_is_frozen_is_shown_as_it_was_frozen() {
    let shop = Greeting::with(1);
    let own = diwali(WEDNESDAY).with_words("Hello {customerName}");
    let armed = shop.armed(own).await;
    assert_eq!(shop.campaigns.preview(&armed).await.unwrap().text.as_str(), "Hello Asha Traders");
    assert!(!shop.campaigns.planned_text(&armed).await.unwrap().is_template);
}

#[tokio::test]
async fn the_same_form_twice_makes_one_draft() {
    let shop = Greeting::with(1);
    let id = shop.campaigns.fresh_id();
    let first = shop.campaigns.create_as(id, diwali(WEDNESDAY), &manager()).await.unwrap();
    let again = shop.campaigns.create_as(id, diwali(WEDNESDAY), &manager()).await.unwrap();
    assert_eq!((first.id, &again), (id, &first));
    let other = shop.campaigns.create_as(id, diwali("2026-01-29"), &manager()).await;
    assert!(matches!(other, Err(CampaignError::Changed)), "{other:?}");
    let copy = shop.campaigns.fresh_id();
    for _ in 0..2 {
        let copied = shop.campaigns.copy_to_next_year_as(copy, id, Place::INDIA, &manager()).await;
        assert_eq!(copied.unwrap().campaign.id, copy);
    }
    assert_eq!(shop.campaigns.list(None, 10).await.unwrap().len(), 2);
    assert_eq!(acts(&shop).await, [Act::CampaignSaved; 2]);
}

#[tokio::test]
async fn the_same_form_twice_tries_out_one_message() {
    let shop = Greeting::with(1);
    let draft = shop.campaigns.create(diwali(WEDNESDAY), &manager()).await.unwrap();
    let trial = MessageId::from_bytes([3; 16]);
    let to = |number: &str| TrialTo::new("Me", number);
    let send = async |number: &str| {
        shop.campaigns.send_to_me_as(trial, draft.id, &to(number), &manager()).await
    };
    let first = send("+919876500077").await.unwrap();
    assert_eq!(send("+919876500077").await.unwrap(), first);
    let other = send("+919876500078").await;
    assert!(matches!(other, Err(CampaignError::NoMessage(_))), "{other:?}");
    assert_eq!(shop.messages().len(), 1);
    assert_eq!(acts(&shop).await, [Act::CampaignSaved, Act::CampaignTried]);
}

#[tokio::test]
async fn a_date_that_is_confirmed_twice_is_confirmed_once() {
    let shop = Greeting::with(1);
    let plan = diwali(WEDNESDAY).with_estimated(true);
    let draft = shop.campaigns.create(plan, &manager()).await.unwrap();
    let first = shop.campaigns.confirm_date(draft.id, date(WEDNESDAY), &manager()).await.unwrap();
    let again = shop.campaigns.confirm_date(draft.id, date(WEDNESDAY), &manager()).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(acts(&shop).await, [Act::CampaignSaved, Act::CampaignConfirmed]);
}
