//! The dates and amounts of a table: each column is read in one way, and a note says which.

use chrono::NaiveDate;
use whatsapp_core::format::Amount;

use super::Reason;
use super::amounts::{self, Mark, Sum};
use super::dates::{self, Order};
use super::habits::Habits;
use super::reading::{Choice, Evidence, Says, most};
use super::table::{Row, Table};

/// Reason to leave out a cell that may mean two things.
const EITHER: &str = "may be read in two ways, and its column shows neither or both";

/// Reason to leave out a cell that its column reads in one way and its row in the other.
const AT_ODDS: &str =
    "may be read in two ways, and another date of its row is not written as its column is";

/// Reason to leave out an amount that can be read in one way, which is not its column's. `12,50`
/// below `1,250.00` may be 12 and a half, or what is left of a larger sum.
const OTHER_MARK: &str = "writes its decimals otherwise than other amounts of its column";

/// Ways in which the columns of a table are read.
#[derive(Debug)]
pub(super) struct Typed {
    dates: Vec<(&'static str, Choice<Order>)>,
    amount: Choice<Mark>,
    /// Mark that stands before the decimals in most amounts.
    mark: Option<Mark>,
}

impl Typed {
    /// Decides by all rows of a table for its columns of dates, and for its column `amount` if it
    /// has one. The decisions are noted in the table.
    pub(super) fn decide(table: &mut Table, columns: &[&'static str], habits: Habits) -> Self {
        let dates: Vec<(&str, Vec<_>)> =
            columns.iter().map(|column| (*column, cells(table, column, date_of))).collect();
        let evidence = |cells: &[(u64, String, Says<_, _>)]| {
            Evidence::of(cells.iter().map(|(line, _, says)| (*line, says.clone())))
        };
        let all = dates.iter().map(|(_, cells)| evidence(cells));
        let all = all.fold(Evidence::Nothing, Evidence::and);
        let choice = |cells: &[_]| Choice::by(evidence(cells), all, habits.order);
        let chosen = dates.iter().map(|(column, cells)| (*column, choice(cells))).collect();

        let amounts = cells(table, "amount", |text| amounts::read(text).ok().map(|sum| sum.says));
        let shown = amounts.iter().map(|(line, _, says)| (*line, says.clone()));
        let amount = Choice::by(Evidence::of(shown), Evidence::Nothing, habits.mark);
        let mark = most(amounts.iter().map(|(_, _, says)| says), habits.mark);

        let mut notes: Vec<String> = Vec::new();
        for (column, cells) in &dates {
            notes.extend(date_note(column, cells, choice(cells)));
        }
        notes.extend(amount_note(&amounts, amount, habits.mark));
        let file = table.rows.first().map_or("", |row| row.place().file);
        table.notes.extend(notes.into_iter().map(|note| format!("{file}: {note}")));
        Self { dates: chosen, amount, mark }
    }

    /// Reads a date that must be there.
    pub(super) fn date(&self, row: &Row, column: &str) -> Result<NaiveDate, Reason> {
        let text = row.filled(column)?;
        let refused = |why: &str| Reason::about(column, text, why);
        let says = dates::read(text).map_err(refused)?;
        let choice = self.dates.iter().find(|(known, _)| *known == column);
        let choice = choice.map_or(Choice::Unknown, |(_, choice)| *choice);
        if matches!(says, Says::Either(_)) && self.is_at_odds(row, choice) {
            return Err(refused(AT_ODDS));
        }
        says.value(choice).ok_or_else(|| refused(EITHER))
    }

    /// Returns true if a date of the row can only be read in another order than a column is. Then
    /// rows of two programs were put together, and this one is of the other program.
    fn is_at_odds(&self, row: &Row, choice: Choice<Order>) -> bool {
        let (Choice::Shown(order, _) | Choice::Usual(order)) = choice else { return false };
        let cells = self.dates.iter().filter_map(|(column, _)| row.optional(column));
        cells
            .filter_map(date_of)
            .any(|says| matches!(says, Says::Shows(other, _) if other != order))
    }

    /// Reads a date that may be missing.
    pub(super) fn optional_date(
        &self,
        row: &Row,
        column: &str,
    ) -> Result<Option<NaiveDate>, Reason> {
        row.optional(column).map(|_| self.date(row, column)).transpose()
    }

    /// Reads the amount, which must be there.
    pub(super) fn amount(&self, row: &Row) -> Result<Amount, Reason> {
        let text = row.filled("amount")?;
        let refused = |why: &str| Reason::about("amount", text, why);
        let sum: Sum = amounts::read(text).map_err(refused)?;
        if matches!(sum.says, Says::Shows(mark, _) if self.mark != Some(mark)) {
            return Err(refused(OTHER_MARK));
        }
        let digits = sum.says.value(self.amount).ok_or_else(|| refused(EITHER))?;
        sum.amount(&digits).map_err(|why| refused(&format!("cannot be used: {why}")))
    }
}

/// Returns the cells of a column that can be read, with their lines.
fn cells<T>(
    table: &Table,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Vec<(u64, String, T)> {
    let rows = table.rows.iter();
    rows.filter_map(|row| {
        let text = row.optional(column)?;
        Some((row.place().line, text.to_owned(), read(text)?))
    })
    .collect()
}

fn date_of(text: &str) -> Option<Says<NaiveDate, Order>> {
    dates::read(text).ok()
}

/// Notes how a column of dates was read, by its first ambiguous date.
fn date_note(
    column: &str,
    cells: &[(u64, String, Says<NaiveDate, Order>)],
    choice: Choice<Order>,
) -> Option<String> {
    let (_, text, says) = cells.iter().find(|(_, _, says)| matches!(says, Says::Either(_)))?;
    let date = says.value(choice)?.format("%-d %B %Y");
    let word = |order| match order {
        Order::DayFirst => "day first",
        Order::MonthFirst => "month first",
    };
    match choice {
        Choice::Shown(order, line) => Some(format!(
            "{column} is read {}, as line {line} shows: {text} is {date}",
            word(order)
        )),
        Choice::Usual(order) => Some(format!(
            "{column} is read {}, as is usual in the language of the settings, for no date shows \
             it: {text} is {date}",
            word(order)
        )),
        Choice::Unknown => None,
    }
}

/// Notes how the amounts were read, by the first that is ambiguous or not written in the usual way.
fn amount_note(
    cells: &[(u64, String, Says<String, Mark>)],
    choice: Choice<Mark>,
    usual: Option<Mark>,
) -> Option<String> {
    let is_telling = |says: &Says<_, _>| match says {
        Says::Either(_) => true,
        Says::Shows(mark, _) => usual.is_some_and(|usual| usual != *mark),
        Says::Plain(_) => false,
    };
    let (_, text, says) = cells.iter().find(|(_, _, says)| is_telling(says))?;
    let digits = says.value(choice)?;
    let word = |mark| match mark {
        Mark::Point => "a point",
        Mark::Comma => "a comma",
    };
    match choice {
        Choice::Shown(mark, line) => Some(format!(
            "amount is read with {} before the decimals, as line {line} shows: {text} is {digits}",
            word(mark)
        )),
        Choice::Usual(mark) => Some(format!(
            "amount is read with {} before the decimals, as is usual in the language of the \
             settings, for no amount shows it: {text} is {digits}",
            word(mark)
        )),
        Choice::Unknown => None,
    }
}
