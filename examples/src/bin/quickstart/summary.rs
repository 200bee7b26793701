//! What happened, in plain words, on standard output.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, presets};
use whatsapp_core::message::{FailureKind, MessageType, Phase};
use whatsapp_core::port::{Pause, PauseReason};
use whatsapp_core::{MessageId, WhatsAppNumber};

use crate::data::LeftOut;
use crate::dispatch::Ending;
use crate::errand::About;
use crate::fetches::Fetches;
use crate::log::{Entry, failure, time};
use crate::notices::Left;

/// A list on the screen has so many lines at most; the report has everything.
const LINES: usize = 30;

/// The width of a table where there is no terminal to ask.
const WIDTH: u16 = 100;

/// Everything there is to tell.
pub(crate) struct Summary<'a> {
    pub(crate) log: &'a [Entry],
    pub(crate) fetches: Fetches,
    /// What each message of this run is about.
    pub(crate) about: &'a HashMap<MessageId, About>,
    pub(crate) left_out: &'a [LeftOut],
    /// Messages that this run added to the log.
    pub(crate) added: u64,
    pub(crate) ending: Ending,
    pub(crate) notices: Left,
    pub(crate) now: DateTime<Utc>,
    pub(crate) zone: Tz,
    pub(crate) until_idle: bool,
    pub(crate) stand_in: bool,
    pub(crate) report: PathBuf,
    pub(crate) database: PathBuf,
}

impl Summary<'_> {
    pub(crate) fn text(&self) -> String {
        let parts = [
            self.enqueued(),
            self.phases(),
            self.fetches(),
            self.failures(),
            self.left_out(),
            self.waiting(),
            self.notices(),
            self.places(),
            self.next(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    fn enqueued(&self) -> String {
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

    /// How many messages there are of each status and phase.
    fn phases(&self) -> String {
        let mut rows: BTreeMap<(u8, String), [usize; 2]> = BTreeMap::new();
        for entry in self.log {
            let row = rows.entry((rank(&entry.phase), self.phase(&entry.phase))).or_default();
            row[usize::from(entry.message.new.message_type != MessageType::Invoice)] += 1;
        }
        if rows.is_empty() {
            return String::new();
        }
        let mut table = table(["Messages", "Invoices", "Orders", "All"]);
        for ((_, phase), [invoices, orders]) in rows {
            let all = invoices + orders;
            table.add_row([phase, invoices.to_string(), orders.to_string(), all.to_string()]);
        }
        for column in 1..4 {
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

    /// Who was not reached, and why; one line for the same trouble of one customer.
    fn failures(&self) -> String {
        let mut groups: BTreeMap<(&str, String), Vec<About>> = BTreeMap::new();
        let mut correctable = false;
        for entry in self.log {
            let new = &entry.message.new;
            let about = self.about.get(&new.id).cloned();
            let Phase::Failed(why) = &entry.phase else {
                continue;
            };
            // A mistake in the data of an earlier run that is mended by now.
            if why.kind == FailureKind::Invalid && about.is_none() {
                continue;
            }
            correctable |= why.kind == FailureKind::Invalid;
            let reason = match why.kind {
                FailureKind::Invalid => wrong_number(new.whatsapp_number.as_str(), &why.reason),
                _ => why.reason.clone(),
            };
            // A message of an earlier run: its row is not in the folder any more.
            let key = || About { kind: "message", number: new.key.to_string() };
            let what = about.unwrap_or_else(key);
            groups.entry((new.customer_name.as_str(), reason)).or_default().push(what);
        }
        if groups.is_empty() {
            return String::new();
        }
        let mut table = table(["Not sent to", "What", "Why"]);
        let hidden = groups.len().saturating_sub(LINES);
        for ((customer, reason), what) in groups.into_iter().take(LINES) {
            table.add_row([plain(customer), plain(&some(what)), plain(&reason)]);
        }
        let advice = if correctable {
            "Correct customers.csv and run this again: only these are sent then.\n"
        } else {
            ""
        };
        format!("{}\n{}{advice}", table.trim_fmt(), more(hidden))
    }

    fn left_out(&self) -> String {
        if self.left_out.is_empty() {
            return String::new();
        }
        let mut text = format!("{} left out:\n", were(self.left_out.len() as u64, "row"));
        for row in self.left_out.iter().take(LINES) {
            let what = row.what.as_ref().map(|what| format!("{what}: ")).unwrap_or_default();
            let _ = writeln!(text, "  {}: {}", row.place, plain(&format!("{what}{}", row.reason)));
        }
        text + &more(self.left_out.len().saturating_sub(LINES))
    }

    /// What is still owed, and what stands in its way.
    fn waiting(&self) -> String {
        let mut text = String::new();
        let at = |at| time(at, self.now, self.zone);
        let retrying = self.earliest(|entry| match entry.phase {
            Phase::Retrying { at } => Some(at),
            _ => None,
        });
        if let Some((count, first)) = retrying {
            let wait = if count == 1 { "message waits" } else { "messages wait" };
            let _ = writeln!(text, "{count} {wait} for another attempt, from {} on.", at(first));
        }
        let due = |entry: &Entry| entry.message.new.state.owed.map(|owed| owed.due_at);
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
        if let (Some((count, _)), Ending::Waiting(next)) = (sending, self.ending) {
            let _ = writeln!(
                text,
                "{} being sent when the program ended; the gateway is asked about {} at {}.",
                was(count, "message"),
                if count == 1 { "it" } else { "them" },
                at(next)
            );
        }
        match self.ending {
            Ending::Paused(pause) => text.push_str(&self.paused(&pause)),
            Ending::Interrupted => text.push_str("Interrupted; nothing is lost.\n"),
            Ending::Waiting(_) | Ending::Done => {}
        }
        text
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
        };
        format!(
            "Nothing is sent for now. {}; it is asked again at {}. {advice}\nNo message is lost.\n",
            pause.reason.label(),
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
        format!("Report    {}\nDatabase  {}\n", self.report.display(), self.database.display())
    }

    fn next(&self) -> String {
        let mut text = "What to try next:\n".to_owned();
        let mut line = |command: &str, what: &str| {
            let _ = writeln!(text, "  {command:<36} {what}");
        };
        let retrying = |entry: &Entry| entry.message.new.state.next_attempt_at.is_some();
        if !self.until_idle && self.log.iter().any(retrying) {
            line("the same again with --until-idle", "stays until all retries are through");
        }
        line("the same again", "nothing is sent twice");
        if self.stand_in {
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

/// Why a number is none, and what was probably meant. That is for a person to decide: nothing is
/// sent there.
fn wrong_number(typed: &str, reason: &str) -> String {
    match WhatsAppNumber::suggest(typed, "IN") {
        _ if typed.is_empty() => reason.to_owned(),
        Some(meant) if meant.as_str() == typed => reason.to_owned(),
        Some(meant) => {
            format!("{typed} cannot be used as it stands: did you mean {}?", meant.as_str())
        }
        None => format!("{typed} cannot be used. {reason}"),
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
        Phase::Scheduled { .. } => 5,
        Phase::Checking => 6,
        Phase::Retrying { .. } => 7,
        Phase::Failed(_) => 8,
        _ => 9,
    }
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    if table.width().is_none() {
        table.set_width(WIDTH);
    }
    table
}

/// Text from a table, fit for a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `invoices INV-6, INV-58; order SO-111`, or their number where they are many.
fn some(mut what: Vec<About>) -> String {
    what.sort();
    let kinds = what.chunk_by(|one, other| one.kind == other.kind).map(|same| {
        let numbers: Vec<&str> = same.iter().map(|about| about.number.as_str()).collect();
        match numbers.as_slice() {
            [number] => format!("{} {number}", same[0].kind),
            [a, b, c, _, rest @ ..] => {
                format!("{}s {a}, {b}, {c} and {} more", same[0].kind, rest.len() + 1)
            }
            few => format!("{}s {}", same[0].kind, few.join(", ")),
        }
    });
    kinds.collect::<Vec<_>>().join("; ")
}

fn more(hidden: usize) -> String {
    match hidden {
        0 => String::new(),
        hidden => format!("… and {hidden} more.\n"),
    }
}

fn number(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

fn was(count: u64, thing: &str) -> String {
    format!("{} {}", number(count, thing), if count == 1 { "was" } else { "were" })
}

fn were(count: u64, thing: &str) -> String {
    was(count, thing)
}

fn waits(count: u64, thing: &str) -> String {
    format!("{} {}", number(count, thing), if count == 1 { "waits" } else { "wait" })
}
