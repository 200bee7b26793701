//! The account: pauses, and the slots in which requests may be made.

use whatsapp_core::port::{Account, Reservation, Reserve, StoreError};

use super::super::statements as sql;
use super::super::work::Session;
use super::run;
use crate::error::{row_count, store_error};
use crate::rows;

pub(super) async fn read(session: &mut Session<'_>) -> Result<Account, StoreError> {
    rows::account(
        &session
            .query(sql::ACCOUNT)
            .fetch_one(&mut *session.connection)
            .await
            .map_err(store_error)?,
    )
}

pub(super) async fn reserve(
    session: &mut Session<'_>,
    reserve: &Reserve,
) -> Result<Reservation, StoreError> {
    let query = session.query(sql::LOCK_ACCOUNT);
    let mut account =
        rows::account(&query.fetch_one(&mut *session.connection).await.map_err(store_error)?)?;
    let slot = account.next_slot;
    let reservation = account.reserve(reserve);
    if account.next_slot != slot {
        let query = session.query(sql::SET_NEXT_SLOT).bind(account.next_slot);
        row_count(run(session, query).await?, 1)?;
    }
    Ok(reservation)
}
