-- The first ones of each trigger of ?4 along an index, merged: no more of them are read than are wanted.
-- Parameters: ?1 customer_id, ?2 status, ?3 message_type, ?4 trigger_type, ?5 low_at, ?6 low_id,
-- ?7 high_at, ?8 high_id, ?9 most.
WITH found AS (
