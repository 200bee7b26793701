ORDER BY n.created_at, n.message_id;
