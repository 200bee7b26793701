//! A shop that has something for every route, and what each route is called with.

use whatsapp_console::Route;
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::bulk::{Bulk, BulkAct, BulkAsks, BulkCounts, BulkState};
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::message::MessageType;
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};
use whatsapp_core::port::{
    BulkStore as _, MuteStore as _, Saved, TemplateSave, TemplateStore as _,
};
use whatsapp_core::schedule::StepState;
use whatsapp_core::template::TemplateDraft;
use whatsapp_core::{AuditId, CampaignId, Campaigns, CustomerId, MessageId, MuteId, TemplateId};
use whatsapp_testkit::fixtures::START;

use crate::door::Answer;
use crate::shop::{Shop, message, minutes, not_on_whatsapp};

/// A shop with a message that failed, a reminder that waits and a mute.
pub(super) async fn shop() -> (Shop, MessageId) {
    let shop = Shop::new();
    shop.customer(1, "Asha Traders");
    let failed = message(1, "Asha Traders", START - minutes(60), not_on_whatsapp());
    let id = shop.put(failed).await;
    shop.remind(1, "81", StepState::Held).await;
    let mute = Mute {
        id: mute_id(),
        on: MuteOn::Customer(CustomerId::new("C-1").unwrap()),
        of: MuteOf::Greetings,
        by: Actor::Host,
        at: START,
        ended: None,
    };
    shop.store.add_mute(&mute, AuditId::new(START, [7; 10])).await.unwrap();
    let bulk = Bulk {
        id: BULK.parse().unwrap(),
        act: BulkAct::Resend,
        by: Actor::Host,
        at: START,
        state: BulkState::Counted,
        more: false,
        agreed: BulkAsks::default(),
        changed_at: START,
        counts: BulkCounts::default(),
    };
    shop.store.add_bulk(&bulk, &[]).await.unwrap();
    let text = "Happy {festivalName}, {customerName}!";
    let draft = TemplateDraft::check("Greeting", MessageType::FESTIVAL, text, true).unwrap();
    let (act, by, audit) = (Act::TemplateSaved, Actor::Host, AuditId::new(START, [8; 10]));
    let save = TemplateSave::new(template_id(), None, draft, act, by, START, audit);
    assert_eq!(shop.store.save_template(&save).await.unwrap(), Saved::Done);
    let date = START.date_naive() + chrono::Days::new(1);
    let plan = CampaignPlan::festival("Diwali", date);
    let campaigns = Campaigns::new(shop.ports.clone()).unwrap();
    campaigns.create_as(festival_id(), plan, &Actor::Host).await.unwrap();
    (shop, id)
}

fn mute_id() -> MuteId {
    MuteId::new(START, [9; 10])
}

fn template_id() -> TemplateId {
    TemplateId::new(START, [5; 10])
}

fn festival_id() -> CampaignId {
    CampaignId::new(START, [6; 10])
}

/// The act on many messages that is in the shop.
const BULK: &str = "01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f";

pub(crate) fn address(route: &Route, id: MessageId, style_sheet: &str) -> String {
    let path = route
        .path
        .replace("{message}", &id.to_string())
        .replace("{file}", style_sheet)
        .replace("{customer}", "C-1")
        .replace("{mute}", &mute_id().to_string())
        .replace("{invoice}", "81")
        .replace("{step}", "T+3")
        .replace("{day}", "2026-01-28")
        .replace("{bulk}", BULK)
        .replace("{key}", "whatsapp_retry_max")
        .replace("{template}", &template_id().to_string())
        .replace("{festival}", &festival_id().to_string())
        .replace("{version}", "1");
    assert!(!path.contains('{'), "{path}: a name that this test does not know");
    path
}

pub(super) fn style_sheet(page: &Answer) -> String {
    let text = page.text();
    let (_, behind) = text.split_once("assets/console.").unwrap();
    format!("console.{}", behind.split('"').next().unwrap())
}

/// A body that a call takes.
pub(crate) fn body_of(path: &str) -> String {
    let act = path.rsplit('/').next().unwrap();
    let seen = START.to_rfc3339();
    if matches!(path, "/api/held/approve" | "/api/held/drop") {
        return format!(r#"{{"reminders":[{{"invoiceId":"81","step":"T+3","seen":"{seen}"}}]}}"#);
    }
    if matches!(path, "/api/schedule/skip" | "/api/schedule/hold") {
        return r#"{"reminders":[{"invoiceId":"81","step":"T+3"}]}"#.to_owned();
    }
    if let Some(behind) = path.strip_prefix("/api/festivals") {
        return match behind.strip_prefix("/{festival}").unwrap_or(behind) {
            "" | "/preview" => r#"{"name":"Diwali","date":"2026-11-08"}"#.to_owned(),
            "/arm" => r#"{"agreed":"00000000000000000000000000000000.1.0"}"#.to_owned(),
            "/confirm-date" => r#"{"date":"2026-11-08"}"#.to_owned(),
            "/try" => r#"{"whatsappNumber":"+919876500001"}"#.to_owned(),
            _ => "{}".to_owned(),
        };
    }
    match act {
        "preview" if path.starts_with("/api/messages/") => {
            r#"{"customerId":"C-404","messageType":"festival"}"#.to_owned()
        }
        "files" => r#"{"name":"a.pdf","content":""}"#.to_owned(),
        "whatsapp-send" => r#"{"customerId":"C-404","messageType":"festival"}"#.to_owned(),
        "cancel" | "retry" | "put-aside" | "take-up" | "approve" | "drop" => {
            format!(r#"{{"seen":"{seen}"}}"#)
        }
        "reschedule" => format!(r#"{{"seen":"{seen}","at":"{seen}"}}"#),
        "resend" => r#"{"resends":0}"#.to_owned(),
        "search" => r#"{"text":"asha"}"#.to_owned(),
        "bulk" => r#"{"act":"resend","filter":{}}"#.to_owned(),
        "mute" => r#"{"of":"all"}"#.to_owned(),
        "settings" => r#"{"settings":{}}"#.to_owned(),
        "check" if path.starts_with("/api/settings/") => r#"{"settings":{}}"#.to_owned(),
        "templates" | "{template}" => {
            r#"{"name":"New","messageType":"festival","text":"Happy day","isActive":false}"#
                .to_owned()
        }
        "check" | "preview" => r#"{"messageType":"festival","text":"Happy day"}"#.to_owned(),
        "restore" => r#"{"version":1}"#.to_owned(),
        "resume" => r#"{"seen":"none"}"#.to_owned(),
        _ => "{}".to_owned(),
    }
}
