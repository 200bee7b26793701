    AND o.message_id = ?11
LIMIT +?9;
