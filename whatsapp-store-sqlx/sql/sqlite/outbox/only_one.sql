    AND o.message_id = ?6
LIMIT ?7;
