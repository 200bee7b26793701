//! A decision about many reminders, each as it was seen: one after another, and each with its own
//! entry in the audit. A reminder that has changed since is left as it is.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use whatsapp_core::audit::{Act as Audited, Actor};
use whatsapp_core::messenger::Wish;
use whatsapp_core::planner::{PlannerError, ReminderActError};
use whatsapp_core::port::StoreError;
use whatsapp_core::schedule::{ReminderStep, StepName};
use whatsapp_core::{InvoiceId, Planner};

use crate::links::held::{self, SeenStep};
use crate::oops::Oops;
use crate::page::done::is_mine;
use crate::typed::Typed;
use crate::visit::Visit;

/// The most reminders that are decided at once.
pub(crate) const MOST: u32 = 500;

/// A decision about reminders.
pub(crate) trait Decision: Copy + Send + Sync + 'static {
    /// Carries the decision out on one reminder.
    fn on(
        self,
        planner: &Planner,
        invoice: &InvoiceId,
        name: StepName,
        wish: Wish,
    ) -> impl Future<Output = Result<ReminderStep, ReminderActError>> + Send;

    /// The decision as the audit has it.
    fn audited(self) -> Audited;

    /// The person who wants it, and the state of the reminder that they saw.
    fn wish(self, by: &Actor, step: &SeenStep) -> Wish {
        Wish::of(by).over(step.since)
    }
}

/// Result for one reminder.
#[derive(Debug)]
pub(crate) enum Came {
    /// It is done: now, or by the same person before.
    Done,
    /// Nothing was done, for this reason.
    Left(ReminderActError),
    /// Nothing was done: the database did not answer, and no further reminder was begun.
    NotBegun,
}

/// Decides about each of these. The work goes on to its end, also where nobody waits for
/// it any more.
pub(crate) async fn decide(
    visit: &Visit,
    planner: Arc<Planner>,
    act: impl Decision,
    steps: Vec<SeenStep>,
) -> Result<Vec<(SeenStep, Came)>, Oops> {
    let work = {
        let visit = visit.clone();
        async move { decided(&visit, &planner, act, steps).await }
    };
    let decided = visit.inner.work.finish(work).await?;
    visit.inner.cache.forget().await;
    Ok(decided)
}

/// Decides as a form asks, which gives the state of each reminder as it was seen.
pub(crate) async fn decide_typed(
    visit: &Visit,
    typed: &Typed,
    act: impl Decision,
) -> Result<Vec<(SeenStep, Came)>, Oops> {
    let seen = typed.0.iter().filter(|(name, _)| name == "seen");
    let seen: Option<Vec<SeenStep>> = seen.map(|(_, value)| held::read_seen(value)).collect();
    let seen = seen.filter(|seen| (1..=MOST as usize).contains(&seen.len()));
    let seen = seen.ok_or_else(|| not_ours(visit))?;
    let planner = visit.inner.planner.clone().ok_or(Oops::NoReminder)?;
    decide(visit, planner, act, seen).await
}

/// The refusal of a form that is not this console's.
pub(crate) fn not_ours(visit: &Visit) -> Oops {
    Oops::Bad(visit.texts().form_is_not_ours().to_owned())
}

async fn decided(
    visit: &Visit,
    planner: &Planner,
    act: impl Decision,
    steps: Vec<SeenStep>,
) -> Vec<(SeenStep, Came)> {
    let (mut told, mut is_down, mut known) =
        (Vec::with_capacity(steps.len()), false, BTreeSet::new());
    for step in steps {
        if !known.insert((step.invoice.clone(), step.name)) {
            continue;
        }
        let came = if is_down { Came::NotBegun } else { one(visit, planner, act, &step).await };
        is_down = matches!(came, Came::NotBegun);
        told.push((step, came));
    }
    told
}

async fn one(visit: &Visit, planner: &Planner, act: impl Decision, step: &SeenStep) -> Came {
    let wish = act.wish(&visit.actor(), step);
    match act.on(planner, &step.invoice, step.name, wish).await {
        Ok(_) => Came::Done,
        Err(error @ (ReminderActError::Changed | ReminderActError::Forbidden(_))) => {
            // A form that was sent twice finds that it was done.
            match is_mine(visit, step.target(), act.audited()).await {
                Ok(true) => Came::Done,
                Ok(false) | Err(_) => Came::Left(error),
            }
        }
        Err(ReminderActError::Planner(PlannerError::Store(
            error @ StoreError::Unavailable { .. },
        ))) => {
            tracing::error!("a decision about many reminders broke off: {error}");
            Came::NotBegun
        }
        Err(error) => {
            if let ReminderActError::Planner(cause) = &error {
                tracing::error!("a reminder could not be decided about: {cause}");
            }
            Came::Left(error)
        }
    }
}
