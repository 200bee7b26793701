-- The default of type $1: the active one that changed last.
WHERE t.message_type = $1 AND t.is_active
ORDER BY t.updated_at DESC, t.id DESC
LIMIT 1;
