//! whatsapp-notify
