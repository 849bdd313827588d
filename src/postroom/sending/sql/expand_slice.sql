-- The next people of an audience, by id: a ledger row each, and chunks of them for the senders.
-- Ids above the cursor only; the primary key would make a repeat harmless even without it. People who are suppressed
-- get a row that says so. With a rate, chunks become due one after the other.
WITH slice AS MATERIALIZED (
    SELECT a.id FROM (/*audience*/) AS a (id)
    WHERE a.id > %(cursor)s ORDER BY a.id LIMIT %(slice)s
), judged AS (
    SELECT s.id, x.reason FROM slice s
    JOIN subscriber p ON p.account_id = %(account)s AND p.id = s.id
    LEFT JOIN suppression x ON x.account_id = %(account)s
        AND x.address_hash = sha256(convert_to(p.email_key, 'UTF8'))
), written AS (
    INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day, state, reason)
    SELECT %(account)s, %(send)s, id, 0, %(day)s, CASE WHEN reason IS NULL THEN 'planned' ELSE 'excluded' END, reason
    FROM judged
    ON CONFLICT DO NOTHING
    RETURNING recipient_id
), numbered AS (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(chunk_rows)s AS no FROM slice
), cut AS (
    INSERT INTO chunk (account_id, send_id, send_day, first_recipient_id, last_recipient_id, nth,
        content_version_id, mail_class, state, owner, epoch, not_before)
    SELECT %(account)s, %(send)s, %(day)s, min(id), max(id), NULL, %(version)s, %(mail_class)s, 'open', '', 0,
        now() + make_interval(secs => %(gap_s)s * (%(before)s + no * %(chunk_rows)s))
    FROM numbered GROUP BY no ORDER BY no
)
SELECT (SELECT count(*) FROM slice) AS seen, (SELECT max(id) FROM slice) AS cursor,
    (SELECT count(*) FROM written) AS written
