//! The account: pauses, and the slots in which requests may be made.

use sqlx::PgConnection;
use whatsapp_core::port::{Account, Pause, Reservation, Reserve, StoreError};

use super::super::statements as sql;
use super::run;
use crate::error::{row_count, store_error};
use crate::rows;

pub(super) async fn read(connection: &mut PgConnection) -> Result<Account, StoreError> {
    rows::account(&sqlx::query(sql::ACCOUNT).fetch_one(connection).await.map_err(store_error)?)
}

pub(super) async fn reserve(
    connection: &mut PgConnection,
    reserve: &Reserve,
) -> Result<Reservation, StoreError> {
    let query = sqlx::query(sql::LOCK_ACCOUNT);
    let mut account =
        rows::account(&query.fetch_one(&mut *connection).await.map_err(store_error)?)?;
    let slot = account.next_slot;
    let reservation = account.reserve(reserve);
    if account.next_slot != slot {
        let query = sqlx::query(sql::SET_NEXT_SLOT).bind(account.next_slot);
        row_count(run(connection, query).await?, 1)?;
    }
    Ok(reservation)
}

pub(super) async fn set_pause(
    connection: &mut PgConnection,
    pause: Option<Pause>,
) -> Result<(), StoreError> {
    let query = sqlx::query(sql::SET_PAUSE)
        .bind(pause.map(|pause| pause.reason.as_str()))
        .bind(pause.map(|pause| pause.since))
        .bind(pause.map(|pause| pause.until));
    row_count(run(connection, query).await?, 1)
}
