-- How many purchases fit a filter.
SELECT count(*) AS n
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
