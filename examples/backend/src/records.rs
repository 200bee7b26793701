//! The shop's rows, and the statements over them. SQLite reads `$1` as Postgres does, so that one
//! text serves both; the search alone has a text for each.

use chrono::NaiveDate;
use serde_json::json;
use sqlx::FromRow;
use uuid::Uuid;
use whatsapp_core::port::Sought;

use crate::database::{Database, Transaction};

/// A customer.
#[derive(Debug, Clone, FromRow)]
pub struct Customer {
    /// Id of the customer.
    pub id: Uuid,
    /// Name that messages address.
    pub name: String,
    /// WhatsApp number, with `+` and the country code.
    pub whatsapp_number: Option<String>,
}

/// An invoice.
#[derive(Debug, Clone, FromRow)]
pub struct Invoice {
    /// Id of the invoice.
    pub id: Uuid,
    /// Customer of the invoice.
    pub customer_id: Uuid,
    /// Number of the invoice, such as `INV-2026-0107`.
    pub number: String,
    /// Date on which it was made out.
    pub issued_on: NaiveDate,
    /// Date by which it is to be paid.
    pub due_on: NaiveDate,
    /// Amount in paise.
    pub amount: i64,
    /// Date of the payment; `None` while it is not paid.
    pub paid_on: Option<NaiveDate>,
}

/// An order.
#[derive(Debug, Clone, FromRow)]
pub struct Order {
    /// Id of the order.
    pub id: Uuid,
    /// Customer of the order.
    pub customer_id: Uuid,
    /// Number of the order, such as `SO-2026-0042`.
    pub number: String,
    /// Items of the order, one on each line.
    pub items: String,
    /// Date of the delivery; `None` while it is not delivered.
    pub delivered_on: Option<NaiveDate>,
}

/// Does the same on both databases.
macro_rules! on_pool {
    ($database:expr, $pool:ident => $work:expr) => {
        match $database {
            Database::Sqlite { pool: $pool, .. } => $work,
            Database::Postgres { pool: $pool, .. } => $work,
        }
    };
}

macro_rules! in_transaction {
    ($transaction:expr, $connection:ident => $work:expr) => {
        match $transaction {
            Transaction::Sqlite($connection) => $work,
            Transaction::Postgres($connection) => $work,
        }
    };
}

impl Database {
    /// Adds a customer.
    ///
    /// # Errors
    /// Returns an error if the database does not answer; this holds for all of these functions.
    pub async fn add_customer(&self, customer: &Customer) -> Result<(), sqlx::Error> {
        on_pool!(self, pool => sqlx::query(include_str!("../sql/add_customer.sql"))
            .bind(customer.id)
            .bind(&customer.name)
            .bind(Sought::folded(&customer.name))
            .bind(&customer.whatsapp_number)
            .execute(pool)
            .await
            .map(|_| ()))
    }

    /// Returns the customer with this id.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn customer(&self, id: Uuid) -> Result<Option<Customer>, sqlx::Error> {
        on_pool!(self, pool => sqlx::query_as(include_str!("../sql/customer.sql"))
            .bind(id)
            .fetch_optional(pool)
            .await)
    }

    /// Returns the customers with these ids.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn customers(&self, ids: &[Uuid]) -> Result<Vec<Customer>, sqlx::Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        on_pool!(self, pool => {
            let mut query = sqlx::QueryBuilder::new(
                "SELECT id, name, whatsapp_number FROM customers WHERE id IN (",
            );
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(")");
            query.build_query_as().fetch_all(pool).await
        })
    }

    /// Returns a page of all customers, in the order of their ids.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn customers_after(
        &self,
        after: Uuid,
        limit: u32,
    ) -> Result<Vec<Customer>, sqlx::Error> {
        on_pool!(self, pool => sqlx::query_as(include_str!("../sql/reachable.sql"))
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)
    }

    /// Finds customers by the words of their names, and by digits of their numbers.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn search_customers(
        &self,
        words: &[String],
        digits: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Customer>, sqlx::Error> {
        let statement = match self {
            Self::Sqlite { .. } => include_str!("../sql/sqlite/search.sql"),
            Self::Postgres { .. } => include_str!("../sql/postgres/search.sql"),
        };
        on_pool!(self, pool => sqlx::query_as(statement)
            .bind(json!(words).to_string())
            .bind(digits)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)
    }

    /// Returns some customer.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn first_customer(&self) -> Result<Option<Customer>, sqlx::Error> {
        on_pool!(self, pool => sqlx::query_as(include_str!("../sql/first_customer.sql"))
            .fetch_optional(pool)
            .await)
    }

    /// Counts the invoices and orders.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn documents(&self) -> Result<i64, sqlx::Error> {
        on_pool!(self, pool => sqlx::query_scalar(include_str!("../sql/documents.sql"))
            .fetch_one(pool)
            .await)
    }

    /// Returns the invoice with this id.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn invoice(&self, id: Uuid) -> Result<Option<Invoice>, sqlx::Error> {
        on_pool!(self, pool => sqlx::query_as(include_str!("../sql/invoice_by_id.sql"))
            .bind(id)
            .fetch_optional(pool)
            .await)
    }

    /// Returns the invoices with these ids.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn invoices(&self, ids: &[Uuid]) -> Result<Vec<Invoice>, sqlx::Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        on_pool!(self, pool => {
            let mut query = sqlx::QueryBuilder::new(
                "SELECT id, customer_id, number, issued_on, due_on, amount, paid_on FROM invoices \
                 WHERE id IN (",
            );
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(")");
            query.build_query_as().fetch_all(pool).await
        })
    }

    /// Returns unpaid invoices in the order of their ids, after this one, at most `limit`.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn unpaid(&self, after: Uuid, limit: u32) -> Result<Vec<Invoice>, sqlx::Error> {
        on_pool!(self, pool => sqlx::query_as(include_str!("../sql/unpaid.sql"))
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)
    }

    /// Returns the invoice with this number.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn invoice_by_number(&self, number: &str) -> Result<Option<Invoice>, sqlx::Error> {
        on_pool!(self, pool => sqlx::query_as(include_str!("../sql/invoice_by_number.sql"))
            .bind(number)
            .fetch_optional(pool)
            .await)
    }

    /// Marks an invoice paid, unless it is already. Returns true if there is such an invoice.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn pay_invoice(&self, number: &str, on: NaiveDate) -> Result<bool, sqlx::Error> {
        on_pool!(self, pool => sqlx::query(include_str!("../sql/pay_invoice.sql"))
            .bind(number)
            .bind(on)
            .execute(pool)
            .await
            .map(|done| done.rows_affected() > 0))
    }

    /// Adds an order.
    ///
    /// # Errors
    /// Returns an error if the number is taken, or the database does not answer.
    pub async fn add_order(&self, order: &Order) -> Result<(), sqlx::Error> {
        on_pool!(self, pool => sqlx::query(include_str!("../sql/add_order.sql"))
            .bind(order.id)
            .bind(order.customer_id)
            .bind(&order.number)
            .bind(&order.items)
            .execute(pool)
            .await
            .map(|_| ()))
    }

    /// Returns the order with this number.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn order_by_number(&self, number: &str) -> Result<Option<Order>, sqlx::Error> {
        on_pool!(self, pool => sqlx::query_as(include_str!("../sql/order_by_number.sql"))
            .bind(number)
            .fetch_optional(pool)
            .await)
    }
}

impl Transaction {
    /// Adds an invoice.
    ///
    /// # Errors
    /// Returns an error if the number is taken, or the database does not answer.
    pub async fn add_invoice(&mut self, invoice: &Invoice) -> Result<(), sqlx::Error> {
        in_transaction!(self, connection => sqlx::query(include_str!("../sql/add_invoice.sql"))
            .bind(invoice.id)
            .bind(invoice.customer_id)
            .bind(&invoice.number)
            .bind(invoice.issued_on)
            .bind(invoice.due_on)
            .bind(invoice.amount)
            .execute(&mut **connection)
            .await
            .map(|_| ()))
    }

    /// Marks an order delivered. Returns `false` if it was already: then there is nothing to tell.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn deliver_order(
        &mut self,
        number: &str,
        on: NaiveDate,
    ) -> Result<bool, sqlx::Error> {
        in_transaction!(self, connection => sqlx::query(include_str!("../sql/deliver_order.sql"))
            .bind(number)
            .bind(on)
            .execute(&mut **connection)
            .await
            .map(|done| done.rows_affected() > 0))
    }
}
