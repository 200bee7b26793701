//! The checks on a year: each POST against the truth of its moment, and each step at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::Result;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use whatsapp_core::MessageId;
use whatsapp_core::message::{FailureKind, Message};
use whatsapp_core::port::{MessageLog, PlannerStore};
use whatsapp_core::schedule::{
    ReminderStep, SendHours, SendWindow, StepName, StepReason, StepState,
};
use whatsapp_core::time::Zone;

use super::Figures;
use super::books::{Books, Invoice};
use super::gateway::Post;
use super::mutes::Mutes;
use super::run::{HOURS, Outage};
use crate::faults::database::Opened;

/// Days of the steps, as in the specification's settings.
const STEPS: [u16; 2] = [3, 7];

/// Findings by their kind, each with the invoice and the moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Steps that were taken by the gateway more than once.
    pub twice: Vec<String>,
    /// POSTs outside the hours, by the clock of the host that made them.
    pub outside: Vec<String>,
    /// POSTs for invoices that were paid, disputed or promised at that moment.
    pub dunned: Vec<String>,
    /// POSTs to somebody who was muted at that moment.
    pub muted: Vec<String>,
    /// Customers who were reminded sooner than the gap allows.
    pub too_soon: Vec<String>,
    /// Numbers that got more on a day than the cap allows, and customers who got several summaries
    /// on one day.
    pub too_many: Vec<String>,
    /// Steps that came due and left no row, or ended without a sentence.
    pub lost: Vec<String>,
    /// Steps that did not come to rest.
    pub stuck: Vec<String>,
    /// Steps that count as late without an outage.
    pub late: Vec<String>,
    /// Steps that were sent by no message that names their invoice, or that were named and not
    /// marked.
    pub untrue: Vec<String>,
}

impl Findings {
    fn named(&self) -> [(&'static str, &Vec<String>); 10] {
        [
            ("twice", &self.twice),
            ("outside", &self.outside),
            ("dunned", &self.dunned),
            ("muted", &self.muted),
            ("too_soon", &self.too_soon),
            ("too_many", &self.too_many),
            ("lost", &self.lost),
            ("stuck", &self.stuck),
            ("late", &self.late),
            ("untrue", &self.untrue),
        ]
    }

    /// Returns true if nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.named().iter().all(|(_, found)| found.is_empty())
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (no, (name, found)) in self.named().into_iter().enumerate() {
            write!(f, "{}{name}={}", if no == 0 { "" } else { " " }, found.len())?;
        }
        Ok(())
    }
}

/// Record of a year.
pub(super) struct Seen<'a> {
    pub(super) zone: &'a Zone,
    pub(super) books: &'a Books,
    pub(super) posts: Vec<Post>,
    pub(super) outages: &'a [Outage],
    pub(super) jumps: &'a [DateTime<Utc>],
    pub(super) mutes: &'a Mutes,
    /// True if a customer gets one summary a day.
    pub(super) summary: bool,
    /// Fewest days between two reminders of a customer.
    pub(super) gap: u16,
}

/// Checks the whole year.
pub(super) async fn all(
    opened: &Opened,
    seen: &Seen<'_>,
    from: NaiveDate,
    figures: Figures,
) -> Result<(Figures, Findings)> {
    let (plans, log): (&dyn PlannerStore, &dyn MessageLog) = match opened {
        Opened::Sqlite(store) => (store, store),
        Opened::Postgres(store) => (store, store),
    };
    let invoices = seen.books.all();
    let mut rows: BTreeMap<String, Vec<ReminderStep>> = BTreeMap::new();
    for page in invoices.chunks(200) {
        let ids: Vec<_> = page.iter().map(|invoice| invoice.id.clone()).collect();
        for step in plans.steps_of(&ids).await? {
            rows.entry(step.invoice.as_str().to_owned()).or_default().push(step);
        }
    }
    let steps: Vec<&ReminderStep> = rows.values().flatten().collect();
    let stand = |state: StepState| steps.iter().filter(|step| step.state == state).count() as u64;
    let figures = Figures {
        invoices: invoices.len() as u64,
        steps: steps.len() as u64,
        sent: stand(StepState::Sent),
        gave_way: stand(StepState::GaveWay),
        cancelled: stand(StepState::Cancelled),
        held: stand(StepState::Held) + stand(StepState::Dropped),
        posts: seen.posts.len() as u64,
        mutes: seen.mutes.count(),
        ..figures
    };
    let failed = steps.iter().filter(|step| step.state == StepState::Failed);
    let unknown = of_unknown_outcome(log, failed.filter_map(|step| step.message_id)).await?;
    let mut findings = Findings::default();
    seen.posts(&mut findings);
    seen.marks(&rows, &unknown, &mut findings);
    seen.days(&invoices, &rows, &mut findings);
    seen.steps(&invoices, &rows, from, &mut findings);
    Ok((figures, findings))
}

/// Returns the messages of which nobody knows whether they arrived: a host whose clock was set died
/// between a POST and its outcome.
async fn of_unknown_outcome(
    log: &dyn MessageLog,
    failed: impl Iterator<Item = MessageId>,
) -> Result<BTreeSet<MessageId>> {
    let failed: Vec<MessageId> = failed.collect();
    let mut unknown = BTreeSet::new();
    for page in failed.chunks(200) {
        let messages = log.messages(page).await?;
        let is_unknown = |message: &Message| {
            message
                .state
                .failure
                .as_ref()
                .is_some_and(|why| why.kind == FailureKind::UnknownOutcome)
        };
        unknown.extend(
            messages.iter().filter(|message| is_unknown(message)).map(|message| message.facts.id),
        );
    }
    Ok(unknown)
}

/// Counts the messages of steps that a customer's number had on a day, whatever became of them.
/// These are the messages of that day, and those of earlier days that were still under way, as
/// after a stop, and never sent.
fn filled(
    customer: &str,
    day: NaiveDate,
    zone: &Zone,
    rows: &BTreeMap<String, Vec<ReminderStep>>,
) -> usize {
    let all = || rows.values().flatten();
    let mut own = all().filter(|row| row.customer.as_str() == customer);
    let key = own.find_map(|row| row.number_key.as_ref());
    let of_day = all().filter(|row| {
        let is_unsent = row.state != StepState::Sent;
        let under_way = is_unsent && row.day < day && day <= zone.date(row.since);
        row.number_key.as_ref() == key && (row.day == day || under_way)
    });
    of_day.filter_map(|row| row.message_id).collect::<BTreeSet<_>>().len()
}

/// Returns the hours of the year.
fn window(zone: &Zone) -> Option<SendWindow> {
    use chrono::{Weekday, WeekdaySet};
    let days = WeekdaySet::ALL.difference(WeekdaySet::single(Weekday::Sun));
    let hours = SendHours::new(days, HOURS[0].parse().ok()?, HOURS[1].parse().ok()?);
    SendWindow::new(hours, zone.clone()).ok()
}

impl Seen<'_> {
    /// Checks each POST by itself.
    fn posts(&self, findings: &mut Findings) {
        let window = window(self.zone);
        let mut taken: BTreeMap<&str, Vec<&Post>> = BTreeMap::new();
        for post in &self.posts {
            let what = || format!("{} at {}", post.invoices.join(", "), post.at);
            if window.as_ref().is_none_or(|window| !window.is_open(post.wall)) {
                findings.outside.push(what());
            }
            if let Some(why) = post.quiet {
                findings.dunned.push(format!("{}: {why}", what()));
            }
            if self.mutes.forbid(post, self.books) {
                findings.muted.push(what());
            }
            if post.taken {
                for invoice in &post.invoices {
                    taken.entry(invoice.as_str()).or_default().push(post);
                }
            }
        }
        for (invoice, posts) in taken {
            let messages: BTreeSet<_> = posts.iter().map(|post| post.message).collect();
            if posts.len() > STEPS.len() || messages.len() < posts.len() {
                let at: Vec<String> = posts.iter().map(|post| post.at.to_string()).collect();
                findings.twice.push(format!("{invoice} at {}", at.join(", ")));
            }
        }
    }

    /// Compares the steps that were sent with the messages that the gateway took. A message of
    /// unknown outcome may have been taken.
    fn marks(
        &self,
        rows: &BTreeMap<String, Vec<ReminderStep>>,
        unknown: &BTreeSet<MessageId>,
        findings: &mut Findings,
    ) {
        let mut named: BTreeSet<(&str, MessageId)> = BTreeSet::new();
        for post in self.posts.iter().filter(|post| post.taken) {
            let Some(message) = post.message else { continue };
            named.extend(post.invoices.iter().map(|invoice| (invoice.as_str(), message)));
        }
        let mut marked: BTreeSet<(&str, MessageId)> = BTreeSet::new();
        for (invoice, rows) in rows {
            let sent = rows.iter().filter(|row| row.state == StepState::Sent);
            marked.extend(sent.filter_map(|row| Some((invoice.as_str(), row.message_id?))));
        }
        let unmarked = named.difference(&marked).filter(|(_, message)| !unknown.contains(message));
        let says = |step: &ReminderStep| format!("{} is {:?}", step.name, step.state);
        findings.untrue.extend(unmarked.map(|(invoice, message)| {
            let steps: Vec<String> = rows.get(*invoice).into_iter().flatten().map(says).collect();
            format!("{invoice} was taken in {message}, but {}", steps.join(", "))
        }));
        let untaken = marked.difference(&named);
        findings.untrue.extend(
            untaken.map(|(invoice, message)| format!("{invoice} was never taken in {message}")),
        );
    }

    /// Checks what customers and numbers got on each day. Days around a clock that was set are left
    /// out.
    fn days(
        &self,
        invoices: &[Invoice],
        rows: &BTreeMap<String, Vec<ReminderStep>>,
        findings: &mut Findings,
    ) {
        let customers: BTreeMap<&str, &str> = invoices
            .iter()
            .map(|invoice| (invoice.id.as_str(), invoice.customer.as_str()))
            .collect();
        let mut of_customer: BTreeMap<&str, BTreeMap<NaiveDate, usize>> = BTreeMap::new();
        let mut of_number: BTreeMap<&str, BTreeMap<NaiveDate, usize>> = BTreeMap::new();
        for post in self.posts.iter().filter(|post| post.taken && !self.is_near_a_jump(post.at)) {
            let day = self.zone.date(post.at);
            let customer = customers.get(post.first()).copied().unwrap_or_default();
            *of_customer.entry(customer).or_default().entry(day).or_default() += 1;
            *of_number.entry(post.number.as_str()).or_default().entry(day).or_default() += 1;
        }
        for (number, days) in &of_number {
            for (day, _) in days.iter().filter(|(_, messages)| **messages > 2) {
                findings.too_many.push(format!("{number} on {day}"));
            }
        }
        for (customer, days) in of_customer.iter().filter(|_| self.summary) {
            for (day, summaries) in days.iter().filter(|(_, summaries)| **summaries > 1) {
                findings.too_many.push(format!("{customer} on {day}: {summaries} summaries"));
            }
        }
        for (customer, days) in &of_customer {
            for (before, after) in days.keys().zip(days.keys().skip(1)) {
                if *after - *before >= TimeDelta::days(self.gap.into()) {
                    continue;
                }
                let of = |post: &&Post| customers.get(post.first()) == Some(customer);
                // Messages that the cap left over go on the next open day. This is so even if the
                // messages that filled the day were refused or withdrawn in the end.
                let number = self.posts.iter().find(of).map(|post| post.number.as_str());
                let tried = self.posts.iter().filter(|post| {
                    Some(post.number.as_str()) == number && self.zone.date(post.at) == *before
                });
                let tried = tried.map(|post| post.message).collect::<BTreeSet<_>>().len();
                let full = tried.max(filled(customer, *before, self.zone, rows)) >= 2;
                // A retry of a message that was to go out on the day before belongs to that day.
                let first_tried = |post: &Post| {
                    let same = self.posts.iter().find(|other| other.message == post.message);
                    same.map(|first| self.zone.date(first.at))
                };
                let late = |post: &&Post| post.taken && self.zone.date(post.at) == *after;
                let mut late = self.posts.iter().filter(of).filter(late);
                if !full && late.any(|post| first_tried(post) > Some(*before)) {
                    findings.too_soon.push(format!("{customer} on {before} and {after}"));
                }
            }
        }
    }

    fn is_near_a_jump(&self, at: DateTime<Utc>) -> bool {
        self.jumps.iter().any(|jump| (at - *jump).abs() < TimeDelta::hours(36))
    }

    /// Checks each step that came due, and its state at the end.
    fn steps(
        &self,
        invoices: &[Invoice],
        rows: &BTreeMap<String, Vec<ReminderStep>>,
        from: NaiveDate,
        findings: &mut Findings,
    ) {
        let two = NaiveTime::from_hms_opt(2, 0, 0).unwrap_or_default();
        for invoice in invoices {
            let none = Vec::new();
            let rows = rows.get(invoice.id.as_str()).unwrap_or(&none);
            for days in STEPS {
                let own = invoice.date + Days::new(days.into());
                let name = StepName::After(days);
                let what = || format!("{} {name}", invoice.id);
                let Some(row) = rows.iter().find(|row| row.name == name) else {
                    // This holds through an outage, too: a run looks at all dates before it.
                    let due = self.zone.first_at(own, two);
                    let until = due.map(|due| due + TimeDelta::days(12));
                    let was_open = due.zip(until).is_some_and(|(a, b)| invoice.was_open(a, b));
                    if own > from && was_open {
                        findings.lost.push(what());
                    }
                    continue;
                };
                match row.state {
                    StepState::Planned | StepState::Queued => {
                        findings.stuck.push(format!("{} {row:?}", what()));
                    }
                    StepState::Sent => {}
                    _ if row.sentence.is_none() => {
                        findings.lost.push(format!("{} {row:?}", what()));
                    }
                    _ => {}
                }
                // Nobody approves anything here: held steps are dropped after a fortnight.
                let was_held =
                    row.state == StepState::Dropped || row.reason == Some(StepReason::TooLate);
                if was_held && !self.explains(row) {
                    findings.late.push(format!("{} {row:?}", what()));
                }
            }
        }
    }

    /// Returns true if an outage made the step late.
    fn explains(&self, row: &ReminderStep) -> bool {
        let at = |day: NaiveDate| self.zone.first_at(day, NaiveTime::MIN);
        let (since, until) = (at(row.day - Days::new(1)), at(row.day + Days::new(10)));
        let Some((since, until)) = since.zip(until) else { return false };
        let dark: TimeDelta = self
            .outages
            .iter()
            .filter(|(from, to)| *from <= until && *to >= since)
            .map(|(from, to)| *to - *from)
            .sum();
        dark >= TimeDelta::days(2)
    }
}
