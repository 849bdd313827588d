-- Stores a batch of hits and adds up what they mean, in one statement; answers the messages by which somebody asked
-- to leave. A hit that is there already (same spool, same offset) adds nothing. Hits of sends that are gone are
-- dropped. `too_soon_s`: within so many seconds of acceptance only machines come.
WITH judged AS (
    SELECT d.spool, d.spool_offset, d.day, d.account_id, d.send_id, d.recipient_id, d.nth, d.kind,
        CASE WHEN d.kind IN ('click', 'probe') THEN least(d.number, 32767)::smallint END AS link_no,
        nullif(d.url, '') AS url, d.ip, d.user_agent, d.at,
        CASE WHEN d.kind = 'probe' THEN 'machine'
            WHEN d.kind = 'unsubscribe' THEN 'person'
            WHEN x.at IS NOT NULL AND d.at < x.at + make_interval(secs => %(too_soon_s)s) THEN 'machine'
            ELSE d.verdict END AS verdict
    FROM drained d
    JOIN send s ON s.account_id = d.account_id AND s.id = d.send_id
    LEFT JOIN delivery x ON x.account_id = d.account_id AND x.send_id = d.send_id
        AND x.recipient_id = d.recipient_id AND x.nth = d.nth AND x.send_day = d.send_day AND x.state = 'accepted'
), stored AS (
    INSERT INTO hit (spool, spool_offset, day, account_id, send_id, recipient_id, nth, kind, link_no, url, verdict,
        ip, user_agent, at)
    SELECT spool, spool_offset, day, account_id, send_id, recipient_id, nth, kind, link_no, url, verdict, ip,
        user_agent, at
    FROM judged
    ON CONFLICT DO NOTHING
    RETURNING *
), engaged AS (
    INSERT INTO engagement AS e (account_id, send_id, recipient_id, nth, opens, machine_opens, first_open_at,
        last_open_at, first_machine_at, clicks, machine_clicks, first_click_at, last_click_at)
    SELECT account_id, send_id, recipient_id, nth,
        count(*) FILTER (WHERE kind = 'open' AND verdict = 'person'),
        count(*) FILTER (WHERE kind = 'open' AND verdict = 'machine'),
        min(at) FILTER (WHERE kind = 'open' AND verdict = 'person'),
        max(at) FILTER (WHERE kind = 'open' AND verdict = 'person'),
        min(at) FILTER (WHERE verdict = 'machine'),
        count(*) FILTER (WHERE kind = 'click' AND verdict = 'person'),
        count(*) FILTER (WHERE kind = 'click' AND verdict = 'machine'),
        min(at) FILTER (WHERE kind = 'click' AND verdict = 'person'),
        max(at) FILTER (WHERE kind = 'click' AND verdict = 'person')
    FROM stored WHERE kind IN ('open', 'click')
    GROUP BY account_id, send_id, recipient_id, nth
    ORDER BY account_id, send_id, recipient_id, nth
    ON CONFLICT (account_id, send_id, recipient_id, nth) DO UPDATE SET
        opens = e.opens + excluded.opens,
        machine_opens = e.machine_opens + excluded.machine_opens,
        first_open_at = least(e.first_open_at, excluded.first_open_at),
        last_open_at = greatest(e.last_open_at, excluded.last_open_at),
        first_machine_at = least(e.first_machine_at, excluded.first_machine_at),
        clicks = e.clicks + excluded.clicks,
        machine_clicks = e.machine_clicks + excluded.machine_clicks,
        first_click_at = least(e.first_click_at, excluded.first_click_at),
        last_click_at = greatest(e.last_click_at, excluded.last_click_at)
), followed AS (
    INSERT INTO link_click AS l (account_id, send_id, link_no, recipient_id, nth, url, clicks, machine_clicks, first_at)
    SELECT account_id, send_id, link_no, recipient_id, nth, min(url),
        count(*) FILTER (WHERE verdict = 'person'), count(*) FILTER (WHERE verdict = 'machine'), min(at)
    FROM stored WHERE kind = 'click'
    GROUP BY account_id, send_id, link_no, recipient_id, nth
    ORDER BY account_id, send_id, link_no, recipient_id, nth
    ON CONFLICT (account_id, send_id, link_no, recipient_id, nth) DO UPDATE SET
        clicks = l.clicks + excluded.clicks,
        machine_clicks = l.machine_clicks + excluded.machine_clicks,
        first_at = least(l.first_at, excluded.first_at)
), waiting AS (
    INSERT INTO unsettled_click (account_id, spool, spool_offset, day, send_id, recipient_id, nth, link_no, url, ip, at)
    SELECT account_id, spool, spool_offset, day, send_id, recipient_id, nth, link_no, url, ip, at
    FROM stored WHERE kind = 'click' AND verdict = 'person'
)
SELECT account_id, send_id, recipient_id, nth, min(at) AS at
FROM stored WHERE kind = 'unsubscribe' AND recipient_id > 0
GROUP BY account_id, send_id, recipient_id, nth
ORDER BY account_id, recipient_id, send_id, nth
