-- What each domain said last among the latest answers of a send that were no plain yes.
SELECT DISTINCT ON (domain) split_part(p.email_key, '@', -1) AS domain, t.code, t.enhanced, t.text, t.stage, t.at
FROM (
    SELECT id, recipient_id, code, enhanced, text, stage, at FROM delivery_attempt
    WHERE account_id = %(account)s AND send_id = %(send)s ORDER BY id DESC LIMIT 1000
) t
JOIN subscriber p ON p.account_id = %(account)s AND p.id = t.recipient_id
ORDER BY domain, t.id DESC
