-- CAMPAIGNS_BY_IDS, made of these files of sql/sqlite:
-- campaigns/campaign.sql, campaigns/by_ids.sql.

-- Whole campaigns.
SELECT
    c.id, c.name, c.kind, c.date, c.time, c.words, c.template_id, c.audience, c.estimated, c.confirmed_on,
    c.frozen_text, c.frozen_template, c.frozen_version, c.state, c.since, c.sentence, c.told, c.collected,
    c.revision, c.entered
FROM json_each(?1) AS id
CROSS JOIN whatsapp_campaigns AS c ON c.id = id.value;
