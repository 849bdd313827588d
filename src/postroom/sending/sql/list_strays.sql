-- Chunks in this sender's name that it does not work on: the answer to their claim was lost with a connection, or the
-- database came back from a crash without its last commits.
SELECT id FROM chunk
WHERE state = 'claimed' AND owner = %(owner)s AND id <> ALL(%(held)s)
