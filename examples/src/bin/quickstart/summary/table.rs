//! The table of messages, by their outcomes.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, presets};
use whatsapp_core::message::{MessageType, Phase};

use super::Summary;
use crate::log::{failure, time};

/// Width of a table if there is no terminal to ask.
const WIDTH: u16 = 100;

/// Width if a terminal has none, as in editors and under programs that run programs.
const NARROW: u16 = 80;

/// Columns of the table of messages.
const KINDS: [(&str, &[MessageType]); 4] = [
    ("Invoices", &[MessageType::INVOICE]),
    ("Orders", &[MessageType::STOCK_DELIVERED]),
    ("Reminders", &[MessageType::PAYMENT_REMINDER, MessageType::PAYMENT_SUMMARY]),
    ("Greetings", &[MessageType::FESTIVAL]),
];

impl Summary<'_> {
    /// Counts the messages of each status and phase.
    pub(super) fn phases(&self) -> String {
        let mut rows: BTreeMap<(u8, String), [usize; KINDS.len()]> = BTreeMap::new();
        for entry in self.log {
            let row = rows.entry((rank(&entry.phase), self.phase(&entry.phase))).or_default();
            let is_of = |(_, types): &(_, &[MessageType])| {
                types.iter().any(|it| it.name() == entry.message.facts.message_type)
            };
            // All other types are counted among the orders.
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
}

/// Returns the order of the phases: sent first, failed last, messages on their way in between.
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

/// Returns the width of a table, by what the terminal says.
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
