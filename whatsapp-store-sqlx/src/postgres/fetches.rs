//! Evidence that attached files were fetched.

use async_trait::async_trait;
use whatsapp_core::port::{Fetch, FetchLog, StoreError};

use super::PostgresStore;
use super::codec::uuid;
use super::statements as sql;
use super::work::Pool;
use crate::rows::bytes;

#[async_trait]
impl FetchLog for PostgresStore {
    async fn record_fetch(&self, fetch: &Fetch) -> Result<(), StoreError> {
        let fetch = *fetch;
        self.write(Pool::Client, move |session| {
            Box::pin(async move {
                // There may be no attempt to record it on: no rows are counted.
                session
                    .query(sql::RECORD_FETCH)
                    .bind(uuid(fetch.message_id))
                    .bind(fetch.at)
                    .bind(bytes(fetch.bytes))
                    .execute(&mut *session.connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
