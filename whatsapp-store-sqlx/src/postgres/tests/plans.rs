//! The query planner uses the intended index for each hot statement, whatever the tables contain
//! and whether or not they were analysed.

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use whatsapp_core::message::{Facts, NewMessage, Trigger, TypeName};
use whatsapp_core::port::{Outbox, PlannerStore};
use whatsapp_testkit::fixtures::{START, greeting, new_message, refused_message};

use super::statements::all;
use crate::assembled::file_of;
use crate::postgres::statements as sql;
use crate::postgres::{PostgresOptions, PostgresStore};

/// Searches by subject, for which the index exists: by the whole subject, and by its beginning.
const BY_SUBJECT: &str = "SELECT id FROM whatsapp_message_logs WHERE subject = $1 \
    ORDER BY created_at DESC, id DESC LIMIT 50";
const BY_BEGINNING: &str =
    "SELECT id FROM whatsapp_message_logs WHERE subject LIKE 'INV-7%' LIMIT 50";

/// Pages merged from the ranges of the triggers, and the index of each.
const PAGES: [(&str, &str); 8] = [
    (sql::OF_ANY_TYPE_NEWEST, "idx_whatsapp_logs_trigger"),
    (sql::OF_ANY_TYPE_OLDEST, "idx_whatsapp_logs_trigger"),
    (sql::OF_TYPE_NEWEST, "idx_whatsapp_logs_type"),
    (sql::OF_TYPE_OLDEST, "idx_whatsapp_logs_type"),
    (sql::UNSENT_NEWEST, "idx_whatsapp_logs_unsent"),
    (sql::UNSENT_OLDEST, "idx_whatsapp_logs_unsent"),
    (sql::UNSENT_OF_TYPE_NEWEST, "idx_whatsapp_logs_unsent_type"),
    (sql::UNSENT_OF_TYPE_OLDEST, "idx_whatsapp_logs_unsent_type"),
];

/// Counts and walks, and the index of each. Their rows are merged by age, or read in no order.
const WALKS: [(&str, &str); 22] = [
    (sql::COUNT_OF_ANY_TYPE, "using idx_whatsapp_logs_trigger on"),
    (sql::COUNT_OF_TYPE, "using idx_whatsapp_logs_type on"),
    (sql::COUNT_UNSENT, "using idx_whatsapp_logs_unsent on"),
    (sql::COUNT_UNSENT_OF_TYPE, "using idx_whatsapp_logs_unsent_type on"),
    (sql::WALK_ANY_TYPE_NEWEST, "Backward using idx_whatsapp_logs_trigger on"),
    (sql::WALK_ANY_TYPE_OLDEST, "using idx_whatsapp_logs_trigger on"),
    (sql::WALK_TYPE_NEWEST, "Backward using idx_whatsapp_logs_type on"),
    (sql::WALK_TYPE_OLDEST, "using idx_whatsapp_logs_type on"),
    (sql::WALK_UNSENT_NEWEST, "Backward using idx_whatsapp_logs_unsent on"),
    (sql::WALK_UNSENT_OLDEST, "using idx_whatsapp_logs_unsent on"),
    (sql::WALK_UNSENT_OF_TYPE_NEWEST, "Backward using idx_whatsapp_logs_unsent_type on"),
    (sql::WALK_UNSENT_OF_TYPE_OLDEST, "using idx_whatsapp_logs_unsent_type on"),
    (sql::WALK_OWED_NEWEST, "Backward using idx_whatsapp_outbox_created"),
    (sql::WALK_OWED_OLDEST, "using idx_whatsapp_outbox_created"),
    (sql::WALK_REASONS_NEWEST, "Backward using idx_whatsapp_logs_held on"),
    (sql::WALK_REASONS_OLDEST, "using idx_whatsapp_logs_held on"),
    (sql::WALK_CUSTOMERS_NEWEST, "Backward using idx_whatsapp_logs_customer"),
    (sql::WALK_CUSTOMERS_OLDEST, "using idx_whatsapp_logs_customer"),
    (sql::GATHER_ABOUT, "using idx_whatsapp_logs_subject"),
    (sql::GATHER_KEYS, "using whatsapp_message_logs_message_key_key"),
    (sql::GATHER_WATCHED, "using idx_whatsapp_outbox_due"),
    (sql::GATHER_RETRYING, "using idx_whatsapp_logs_retrying on"),
];

/// Exports, and the index of each.
const OUT: [(&str, &str); 6] = [
    (sql::NAMES, "using whatsapp_message_logs_pkey on whatsapp_message_logs"),
    (sql::OUT_OF_ANY_TYPE, "Backward using idx_whatsapp_logs_trigger on"),
    (sql::OUT_OF_TYPE, "Backward using idx_whatsapp_logs_type on"),
    (sql::OUT_UNSENT, "Backward using idx_whatsapp_logs_unsent on"),
    (sql::OUT_UNSENT_OF_TYPE, "Backward using idx_whatsapp_logs_unsent_type on"),
    (sql::OUT, "using whatsapp_message_logs_pkey on whatsapp_message_logs"),
];

/// Walks check for each row whether another message replaced it, and whether its delivery is
/// followed.
const MENDED: [(&str, &str); 6] = [
    (sql::WALK_UNSENT_NEWEST, "using idx_whatsapp_logs_resent"),
    (sql::WALK_UNSENT_NEWEST, "using whatsapp_message_logs_message_key_key"),
    (sql::WALK_UNSENT_NEWEST, "using whatsapp_outbox_pkey"),
    (sql::GATHER_WATCHED, "using whatsapp_message_logs_pkey"),
    (sql::NOTICES_OWED, "using idx_whatsapp_logs_resent"),
    (sql::NOTICES_OWED, "using whatsapp_message_logs_message_key_key"),
];

/// The rows of a page, with the one that tells whether another page follows.
const ROWS: usize = 51;

/// Returns Postgres's plan for a statement, one step a line: the plan kept for a prepared
/// statement.
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

/// Statements that sort the few rows that they find.
const SORTED: [&str; 8] = [
    sql::NOTICES_OF_DIGEST,
    sql::STEPS_OF,
    sql::PLANNED_OF,
    sql::QUEUED_OF,
    sql::OPEN_STEPS_OF,
    sql::NEWEST_TO,
    sql::LEAVE,
    sql::TALLY,
];

/// Returns true if a step of the plan reads an index of the library from end to end.
fn reads_a_whole_index(plan: &str) -> bool {
    let steps: Vec<&str> = plan.lines().collect();
    let whole = |pair: &[&str]| {
        pair[0].contains(" using ")
            && pair[0].contains(" on whatsapp_")
            && !pair[1].contains("Index Cond")
    };
    steps.windows(2).any(whole) || steps.last().is_some_and(|last| last.contains(" using "))
}

const DUE: &str = "Index Scan using idx_whatsapp_outbox_due on whatsapp_outbox";
const IN_OUTBOX: &str = "Index Scan using whatsapp_outbox_pkey on whatsapp_outbox";
const IN_LOG: &str = "Index Scan using whatsapp_message_logs_pkey on whatsapp_message_logs";
const IN_BEGUN: &str = "using whatsapp_attempts_begun_pkey on whatsapp_attempts_begun";
const IN_ENDED: &str = "using whatsapp_attempts_ended_pkey on whatsapp_attempts_ended";

/// Each statement, and a step that its plan must have. The test also checks steps that it must not
/// have.
const USES: &[(&str, &str)] = &[
    (sql::LONGEST_DUE, DUE),
    (sql::LONGEST_DUE, "ROW(due_at, message_id) > ROW("),
    (sql::LONGEST_DUE, IN_OUTBOX),
    (sql::LONGEST_DUE, IN_LOG),
    (sql::LOOKS, "Index Scan using idx_whatsapp_outbox_looks on whatsapp_outbox"),
    (sql::LOOKS, "ROW(due_at, message_id) > ROW("),
    (sql::ONLY_ONE, IN_OUTBOX),
    (sql::RELEASE, IN_OUTBOX),
    (sql::MAY_BEGIN, IN_OUTBOX),
    (sql::MAY_CLEAR, IN_OUTBOX),
    (sql::MAY_SETTLE, IN_OUTBOX),
    (sql::MAY_BEGIN, IN_BEGUN),
    (sql::MAY_BEGIN, IN_ENDED),
    (sql::END_ATTEMPTS, IN_BEGUN),
    (sql::END_ATTEMPTS, IN_ENDED),
    (sql::COMPLETE_ATTEMPTS, IN_ENDED),
    (sql::NOTE_ATTEMPTS, IN_BEGUN),
    (sql::NOTE_ATTEMPTS, IN_ENDED),
    (sql::CLOSE_ATTEMPT, IN_BEGUN),
    (sql::ATTEMPTS, IN_BEGUN),
    (sql::ATTEMPTS, IN_ENDED),
    (sql::SIBLINGS, IN_BEGUN),
    (sql::SIBLINGS, IN_ENDED),
    (sql::SET_STATE, IN_LOG),
    (sql::CLEAR, IN_OUTBOX),
    (sql::FIND_KEYS, "Index Scan using whatsapp_message_logs_message_key_key"),
    (sql::SIBLINGS, "Index Scan using idx_whatsapp_attempts_day"),
    (sql::SIBLINGS, "Index Scan using idx_whatsapp_attempts_gateway"),
    (sql::NEXT_DUE, "using idx_whatsapp_outbox_due on whatsapp_outbox"),
    (sql::ENQUEUE, "hashed SubPlan"),
    (sql::OF_ANY_TYPE_NEWEST, "Backward using idx_whatsapp_logs_trigger on"),
    (sql::OF_TYPE_NEWEST, "Backward using idx_whatsapp_logs_type on"),
    (sql::UNSENT_NEWEST, "Backward using idx_whatsapp_logs_unsent on"),
    (sql::UNSENT_OF_TYPE_NEWEST, "Backward using idx_whatsapp_logs_unsent_type on"),
    (sql::OF_ANY_TYPE_OLDEST, "Index Scan using idx_whatsapp_logs_trigger on"),
    (sql::OF_TYPE_OLDEST, "Index Scan using idx_whatsapp_logs_type on"),
    (sql::UNSENT_OLDEST, "using idx_whatsapp_logs_unsent on"),
    (sql::UNSENT_OF_TYPE_OLDEST, "using idx_whatsapp_logs_unsent_type on"),
    (sql::BACKLOG, "using idx_whatsapp_outbox_due on whatsapp_outbox"),
    (sql::ENDING, DUE),
    (sql::ENDING, IN_LOG),
    (sql::LAST_TAKEN, "Backward using whatsapp_attempts_begun_pkey"),
    (sql::LAST_TAKEN, IN_ENDED),
    (sql::NEWEST_TO, "Index Only Scan using idx_whatsapp_attempts_day"),
    (sql::NEWEST_TO, "Index Scan Backward using idx_whatsapp_attempts_day"),
    (sql::RESENDS_OF, "using idx_whatsapp_logs_resent"),
    (sql::TALLY, "Backward using idx_whatsapp_logs_trigger on"),
    (sql::COUNT_HELD_STEPS, "using idx_whatsapp_steps_held"),
    (BY_SUBJECT, "Backward using idx_whatsapp_logs_subject"),
    (BY_BEGINNING, "idx_whatsapp_logs_subject"),
    (sql::COUNTS, "using idx_whatsapp_logs_unsent"),
    (sql::COUNTS, "using idx_whatsapp_logs_retrying"),
    (sql::COUNTS, "using idx_whatsapp_logs_held"),
    (sql::OWE, IN_LOG),
    (sql::ACTIVE_TEMPLATE, "idx_whatsapp_templates_active"),
    (sql::NOTICES_OF_DIGEST, "idx_whatsapp_notices_digest"),
    (sql::ASSIGN_NOTICES, "idx_whatsapp_notices_digest"),
    (sql::CLAIM_UNSENT, "idx_whatsapp_digests_unsent"),
    (sql::LOCK_STEPS, "Index Scan using whatsapp_reminder_steps_pkey"),
    (sql::STEPS_OF, "whatsapp_reminder_steps_pkey"),
    (sql::PLANNED_STEPS, "Index Scan using idx_whatsapp_steps_planned"),
    (sql::PLANNED_STEPS, "ROW(own_day, invoice_id, step) > ROW("),
    (sql::HELD_STEPS, "Index Scan using idx_whatsapp_steps_held"),
    (sql::STEPS_ENDED, "Index Scan using idx_whatsapp_steps_queued"),
    (sql::STEPS_ENDED, IN_LOG),
    (sql::STEPS_ENDED, "using whatsapp_outbox_pkey on whatsapp_outbox"),
    (sql::STEPS_OF_MESSAGE, "Index Scan using idx_whatsapp_steps_message"),
    (sql::PLANNED_OF, "Index Scan using idx_whatsapp_steps_due"),
    (sql::QUEUED_OF, "Index Scan using idx_whatsapp_steps_open"),
    (sql::OPEN_STEPS_OF, "Index Scan using idx_whatsapp_steps_due"),
    (sql::OPEN_STEPS_OF, "Index Scan using idx_whatsapp_steps_open"),
    (sql::LEAVE, IN_OUTBOX),
    (sql::LAST_REMINDED, "Backward using idx_whatsapp_steps_customer"),
    (sql::REMINDERS_ON, "using idx_whatsapp_steps_number"),
    (sql::REMINDERS_ON, "using idx_whatsapp_recipients_number"),
    (sql::RECIPIENTS, "using whatsapp_campaign_recipients_pkey"),
    (sql::RECIPIENTS_BY_STATE, "using idx_whatsapp_recipients_state"),
    (sql::RECIPIENTS_ENDED, "using idx_whatsapp_recipients_queued"),
    (sql::RECIPIENTS_STRANDED, "using idx_whatsapp_recipients_queued"),
    (sql::RECIPIENTS_OF_MESSAGES, "using idx_whatsapp_recipients_message"),
    (sql::LOCK_RECIPIENTS, "((campaign_id = item.campaign_id) AND (number = item.number))"),
    (sql::WRITE_RECIPIENTS, "using whatsapp_campaign_recipients_pkey"),
    (sql::THAW, "using whatsapp_campaign_recipients_pkey"),
    (sql::SLOTS_TAKEN, "idx_whatsapp_recipients_slot"),
    (sql::MUTED, "Index Scan using idx_whatsapp_mutes_held"),
    (sql::MUTES, "Backward using idx_whatsapp_mutes_at"),
    (sql::FILL_DAY, "using idx_whatsapp_logs_trigger on"),
    (sql::FILL_DAY, "using whatsapp_outbox_pkey on whatsapp_outbox"),
    (sql::FORGET_DAY, "whatsapp_daily_pkey"),
    (sql::DAYS, "whatsapp_daily_pkey"),
    (sql::OPEN_DAYS, "idx_whatsapp_daily_open"),
    (sql::BULK, "whatsapp_bulk_items_pkey"),
    (sql::BULK_ITEMS, "Index Scan using whatsapp_bulk_items_pkey"),
    (sql::OPEN_BULK_ITEMS, "Index Scan using idx_whatsapp_bulk_items_open"),
    (sql::CLAIM_BULK, "using idx_whatsapp_bulk_state"),
    (sql::WRITE_BULK_ITEMS, "whatsapp_bulk_items"),
    (sql::RELEASE_BULK, "idx_whatsapp_bulk_items_open"),
    (sql::FORGET_BULK, "idx_whatsapp_bulk_state"),
    (sql::FORGET_BULK_ITEMS, "whatsapp_bulk_items_pkey"),
    (sql::ENTERED, "using whatsapp_audit_pkey"),
];

/// The file of a statement; the text of one that only this test has.
fn named(statement: &str) -> String {
    let found = all().into_iter().find(|one| one.text == statement);
    found.map_or_else(|| statement.to_owned(), |one| file_of("postgres", &one))
}

/// Checks the plan of each statement. It must use the intended index, and must not read a whole
/// table, sort, or compare each row with all others.
async fn assert_plans(store: &PostgresStore, when: &str) {
    let mut connection = store.workers.acquire().await.unwrap();
    let mut wrong = Vec::new();
    for &(statement, step) in USES.iter().chain(&WALKS).chain(&MENDED).chain(&OUT) {
        let plan = plan(&mut connection, statement).await;
        if !plan.contains(step) || is_slow(statement, &plan, when) {
            wrong.push(format!("{}\nmust have {step}:\n{plan}", named(statement)));
        }
    }
    assert!(wrong.is_empty(), "{when}:\n{}", wrong.join("\n\n"));
}

/// Returns true if a plan reads a whole table, sorts, or compares each row with all others.
fn is_slow(statement: &str, plan: &str, when: &str) -> bool {
    // Without an index on the status, sent messages are counted from the first row on until there
    // are enough: most messages are sent.
    let scans = plan.contains("Seq Scan on whatsapp_") && statement != sql::COUNTS;
    // These may be sorted: a digest's few notices, the steps of a few invoices or customers, and
    // the few messages that steps leave. Also the first messages of each trigger, once they are
    // found.
    let merged = PAGES.iter().chain(&WALKS).chain(&OUT).any(|(page, _)| *page == statement);
    let sorted = merged || SORTED.contains(&statement);
    let sorts = plan.matches("Sort Key").count() > usize::from(sorted);
    // Comparing rows with all others costs the product of both. If the statistics say that a table
    // is empty, like some here after analysis, any plan looks free.
    let pairs =
        plan.contains("Semi Join\n") || (plan.contains("Join Filter") && reads_a_whole_index(plan));
    let pairs = pairs && ["empty", "loaded"].contains(&when);
    scans || sorts || pairs
}

/// Messages of this many types and of all triggers, one of each in turn; every tenth of them is
/// refused.
fn of_types(seeds: std::ops::Range<u64>, types: u64) -> Vec<NewMessage> {
    let one = |seed: u64| {
        let at = START + TimeDelta::milliseconds(seed.cast_signed());
        let trigger = Trigger::ALL[usize::try_from(seed % 3).unwrap()];
        let message =
            if seed.is_multiple_of(10) { refused_message(seed, at) } else { new_message(seed, at) };
        let message_type = type_no(seed / 10 % types);
        message.with_facts(|facts| Facts { message_type, trigger, ..facts })
    };
    seeds.map(one).collect()
}

/// Fills the audit.
async fn audited(store: &PostgresStore) {
    let fill = "INSERT INTO whatsapp_audit (id, at, actor, act, target, target_id, change) \
        SELECT gen_random_uuid(), now(), 'host', 'account_paused', 'account', '1', '{}' \
        FROM generate_series(1, 1000)";
    sqlx::query(fill).execute(&store.clients).await.unwrap();
}

fn type_no(no: u64) -> TypeName {
    TypeName::new(&format!("type_{no}")).unwrap()
}

/// Returns the number of entries of the log's indexes that a page reads, as counted by Postgres.
async fn entries_read(connection: &mut PgConnection, statement: &str, index: &str) -> usize {
    let mut run = async |query: String| {
        sqlx::raw_sql(AssertSqlSafe(query)).fetch_all(&mut *connection).await.unwrap()
    };
    run(format!("PREPARE page AS {statement}")).await;
    let nil = "'00000000-0000-0000-0000-000000000000'";
    let asked = format!(
        "NULL, ARRAY['failed'], 'type_1', ARRAY['auto', 'scheduled', 'manual'], NULL, {nil}, NULL, {nil}, {ROWS}"
    );
    let asked =
        if index.contains("unsent") { asked } else { asked.replace("ARRAY['failed']", "NULL") };
    let asked = if index.contains("type") { asked } else { asked.replace("'type_1'", "NULL") };
    let explain = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)";
    let rows = run(format!("{explain} EXECUTE page({asked})")).await;
    run("DEALLOCATE page".to_owned()).await;
    let steps: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let plan = steps.join("\n");
    assert!(!plan.contains("Rows Removed by Filter"), "{plan}");
    let scans = steps.iter().filter(|step| step.contains(&format!("using {index} on")));
    let number = |step: &str, before: &str| -> f64 {
        let (_, rest) = step.split_once(before).unwrap_or_else(|| panic!("{plan}"));
        rest.split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap().parse().unwrap()
    };
    let read: f64 = scans.map(|step| number(step, "rows=") * number(step, "loops=")).sum();
    assert!(read > 0.0, "{plan}");
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred")]
    let read = read.round() as usize;
    read
}

#[tokio::test]
async fn a_page_reads_as_much_with_thirty_types_as_with_five() {
    let mut read = Vec::new();
    for types in [5, 30] {
        let (store, _database) = super::store().await;
        for group in 0..10 {
            store.enqueue(&of_types(group * 2_000..(group + 1) * 2_000, types)).await.unwrap();
        }
        audited(&store).await;
        sqlx::query("ANALYZE").execute(&store.clients).await.unwrap();
        let mut connection = store.workers.acquire().await.unwrap();
        let mut pages = Vec::new();
        for (statement, index) in PAGES {
            pages.push(entries_read(&mut connection, statement, index).await);
        }
        drop(connection);
        assert_plans(&store, &format!("with {types} types")).await;
        read.push(pages);
    }
    let most = 3 * ROWS;
    assert!(read.iter().flatten().all(|&entries| entries <= most), "{read:?}");
    // With more types, each type has fewer messages, and a page of it is shorter.
    let untyped = |pages: &[usize]| [pages[0], pages[1], pages[4], pages[5]];
    assert_eq!(untyped(&read[0]), untyped(&read[1]), "{read:?}");
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
        store.write_plan(&crate::planner::tests::steps(&messages)).await.unwrap();
    }
    audited(&store).await;
    assert_plans(&store, "loaded").await;

    sqlx::query("ANALYZE").execute(&store.clients).await.unwrap();
    assert_plans(&store, "analysed").await;

    // No statement of ours needs the specification's index on the status.
    let options = PostgresOptions::with(store.shared.connect.clone()).without_status_index(true);
    let store = options.open().await.unwrap();
    assert_plans(&store, "without the index on the status").await;
}
