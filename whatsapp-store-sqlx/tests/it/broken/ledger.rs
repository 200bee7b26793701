//! Values that the database itself keeps out of the ledger, whoever writes.

use whatsapp_core::message::AttemptOutcome;
use whatsapp_testkit::fixtures::{START, new_message};

use super::Shop;

#[tokio::test]
async fn no_attempt_begins_before_the_one_before_it_has_its_outcome() {
    for shop in Shop::both().await {
        let store = shop.store();
        let message = new_message(1, START);
        store.enqueue(std::slice::from_ref(&message)).await.unwrap();
        let id = message.facts.id;
        let (hash, now) = match shop {
            Shop::Sqlite(..) => ("x'00'", START.timestamp_micros().to_string()),
            Shop::Postgres(..) => (r"'\x00'", format!("'{START:?}'")),
        };
        let begin = |no: u32| {
            format!(
                "INSERT INTO whatsapp_attempts_begun (message_id, no, account_id, part, number_key,
                    whatsapp_number, text_sha256, started_at)
                VALUES ('{id}', {no}, 1, 'whole', '91-12345670', '+9112345670', {hash}, {now})"
            )
        };
        let end = |no: u32| {
            format!(
                "INSERT INTO whatsapp_attempts_ended (message_id, no, account_id, finished_at, outcome)
                VALUES ('{id}', {no}, 1, {now}, 'rejected')"
            )
        };
        let refused = async |statement: String| {
            let error = shop.run(statement.clone()).await.expect_err(&statement);
            let error = error.into_database_error().unwrap();
            // SQLite uses a reference for it, Postgres a trigger.
            let kept_out = error.is_foreign_key_violation() || error.is_unique_violation();
            assert!(kept_out, "{statement}: {error}");
        };
        refused(begin(2)).await;
        shop.run(begin(1)).await.unwrap();
        refused(begin(2)).await;
        shop.run(end(1)).await.unwrap();
        shop.run(begin(2)).await.unwrap();
        refused(begin(3)).await;
        let outcomes: Vec<_> =
            store.attempts(id).await.unwrap().iter().map(|attempt| attempt.outcome).collect();
        assert_eq!(outcomes, [Some(AttemptOutcome::Rejected), None]);
        let renumber = "UPDATE whatsapp_attempts_begun SET no = 4 WHERE no = 2".to_owned();
        refused(renumber).await;
    }
}
