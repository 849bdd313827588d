-- Chunks that a sender slot held when it ended, with the rows whose outcome only its journal can tell.
SELECT c.account_id, c.id, c.epoch, c.send_id, c.send_day, s.ambiguous,
    (SELECT array_agg(ARRAY[d.recipient_id, d.nth, d.attempts, d.lost]) FROM delivery d
     WHERE d.account_id = c.account_id AND d.send_id = c.send_id AND d.send_day = c.send_day
        AND d.recipient_id BETWEEN c.first_recipient_id AND c.last_recipient_id
        AND (c.nth IS NULL OR d.nth = c.nth) AND d.state = 'intent') AS flying
FROM chunk c
JOIN send s ON s.id = c.send_id AND s.account_id = c.account_id
WHERE c.owner = %(owner)s AND c.state = 'claimed'
