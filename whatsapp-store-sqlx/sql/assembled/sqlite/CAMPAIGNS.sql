-- CAMPAIGNS, made of these files of sql/sqlite:
-- campaigns/campaign.sql, campaigns/page.sql.

-- Whole campaigns.
SELECT
    c.id, c.name, c.kind, c.date, c.time, c.words, c.template_id, c.audience, c.estimated, c.confirmed_on,
    c.frozen_text, c.frozen_template, c.frozen_version, c.state, c.since, c.sentence, c.told, c.collected,
    c.revision, c.entered
FROM whatsapp_campaigns AS c
WHERE (c.date, c.id) < (?1, ?2)
ORDER BY c.date DESC, c.id DESC
LIMIT +?3;
