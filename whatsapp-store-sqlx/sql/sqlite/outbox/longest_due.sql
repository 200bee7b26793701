ORDER BY o.due_at, o.message_id
LIMIT +?9;
