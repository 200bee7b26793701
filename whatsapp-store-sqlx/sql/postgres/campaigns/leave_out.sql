-- Leaves out all recipients of campaign $1 who wait, with sentence $2 at $3.
UPDATE whatsapp_campaign_recipients
SET state = 'left_out', sentence = $2, since = $3, revision = revision + 1
WHERE campaign_id = $1 AND state = 'waiting';
