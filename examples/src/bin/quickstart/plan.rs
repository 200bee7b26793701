//! Reminders, as if it were another day (`--today DATE --plan`). The planner runs for the date, the
//! business's hours pass up to the end of the day, and the outcome of each reminder is told.

pub(crate) mod books;
mod day;
pub(crate) mod forecast;
pub(crate) mod greetings;
pub(crate) mod told;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use chrono::NaiveDate;
use whatsapp_core::audit::Actor;
use whatsapp_core::port::{Clock as _, PlannerStore, StepPoint};
use whatsapp_core::schedule::{ReminderStep, StepState};
use whatsapp_core::{MessageId, Planner};

use crate::clock::ScaledClock;
use crate::data::About;
use crate::dispatch::{Ending, Shift};
use crate::log::Entry;
use crate::progress::Progress;
use crate::words::{number, plain, were};
pub(crate) use day::Day;
use greetings::Greetings;
use told::Words;

/// Number of approved reminders that are named.
const APPROVED: usize = 30;

/// Number of waiting reminders that are read at once.
const PAGE: u32 = 200;

/// Explanation for steps that wait since the first run.
pub(crate) const FIRST_RUN: &str = "\
The first run of a database holds every reminder whose day lies before it, so that nobody gets a flood \
of old ones.
--approve lets all that waits go, and --approve INVOICE one invoice's; what waits for 14 days is dropped.
";

/// Result of a run with `--plan`.
pub(crate) struct Planned {
    pub(crate) date: NaiveDate,
    /// All reminders of the database, in their present states.
    pub(crate) steps: Vec<ReminderStep>,
    /// Reminders that `--approve` let go, in their earlier states; `None` if nobody asked.
    pub(crate) approved: Option<Vec<ReminderStep>>,
    pub(crate) words: Words,
    /// Text about the greetings; the next field has those that were armed.
    pub(crate) greetings: String,
    pub(crate) greeted: Vec<greetings::Row>,
    /// True if a part of the day is left because it was interrupted.
    pub(crate) is_cut: bool,
}

/// Plays the day: plans, lets approved reminders go, and sends until nothing is due on it any more.
pub(crate) async fn play(
    (planner, greetings): (&Planner, &Greetings),
    shift: &Shift,
    clock: &ScaledClock,
    day: &Day,
    approve: Option<&[String]>,
    progress: &Progress,
) -> Result<(Ending, Option<Vec<ReminderStep>>)> {
    let unplanned = "the reminders cannot be planned; what was planned until now stays";
    planner.tick(clock.now()).await.context(unplanned)?;
    let approved = match approve {
        Some(numbers) => Some(let_go(planner, numbers).await?),
        None => None,
    };
    loop {
        // This sends the approved reminders, and takes note of those that ended.
        planner.tick(clock.now()).await.context(unplanned)?;
        greetings.turn(clock.now()).await?;
        let next = greetings.next(day.date, clock.now()).await?;
        match shift.work(progress).await? {
            Ending::Waiting(at) if shift.zone.date(at) <= day.date => {
                clock.move_on(next.map_or(at, |next| next.min(at)))?;
            }
            Ending::Done | Ending::Waiting(_) if next.is_some() => {
                if let Some(next) = next {
                    clock.move_on(next)?;
                }
            }
            ending => {
                let report = planner.tick(clock.now()).await.context(unplanned)?;
                greetings.turn(clock.now()).await?;
                if report.queued == 0 || !matches!(ending, Ending::Done | Ending::Waiting(_)) {
                    return Ok((ending, approved));
                }
            }
        }
    }
}

/// Lets go all that waits for approval, or the reminders of some invoices. Returns them in their
/// earlier states.
async fn let_go(planner: &Planner, numbers: &[String]) -> Result<Vec<ReminderStep>> {
    let (mut waiting, mut after) = (Vec::new(), None);
    loop {
        let page = planner.waiting(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(StepPoint::of(last));
        waiting.extend(page);
    }
    waiting.retain(|step| numbers.is_empty() || numbers.contains(&step.subject));
    for step in &waiting {
        let approved = planner.approve(&step.invoice, step.name, &Actor::Host).await;
        approved.with_context(|| format!("a reminder of {} cannot be approved", step.subject))?;
    }
    Ok(waiting)
}

/// Checks the numbers that `--approve` names.
pub(crate) fn check_numbers(approve: &[String], known: &BTreeSet<&str>) -> Result<()> {
    match approve.iter().find(|number| !known.contains(number.as_str())) {
        Some(number) => bail!(
            "--approve {number}: invoices.csv has no invoice of that number that can be used; give \
             numbers such as INV-2026-0042, or none for all"
        ),
        None => Ok(()),
    }
}

/// Groups steps by the messages that they have or had.
fn by_message<'a>(
    steps: impl Iterator<Item = &'a ReminderStep>,
) -> BTreeMap<MessageId, Vec<&'a ReminderStep>> {
    let mut messages: BTreeMap<MessageId, Vec<&ReminderStep>> = BTreeMap::new();
    for step in steps {
        if let Some(id) = step.message_id {
            messages.entry(id).or_default().push(step);
        }
    }
    for steps in messages.values_mut() {
        steps.sort_by(|a, b| a.subject.cmp(&b.subject));
    }
    messages
}

/// Joins the numbers of the invoices of some steps.
fn subjects(steps: &[&ReminderStep]) -> String {
    let subjects: Vec<&str> = steps.iter().map(|step| step.subject.as_str()).collect();
    subjects.join(", ")
}

impl Planned {
    /// Reads the present states of all reminders.
    pub(crate) async fn read(
        plans: &dyn PlannerStore,
        date: NaiveDate,
        approved: Option<Vec<ReminderStep>>,
        words: Words,
        (greetings, greeted): (String, Vec<greetings::Row>),
    ) -> Result<Self> {
        let steps = told::all(plans).await?;
        Ok(Self { date, steps, approved, words, greetings, greeted, is_cut: false })
    }

    /// Says of a message that all its reminders were approved, if they were.
    pub(crate) fn correct(&self, log: &mut [Entry]) {
        let messages = by_message(self.steps.iter());
        for entry in log {
            let steps = messages.get(&entry.message.facts.id);
            if steps.is_some_and(|steps| steps.iter().all(|step| self.words.was_approved(step))) {
                for come in ["had come", "has come"] {
                    let day = format!("the day of the reminder {come}");
                    entry.why = entry.why.replace(&day, "it was approved");
                }
            }
        }
    }

    /// Returns the subjects of the reminders' messages.
    pub(crate) fn about(&self) -> HashMap<MessageId, About> {
        let speaks = |step: &&ReminderStep| {
            matches!(step.state, StepState::Queued | StepState::Sent | StepState::Failed)
        };
        let about = |(id, all): (MessageId, Vec<&ReminderStep>)| {
            // A message is not about the steps that left it, unless all did.
            let here: Vec<&ReminderStep> = all.iter().copied().filter(speaks).collect();
            let steps = if here.is_empty() { all } else { here };
            let kind = if steps.len() == 1 { "invoice" } else { "invoices" };
            (id, About { kind, number: subjects(&steps) })
        };
        by_message(self.steps.iter()).into_iter().map(about).collect()
    }

    /// Returns the summary's part about reminders.
    pub(crate) fn text(&self) -> String {
        let words = &self.words;
        let is_of_today =
            |step: &&ReminderStep| step.day == self.date && step.state == StepState::Sent;
        let today = self.steps.iter().filter(is_of_today).count();
        let messages = by_message(self.steps.iter().filter(is_of_today));
        let mut text = format!(
            "Reminders on {}, {}: {} sent on this day{}.\n",
            self.date.format("%A"),
            words.date(self.date),
            were(today as u64, "reminder"),
            if messages.len() < today {
                format!(", in {}", number(messages.len() as u64, "message"))
            } else {
                String::new()
            }
        );
        for steps in messages.values().filter(|steps| steps.len() > 1) {
            let line = format!("one message to {}: {}", words.whose(steps[0]), subjects(steps));
            let _ = writeln!(text, "  {}", plain(&line));
        }
        if self.steps.is_empty() {
            text.push_str("  No invoice has come to a day on which it is reminded of.\n");
        }
        if let Some(approved) = &self.approved {
            let approved: Vec<&ReminderStep> = approved.iter().collect();
            text.push_str(&match approved.as_slice() {
                [] => "  Approved: nothing waited for approval\n".to_owned(),
                // These are told in their earlier states.
                approved => words
                    .group("Approved now", approved, APPROVED)
                    .replace(": It waits for approval", ": It waited for approval"),
            });
        }
        text.push_str(&words.groups(&self.steps));
        if self.steps.iter().any(told::waits_since_first_run) {
            text.push_str(FIRST_RUN);
        }
        text.push_str(&self.greetings);
        text
    }
}
