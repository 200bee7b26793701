//! The result of a run, in plain words, on standard output.

mod next;
mod table;
mod waiting;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::messenger::Resent;
use whatsapp_core::time::{Zone, ZoneRules};

use crate::again;
use crate::data::{About, LeftOut};
use crate::dispatch::Ending;
use crate::failures::Failures;
use crate::fetches::Fetches;
use crate::left_out;
use crate::log::Entry;
use crate::notices::Left;
use crate::plan::Planned;
use crate::words::{more, number, plain, some, waits, were};
use next::Next;

/// Number of remarks about the data that are told.
const READINGS: usize = 30;

/// All facts that the summary tells.
#[expect(clippy::struct_excessive_bools, reason = "each is something of its own to tell")]
pub(crate) struct Summary<'a> {
    pub(crate) log: &'a [Entry],
    /// Rows of the log that cannot be read.
    pub(crate) broken: &'a [String],
    pub(crate) failures: Failures,
    pub(crate) fetches: Fetches,
    /// Subjects of the messages of this run's rows.
    pub(crate) about: &'a HashMap<MessageId, About>,
    /// Messages that this run made.
    pub(crate) made: &'a HashSet<MessageId>,
    pub(crate) left_out: &'a [LeftOut],
    /// Notes on cells that were understood in another way than the tables have them.
    pub(crate) readings: &'a [String],
    /// Number of messages that this run added to the log.
    pub(crate) added: u64,
    /// Messages that were sent again, if that was asked for.
    pub(crate) resent: Option<&'a Resent>,
    /// Outcome of the reminders, if a day was played.
    pub(crate) planned: Option<&'a Planned>,
    pub(crate) ending: Ending,
    pub(crate) notices: Left,
    pub(crate) now: DateTime<Utc>,
    pub(crate) zone: &'a Zone,
    pub(crate) until_idle: bool,
    /// True if the data is the sample data that ships with this example.
    pub(crate) sample: bool,
    /// True if the console is shown after this.
    pub(crate) served: bool,
    /// True if the stand-in gateway took the messages.
    pub(crate) rehearsal: bool,
    pub(crate) report: &'a Path,
    pub(crate) database: &'a Path,
}

impl Summary<'_> {
    /// Returns the whole summary, beginning with what somebody has to do.
    pub(crate) fn text(&self) -> String {
        let parts = [
            self.stopped(),
            self.enqueued(),
            self.planned.map(Planned::text).unwrap_or_default(),
            self.failures.text(self.planned.is_some()),
            left_out::text(self.left_out),
            self.broken(),
            self.on_purpose(),
            self.warnings(),
            self.waiting(),
            self.readings(),
            self.phases(),
            self.fetches(),
            self.notices(),
            self.places(),
            self.next().text(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    /// Returns true if something was not told to somebody who should hear it.
    pub(crate) fn is_incomplete(&self) -> bool {
        !self.failures.is_empty() || !self.left_out.is_empty() || !self.broken.is_empty()
    }

    /// Says why the run did not go on to the end.
    fn stopped(&self) -> String {
        match &self.ending {
            Ending::Paused(pause) => self.paused(pause),
            Ending::Interrupted => "Interrupted; nothing is lost.\n".to_owned(),
            Ending::Waiting(_) | Ending::Done => String::new(),
        }
    }

    fn enqueued(&self) -> String {
        let rehearsal = if self.rehearsal && !self.about.is_empty() {
            "A rehearsal: the stand-in gateway took the messages, and nobody gets them.\n"
        } else {
            ""
        };
        let resent = self.resent.map(again::text).unwrap_or_default();
        self.counts() + &resent + rehearsal
    }

    fn counts(&self) -> String {
        let known = (self.about.len() as u64).saturating_sub(self.added);
        match (self.added, known) {
            (0, 0) => "There was nothing to send.\n".to_owned(),
            (0, known) => {
                format!("Nothing new: {} enqueued before.\n", were(known, "message"))
            }
            (added, 0) => format!("{} enqueued.\n", were(added, "message")),
            (added, known) => {
                format!("{} enqueued; {known} had been before.\n", were(added, "message"))
            }
        }
    }

    fn broken(&self) -> String {
        match self.broken {
            [] => String::new(),
            rows => format!(
                "{} of the database cannot be read, because another program changed it: {}.\n",
                number(rows.len() as u64, "row"),
                plain(&rows.join(", "))
            ),
        }
    }

    fn on_purpose(&self) -> String {
        if self.sample && self.is_incomplete() {
            "The sample data has these on purpose; they make the exit code 3.\n".to_owned()
        } else {
            String::new()
        }
    }

    /// Tells what is odd about messages of this run, each oddity once.
    fn warnings(&self) -> String {
        let mut groups: BTreeMap<&str, Vec<About>> = BTreeMap::new();
        for facts in self.log.iter().map(|entry| &entry.message.facts) {
            if let (Some(warning), Some(about), true) =
                (&facts.warning, self.about.get(&facts.id), self.made.contains(&facts.id))
            {
                groups.entry(warning.as_str()).or_default().push(about.clone());
            }
        }
        let mut text = String::new();
        let hidden = groups.len().saturating_sub(READINGS);
        for (warning, what) in groups.into_iter().take(READINGS) {
            let _ = writeln!(text, "Look at {}: {}", plain(&some(what)), plain(warning));
        }
        text + &more(hidden)
    }

    fn readings(&self) -> String {
        if self.readings.is_empty() {
            return String::new();
        }
        let mut text = "How the data was read:\n".to_owned();
        for reading in self.readings.iter().take(READINGS) {
            let _ = writeln!(text, "  {}", plain(reading));
        }
        text + &more(self.readings.len().saturating_sub(READINGS))
    }

    /// Tells how many files the gateway got.
    fn fetches(&self) -> String {
        match self.fetches {
            Fetches { sent: 0, .. } => String::new(),
            Fetches { sent, fetched } if sent == fetched => {
                format!("The gateway fetched {}.\n", number(sent as u64, "PDF"))
            }
            Fetches { sent, fetched } => {
                format!("The gateway fetched {fetched} of {}.\n", number(sent as u64, "PDF"))
            }
        }
    }

    fn notices(&self) -> String {
        match self.notices {
            Left::NoAddress(count) => format!(
                "{} for the manager: --smtp and --notify-to mail them.\n",
                waits(count, "failure notice")
            ),
            Left::NextMail(count) => format!(
                "{} for the next mail, so that there are few of them.\n",
                waits(count, "failure notice")
            ),
            Left::NotTaken(count) => format!(
                "{}: the mail server did not take the mail. Run this again later.\n",
                waits(count, "failure notice")
            ),
            Left::Nothing => String::new(),
        }
    }

    fn places(&self) -> String {
        format!(
            "Report    {}\nDatabase  {}\nTimes     {}, time zone rules {}\n",
            self.report.display(),
            self.database.display(),
            self.zone,
            ZoneRules::in_use()
        )
    }

    fn next(&self) -> Next<'_> {
        let waits = |entry: &Entry| entry.message.state.next_attempt_at.is_some();
        let is_ordinary = self.planned.is_none() && !self.until_idle;
        Next {
            played: self.planned.map(|planned| (planned.date, planned.is_cut)),
            retries: is_ordinary && self.log.iter().any(waits),
            sample: self.sample,
            served: self.served,
            database: self.database,
        }
    }
}
