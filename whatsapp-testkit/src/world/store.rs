//! The database of a world: a store behind a gate. It may be slow, away or full, and a call may
//! fail before or after it did its work.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::BoxFuture;
use whatsapp_core::bulk::{Bulk, BulkItem, BulkOutcome};
use whatsapp_core::campaign::{Campaign, LeftOut, Recipient, RecipientCounts, RecipientState};
use whatsapp_core::message::{Fingerprint, MessageKey, NewMessage};
use whatsapp_core::mute::Mute;
use whatsapp_core::port::{
    Amended, Amendment, Aside, AuditCursor, AuditFilter, AuditLog, AuditPage, Begin, Begun,
    BulkChange, BulkClaim, BulkStore, BulkWrite, CampaignCursor, CampaignStore, CampaignWrite,
    CampaignWritten, Claim, Claimed, Count, DailyStore, DayCount, DayFill, EndedRecipient,
    EndedStep, Enqueued, EveryStore, MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore,
    OfMessage, PlanWrite, PlanWritten, PlannerRun, PlannerStore, RecipientPoint, Replaced,
    Replacement, Reservation, Reserve, RunClaim, Saved, SeenCampaign, Settled, Settlement,
    SlotsTaken, StepPoint, Store, StoreError,
};
use whatsapp_core::schedule::{ReminderStep, StepState};
use whatsapp_core::{AuditId, BulkId, CampaignId, CustomerId, InvoiceId, MessageId, Private};

use super::coverage::Phase;
use super::database::Way;
use super::executor::locked;
use super::layers::Tamper;
use super::oracle::Oracle;
use super::sim::Gate;
use super::trouble::Trouble;
use crate::wrapped::StoreWrapper;

/// Access of one process to the database.
#[derive(Clone)]
pub(super) struct GatedStore {
    pub(super) inner: Arc<dyn EveryStore>,
    pub(super) tamper: Arc<dyn Tamper>,
    pub(super) way: Way,
    pub(super) gate: Gate,
    pub(super) oracle: Arc<Oracle>,
}

impl fmt::Debug for GatedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatedStore").field("inner", &self.inner).finish_non_exhaustive()
    }
}

/// Number of calls in ten thousand that fail.
const FAILS: u32 = 60;

impl GatedStore {
    /// Goes to the database. A failure here means that nothing was done.
    async fn enter(&self, method: &'static str) -> Result<(), StoreError> {
        self.gate.pass(method, Phase::Before).await;
        let sim = &self.gate.sim;
        let (now, weather) = (sim.executor.now(), locked(&sim.weather));
        let unavailable = |reason: &str| StoreError::Unavailable { reason: reason.to_owned() };
        if weather.store_away > now {
            sim.happens(Trouble::StoreAway, None);
            return Err(unavailable("the server is away"));
        }
        if weather.store_full > now && writes(method) {
            sim.happens(Trouble::StoreFull, None);
            return Err(unavailable("the disk is full"));
        }
        drop(weather);
        if self.happens(Trouble::StoreFails, method) {
            return Err(unavailable("the connection broke"));
        }
        Ok(())
    }

    /// Comes back from the database. A failure here leaves the work done.
    async fn leave(&self, method: &'static str) -> Result<(), StoreError> {
        self.gate.pass(method, Phase::After).await;
        if self.happens(Trouble::StoreLies, method) {
            let reason = "the connection broke before the answer came".to_owned();
            return Err(StoreError::Unavailable { reason });
        }
        Ok(())
    }

    /// Shows the oracle the messages that the planner has written.
    fn planned(&self, write: &PlanWrite, written: &PlanWritten) {
        if let PlanWritten::Done(enqueued) = written {
            self.oracle.enqueued(self.gate.pid, &write.messages, enqueued);
            self.oracle.planned(&write.steps, enqueued);
        }
    }

    /// Shows the oracle the messages that a campaign has written.
    fn fed(&self, write: &CampaignWrite, written: &CampaignWritten) {
        if let CampaignWritten::Done(enqueued) = written {
            self.oracle.enqueued(self.gate.pid, &write.messages, enqueued);
        }
    }

    fn happens(&self, trouble: Trouble, method: &'static str) -> bool {
        let sim = &self.gate.sim;
        let happens = sim.may(trouble) && locked(&sim.dice).chance(FAILS);
        if happens {
            sim.happens(trouble, None);
            sim.note(self.gate.pid, trouble.name(), 0, || {
                format!("meets {} at {method}", trouble.name())
            });
        }
        happens
    }
}

/// Tells whether a full disk fails this call.
fn writes(method: &str) -> bool {
    const WRITES: [&str; 18] = [
        "enqueue",
        "begin",
        "settle",
        "amend",
        "replace",
        "put_aside",
        "save_settings",
        "save_template",
        "record_template",
        "change_account",
        "record_fetch",
        "write_plan",
        "write_campaign",
        "add_mute",
        "end_mute",
        "add_bulk",
        "write_bulk",
        "fill_day",
    ];
    WRITES.contains(&method)
}

#[async_trait]
impl StoreWrapper for GatedStore {
    fn inner(&self) -> &dyn Store {
        &*self.inner
    }

    async fn before(&self, method: &'static str) -> Result<(), StoreError> {
        self.enter(method).await
    }

    async fn after(&self, method: &'static str) -> Result<(), StoreError> {
        self.leave(method).await
    }

    fn finish<'a, T: 'a>(&'a self, call: BoxFuture<'a, T>) -> BoxFuture<'a, T> {
        self.way.finish(call)
    }

    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        let enqueued = self.tamper.enqueue(&*self.inner, messages).await?;
        self.oracle.enqueued(self.gate.pid, messages, &enqueued);
        Ok(enqueued)
    }

    async fn find_key(
        &self,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        self.tamper.find_key(&*self.inner, key, fingerprint).await
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reservation, StoreError> {
        let reservation = self.inner.reserve(reserve).await?;
        if reservation.granted == 0 {
            let again_at = reservation.again_at;
            self.gate.sim.note(self.gate.pid, "waits", 0, || {
                format!("may send nothing yet at {}, and again at {again_at}", reserve.now)
            });
        }
        Ok(reservation)
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        let claimed = self.tamper.claim(&*self.inner, claim).await?;
        self.oracle.claimed(self.gate.pid, &claimed);
        Ok(claimed)
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        let begun = self.tamper.begin(&*self.inner, begins).await?;
        self.oracle.begun(self.gate.pid, begins, &begun);
        Ok(begun)
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        let settled = self.tamper.settle(&*self.inner, settlements).await?;
        self.oracle.settled(self.gate.pid, settlements, &settled);
        Ok(settled)
    }

    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError> {
        let amended = self.inner.amend(amendment).await?;
        if amended == Amended::Done {
            self.oracle.amended(amendment.message_id, &amendment.state);
        }
        Ok(amended)
    }

    async fn put_aside(&self, aside: &Aside) -> Result<Amended, StoreError> {
        let amended = self.inner.put_aside(aside).await?;
        if amended == Amended::Done {
            self.oracle.mended(aside.message_id);
        }
        Ok(amended)
    }

    async fn replace(&self, replacement: &Replacement) -> Result<Replaced, StoreError> {
        let replaced = self.inner.replace(replacement).await?;
        if let Replaced::Done(enqueued) = &replaced {
            let messages = std::slice::from_ref(&replacement.message);
            self.oracle.enqueued(self.gate.pid, messages, std::slice::from_ref(enqueued));
        }
        Ok(replaced)
    }
}

crate::forward_store!(GatedStore);

/// Forwards the methods of a port through the gate. Some can be tampered with, and the oracle is
/// shown the answers of some.
macro_rules! gated {
    (@call $own:ident $port:ident $method:ident($($arg:ident),*)) => {
        $port::$method(&*$own.inner $(, $arg)*)
    };
    (@call $own:ident $port:ident $method:ident($($arg:ident),*) $tamper:ident) => {
        $own.$tamper.$method(&*$own.inner $(, $arg)*)
    };
    ($($port:ident {
        $($method:ident($($arg:ident: $arg_type:ty),*) -> $answer:ty
            $(, by $tamper:ident)? $(, shown by $show:ident($shown:ident))?;)+
    })+) => {
        $(
            #[async_trait]
            impl $port for GatedStore {
                $(
                    async fn $method(&self $(, $arg: $arg_type)*) -> Result<$answer, StoreError> {
                        self.enter(stringify!($method)).await?;
                        let call = gated!(@call self $port $method($($arg),*) $($tamper)?);
                        let answer = self.way.finish(call).await?;
                        $(self.$show($shown, &answer);)?
                        self.leave(stringify!($method)).await?;
                        Ok(answer)
                    }
                )+
            }
        )+
    };
}

gated! {
    PlannerStore {
        planner_runs(day: NaiveDate, limit: u32) -> Vec<PlannerRun>;
        claim_run(claim: &RunClaim) -> Option<PlannerRun>;
        write_plan(write: &PlanWrite) -> PlanWritten, by tamper, shown by planned(write);
        steps_of(invoices: &[InvoiceId]) -> Vec<ReminderStep>, by tamper;
        steps_by(
            state: StepState, day: NaiveDate, after: Option<StepPoint>, limit: u32
        ) -> Vec<ReminderStep>;
        steps_ended(limit: u32) -> Vec<EndedStep>;
        steps_of_message(id: MessageId) -> Vec<ReminderStep>;
        planned_of(customers: &[CustomerId], day: NaiveDate, limit: u32) -> Vec<ReminderStep>;
        queued_of(customers: &[CustomerId]) -> Vec<ReminderStep>;
        open_steps_of(customer: &CustomerId, limit: u32) -> Vec<ReminderStep>;
        last_reminded(customers: &[CustomerId]) -> Vec<(CustomerId, NaiveDate)>;
        reminders_on(day: NaiveDate, number_keys: &[String]) -> Vec<(String, u32)>;
        held_steps(most: u64) -> Count;
    }
    MuteStore {
        add_mute(mute: &Mute, audit: AuditId) -> Mute;
        end_mute(end: &MuteEnd) -> Option<Mute>;
        mutes(filter: &MuteFilter, after: Option<MuteCursor>, limit: u32) -> Vec<Mute>;
        muted(asked: &[MuteQuestion]) -> Vec<Vec<Mute>>;
    }
    CampaignStore {
        campaign(id: CampaignId) -> Option<Campaign>;
        campaigns(after: Option<CampaignCursor>, limit: u32) -> Vec<Campaign>;
        open_campaigns() -> Vec<Campaign>;
        ending_campaigns() -> Vec<Campaign>;
        write_campaign(write: &CampaignWrite) -> CampaignWritten, shown by fed(write);
        begin_freeze(draft: SeenCampaign) -> Option<u32>;
        thaw(draft: SeenCampaign, freeze: u32, limit: u32) -> Option<u64>;
        freeze(draft: SeenCampaign, freeze: u32, recipients: &[Recipient]) -> Option<u64>;
        recipients(
            campaign: CampaignId, state: Option<RecipientState>, after: Option<Private>, limit: u32
        ) -> Vec<Recipient>;
        recipient_counts(campaign: CampaignId) -> RecipientCounts;
        recipients_left_out(campaign: CampaignId, limit: u32) -> Vec<LeftOut>;
        recipients_ended(limit: u32) -> Vec<EndedRecipient>;
        recipients_stranded(after: Option<RecipientPoint>, limit: u32) -> Vec<Recipient>;
        recipients_of_messages(ids: &[MessageId]) -> Vec<OfMessage>;
        feeder_seen() -> Option<DateTime<Utc>>;
        note_feeder(at: DateTime<Utc>) -> ();
        slots_taken(since: DateTime<Utc>) -> SlotsTaken;
    }
    DailyStore {
        fill_day(fill: &DayFill) -> ();
        days(from: NaiveDate, until: NaiveDate) -> Vec<DayCount>;
        open_days(limit: u32) -> Vec<NaiveDate>;
        clear_days() -> ();
    }
    BulkStore {
        add_bulk(bulk: &Bulk, items: &[BulkItem]) -> ();
        bulk(id: BulkId) -> Option<Bulk>;
        bulk_items(
            id: BulkId, outcome: Option<BulkOutcome>, after: Option<u32>, limit: u32
        ) -> Vec<BulkItem>;
        change_bulk(change: &BulkChange) -> Saved;
        claim_bulk(claim: &BulkClaim) -> Option<(Bulk, Vec<BulkItem>)>;
        write_bulk(write: &BulkWrite) -> bool;
        entered(entries: &[AuditId]) -> Vec<AuditId>;
        forget_bulk(before: DateTime<Utc>) -> u64;
    }
    AuditLog {
        audit(filter: &AuditFilter, after: Option<AuditCursor>, limit: u32) -> AuditPage;
    }
}
