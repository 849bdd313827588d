-- open_notice: one open notice per account and cause; telling it again changes the words, not the number.
INSERT INTO notice (account_id, key, level, title, body, action_label, action_url)
VALUES (%(account)s, %(key)s, %(level)s, %(title)s, %(body)s, %(action_label)s, %(action_url)s)
ON CONFLICT (account_id, key) WHERE resolved_at IS NULL DO UPDATE
    SET level = EXCLUDED.level, title = EXCLUDED.title, body = EXCLUDED.body,
        action_label = EXCLUDED.action_label, action_url = EXCLUDED.action_url
RETURNING id;
