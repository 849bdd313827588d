-- Purchases that fit a filter, the newest first.
SELECT p.id, p.subscriber_id, s.email, s.first_name, p.transaction_id, p.status, p.currency, p.subtotal, p.shipping,
    p.discount, p.tax, p.total, p.transaction_time, p.integration, p.created_at, p.updated_at
FROM purchase p LEFT JOIN subscriber s ON s.account_id = p.account_id AND s.id = p.subscriber_id
WHERE p.account_id = %(account)s
    AND (%(subscriber)s::bigint IS NULL OR p.subscriber_id = %(subscriber)s)
    AND (%(status)s::text IS NULL OR lower(p.status) = lower(%(status)s))
    AND (%(since)s::timestamptz IS NULL OR p.transaction_time >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR p.transaction_time < %(until)s)
    AND (%(product)s::bigint IS NULL OR EXISTS (SELECT FROM purchase_line l
        WHERE l.account_id = p.account_id AND l.purchase_id = p.id AND l.product_id = %(product)s))
    AND (%(search)s::text IS NULL OR p.transaction_id ILIKE %(search)s OR s.email ILIKE %(search)s
        OR s.first_name ILIKE %(search)s OR EXISTS (SELECT FROM purchase_line l
            WHERE l.account_id = p.account_id AND l.purchase_id = p.id
                AND (l.name ILIKE %(search)s OR l.sku ILIKE %(search)s)))
ORDER BY p.transaction_time DESC, p.id DESC
OFFSET %(offset)s LIMIT %(limit)s
