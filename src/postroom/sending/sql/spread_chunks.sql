-- Gives the open chunks of a send with a rate new times, from now on, in their order.
UPDATE chunk c SET not_before = now() + make_interval(secs => o.before / %(rate)s)
FROM (
    SELECT k.id, coalesce(sum(n.rows) OVER (ORDER BY k.id ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW), 0) AS before
    FROM chunk k,
        LATERAL (
            SELECT count(*) AS rows FROM delivery d
            WHERE d.account_id = k.account_id AND d.send_id = k.send_id AND d.send_day = k.send_day
                AND d.recipient_id BETWEEN k.first_recipient_id AND k.last_recipient_id AND d.state = 'planned'
        ) n
    WHERE k.account_id = %(account)s AND k.send_id = %(send)s AND k.state = 'open'
) o
WHERE c.account_id = %(account)s AND c.id = o.id AND c.state = 'open'
