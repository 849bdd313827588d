-- Clicks old enough to be judged for good, oldest first, each with every hit on a link of the same message that came
-- within `burst_s` seconds of it. Locked, so that two workers take different ones.
WITH ripe AS (
    SELECT * FROM unsettled_click
    WHERE at < clock_timestamp() - make_interval(secs => %(after_s)s)
    ORDER BY at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
SELECT r.account_id, r.spool, r.spool_offset, r.day, r.send_id, r.recipient_id, r.nth, r.link_no, r.url, r.ip::text,
    r.at, coalesce(array_agg(h.at) FILTER (WHERE h.at IS NOT NULL), '{}') AS other_at,
    coalesce(array_agg(h.link_no) FILTER (WHERE h.at IS NOT NULL), '{}') AS other_link,
    coalesce(array_agg(h.kind) FILTER (WHERE h.at IS NOT NULL), '{}') AS other_kind
FROM ripe r
LEFT JOIN hit h ON h.account_id = r.account_id AND h.send_id = r.send_id AND h.recipient_id = r.recipient_id
    AND h.nth = r.nth AND h.kind IN ('click', 'probe') AND h.day BETWEEN r.day - 1 AND r.day + 1
    AND h.at BETWEEN r.at - make_interval(secs => %(burst_s)s) AND r.at + make_interval(secs => %(burst_s)s)
    AND (h.spool, h.spool_offset) <> (r.spool, r.spool_offset)
GROUP BY r.account_id, r.spool, r.spool_offset, r.day, r.send_id, r.recipient_id, r.nth, r.link_no, r.url, r.ip, r.at
ORDER BY r.at
