-- Locks the recipients ($1, $2) that are there, in the order of the arrays, and tells how they were last
-- changed.
SELECT r.campaign_id, r.number, r.revision
FROM unnest($1::uuid[], $2::text[]) AS item (campaign_id, number)
CROSS JOIN LATERAL (
    SELECT campaign_id, number, revision
    FROM whatsapp_campaign_recipients AS there
    WHERE there.campaign_id = item.campaign_id AND there.number = item.number
    FOR UPDATE
) AS r;
