use crate::host::Host;

const SET: &str = include_str!("../../migrations/postgres/references/0001_references.sql");

async fn count(host: &Host, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&mut host.connect().await).await.unwrap()
}

const REFERENCES: &str = "SELECT count(*) FROM pg_constraint
    WHERE contype = 'f' AND convalidated AND conname ~ '(customer_id|created_by|template_id)_fkey$'";

#[tokio::test]
async fn rows_that_refer_to_what_exists_are_taken_over() {
    let host = Host::new().await;
    host.migrate(|options| options).await.unwrap();
    host.fill().await;
    host.run("ALTER ROLE shop BYPASSRLS").await;
    host.migrate(|options| options.references(true)).await.unwrap();
    assert_eq!(count(&host, REFERENCES).await, 4);
}

#[tokio::test]
async fn rows_that_refer_to_nothing_are_counted_and_nothing_is_changed() {
    let host = Host::new().await;
    host.migrate(|options| options).await.unwrap();
    host.fill().await;
    host.run("DELETE FROM customers").await;
    assert!(host.migrate(|options| options.references(true)).await.is_err());
    let error = host.try_as("shop", SET).await.unwrap_err().to_string();
    assert!(
        error.contains(
            "1 rows of whatsapp_message_logs have a customer_id that is not in customers"
        ),
        "{error}"
    );
    assert_eq!(count(&host, REFERENCES).await, 0);
}

#[tokio::test]
async fn message_outlives_its_template_and_keeps_its_customer() {
    let host = Host::secured().await;
    host.run("DELETE FROM whatsapp_templates").await;
    let left = "SELECT count(*) FROM whatsapp_message_logs WHERE template_id IS NULL";
    assert_eq!(count(&host, left).await, 1);
    let outcome = host.try_as("postgres", "DELETE FROM customers").await;
    assert!(outcome.unwrap_err().to_string().contains("customer_id_fkey"));
}

#[tokio::test]
async fn host_that_cannot_be_referred_to_is_told_why() {
    let host = Host::new().await;
    host.migrate(|options| options).await.unwrap();
    for (change, named) in [
        ("DROP TABLE customers", "there is none"),
        ("DROP TABLE auth.users", "the references need a table auth.users"),
        (
            "ALTER TABLE customers ALTER COLUMN id TYPE TEXT",
            "customers.id is not a UUID, so whatsapp_message_logs.customer_id cannot refer to it",
        ),
    ] {
        let statements = format!("RESET ROLE; {change}; SET LOCAL ROLE shop; {SET}");
        let error = host.try_as("shop", &statements).await.unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}
