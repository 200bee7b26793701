//! whatsapp-360messenger
