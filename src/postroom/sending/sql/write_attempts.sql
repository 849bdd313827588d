-- Keeps what a server said when it was not a plain yes.
INSERT INTO delivery_attempt (account_id, send_id, recipient_id, nth, attempt, outlet, stage, code, enhanced, text)
SELECT * FROM unnest(%(accounts)s::bigint[], %(sends)s::bigint[], %(recipients)s::bigint[], %(nths)s::int[],
    %(attempts)s::smallint[], %(outlets)s::text[], %(stages)s::text[], %(codes)s::smallint[], %(enhanced)s::text[],
    %(texts)s::text[])
