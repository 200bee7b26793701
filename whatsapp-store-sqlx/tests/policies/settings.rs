//! The table of the settings may be the host's own.

use sqlx::Row as _;

use crate::host::Host;

const TABLE: &str = "CREATE TABLE invoice_configurations (
    config_key VARCHAR(100) PRIMARY KEY, config_value TEXT, config_type TEXT, description TEXT
); INSERT INTO invoice_configurations VALUES ('invoice_prefix', 'INV-', 'string', NULL)";

/// The keys that are visible with a manager's claims, in `role`.
async fn seen(host: &Host, role: &str) -> Vec<String> {
    let mut connection = host.connect().await;
    let manager = "a0000000-0000-4000-8000-000000000002";
    let before = format!(
        "BEGIN; SET LOCAL ROLE {role};
         SELECT set_config('request.jwt.claims', '{{\"sub\": \"{manager}\"}}', true)"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(before)).execute(&mut connection).await.unwrap();
    let query = sqlx::raw_sql("SELECT config_key::TEXT FROM invoice_configurations ORDER BY 1");
    let rows = query.fetch_all(&mut connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn managers_never_see_nor_write_the_key() {
    let host = Host::secured().await;
    let seen = seen(&host, "authenticated").await;
    assert!(seen.contains(&"whatsapp_enabled".to_owned()));
    assert!(!seen.contains(&"whatsapp_api_key".to_owned()));
    let manager = r#"{"sub": "a0000000-0000-4000-8000-000000000002"}"#;
    for (statement, refused) in [
        (
            "UPDATE invoice_configurations SET config_key = 'whatsapp_api_key' WHERE config_key = 'whatsapp_enabled'",
            true,
        ),
        ("INSERT INTO invoice_configurations VALUES ('invoice_prefix', 'X', 'string', NULL)", true),
        (
            "INSERT INTO invoice_configurations VALUES ('whatsapp_later_setting', 'x', 'string', NULL)",
            false,
        ),
    ] {
        let statement =
            format!("SELECT set_config('request.jwt.claims', '{manager}', true); {statement}");
        let outcome = host.try_as("authenticated", &statement).await;
        assert_eq!(outcome.is_err(), refused, "{statement}: {outcome:?}");
    }
}

#[tokio::test]
async fn table_of_the_host_without_security_stays_as_it_is() {
    let host = Host::new().await;
    host.try_as("shop", TABLE).await.unwrap();
    host.migrate(|options| options.supabase(true)).await.unwrap();
    let seen = seen(&host, "anon").await;
    assert!(seen.contains(&"invoice_prefix".to_owned()) && seen.len() > 2, "{seen:?}");
}

#[tokio::test]
async fn table_of_the_host_with_security_opens_its_whatsapp_rows_to_managers() {
    let host = Host::new().await;
    let secured = format!("{TABLE}; ALTER TABLE invoice_configurations ENABLE ROW LEVEL SECURITY");
    host.try_as("shop", &secured).await.unwrap();
    host.migrate(|options| options.supabase(true)).await.unwrap();
    assert_eq!(seen(&host, "anon").await, Vec::<String>::new());
    let seen = seen(&host, "authenticated").await;
    assert!(seen.iter().all(|key| key.starts_with("whatsapp_") && key != "whatsapp_api_key"));
    assert!(seen.contains(&"whatsapp_retry_max".to_owned()));
}
