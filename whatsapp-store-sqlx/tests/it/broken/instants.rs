//! Impossible instants: the tables refuse them, so that everything written can be read.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use whatsapp_core::message::{Part, SentText};
use whatsapp_core::port::{
    AccountChange, AccountStep, Begin, Begun, Claim, Lane, Redate, SeenPause, random,
};
use whatsapp_core::{AccountEventId, LeaseToken};
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::{START, elapsed, new_message, refused_message, template};

use super::{Shop, claim, collected};

/// Every column of this type in the library's tables, by table: as Postgres knows them.
async fn columns(url: &str, data_type: &str) -> BTreeMap<String, Vec<String>> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let found = sqlx::query(
        "SELECT table_name::text, column_name::text FROM information_schema.columns
        WHERE table_name LIKE 'whatsapp\\_%' AND data_type = $1
            AND is_updatable = 'YES' AND table_name <> 'whatsapp_migrations'",
    );
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in found.bind(data_type).fetch_all(&mut connection).await.unwrap() {
        tables.entry(row.get(0)).or_default().push(row.get(1));
    }
    tables
}

/// A shop with a row in every table. Messages: one that waits, one with an attempt, one that was
/// refused and reported. Also a template, a pause by hand, a run of the planner with a step, and a
/// campaign with a recipient. Also a mute, a count of a day, and a bulk act on many messages.
async fn filled(shop: &Shop) {
    let store = shop.store();
    let messages = [new_message(1, START), new_message(2, START), refused_message(3, START)];
    store.enqueue(&messages[..1]).await.unwrap();
    begun(shop).await;
    store.enqueue(&messages[1..]).await.unwrap();
    assert_eq!(collected(store).await.len(), 1);
    store.save_template(&template(1, START).save()).await.unwrap();
    let id = AccountEventId::new(START, random(&SeededEntropy::new(3)));
    let step = AccountStep::Hold { seen: SeenPause::Any };
    let hold = AccountChange { id, at: START, step, by: None };
    store.change_account(&hold).await.unwrap();
    super::planner::planned(shop).await;
    super::campaigns::write(shop).await;
    let (id, at, no) = match shop {
        Shop::Sqlite(..) => ("'x'", START.timestamp_micros().to_string(), "0"),
        Shop::Postgres(..) => ("gen_random_uuid()", format!("'{START:?}'"), "FALSE"),
    };
    for statement in [
        format!(
            "UPDATE whatsapp_account SET doubt_cause = 'host', doubt_message = {id}, doubt_at = {at},
            taken_message = {id}, taken_at = {at}"
        ),
        format!(
            "INSERT INTO whatsapp_mutes
                (id, target, target_id, category, actor, at, ended_at, ended_actor)
            VALUES
                ('b0000000-0000-7000-8000-000000000001', 'customer', 'C-1', 'all', 'host', {at}, {at}, 'host')"
        ),
        format!(
            "INSERT INTO whatsapp_put_aside (message_id, seen, at)
            SELECT id, {at}, {at} FROM whatsapp_message_logs LIMIT 1"
        ),
        format!(
            "INSERT INTO whatsapp_bulk
                (id, act, actor, at, state, more, arrived, hours, changed_at, lease_token, lease_until)
            VALUES
                ('b1000000-0000-7000-8000-000000000001', 'cancel', 'host', {at}, 'running', {no}, {no}, {no},
                {at}, {id}, {at})"
        ),
        format!(
            "INSERT INTO whatsapp_bulk_items (bulk_id, no, message_id, seen, entry, arrived, hours)
            VALUES ('b1000000-0000-7000-8000-000000000001', 0, {id}, {at}, {id}, {no}, {no})"
        ),
        counted_day(&at),
        format!("UPDATE whatsapp_account_events SET lease_token = {id}, lease_until = {at}"),
        format!(
            "INSERT INTO whatsapp_attempts_ended (message_id, no, account_id, finished_at, outcome)
            SELECT message_id, no, account_id, {at}, 'not_sent' FROM whatsapp_attempts_begun"
        ),
    ] {
        shop.run(statement).await.unwrap();
    }
}

/// A count of a day, written by another program.
fn counted_day(at: &str) -> String {
    format!(
        "INSERT INTO whatsapp_daily
            (day, message_type, trigger_type, outcome, number, open, since)
        VALUES ('2026-01-27', 'invoice', 'auto', 'read', 1, 0, {at})"
    )
}

/// Begins an attempt of each due message.
async fn begun(shop: &Shop) {
    let claimed = claim(shop.store()).await;
    let begin = Begin {
        lease: claimed[0].lease,
        no: 1,
        part: Part::Whole,
        number_key: "91-12345670".to_owned(),
        number: claimed[0].whatsapp_number.clone(),
        text: SentText::of(claimed[0].text.as_str()),
        via: None,
        at: START,
        elapsed: elapsed(START),
        lease_needed: TimeDelta::seconds(40),
        close: None,
        revision: None,
    };
    assert_eq!(shop.store().begin(&[begin]).await.unwrap(), [Begun::Open]);
}

impl Shop {
    /// Returns the number of rows in a table.
    async fn count(&self, table: &str) -> i64 {
        let statement = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        match self {
            Self::Sqlite(_, folder) => {
                let mut host = crate::stranger(folder.path()).await;
                sqlx::query_scalar(statement).fetch_one(&mut host).await.unwrap()
            }
            Self::Postgres(_, database) => {
                let mut host = PgConnection::connect(database.url()).await.unwrap();
                sqlx::query_scalar(statement).fetch_one(&mut host).await.unwrap()
            }
        }
    }
}

#[tokio::test]
async fn an_instant_that_nobody_can_mean_is_refused_by_every_column_of_every_table() {
    let [sqlite, postgres] = Shop::both().await;
    let Shop::Postgres(_, database) = &postgres else { unreachable!() };
    let tables = columns(database.url(), "timestamp with time zone").await;
    assert!(tables.len() >= 12 && tables.values().flatten().count() >= 34, "{tables:?}");
    for shop in [&sqlite, &postgres] {
        filled(shop).await;
        let (bad, append_only) = match shop {
            Shop::Sqlite(..) => (
                ["9223372036854775807", "-9223372036854775808", "9000000000000000000"],
                [
                    "DROP TRIGGER whatsapp_audit_changed",
                    "DROP TRIGGER whatsapp_template_versions_changed",
                ],
            ),
            Shop::Postgres(..) => (
                ["'infinity'", "'-infinity'", "'294276-12-31 00:00:00Z'"],
                [
                    "ALTER TABLE whatsapp_audit DISABLE TRIGGER USER",
                    "ALTER TABLE whatsapp_template_versions DISABLE TRIGGER USER",
                ],
            ),
        };
        for statement in append_only {
            shop.run(statement.to_owned()).await.unwrap();
        }
        for (table, columns) in &tables {
            assert!(shop.count(table).await > 0, "{table} has a row");
            for column in columns {
                let only_on_postgres =
                    (table.as_str(), column.as_str()) == ("whatsapp_outbox", "created_at");
                if only_on_postgres && matches!(shop, Shop::Sqlite(..)) {
                    continue;
                }
                for value in bad {
                    let write = format!("UPDATE {table} SET {column} = {value}");
                    let refused = shop.run(write.clone()).await.expect_err(&write).to_string();
                    let named = refused.contains("_instants")
                        || refused.contains("abs(")
                        || refused.contains("integer overflow");
                    assert!(named, "{write}: {refused}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_day_that_nobody_can_mean_is_refused_by_every_column_of_every_table() {
    let [sqlite, postgres] = Shop::both().await;
    let Shop::Postgres(_, database) = &postgres else { unreachable!() };
    let tables = columns(database.url(), "date").await;
    assert_eq!(tables.values().flatten().count(), 8, "{tables:?}");
    for shop in [&sqlite, &postgres] {
        super::planner::planned(shop).await;
        super::campaigns::write(shop).await;
        let at = match shop {
            Shop::Sqlite(..) => START.timestamp_micros().to_string(),
            Shop::Postgres(..) => format!("'{START:?}'"),
        };
        shop.run(counted_day(&at)).await.unwrap();
        let bad: &[&str] = match shop {
            Shop::Sqlite(..) => &[
                "'2026-02-30'",
                "'2026-1-1'",
                "'0000-12-31'",
                "'+10000-01-01'",
                "'10000-01-01'",
                "'2026-01-01 00:00'",
                "'now'",
                "20260101",
                "''",
            ],
            Shop::Postgres(..) => {
                &["'infinity'", "'-infinity'", "'10000-01-01'", "'0001-12-31 BC'"]
            }
        };
        for (table, column) in
            tables.iter().flat_map(|(table, columns)| columns.iter().map(move |one| (table, one)))
        {
            for value in bad {
                let write = format!("UPDATE {table} SET {column} = {value}");
                shop.run(write.clone()).await.expect_err(&write);
            }
            for value in ["'0001-01-01'", "'9999-12-31'"] {
                shop.run(format!("UPDATE {table} SET {column} = {value}")).await.unwrap();
            }
        }
        let runs = shop.ports().planner.planner_runs(chrono::NaiveDate::MAX, 9).await.unwrap();
        assert_eq!(runs[0].day.to_string(), "9999-12-31");
    }
}

#[tokio::test]
async fn the_last_instants_that_the_tables_take_cost_their_own_rows_alone() {
    for shop in Shop::both().await {
        let store = shop.store();
        let messages: Vec<_> = (1..=3).map(|n| new_message(n, START)).collect();
        store.enqueue(&messages[..1]).await.unwrap();
        begun(&shop).await;
        store.enqueue(&messages[1..]).await.unwrap();
        let last = match shop {
            Shop::Sqlite(..) => "253402300799000000",
            Shop::Postgres(..) => "'9999-12-31 23:59:59Z'",
        };
        let far = i64::MAX;
        let [late, odd] = [messages[1].facts.id, messages[0].facts.id];
        for statement in [
            format!("UPDATE whatsapp_outbox SET due_at = {last} WHERE message_id = '{late}'"),
            format!("UPDATE whatsapp_attempts_begun SET started_at = {last}"),
            format!(
                "UPDATE whatsapp_outbox SET open_since = {last}, lease_until = {last}, \
                 lease_ends = {far}, step = 'look', look_base = open_base \
                 WHERE message_id = '{odd}'"
            ),
            format!("UPDATE whatsapp_account SET slot_base = {far}, slot_elapsed = {far}"),
        ] {
            shop.run(statement).await.unwrap();
        }
        let now = START + TimeDelta::minutes(1);
        let next = store.next_due().await.unwrap();
        assert_eq!(next.in_lane(Lane::Transactional), Some(START), "the one that is well");
        store.account().await.unwrap();
        for far in [i64::MAX, i64::MIN] {
            let mark =
                format!("UPDATE whatsapp_outbox SET look_elapsed = {far} WHERE step = 'look'");
            shop.run(mark).await.unwrap();
            let redate = Redate { now, elapsed: elapsed(now), within: TimeDelta::minutes(30) };
            store.redate(&redate).await.unwrap();
        }
        if matches!(shop, Shop::Postgres(..)) {
            // The arithmetic has no room below this value.
            let lease = format!("UPDATE whatsapp_outbox SET lease_ends = {}", i64::MIN);
            shop.run(lease).await.expect_err("it is refused");
        }
        let siblings = store.siblings("91-12345670", START, &[]).await.unwrap();
        assert_eq!(siblings.len(), 1);
        let token = LeaseToken::new(now, random(&SeededEntropy::new(8)));
        let wide =
            Claim { token, now, elapsed: elapsed(now), ..crate::claim(&SeededEntropy::new(9), 9) };
        let claimed = store.claim(&wide).await.unwrap();
        let ids: Vec<_> = claimed.iter().map(|claimed| claimed.lease.message_id).collect();
        assert!(ids.contains(&messages[2].facts.id) && !ids.contains(&late), "{ids:?}");
    }
}
