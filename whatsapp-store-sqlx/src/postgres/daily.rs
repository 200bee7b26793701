//! Counts of days.

use async_trait::async_trait;
use chrono::NaiveDate;
use whatsapp_core::port::{DailyStore, DayCount, DayFill, StoreError};

use super::PostgresStore;
use super::statements as sql;
use super::work::{Bound, Pool, Session};
use crate::codec::Reader;
use crate::daily::day_counts;

#[async_trait]
impl DailyStore for PostgresStore {
    async fn fill_day(&self, fill: &DayFill) -> Result<(), StoreError> {
        let DayFill { day, from, until } = *fill;
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move {
                let lock = session.query(sql::LOCK_DAYS);
                run(&mut session, lock).await?;
                let forget = session.query(sql::FORGET_DAY).bind(day);
                run(&mut session, forget).await?;
                let fill = session.query(sql::FILL_DAY).bind(day).bind(from).bind(until);
                run(&mut session, fill).await
            })
        })
        .await
    }

    async fn days(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<DayCount>, StoreError> {
        self.read(Pool::Client, move |session| {
            let query = session.query(sql::DAYS).bind(from).bind(until);
            Box::pin(async move {
                let rows = query.fetch_all(&mut *session.connection).await?;
                day_counts(&rows)
            })
        })
        .await
    }

    async fn open_days(&self, limit: u32) -> Result<Vec<NaiveDate>, StoreError> {
        let query =
            move |session: &Session<'_>| session.query(sql::OPEN_DAYS).bind(i64::from(limit));
        self.rows(query, |row| Reader::new(row, "count of a day").date("day")).await
    }

    async fn clear_days(&self) -> Result<(), StoreError> {
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move {
                let lock = session.query(sql::LOCK_DAYS);
                run(&mut session, lock).await?;
                let clear = session.query(sql::CLEAR_DAYS);
                run(&mut session, clear).await
            })
        })
        .await
    }
}

async fn run(session: &mut Session<'_>, query: Bound) -> Result<(), StoreError> {
    query.execute(&mut *session.connection).await.map(drop)
}
