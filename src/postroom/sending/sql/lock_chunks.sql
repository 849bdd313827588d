-- Holds chunks that are about to be closed: rows put back into them meanwhile are seen by the count that follows.
SELECT id FROM chunk
WHERE id = ANY(%(chunks)s) AND account_id + 0 = ANY(%(accounts)s) AND owner = %(owner)s AND state = 'claimed'
ORDER BY id
FOR UPDATE
