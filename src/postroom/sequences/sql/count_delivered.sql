-- Messages of each send that a server took, of every day.
SELECT send_id, count(*) AS n FROM delivery
WHERE account_id = %(account)s AND send_id = ANY (%(sends)s) AND state = 'accepted'
GROUP BY send_id
