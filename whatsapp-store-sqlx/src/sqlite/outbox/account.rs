//! The account: pauses, and the slots in which requests may be made.

use sqlx::SqliteConnection;
use whatsapp_core::port::{Reservation, Reserve, StoreError};

use super::super::codec::micros;
use super::super::statements as sql;
use crate::error::{row_count, store_error};
use crate::rows;

pub(super) async fn reserve(
    connection: &mut SqliteConnection,
    reserve: &Reserve,
) -> Result<Reservation, StoreError> {
    let row = sqlx::query(sql::ACCOUNT).fetch_one(&mut *connection).await.map_err(store_error)?;
    let mut account = rows::account(&row)?;
    let slot = account.next_slot;
    let reservation = account.reserve(reserve);
    if account.next_slot != slot {
        let done = sqlx::query(sql::SET_NEXT_SLOT)
            .bind(account.next_slot.map(micros))
            .execute(connection)
            .await
            .map_err(store_error)?;
        row_count(done.rows_affected(), 1)?;
    }
    Ok(reservation)
}
