//! The effect of the host's books on a message that is about to be sent: pure functions, and the
//! sentences that people read about it.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::format::{Amount, Formats};
use crate::id::CustomerId;
use crate::message::{CancelReason, Event, HeldFor, MessageType};
use crate::port::{DirectoryError, Due, InvoiceLedger, Settlement, Standing};
use crate::private::Private;
use crate::schedule::{Dated, Regime, Rules, SendWindow};
use crate::settings::Settings;
use crate::template::YEARS;
use crate::time::Zone;

/// Time that a held message waits before the books are asked again, where nothing says when they
/// could change.
const BOOKS_ASKED_AGAIN: TimeDelta = TimeDelta::hours(1);

/// The longest time that a held message waits: a promise may be withdrawn, too.
const HELD_AT_MOST: TimeDelta = TimeDelta::days(1);

/// The reason why a message waits or was withdrawn; the default has nothing to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Why {
    held_for: Option<HeldFor>,
    sentence: Option<Private>,
}

impl Why {
    /// The reason for a withdrawal.
    pub(crate) fn said(sentence: impl Into<Private>) -> Self {
        Self { held_for: None, sentence: Some(sentence.into()) }
    }

    /// The reason for a wait.
    pub(crate) fn held(held_for: HeldFor, sentence: impl Into<Private>) -> Self {
        Self { held_for: Some(held_for), ..Self::said(sentence) }
    }

    /// Returns true if the event ends the moment that a person chose for a message: the message
    /// waits, and not because nobody answered just then.
    pub(crate) fn ends_a_chosen_moment(&self, event: &Event) -> bool {
        matches!(event, Event::Postponed { .. }) && self.held_for != Some(HeldFor::Records)
    }

    /// The reason for the wait, in one word.
    pub(crate) const fn held_for(&self) -> Option<HeldFor> {
        self.held_for
    }

    /// The reason as a sentence for people.
    pub(crate) fn sentence(self) -> Option<Private> {
        self.sentence
    }

    /// The settlement with this reason in its state.
    pub(crate) fn of(self, settlement: Settlement) -> Settlement {
        let state = settlement.state.explained(self.held_for, self.sentence);
        Settlement { state, ..settlement }
    }
}

/// A message that waits for the books to change.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// Time at which the books are asked again.
    pub(crate) until: DateTime<Utc>,
    pub(crate) why: Why,
    /// The last day whose payments are known, where newer ones are waited for.
    pub(crate) stale: Option<NaiveDate>,
}

/// The facts in the books apart from the invoice itself.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Instant until which all payments are known; `None` for always.
    pub(crate) payments_known_until: Option<DateTime<Utc>>,
    /// The customer's credit, per currency.
    pub(crate) credit: Vec<Amount>,
}

/// The rules by which the books are read.
#[derive(Debug)]
pub(crate) struct Books<'a> {
    settings: &'a Settings,
    formats: Formats,
    now: DateTime<Utc>,
}

impl<'a> Books<'a> {
    pub(crate) fn new(settings: &'a Settings, now: DateTime<Utc>) -> Self {
        let formats = Formats::new(&settings.locale).unwrap_or_default();
        Self { settings, formats, now }
    }

    /// Returns the invoice, or the reason why nobody is to be asked to pay it any more.
    pub(crate) fn open(&self, due: Option<Due>) -> Result<Due, (CancelReason, Why)> {
        let Some(due) = due else {
            return Err((CancelReason::Void, Why::said("The invoice no longer exists.")));
        };
        if due.standing == Standing::Void {
            let why = format!("{} was withdrawn.", due.number);
            return Err((CancelReason::Void, Why::said(why)));
        }
        if !due.is_open() {
            return Err((CancelReason::Paid, Why::said(format!("{} was paid.", due.number))));
        }
        let is_known = due.standing != Standing::Unknown;
        let minimum = self.settings.reminder_minimum.iter().filter(|_| is_known);
        let too_little = minimum.copied().find(|least| exceeds(*least, due.outstanding));
        match too_little {
            Some(least) => {
                let amount = |amount| self.formats.amount(amount);
                let (open, least) = (amount(due.outstanding), amount(least));
                let why = format!("{open} is below the least amount, {least}.");
                Err((CancelReason::BelowMinimum, Why::said(why)))
            }
            None => Ok(due),
        }
    }

    /// Holds an invoice whose due date no message may say, so that it is not listed together with
    /// others. The others are not to wait for it.
    pub(crate) fn misdated(&self, due: &Due) -> Option<Held> {
        let year = due.due.year();
        if YEARS.contains(&year) {
            return None;
        }
        let (first, last) = YEARS.into_inner();
        let sentence = format!(
            "The due date of {} is in the year {year}: one from {first} to {last} is expected.",
            due.number
        );
        let why = Why::held(HeldFor::Records, sentence);
        Some(Held { until: self.now + BOOKS_ASKED_AGAIN, why, stale: None })
    }

    /// Tells why the message is not sent just now; `None` if it may be.
    pub(crate) fn held(&self, due: &Due, beside: &Beside) -> Option<Held> {
        let soon = self.now + BOOKS_ASKED_AGAIN;
        let held = |until, why| Some(Held { until, why, stale: None });
        if let Some(day) = beside.payments_known_until.and_then(|until| self.stale(until)) {
            let sentence = format!("Payments were last recorded on {}.", self.formats.date(day));
            let why = Why::held(HeldFor::StalePayments, sentence);
            return Some(Held { until: soon, why, stale: Some(day) });
        }
        match due.standing {
            Standing::Disputed => {
                let sentence = format!("{} is disputed.", due.number);
                return held(soon, Why::held(HeldFor::Disputed, sentence));
            }
            Standing::PromisedUntil(day) => {
                let over = after(&self.settings.time_zone, day);
                if over > self.now {
                    let sentence = format!("Payment was promised for {}.", self.formats.date(day));
                    let until = over.min(self.now + HELD_AT_MOST);
                    return held(until, Why::held(HeldFor::Promised, sentence));
                }
            }
            Standing::Unknown => {
                let sentence = format!("The record of {} could not be read.", due.number);
                return held(soon, Why::held(HeldFor::Records, sentence));
            }
            Standing::Open | Standing::Paid | Standing::Void => {}
        }
        self.covered(due.outstanding, beside)
    }

    /// Holds a message that asks for this amount, where the customer has as much credit.
    pub(crate) fn covered(&self, open: Amount, beside: &Beside) -> Option<Held> {
        let mut credit = beside.credit.iter().copied();
        let covers = credit.find(|credit| {
            credit.currency() == open.currency() && credit.minor() >= open.minor()
        })?;
        let sentence = format!("The customer has {} credit.", self.formats.amount(covers));
        let why = Why::held(HeldFor::Credit, sentence);
        Some(Held { until: self.now + BOOKS_ASKED_AGAIN, why, stale: None })
    }

    /// The last day whose payments are known, where reminders wait for newer ones.
    pub(crate) fn stale_since(&self, known_until: Option<DateTime<Utc>>) -> Option<NaiveDate> {
        known_until.and_then(|until| self.stale(until))
    }

    /// A day as people read it.
    pub(crate) fn written(&self, day: NaiveDate) -> String {
        self.formats.date(day)
    }

    /// The last day whose payments are known, where that is too long ago.
    fn stale(&self, known_until: DateTime<Utc>) -> Option<NaiveDate> {
        let zone = &self.settings.time_zone;
        let days = self.settings.payments_fresh_days;
        let (known, today) = (zone.date(known_until), zone.date(self.now));
        (days > 0 && today - known > TimeDelta::days(days.into())).then_some(known)
    }
}

/// An invoice, as far as its reminders' days go.
pub(crate) fn dated(due: &Due) -> Dated {
    Dated {
        invoice: due.invoice.clone(),
        customer: due.customer.clone(),
        number: due.number.clone(),
        date: due.date,
        due: due.due,
    }
}

/// The rules of a date by these settings.
pub(crate) fn rules(settings: &Settings, regime: Regime, today: NaiveDate) -> Rules {
    Rules {
        today,
        regime,
        gap: settings.reminder_gap_days,
        cap: settings.reminders_per_day,
        window: window(settings),
        formats: Formats::new(&settings.locale).unwrap_or_default(),
    }
}

/// The hours in which reminders are sent: always, where they do not keep to the window.
fn window(settings: &Settings) -> SendWindow {
    let of = if settings.reminder_summary {
        MessageType::PAYMENT_SUMMARY
    } else {
        MessageType::PAYMENT_REMINDER
    };
    if settings.keeps_window(of) {
        settings.window(of).into_owned()
    } else {
        SendWindow::always(settings.time_zone.clone())
    }
}

/// Reads the facts in the books apart from the invoice.
pub(crate) async fn beside(
    invoices: &dyn InvoiceLedger,
    customer: &CustomerId,
    settings: &Settings,
) -> Result<Beside, DirectoryError> {
    let payments_known_until = payments_known_until(invoices, settings).await?;
    Ok(Beside { payments_known_until, credit: invoices.credit(customer).await? })
}

/// Instant until which all payments are known, where that matters.
pub(crate) async fn payments_known_until(
    invoices: &dyn InvoiceLedger,
    settings: &Settings,
) -> Result<Option<DateTime<Utc>>, DirectoryError> {
    match settings.payments_fresh_days {
        0 => Ok(None),
        _ => invoices.payments_known_until().await,
    }
}

fn exceeds(least: Amount, open: Amount) -> bool {
    least.currency() == open.currency() && least.minor() > open.minor()
}

/// The first instant after a day, that is of the next date that exists. A day that nobody means,
/// such as one in the year 9999, is never over.
fn after(zone: &Zone, day: NaiveDate) -> DateTime<Utc> {
    let first = |days| zone.first_at(day.checked_add_days(Days::new(days))?, NaiveTime::MIN);
    (1..=2).find_map(first).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CustomerId, InvoiceId};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn rupees(text: &str) -> Amount {
        Amount::rupees(text).unwrap()
    }

    fn due(standing: Standing) -> Due {
        Due::new(
            InvoiceId::new("7").unwrap(),
            CustomerId::new("C-1").unwrap(),
            "INV-7",
            "2026-11-01".parse().unwrap(),
            "2026-11-10".parse().unwrap(),
            rupees("499.99"),
        )
        .with_standing(standing)
    }

    fn settings(minimum: &str, days: u16) -> Settings {
        let rows = [("whatsapp_reminder_minimum", minimum.to_owned())];
        let rows = rows.map(|(key, value)| crate::settings::SettingRow { key: key.into(), value });
        let mut settings = Settings::read(&rows).unwrap();
        settings.payments_fresh_days = days;
        settings
    }

    fn sentence(why: &Why) -> &str {
        why.sentence.as_ref().map_or("", Private::as_str)
    }

    #[test]
    fn what_nobody_is_to_pay_any_more_is_withdrawn_with_its_sentence() {
        let settings = settings("EUR 1000, INR 500", 0);
        let books = Books::new(&settings, at("2026-11-28T06:00:00Z"));
        let said =
            |due| books.open(due).map_err(|(reason, why)| (reason, sentence(&why).to_owned()));
        let cases = [
            (None, CancelReason::Void, "The invoice no longer exists."),
            (Some(due(Standing::Void)), CancelReason::Void, "INV-7 was withdrawn."),
            (Some(due(Standing::Paid)), CancelReason::Paid, "INV-7 was paid."),
            (
                Some(Due { outstanding: rupees("0"), ..due(Standing::Disputed) }),
                CancelReason::Paid,
                "INV-7 was paid.",
            ),
            (
                Some(due(Standing::Open)),
                CancelReason::BelowMinimum,
                "₹499.99 is below the least amount, ₹500.00.",
            ),
        ];
        for (due, reason, sentence) in cases {
            assert_eq!(said(due), Err((reason, sentence.to_owned())));
        }
        let enough = Due { outstanding: rupees("500"), ..due(Standing::Open) };
        assert_eq!(said(Some(enough.clone())), Ok(enough));
    }

    #[test]
    fn a_promise_holds_to_the_first_instant_after_its_day_and_at_most_a_day_at_once() {
        let day = "2026-11-28".parse().unwrap();
        let settings = settings("", 0);
        let held = |now: &str| {
            let books = Books::new(&settings, at(now));
            books.held(&due(Standing::PromisedUntil(day)), &Beside::default())
        };
        let on_its_day = held("2026-11-28T06:00:00Z").unwrap();
        assert_eq!(on_its_day.until, at("2026-11-28T18:30:00Z"), "midnight in Kolkata");
        assert_eq!(on_its_day.why.held_for, Some(HeldFor::Promised));
        assert_eq!(sentence(&on_its_day.why), "Payment was promised for 28 Nov 2026.");
        let before = held("2026-11-20T06:00:00Z").unwrap();
        assert_eq!(before.until, at("2026-11-21T06:00:00Z"));
        assert!(held("2026-11-28T18:29:59Z").is_some());
        assert!(held("2026-11-28T18:30:00Z").is_none());
        for day in ["9999-12-31".parse().unwrap(), NaiveDate::MAX] {
            let books = Books::new(&settings, at("2026-11-28T06:00:00Z"));
            let held = books.held(&due(Standing::PromisedUntil(day)), &Beside::default()).unwrap();
            assert_eq!(held.until, at("2026-11-29T06:00:00Z"), "{day}");
        }
    }

    #[test]
    fn a_promise_for_the_eve_of_a_date_that_does_not_exist_ends_with_the_next_that_does() {
        // Samoa left out 30 December 2011.
        let zone = "Pacific/Apia".parse().unwrap();
        assert_eq!(after(&zone, "2011-12-29".parse().unwrap()), at("2011-12-30T10:00:00Z"));
    }

    #[test]
    fn a_dispute_and_credit_of_the_same_currency_hold() {
        let settings = settings("", 0);
        let now = at("2026-11-28T06:00:00Z");
        let books = Books::new(&settings, now);
        let held = |standing, credit: &[Amount]| {
            books.held(&due(standing), &Beside { credit: credit.to_vec(), ..Beside::default() })
        };
        let disputed = held(Standing::Disputed, &[]).unwrap();
        assert_eq!(sentence(&disputed.why), "INV-7 is disputed.");
        assert_eq!(disputed.until, now + BOOKS_ASKED_AGAIN);
        let euros = Amount::parse("12000", "EUR".parse().unwrap()).unwrap();
        let credit = held(Standing::Open, &[euros, rupees("499.99")]).unwrap();
        assert_eq!(credit.why.held_for, Some(HeldFor::Credit));
        assert_eq!(sentence(&credit.why), "The customer has ₹499.99 credit.");
        assert!(held(Standing::Open, &[euros, rupees("499.98")]).is_none());
    }

    #[test]
    fn payments_are_stale_by_whole_days_of_the_business() {
        let now = at("2026-11-28T18:00:00Z");
        let held = |days, known: &str| {
            let settings = settings("", days);
            let beside = Beside { payments_known_until: Some(at(known)), ..Beside::default() };
            let held = Books::new(&settings, now).held(&due(Standing::Open), &beside)?;
            Some((held.stale.unwrap().to_string(), sentence(&held.why).to_owned()))
        };
        // 25 November begins in Kolkata at 18:30.
        let stale = held(3, "2026-11-24T18:29:59Z").unwrap();
        assert_eq!(stale.0, "2026-11-24");
        assert_eq!(stale.1, "Payments were last recorded on 24 Nov 2026.");
        assert_eq!(held(3, "2026-11-24T18:30:00Z"), None);
        assert_eq!(held(0, "2020-01-01T00:00:00Z"), None);
    }
}
