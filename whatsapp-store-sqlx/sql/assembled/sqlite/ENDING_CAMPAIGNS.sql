-- ENDING_CAMPAIGNS, made of these files of sql/sqlite:
-- campaigns/campaign.sql, campaigns/ending.sql.

-- Whole campaigns.
SELECT
    c.id, c.name, c.kind, c.date, c.time, c.words, c.template_id, c.audience, c.estimated, c.confirmed_on,
    c.frozen_text, c.frozen_template, c.frozen_version, c.state, c.since, c.sentence, c.told, c.collected,
    c.revision, c.entered
FROM whatsapp_campaigns AS c
WHERE c.state IN ('finished', 'cancelled') AND c.told <> 'end'
ORDER BY c.date, c.id;
