-- First signs of each recipient by stretches of `bucket_s` seconds after `since`: people, machines, clickers.
SELECT floor(extract(epoch FROM (sign.at - %(since)s)) / %(bucket_s)s)::bigint AS bucket,
    count(*) FILTER (WHERE sign.kind = 'people') AS people,
    count(*) FILTER (WHERE sign.kind = 'machines') AS machines,
    count(*) FILTER (WHERE sign.kind = 'clicked') AS clicked
FROM engagement e
CROSS JOIN LATERAL (VALUES
    ('people', least(e.first_open_at, e.first_click_at)),
    ('machines', CASE WHEN e.opens = 0 AND e.clicks = 0 THEN e.first_machine_at END),
    ('clicked', e.first_click_at)
) AS sign (kind, at)
WHERE e.account_id = %(account)s AND e.send_id = %(send)s AND sign.at IS NOT NULL
    AND sign.at >= %(since)s AND sign.at < %(until)s
GROUP BY 1
ORDER BY 1
