-- A new campaign.
INSERT INTO whatsapp_campaigns (
    id, name, kind, date, time, words, template_id, audience, estimated, confirmed_on, frozen_text,
    frozen_template, frozen_version, state, since, sentence, told, collected, revision,
    entered
)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
    $16, $17, $18, $19, $20
);
