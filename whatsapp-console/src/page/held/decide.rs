//! A decision about many reminders, each as it was seen: one after another, and each with its own entry in the
//! audit. What does not stand as it was seen is left.

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

/// How many are decided at once.
pub(crate) const MOST: u32 = 500;

/// What is decided about reminders.
pub(crate) trait Decision: Copy + Send + Sync + 'static {
    /// Does it to one.
    fn on(
        self,
        planner: &Planner,
        invoice: &InvoiceId,
        name: StepName,
        wish: Wish,
    ) -> impl Future<Output = Result<ReminderStep, ReminderActError>> + Send;

    /// As the audit has it.
    fn audited(self) -> Audited;

    /// Who wants it, and what of the reminder they saw.
    fn wish(self, by: &Actor, step: &SeenStep) -> Wish {
        Wish::of(by).over(step.since)
    }
}

/// What came of one.
#[derive(Debug)]
pub(crate) enum Came {
    /// It is done: now, or by the same person before.
    Done,
    /// Nothing, for this reason.
    Left(ReminderActError),
    /// Nothing: the database did not answer, and nothing more was begun.
    NotBegun,
}

/// Decides about each of these, to the end, also where nobody waits for that any more.
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

/// Decides as a form asks for it, which says of each reminder how it stood.
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

/// It is no form of this console.
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
