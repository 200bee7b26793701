//! Counts of days.

use async_trait::async_trait;
use chrono::NaiveDate;
use whatsapp_core::port::{DailyStore, DayCount, DayFill, StoreError};

use super::SqliteStore;
use super::codec::micros;
use super::statements as sql;
use crate::codec::Reader;
use crate::daily::day_counts;

#[async_trait]
impl DailyStore for SqliteStore {
    async fn fill_day(&self, fill: &DayFill) -> Result<(), StoreError> {
        let DayFill { day, from, until } = *fill;
        self.write(move |connection| {
            Box::pin(async move {
                let forget = sql::query(sql::FORGET_DAY).bind(day);
                forget.execute(&mut *connection).await?;
                let fill = sql::query(sql::FILL_DAY).bind(day);
                let fill = fill.bind(micros(from)).bind(micros(until));
                fill.execute(connection).await.map(drop)
            })
        })
        .await
    }

    async fn days(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<DayCount>, StoreError> {
        let query = sql::query(sql::DAYS).bind(from).bind(until);
        day_counts(&query.fetch_all(&self.readers).await?)
    }

    async fn open_days(&self, limit: u32) -> Result<Vec<NaiveDate>, StoreError> {
        let query = sql::query(sql::OPEN_DAYS).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(|row| Reader::new(row, "count of a day").date("day")).collect()
    }

    async fn clear_days(&self) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let clear = sql::query(sql::CLEAR_DAYS);
                clear.execute(connection).await.map(drop)
            })
        })
        .await
    }
}
