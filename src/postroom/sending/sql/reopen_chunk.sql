-- Frees a chunk for the next claim; the epoch moves on, so that its former holder can write nothing any more.
UPDATE chunk SET state = 'open', owner = '', lease_until = NULL, not_before = now(), epoch = epoch + 1
WHERE account_id = %(account)s AND id = %(chunk)s AND state = 'claimed' AND epoch = %(epoch)s
RETURNING id
