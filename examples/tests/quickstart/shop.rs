//! A small shop in a temporary folder, and the quickstart run over it.

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use whatsapp_testkit::gateway::StandInGateway;

/// Bytes of a PDF that says nothing.
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n";

/// Longest time that any run here may take; a run that hangs fails.
const LONGEST: Duration = Duration::from_secs(150);

pub(crate) struct Shop {
    folder: TempDir,
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) told: String,
    /// Standard error.
    pub(crate) complained: String,
    /// Messages of the report, if there is a report.
    pub(crate) report: Vec<Value>,
    /// Rows that the report says were left out.
    pub(crate) left_out: Vec<Value>,
    /// Reminders of a played day.
    pub(crate) reminders: Vec<Value>,
    /// Greetings that were armed.
    pub(crate) greetings: Vec<Value>,
}

impl Shop {
    /// Makes a shop of one customer with one unpaid invoice.
    pub(crate) fn new() -> Self {
        let shop = Self { folder: TempDir::new().unwrap() };
        std::fs::create_dir(shop.path("data")).unwrap();
        shop.write("customers.csv", "id,name,whatsapp_number\nC-1,Asha Traders,+919876543210\n");
        shop.write("INV-1.pdf", PDF);
        shop.invoices("I-1,C-1,INV-1,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n");
        shop.write("orders.csv", "id,customer_id,number,delivered_on,items\n");
        shop
    }

    /// Writes this number of invoices to the only customer.
    pub(crate) fn many_invoices(&self, count: usize) {
        let row = |n| format!("I-{n},C-1,INV-{n},2026-10-01,560.50,2026-10-16,,INV-1.pdf\n");
        self.invoices(&(1..=count).map(row).collect::<String>());
    }

    /// Writes the table of invoices, below the names of its columns.
    pub(crate) fn invoices(&self, rows: &str) {
        let columns = "id,customer_id,number,date,amount,due_date,paid_on,pdf\n";
        self.write("invoices.csv", format!("{columns}{rows}"));
    }

    /// Writes the table of customers, below the names of its columns.
    pub(crate) fn customers(&self, rows: &str) {
        self.write("customers.csv", format!("id,name,whatsapp_number\n{rows}"));
    }

    /// Writes the table of orders, below the names of its columns.
    pub(crate) fn orders(&self, rows: &str) {
        self.write("orders.csv", format!("id,customer_id,number,delivered_on,items\n{rows}"));
    }

    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path("data").join(file), content).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the quickstart's command over some data, with this shop's folder as the current one.
    fn command(&self, data: Option<&str>, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
        command
            .env_remove("WHATSAPP_API_KEY")
            .current_dir(self.folder.path())
            .args(data.into_iter().flat_map(|data| ["--data", data]))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Run {
        self.end(self.start(arguments)).await
    }

    /// Runs over other data than this shop's; without a folder, over the sample data.
    pub(crate) async fn run_over(&self, data: Option<&str>, arguments: &[&str]) -> Run {
        let running = self.command(data, arguments).spawn().unwrap();
        self.end(running).await
    }

    /// Starts a run over the sample data without waiting for the end.
    #[cfg(unix)]
    pub(crate) fn start_over_sample(&self, arguments: &[&str]) -> Child {
        self.command(None, arguments).spawn().unwrap()
    }

    fn ended(&self, Output { status, stdout, stderr }: Output) -> Run {
        let report = std::fs::read(self.path("quickstart-out/report.json"));
        let report: Value = report.map_or(Value::Null, |it| serde_json::from_slice(&it).unwrap());
        let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
        Run {
            code: status.code(),
            told: String::from_utf8(stdout).unwrap(),
            complained: String::from_utf8(stderr).unwrap(),
            report: list("messages"),
            left_out: list("left_out"),
            reminders: list("reminders"),
            greetings: list("greetings"),
        }
    }

    /// Runs to the end against a gateway, with a clock that runs 600 times as fast as time.
    pub(crate) async fn run_fast(&self, gateway: &StandInGateway) -> Run {
        self.run_fast_with(gateway, &[]).await
    }

    /// Runs in the same way with more arguments.
    pub(crate) async fn run_fast_with(&self, gateway: &StandInGateway, more: &[&str]) -> Run {
        let arguments = fast(gateway);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.run(&[&arguments, more].concat()).await
    }

    /// Starts such a run without waiting for the end.
    pub(crate) fn start_fast(&self, gateway: &StandInGateway) -> Child {
        let arguments = fast(gateway);
        self.start(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Starts a run without waiting for the end.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(Some("data"), arguments).spawn().unwrap()
    }

    /// Waits for the end of a run that was started.
    pub(crate) async fn end(&self, running: Child) -> Run {
        let output = tokio::time::timeout(LONGEST, running.wait_with_output()).await;
        self.ended(output.expect("the run ends").unwrap())
    }
}

fn fast(gateway: &StandInGateway) -> [String; 7] {
    [
        "--gateway".to_owned(),
        gateway.url(),
        "--api-key".to_owned(),
        gateway.key().to_owned(),
        "--time-scale".to_owned(),
        "600".to_owned(),
        "--until-idle".to_owned(),
    ]
}

impl Run {
    /// Returns the only message of the report.
    pub(crate) fn message(&self) -> &Value {
        assert_eq!(self.report.len(), 1, "{self:#?}");
        &self.report[0]
    }

    /// Returns the text of the message about this invoice or order.
    pub(crate) fn text(&self, number: &str) -> &str {
        let texts = self.report.iter().map(|row| row["message_content"].as_str().unwrap());
        let found: Vec<&str> = texts.filter(|text| text.contains(number)).collect();
        assert_eq!(found.len(), 1, "{number}: {self:#?}");
        found[0]
    }

    /// Returns one field of every message, sorted.
    pub(crate) fn all(&self, field: &str) -> Vec<&str> {
        let mut all: Vec<&str> =
            self.report.iter().map(|row| row[field].as_str().unwrap()).collect();
        all.sort_unstable();
        all
    }

    #[track_caller]
    pub(crate) fn tells(&self, text: &str) {
        assert!(self.told.contains(text), "{text:?} is not in:\n{}", self.told);
    }

    /// Checks that the summary does not hold this text.
    #[track_caller]
    pub(crate) fn never_tells(&self, text: &str) {
        assert!(!self.told.contains(text), "{text:?} is in:\n{}", self.told);
    }

    #[track_caller]
    pub(crate) fn complains(&self, text: &str) {
        assert!(self.complained.contains(text), "{text:?} is not in:\n{}", self.complained);
    }
}
