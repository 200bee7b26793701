    AND o.message_id = ?4
LIMIT ?5;
