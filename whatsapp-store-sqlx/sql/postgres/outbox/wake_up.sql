-- Wakes dispatchers that listen.
SELECT pg_notify('whatsapp_outbox', '');
