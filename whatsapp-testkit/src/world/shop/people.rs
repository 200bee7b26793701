//! The acts of people: they cancel, retry, resend, move, put aside, stop all sending, correct
//! numbers, and change settings and templates.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::{Consent, SettingEdit, TemplateEdit};
use whatsapp_core::message::MessageType;
use whatsapp_core::messenger::Resend;
use whatsapp_core::port::Customer;
use whatsapp_core::{MessageId, UserId};

use super::{Shop, customer, name, number};
use crate::world::executor::{Pid, locked};
use crate::world::process::Process;
use crate::world::trouble::Trouble;

/// Acts of people, by kind.
const KINDS: [Trouble; 6] = [
    Trouble::Manages,
    Trouble::Manages,
    Trouble::Pauses,
    Trouble::Settings,
    Trouble::Templates,
    Trouble::Corrects,
];

/// Settings that people change, with the values that they choose from.
const SETTINGS: [(&str, &[&str]); 5] = [
    ("whatsapp_on_unknown", &["resend", "hold"]),
    ("whatsapp_retry_max", &["1", "2", "3"]),
    ("whatsapp_requests_per_second", &["2", "3", "4"]),
    ("whatsapp_time_zone", &["Asia/Kolkata", "Asia/Dubai", "Europe/London"]),
    ("whatsapp_failure_notification_email", &["owner@shop.example", "office@shop.example"]),
];

impl Shop {
    /// Lets people act until the world is calm; then they let all sending go on.
    pub(in crate::world) async fn manage(self: Arc<Self>) {
        let sim = Arc::clone(self.sim());
        while !sim.is_calm() {
            let wait = locked(&self.dice).millis(5_000, 400_000);
            sim.executor.sleep(wait).await;
            let kind = locked(&self.dice).pick(&KINDS).copied();
            if let Some(kind) = kind.filter(|kind| sim.may(*kind)) {
                sim.happens(kind, None);
                self.act(kind);
            }
        }
        self.goes_on().await;
    }

    fn act(self: &Arc<Self>, kind: Trouble) {
        let mut dice = locked(&self.dice);
        let Some(process) = self.hosts.any(&mut dice) else { return };
        let message = self.oracle.any(&mut dice);
        let (choice, minutes) = (dice.below(6), dice.between(1, 60));
        let several = self.sim().plan.customers();
        let whom = u32::try_from(dice.below(several as usize)).unwrap_or_default();
        let (key, values) = SETTINGS[dice.below(SETTINGS.len())];
        let value = dice.pick(values).copied().unwrap_or_default();
        drop(dice);
        let (shop, of) = (Arc::clone(self), process.clone());
        self.hosts.within(&process, async move {
            match kind {
                Trouble::Manages => shop.manages(&of, message, choice, minutes).await,
                Trouble::Pauses => shop.pauses(&of, choice < 3).await,
                Trouble::Settings => shop.changes(&of, key, value).await,
                Trouble::Templates => shop.writes(&of, minutes).await,
                _ => shop.corrects(whom),
            }
        });
    }

    /// Does what a person chose to a message. A refusal is no fault here.
    async fn manages(
        &self,
        process: &Process,
        message: Option<MessageId>,
        choice: usize,
        minutes: u64,
    ) {
        let (Some(id), Some(by)) = (message, manager()) else { return };
        let (messenger, yes) = (&process.messenger, Consent::Given);
        let (what, done) = match choice {
            0 => ("cancels", messenger.cancel(id, &by).await.is_ok()),
            1 => ("retries", messenger.retry(id, yes, &by).await.is_ok()),
            2 => ("sends now", messenger.send_now(id, yes, &by).await.is_ok()),
            3 => {
                let later = TimeDelta::minutes(i64::try_from(minutes).unwrap_or(1));
                let at = self.sim().truth() + later;
                ("moves", messenger.reschedule(id, at, yes, &by).await.is_ok())
            }
            4 => {
                let resends = messenger.resends(id).await.map_or(0, |resends| resends.len());
                let mut resend = Resend::new(id, by);
                (resend.confirmed, resend.outside_hours, resend.resends) = (true, yes, resends);
                ("resends", messenger.resend(&resend).await.is_ok())
            }
            _ => ("puts aside", messenger.put_aside(id, &by).await.is_ok()),
        };
        self.sim().note(process.pid, what, u64::from(done), || {
            format!("{what} {id}{}", if done { "" } else { ", which is refused" })
        });
    }

    async fn pauses(&self, process: &Process, stop: bool) {
        let Some(by) = manager() else { return };
        let done =
            if stop { process.desk.pause(&by).await } else { process.desk.resume(&by).await };
        let done = done.unwrap_or_default();
        self.sim().note(process.pid, "pause", u64::from(done), || {
            format!("{} all sending", if stop { "stops" } else { "lets go on" })
        });
    }

    async fn changes(&self, process: &Process, key: &str, value: &str) {
        let Some(by) = manager() else { return };
        let edit = SettingEdit::new(key, value);
        let saved = process.desk.save_settings(&[edit], Consent::Given, &by).await.is_ok();
        self.sim().note(process.pid, "setting", u64::from(saved), || {
            format!("sets {key} to {value}{}", if saved { "" } else { ", which is refused" })
        });
    }

    /// Gives orders another text from now on.
    async fn writes(&self, process: &Process, no: u64) {
        let Some(by) = manager() else { return };
        let edit = TemplateEdit::new(
            format!("Order, text {no}"),
            MessageType::STOCK_DELIVERED,
            format!("Dear {{customerName}}, order {{orderNumber}} is here. Text {no}."),
        );
        let saved = process.desk.save_template(&edit, &by).await.is_ok();
        self.sim().note(process.pid, "template", u64::from(saved), || {
            format!("writes text {no}{}", if saved { "" } else { ", which is refused" })
        });
    }

    /// Gives a customer another number, or the former one again.
    fn corrects(&self, no: u32) {
        let Some(id) = customer(no) else { return };
        let other = if locked(&self.dice).chance(5_000) { number(no) } else { number(no + 5_000) };
        self.sim().note(Pid::WORLD, "number", u64::from(no), || format!("{id} has another number"));
        self.pen.customer(&Customer::new(id, name(no), Some(&other)));
    }

    /// Lets all sending go on if a person stopped it, also if an earlier act comes late.
    async fn goes_on(&self) {
        for minutes in [0, 1, 2, 10, 30] {
            self.sim().executor.sleep(Duration::from_secs(60 * minutes)).await;
            let process = self.hosts.any(&mut locked(&self.dice));
            let (Some(process), Some(by)) = (process, manager()) else { continue };
            let (of, sim) = (process.clone(), Arc::clone(self.sim()));
            self.hosts.within(&process, async move {
                if matches!(of.desk.resume(&by).await, Ok(true)) {
                    sim.note(of.pid, "resume", 0, || "lets all sending go on".to_owned());
                }
            });
        }
    }
}

fn manager() -> Option<Actor> {
    UserId::new("manager-1").ok().map(Actor::Person)
}
