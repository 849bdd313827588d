-- Plans rows of one send anew, each under its old Message-ID: those whose answer was lost, or those that were refused
-- for any other reason than their address.
UPDATE delivery SET state = 'planned', reason = NULL, code = NULL, enhanced = NULL, next_at = NULL, lost = 0,
    deferred_at = NULL, at = now()
WHERE account_id = %(account)s AND send_id = %(send)s AND send_day = %(day)s AND state = %(state)s
    AND coalesce(reason, '') <> ALL(%(but)s::text[])
