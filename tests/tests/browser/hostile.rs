//! Hostile text in every field of a message, a customer and a reminder, in a browser that notes
//! what runs and what its policy stops.

use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::desk::TemplateEdit;
use whatsapp_core::message::{Cause, Facts, Failure, FailureKind, MessageType, State};
use whatsapp_core::messenger::{Consent, Resend};
use whatsapp_core::port::Customer;
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{CampaignId, Campaigns, CustomerId, InvoiceId, MessageId, TemplateId, UserId};
use whatsapp_testkit::fixtures::START;

use crate::driver::{Browser, View};
use crate::shop::{Shop, message, minutes};
use crate::site;

const TEXTS: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)' x='",
    "</textarea></title></script><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "<base href='https://evil.example/'><form action=https://evil.example><button autofocus onfocus=alert(1)>",
    "<style>*{background:url(https://evil.example/x)}</style><link rel=stylesheet href=https://evil.example>",
    "\u{202e}<iframe srcdoc='<script>parent.alert(1)</script>'></iframe><math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
];

/// A shop with this text in every field that somebody fills.
struct Stored {
    shop: Shop,
    message: MessageId,
    template: TemplateId,
    festival: CampaignId,
}

async fn stored(hostile: &str) -> Stored {
    let shop = Shop::new().await;
    let customer = Customer::new(CustomerId::new("C-7").unwrap(), hostile, Some(hostile));
    shop.customers.put(customer.with_page(hostile));
    let failure = Failure::new(FailureKind::Rejected, hostile).caused_by(Cause::Recipient);
    let made = message(7, hostile, START - minutes(3), State::Failed(failure));
    let made = made.with_facts(|facts| Facts {
        text: hostile.into(),
        subject: Some(hostile.to_owned()),
        warning: Some(hostile.to_owned()),
        created_by: UserId::new("<b>asha</b>").ok(),
        ..facts
    });
    let message = shop.put(made).await;
    let (invoice, step) = (InvoiceId::new("81").unwrap(), StepName::After(3));
    let (customer, day) = (CustomerId::new("C-7").unwrap(), START.date_naive());
    let held = ReminderStep::new(invoice, step, customer, hostile, day, START);
    let (why, by_hand) = (Some(hostile.into()), Some(StepReason::ByHand));
    shop.plan(held.stands(StepState::Held, by_hand, why, START)).await;
    shop.put_setting("whatsapp_send_from", hostile).await;
    shop.desk().pause(&Actor::Person(UserId::new("<b>asha</b>").unwrap())).await.unwrap();
    shop.desk().resume(&Actor::Host).await.unwrap();
    let edit = TemplateEdit::new("Greeting", MessageType::FESTIVAL, "Dear {customerName}")
        .with_note("<img src=x onerror=alert(1)>");
    let template = shop.desk().save_template(&edit, &Actor::Host).await.unwrap().id;
    shop.put_template_text("Greeting", &format!("{hostile} *{hostile}* {{customerName}}")).await;
    let name: String = hostile.chars().take(100).collect();
    let plan = CampaignPlan::festival(name, START.date_naive() + chrono::Days::new(1));
    let plan = plan.with_words(format!("{hostile} {{customerName}}"));
    let campaigns = Campaigns::new(shop.ports.clone()).unwrap();
    let festival = campaigns.create(plan, &Actor::Host).await.unwrap().id;
    Stored { shop, message, template, festival }
}

#[tokio::test]
async fn nothing_hostile_runs_and_the_policy_has_nothing_to_stop() {
    let browser = Browser::open(View::DESK).await;
    for hostile in TEXTS {
        let Stored { shop, message, template, festival } = stored(hostile).await;
        let url = site::open(&shop).await;
        for path in [
            "overview".to_owned(),
            "messages".to_owned(),
            "messages?customer=C-7".to_owned(),
            "customers/C-7".to_owned(),
            "held".to_owned(),
            format!("messages/{message}"),
            format!("messages/{message}/resend"),
            "held/81/T+3/approve".to_owned(),
            "settings".to_owned(),
            "settings/connection".to_owned(),
            "audit".to_owned(),
            "templates".to_owned(),
            format!("templates/{template}"),
            format!("templates/{template}/versions"),
            "festivals".to_owned(),
            format!("festivals/{festival}"),
            format!("festivals/{festival}/edit"),
            format!("festivals/{festival}/arm"),
            format!("festivals/{festival}/cancel"),
        ] {
            browser.goto(&format!("{url}/{path}")).await;
            browser.find("h1").await;
            assert_eq!(browser.noted().await, "", "{hostile} on {path}");
            let strange = "return document.querySelectorAll('main :is(script,img,iframe,base,style,link,math)').length";
            assert_eq!(browser.say(strange).await, 0, "{hostile} on {path}");
        }
        shop.put_setting("whatsapp_send_from", "09:00").await;
        // Text that a script puts there while somebody writes.
        browser.goto(&format!("{url}/templates/{template}")).await;
        browser.type_into(&browser.find("#text").await, " {x}").await;
        let looked_over = "return document.querySelector('#problems').textContent.includes('{x}')";
        browser.until("the text is looked over", looked_over).await;
        assert_eq!(browser.noted().await, "", "{hostile} in the editor");
        // Text that the script puts elsewhere: a page in the place of another, a question over it,
        // a row of the stream.
        browser.goto(&format!("{url}/messages")).await;
        browser.click(&browser.link("Failed").await).await;
        browser
            .until("the list", "return location.search === '?outcome=undelivered&outcome=failed'")
            .await;
        browser.click(&browser.find("#rows .act a").await).await;
        browser.find("dialog[open] .primary").await;
        assert_eq!(browser.noted().await, "", "{hostile} in a question");
        browser.goto(&format!("{url}/messages")).await;
        shop.clock.advance(minutes(1));
        let again = Resend::new(message, Actor::Host)
            .with_number("+919876500099")
            .with_confirmed(true)
            .with_outside_hours(Consent::Given);
        shop.messenger().resend(&again).await.unwrap();
        browser.until("the row", "return document.querySelector('#rows .fresh') !== null").await;
        assert_eq!(browser.noted().await, "", "{hostile} in the stream");
    }
}
