-- The links of one send that were followed, by number.
SELECT link_no AS no, min(url) AS url, count(*) FILTER (WHERE clicks > 0) AS people,
    sum(clicks)::bigint AS clicks, sum(machine_clicks)::bigint AS machine_clicks
FROM link_click
WHERE account_id = %(account)s AND send_id = %(send)s
GROUP BY link_no
ORDER BY people DESC, clicks DESC, no
