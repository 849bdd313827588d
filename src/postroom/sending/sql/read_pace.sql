-- How fast a send leaves just now, by the heartbeats of living senders, and how many sends leave before it.
-- Whose sends those are is nobody's business: only their number is read.
SELECT s.flow, s.rate_per_s AS bound, s.best_rate_per_s AS best,
    (SELECT sum((h.detail -> 'rates' ->> s.id::text)::float) FROM heartbeat h
     WHERE h.kind = 'sender' AND h.seen_at > now() - interval '15 seconds') AS rate,
    (SELECT count(*) FROM send o
     WHERE o.send_day IS NOT NULL AND o.finished_at IS NULL AND o.flow = 'running' AND o.expanded_at IS NOT NULL
        AND o.mail_class <= s.mail_class AND o.id < s.id AND s.finished_at IS NULL) AS ahead
FROM send s
WHERE s.account_id = %(account)s AND s.id = %(send)s
