-- Changes campaign ?1, of collecting ?18, that is there at the revision before ?19.
UPDATE whatsapp_campaigns
SET name = ?2,
    kind = ?3,
    date = ?4,
    time = ?5,
    words = ?6,
    template_id = ?7,
    audience = ?8,
    estimated = ?9,
    confirmed_on = ?10,
    frozen_text = ?11,
    frozen_template = ?12,
    frozen_version = ?13,
    state = ?14,
    since = ?15,
    sentence = ?16,
    told = ?17,
    revision = ?19,
    entered = ?20
WHERE id = ?1 AND collected = ?18 AND revision = ?19 - 1;
