//! Stores that break one promise about the planner's rows each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::NaiveDate;
use whatsapp_core::message::Status;
use whatsapp_core::port::{
    Count, EndedStep, MessageLog, Outbox, PlanWrite, PlanWritten, PlannerRun, PlannerStore,
    RunClaim, StepMessage, StepPoint, StepWrite, StoreError,
};
use whatsapp_core::schedule::{ReminderStep, StepName, StepState};
use whatsapp_core::{CustomerId, InvoiceId, LeaseToken, MessageId};
use whatsapp_testkit::MemoryStore;
use whatsapp_testkit::conformance::planner::{PLANNER_CASES, PlannerPorts};

/// The promise that a mutant breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    ClaimTakesLiveRuns,
    ClaimKeepsToAClockThatWasSetBack,
    RunsOfAllDays,
    ClaimBeginsAnew,
    WriteTakesAnyToken,
    WriteIgnoresTheRun,
    WriteIgnoresWhatWasSeen,
    WriteKeepsTheMessagesOfAStaleOne,
    WriteWritesStepByStep,
    WriteForgetsTheEntry,
    WriteIgnoresWhoHasTheKey,
    WriteTakesTakenKeys,
    WriteLeavesWhatIsInHand,
    MessagesHaveOneStep,
    PlannedCountsAllCustomersTogether,
    StepsComeByTheirNumbers,
    DueIgnoresTheDay,
    DueSkipsEqualDays,
    EndedForgetsDeletedMessages,
    EndedTakesRetriesForFailures,
    EndedForgetsTheSentence,
    LastRemindedCountsPlannedSteps,
    OnDayCountsSteps,
    QueuedTakesSentSteps,
    WriteForgetsThePlannedDay,
}

const FLAWS: [Flaw; 25] = [
    Flaw::ClaimTakesLiveRuns,
    Flaw::ClaimKeepsToAClockThatWasSetBack,
    Flaw::RunsOfAllDays,
    Flaw::ClaimBeginsAnew,
    Flaw::WriteTakesAnyToken,
    Flaw::WriteIgnoresTheRun,
    Flaw::WriteIgnoresWhatWasSeen,
    Flaw::WriteKeepsTheMessagesOfAStaleOne,
    Flaw::WriteWritesStepByStep,
    Flaw::WriteForgetsTheEntry,
    Flaw::WriteIgnoresWhoHasTheKey,
    Flaw::WriteTakesTakenKeys,
    Flaw::WriteLeavesWhatIsInHand,
    Flaw::MessagesHaveOneStep,
    Flaw::PlannedCountsAllCustomersTogether,
    Flaw::StepsComeByTheirNumbers,
    Flaw::DueIgnoresTheDay,
    Flaw::DueSkipsEqualDays,
    Flaw::EndedForgetsDeletedMessages,
    Flaw::EndedTakesRetriesForFailures,
    Flaw::EndedForgetsTheSentence,
    Flaw::LastRemindedCountsPlannedSteps,
    Flaw::OnDayCountsSteps,
    Flaw::QueuedTakesSentSteps,
    Flaw::WriteForgetsThePlannedDay,
];

/// The in-memory store with a flaw in front of it.
#[derive(Debug)]
struct Mutant {
    store: MemoryStore,
    flaw: Flaw,
    /// The token that last claimed the run of each day.
    tokens: Mutex<BTreeMap<NaiveDate, LeaseToken>>,
}

impl Mutant {
    fn ports(flaw: Flaw) -> PlannerPorts {
        let store = MemoryStore::new();
        let mut ports = PlannerPorts::of(Arc::new(store.clone()));
        ports.planner = Arc::new(Self { store, flaw, tokens: Mutex::default() });
        ports
    }

    /// All steps in this state.
    async fn all(&self, state: StepState) -> Result<Vec<ReminderStep>, StoreError> {
        self.store.steps_by(state, NaiveDate::MAX, None, u32::MAX).await
    }

    async fn lease_of(&self, day: NaiveDate) -> Result<Option<PlannerRun>, StoreError> {
        Ok(self
            .store
            .planner_runs(NaiveDate::MAX, u32::MAX)
            .await?
            .into_iter()
            .find(|run| run.day == day))
    }

    /// The write, changed as if it had seen the present rows of its steps.
    async fn as_if_seen(&self, mut write: PlanWrite) -> Result<PlanWrite, StoreError> {
        for item in &mut write.steps {
            let rows = self.store.steps_of(std::slice::from_ref(&item.step.invoice)).await?;
            let row = rows.into_iter().find(|row| row.name == item.step.name);
            item.seen = row.map(|row| row.revision);
        }
        Ok(write)
    }

    /// Writes each step in a transaction of its own, after the messages.
    async fn step_by_step(&self, write: &PlanWrite) -> Result<PlanWritten, StoreError> {
        let enqueued = self.store.enqueue(&write.messages).await?;
        let run = PlanWrite { steps: Vec::new(), messages: Vec::new(), ..write.clone() };
        let mut written = self.store.write_plan(&run).await?;
        for (row, item) in write.rows(&enqueued).into_iter().zip(&write.steps) {
            let steps = vec![StepWrite { step: row, seen: item.seen, message: None }];
            let one = PlanWrite { steps, ..PlanWrite::default() };
            match self.store.write_plan(&one).await? {
                PlanWritten::Done(_) => {}
                other => written = other,
            }
        }
        Ok(if matches!(written, PlanWritten::Done(_)) {
            PlanWritten::Done(enqueued)
        } else {
            written
        })
    }
}

#[async_trait]
impl PlannerStore for Mutant {
    async fn planner_runs(
        &self,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<PlannerRun>, StoreError> {
        let day = if self.flaw == Flaw::RunsOfAllDays { NaiveDate::MAX } else { day };
        self.store.planner_runs(day, limit).await
    }

    async fn claim_run(&self, claim: &RunClaim) -> Result<Option<PlannerRun>, StoreError> {
        let mut claim = claim.clone();
        let held = self.lease_of(claim.day).await?.and_then(|run| run.lease_until);
        match self.flaw {
            Flaw::ClaimTakesLiveRuns => claim.now = held.unwrap_or(claim.now).max(claim.now),
            Flaw::ClaimKeepsToAClockThatWasSetBack if held > Some(claim.now) => return Ok(None),
            _ => {}
        }
        let mut taken = self.store.claim_run(&claim).await?;
        if let Some(run) = &mut taken {
            self.tokens.lock().unwrap().insert(claim.day, claim.token);
            if self.flaw == Flaw::ClaimBeginsAnew {
                run.progress = claim.progress;
            }
        }
        Ok(taken)
    }

    async fn write_plan(&self, write: &PlanWrite) -> Result<PlanWritten, StoreError> {
        let mut changed = write.clone();
        match self.flaw {
            Flaw::WriteTakesAnyToken => {
                if let Some(run) = &mut changed.run {
                    let tokens = self.tokens.lock().unwrap();
                    run.token = tokens.get(&run.day).copied().unwrap_or(run.token);
                }
            }
            Flaw::WriteIgnoresTheRun => changed.run = None,
            Flaw::WriteIgnoresWhatWasSeen => changed = self.as_if_seen(changed).await?,
            Flaw::WriteForgetsTheEntry => changed.audit = None,
            Flaw::WriteTakesTakenKeys => changed.all_new = false,
            Flaw::WriteForgetsThePlannedDay => {
                for item in &mut changed.steps {
                    item.step.planned_for = None;
                }
            }
            Flaw::WriteLeavesWhatIsInHand => changed.leaving.clear(),
            Flaw::WriteIgnoresWhoHasTheKey => {
                for item in &mut changed.steps {
                    let own = item.message.take().and_then(|place| write.messages.get(place));
                    item.step.message_id = own.map(|new| new.facts.id).or(item.step.message_id);
                }
            }
            Flaw::WriteWritesStepByStep => return self.step_by_step(write).await,
            _ => {}
        }
        let written = self.store.write_plan(&changed).await?;
        if self.flaw == Flaw::WriteKeepsTheMessagesOfAStaleOne && written == PlanWritten::Stale {
            self.store.enqueue(&write.messages).await?;
        }
        Ok(written)
    }

    async fn steps_of(&self, invoices: &[InvoiceId]) -> Result<Vec<ReminderStep>, StoreError> {
        let mut steps = self.store.steps_of(invoices).await?;
        if self.flaw == Flaw::StepsComeByTheirNumbers {
            steps.sort_by_key(|step| (step.invoice.clone(), step.name));
        }
        Ok(steps)
    }

    async fn steps_by(
        &self,
        state: StepState,
        day: NaiveDate,
        after: Option<StepPoint>,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let day = if self.flaw == Flaw::DueIgnoresTheDay { NaiveDate::MAX } else { day };
        let last = InvoiceId::new("~".repeat(64)).unwrap();
        let after = after.map(|point| match self.flaw {
            Flaw::DueSkipsEqualDays => {
                StepPoint { invoice: last, name: StepName::Now(u32::MAX), ..point }
            }
            _ => point,
        });
        self.store.steps_by(state, day, after, limit).await
    }

    async fn steps_ended(&self, limit: u32) -> Result<Vec<EndedStep>, StoreError> {
        let mut ended = self.store.steps_ended(limit).await?;
        match self.flaw {
            Flaw::EndedForgetsDeletedMessages => {
                ended.retain(|ended| ended.ended != StepMessage::deleted());
            }
            Flaw::EndedForgetsTheSentence => {
                for ended in &mut ended {
                    ended.ended.sentence = None;
                }
            }
            Flaw::EndedTakesRetriesForFailures => {
                for step in self.all(StepState::Queued).await? {
                    let Some(id) = step.message_id else { continue };
                    let message = self.store.message(id).await?;
                    let state = message.map(|message| message.state);
                    if let Some(state) = state.filter(|state| state.next_attempt_at.is_some()) {
                        let status = Status::Failed;
                        let sentence = state.failure.map(|why| why.reason.as_str().into());
                        let ended_so = StepMessage { status, sentence, ..StepMessage::deleted() };
                        ended.push(EndedStep { step, ended: ended_so });
                    }
                }
            }
            _ => {}
        }
        Ok(ended)
    }

    async fn steps_of_message(&self, id: MessageId) -> Result<Vec<ReminderStep>, StoreError> {
        let mut steps = self.store.steps_of_message(id).await?;
        if self.flaw == Flaw::MessagesHaveOneStep {
            steps.truncate(1);
        }
        Ok(steps)
    }

    async fn planned_of(
        &self,
        customers: &[CustomerId],
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let day = if self.flaw == Flaw::DueIgnoresTheDay { NaiveDate::MAX } else { day };
        let mut steps = self.store.planned_of(customers, day, limit).await?;
        if self.flaw == Flaw::PlannedCountsAllCustomersTogether {
            steps.truncate(limit as usize);
        }
        Ok(steps)
    }

    async fn queued_of(&self, customers: &[CustomerId]) -> Result<Vec<ReminderStep>, StoreError> {
        let mut steps = self.store.queued_of(customers).await?;
        if self.flaw == Flaw::QueuedTakesSentSteps {
            let sent = self.all(StepState::Sent).await?;
            steps.extend(sent.into_iter().filter(|step| customers.contains(&step.customer)));
        }
        Ok(steps)
    }

    async fn open_steps_of(
        &self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        self.store.open_steps_of(customer, limit).await
    }

    async fn last_reminded(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, NaiveDate)>, StoreError> {
        let mut last = self.store.last_reminded(customers).await?;
        if self.flaw == Flaw::LastRemindedCountsPlannedSteps {
            for step in self.all(StepState::Planned).await? {
                for (customer, day) in &mut last {
                    if *customer == step.customer {
                        *day = step.day.max(*day);
                    }
                }
            }
        }
        Ok(last)
    }

    async fn reminders_on(
        &self,
        day: NaiveDate,
        number_keys: &[String],
    ) -> Result<Vec<(String, u32)>, StoreError> {
        let mut counts = self.store.reminders_on(day, number_keys).await?;
        if self.flaw == Flaw::OnDayCountsSteps {
            let mut steps = self.all(StepState::Queued).await?;
            steps.extend(self.all(StepState::Sent).await?);
            for (key, count) in &mut counts {
                let to =
                    |step: &&ReminderStep| step.day == day && step.number_key.as_ref() == Some(key);
                *count = u32::try_from(steps.iter().filter(to).count()).unwrap();
            }
        }
        Ok(counts)
    }

    async fn held_steps(&self, most: u64) -> Result<Count, StoreError> {
        self.store.held_steps(most).await
    }
}

/// The cases that fail on a store with this flaw.
async fn red(flaw: Flaw) -> Vec<&'static str> {
    let mut red = Vec::new();
    for case in PLANNER_CASES {
        if tokio::spawn((case.run)(Mutant::ports(flaw))).await.is_err() {
            red.push(case.name);
        }
    }
    red
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn planners_rows_without_a_flaw_pass_every_case() {
    assert!(red(Flaw::None).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flaw_of_the_planners_rows_turns_a_case_red() {
    for flaw in FLAWS {
        let red = red(flaw).await;
        println!("{flaw:?}: {red:?}");
        assert!(!red.is_empty(), "{flaw:?} passes all cases");
    }
}
