-- Whether act ?1 is held by token ?2; it changes at ?3 then.
UPDATE whatsapp_bulk SET changed_at = ?3 WHERE id = ?1 AND lease_token = ?2;
