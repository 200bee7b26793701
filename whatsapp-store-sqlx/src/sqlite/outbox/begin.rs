//! Opens attempts, before their POSTs.

use sqlx::SqliteConnection;
use whatsapp_core::AccountId;
use whatsapp_core::port::{Begin, Begun, StoreError};

use super::super::codec::array;
use super::super::items::{AttemptItem, BeginItem, ReviseItem};
use super::super::statements as sql;
use super::settle::record_attempts;
use super::{passed, run, run_for};
use crate::error::row_count;

pub(super) async fn begin(
    connection: &mut SqliteConnection,
    account: AccountId,
    begins: &[Begin],
) -> Result<Vec<Begun>, StoreError> {
    let ids: Vec<_> = begins.iter().map(|begin| begin.lease.message_id).collect();
    let items: Vec<_> = begins.iter().map(BeginItem::new).collect();
    let items = array(&items)?;
    let counted = run(connection, sql::BEGIN, items.clone()).await?;
    // Nearly always, all of them may begin.
    let may = if usize::try_from(counted) == Ok(begins.len()) {
        vec![true; begins.len()]
    } else {
        passed(connection, sql::COUNTED, items, &ids).await?
    };
    let opened: Vec<_> =
        begins.iter().zip(&may).filter_map(|(begin, may)| may.then_some(begin)).collect();

    let closed =
        opened.iter().filter_map(|begin| Some((begin.lease.message_id, begin.close.as_ref()?)));
    record_attempts(connection, closed).await?;
    if !opened.is_empty() {
        let items: Vec<_> = opened.iter().map(|begin| AttemptItem::new(begin)).collect();
        let written = run_for(connection, sql::OPEN_ATTEMPTS, array(&items)?, account).await?;
        row_count(written, opened.len())?;
    }
    let revised: Vec<_> = opened
        .iter()
        .filter_map(|begin| Some(ReviseItem::new(begin.lease.message_id, begin.revision.as_ref()?)))
        .collect();
    if !revised.is_empty() {
        run(connection, sql::REVISE, array(&revised)?).await?;
    }
    Ok(may.into_iter().map(|may| if may { Begun::Open } else { Begun::Fenced }).collect())
}
