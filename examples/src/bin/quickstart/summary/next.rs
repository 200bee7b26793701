//! Commands to try next.

use std::fmt::Write as _;
use std::path::Path;

use chrono::NaiveDate;

/// Facts that the hints depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next<'a> {
    /// The day that was played, with true if a part of it is left.
    pub(super) played: Option<(NaiveDate, bool)>,
    /// True if messages wait for another attempt that an ordinary run does not wait for.
    pub(super) retries: bool,
    /// True if the data is the sample data that ships with this example.
    pub(super) sample: bool,
    /// True if the console is shown anyway.
    pub(super) served: bool,
    pub(super) database: &'a Path,
}

impl Next<'_> {
    pub(super) fn text(self) -> String {
        let mut text = "What to try next:\n".to_owned();
        let mut line = |command: &str, what: &str| {
            let _ = writeln!(text, "  {command:<36} {what}");
        };
        if let Some((date, is_cut)) = self.played {
            let next = date.succ_opt().unwrap_or(date);
            if is_cut {
                line(&format!("--today {date} --plan"), "the rest of this day");
            }
            let what = "the next day; of missed days reminders go out later, greetings do not";
            line(&format!("--today {next} --plan"), what);
            line(&format!("--today {date} --plan --approve"), "what waits goes out");
            line(&format!("--today {next} --forecast 7"), "what the next days will send");
        }
        if self.retries {
            line("the same again with --until-idle", "stays until all retries are through");
        }
        line("the same again", "nothing is sent twice");
        if !self.served {
            line("the same again with --serve", "the managers' console in a browser");
        }
        if self.sample {
            line("cargo quickstart -- --data DIR", "your own customers, invoices and orders");
        }
        line("cargo quickstart -- --help", "your own gateway, mail, a fast clock");
        let database = self.database.display();
        let _ = writeln!(text, "  sqlite3 {database} \"SELECT * FROM whatsapp_message_logs\"");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_was_interrupted_is_to_be_gone_on_with_before_the_next() {
        let date = "2026-10-31".parse().unwrap();
        let database = Path::new("days.sqlite");
        let told = |played| {
            let next = Next { played, retries: false, sample: false, served: true, database };
            let text = next.text();
            let days = text.lines().filter_map(|line| line.strip_prefix("  --today "));
            days.map(str::to_owned).collect::<Vec<_>>()
        };
        let [rest, next, approve, forecast] = [
            "2026-10-31 --plan            the rest of this day",
            "2026-11-01 --plan            the next day; of missed days reminders go out later, \
             greetings do not",
            "2026-10-31 --plan --approve  what waits goes out",
            "2026-11-01 --forecast 7      what the next days will send",
        ];
        assert_eq!(told(Some((date, true))), [rest, next, approve, forecast]);
        assert_eq!(told(Some((date, false))), [next, approve, forecast]);
        assert_eq!(told(None), [""; 0]);
    }
}
