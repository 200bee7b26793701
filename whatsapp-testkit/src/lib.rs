//! whatsapp-testkit
