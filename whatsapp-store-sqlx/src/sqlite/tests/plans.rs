//! The query planner uses the intended index for each hot statement, whatever the tables contain
//! and whether or not they were analysed.

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, Row};
use whatsapp_core::message::{Facts, Trigger, TypeName};
use whatsapp_core::port::{Outbox, PlannerStore};
use whatsapp_testkit::fixtures::{START, greeting, new_message};

use super::statements::all;
use crate::SqliteStore;
use crate::assembled::file_of;
use crate::sqlite::statements as sql;

/// Searches by subject, for which the index exists: by the whole subject, and by its beginning.
const BY_SUBJECT: &str = "SELECT id FROM whatsapp_message_logs WHERE subject = ?1 \
    ORDER BY created_at DESC, id DESC LIMIT 50";
const BY_BEGINNING: &str =
    "SELECT id FROM whatsapp_message_logs WHERE subject >= ?1 AND subject < ?2 LIMIT 50";

/// Returns SQLite's plan for a statement, one step a line.
async fn plan(store: &SqliteStore, statement: &str) -> String {
    let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")))
        .fetch_all(&store.writer)
        .await
        .unwrap();
    let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
    steps.join("\n")
}

/// The file of a statement; the text of one that only this test has.
fn named(statement: &str) -> String {
    let found = all().into_iter().find(|one| one.text == statement);
    found.map_or_else(|| statement.to_owned(), |one| file_of("sqlite", &one))
}

/// Walks whose rows are sorted once they are found, among many customers or reasons.
const MERGED: [&str; 5] = [
    sql::TALLY,
    sql::WALK_REASONS_NEWEST,
    sql::WALK_REASONS_OLDEST,
    sql::WALK_CUSTOMERS_NEWEST,
    sql::WALK_CUSTOMERS_OLDEST,
];

/// Each statement, and a step that its plan must have. The test also checks steps that it must not
/// have.
const USES: &[(&str, &str)] = &[
    (
        sql::LONGEST_DUE,
        "SEARCH o USING INDEX idx_whatsapp_outbox_due (account_id=? AND lane=? AND (due_at,message_id)>(?,?) AND due_at<?)",
    ),
    (
        sql::LOOKS,
        "SEARCH o USING INDEX idx_whatsapp_outbox_looks (account_id=? AND lane=? AND (due_at,message_id)>(?,?) AND due_at<?)",
    ),
    (sql::LONGEST_DUE, "SEARCH l USING INDEX sqlite_autoindex_whatsapp_message_logs_1 (id=?)"),
    (sql::ONLY_ONE, "SEARCH o USING PRIMARY KEY (message_id=?)"),
    (sql::LEASE, "SEARCH whatsapp_outbox USING PRIMARY KEY (message_id=?)"),
    (sql::RELEASE, "SEARCH whatsapp_outbox USING PRIMARY KEY (message_id=?)"),
    (sql::BEGIN, "SEARCH o USING PRIMARY KEY (message_id=?)"),
    (sql::COUNTED, "SEARCH o USING PRIMARY KEY (message_id=?)"),
    (sql::MAY_CLEAR, "SEARCH whatsapp_outbox USING PRIMARY KEY (message_id=?)"),
    (sql::MAY_SETTLE, "SEARCH o USING PRIMARY KEY (message_id=?)"),
    (sql::END_ATTEMPTS, "SEARCH begun USING PRIMARY KEY (message_id=? AND no=?)"),
    (sql::END_ATTEMPTS, "SEARCH ended USING PRIMARY KEY (message_id=? AND no=?)"),
    (sql::COMPLETE_ATTEMPTS, "SEARCH ended USING PRIMARY KEY (message_id=? AND no=?)"),
    (sql::NOTE_ATTEMPTS, "SEARCH begun USING PRIMARY KEY (message_id=? AND no=?)"),
    (sql::NOTE_ATTEMPTS, "SEARCH ended USING PRIMARY KEY (message_id=? AND no=?)"),
    (sql::CLOSE_ATTEMPT, "SEARCH begun USING PRIMARY KEY (message_id=?)"),
    (sql::ATTEMPTS, "SEARCH begun USING PRIMARY KEY (message_id=?)"),
    (sql::ATTEMPTS, "SEARCH ended USING PRIMARY KEY (message_id=? AND no=?)"),
    (sql::SET_STATE, "SEARCH l USING INDEX sqlite_autoindex_whatsapp_message_logs_1 (id=?)"),
    (sql::CLEAR, "SEARCH whatsapp_outbox USING PRIMARY KEY (message_id=?)"),
    (
        sql::FIND_KEYS,
        "SEARCH l USING INDEX sqlite_autoindex_whatsapp_message_logs_2 (message_key=?)",
    ),
    (
        sql::SIBLINGS,
        "SEARCH whatsapp_attempts_begun USING COVERING INDEX idx_whatsapp_attempts_number (<expr>=? AND started_at>?)",
    ),
    (
        sql::SIBLINGS,
        "SEARCH ended USING INDEX idx_whatsapp_attempts_gateway (gateway_id=? AND account_id=?)",
    ),
    (sql::NEXT_DUE, "idx_whatsapp_outbox_due (account_id=? AND lane=?)"),
    (sql::NEXT_DUE, "idx_whatsapp_outbox_due (account_id=? AND lane=? AND due_at<?)"),
    (
        sql::OF_STATUS_NEWEST,
        "USING COVERING INDEX idx_whatsapp_logs_status (status=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::OF_TYPE_NEWEST,
        "USING COVERING INDEX idx_whatsapp_logs_type (message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::OF_ANY_TYPE_NEWEST,
        "INDEX idx_whatsapp_logs_trigger (trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::OF_STATUS_OLDEST,
        "USING COVERING INDEX idx_whatsapp_logs_status (status=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::UNSENT_OF_TYPE_NEWEST,
        "COVERING INDEX idx_whatsapp_logs_unsent_type (status=? AND message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::UNSENT_OF_TYPE_OLDEST,
        "COVERING INDEX idx_whatsapp_logs_unsent_type (status=? AND message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::COUNT_UNSENT_OF_TYPE,
        "COVERING INDEX idx_whatsapp_logs_unsent_type (status=? AND message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_UNSENT_OF_TYPE_NEWEST,
        "idx_whatsapp_logs_unsent_type (status=? AND message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_UNSENT_OF_TYPE_OLDEST,
        "idx_whatsapp_logs_unsent_type (status=? AND message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::OUT_UNSENT_OF_TYPE,
        "idx_whatsapp_logs_unsent_type (status=? AND message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::OF_TYPE_OLDEST,
        "USING COVERING INDEX idx_whatsapp_logs_type (message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::OF_ANY_TYPE_OLDEST,
        "INDEX idx_whatsapp_logs_trigger (trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::COUNT_OF_ANY_TYPE,
        "idx_whatsapp_logs_trigger (trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::COUNT_OF_TYPE,
        "idx_whatsapp_logs_type (message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::COUNT_OF_STATUS,
        "idx_whatsapp_logs_status (status=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_ANY_TYPE_NEWEST,
        "idx_whatsapp_logs_trigger (trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_ANY_TYPE_OLDEST,
        "idx_whatsapp_logs_trigger (trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_TYPE_NEWEST,
        "idx_whatsapp_logs_type (message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_TYPE_OLDEST,
        "idx_whatsapp_logs_type (message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_STATUS_NEWEST,
        "idx_whatsapp_logs_status (status=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_STATUS_OLDEST,
        "idx_whatsapp_logs_status (status=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_REASONS_NEWEST,
        "idx_whatsapp_logs_held (held_for=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_REASONS_OLDEST,
        "idx_whatsapp_logs_held (held_for=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_CUSTOMERS_NEWEST,
        "idx_whatsapp_logs_customer (customer_id=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::WALK_CUSTOMERS_OLDEST,
        "idx_whatsapp_logs_customer (customer_id=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (sql::GATHER_ABOUT, "INDEX idx_whatsapp_logs_subject (subject>? AND subject<?)"),
    (
        sql::GATHER_KEYS,
        "INDEX sqlite_autoindex_whatsapp_message_logs_2 (message_key>? AND message_key<?)",
    ),
    (sql::GATHER_WATCHED, "INDEX idx_whatsapp_outbox_due (account_id=? AND lane=?)"),
    (sql::GATHER_WATCHED, "sqlite_autoindex_whatsapp_message_logs_1 (id=?)"),
    (sql::GATHER_RETRYING, "idx_whatsapp_logs_retrying"),
    (
        sql::OUT_OF_ANY_TYPE,
        "idx_whatsapp_logs_trigger (trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::OUT_OF_TYPE,
        "idx_whatsapp_logs_type (message_type=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (
        sql::OUT_OF_STATUS,
        "idx_whatsapp_logs_status (status=? AND trigger_type=? AND (created_at,id)>(?,?) AND (created_at,id)<(?,?))",
    ),
    (sql::OUT, "sqlite_autoindex_whatsapp_message_logs_1 (id=?)"),
    (sql::NAMES, "sqlite_autoindex_whatsapp_message_logs_1 (id=?)"),
    (sql::FILL_DAY, "idx_whatsapp_logs_trigger (trigger_type=? AND created_at>? AND created_at<?)"),
    (sql::FILL_DAY, "SEARCH o USING PRIMARY KEY (message_id=?)"),
    (sql::FORGET_DAY, "SEARCH whatsapp_daily USING PRIMARY KEY (day=?)"),
    (sql::DAYS, "SEARCH whatsapp_daily USING PRIMARY KEY (day>? AND day<?)"),
    (sql::OPEN_DAYS, "idx_whatsapp_daily_open"),
    (sql::BULK, "SEARCH b USING PRIMARY KEY (id=?)"),
    (sql::BULK, "SEARCH whatsapp_bulk_items USING PRIMARY KEY (bulk_id=?)"),
    (sql::BULK_ITEMS, "SEARCH whatsapp_bulk_items USING PRIMARY KEY (bulk_id=? AND no>?)"),
    (sql::OPEN_BULK_ITEMS, "idx_whatsapp_bulk_items_open (bulk_id=?)"),
    (sql::CLAIM_BULK, "idx_whatsapp_bulk_state (state=?)"),
    (sql::WRITE_BULK_ITEMS, "SEARCH whatsapp_bulk_items USING PRIMARY KEY (bulk_id=? AND no=?)"),
    (sql::RELEASE_BULK, "idx_whatsapp_bulk_items_open (bulk_id=?)"),
    (sql::FORGET_BULK, "idx_whatsapp_bulk_state (state=? AND changed_at<?)"),
    (sql::FORGET_BULK_ITEMS, "SEARCH whatsapp_bulk_items USING PRIMARY KEY (bulk_id=?)"),
    (sql::ENTERED, "SEARCH whatsapp_audit USING PRIMARY KEY (id=?)"),
    // The three triggers are merged, and only the wanted rows are read.
    (sql::WALK_STATUS_NEWEST, "MERGE (UNION ALL)"),
    (sql::COUNT_OF_STATUS, "USING COVERING INDEX idx_whatsapp_logs_status"),
    (sql::COUNT_OF_ANY_TYPE, "USING COVERING INDEX idx_whatsapp_logs_trigger"),
    (sql::WALK_STATUS_NEWEST, "idx_whatsapp_logs_resent (resend_of=?)"),
    (sql::WALK_STATUS_NEWEST, "sqlite_autoindex_whatsapp_message_logs_2 (message_key=?)"),
    (sql::WALK_STATUS_NEWEST, "SEARCH o USING PRIMARY KEY (message_id=?)"),
    (sql::NOTICES_OWED, "idx_whatsapp_logs_resent (resend_of=?)"),
    (sql::NOTICES_OWED, "sqlite_autoindex_whatsapp_message_logs_2 (message_key=?)"),
    (sql::BACKLOG, "idx_whatsapp_outbox_due (account_id=? AND lane=? AND due_at<?)"),
    (sql::BACKLOG, "idx_whatsapp_outbox_due (account_id=? AND lane=? AND due_at>?)"),
    (sql::ENDING, "idx_whatsapp_outbox_due (account_id=? AND lane=?)"),
    (sql::ENDING, "sqlite_autoindex_whatsapp_message_logs_1 (id=?)"),
    (sql::LAST_TAKEN, "SEARCH e USING PRIMARY KEY (message_id=? AND no=?)"),
    (
        sql::NEWEST_TO,
        "USING COVERING INDEX idx_whatsapp_attempts_number (<expr>=? AND started_at>?)",
    ),
    (sql::NEWEST_TO, "SEARCH a USING PRIMARY KEY (message_id=? AND no=?)"),
    (sql::RESENDS_OF, "idx_whatsapp_logs_resent (resend_of=?)"),
    (sql::TALLY, "idx_whatsapp_logs_trigger (trigger_type=? AND created_at>? AND created_at<?)"),
    (sql::COUNT_HELD_STEPS, "idx_whatsapp_steps_held"),
    (BY_SUBJECT, "INDEX idx_whatsapp_logs_subject (subject=?)"),
    (BY_BEGINNING, "INDEX idx_whatsapp_logs_subject (subject>? AND subject<?)"),
    (sql::COUNTS, "USING COVERING INDEX idx_whatsapp_logs_status"),
    (sql::COUNTS, "USING COVERING INDEX idx_whatsapp_logs_retrying"),
    (sql::COUNTS, "USING COVERING INDEX idx_whatsapp_logs_held"),
    (
        sql::ACTIVE_TEMPLATE,
        "USING INDEX idx_whatsapp_templates_active (is_active=? AND message_type=?)",
    ),
    (sql::NOTICES_OF_DIGEST, "SEARCH n USING INDEX idx_whatsapp_notices_digest (digest_id=?)"),
    (sql::ASSIGN_NOTICES, "idx_whatsapp_notices_digest (digest_id=?)"),
    (sql::CLAIM_UNSENT, "idx_whatsapp_digests_unsent"),
    (sql::REVISIONS, "SEARCH s USING PRIMARY KEY (invoice_id=? AND step=?)"),
    (sql::STEPS_OF, "SEARCH s USING PRIMARY KEY (invoice_id=?)"),
    (
        sql::PLANNED_STEPS,
        "SEARCH s USING INDEX idx_whatsapp_steps_planned ((own_day,invoice_id,step)>(?,?,?))",
    ),
    (
        sql::HELD_STEPS,
        "SEARCH s USING INDEX idx_whatsapp_steps_held ((own_day,invoice_id,step)>(?,?,?))",
    ),
    (sql::STEPS_ENDED, "SCAN s USING INDEX idx_whatsapp_steps_queued"),
    (sql::STEPS_ENDED, "SEARCH l USING INDEX sqlite_autoindex_whatsapp_message_logs_1 (id=?)"),
    (sql::STEPS_ENDED, "SEARCH o USING PRIMARY KEY (message_id=?)"),
    (sql::STEPS_OF_MESSAGE, "SEARCH s USING INDEX idx_whatsapp_steps_message (message_id=?)"),
    (sql::PLANNED_OF, "SEARCH due USING INDEX idx_whatsapp_steps_due (customer_id=?)"),
    (sql::QUEUED_OF, "SEARCH s USING INDEX idx_whatsapp_steps_open (customer_id=?)"),
    (sql::OPEN_STEPS_OF, "SEARCH planned USING INDEX idx_whatsapp_steps_due (customer_id=?)"),
    (sql::OPEN_STEPS_OF, "SEARCH open USING INDEX idx_whatsapp_steps_open (customer_id=?)"),
    (sql::LEAVE, "SEARCH o USING PRIMARY KEY (message_id=?)"),
    (sql::LAST_REMINDED, "USING COVERING INDEX idx_whatsapp_steps_customer (customer_id=?)"),
    (sql::REMINDERS_ON, "USING COVERING INDEX idx_whatsapp_steps_number (number_key=? AND day=?)"),
    (sql::REMINDERS_ON, "idx_whatsapp_recipients_number (number_key=?)"),
    (sql::RECIPIENTS, "SEARCH r USING PRIMARY KEY (campaign_id=? AND number>?)"),
    (
        sql::RECIPIENTS_BY_STATE,
        "SEARCH r USING INDEX idx_whatsapp_recipients_state (campaign_id=? AND state=? AND number>?)",
    ),
    (sql::RECIPIENTS_ENDED, "SCAN r USING INDEX idx_whatsapp_recipients_queued"),
    (
        sql::RECIPIENTS_STRANDED,
        "SEARCH r USING INDEX idx_whatsapp_recipients_queued ((campaign_id,number)>(?,?))",
    ),
    (
        sql::RECIPIENTS_OF_MESSAGES,
        "SEARCH r USING INDEX idx_whatsapp_recipients_message (message_id=?)",
    ),
    (
        sql::WRITE_RECIPIENTS,
        "SEARCH whatsapp_campaign_recipients USING PRIMARY KEY (campaign_id=? AND number=?)",
    ),
    (sql::SLOTS_TAKEN, "idx_whatsapp_recipients_slot (slot>?)"),
    (sql::OPEN_CAMPAIGNS, "SCAN c USING INDEX idx_whatsapp_campaigns_open"),
    (sql::ENDING_CAMPAIGNS, "SCAN c USING INDEX idx_whatsapp_campaigns_ending"),
    (sql::CAMPAIGNS_BY_IDS, "SEARCH c USING PRIMARY KEY (id=?)"),
    (
        sql::THAW,
        "SEARCH whatsapp_campaign_recipients USING PRIMARY KEY (campaign_id=? AND number=?)",
    ),
    (sql::MUTED, "SEARCH m USING INDEX idx_whatsapp_mutes_held (target=? AND target_id=?)"),
    (sql::MUTES, "SEARCH m USING INDEX idx_whatsapp_mutes_at ((at,id)<(?,?))"),
];

async fn assert_plans(store: &SqliteStore, when: &str) {
    let mut wrong = Vec::new();
    for &(statement, step) in USES {
        let plan = plan(store, statement).await;
        // Sorting would mean reading all candidates instead of the page or batch. Only the first
        // messages of each customer, once they are found, and the steps of a few customers are
        // sorted.
        let merged = usize::from(MERGED.contains(&statement));
        let few = match statement {
            sql::PLANNED_OF | sql::OPEN_STEPS_OF => 2,
            // The counts of a day are grouped.
            sql::QUEUED_OF | sql::NEWEST_TO | sql::FILL_DAY => 1,
            _ => 0,
        };
        let sorts = plan.matches("TEMP B-TREE").count() > merged + few;
        let scans = plan.lines().any(|line| {
            let table = line.strip_prefix("SCAN ").unwrap_or_default();
            // Rows that were found are read again.
            let walked = merged > 0 || statement.contains("FROM walked AS f");
            let owed = statement.contains("WITH n AS (") && table == "n";
            let found = few > 0 && table == "s" || walked && table == "f" || owed;
            // These are read in the order of the table, and only the last of them.
            let found = found || statement == sql::LAST_TAKEN && table == "whatsapp_attempts_begun";
            let whole = table.starts_with("whatsapp_") || table.len() == 1;
            whole && !found && !table.contains(" INDEX ")
        });
        // Building a filter for a join reads a whole table; building one over the ids of a claim
        // does not.
        let filters = plan.contains("BLOOM FILTER\nSEARCH");
        if !plan.contains(step) || sorts || scans || filters {
            wrong.push(format!("{}\nmust have {step}:\n{plan}", named(statement)));
        }
    }
    assert!(wrong.is_empty(), "{when}:\n{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn hot_statements_use_their_indexes_on_empty_loaded_and_analysed_tables() {
    let store = SqliteStore::in_memory().await.unwrap();
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
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM whatsapp_outbox")
        .fetch_one(&store.writer)
        .await
        .unwrap();
    assert_eq!(rows, 20_000);
    assert_plans(&store, "loaded").await;

    sqlx::query("ANALYZE").execute(&store.writer).await.unwrap();
    assert_plans(&store, "analysed").await;
}

/// Messages of this many types and of all triggers, one of each in turn.
async fn enqueue_of_types(store: &SqliteStore, types: u64) {
    for group in 0..10 {
        let messages: Vec<_> = (group * 2_000..(group + 1) * 2_000)
            .map(|seed: u64| {
                let at = START + TimeDelta::milliseconds(seed.cast_signed());
                let message_type = TypeName::new(&format!("type_{}", seed / 3 % types)).unwrap();
                let trigger = Trigger::ALL[usize::try_from(seed % 3).unwrap()];
                new_message(seed, at).with_facts(|facts| Facts { message_type, trigger, ..facts })
            })
            .collect();
        store.enqueue(&messages).await.unwrap();
    }
}

#[tokio::test]
async fn pages_are_read_along_the_same_indexes_with_thirty_types() {
    for types in [5, 30] {
        let store = SqliteStore::in_memory().await.unwrap();
        enqueue_of_types(&store, types).await;
        assert_plans(&store, &format!("with {types} types")).await;
        sqlx::query("ANALYZE").execute(&store.writer).await.unwrap();
        assert_plans(&store, &format!("with {types} types, analysed")).await;
    }
}
