//! Greetings at festivals on played days: drafts until they are armed, sent on their day, once.

use crate::shop::{Run, Shop};

async fn on(shop: &Shop, day: &str, more: &[&str]) -> Run {
    shop.run_over(None, &[&["--today", day], more].concat()).await
}

/// Counts the greetings in the report that were sent.
fn greeted(run: &Run) -> usize {
    let sent = run.report.iter().filter(|row| row["status"] == "sent");
    sent.filter(|row| row["message_type"] == "festival").count()
}

#[tokio::test]
async fn a_greeting_of_the_sample_data_goes_out_on_its_day_once_it_is_armed() {
    let shop = Shop::new();
    let draft = on(&shop, "2026-10-19", &["--plan"]).await;
    for line in [
        "Greetings at festivals:\n",
        "  Dussehra, 20 Oct 2026: Draft\n",
        "  Diwali, 08 Nov 2026: Draft\n",
        "  Eid al-Fitr, 10 Mar 2027: Draft\n",
        "--arm NAME arms a draft",
    ] {
        draft.tells(line);
    }
    let armed = on(&shop, "2026-10-19", &["--plan", "--arm", "Dussehra,Diwali"]).await;
    armed.tells("Armed Dussehra for Tuesday, 20 Oct 2026: ");
    armed.tells(" greetings from 10:00 to about 10:");
    armed.tells("customers have no usable number. The report names them.");
    armed.tells("Armed Diwali for Sunday, 08 Nov 2026: ");
    armed.tells(" It says: Dear ");
    assert_eq!(greeted(&armed), 0);
    let forecast = on(&shop, "2026-10-19", &["--forecast", "3"]).await;
    forecast.tells("Greetings that are armed:\n  Tuesday, 20 Oct 2026, Dussehra: ");
    forecast.never_tells("Diwali");

    let day = on(&shop, "2026-10-20", &["--plan"]).await;
    day.tells("  Dussehra, 20 Oct 2026: Finished, ");
    let count = greeted(&day);
    assert!((15..=26).contains(&count), "{count}: {}", day.told);
    day.tells(&format!("Finished, {count} sent"));
    // The same day again sends nothing twice, and Diwali is a Sunday on which the shop is closed.
    assert_eq!(greeted(&on(&shop, "2026-10-20", &["--plan"]).await), count);
    let closed = on(&shop, "2026-11-08", &["--plan"]).await;
    closed.tells("  Diwali, 08 Nov 2026: Finished, ");
    assert!(greeted(&closed) > count);
}

#[tokio::test]
async fn an_estimated_date_is_sent_only_if_it_is_confirmed() {
    for confirms in [false, true] {
        let shop = Shop::new();
        let table = "date,name,estimated,time\n2026-10-12,Eid,yes,11:00\n";
        shop.write("festivals.csv", table);
        let days =
            |day: &'static str, more: &[&'static str]| [&["--today", day, "--plan"], more].concat();
        let early = shop.run(&days("2026-10-08", &["--arm", "eid", "--confirm", "Eid"])).await;
        assert_eq!(early.code, Some(2), "{early:#?}");
        early.complains("the date can be confirmed from 9 Oct 2026 on");
        let armed = shop.run(&days("2026-10-08", &["--arm", "eid"])).await;
        armed.tells(" Its date must still be confirmed.");
        armed.tells("Its date depends on the moon: --confirm in the last three days");
        let confirm: &[&str] = if confirms { &["--confirm", "Eid"] } else { &[] };
        shop.run(&days("2026-10-11", confirm)).await;
        let day = shop.run(&days("2026-10-12", &[])).await;
        assert_eq!(greeted(&day), usize::from(confirms), "{}", day.told);
        let after = shop.run(&days("2026-10-13", &[])).await;
        if confirms {
            after.tells("  Eid, 12 Oct 2026: Finished, 1 sent");
        } else {
            after.tells("1 left out. 1 recipient was left out: The date was not confirmed.");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_armed_is_refused_with_a_sentence() {
    let shop = Shop::new();
    shop.write("festivals.csv", "date,name,time\n2026-10-20,Diwali,21:00\nsoon,Holi,\n");
    for (name, complaint) in [
        ("Onam", "--arm Onam: festivals.csv has no such festival; it has Diwali"),
        ("Diwali", "at 21:00 customers are not written to; the hours are from 09:00 to 20:00"),
    ] {
        let run = shop.run(&["--today", "2026-10-17", "--plan", "--arm", name]).await;
        assert_eq!((run.code, run.told.as_str()), (Some(2), ""), "{run:#?}");
        run.complains(complaint);
    }
    // Nothing of that day was played: an earlier one can be.
    let run = shop.run(&["--today", "2026-10-16", "--plan"]).await;
    run.tells("Reminders on Friday, 16 Oct 2026: ");
    run.tells("festivals.csv, line 3, date: \"soon\" is not a date");
    run.tells("  Diwali, 20 Oct 2026: Draft\n");
}

#[tokio::test]
async fn a_row_that_is_changed_changes_its_draft_and_is_told_of_one_that_is_armed() {
    let shop = Shop::new();
    let table = |time: &str| {
        let years = format!("2025-10-20,Diwali,{time}\n2026-10-20,Diwali,{time}\n");
        shop.write("festivals.csv", format!("date,name,time\n{years}"));
    };
    let today = ["--today", "2026-10-17", "--plan"];
    table("11:00");
    shop.run(&today).await.tells("  Diwali, 20 Oct 2026: Draft\n");
    table("12:00");
    // The festival of last year is over, and is not meant.
    let armed = shop.run(&[&today[..], &["--arm", "Diwali"]].concat()).await;
    armed.tells("Armed Diwali for Tuesday, 20 Oct 2026: ");
    armed.tells(" from 12:00");
    table("13:00");
    let late = shop.run(&today).await;
    let told = "festivals.csv, Diwali of 20 Oct 2026: its row was changed after it was armed (time); it \
                goes out as it was armed";
    late.tells(told);
    let forecast = shop.run(&["--today", "2026-10-17", "--forecast", "4"]).await;
    forecast.tells(told);
    let row = "date,name,time,text,estimated\n2026-10-20,Diwali,12:00,Hello {customerName}!,yes\n";
    shop.write("festivals.csv", row);
    shop.run(&today).await.tells("its row was changed after it was armed (estimated, text); it");
    let over = ["--today", "2026-10-21", "--plan", "--arm", "Diwali"];
    let run = shop.run(&over).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("--arm Diwali: its date, 20 Oct 2026, is over");
}

#[tokio::test]
async fn a_corrected_date_moves_its_draft_and_is_told_of_one_that_is_armed() {
    let shop = Shop::new();
    let table = |date: &str| shop.write("festivals.csv", format!("date,name\n{date},Dussehra\n"));
    let today = ["--today", "2026-10-17", "--plan"];
    table("2026-10-20");
    shop.run(&today).await.tells("  Dussehra, 20 Oct 2026: Draft\n");
    table("2026-10-19");
    let moved = shop.run(&[&today[..], &["--arm", "Dussehra"]].concat()).await;
    moved.tells("Armed Dussehra for Monday, 19 Oct 2026: ");
    moved.never_tells("20 Oct 2026: Draft");
    table("2026-10-20");
    let late = shop.run(&today).await;
    late.tells(
        "festivals.csv, Dussehra of 19 Oct 2026 is not in the table any more: it goes out as",
    );
    late.tells("  Dussehra, 20 Oct 2026: Draft\n");
    let played = shop.run(&["--today", "2026-10-19", "--plan"]).await;
    let head = played.told.lines().find(|line| line.starts_with(" Messages ")).unwrap();
    let columns: Vec<&str> = head.split_whitespace().collect();
    assert_eq!(columns, ["Messages", "Invoices", "Orders", "Greetings", "All"]);
}

#[tokio::test]
async fn names_that_cannot_be_armed_leave_the_others_drafts() {
    let shop = Shop::new();
    shop.write("festivals.csv", "date,name\n2026-10-20,Dussehra\n");
    let run = shop.run(&["--today", "2026-10-17", "--plan", "--arm", "Dussehra", "Holi"]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("--arm Holi: festivals.csv has no such festival; it has Dussehra");
    shop.run(&["--today", "2026-10-17", "--plan"]).await.tells("20 Oct 2026: Draft\n");
}

#[tokio::test]
async fn the_report_names_everybody_who_got_no_greeting_with_the_reason() {
    let shop = Shop::new();
    shop.customers(
        "C-1,Asha,+919876543210\nC-2,Bela,\nC-3,Chand,+919876543210\nC-4,Dev,+919876543211\n",
    );
    shop.write("festivals.csv", "date,name\n2026-10-20,Dussehra\n");
    let armed = shop.run(&["--today", "2026-10-17", "--plan", "--arm", "Dussehra"]).await;
    armed.tells("2 greetings from 10:00");
    // One customer has no number any more when the day comes.
    shop.customers("C-1,Asha,+919876543210\nC-2,Bela,\nC-3,Chand,+919876543210\nC-4,Dev,\n");
    let day = shop.run(&["--today", "2026-10-20", "--plan"]).await;
    day.tells("1 left out. 1 recipient was left out: The customer has no usable number any more.");
    let [greeting] = day.greetings.as_slice() else { panic!("{day:#?}") };
    let text = |of: &serde_json::Value, field: &str| of[field].as_str().unwrap().to_owned();
    assert_eq!([text(greeting, "name"), text(greeting, "state")], ["Dussehra", "finished"]);
    assert_eq!((&greeting["sent"], &greeting["failed"]), (&1.into(), &0.into()));
    let left_out = greeting["left_out"].as_array().unwrap().iter();
    let told = left_out.map(|it| [text(it, "customer_name"), text(it, "reason")]);
    let expected = [
        ["Dev", "The customer has no usable number any more."],
        ["Bela", "The customer has no usable number."],
        ["Chand", "Another customer has the same number."],
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}
