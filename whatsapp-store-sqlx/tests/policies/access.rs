use std::collections::BTreeSet;

use whatsapp_core::port::{MessageLog as _, Outbox as _, SettingsStore as _};
use whatsapp_store_sqlx::PostgresOptions;
use whatsapp_testkit::fixtures::{START, new_message};

use crate::host::Host;
use crate::matrix::check;
use crate::object::{Object, objects};

/// The library's objects: those that did not exist before it.
async fn ours(host: &Host, before: &BTreeSet<Object>) -> BTreeSet<Object> {
    objects(host).await.difference(before).cloned().collect()
}

#[tokio::test]
async fn everybody_may_do_what_the_matrix_says_and_nothing_else() {
    let host = Host::new().await;
    let before = objects(&host).await;
    host.migrate(|options| options.references(true).supabase(true)).await.unwrap();
    host.fill().await;
    let report = check(&host, &ours(&host, &before).await, "").await;
    println!(
        "policies: cells checked {}, leaks {}, unlisted objects {}",
        report.cells,
        report.leaks.len(),
        report.unlisted.len()
    );
    assert_eq!((report.leaks, report.refused, report.unlisted), (vec![], vec![], vec![]));
    assert!(report.cells > 1_500, "{}", report.cells);
}

/// Possible omissions, one each: its description, the place where it shows, and the statements that
/// remove the part.
const MUTANTS: [(&str, &str, &str); 13] = [
    (
        "row-level security",
        "whatsapp_message_logs",
        "ALTER TABLE whatsapp_message_logs DISABLE ROW LEVEL SECURITY",
    ),
    ("the owner", "whatsapp_notices", "ALTER TABLE whatsapp_notices NO FORCE ROW LEVEL SECURITY"),
    (
        "what policies do not cover",
        "whatsapp_outbox",
        "GRANT TRUNCATE ON whatsapp_outbox TO authenticated",
    ),
    (
        "foreign keys",
        "whatsapp_templates",
        "GRANT REFERENCES ON whatsapp_templates TO service_role",
    ),
    ("triggers", "whatsapp_account", "GRANT TRIGGER ON whatsapp_account TO service_role"),
    (
        "functions",
        "whatsapp_is_manager()",
        "GRANT EXECUTE ON FUNCTION whatsapp_is_manager() TO anon",
    ),
    ("those who left", "whatsapp_outbox", "UPDATE user_management SET status = 'active'"),
    ("roles", "invoice_configurations", "UPDATE user_management SET role = 'manager'"),
    (
        "what is written",
        "whatsapp_templates",
        "ALTER POLICY \"Managers can manage templates\" ON whatsapp_templates WITH CHECK (true)",
    ),
    (
        "that managers only read",
        "whatsapp_message_logs",
        "GRANT UPDATE ON whatsapp_message_logs TO authenticated;
         CREATE POLICY more ON whatsapp_message_logs FOR UPDATE TO authenticated
            USING ((SELECT whatsapp_is_manager()))",
    ),
    (
        "those without a token",
        "whatsapp_digests",
        "GRANT SELECT ON whatsapp_digests TO anon;
         CREATE POLICY more ON whatsapp_digests FOR SELECT TO anon USING (true)",
    ),
    (
        "that what was done stays",
        "whatsapp_audit",
        "GRANT DELETE ON whatsapp_audit TO service_role;
         ALTER TABLE whatsapp_audit DISABLE TRIGGER whatsapp_audit_changed;
         CREATE POLICY more ON whatsapp_audit FOR DELETE TO service_role USING (true)",
    ),
    (
        "the migrations",
        "whatsapp_migrations",
        "GRANT SELECT ON whatsapp_migrations TO PUBLIC;
         ALTER TABLE whatsapp_migrations DISABLE ROW LEVEL SECURITY",
    ),
];

#[tokio::test]
async fn matrix_finds_every_protection_that_is_taken_away() {
    let host = Host::new().await;
    let before = objects(&host).await;
    host.migrate(|options| options.supabase(true)).await.unwrap();
    host.fill().await;
    let ours = ours(&host, &before).await;
    for (forgotten, place, mutant) in MUTANTS {
        let place = ours.iter().filter(|object| object.name == place).cloned().collect();
        assert_eq!(check(&host, &place, "").await.leaks, Vec::<String>::new());
        let report = check(&host, &place, mutant).await;
        assert_ne!(report.leaks, Vec::<String>::new(), "nothing leaked without {forgotten}");
    }
}

#[tokio::test]
async fn without_the_set_everything_leaks() {
    let host = Host::new().await;
    let before = objects(&host).await;
    host.migrate(|options| options).await.unwrap();
    host.fill().await;
    let report = check(&host, &ours(&host, &before).await, "").await;
    for who in ["anon", "staff", "stranger", "no", "broken"] {
        for what in ["Select", "Delete", "Truncate", "ForeignKey"] {
            let cell = format!("{who} {what} whatsapp_message_logs");
            assert!(report.leaks.contains(&cell), "{cell} should be possible");
        }
    }
}

#[tokio::test]
async fn object_without_a_row_in_the_matrix_is_found() {
    let host = Host::new().await;
    host.migrate(|options| options.supabase(true)).await.unwrap();
    host.fill().await;
    let known = objects(&host).await;
    host.run(
        "CREATE TABLE whatsapp_more (id INTEGER PRIMARY KEY);
         CREATE VIEW whatsapp_shown AS SELECT * FROM whatsapp_message_logs;
         CREATE SEQUENCE whatsapp_numbers;
         CREATE FUNCTION whatsapp_more() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'",
    )
    .await;
    let unlisted = check(&host, &ours(&host, &known).await, "").await.unlisted;
    for new in [
        "table whatsapp_more",
        "view whatsapp_shown",
        "sequence whatsapp_numbers",
        "function whatsapp_more()",
        // Rows of the matrix that match nothing in the given set.
        "whatsapp_outbox, which does not exist",
    ] {
        assert!(unlisted.contains(&new.to_owned()), "{new} passed for listed: {unlisted:?}");
    }
}

#[tokio::test]
async fn nobody_becomes_a_manager_by_a_table_of_the_same_name() {
    let host = Host::secured().await;
    let staff = "a0000000-0000-4000-8000-000000000001";
    let seen = format!(
        "CREATE TABLE probe.user_management (user_id UUID, role TEXT, status TEXT);
         INSERT INTO probe.user_management VALUES ('{staff}', 'manager', 'active');
         CREATE TEMPORARY TABLE user_management (LIKE probe.user_management);
         INSERT INTO pg_temp.user_management SELECT * FROM probe.user_management;
         SET LOCAL search_path = probe, public;
         SELECT set_config('request.jwt.claims', '{{\"sub\": \"{staff}\"}}', true);
         DO 'BEGIN ASSERT NOT public.whatsapp_is_manager(); END'"
    );
    host.try_as("authenticated", &seen).await.unwrap();
}

#[tokio::test]
async fn set_names_what_it_lacks_and_changes_nothing() {
    let set = include_str!("../../migrations/postgres/supabase/0001_policies.sql");
    let host = Host::new().await;
    host.migrate(|options| options).await.unwrap();
    for (taken_away, named) in [
        ("ALTER ROLE anon RENAME TO nobody", "the roles of Supabase, and there is no anon"),
        ("DROP FUNCTION auth.uid()", "the function auth.uid()"),
        ("DROP TABLE user_management", "a table user_management"),
        ("ALTER ROLE shop NOBYPASSRLS", "the role shop would not see its own rows"),
    ] {
        let statements = format!("RESET ROLE; {taken_away}; SET LOCAL ROLE shop; {set}");
        let error = host.try_as("shop", &statements).await.unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
    // With everything in place, the same statements succeed.
    host.try_as("shop", set).await.unwrap();
}

#[tokio::test]
async fn set_may_be_asked_for_again_and_later() {
    let host = Host::new().await;
    host.migrate(|options| options).await.unwrap();
    for _ in 0..2 {
        host.migrate(|options| options.references(true).supabase(true)).await.unwrap();
    }
    host.migrate(|options| options).await.unwrap();
}

#[tokio::test]
async fn sets_and_later_files_of_the_tables_may_come_in_any_order() {
    let tables = include_str!("../../migrations/postgres/0001_tables.sql");
    let later = "ALTER TABLE whatsapp_message_logs ADD COLUMN later TEXT";
    let grown = |options: PostgresOptions| options.tables_from([tables, later].map(str::to_owned));
    let host = Host::new().await;
    host.migrate(|options| options.supabase(true)).await.unwrap();
    host.migrate(grown).await.unwrap();
    host.migrate(|options| grown(options).references(true).supabase(true)).await.unwrap();
    // A process of the version before, which knows fewer files, still opens it.
    host.migrate(|options| options.supabase(true)).await.unwrap();
    let applied = "SELECT string_agg(version::TEXT, ' ' ORDER BY applied_at, version)
        FROM whatsapp_migrations";
    let applied: String =
        sqlx::query_scalar(applied).fetch_one(&mut host.connect().await).await.unwrap();
    assert_eq!(applied, "1 2001 2 1001");
}

#[tokio::test]
async fn library_goes_on_as_before_under_row_level_security() {
    let host = Host::new().await;
    let shop = || PostgresOptions::with(host.options().username("shop")).supabase(true);
    let store = shop().open().await.unwrap();
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    store.close().await;
    let again = shop().open().await.unwrap();
    assert_eq!(again.message(message.facts.id).await.unwrap().unwrap().facts.id, message.facts.id);
    assert!(!again.load_settings().await.unwrap().is_empty());
    again.close().await;
}
