-- Stops a broadcast that the mail server refuses as a whole; the scheduler brings the broadcast itself along.
UPDATE send SET flow = 'paused', pause_reason = 'guard'
WHERE account_id = %(account)s AND id = %(send)s AND flow = 'running' AND send_day IS NOT NULL
