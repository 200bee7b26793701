//! The command line.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use chrono::NaiveDate;
use clap::{Parser, ValueEnum};
use url::Url;
use whatsapp_360messenger::Dialect;
use whatsapp_core::address::is_loopback;

use crate::files::Serving;

/// Folder of the data that ships with this example.
const SAMPLE_DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

/// Folder for the files that this program makes. It is in the data's own folder, so that it moves
/// along with the data and no other data shares it.
const OUT: &str = "quickstart-out";

/// Name of the database of played days.
const PLAYED: &str = "days.sqlite";

const EXAMPLES: &str = "\
Examples:
  cargo quickstart
      Sends the sample data to a gateway that runs inside this program; nothing leaves the machine.
  cargo quickstart -- --serve
      The same, and then the managers' console in a browser: what failed, why, and how to put it right.
  cargo quickstart -- --data my-shop
      The same with customers.csv, invoices.csv and orders.csv of the folder my-shop: a rehearsal.
  cargo quickstart -- --data my-shop --gateway http://127.0.0.1:8080 --api-key test \\
      --time-scale 600 --until-idle
      Sends to a gateway of your own and goes through all its retries, 30 minutes in 3 seconds.
  cargo quickstart -- --today 2026-10-17 --plan
  cargo quickstart -- --today 2026-10-18 --plan
      Plays two days of the sample data: which reminders are sent, held and put off, and why. Days go
      on from call to call, what was sent stays sent, and reminders of missed days are made up for.
  cargo quickstart -- --today 2026-10-19 --plan --arm Dussehra
  cargo quickstart -- --today 2026-10-20 --plan
      Arms the greeting of festivals.csv, and sends it on its day, one message after another.
  cargo quickstart -- --today 2026-10-17 --plan --summaries
      The same with one message a customer and day, which lists all invoices that are due.
  cargo quickstart -- --today 2026-10-18 --forecast 7
      Tells what will go out in the next 7 days, and writes nothing.
  WHATSAPP_API_KEY=… cargo quickstart -- --data my-shop --gateway https://api.360messenger.com \\
      --public-url https://files.example.com
      Sends to real customers, with the PDFs of the folder: the gateway fetches them from the public
      address, which must lead to --listen on this machine, as a tunnel or a web server does.

The tables may be CSV of any spreadsheet: commas, semicolons or tabs, UTF-8, UTF-16 or Windows-1252,
dates such as 2026-01-27, 27/01/2026 or 27-Jan-26, amounts such as 1,23,456.00. Each row that cannot
be used is told with its line, and how doubtful cells were read is said. One of invoices.csv and
orders.csv may be missing.

festivals.csv may name festivals: date, name, and, if wanted, estimated (yes or no), time and text. Each
is a draft that sends nothing until --arm arms it; it then greets every customer on its day.

invoices.csv may have two columns more, for reminders: standing (open, disputed, paid, void; empty is
open) and promised_until (the customer promised to pay by the end of that day). On a played day an
invoice counts as paid from its paid_on on.

A row is known by its id: under the same id it is sent once, whatever else changes in it. An id that
now has another number, and a customer's invoice or order under another id than before, are left out
with their reason. So an id must stay with its row: the number of a row in an export is none. On played
days an invoice under another id is known by its number and its customer.

Exit code: 0 when all is well, also when messages wait for another attempt; 3 when messages failed or
rows were left out, as with the sample data; 1 when nothing can be sent for now; 2 when the arguments
or the data cannot be used, as with a greeting that cannot be armed: nothing is done then. After --serve
it is 0.
RUST_LOG=whatsapp_core=info shows what the library logs.";

/// Send every unpaid invoice and every delivered order of a folder to its customer on WhatsApp,
/// each once. Run it again at any time, also after a crash: sent messages are not sent again.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[derive(Parser)]
#[command(name = "quickstart", bin_name = "cargo quickstart --", after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder with customers.csv, invoices.csv and orders.csv
    #[arg(long, value_name = "DIR", default_value = SAMPLE_DATA, hide_default_value = true)]
    pub(crate) data: PathBuf,

    /// SQLite database, made if it is not there [default: in DIR/quickstart-out, one for the
    /// stand-in gateway and one for others]
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,

    /// File for the report: every message with all its attempts, and every row that was left out,
    /// as JSON
    #[arg(long, value_name = "FILE.json", default_value = "quickstart-out/report.json")]
    pub(crate) report: PathBuf,

    /// Take the numbers that were probably meant, if a number cannot be used as it stands
    #[arg(long)]
    pub(crate) accept_suggestions: bool,

    /// Send messages again, once, if they failed for good because of the account, the address or
    /// the gateway
    #[arg(long)]
    pub(crate) resend_failed: bool,

    /// Address of the gateway; without it a stand-in runs inside this program
    #[arg(long, value_name = "URL")]
    pub(crate) gateway: Option<String>,

    /// Key of the gateway; better given in the environment, where neither cargo nor a list of
    /// processes shows it
    #[arg(long, value_name = "KEY", env = "WHATSAPP_API_KEY", hide_env_values = true)]
    pub(crate) api_key: Option<String>,

    /// Interface of the gateway to speak; v1 puts the key into each URL
    #[arg(long, value_enum, default_value_t = Speak::V2)]
    pub(crate) dialect: Speak,

    /// Send the messages that the database still holds for another gateway through this gateway
    #[arg(long, requires = "gateway")]
    pub(crate) change_gateway: bool,

    /// Public https address that leads to --listen, from which a gateway elsewhere fetches the PDFs
    /// of the folder
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<Url>,

    /// Address on which this program serves the PDFs for --public-url
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8360")]
    pub(crate) listen: SocketAddr,

    /// Mail server for failure notices
    #[arg(
        long,
        help = "Mail server for failure notices, such as smtps://user:password@mail.example.com",
        value_name = "URL",
        requires = "notify_to"
    )]
    pub(crate) smtp: Option<String>,

    /// E-mail address for the failure notices
    #[arg(long, value_name = "ADDRESS", requires = "smtp")]
    pub(crate) notify_to: Option<String>,

    /// Run the clock N times as fast as time; above 1 only with a gateway on this machine
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub(crate) time_scale: u32,

    /// Play this day, such as 2026-10-17, in the business's time zone: with --plan or --forecast
    #[arg(
        long,
        value_name = "DATE",
        value_parser = date,
        conflicts_with_all = ["time_scale", "until_idle", "resend_failed"]
    )]
    pub(crate) today: Option<NaiveDate>,

    /// Plan the day's payment reminders and send them, to the stand-in gateway alone; nothing else
    #[arg(long, requires = "today")]
    plan: bool,

    /// Approve reminders that wait for approval: all, or those of the invoices with these numbers
    #[arg(
        long,
        value_name = "INVOICE",
        num_args = 0..,
        value_delimiter = ',',
        requires = "plan",
        conflicts_with = "forecast"
    )]
    pub(crate) approve: Option<Vec<String>>,

    /// Arm greetings of festivals.csv with these names: each is sent on its day to all customers
    #[arg(long, value_name = "FESTIVAL", num_args = 1.., value_delimiter = ',', requires = "plan")]
    pub(crate) arm: Vec<String>,

    /// Confirm the dates of greetings with these names, which depend on the moon; in the three days
    /// before them
    #[arg(long, value_name = "FESTIVAL", num_args = 1.., value_delimiter = ',', requires = "plan")]
    pub(crate) confirm: Vec<String>,

    /// Send each customer one message a day that lists all due invoices, or one for each again; the
    /// database keeps the choice
    #[arg(
        long,
        value_name = "on|off",
        num_args = 0..=1,
        default_missing_value = "on",
        value_parser = ["on", "off"],
        requires = "plan",
        conflicts_with = "forecast"
    )]
    pub(crate) summaries: Option<String>,

    /// Forecast the reminders and greetings of this many days, today included; write and send
    /// nothing, also with --plan
    #[arg(
        long,
        value_name = "DAYS",
        requires = "today",
        value_parser = clap::value_parser!(u16).range(1..=60)
    )]
    pub(crate) forecast: Option<u16>,

    /// Afterwards show the managers' console on this machine, on this port or on any free one,
    /// print a link to it, and go on sending until Ctrl-C
    #[arg(
        long,
        value_name = "PORT",
        num_args = 0..=1,
        default_missing_value = "0",
        conflicts_with = "forecast"
    )]
    pub(crate) serve: Option<u16>,

    /// Go on until every message is sent or has failed for good, through all retries
    #[arg(long)]
    pub(crate) until_idle: bool,
}

/// Interfaces of the gateway, by their short names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Speak {
    V2,
    V1,
    Rest,
}

impl From<Speak> for Dialect {
    fn from(speak: Speak) -> Self {
        match speak {
            Speak::V2 => Self::V2,
            Speak::V1 => Self::V1,
            Speak::Rest => Self::Rest,
        }
    }
}

impl Args {
    /// Returns the database: that of the data folder if none is given. A rehearsal has a database
    /// of its own, so that messages that the stand-in took do not count as sent. Played days have
    /// one too: their clock is not that of the machine.
    pub(crate) fn database(&self) -> Cow<'_, Path> {
        if let Some(database) = &self.database {
            return database.into();
        }
        if self.is_sample() {
            // The sample's own folder belongs to the checkout.
            let name = if self.today.is_some() { "sample-days.sqlite" } else { "sample.sqlite" };
            return Path::new(OUT).join(name).into();
        }
        let name = match (&self.gateway, self.today) {
            (Some(_), _) => "quickstart.sqlite",
            (None, None) => "rehearsal.sqlite",
            (None, Some(_)) => PLAYED,
        };
        self.data.join(OUT).join(name).into()
    }

    /// Returns true if the database is in a folder of its own within the data's.
    pub(crate) fn is_beside_data(&self) -> bool {
        self.database.is_none() && !self.is_sample()
    }

    /// Returns true if the data is the sample data that ships with this example.
    pub(crate) fn is_sample(&self) -> bool {
        let whole = |path: &Path| std::fs::canonicalize(path).ok();
        whole(&self.data).is_some_and(|data| whole(Path::new(SAMPLE_DATA)) == Some(data))
    }

    /// Returns the place from which the gateway can fetch files; `None` if it can fetch none of
    /// this machine's.
    pub(crate) fn serving(&self) -> Result<Option<Serving<'_>>> {
        Ok(match &self.public_url {
            Some(url) => Some(Serving::Public { url, listen: self.listen }),
            None if self.gateway_is_here()? => Some(Serving::Here),
            None => None,
        })
    }

    /// Checks what clap cannot check: how the arguments go together.
    pub(crate) fn check(&self) -> Result<()> {
        // The address of a server has a password in it, which must become the name of nothing.
        if self.database.as_deref().is_some_and(|path| path.to_string_lossy().contains("://")) {
            bail!(
                "--database names a file: this program keeps its messages in SQLite. A shop over PostgreSQL \
                 is the example back-end: DATABASE_URL=postgres://… cargo run -p whatsapp-example-backend"
            );
        }
        if self.today.is_some() && self.gateway.is_some() {
            bail!(
                "--today plays a day that may be another one: its reminders go to the stand-in gateway \
                 alone, so leave out --gateway"
            );
        }
        if self.today.is_some() && !self.plan && self.forecast.is_none() {
            bail!(
                "--today needs --plan, which plans and sends the day's reminders, or --forecast DAYS, which \
                 tells what they will do"
            );
        }
        let Some(gateway) = &self.gateway else {
            return Ok(());
        };
        if self.api_key.as_deref().is_none_or(|key| key.trim().is_empty()) {
            bail!(
                "--gateway needs a key: set the environment variable WHATSAPP_API_KEY, \
                 or give --api-key"
            );
        }
        if let Some(url) = &self.public_url
            && is_on_this_machine(url.as_str())?
            && !is_on_this_machine(gateway)?
        {
            bail!("--public-url {url} leads to this machine alone: the gateway is on another one");
        }
        if self.time_scale > 1 && !is_on_this_machine(gateway)? {
            bail!(
                "--time-scale is for a gateway on this machine: with {} it would send {} times as \
                 fast as a WhatsApp account may",
                "--gateway elsewhere",
                self.time_scale
            );
        }
        Ok(())
    }

    /// Returns true if the gateway can fetch files that are served on 127.0.0.1.
    fn gateway_is_here(&self) -> Result<bool> {
        self.gateway.as_deref().map_or(Ok(true), is_on_this_machine)
    }
}

/// Reads a date in the one spelling that cannot be taken for another.
fn date(text: &str) -> Result<NaiveDate, String> {
    let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let read = read.filter(|date| date.to_string() == text);
    read.ok_or_else(|| "a date such as 2026-10-17 is expected".to_owned())
}

fn is_on_this_machine(gateway: &str) -> Result<bool> {
    let url = Url::parse(gateway.trim())
        .ok()
        .context("--gateway needs a complete address such as https://api.360messenger.com")?;
    Ok(url.host().is_some_and(|host| is_loopback(&host)))
}

#[cfg(test)]
mod tests {
    use whatsapp_testkit::fixtures::{OTHER_MACHINES, THIS_MACHINE};

    use super::*;

    #[test]
    fn a_server_is_no_file_and_its_password_is_not_said() {
        let address = "postgres://shop:secret@db.example/shop";
        let args = Args::parse_from(["quickstart", "--database", address]);
        let refused = args.check().unwrap_err().to_string();
        assert!(refused.contains("DATABASE_URL") && !refused.contains("secret"), "{refused}");
    }

    #[test]
    fn a_gateway_on_this_machine_is_told_from_others() {
        for host in THIS_MACHINE {
            assert!(is_on_this_machine(&format!("http://{host}:8080")).unwrap(), "{host}");
        }
        for host in OTHER_MACHINES {
            assert!(!is_on_this_machine(&format!("http://{host}:8080")).unwrap(), "{host}");
        }
    }
}
