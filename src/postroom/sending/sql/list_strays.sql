-- Chunks in this sender's name that it does not know of: their claim's answer was lost with a connection.
SELECT account_id, id, epoch FROM chunk
WHERE state = 'claimed' AND owner = %(owner)s AND id <> ALL(%(held)s)
