-- Gives act ?1 state ?3 where it is in ?2.
UPDATE whatsapp_bulk
SET state = ?3, actor = ?4, user_id = ?5, arrived = ?6, hours = ?7, changed_at = ?8
WHERE id = ?1 AND state = ?2;
