use whatsapp_core::CustomerId;
use whatsapp_core::message::{Facts, NewMessage};
use whatsapp_core::port::{Enqueued, MessageLog as _, NoticeQueue as _, Outbox as _};
use whatsapp_store_sqlx::PostgresOptions;
use whatsapp_testkit::fixtures::{START, greeting, refused_message};

use crate::host::Host;

/// The one customer that the host knows, and one that it does not.
const KNOWN: &str = "c0000000-0000-7000-8000-000000000001";
const UNKNOWN: &str = "c0000000-0000-7000-8000-00000000000f";

fn to(customer: &str, message: NewMessage) -> NewMessage {
    message.with_facts(|facts| Facts { customer_id: CustomerId::new(customer).unwrap(), ..facts })
}

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
    let error = host.migrate(|options| options.references(true)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database refused the operation: 1 rows of whatsapp_message_logs have a customer_id \
         that is not in customers. Mend or remove these rows, or leave the references out"
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
    for (change, named) in [
        ("DROP TABLE customers", "the references need a table customers, and there is none"),
        ("DROP TABLE auth.users", "the references need a table auth.users, and there is none"),
        (
            "ALTER TABLE customers ALTER COLUMN id TYPE TEXT",
            "customers.id is not a UUID, so whatsapp_message_logs.customer_id cannot refer to it",
        ),
        (
            "REVOKE SELECT ON customers FROM shop",
            "the role shop may not read the table customers. Grant it SELECT",
        ),
    ] {
        let host = Host::new().await;
        host.run(change).await;
        let error = host.migrate(|options| options.references(true)).await.unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
}

#[tokio::test]
async fn what_a_trigger_of_the_hosts_says_is_not_told() {
    let host = Host::new().await;
    host.run(
        "CREATE FUNCTION nosy() RETURNS event_trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'Asha Traders owes 500'; END $$;
         CREATE EVENT TRIGGER nosy ON ddl_command_end WHEN TAG IN ('ALTER TABLE')
            EXECUTE FUNCTION nosy()",
    )
    .await;
    let error = host.migrate(|options| options.references(true)).await.unwrap_err();
    assert_eq!(error.to_string(), "the database refused the operation: error code P0001");
}

#[tokio::test]
async fn message_refused_for_an_unknown_customer_leaves_its_row_and_its_notice() {
    let host = Host::new().await;
    host.migrate(|options| options.references(true)).await.unwrap();
    let store = PostgresOptions::with(host.options().username("shop")).open().await.unwrap();
    let unknown = to(UNKNOWN, refused_message(1, START));
    let named = to("C-2", refused_message(2, START));
    let known = to(KNOWN, refused_message(3, START));
    let due = to(KNOWN, greeting(4, START));
    let messages = [unknown, named, known, due];
    let enqueued = store.enqueue(&messages).await.unwrap();
    assert_eq!(enqueued, messages.each_ref().map(|message| Enqueued::New(message.facts.id)));
    for message in &messages {
        let kept = store.message(message.facts.id).await.unwrap().unwrap();
        assert_eq!(kept.facts.customer_id, message.facts.customer_id);
    }
    assert_eq!(store.notices_owed().await.unwrap(), 3);
    let nobody = "SELECT count(*) FROM whatsapp_message_logs WHERE customer_id IS NULL";
    assert_eq!(count(&host, nobody).await, 2, "one that is known is referred to");
    store.close().await;
}

#[tokio::test]
async fn message_that_would_be_sent_to_an_unknown_customer_is_refused_by_name() {
    let host = Host::new().await;
    host.migrate(|options| options.references(true)).await.unwrap();
    let store = PostgresOptions::with(host.options().username("shop")).open().await.unwrap();
    let error = store.enqueue(&[to(UNKNOWN, greeting(1, START))]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database refused the operation: a message names a customer, a user or a template that \
         is not there"
    );
    store.close().await;
}

#[tokio::test]
async fn role_that_may_make_no_tables_opens_what_is_up_to_date_and_nothing_else() {
    let host = Host::new().await;
    host.migrate(|options| options).await.unwrap();
    host.run("REVOKE CREATE ON SCHEMA public FROM shop, PUBLIC").await;
    host.migrate(|options| options).await.unwrap();
    let error = host.migrate(|options| options.references(true)).await.unwrap_err();
    assert_eq!(error.to_string(), "the database refused the operation: the user may not do this");
}
