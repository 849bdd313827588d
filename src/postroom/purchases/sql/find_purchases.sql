-- Purchases by their ids.
SELECT p.id, p.subscriber_id, s.email, s.first_name, p.transaction_id, p.status, p.currency, p.subtotal, p.shipping,
    p.discount, p.tax, p.total, p.transaction_time, p.integration, p.created_at, p.updated_at
FROM purchase p LEFT JOIN subscriber s ON s.account_id = p.account_id AND s.id = p.subscriber_id
WHERE p.account_id = %(account)s AND p.id = ANY (%(ids)s::bigint[])
ORDER BY p.id
