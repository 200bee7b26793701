//! Results of a decision about many reminders: those that are done, and the reasons for leaving
//! the others.

use std::collections::{BTreeMap, BTreeSet};

use whatsapp_core::InvoiceId;
use whatsapp_core::planner::{PlannerError, ReminderActError};
use whatsapp_core::port::{Customer, StoreError};
use whatsapp_core::schedule::{ReminderStep, StepName};

use super::decide::Came;
use super::{customers, name, named};
use crate::links::held::SeenStep;
use crate::oops::Oops;
use crate::page::done::{by, latest};
use crate::page::eyes::Eyes;
use crate::page::message::back_to;
use crate::view::{BulkPage, Item, ItemGroup, Shell, Sum};
use crate::visit::Visit;
use crate::words::{capital, sentence};

/// Lines for reminders that have no row.
pub(crate) type Unwritten = BTreeMap<(InvoiceId, StepName), Item>;

/// The results, as they are told.
#[derive(Debug)]
pub(crate) struct Told {
    done: Vec<Item>,
    left: Vec<Item>,
}

impl Told {
    /// Reads the results. A reminder that somebody changed is told by its present state, and by who
    /// changed it.
    pub(crate) async fn read(
        decided: &[(SeenStep, Came)],
        visit: &Visit,
        changed: impl Fn(&ReminderStep, &str) -> String + Send + Sync,
        mut unwritten: Unwritten,
        eyes: &Eyes<'_>,
    ) -> Result<Self, Oops> {
        let plans = visit.ports().plans().ok_or(Oops::NoReminder)?;
        let invoices: BTreeSet<InvoiceId> =
            decided.iter().map(|(step, _)| step.invoice.clone()).collect();
        let rows = plans.steps_of(&invoices.into_iter().collect::<Vec<_>>()).await?;
        let customers = customers(&rows, visit).await.unwrap_or_default();
        let (mut done, mut left) = (Vec::new(), Vec::new());
        for (step, came) in decided {
            let row = rows.iter().find(|row| row.invoice == step.invoice && row.name == step.name);
            let why = match came {
                Came::Done => row.map(ReminderStep::why).unwrap_or_default(),
                Came::Left(error) => {
                    why_left(error, step, (visit, eyes), |by| {
                        row.map_or_else(
                            || eyes.t.no_reminder_text().to_owned(),
                            |row| changed(row, by),
                        )
                    })
                    .await?
                }
                Came::NotBegun => eyes.t.not_decided_now().to_owned(),
            };
            let known = unwritten.remove(&(step.invoice.clone(), step.name));
            let item = match known.filter(|_| row.is_none()) {
                Some(known) => Item { text: why, ..known },
                None => item(step, row, &customers, why, eyes),
            };
            if matches!(came, Came::Done) { done.push(item) } else { left.push(item) }
        }
        Ok(Self { done, left })
    }

    /// Number of reminders that are done.
    pub(crate) fn done(&self) -> u64 {
        self.done.len() as u64
    }

    /// The page with this title and these lines.
    pub(crate) fn page<'a>(
        self,
        (heading, mut lines): (String, Vec<String>),
        back: &str,
        s: Shell,
        eyes: &Eyes<'a>,
    ) -> BulkPage<'a> {
        let t = eyes.t;
        let (done, left) = (self.done.len() as u64, self.left.len() as u64);
        lines.extend((left > 0).then(|| t.many_left(left)));
        let sum = |number: u64, label: &str| Sum {
            href: String::new(),
            number: t.number(number),
            label: label.to_owned(),
        };
        let group = |id, title: &str, items: Vec<Item>| ItemGroup {
            id,
            title: capital(title),
            note: t.number(items.len() as u64),
            items,
            more: String::new(),
            href: String::new(),
        };
        BulkPage {
            t,
            back: back_to(back, eyes),
            here: String::new(),
            heading,
            lines,
            sums: vec![sum(done, t.bulk_done()), sum(left, t.bulk_left_out())],
            is_running: false,
            progress: String::new(),
            total: 0,
            done: 0,
            is_asked: false,
            questions: Vec::new(),
            submit: String::new(),
            groups: [("left", t.bulk_left_out(), self.left), ("done", t.bulk_done(), self.done)]
                .into_iter()
                .filter(|(_, _, items)| !items.is_empty())
                .map(|(id, title, items)| group(id, title, items))
                .collect(),
            s,
        }
    }
}

/// Reason for leaving a reminder as it is.
async fn why_left(
    error: &ReminderActError,
    step: &SeenStep,
    (visit, eyes): (&Visit, &Eyes<'_>),
    changed: impl FnOnce(&str) -> String,
) -> Result<String, Oops> {
    Ok(match error {
        ReminderActError::Changed | ReminderActError::Forbidden(_) => {
            let latest = latest(visit, step.target()).await?;
            changed(&by(latest.as_ref(), eyes))
        }
        ReminderActError::Unknown => eyes.t.no_reminder_text().to_owned(),
        ReminderActError::Planner(PlannerError::Store(StoreError::Unavailable { .. })) => {
            eyes.t.not_decided_now().to_owned()
        }
        error => sentence(&error.to_string()),
    })
}

fn item(
    step: &SeenStep,
    row: Option<&ReminderStep>,
    customers: &[Customer],
    text: String,
    eyes: &Eyes<'_>,
) -> Item {
    let Some(row) = row else {
        let (customer, about) = (step.invoice.to_string(), String::new());
        return Item { href: eyes.links.page("held"), customer, about, text, fresh: String::new() };
    };
    Item {
        href: eyes.links.customer(&row.customer),
        customer: name(row, customers).unwrap_or(row.customer.as_str()).to_owned(),
        about: named(row, eyes),
        text,
        fresh: String::new(),
    }
}
