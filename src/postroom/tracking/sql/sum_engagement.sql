-- What people and machines did with each of some sends. Who clicked has opened, whether or not pictures were loaded.
SELECT send_id,
    count(*) FILTER (WHERE opens > 0 OR clicks > 0) AS opened_people,
    count(*) FILTER (WHERE clicks > 0) AS clicked_people,
    coalesce(sum(clicks), 0)::bigint AS clicks,
    count(*) FILTER (WHERE opens = 0 AND clicks = 0 AND machine_opens + machine_clicks > 0) AS machine_only,
    count(*) FILTER (WHERE unsubscribed_at IS NOT NULL) AS unsubscribed
FROM engagement
WHERE account_id = %(account)s AND send_id = ANY (%(sends)s)
GROUP BY send_id
