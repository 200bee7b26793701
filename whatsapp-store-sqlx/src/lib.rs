//! whatsapp-store-sqlx
