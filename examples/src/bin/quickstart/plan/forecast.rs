//! Reminders and greetings of the next days (`--forecast`): the planner's own rehearsal. Neither
//! the database nor any file beside it is written.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::NaiveDate;
use whatsapp_core::format::Formats;
use whatsapp_core::planner::{Forecast, ForecastMessage, ForecastReminder};
use whatsapp_core::port::{EveryStore, PlannerStore, Store};
use whatsapp_core::settings::Settings;
use whatsapp_core::time::Zone;
use whatsapp_core::{Campaigns, Planner, Ports};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore};

use super::Day;
use super::books::{Books, Earlier};
use super::greetings::{self, Asked};
use super::told::{self, Words, waits_since_first_run, which};
use crate::args::Args;
use crate::data::Tables;
use crate::words::{number, plain};
use crate::{data, left_out};

/// Prints the forecast of this many days.
pub(crate) async fn print(args: &Args, date: NaiveDate, days: u16) -> Result<ExitCode> {
    let tables = data::open(&args.data)?;
    tables.need_invoices(&args.data)?;
    let database = args.database();
    if !database.exists() {
        return over(args, tables, &Arc::new(MemoryStore::new()), date, days).await;
    }
    let unusable = || format!("the database {} cannot be used", database.display());
    let store = Arc::new(SqliteStore::open(&database).await.with_context(unusable)?);
    let done = over(args, tables, &store, date, days).await;
    // If it stayed open, it would leave files beside it.
    store.close().await;
    done
}

/// Prints the forecast by the rows of this store.
async fn over<S: EveryStore>(
    args: &Args,
    tables: Tables,
    store: &Arc<S>,
    date: NaiveDate,
    days: u16,
) -> Result<ExitCode> {
    let database = args.database();
    let settings = Settings::read(&store.load_settings().await?)?;
    let mut folder = tables.read(&settings.locale)?;
    if args.accept_suggestions {
        folder.accept_suggestions(&settings.locale);
    }
    let both: (&dyn Store, &dyn PlannerStore) = (&**store, &**store);
    let day = Day::check(date, both, &database, &folder, &settings).await?;
    let clock = Arc::new(ManualClock::starting_at(day.start));
    let steps = told::all(&**store).await?;
    let zone = settings.time_zone.clone();
    let books = Books::take(&mut folder, Earlier::of(&steps), clock.clone(), zone);
    let troubles = books.troubles().clone();
    let customers = Arc::new(FixedDirectory::new(folder.customers.iter().cloned()));
    let ports =
        Ports::over(store.clone(), customers).with_invoices(Arc::new(books)).with_clock(clock);
    let forecast = Planner::new(ports.clone())?.forecast(days).await?;
    let campaigns = Campaigns::new(ports)?;
    let (table, known) = (greetings::read(&args.data)?, greetings::all(&campaigns).await?);
    let formats = Formats::new(&settings.locale)?;
    let asked = Asked::by(&table, &known, date, &formats);
    let campaigns = campaigns.forecast(days).await?;
    let words = Words::new(&folder.customers, formats).with_troubles(troubles);
    let told = text(&forecast, date, days, &words, &settings.time_zone);
    let mut greeted = greetings::forecast(&campaigns, &words, &settings.time_zone);
    for problem in asked.told {
        let _ = writeln!(greeted, "{}, {}", greetings::FILE, plain(&problem));
    }
    print!("{told}{greeted}{}", left_out::text(&folder.left_out));
    let is_whole = folder.left_out.is_empty();
    Ok(if is_whole { ExitCode::SUCCESS } else { crate::INCOMPLETE.into() })
}

/// Tells of a message that waits already: its time, or the reason why it does not go out.
fn in_outbox(it: &ForecastMessage, zone: &Zone) -> String {
    let about = it.subject.as_deref().unwrap_or(it.message_type.as_str());
    let about = format!("{about}, {}", it.customer_name.as_str());
    match &it.kept {
        None => format!("{} {about}", zone.local(it.at).format("%H:%M")),
        Some(why) => format!("kept: {about}: {}", why.as_str()),
    }
}

/// Tells the reminders day by day, then those that do not go out.
fn text(forecast: &Forecast, from: NaiveDate, days: u16, words: &Words, zone: &Zone) -> String {
    let mut text = format!(
        "Forecast of {} from {} on, if nothing changes meanwhile. Nothing is written or sent.\n",
        number(days.into(), "day"),
        words.date(from)
    );
    for date in from.iter_days().take(days.into()) {
        let on_day = forecast.reminders.iter().filter(|it| zone.date(it.at) == date);
        let on_day: Vec<&ForecastReminder> = on_day.collect();
        let _ = write!(text, "{}, {}: ", date.format("%A"), words.date(date));
        let waiting: Vec<&ForecastMessage> =
            forecast.messages.iter().filter(|it| it.day == date).collect();
        let reminders = number(on_day.len() as u64, "reminder");
        let messages = number(waiting.len() as u64, "message");
        let _ = match (on_day.len(), waiting.len()) {
            (0, 0) => writeln!(text, "none"),
            (_, 0) => writeln!(text, "{reminders}"),
            (0, _) => writeln!(text, "{messages} of the outbox"),
            _ => writeln!(text, "{reminders}, and {messages} of the outbox"),
        };
        for it in on_day {
            let (at, which) = (zone.local(it.at).format("%H:%M"), which(it.name));
            let line = format!("{at} {}{which}, {}", it.subject, it.customer_name.as_str());
            let _ = writeln!(text, "  {}", plain(&line));
        }
        for it in waiting {
            let _ = writeln!(text, "  {}", plain(&in_outbox(it, zone)));
        }
    }
    if !forecast.others.is_empty() {
        text.push_str("What does not go out until then, and why:\n");
        text.push_str(&words.groups(&forecast.others));
    }
    if forecast.others.iter().any(waits_since_first_run) {
        text.push_str(super::FIRST_RUN);
    }
    text
}
