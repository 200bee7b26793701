//! Greetings at a festival. The next festival that is suggested is taken, written, seen, armed and
//! paused: by mouse, by keys alone, without scripts, and on a phone.

use tokio::time::Instant;
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::{Campaign, CampaignPlan, CampaignState};
use whatsapp_core::{CampaignId, Campaigns};
use whatsapp_testkit::fixtures::START;

use crate::driver::{Browser, ENTER, TAB, View, told};
use crate::shop::Shop;
use crate::site;

const TEXT: &str = "Happy {festivalName}, {customerName}!";

fn campaigns(shop: &Shop) -> Campaigns {
    Campaigns::new(shop.ports.clone()).unwrap()
}

/// A shop with three customers.
async fn shop() -> Shop {
    let shop = Shop::new().await;
    for seed in 1..=3 {
        shop.customer(seed, &format!("Customer {seed}"));
    }
    shop
}

async fn only(shop: &Shop) -> Campaign {
    let mut all = campaigns(shop).list(None, 10).await.unwrap();
    assert_eq!(all.len(), 1, "one entry was made");
    all.remove(0)
}

/// Checks that the entry is in this state, as the page and the database say.
async fn stands(browser: &Browser, shop: &Shop, said: &str, state: CampaignState) {
    let note = format!(
        "return document.querySelector('p.note[role=status]')?.textContent.startsWith('{said}')"
    );
    browser.until(said, &note).await;
    let entry = only(shop).await;
    assert_eq!((entry.state, entry.plan.own_text()), (state, Some(TEXT)));
}

async fn by_mouse(view: View) {
    let shop = shop().await;
    let (browser, url) = (Browser::open(view).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    let (began, mut clicks) = (Instant::now(), 0);
    let mut click = async |selector: &str| {
        clicks += 1;
        browser.click(&browser.find(selector).await).await;
    };
    click("nav a[href$=festivals]").await;
    // Take the next festival that is suggested.
    click("button[name=take]").await;
    let text = browser.find("#text").await;
    browser.type_into(&text, TEXT).await;
    if view.scripts {
        let seen = "return document.querySelector('#preview .bubble')?.textContent.startsWith('Happy value: Holi')";
        browser.until("it is seen while it is written", seen).await;
        assert_eq!(
            browser.say("return document.querySelector('#sum').textContent").await,
            "Nothing to mend in the text."
        );
    } else {
        click("#edit [value=check]").await;
        let seen =
            "return document.querySelector('#preview .bubble')?.textContent.includes('Holi')";
        browser.until("it is seen once it was checked", seen).await;
    }
    click("#edit .primary").await;
    click("section.note .primary").await;
    let asked = if view.scripts { "dialog[open]" } else { "#ask" };
    let question = browser.find(asked).await;
    let question = browser.text(&question).await;
    assert!(
        question.contains("3 customers get this message on Wednesday, 4 Mar 2026"),
        "{question}"
    );
    assert!(question.contains("Happy Holi, Customer 1!"), "{question}");
    click(&format!("{asked} .primary")).await;
    stands(&browser, &shop, "It is armed.", CampaignState::Armed).await;
    click("section.note .acts a[href$=pause]").await;
    click(&format!("{asked} .danger")).await;
    stands(&browser, &shop, "It is paused.", CampaignState::Paused).await;
    told(&format!("{clicks} clicks"), began);
    assert!(clicks <= 8, "{clicks} clicks");
    let fits = "const e = document.documentElement; return e.scrollWidth <= e.clientWidth";
    assert_eq!(browser.say(fits).await, true);
    if view.scripts {
        assert_eq!(browser.noted().await, "");
    }
}

#[tokio::test]
async fn the_next_festival_is_taken_written_seen_armed_and_paused() {
    by_mouse(View::DESK).await;
}

#[tokio::test]
async fn the_next_festival_is_taken_and_armed_on_a_phone() {
    by_mouse(View::PHONE).await;
}

#[tokio::test]
async fn the_next_festival_is_taken_and_armed_without_scripts() {
    by_mouse(View::PLAIN).await;
}

#[tokio::test]
async fn the_next_festival_is_taken_and_armed_by_keys_alone() {
    let shop = shop().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.find("h1").await;
    let began = Instant::now();
    browser.press("gf").await;
    browser.until("the list", "return location.pathname.endsWith('/festivals')").await;
    browser.tab_to("button[name=take]").await;
    browser.press(ENTER).await;
    browser.find("#edit").await;
    browser.tab_to("#text").await;
    browser.press(TEXT).await;
    let seen = "return document.querySelector('#preview .bubble')?.textContent.startsWith('Happy value: Holi')";
    browser.until("it is seen", seen).await;
    // Enter in a field saves, and presses no other button.
    browser.say("document.querySelector('#name').focus()").await;
    browser.press(ENTER).await;
    stands(&browser, &shop, "The festival message is saved.", CampaignState::Draft).await;
    for (act, button, said, state) in [
        ("section.note .primary", ".primary", "It is armed.", CampaignState::Armed),
        ("section.note a[href$=pause]", ".danger", "It is paused.", CampaignState::Paused),
    ] {
        browser.tab_to(act).await;
        browser.press(ENTER).await;
        browser.find(&format!("dialog[open] {button}")).await;
        let is_there = format!("return document.activeElement.matches('dialog {button}')");
        for _ in 0..8 {
            if browser.say(&is_there).await == true {
                break;
            }
            browser.press(TAB).await;
        }
        browser.press(ENTER).await;
        stands(&browser, &shop, said, state).await;
    }
    told("by keys", began);
    assert_eq!(browser.noted().await, "");
}

#[tokio::test]
async fn two_people_who_write_an_entry_at_once_are_shown_both_texts() {
    let shop = shop().await;
    let plan = CampaignPlan::festival("Holi", "2026-03-04".parse().unwrap());
    let entry = campaigns(&shop).create(plan.clone(), &Actor::Host).await.unwrap();
    let (browser, url) = (Browser::open(View::PHONE).await, site::open(&shop).await);
    browser.goto(&format!("{url}/festivals/{}/edit", entry.id)).await;
    let text = browser.find("#text").await;
    let theirs = plan.with_words("Joyous Holi, {customerName}!");
    campaigns(&shop).edit(entry.id, entry.revision, theirs, &Actor::Host).await.unwrap();
    browser.type_into(&text, "Happy Holi, {customerName}!").await;
    browser.click(&browser.find("#edit .primary").await).await;
    let clash = browser.find("#clash").await;
    assert!(
        browser.text(&clash).await.starts_with("The shop's program changed this festival message")
    );
    let gone = browser.find("del").await;
    assert_eq!(browser.text(&gone).await, "Joyous");
    browser.click(&browser.find("#edit .primary").await).await;
    let said = browser.find("p.note[role=status]").await;
    assert_eq!(browser.text(&said).await, "The festival message is saved.");
    assert_eq!(only(&shop).await.plan.own_text(), Some("Happy Holi, {customerName}!"));
}

/// Makes entries in their states: a draft, one whose date is to be confirmed, one that is armed,
/// one that is paused, and one that was cancelled.
pub(crate) async fn entries(shop: &Shop) -> [CampaignId; 5] {
    let (campaigns, by) = (campaigns(shop), Actor::Host);
    let date = |days| START.date_naive() + chrono::Days::new(days);
    let make = async |plan: CampaignPlan, is_armed: bool| {
        let id = campaigns.create(plan, &by).await.unwrap().id;
        if is_armed {
            let agreed = campaigns.look(id).await.unwrap().agreed();
            campaigns.arm_agreed(id, &agreed, &by).await.unwrap();
        }
        id
    };
    let named = "A festival with a long name of many words that goes on and on";
    let draft = CampaignPlan::festival(named, date(9));
    let draft = draft.with_words("*Happy* day, {customerName}!");
    let draft = make(draft, false).await;
    let moon = CampaignPlan::festival("Eid al-Fitr", date(2)).with_estimated(true);
    let moon = make(moon, true).await;
    let armed = make(CampaignPlan::festival("Fair", date(1)), true).await;
    let paused = make(CampaignPlan::festival("Open day", date(1)), true).await;
    campaigns.pause(paused, &by).await.unwrap();
    let cancelled = make(CampaignPlan::festival("Jubilee", date(3)), true).await;
    campaigns.cancel(cancelled, &by).await.unwrap();
    [draft, moon, armed, paused, cancelled]
}
