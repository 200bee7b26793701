//! Stores that break one promise each: the conformance suites must fail on every one of them.

mod bulk;
mod daily;
mod flaws;
mod mutes;
mod planner;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{Class, Message, NewMessage, Progress, State, StateRow, Step};
use whatsapp_core::port::{
    Account, AccountStore, Amended, Amendment, Aside, Begin, Begun, Claim, ClaimOf, Claimed,
    Collect, Collected, Cursor, Enqueued, ExportPage, Lane, Lease, LogFilter, LogPage, MessageLog,
    NextDue, NoticeQueue, Outbox, Owed, Replaced, Replacement, Reservation, Reserve, SeenMessage,
    Settled, Settlement, Sibling, Sort, Store, StoreError, Turn,
};
use whatsapp_core::{DigestId, LeaseToken, MessageId, Private};
use whatsapp_testkit::conformance::{STORE_CASES, differential};
use whatsapp_testkit::{MemoryStore, StoreWrapper, fixtures, forward_store};

use flaws::{FLAWS, Flaw, NOT_PLAYED};

/// The in-memory store with a flaw in front of it.
#[derive(Debug)]
struct Mutant {
    store: MemoryStore,
    flaw: Flaw,
}

impl Mutant {
    fn with(flaw: Flaw) -> Self {
        let store = MemoryStore::new();
        Self { store, flaw }
    }

    /// Ends a message that nobody holds, without a notice.
    async fn fail(
        &self,
        id: MessageId,
        state: StateRow,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(message) = self.store.message(id).await? else { return Ok(()) };
        let (seen, elapsed) = (message.updated_at, fixtures::elapsed(at));
        let (reschedule, audit) = (None, None);
        let amendment = Amendment { message_id: id, seen, state, reschedule, at, elapsed, audit };
        self.store.amend(&amendment).await.map(drop)
    }

    /// The lease on a message, whoever holds it.
    fn current(&self, lease: Lease) -> Lease {
        let token = self.store.lease(lease.message_id);
        Lease { token: token.map_or(lease.token, |(token, _)| token), ..lease }
    }
}

#[async_trait]
impl StoreWrapper for Mutant {
    fn inner(&self) -> &dyn Store {
        &self.store
    }

    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        if self.flaw == Flaw::EnqueueWritesHalfByHalf {
            let mut answers = Vec::new();
            for half in messages.chunks(messages.len().div_ceil(2).max(1)) {
                answers.extend(self.store.enqueue(half).await?);
            }
            return Ok(answers);
        }
        let mut messages = messages.to_vec();
        for owed in messages.iter_mut().filter_map(|message| message.state.owed.as_mut()) {
            if self.flaw == Flaw::EnqueueForgetsTheClass {
                owed.class = Class::Transactional;
            }
        }
        let mut answers = self.store.enqueue(&messages).await?;
        for answer in &mut answers {
            if let (Flaw::EnqueueIgnoresTheFingerprint, Enqueued::Conflict(id)) =
                (self.flaw, *answer)
            {
                *answer = Enqueued::AlreadyPresent(id);
            }
        }
        Ok(answers)
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        let mut claim = claim.clone();
        if self.flaw == Flaw::ClaimIgnoresTheName {
            claim.only = None;
        }
        let ignored = match claim.of {
            ClaimOf::All => None,
            ClaimOf::Looks => Some(Flaw::LooksGiveSends),
            ClaimOf::Sends => Some(Flaw::SendsGiveLooks),
        };
        if ignored == Some(self.flaw) {
            claim.of = ClaimOf::All;
        }
        if self.flaw == Flaw::ClaimIgnoresThePoint {
            claim.after = None;
        }
        if self.flaw == Flaw::ClaimTakesLiveLeases {
            let all = self.store.messages();
            let held = all.iter().filter_map(|message| {
                let (token, _) = self.store.lease(message.facts.id)?;
                let message_id = message.facts.id;
                Some(Lease { message_id, token })
            });
            self.store.release(&held.collect::<Vec<_>>()).await?;
        }
        let mut claimed = self.store.claim(&claim).await?;
        if self.flaw == Flaw::ClaimForgetsExpiredLeases {
            for claimed in &mut claimed {
                claimed.expired_leases = 0;
            }
        }
        for claimed in &mut claimed {
            if let (Flaw::BeginMovesTheDueTime, State::Sending { started, .. }) =
                (self.flaw, &claimed.progress.state)
            {
                claimed.due_at = *started;
            }
        }
        Ok(claimed)
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        if self.flaw == Flaw::ReleaseDoesNothing {
            return Ok(());
        }
        self.store.release(leases).await
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        let mut begins = begins.to_vec();
        for begin in &mut begins {
            if self.flaw == Flaw::BeginTakesShortLeases {
                begin.lease_needed = chrono::TimeDelta::zero();
            }
            if self.flaw == Flaw::BeginForgetsTheWay {
                begin.via = None;
            }
            if self.flaw == Flaw::BeginTakesAnyToken {
                begin.lease = self.current(begin.lease);
            }
        }
        self.store.begin(&begins).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        let mut settlements = settlements.to_vec();
        let mut unsaid = Vec::new();
        for (place, settlement) in settlements.iter_mut().enumerate() {
            match self.flaw {
                Flaw::SettleTakesAnyToken => settlement.lease = self.current(settlement.lease),
                Flaw::SettleForgetsTheReply => settlement.api_response = None,
                Flaw::SettleForgetsTheNotice if settlement.state.failed_for_good().is_some() => {
                    let waits = StateRow::of(&Progress::new(settlement.at));
                    let state = std::mem::replace(&mut settlement.state, waits);
                    unsaid.push((place, settlement.lease.message_id, state, settlement.at));
                }
                _ => {}
            }
        }
        if !unsaid.is_empty() {
            let answers = self.store.settle(&settlements).await?;
            for (place, id, state, at) in unsaid {
                if answers.get(place) == Some(&Settled::Done) {
                    self.fail(id, state, at).await?;
                }
            }
            return Ok(answers);
        }
        if self.flaw != Flaw::SettleWritesItemByItem {
            return self.store.settle(&settlements).await;
        }
        let mut answers = Vec::new();
        for settlement in &settlements {
            let item = std::slice::from_ref(settlement);
            answers.extend(self.store.settle(item).await?);
        }
        Ok(answers)
    }

    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError> {
        let mut amendment = amendment.clone();
        if self.flaw == Flaw::AmendIgnoresWhatWasSeen
            && let Some(message) = self.store.message(amendment.message_id).await?
        {
            amendment.seen = message.updated_at;
        }
        if self.flaw == Flaw::AmendForgetsTheOtherInstant {
            amendment.reschedule = None;
        }
        self.store.amend(&amendment).await
    }

    async fn replace(&self, replacement: &Replacement) -> Result<Replaced, StoreError> {
        let mut replacement = replacement.clone();
        let old = replacement.message.facts.resend_of;
        if let (Flaw::ReplaceIgnoresWhatWasSeen, Some(old)) = (self.flaw, old)
            && let Some(message) = self.store.message(old).await?
        {
            replacement.seen = message.updated_at;
        }
        if self.flaw == Flaw::ReplaceTakesAnyKey {
            replacement.free = None;
        }
        self.store.replace(&replacement).await
    }

    async fn put_aside(&self, aside: &Aside) -> Result<Amended, StoreError> {
        let mut aside = aside.clone();
        if self.flaw == Flaw::AsideIgnoresWhatWasSeen
            && let Some(message) = self.store.message(aside.message_id).await?
        {
            aside.seen = message.updated_at;
        }
        self.store.put_aside(&aside).await
    }

    async fn siblings(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
        ids: &[String],
    ) -> Result<Vec<Sibling>, StoreError> {
        let ids = if self.flaw == Flaw::SiblingsForgetOwners { &[] } else { ids };
        let mut siblings = self.store.siblings(number_key, since, ids).await?;
        if self.flaw == Flaw::SiblingsForgetOpenAttempts {
            siblings.retain(|sibling| sibling.outcome.is_some());
        }
        Ok(siblings)
    }

    async fn owed(&self) -> Result<Owed, StoreError> {
        let owed = self.store.owed().await?;
        let in_doubt = if self.flaw == Flaw::OwedForgetsDoubts { 0 } else { owed.in_doubt };
        Ok(Owed { in_doubt, ..owed })
    }

    async fn next_due(&self) -> Result<NextDue, StoreError> {
        let next = self.store.next_due().await?;
        let ignores = |lane| self.flaw == Flaw::NextDueIgnoresWatches && lane == Lane::Watch;
        Ok(NextDue::of(|lane| next.in_lane(lane).filter(|_| !ignores(lane))))
    }

    async fn account(&self) -> Result<Account, StoreError> {
        let mut account = self.store.account().await?;
        if self.flaw == Flaw::AccountForgetsThePause {
            account.pause = None;
        }
        Ok(account)
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reservation, StoreError> {
        let mut reserve = *reserve;
        let slot = self.store.account().await?.next_slot;
        match self.flaw {
            Flaw::ReserveIgnoresTheBase => {
                reserve.elapsed.base = slot.map_or(reserve.elapsed.base, |slot| slot.base);
            }
            Flaw::ReserveForgetsWhatWasSeen => reserve.seen = None,
            _ => {}
        }
        let mut reservation = self.store.reserve(&reserve).await?;
        if self.flaw == Flaw::ReserveGrantsEverything {
            reservation.granted = reserve.want;
        }
        Ok(reservation)
    }

    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        let mut message = self.store.message(id).await?;
        if let (Flaw::BeginMovesTheDueTime, Some(message)) = (self.flaw, &mut message)
            && let Some(owed) = &mut message.state.owed
            && owed.step == Step::Send
        {
            owed.due_at = owed.open_since.unwrap_or(owed.due_at);
        }
        Ok(message)
    }

    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        turn: Turn,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        let turn = match (self.flaw, sort, turn) {
            (Flaw::PageSkipsEquallyOldRows, Sort::Oldest, Turn::After(cursor)) => {
                Turn::After(Cursor { id: MessageId::from_bytes([0xFF; 16]), ..cursor })
            }
            (Flaw::TurnBackTakesTheRowItself, _, Turn::Before(cursor)) => {
                let later = cursor.created_at + TimeDelta::microseconds(1);
                Turn::Before(Cursor { created_at: later, ..cursor })
            }
            _ => turn,
        };
        let mut filter = filter.clone();
        if self.flaw == Flaw::UntilIsIncluded {
            filter.until = filter.until.map(|until| until + TimeDelta::microseconds(1));
        }
        self.store.page(&filter, sort, turn, limit).await
    }

    async fn ids(
        &self,
        filter: &LogFilter,
        most: u32,
    ) -> Result<(Vec<SeenMessage>, bool), StoreError> {
        let nothing = LogFilter::default();
        let filter = if self.flaw == Flaw::IdsIgnoreTheFilter { &nothing } else { filter };
        self.store.ids(filter, most).await
    }

    async fn export(
        &self,
        filter: &LogFilter,
        texts: bool,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<ExportPage, StoreError> {
        let texts = texts || self.flaw == Flaw::ExportHasTexts;
        self.store.export(filter, texts, after, limit).await
    }

    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError> {
        let mut collect = collect.clone();
        if self.flaw == Flaw::CollectIgnoresOtherDigests {
            let newest = self.store.digests(1).await?;
            collect.newest_known = newest.first().map(|mark| mark.id);
        }
        self.store.collect(&collect).await
    }

    async fn mark_sent(
        &self,
        id: DigestId,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let marked = self.store.mark_sent(id, token, at).await?;
        Ok(marked || self.flaw == Flaw::MarkSentTakesAnyTime)
    }

    async fn mark_told(
        &self,
        id: DigestId,
        token: LeaseToken,
        told: &[Private],
        again_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let told = if self.flaw == Flaw::ForgetsWhoWasTold { &[] } else { told };
        self.store.mark_told(id, token, told, again_at).await
    }
}

forward_store!(Mutant);

/// The cases that fail on a store with this flaw.
async fn red(flaw: Flaw) -> Vec<&'static str> {
    let mut red = Vec::new();
    for case in STORE_CASES {
        let store: Arc<dyn Store> = Arc::new(Mutant::with(flaw));
        if tokio::spawn((case.run)(store)).await.is_err() {
            red.push(case.name);
        }
    }
    red
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_without_a_flaw_passes_every_case() {
    assert!(red(Flaw::None).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flaw_turns_a_case_red() {
    for flaw in FLAWS {
        let red = red(flaw).await;
        println!("{flaw:?}: {red:?}");
        assert!(!red.is_empty(), "{flaw:?} passes all cases");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_differential_runner_finds_every_flaw() {
    for flaw in FLAWS.into_iter().filter(|flaw| !NOT_PLAYED.contains(flaw)) {
        let mut found = None;
        for seed in 0..100 {
            let run = async move {
                let (model, mutant) = (MemoryStore::new(), Mutant::with(flaw));
                differential(seed, &[("the model", &model), ("the mutant", &mutant)], 400).await;
            };
            if tokio::spawn(run).await.is_err() {
                found = Some(seed);
                break;
            }
        }
        println!("{flaw:?}: seed {found:?}");
        assert!(found.is_some(), "{flaw:?} was not found");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_differential_runner_passes_equal_stores() {
    for seed in 0..20 {
        let (model, equal) = (MemoryStore::new(), Mutant::with(Flaw::None));
        differential(seed, &[("the model", &model), ("its equal", &equal)], 400).await;
    }
}
