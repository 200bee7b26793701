//! whatsapp-core
