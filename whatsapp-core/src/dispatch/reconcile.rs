//! The comparison of a look: is an attempt whose outcome is unknown in the gateway's list?

mod disguise;
mod recipient;

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use crate::id::MessageId;
use crate::message::{AttemptOutcome, SentText, Via, plain};
use crate::number::WhatsAppNumber;
use crate::port::{ListedMessage, Listing, Sibling};
use crate::private::Private;
use disguise::could_be;
use recipient::{Whose, whose};

/// The gateway writes its times without a zone. A row that is off by up to this may still be the
/// row that is looked for.
pub(crate) const ZONE_DOUBT: TimeDelta = TimeDelta::hours(26);

/// There was no WhatsApp before 2009. A row of an earlier time has a zero in the place of its time,
/// as programs write it (year 1, 1970), or a year of another calendar. Its time does not count.
const FIRST_YEAR: i32 = 2009;

/// The attempt that is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) message_id: MessageId,
    pub(crate) no: u32,
    pub(crate) number: &'a WhatsAppNumber,
    pub(crate) text: &'a str,
    pub(crate) url: Option<&'a str>,
    /// Set if the text is only a file's name: another file may have the same name.
    pub(crate) is_a_name: bool,
    pub(crate) started: DateTime<Utc>,
    /// The most that the gateway's clock may be off.
    pub(crate) tolerance: TimeDelta,
}

/// The result of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Look {
    /// The gateway took it, under this id.
    Listed(String),
    /// The list of another gateway or key than the attempt's shows it. The id in that list says
    /// nothing where the attempt went.
    ListedElsewhere,
    /// The gateway did not take it, as far as its list tells.
    Absent,
    /// The list proves nothing.
    Unclear,
    /// The list is that of another gateway or key than the attempt's, and does not show it.
    Elsewhere,
}

impl Look {
    /// Returns whether it says neither yes nor no.
    pub(crate) const fn proves_nothing(&self) -> bool {
        matches!(self, Self::Unclear | Self::Elsewhere)
    }

    /// Returns the word for spans.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Listed(_) => "listed",
            Self::ListedElsewhere => "listed_elsewhere",
            Self::Absent => "absent",
            Self::Unclear => "unclear",
            Self::Elsewhere => "elsewhere",
        }
    }
}

impl Wanted<'_> {
    /// Returns the first time that a row of the attempt may have, whatever the list's zone.
    pub(crate) fn listed_since(&self) -> DateTime<Utc> {
        self.started - self.tolerance - ZONE_DOUBT
    }

    /// Returns the time before which attempts have no row in the time that is looked at.
    pub(crate) fn siblings_since(&self) -> DateTime<Utc> {
        self.listed_since() - ZONE_DOUBT
    }
}

/// A row of the list that may be the attempt's, by its time and its recipient.
#[derive(Debug)]
struct Row<'a> {
    listed: &'a ListedMessage,
    /// Its id, if no other row of the list has the same.
    id: Option<&'a str>,
    /// Time at which it was taken, if the row says so.
    at: Option<DateTime<Utc>>,
    whose: Whose,
}

/// The rows of a list that may be the attempt's, as far as the list itself tells.
///
/// The list proves that the gateway did not take the attempt only if every row surely belongs to
/// another message. That is a row
/// - whose id another attempt owns, whatever the number of that attempt, or
/// - whose recipient is the number of another phone, or
/// - whose text is that of another attempt to a variant of this number. That attempt may have been
///   taken, and began no earlier than [`Wanted::siblings_since`]. Each such attempt explains one
///   row. None explains a row whose text could be the wanted one in disguise: two doubts are no
///   certainty.
///
/// The list of another gateway or key than the attempt's proves no absence at all. An id is its
/// owner's at every gateway, but it explains a row only at the owner's own gateway: two gateways
/// may give the same id.
///
/// Rows with a time before [`Wanted::listed_since`] are older than the attempt in every zone. All
/// others count, also rows without a time and rows in the future.
#[derive(Debug)]
pub(crate) struct Suspects<'a> {
    wanted: Wanted<'a>,
    rows: Vec<Row<'a>>,
    complete: bool,
    /// The way by which the list was asked for.
    via: Option<&'a Via>,
    now: DateTime<Utc>,
}

impl<'a> Suspects<'a> {
    pub(crate) fn new(
        wanted: Wanted<'a>,
        listing: &'a Listing,
        via: Option<&'a Via>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut times = BTreeMap::<&str, u32>::new();
        for id in listing.messages.iter().filter_map(|row| row.gateway_id.as_deref()) {
            *times.entry(id).or_default() += 1;
        }
        let from = wanted.listed_since();
        let rows = listing
            .messages
            .iter()
            .map(|row| (row, row.created_at.filter(|at| at.year() >= FIRST_YEAR)))
            .filter(|(_, at)| at.is_none_or(|at| at >= from))
            .map(|(row, at)| Row {
                listed: row,
                at,
                id: row
                    .gateway_id
                    .as_deref()
                    .filter(|id| !id.is_empty() && times.get(id) == Some(&1)),
                whose: whose(row.recipient.as_ref().map(Private::as_str), wanted.number),
            })
            .filter(|row| row.whose != Whose::Anothers)
            .collect();
        Self { wanted, rows, complete: listing.complete, via, now }
    }

    /// Returns the ids of the rows, whose owners are to be asked for.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.rows.iter().filter_map(|row| row.id).map(str::to_owned).collect()
    }

    /// Compares the rows with what this side knows: the attempts to variants of the number that
    /// began since [`Wanted::siblings_since`], and the owners of the rows' ids.
    ///
    /// A row is the attempt's if its text and link are the same, it went to the number or a variant
    /// of it, and no other attempt owns its id. It was taken between `tolerance` before the
    /// attempt's start and `tolerance` after now; a row without a time may have been. Rows that may
    /// belong to another attempt with the same text are left to that attempt. If doubt remains, the
    /// answer is `Unclear`: it is better to tell the manager than to send twice.
    pub(crate) fn compare(&self, siblings: &[Sibling]) -> Look {
        let wanted = &self.wanted;
        let text = plain(wanted.text);
        let (own, others): (Vec<&Sibling>, Vec<&Sibling>) = siblings
            .iter()
            .partition(|other| (other.message_id, other.no) == (wanted.message_id, wanted.no));
        let elsewhere = own.iter().all(|own| own.via.as_ref() != self.via);
        let owners = |here: bool| -> HashSet<&str> {
            let owners = others.iter().filter(|other| self.is_here(other) == here);
            owners.filter_map(|other| other.gateway_id.as_deref()).collect()
        };
        let (owned, owned_elsewhere) = (owners(true), owners(false));
        let mut explanations = self.explanations(&others);
        let (mut near, mut doubtful) = (Vec::new(), !self.complete);
        for row in &self.rows {
            if row.id.is_some_and(|id| owned.contains(id)) {
                continue;
            }
            if row.id.is_some_and(|id| owned_elsewhere.contains(id)) {
                doubtful = true;
                continue;
            }
            let listed = plain(row.listed.text.as_str());
            if listed == text {
                match row.id.filter(|_| self.fits(row)) {
                    Some(id) => near.push((row.whose != Whose::Its, row.at, id)),
                    None => doubtful = true,
                }
            } else if could_be(row.listed.text.as_str(), wanted.text) {
                doubtful = true;
            } else {
                let said = SentText::of(&listed);
                match explanations.iter().position(|explained| **explained == said) {
                    Some(at) => drop(explanations.swap_remove(at)),
                    None => doubtful = true,
                }
            }
        }
        near.sort_unstable();
        let rivals = self.rivals(&others, &SentText::of(&text), &near);
        match near.first() {
            Some(_) if near.len() > rivals && elsewhere => Look::ListedElsewhere,
            Some((_, _, id)) if near.len() > rivals => Look::Listed((*id).to_owned()),
            Some(_) => Look::Unclear,
            None if elsewhere => Look::Elsewhere,
            None if doubtful || rivals > 0 => Look::Unclear,
            None => Look::Absent,
        }
    }

    /// Returns whether the rest of a row with the wanted text fits the attempt.
    fn fits(&self, row: &Row<'_>) -> bool {
        let wanted = &self.wanted;
        let (from, until) = (wanted.started - wanted.tolerance, self.now + wanted.tolerance);
        let in_time = row.at.is_none_or(|at| at >= from && at <= until);
        let same_link = match (wanted.url, &row.listed.url) {
            (Some(sent), Some(listed)) => sent == listed.as_str(),
            _ => true,
        };
        in_time && same_link && matches!(row.whose, Whose::Its | Whose::Perhaps)
    }

    /// Returns the texts of other attempts to the number that may have been taken and whose row is
    /// not known by its id. Each explains one row.
    fn explanations<'s>(&self, others: &[&'s Sibling]) -> Vec<&'s SentText> {
        let listed: HashSet<&str> = self.rows.iter().filter_map(|row| row.id).collect();
        let since = self.wanted.siblings_since();
        others
            .iter()
            .filter(|other| self.is_here(other))
            .filter(|other| self.is_to_the_number(other) && other.started_at >= since)
            .filter(|other| match other.outcome {
                None | Some(AttemptOutcome::Accepted | AttemptOutcome::UnknownHeld) => true,
                Some(
                    AttemptOutcome::Rejected
                    | AttemptOutcome::NotSent
                    | AttemptOutcome::AccountRefused
                    | AttemptOutcome::UnclearRefusal
                    | AttemptOutcome::NotAccepted,
                ) => false,
            })
            .filter(|other| !other.gateway_id.as_deref().is_some_and(|id| listed.contains(id)))
            .map(|other| &other.text)
            .collect()
    }

    /// Returns the number of rows that fit and may belong to other attempts with the same text.
    fn rivals(
        &self,
        others: &[&Sibling],
        text: &SentText,
        near: &[(bool, Option<DateTime<Utc>>, &str)],
    ) -> usize {
        let wanted = &self.wanted;
        // With two files of one name, a row without a link may be either.
        let by_name_alone = wanted.is_a_name
            && self.rows.iter().any(|row| {
                row.listed.url.is_none() && near.iter().any(|(_, _, id)| row.id == Some(*id))
            });
        // With two customers of similar numbers, a row to a variant of both may be either's.
        let by_variant = near.iter().any(|(varies, _, _)| *varies);
        others
            .iter()
            .filter(|other| {
                self.is_to_the_number(other) && other.started_at >= wanted.listed_since()
            })
            .filter(|other| match other.outcome {
                Some(AttemptOutcome::Accepted) => other.gateway_id.is_none(),
                None => {
                    by_name_alone || (by_variant && other.number.as_str() != wanted.number.as_str())
                }
                Some(_) => false,
            })
            .filter(|other| other.text == *text)
            .count()
    }

    /// Returns whether another attempt went to the gateway whose list this is, by any key.
    fn is_here(&self, other: &Sibling) -> bool {
        other.via.as_ref().map(Via::host) == self.via.map(Via::host)
    }

    fn is_to_the_number(&self, other: &Sibling) -> bool {
        self.wanted.number.may_be(other.number.as_str().trim_start_matches('+'))
    }
}

#[cfg(test)]
mod tests;
