-- Which webhooks want to hear of a batch of facts: one look for all accounts in it.
SELECT f.no, h.account_id, h.id AS hook_id, h.host
FROM unnest(%(nos)s::int[], %(accounts)s::bigint[], %(subjects)s::bigint[], %(urls)s::text[])
    AS f (no, account_id, subject_id, url)
JOIN hook h ON h.account_id = f.account_id AND h.event = %(event)s AND h.status = 'enabled'
    AND (h.param_id IS NULL OR h.param_id = f.subject_id)
    AND (h.initiator_value IS NULL OR h.initiator_value = f.url)
ORDER BY f.no, h.id
