//! The same random calls on SQLite and on the model: every answer must be the same.

use whatsapp_testkit::MemoryStore;
use whatsapp_testkit::conformance::differential;

use crate::on_file;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_calls_are_answered_as_the_model_answers_them() {
    for seed in 0..40 {
        let (store, _folder) = on_file().await;
        differential(seed, &MemoryStore::new(), &*store, 200).await;
    }
}
