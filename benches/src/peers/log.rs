//! The message log beside a peer's queue: the specification's columns and indexes (4.1), a row for
//! each message, written with the job and set to `sent` by the handler.

use anyhow::Result;
use serde_json::json;
use sqlx::{Executor, PgConnection, PgPool, SqliteConnection, SqlitePool};
use uuid::Uuid;

use super::Job;
use crate::ours;

const POSTGRES: &str = include_str!("message_logs_postgres.sql");
const SQLITE: &str = include_str!("message_logs_sqlite.sql");

/// Makes the table on Postgres.
///
/// # Errors
/// Fails if the database refuses.
pub async fn create_postgres(pool: &PgPool) -> Result<()> {
    pool.execute(POSTGRES).await?;
    Ok(())
}

/// Makes the table on SQLite.
///
/// # Errors
/// Fails if the database refuses.
pub async fn create_sqlite(pool: &SqlitePool) -> Result<()> {
    pool.execute(SQLITE).await?;
    Ok(())
}

/// Writes the rows of jobs, in one statement.
///
/// # Errors
/// Fails if the database refuses.
pub async fn add_postgres(connection: &mut PgConnection, jobs: &[Job]) -> Result<()> {
    let ids: Vec<Uuid> = jobs.iter().map(|job| job.id).collect();
    let numbers: Vec<&str> = jobs.iter().map(|job| job.number.as_str()).collect();
    let texts: Vec<&str> = jobs.iter().map(|job| job.text.as_str()).collect();
    let customers: Vec<Uuid> = (0..).zip(jobs).map(|(n, _)| ours::customer(n)).collect();
    sqlx::query(
        "INSERT INTO message_logs (
             id, customer_id, customer_name, whatsapp_number, message_type, trigger_type, status,
             message_content
         )
         SELECT id, customer_id, 'Customer', number, 'invoice', 'auto', 'pending', text
         FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
             AS job (id, customer_id, number, text)",
    )
    .bind(ids)
    .bind(customers)
    .bind(numbers)
    .bind(texts)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the rows of jobs into SQLite.
///
/// # Errors
/// Fails if the database refuses.
pub async fn add_sqlite(connection: &mut SqliteConnection, jobs: &[Job]) -> Result<()> {
    for (n, job) in (0..).zip(jobs) {
        sqlx::query(
            "INSERT INTO message_logs (
                 id, customer_id, customer_name, whatsapp_number, message_type, trigger_type,
                 status, message_content, created_at, updated_at
             )
             VALUES (?1, ?2, 'Customer', ?3, 'invoice', 'auto', 'pending', ?4, ?5, ?5)",
        )
        .bind(job.id.to_string())
        .bind(ours::customer(n).to_string())
        .bind(&job.number)
        .bind(&job.text)
        .bind(ours::now().timestamp_micros())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Marks the message as sent, as a handler does once the gateway has taken it.
///
/// # Errors
/// Fails if the database refuses.
pub async fn sent_postgres(pool: &PgPool, job: &Job) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE message_logs
         SET status = 'sent', sent_at = now(), updated_at = now(), api_response = $2
         WHERE id = $1",
    )
    .bind(job.id)
    .bind(json!({ "success": true, "id": job.id }))
    .execute(pool)
    .await?;
    Ok(())
}

/// Marks the message as sent, as a handler does once the gateway has taken it.
///
/// # Errors
/// Fails if the database refuses.
pub async fn sent_sqlite(pool: &SqlitePool, job: &Job) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE message_logs
         SET status = 'sent', sent_at = ?2, updated_at = ?2, api_response = ?3
         WHERE id = ?1",
    )
    .bind(job.id.to_string())
    .bind(ours::now().timestamp_micros())
    .bind(json!({ "success": true, "id": job.id }).to_string())
    .execute(pool)
    .await?;
    Ok(())
}
