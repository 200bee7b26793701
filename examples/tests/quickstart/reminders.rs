//! Days of reminders that are played (`--today`): what is sent, held and put off, and the forecast.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::shop::{PDF, Run, Shop};

/// Database of the sample data's days.
const SAMPLE: &str = "quickstart-out/sample-days.sqlite";

/// Returns the arguments for a day.
fn on<'a>(day: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["--today", day], more].concat()
}

async fn sample(shop: &Shop, day: &str, more: &[&str]) -> Run {
    shop.run_over(None, &on(day, more)).await
}

/// Returns the texts that the stand-in took until now, in the order of their arrival.
fn texts(shop: &Shop, database: &str) -> Vec<String> {
    let record = Path::new(database).with_extension("gateway.jsonl");
    let record = std::fs::read_to_string(shop.path(record.to_str().unwrap())).unwrap_or_default();
    let lines = record.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let accepted = lines.filter(|line| line["event"] == "accepted");
    accepted.map(|line| line["text"].as_str().unwrap().to_owned()).collect()
}

/// Returns the invoice numbers in the texts that the stand-in took until now.
fn reminded(shop: &Shop, database: &str) -> Vec<String> {
    let number = |text: String| {
        let start = text.find("INV-").unwrap();
        let rest = text[start..].chars();
        rest.take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
    };
    texts(shop, database).into_iter().map(number).collect()
}

/// Returns the same numbers without the year, sorted.
fn sorted(numbers: &[String]) -> Vec<&str> {
    let mut numbers: Vec<&str> =
        numbers.iter().map(|number| number.trim_start_matches("INV-2026-")).collect();
    numbers.sort_unstable();
    numbers
}

/// Returns the states of an invoice's steps.
fn states(run: &Run, number: &str) -> Vec<String> {
    let of = run.reminders.iter().filter(|step| step["invoice"] == number);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut states: Vec<String> = of
        .map(|step| {
            let [name, state, reason, day] =
                ["step", "state", "reason", "day"].map(|it| text(&step[it]));
            format!("{name} {state} {reason} {day}")
        })
        .collect();
    states.sort();
    states
}

/// Returns every file below a folder, with its content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
    all
}

#[tokio::test]
async fn three_days_of_the_sample_data_send_each_due_reminder_once_and_explain_the_rest() {
    let shop = Shop::new();
    let first = sample(&shop, "2026-10-17", &["--plan"]).await;
    // One customer has no number.
    assert_eq!(first.code, Some(3), "{first:#?}");
    assert_eq!(sorted(&reminded(&shop, SAMPLE)), ["0010", "0013", "0015"]);
    first.tells("Reminders on Saturday, 17 Oct 2026: 3 reminders were sent on this day.");
    first.tells("Waits for approval (before reminders began): 10");
    first.tells(
        "    INV-2026-0001 after 7 days, Sharma Kirana (शर्मा किराना): It waits for approval: its day, \
         08 Oct 2026, lies before reminders began on 17 Oct 2026.\n",
    );
    first.tells("The first run of a database holds every reminder whose day lies before it");
    for line in [
        "INV-2026-0010 after 7 days, Fernandes Homeware: It was sent on Saturday, 17 Oct 2026, because its day \
         had come.",
        "INV-2026-0016 after 3 days, Das Home Solutions: Its message failed: the customer has no WhatsApp \
         number.",
        "INV-2026-0014 after 3 days, Nair Constructions: It goes out on Monday, 19 Oct 2026: the customer's number gets no \
         more than 2 a day; 17 Oct 2026 was full.",
        "INV-2026-0017 after 3 days, Iqbal Fan Centre: It waits, and is looked at again on Sunday, 18 Oct 2026: \
         INV-2026-0017 is disputed.",
        "INV-2026-0018 after 3 days, Reddy Agro Pumps: It waits, and is looked at again on Sunday, 18 Oct 2026: \
         payment was promised for 19 Oct \
         2026.",
        "A later reminder takes its place: 9",
        "Das Home Solutions (invoice INV-2026-0016)",
        "A reminder that failed is not sent again",
    ] {
        first.tells(line);
    }
    assert_eq!(
        states(&first, "INV-2026-0010"),
        ["T+3 gave_way  2026-10-13", "T+7 sent  2026-10-17"]
    );

    // The same day is played again, and then a Sunday.
    let again = sample(&shop, "2026-10-17", &["--plan"]).await;
    assert_eq!(again.reminders, first.reminders);
    let sunday = sample(&shop, "2026-10-18", &["--plan"]).await;
    assert_eq!(reminded(&shop, SAMPLE).len(), 3);
    for line in [
        "Reminders on Sunday, 18 Oct 2026: 0 reminders were sent on this day.",
        "INV-2026-0011 after 7 days, Fernandes Homeware: It goes out on Monday, 19 Oct 2026: the customer's last reminder is \
         that of 17 Oct 2026.",
        "INV-2026-0019 after 3 days, Al Noor Café Trading LLC: It goes out on Monday, 19 Oct 2026: 18 Oct 2026 is a closed \
         day.",
        "INV-2026-0012 after 3 days, Thistle & Bell Interiors: It is not sent: INV-2026-0012 was paid.",
    ] {
        sunday.tells(line);
    }

    let monday = sample(&shop, "2026-10-19", &["--plan"]).await;
    let sent = reminded(&shop, SAMPLE);
    assert_eq!(sorted(&sent[3..]), ["0011", "0014", "0019"]);
    assert_eq!(states(&monday, "INV-2026-0008")[1], "T+7 cancelled  2026-10-15");
    assert_eq!(sent.iter().collect::<BTreeSet<_>>().len(), sent.len());

    let earlier = sample(&shop, "2026-10-18", &["--plan"]).await;
    assert_eq!(earlier.code, Some(2), "{earlier:#?}");
    earlier.complains("has got to 19 Oct 2026 already, and its days only go on");
    let all = sample(&shop, "2026-10-19", &["--plan"]).await;
    assert_eq!((all.reminders, reminded(&shop, SAMPLE)), (monday.reminders, sent));
}

#[tokio::test]
async fn with_summaries_a_customer_gets_one_message_a_day() {
    let shop = Shop::new();
    let first = sample(&shop, "2026-10-17", &["--plan", "--summaries"]).await;
    first.tells(
        "Reminders on Saturday, 17 Oct 2026: 4 reminders were sent on this day, in 2 messages.",
    );
    first.tells(
        "  one message to Nair Constructions: INV-2026-0013, INV-2026-0014, INV-2026-0015\n",
    );
    let head = first.told.lines().find(|line| line.starts_with(" Messages ")).unwrap();
    assert!(head.contains("Reminders"), "summaries are reminders: {head}");
    let texts = texts(&shop, SAMPLE);
    assert_eq!(texts.len(), 2);
    let summary = texts.iter().find(|text| text.contains("INV-2026-0013")).unwrap();
    assert!(summary.contains("INV-2026-0014, due 02 Nov 2026: ₹3,768.45\n"), "{summary}");
    assert!(summary.contains("Total: ₹34,860.27\n"), "{summary}");
    // The choice is kept until it is changed back.
    let monday = sample(&shop, "2026-10-19", &["--plan"]).await;
    monday.tells("Reminders on Monday, 19 Oct 2026: 2 reminders were sent on this day.");
    let off = sample(&shop, "2026-10-24", &["--plan", "--summaries", "off"]).await;
    let of_nair = ["INV-2026-0013", "INV-2026-0014", "INV-2026-0015"];
    let own = off.reminders.iter().filter(|step| {
        let is_of_nair = of_nair.iter().any(|number| step["invoice"] == *number);
        is_of_nair && step["step"] == "T+7" && step["state"] == "sent"
    });
    let own: Vec<&Value> = own.map(|step| &step["message_id"]).collect();
    assert_eq!(own.len(), 2, "{off:#?}");
    assert_ne!(own[0], own[1]);
}

#[tokio::test]
async fn missed_days_are_made_up_for_by_the_next_one() {
    let shop = Shop::new();
    sample(&shop, "2026-10-17", &["--plan"]).await;
    sample(&shop, "2026-10-20", &["--plan"]).await;
    let sent = reminded(&shop, SAMPLE);
    assert_eq!(sorted(&sent), ["0010", "0011", "0013", "0014", "0015", "0018", "0019"]);
}

#[tokio::test]
async fn what_waits_goes_out_when_it_is_approved_and_what_was_let_go_is_said() {
    let shop = Shop::new();
    let unknown = sample(&shop, "2026-10-17", &["--plan", "--approve", "INV-7"]).await;
    assert_eq!(unknown.code, Some(2), "{unknown:#?}");
    unknown.complains("--approve INV-7: invoices.csv has no invoice of that number");
    assert_eq!(reminded(&shop, SAMPLE), [""; 0]);

    sample(&shop, "2026-10-17", &["--plan"]).await;
    let one = sample(&shop, "2026-10-17", &["--plan", "--approve", "INV-2026-0001"]).await;
    one.tells(
        "Approved now: 1\n    INV-2026-0001 after 7 days, Sharma Kirana (शर्मा किराना): It waited for approval: \
         its day, 08 Oct",
    );
    one.tells("Waits for approval (before reminders began): 9");
    assert_eq!(reminded(&shop, SAMPLE).last().unwrap(), "INV-2026-0001");

    let rest = sample(&shop, "2026-10-17", &["--plan", "--approve"]).await;
    rest.tells("Approved now: 9");
    rest.tells("its day, 09 Oct 2026, lies before reminders began on 17 Oct 2026.");
    rest.never_tells("Waits for approval");
    // Gupta and Kulkarni have numbers that cannot be used as they stand.
    let sent = reminded(&shop, SAMPLE);
    assert_eq!(sorted(&sent[4..]), ["0002", "0003", "0005", "0008", "0009", "0011", "0012"]);
    let none = sample(&shop, "2026-10-17", &["--plan", "--approve"]).await;
    none.tells("Approved: nothing waited for approval");
    assert_eq!(reminded(&shop, SAMPLE), sent);
}

#[tokio::test]
async fn the_forecast_says_what_the_days_then_send_and_writes_nothing() {
    let shop = Shop::new();
    let forecast = sample(&shop, "2026-10-17", &["--forecast", "3"]).await;
    assert_eq!(forecast.code, Some(0), "{forecast:#?}");
    assert!(!shop.path("quickstart-out").exists());
    forecast.tells("Forecast of 3 days from 17 Oct 2026 on");
    forecast
        .tells("Saturday, 17 Oct 2026: 3 reminders\n  09:00 INV-2026-0010 after 7 days, Fernandes");
    // Nobody knows yet that INV-2026-0012 will be paid on Sunday.
    forecast.tells("Sunday, 18 Oct 2026: none\nMonday, 19 Oct 2026: 4 reminders\n");
    forecast.tells("What does not go out until then, and why:\n");
    forecast.tells(
        "INV-2026-0016 after 3 days, Das Home Solutions: Its message failed: the customer has no WhatsApp \
         number.",
    );
    forecast
        .tells("INV-2026-0017 after 3 days, Iqbal Fan Centre: It waits, and is looked at again on");

    sample(&shop, "2026-10-17", &["--plan"]).await;
    let before = files(&shop.path("quickstart-out"));
    let later = sample(&shop, "2026-10-18", &["--plan", "--forecast", "2"]).await;
    assert_eq!(later.code, Some(0), "{later:#?}");
    later.tells("Sunday, 18 Oct 2026: none\nMonday, 19 Oct 2026: 3 reminders\n");
    for number in ["INV-2026-0011", "INV-2026-0014", "INV-2026-0019"] {
        later.tells(&format!("  09:00 {number} after"));
    }
    assert!(files(&shop.path("quickstart-out")) == before, "something was written");

    let earlier = sample(&shop, "2026-10-16", &["--forecast", "2"]).await;
    assert_eq!(earlier.code, Some(2), "{earlier:#?}");
}

#[tokio::test]
async fn a_day_that_cannot_be_played_is_refused_with_a_sentence_and_leaves_nothing() {
    let shop = Shop::new();
    for (arguments, complaint) in [
        (&["--today", "2026-10-17"][..], "--today needs --plan"),
        (&["--plan"], "--today <DATE>"),
        (&["--approve"], "--plan"),
        (&["--forecast", "3"], "--today <DATE>"),
        (&["--today", "17/10/2026", "--plan"], "a date such as 2026-10-17 is expected"),
        (&["--today", "2026-10-17", "--forecast", "0"], "0 is not in 1..=60"),
        (
            &["--today", "2026-10-17", "--plan", "--approve", "--forecast", "3"],
            "cannot be used with",
        ),
        (&["--today", "2026-10-17", "--plan", "--time-scale", "2"], "cannot be used with"),
        (
            &[
                "--today",
                "2026-10-17",
                "--plan",
                "--gateway",
                "http://127.0.0.1:1",
                "--api-key",
                "k",
            ],
            "go to the stand-in gateway alone",
        ),
        (
            &["--today", "2026-09-30", "--plan"],
            "--today 2026-09-30 lies before the first invoice of invoices.csv, which is of 01 Oct 2026",
        ),
        (
            &["--today", "2062-10-17", "--forecast", "3"],
            "lies more than a year after the last date in invoices.csv, 16 Oct 2026",
        ),
    ] {
        let run = shop.run(arguments).await;
        assert_eq!(run.code, Some(2), "{arguments:?}: {run:#?}");
        run.complains(complaint);
        assert_eq!(run.told, "", "{arguments:?}");
        assert_eq!(reminded(&shop, "data/quickstart-out/days.sqlite"), [""; 0]);
    }
    std::fs::remove_file(shop.path("data/invoices.csv")).unwrap();
    for what in [&["--plan"][..], &["--forecast", "3"]] {
        let run = shop.run(&on("2026-10-17", what)).await;
        assert_eq!(run.code, Some(2), "{run:#?}");
        run.complains("has no invoices.csv: there is nothing to remind of");
    }
    shop.invoices("I-1,C-1,INV-1,soon,560.50,2026-10-16,,INV-1.pdf\n");
    let run = shop.run(&on("2026-10-17", &["--plan"])).await;
    run.complains("invoices.csv has no row to remind of: line 2: date \"soon\" is not a date");
}

/// Writes three invoices whose first reminder is due on 17 October, with two columns more.
fn with_standings(shop: &Shop, standings: [&str; 3]) {
    let mut table =
        "id,customer_id,number,date,amount,due_date,paid_on,Status,Promised on,pdf\n".to_owned();
    for (no, standing) in (1..).zip(standings) {
        let row =
            format!("I-{no},C-{no},INV-{no},2026-10-14,560.50,2026-10-29,,{standing},INV-1.pdf");
        table.push_str(&row);
        table.push('\n');
    }
    shop.write("invoices.csv", table);
    let customer = |no| format!("C-{no},Customer {no},+91987654320{no}\n");
    shop.customers(&(1..=3).map(customer).collect::<String>());
    shop.write("INV-1.pdf", PDF);
}

#[tokio::test]
async fn a_standing_that_cannot_be_read_is_its_rows_problem_and_nobody_is_reminded_for_it() {
    let shop = Shop::new();
    let database = "data/quickstart-out/days.sqlite";
    with_standings(&shop, ["partially paid,", "In Dispute,", ","]);
    let run = shop.run(&on("2026-10-17", &["--plan"])).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    run.tells(
        "invoices.csv line 2: standing \"partially paid\" is none of open, disputed, void and paid",
    );
    run.tells("the column \"Status\" was taken for standing");
    assert_eq!(reminded(&shop, database), ["INV-3"]);
    assert_eq!(states(&run, "INV-2"), ["T+3 planned disputed 2026-10-18"]);
    assert_eq!(states(&run, "INV-1"), [""; 0]);

    // An invoice whose row cannot be read any more is neither due nor gone: only its reminder
    // waits.
    with_standings(&shop, ["open,", "dispued,", ","]);
    let broken = shop.run(&on("2026-10-18", &["--plan"])).await;
    assert_eq!(broken.code, Some(3), "{broken:#?}");
    broken.tells(
        "INV-2 after 3 days, Customer 2: It waits: invoices.csv line 3: standing \"dispued\"",
    );
    assert_eq!(states(&broken, "INV-2"), ["T+3 planned records 2026-10-19"]);
    with_standings(&shop, [",soon", "open,", "paid,"]);
    let mended = shop.run(&on("2026-10-19", &["--plan"])).await;
    mended.tells("It waits: invoices.csv line 2: promised_until \"soon\" is not a date");
    assert_eq!(reminded(&shop, database), ["INV-3", "INV-2"]);
    assert_eq!(states(&mended, "INV-1"), ["T+3 planned records 2026-10-20"]);
    with_standings(&shop, [",2026-10-20", "open,", "paid,"]);
    let whole = shop.run(&on("2026-10-20", &["--plan"])).await;
    assert_eq!(whole.code, Some(0), "{whole:#?}");
    // The promise moves the reminder to the day of the one after 7 days, to which it gives way.
    assert_eq!(states(&whole, "INV-1"), ["T+3 gave_way  2026-10-20"]);
    assert_eq!(reminded(&shop, database), ["INV-3", "INV-2"]);
}

#[tokio::test]
async fn an_invoice_whose_id_was_changed_is_the_same_invoice() {
    let shop = Shop::new();
    let database = "data/quickstart-out/days.sqlite";
    let row = |id: &str, number: &str| {
        format!("{id},C-1,{number},2026-10-14,560.50,2026-10-29,,INV-1.pdf\n")
    };
    shop.invoices(&row("1", "INV-1"));
    shop.run(&on("2026-10-17", &["--plan"])).await;
    assert_eq!(reminded(&shop, database), ["INV-1"]);
    // The invoice's row moved down, and all ids are the numbers of the rows.
    shop.invoices(&(row("1", "INV-2") + &row("2", "INV-1")));
    let same = shop.run(&on("2026-10-19", &["--plan"])).await;
    assert_eq!(reminded(&shop, database), ["INV-1"], "it was reminded already");
    same.tells(
        "invoices.csv line 3: id: INV-1 has the id 2 now, and had 1 before: it is taken for",
    );
    same.tells("INV-2: its id is that of invoice INV-1, for which reminders were planned before");
    assert_eq!(same.code, Some(3), "{same:#?}");
    // The invoice's second reminder goes out as usual.
    shop.invoices(&(row("3", "INV-2") + &row("2", "INV-1")));
    let second = shop.run(&on("2026-10-21", &["--plan"])).await;
    assert_eq!(sorted(&reminded(&shop, database)), ["INV-1", "INV-1", "INV-2"]);
    assert_eq!(states(&second, "INV-1"), ["T+3 sent  2026-10-17", "T+7 sent  2026-10-21"]);
}

#[tokio::test]
async fn a_reminder_that_was_approved_says_so_ever_after() {
    let shop = Shop::new();
    shop.invoices("I-1,C-1,INV-1,2026-10-10,560.50,2026-10-29,,INV-1.pdf\n");
    shop.run(&on("2026-10-15", &["--plan"])).await.tells("It waits for approval: its day, 13 Oct");
    let unknown = shop.run(&on("2026-10-16", &["--plan", "--approve", "INV-9"])).await;
    assert_eq!(unknown.code, Some(2), "{unknown:#?}");
    let told = "INV-1 after 3 days, Asha Traders: It was sent on Thursday, 15 Oct 2026, because it was \
                approved.";
    // That day was not played, so this one can go on.
    shop.run(&on("2026-10-15", &["--plan", "--approve"])).await.tells(told);
    let later = shop.run(&on("2026-10-16", &["--plan"])).await;
    later.tells(told);
    assert_eq!(later.message()["why"], "It was sent because it was approved.");
    let why = &later.reminders[0]["why"];
    assert!(why.as_str().unwrap().ends_with("because it was approved."), "{why}");
}

#[tokio::test]
async fn an_ordinary_run_sends_no_invoice_that_is_void_or_paid() {
    let shop = Shop::new();
    with_standings(&shop, ["void,", "PAID,", "disputed,"]);
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(run.all("message_key"), ["invoice:I-3"]);
    assert!(run.reminders.is_empty());
}
