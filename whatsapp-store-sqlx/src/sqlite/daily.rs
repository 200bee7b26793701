//! Counts of days.

use async_trait::async_trait;
use chrono::NaiveDate;
use whatsapp_core::port::{DailyStore, DayCount, DayFill, StoreError};

use super::SqliteStore;
use super::codec::micros;
use super::statements as sql;
use crate::codec::Reader;
use crate::daily::day_counts;
use crate::error::store_error;

#[async_trait]
impl DailyStore for SqliteStore {
    async fn fill_day(&self, fill: &DayFill) -> Result<(), StoreError> {
        let DayFill { day, from, until } = *fill;
        self.write(move |connection| {
            Box::pin(async move {
                let forget = sqlx::query(sql::FORGET_DAY).bind(day);
                forget.execute(&mut *connection).await.map_err(store_error)?;
                let fill = sqlx::query(sql::FILL_DAY).bind(day);
                let fill = fill.bind(micros(from)).bind(micros(until));
                fill.execute(connection).await.map(drop).map_err(store_error)
            })
        })
        .await
    }

    async fn days(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<DayCount>, StoreError> {
        let query = sqlx::query(sql::DAYS).bind(from).bind(until);
        day_counts(&query.fetch_all(&self.readers).await.map_err(store_error)?)
    }

    async fn open_days(&self, limit: u32) -> Result<Vec<NaiveDate>, StoreError> {
        let query = sqlx::query(sql::OPEN_DAYS).bind(limit);
        let rows = query.fetch_all(&self.readers).await.map_err(store_error)?;
        rows.iter().map(|row| Reader::new(row, "count of a day").date("day")).collect()
    }

    async fn clear_days(&self) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let clear = sqlx::query(sql::CLEAR_DAYS);
                clear.execute(connection).await.map(drop).map_err(store_error)
            })
        })
        .await
    }
}
