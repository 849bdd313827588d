-- Drops what is beyond the newest messages of each account, by number and by bytes. Reads sizes only, never bodies.
DELETE FROM inbox_message m
USING (
    SELECT account_id, id, row_number() OVER w AS no, sum(size_bytes::bigint) OVER w AS bytes
    FROM inbox_message WINDOW w AS (PARTITION BY account_id ORDER BY id DESC)
) k
WHERE m.account_id = k.account_id AND m.id = k.id AND (k.no > %(most)s OR k.bytes > %(most_bytes)s)
