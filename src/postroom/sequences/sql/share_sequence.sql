-- Holds a running sequence against changes, together with others who do; nothing when somebody is changing it.
SELECT id FROM sequence WHERE account_id = %(account)s AND id = %(sequence)s AND active FOR SHARE SKIP LOCKED
