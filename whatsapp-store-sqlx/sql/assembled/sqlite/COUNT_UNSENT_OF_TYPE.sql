-- COUNT_UNSENT_OF_TYPE, made of these files of sql/sqlite:
-- log/found.sql, log/unsent_of_type.sql, log/auto.sql, log/between.sql, log/and.sql,
-- log/unsent_of_type.sql, log/scheduled.sql, log/between.sql, log/and.sql, log/unsent_of_type.sql,
-- log/manual.sql, log/between.sql, log/newest.sql, log/page.sql, log/count.sql.

-- The first ones of each trigger of ?4 along an index, merged: no more of them are read than are wanted.
-- Parameters: ?1 customer_id, ?2 status, ?3 message_type, ?4 trigger_type, ?5 low_at, ?6 low_id,
-- ?7 high_at, ?8 high_id, ?9 most.
WITH found AS (
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_unsent_type
    WHERE
        -- Of the one status of the array ?2, which is failed or cancelled, and of type ?3.
        -- The index has this condition. Written with IN, it would be searched by, in two sorted parts.
        status NOT IN ('pending', 'sent')
        AND status = json_extract(?2, '$[0]')
        AND message_type = ?3
        AND
        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'auto')
        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
    UNION ALL
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_unsent_type
    WHERE
        -- Of the one status of the array ?2, which is failed or cancelled, and of type ?3.
        -- The index has this condition. Written with IN, it would be searched by, in two sorted parts.
        status NOT IN ('pending', 'sent')
        AND status = json_extract(?2, '$[0]')
        AND message_type = ?3
        AND
        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'scheduled')
        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
    UNION ALL
    SELECT rowid AS row, id, created_at
    FROM whatsapp_message_logs INDEXED BY idx_whatsapp_logs_unsent_type
    WHERE
        -- Of the one status of the array ?2, which is failed or cancelled, and of type ?3.
        -- The index has this condition. Written with IN, it would be searched by, in two sorted parts.
        status NOT IN ('pending', 'sent')
        AND status = json_extract(?2, '$[0]')
        AND message_type = ?3
        AND
        -- Nothing where it is not asked for: it is no trigger then.
        trigger_type = (SELECT value FROM json_each(?4) WHERE value = 'manual')
        -- Between two points of the order, neither of them included.
        AND (created_at, id) > (?5, ?6)
        AND (created_at, id) < (?7, ?8)
    ORDER BY created_at DESC, id DESC
    LIMIT +?9
)
, page AS (SELECT id FROM found)
SELECT count(*) AS number FROM page;
