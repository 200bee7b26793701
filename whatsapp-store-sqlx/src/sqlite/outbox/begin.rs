//! Opening attempts, before their POSTs.

use sqlx::SqliteConnection;
use whatsapp_core::AccountId;
use whatsapp_core::port::{Begin, Begun, StoreError};

use super::super::codec::array;
use super::super::items::{BeginItem, RecordItem, ReviseItem};
use super::super::statements as sql;
use super::{passed, run};
use crate::error::row_count;

pub(super) async fn begin(
    connection: &mut SqliteConnection,
    account: AccountId,
    begins: &[Begin],
) -> Result<Vec<Begun>, StoreError> {
    let items: Vec<_> = begins.iter().map(|begin| BeginItem::new(begin, account)).collect();
    let ids: Vec<_> = begins.iter().map(|b| b.lease.message_id).collect();
    let may = passed(connection, sql::MAY_BEGIN, array(&items)?, &ids).await?;

    let closed: Vec<_> = begins
        .iter()
        .zip(&may)
        .filter(|(_, may)| **may)
        .filter_map(|(begin, _)| {
            let record = begin.close.as_ref()?;
            Some(RecordItem::new(begin.lease.message_id, record))
        })
        .collect();
    if !closed.is_empty() {
        let written = run(connection, sql::RECORD_ATTEMPTS, array(&closed)?).await?;
        row_count(written, closed.len())?;
    }

    let opened: Vec<_> =
        items.iter().zip(&may).filter_map(|(item, may)| may.then_some(item)).collect();
    if !opened.is_empty() {
        let json = array(&opened)?;
        let written = run(connection, sql::OPEN_ATTEMPTS, json.clone()).await?;
        row_count(written, opened.len())?;
        row_count(run(connection, sql::BEGIN, json).await?, opened.len())?;
    }

    let revised: Vec<_> = begins
        .iter()
        .zip(&may)
        .filter(|(_, may)| **may)
        .filter_map(|(begin, _)| {
            Some(ReviseItem::new(begin.lease.message_id, begin.revision.as_ref()?))
        })
        .collect();
    if !revised.is_empty() {
        run(connection, sql::REVISE, array(&revised)?).await?;
    }
    Ok(may.into_iter().map(|may| if may { Begun::Open } else { Begun::Fenced }).collect())
}
