//! Evidence that attached files were fetched.

use async_trait::async_trait;
use whatsapp_core::port::{Fetch, FetchLog, StoreError};

use super::SqliteStore;
use super::codec::micros;
use super::statements as sql;
use crate::rows::bytes;

#[async_trait]
impl FetchLog for SqliteStore {
    async fn record_fetch(&self, fetch: &Fetch) -> Result<(), StoreError> {
        let fetch = *fetch;
        self.write(move |connection| {
            Box::pin(async move {
                // There may be no attempt to record it on: no rows are counted.
                sql::query(sql::RECORD_FETCH)
                    .bind(fetch.message_id.to_string())
                    .bind(micros(fetch.at))
                    .bind(bytes(fetch.bytes))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
