//! The planner takes the index that each hot statement was given, whatever the tables hold and
//! whether or not they were analysed.

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use whatsapp_core::port::Outbox;
use whatsapp_testkit::fixtures::{START, greeting, new_message};

use crate::postgres::statements as sql;
use crate::postgres::{PostgresOptions, PostgresStore};

/// Searches by subject, which the index is for: by the whole of it, and by its beginning.
const BY_SUBJECT: &str = "SELECT id FROM whatsapp_message_logs WHERE subject = $1 \
    ORDER BY created_at DESC, id DESC LIMIT 50";
const BY_BEGINNING: &str =
    "SELECT id FROM whatsapp_message_logs WHERE subject LIKE 'INV-7%' LIMIT 50";

/// How Postgres would run a statement, one step a line: the plan that it keeps for a prepared one.
async fn plan(connection: &mut PgConnection, statement: &str) -> String {
    let parameters = (1..=99).rev().find(|no| statement.contains(&format!("${no}"))).unwrap_or(0);
    let nulls = vec!["NULL"; parameters].join(", ");
    let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
    let mut run = async |query: String| {
        sqlx::raw_sql(AssertSqlSafe(query)).fetch_all(&mut *connection).await.unwrap()
    };
    run(format!("PREPARE hot AS {statement}")).await;
    let rows = run(format!("EXPLAIN (COSTS OFF) EXECUTE hot{nulls}")).await;
    run("DEALLOCATE hot".to_owned()).await;
    let steps: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    steps.join("\n")
}

/// What each statement must do; and it must neither read a whole table nor sort.
async fn assert_plans(store: &PostgresStore, when: &str) {
    let due = "Index Scan using idx_whatsapp_outbox_due on whatsapp_outbox";
    let in_outbox = "Index Scan using whatsapp_outbox_pkey on whatsapp_outbox";
    let in_log = "Index Scan using whatsapp_message_logs_pkey on whatsapp_message_logs";
    let in_ledger = "Index Scan using whatsapp_message_attempts_pkey on whatsapp_message_attempts";
    let uses = [
        (sql::LONGEST_DUE, due),
        (sql::LONGEST_DUE, "ROW(due_at, message_id) > ROW("),
        (sql::LONGEST_DUE, in_outbox),
        (sql::LONGEST_DUE, in_log),
        (sql::ONLY_ONE, in_outbox),
        (sql::RELEASE, in_outbox),
        (sql::MAY_BEGIN, in_outbox),
        (sql::OPEN_ATTEMPTS, in_log),
        (sql::MAY_CLEAR, in_outbox),
        (sql::MAY_SETTLE, in_outbox),
        (sql::RECORD_ATTEMPTS, in_ledger),
        (sql::SET_STATE, in_log),
        (sql::CLEAR, in_outbox),
        (sql::FIND_KEYS, "Index Scan using whatsapp_message_logs_message_key_key"),
        (sql::SIBLINGS, "Index Scan using idx_whatsapp_attempts_day"),
        (sql::SIBLINGS, "Index Scan using idx_whatsapp_attempts_gateway"),
        (sql::NEXT_DUE, "using idx_whatsapp_outbox_due on whatsapp_outbox"),
        (sql::ENQUEUE, "hashed SubPlan"),
        (sql::BY_CUSTOMER_NEWEST, "Backward using idx_whatsapp_logs_customer"),
        (sql::BY_KIND_NEWEST, "Backward using idx_whatsapp_logs_type"),
        (sql::BY_UNSENT_NEWEST, "Backward using idx_whatsapp_logs_unsent"),
        (sql::BY_OWED_NEWEST, "Backward using idx_whatsapp_outbox_created"),
        (sql::BY_CUSTOMER_OLDEST, "Index Scan using idx_whatsapp_logs_customer"),
        (sql::BY_KIND_OLDEST, "Index Scan using idx_whatsapp_logs_type"),
        (sql::BY_UNSENT_OLDEST, "using idx_whatsapp_logs_unsent"),
        (sql::BY_OWED_OLDEST, "Scan using idx_whatsapp_outbox_created"),
        (BY_SUBJECT, "Backward using idx_whatsapp_logs_subject"),
        (BY_BEGINNING, "idx_whatsapp_logs_subject"),
        (sql::COUNTS, "using idx_whatsapp_logs_unsent"),
        (sql::COUNTS, "using idx_whatsapp_logs_retrying"),
        (sql::OWE, in_log),
        (sql::ACTIVE_TEMPLATE, "idx_whatsapp_templates_active"),
        (sql::NOTICES_OF_DIGEST, "idx_whatsapp_notices_digest"),
        (sql::ASSIGN_NOTICES, "idx_whatsapp_notices_digest"),
        (sql::CLAIM_UNSENT, "idx_whatsapp_digests_unsent"),
    ];
    let mut connection = store.workers.acquire().await.unwrap();
    let mut wrong = Vec::new();
    for (statement, step) in uses {
        let plan = plan(&mut connection, statement).await;
        // Without an index on the status, sent messages are counted from the first row on, until
        // there are enough of them: most messages are sent.
        let scans = plan.contains("Seq Scan on whatsapp_") && statement != sql::COUNTS;
        // A digest's few notices, and the first messages of
        // each type and trigger, once they are found, may be sorted.
        let sorted = [
            sql::NOTICES_OF_DIGEST,
            sql::BY_KIND_NEWEST,
            sql::BY_KIND_OLDEST,
            sql::BY_UNSENT_NEWEST,
            sql::BY_UNSENT_OLDEST,
        ]
        .contains(&statement);
        let sorts = plan.matches("Sort Key").count() > usize::from(sorted);
        if !plan.contains(step) || scans || sorts {
            wrong.push(format!("{statement}\nmust have {step}:\n{plan}"));
        }
    }
    assert!(wrong.is_empty(), "{when}:\n{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn hot_statements_use_their_indexes_on_empty_loaded_and_analysed_tables() {
    let (store, _database) = super::store().await;
    assert_plans(&store, "empty").await;

    for group in 0..20 {
        let at = START + TimeDelta::seconds(group);
        let seeds = (group.unsigned_abs() * 1_000)..((group.unsigned_abs() + 1) * 1_000);
        let messages: Vec<_> = seeds
            .map(|seed| if seed % 3 == 0 { greeting(seed, at) } else { new_message(seed, at) })
            .collect();
        store.enqueue(&messages).await.unwrap();
    }
    assert_plans(&store, "loaded").await;

    sqlx::query("ANALYZE").execute(&store.visitors).await.unwrap();
    assert_plans(&store, "analysed").await;

    // Nothing of ours needs the specification's index on the status.
    let options = PostgresOptions::with(store.shared.connect.clone()).without_status_index(true);
    let store = options.open().await.unwrap();
    assert_plans(&store, "without the index on the status").await;
}
