INSERT INTO whatsapp_bulk
    (id, act, actor, user_id, at, state, more, arrived, hours, changed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);
