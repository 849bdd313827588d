-- A piece of what is older than deliveries are kept, its tries with it; what still waits stays.
DELETE FROM hook_delivery d
USING (SELECT account_id, id FROM hook_delivery
    WHERE created_at < now() - make_interval(days => %(days)s) AND state <> 'waiting'
    ORDER BY created_at LIMIT 5000) old
WHERE d.account_id = old.account_id AND d.id = old.id
