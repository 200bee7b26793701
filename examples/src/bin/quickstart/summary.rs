//! What happened, in plain words, on standard output.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, presets};
use whatsapp_core::MessageId;
use whatsapp_core::message::{MessageType, Phase};
use whatsapp_core::messenger::Resent;
use whatsapp_core::port::{Pause, PauseReason};
use whatsapp_core::time::{Zone, ZoneRules};

use crate::again;
use crate::data::{About, LeftOut};
use crate::dispatch::Ending;
use crate::failures::Failures;
use crate::fetches::Fetches;
use crate::left_out;
use crate::log::{Entry, failure, time};
use crate::notices::Left;
use crate::plan::Planned;
use crate::words::{more, number, plain, some, waits, were};

/// How many remarks about the data are told.
const READINGS: usize = 30;

/// The width of a table where there is no terminal to ask.
const WIDTH: u16 = 100;

/// The width where a terminal has none, as in editors and under programs that run programs.
const NARROW: u16 = 80;

/// Everything there is to tell.
pub(crate) struct Summary<'a> {
    pub(crate) log: &'a [Entry],
    /// Rows of the log that cannot be read.
    pub(crate) broken: &'a [String],
    pub(crate) failures: Failures,
    pub(crate) fetches: Fetches,
    /// What the messages of this run's rows are about.
    pub(crate) about: &'a HashMap<MessageId, About>,
    /// The messages that this run made.
    pub(crate) made: &'a HashSet<MessageId>,
    pub(crate) left_out: &'a [LeftOut],
    /// What was understood otherwise than the tables have it.
    pub(crate) readings: &'a [String],
    /// Messages that this run added to the log.
    pub(crate) added: u64,
    /// What was sent again, if that was asked for.
    pub(crate) resent: Option<&'a Resent>,
    /// What became of reminders, where a day was played.
    pub(crate) planned: Option<&'a Planned>,
    pub(crate) ending: Ending,
    pub(crate) notices: Left,
    pub(crate) now: DateTime<Utc>,
    pub(crate) zone: &'a Zone,
    pub(crate) until_idle: bool,
    /// The data is that which ships with this example.
    pub(crate) sample: bool,
    /// The stand-in gateway took the messages.
    pub(crate) rehearsal: bool,
    pub(crate) report: &'a Path,
    pub(crate) database: &'a Path,
}

/// The columns of the table of messages.
const KINDS: [(&str, &[MessageType]); 4] = [
    ("Invoices", &[MessageType::INVOICE]),
    ("Orders", &[MessageType::STOCK_DELIVERED]),
    ("Reminders", &[MessageType::PAYMENT_REMINDER, MessageType::PAYMENT_SUMMARY]),
    ("Greetings", &[MessageType::FESTIVAL]),
];

impl Summary<'_> {
    /// The whole of it, what somebody has to do first.
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
            self.next(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    /// Whether something was not told to somebody who should hear it.
    pub(crate) fn is_incomplete(&self) -> bool {
        !self.failures.is_empty() || !self.left_out.is_empty() || !self.broken.is_empty()
    }

    /// Why it did not go on to the end.
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

    /// What is odd about messages of this run, each oddity once.
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

    /// How many messages there are of each status and phase.
    fn phases(&self) -> String {
        let mut rows: BTreeMap<(u8, String), [usize; KINDS.len()]> = BTreeMap::new();
        for entry in self.log {
            let row = rows.entry((rank(&entry.phase), self.phase(&entry.phase))).or_default();
            let is_of = |(_, types): &(_, &[MessageType])| {
                types.iter().any(|it| it.name() == entry.message.facts.message_type)
            };
            // Whatever else there is stands among the orders.
            row[KINDS.iter().position(is_of).unwrap_or(1)] += 1;
        }
        if rows.is_empty() {
            return String::new();
        }
        // An ordinary run knows neither reminders nor greetings.
        let is_shown = |kind: &usize| *kind < 2 || rows.values().any(|counts| counts[*kind] > 0);
        let shown: Vec<usize> = (0..KINDS.len()).filter(is_shown).collect();
        let kinds: Vec<&str> = shown.iter().map(|kind| KINDS[*kind].0).collect();
        let mut table = table([&["Messages"], kinds.as_slice(), &["All"]].concat());
        for ((_, phase), counts) in rows {
            let mut row = vec![phase];
            row.extend(shown.iter().map(|kind| counts[*kind].to_string()));
            row.push(counts.iter().sum::<usize>().to_string());
            table.add_row(row);
        }
        for column in 1..kinds.len() + 2 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.load_style(table.style().row_separator(LineStyle::none()));
        format!("{}\n", table.trim_fmt())
    }

    fn phase(&self, phase: &Phase) -> String {
        match phase {
            Phase::Retrying { .. } => "failed, tried again later".to_owned(),
            Phase::Checking => "pending, outcome being checked".to_owned(),
            Phase::Sending => "pending, being sent".to_owned(),
            Phase::Queued => "pending".to_owned(),
            Phase::Scheduled { at } => {
                format!("pending until {}", time(*at, self.now, self.zone))
            }
            Phase::Held { .. } => "pending, waits".to_owned(),
            Phase::Paused { .. } => "pending, the account is paused".to_owned(),
            Phase::Sent => "sent".to_owned(),
            Phase::Delivered => "sent, delivered".to_owned(),
            Phase::Read => "sent, read".to_owned(),
            Phase::Failed(why) => format!("failed: {}", failure(why.kind)),
            Phase::Cancelled(_) => "cancelled".to_owned(),
            other => other.word().to_owned(),
        }
    }

    /// Whether the gateway got the files.
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

    /// What is still owed, and what stands in its way.
    fn waiting(&self) -> String {
        let mut text = self.held();
        let at = |at| time(at, self.now, self.zone);
        let retrying = self.earliest(|entry| match entry.phase {
            Phase::Retrying { at } => Some(at),
            _ => None,
        });
        if let Some((count, first)) = retrying {
            let wait = if count == 1 { "message waits" } else { "messages wait" };
            let _ = writeln!(text, "{count} {wait} for another attempt, from {} on.", at(first));
            text.push_str(&self.reasons_to_wait());
        }
        let due = |entry: &Entry| entry.message.state.owed.map(|owed| owed.due_at);
        let checking = self.earliest(|entry| match entry.phase {
            Phase::Checking => due(entry),
            _ => None,
        });
        if let Some((count, first)) = checking {
            let _ = writeln!(
                text,
                "For {} the gateway gave no clear answer: it is asked at {} whether it has {}, and \
                 nothing is sent twice.",
                number(count, "message"),
                at(first),
                if count == 1 { "it" } else { "them" }
            );
        }
        let sending = self.earliest(|entry| match entry.phase {
            Phase::Sending => due(entry),
            _ => None,
        });
        if let (Some((count, _)), Ending::Waiting(next)) = (sending, &self.ending) {
            let _ = writeln!(
                text,
                "{} being sent when the program ended; the gateway is asked about {} at {}.",
                were(count, "message"),
                if count == 1 { "it" } else { "them" },
                at(*next)
            );
        }
        text
    }

    /// Why messages wait that are not tried again, each reason once.
    fn held(&self) -> String {
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        let waits =
            |entry: &&Entry| matches!(entry.phase, Phase::Held { .. } | Phase::Scheduled { .. });
        for entry in self.log.iter().filter(waits) {
            *reasons.entry(entry.why.as_str()).or_default() += 1;
        }
        let hidden = reasons.len().saturating_sub(READINGS);
        let told = reasons.into_iter().take(READINGS);
        let told =
            told.map(|(why, count)| format!("{}: {}\n", number(count, "message"), plain(why)));
        told.collect::<String>() + &more(hidden)
    }

    /// What went wrong with the messages that are tried again, each reason once.
    fn reasons_to_wait(&self) -> String {
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for entry in self.log.iter().filter(|entry| matches!(entry.phase, Phase::Retrying { .. })) {
            if let Some(why) = entry.attempts.last().and_then(|last| last.detail.as_deref()) {
                *reasons.entry(why).or_default() += 1;
            }
        }
        let hidden = reasons.len().saturating_sub(READINGS);
        let told = reasons.into_iter().take(READINGS);
        let told =
            told.map(|(why, count)| format!("  {}: {}\n", number(count, "message"), plain(why)));
        told.collect::<String>() + &more(hidden)
    }

    fn paused(&self, pause: &Pause) -> String {
        let advice = match pause.reason {
            PauseReason::KeyRefused => {
                "Check the key (WHATSAPP_API_KEY) and the account, then run this again."
            }
            PauseReason::Misconfigured => {
                "Check the address (--gateway), the --dialect and the key, then run this again."
            }
            PauseReason::RateLimited => "Run this again then, or with --until-idle.",
            PauseReason::Outage => {
                "Check the address (--gateway) and the network, then run this again."
            }
            reason => reason.advice(),
        };
        format!(
            "Nothing is sent for now. {}\nIt is asked again at {}. {advice}\nNo message is lost.\n",
            pause.words(),
            time(pause.until, self.now, self.zone)
        )
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

    fn next(&self) -> String {
        let mut text = "What to try next:\n".to_owned();
        let mut line = |command: &str, what: &str| {
            let _ = writeln!(text, "  {command:<36} {what}");
        };
        if let Some(planned) = self.planned {
            let next = planned.date.succ_opt().unwrap_or(planned.date);
            if planned.is_cut {
                line(&format!("--today {} --plan", planned.date), "the rest of this day");
            }
            let what = "the next day; of missed days reminders go out later, greetings do not";
            line(&format!("--today {next} --plan"), what);
            line(&format!("--today {} --plan --approve", planned.date), "what waits goes out");
            line(&format!("--today {next} --forecast 7"), "what the next days will send");
        }
        let retrying = |entry: &Entry| entry.message.state.next_attempt_at.is_some();
        if self.planned.is_none() && !self.until_idle && self.log.iter().any(retrying) {
            line("the same again with --until-idle", "stays until all retries are through");
        }
        line("the same again", "nothing is sent twice");
        if self.sample {
            line("cargo quickstart -- --data DIR", "your own customers, invoices and orders");
        }
        line("cargo quickstart -- --help", "your own gateway, mail, a fast clock");
        let database = self.database.display();
        let _ = writeln!(text, "  sqlite3 {database} \"SELECT * FROM whatsapp_message_logs\"");
        text
    }

    /// How many entries `pick` picks, and the earliest of its instants.
    fn earliest(
        &self,
        pick: impl Fn(&Entry) -> Option<DateTime<Utc>>,
    ) -> Option<(u64, DateTime<Utc>)> {
        let instants: Vec<_> = self.log.iter().filter_map(pick).collect();
        instants.iter().min().map(|first| (instants.len() as u64, *first))
    }
}

/// Sent first, failed last, what is on its way in between.
const fn rank(phase: &Phase) -> u8 {
    match phase {
        Phase::Read => 0,
        Phase::Delivered => 1,
        Phase::Sent => 2,
        Phase::Sending => 3,
        Phase::Queued => 4,
        Phase::Paused { .. } => 5,
        Phase::Scheduled { .. } => 6,
        Phase::Held { .. } => 7,
        Phase::Checking => 8,
        Phase::Retrying { .. } => 9,
        Phase::Failed(_) => 10,
        _ => 11,
    }
}

fn table(header: Vec<&str>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    let width = width(table.width());
    table.set_width(width);
    table
}

/// How wide a table is, by what the terminal says.
const fn width(terminal: Option<u16>) -> u16 {
    match terminal {
        None => WIDTH,
        Some(0) => NARROW,
        Some(width) => width,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_without_a_width_is_taken_for_an_ordinary_one() {
        assert_eq!([None, Some(0), Some(60)].map(width), [WIDTH, NARROW, 60]);
    }
}
