-- Opens the chunks of a send that were done and have planned rows again. The epoch moves on, as with every reopening.
-- What was to wait waits no longer, unless the send has a rate: then the claim sees to it.
UPDATE chunk c
SET state = 'open', epoch = c.epoch + (c.state = 'done')::int,
    not_before = CASE WHEN c.state = 'done' OR s.rate_per_s IS NULL THEN now() ELSE c.not_before END
FROM send s
WHERE c.account_id = %(account)s AND c.send_id = %(send)s AND c.state IN ('done', 'open')
    AND s.account_id = c.account_id AND s.id = c.send_id
    AND EXISTS (
        SELECT FROM delivery d
        WHERE d.account_id = c.account_id AND d.send_id = c.send_id AND d.send_day = c.send_day
            AND d.recipient_id BETWEEN c.first_recipient_id AND c.last_recipient_id AND d.state = 'planned'
    )
