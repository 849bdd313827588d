-- Puts messages into the test inbox, in the transaction that calls them accepted.
INSERT INTO inbox_message (account_id, send_id, recipient_id, nth, send_day, mail_from, rcpt_to, subject, raw,
    size_bytes)
SELECT a, s, r, n, d, f, t, u, w, length(w) FROM unnest(%(accounts)s::bigint[], %(sends)s::bigint[],
    %(recipients)s::bigint[], %(nths)s::int[], %(days)s::date[], %(mail_from)s::text[], %(rcpt_to)s::text[],
    %(subjects)s::text[], %(raw)s::bytea[]) AS m (a, s, r, n, d, f, t, u, w)
ON CONFLICT DO NOTHING
