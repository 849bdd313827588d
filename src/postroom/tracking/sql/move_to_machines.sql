-- Clicks that turned out to be a machine's: their hits change sides, and with them the picture loads from the same
-- address within `burst_s` seconds; counts and first and last times follow.
WITH wrong AS (
    SELECT * FROM unnest(%(spools)s::text[], %(offsets)s::bigint[], %(days)s::date[]) AS w (spool, spool_offset, day)
), clicked AS (
    UPDATE hit h SET verdict = 'machine' FROM wrong w
    WHERE h.spool = w.spool AND h.spool_offset = w.spool_offset AND h.day = w.day AND h.verdict = 'person'
    RETURNING h.*
), opened AS (
    UPDATE hit h SET verdict = 'machine' FROM clicked c
    WHERE h.account_id = c.account_id AND h.send_id = c.send_id AND h.recipient_id = c.recipient_id AND h.nth = c.nth
        AND h.kind = 'open' AND h.verdict = 'person' AND h.day BETWEEN c.day - 1 AND c.day + 1 AND h.ip = c.ip
        AND h.at BETWEEN c.at - make_interval(secs => %(burst_s)s) AND c.at + make_interval(secs => %(burst_s)s)
    RETURNING h.*
), moved AS (
    SELECT account_id, send_id, recipient_id, nth, count(*) FILTER (WHERE kind = 'click') AS clicks,
        count(*) FILTER (WHERE kind = 'open') AS opens,
        min(at) AS at
    FROM (SELECT * FROM clicked UNION ALL SELECT * FROM opened) m
    GROUP BY account_id, send_id, recipient_id, nth
), stayed AS (
    SELECT m.account_id, m.send_id, m.recipient_id, m.nth,
        min(h.at) FILTER (WHERE h.kind = 'open') AS first_open_at,
        max(h.at) FILTER (WHERE h.kind = 'open') AS last_open_at,
        min(h.at) FILTER (WHERE h.kind = 'click') AS first_click_at,
        max(h.at) FILTER (WHERE h.kind = 'click') AS last_click_at
    FROM moved m
    -- The statement sees the hits as they were: those it moves itself are taken out by their keys.
    LEFT JOIN hit h ON h.account_id = m.account_id AND h.send_id = m.send_id AND h.recipient_id = m.recipient_id
        AND h.nth = m.nth AND h.verdict = 'person' AND h.kind IN ('open', 'click')
        AND NOT EXISTS (SELECT FROM clicked c WHERE c.spool = h.spool AND c.spool_offset = h.spool_offset)
        AND NOT EXISTS (SELECT FROM opened o WHERE o.spool = h.spool AND o.spool_offset = h.spool_offset)
    GROUP BY m.account_id, m.send_id, m.recipient_id, m.nth
), links AS (
    UPDATE link_click l SET clicks = l.clicks - n.n, machine_clicks = l.machine_clicks + n.n
    FROM (SELECT account_id, send_id, link_no, recipient_id, nth, count(*) AS n FROM clicked
        GROUP BY account_id, send_id, link_no, recipient_id, nth) n
    WHERE l.account_id = n.account_id AND l.send_id = n.send_id AND l.link_no = n.link_no
        AND l.recipient_id = n.recipient_id AND l.nth = n.nth
)
UPDATE engagement e SET
    opens = e.opens - m.opens, machine_opens = e.machine_opens + m.opens,
    clicks = e.clicks - m.clicks, machine_clicks = e.machine_clicks + m.clicks,
    first_open_at = s.first_open_at, last_open_at = s.last_open_at,
    first_click_at = s.first_click_at, last_click_at = s.last_click_at,
    first_machine_at = least(e.first_machine_at, m.at)
FROM moved m JOIN stayed s USING (account_id, send_id, recipient_id, nth)
WHERE e.account_id = m.account_id AND e.send_id = m.send_id AND e.recipient_id = m.recipient_id AND e.nth = m.nth
