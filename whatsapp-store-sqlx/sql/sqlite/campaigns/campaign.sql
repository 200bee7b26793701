-- Whole campaigns.
SELECT
    c.id, c.name, c.kind, c.date, c.time, c.words, c.template_id, c.audience, c.estimated, c.confirmed_on,
    c.frozen_text, c.frozen_template, c.frozen_version, c.state, c.since, c.sentence, c.told, c.collected,
    c.revision, c.entered
