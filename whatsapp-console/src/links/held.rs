//! The list of reminders that wait for approval, and places in it, as addresses have them.

use chrono::{DateTime, Utc};
use url::form_urlencoded;
use whatsapp_core::InvoiceId;
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::port::StepPoint;
use whatsapp_core::schedule::{ReminderStep, StepName};

/// A reminder as somebody saw it on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenStep {
    pub(crate) invoice: InvoiceId,
    pub(crate) name: StepName,
    /// Time of its last change of state; for a reminder that has no row yet, the time it was
    /// looked at.
    pub(crate) since: DateTime<Utc>,
    /// True if it had no row in the store yet.
    pub(crate) is_to_come: bool,
}

/// Beginning of the text of a reminder that has no row.
const TO_COME: &str = "new.";

impl SeenStep {
    pub(crate) fn of(step: &ReminderStep) -> Self {
        Self::row(step.invoice.clone(), step.name, step.since)
    }

    /// A reminder whose row has been in this state since then.
    pub(crate) const fn row(invoice: InvoiceId, name: StepName, since: DateTime<Utc>) -> Self {
        Self { invoice, name, since, is_to_come: false }
    }

    /// A reminder that has no row at this instant. If it has one since, nothing is done to it.
    pub(crate) const fn to_come(invoice: InvoiceId, name: StepName, at: DateTime<Utc>) -> Self {
        Self { invoice, name, since: at, is_to_come: true }
    }

    /// The reminder as the audit has it.
    pub(crate) fn target(&self) -> AuditTarget {
        AuditTarget::Reminder(self.name, self.invoice.clone())
    }
}

/// The address of the list after this reminder, from the console's root.
pub(crate) fn address(after: Option<&StepPoint>) -> String {
    let Some(after) = after else { return "held".to_owned() };
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("after", &written(after));
    format!("held?{}", query.finish())
}

/// A place in the list as a text of an address.
pub(crate) fn written(StepPoint { own_day, invoice, name }: &StepPoint) -> String {
    // Neither a day nor a reminder's name has a point in it.
    format!("{own_day}.{name}.{invoice}")
}

/// A reminder as a parameter has it.
pub(crate) fn key(name: StepName, invoice: &InvoiceId) -> String {
    format!("{name}.{invoice}")
}

/// The reminder of a parameter; `None` for anything else.
pub(crate) fn read_key(text: &str) -> Option<(StepName, InvoiceId)> {
    let (name, invoice) = text.split_once('.')?;
    Some((name.parse().ok()?, InvoiceId::new(invoice).ok()?))
}

/// Writes a reminder as it was seen, for a form.
pub(crate) fn seen(step: &SeenStep) -> String {
    let to_come = if step.is_to_come { TO_COME } else { "" };
    format!("{to_come}{}.{}", step.since.timestamp_micros(), key(step.name, &step.invoice))
}

/// Reads the seen reminder of a form; `None` for anything else.
pub(crate) fn read_seen(text: &str) -> Option<SeenStep> {
    let (is_to_come, text) = match text.strip_prefix(TO_COME) {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (since, key) = text.split_once('.')?;
    let since = DateTime::from_timestamp_micros(since.parse().ok()?)?;
    let (name, invoice) = read_key(key)?;
    Some(SeenStep { invoice, name, since, is_to_come })
}

/// An address of the list that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadPlace;

/// Reads the reminder after which the list begins; `None` for the first page.
pub(crate) fn read(query: &str) -> Result<Option<StepPoint>, BadPlace> {
    let mut after = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "after" => after = Some(place(&value).ok_or(BadPlace)?),
            _ => return Err(BadPlace),
        }
    }
    Ok(after)
}

/// The place of an address; `None` for anything else.
pub(crate) fn place(text: &str) -> Option<StepPoint> {
    let mut parts = text.splitn(3, '.');
    let own_day = super::query::read_day(parts.next()?)?;
    let name = parts.next()?.parse().ok()?;
    let invoice = InvoiceId::new(parts.next()?).ok()?;
    Some(StepPoint { own_day, invoice, name })
}

#[cfg(test)]
mod tests {
    use whatsapp_core::InvoiceId;
    use whatsapp_core::port::StepPoint;
    use whatsapp_core::schedule::StepName;

    use super::{BadPlace, SeenStep, address, key, read, read_key, read_seen, seen};

    #[test]
    fn a_place_comes_back_as_it_was_written() {
        for (invoice, name) in [("81", StepName::After(3)), ("INV/7.&=+", StepName::Now(2))] {
            let invoice = InvoiceId::new(invoice).unwrap();
            let own_day = "2026-01-27".parse().unwrap();
            let place = StepPoint { own_day, invoice, name };
            let written = address(Some(&place));
            assert_eq!(read(written.split_once('?').unwrap().1), Ok(Some(place)), "{written}");
        }
        assert_eq!((address(None).as_str(), read("")), ("held", Ok(None)));
        let (invoice, name) = (InvoiceId::new("INV.7/&").unwrap(), StepName::After(3));
        assert_eq!(read_key(&key(name, &invoice)), Some((name, invoice.clone())));
        let start = whatsapp_testkit::fixtures::START;
        for step in [
            SeenStep::row(invoice.clone(), name, start),
            SeenStep::to_come(invoice.clone(), name, start),
        ] {
            assert_eq!(read_seen(&seen(&step)), Some(step));
        }
        let large = "99999999999999999999.T+3.81";
        for bad in
            ["", "1", "T+3", "T+3.", "x.81", "1.2.81", large, "new.T+3.81", "new.new.1.T+3.81"]
        {
            assert_eq!((read_key(bad), read_seen(bad)), (None, None), "{bad}");
        }
        for bad in
            ["after=", "after=1", "after=2026-01-27.T%2B3", "after=1969-01-01.T%2B3.81", "x=1"]
        {
            assert_eq!(read(bad), Err(BadPlace), "{bad}");
        }
    }
}
