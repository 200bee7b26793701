    AND o.message_id = ?10
LIMIT ?9;
