-- Products with what became of them. Money is summed per currency, never across; refunds earn nothing.
SELECT o.id, o.pid, o.name, o.sku, o.created_at, coalesce(f.purchases, 0) AS purchases, coalesce(f.sold, 0) AS sold,
    coalesce(f.people, 0) AS people, f.last_at, coalesce(r.revenue, '[]') AS revenue
FROM product o
LEFT JOIN LATERAL (
    SELECT count(DISTINCT p.id) AS purchases,
        coalesce(sum(l.quantity) FILTER (WHERE lower(p.status) <> ALL (%(refunded)s::text[])), 0) AS sold,
        count(DISTINCT p.subscriber_id) FILTER (WHERE lower(p.status) <> ALL (%(refunded)s::text[])) AS people,
        max(p.transaction_time) AS last_at
    FROM purchase_line l JOIN purchase p ON p.account_id = l.account_id AND p.id = l.purchase_id
    WHERE l.account_id = o.account_id AND l.product_id = o.id
) f ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('currency', c.currency, 'amount', c.amount::text) ORDER BY c.currency) AS revenue
    FROM (
        SELECT p.currency, sum(l.unit_price * l.quantity) AS amount
        FROM purchase_line l JOIN purchase p ON p.account_id = l.account_id AND p.id = l.purchase_id
        WHERE l.account_id = o.account_id AND l.product_id = o.id AND lower(p.status) <> ALL (%(refunded)s::text[])
        GROUP BY p.currency
    ) c
) r ON true
WHERE o.account_id = %(account)s AND (%(ids)s::bigint[] IS NULL OR o.id = ANY (%(ids)s::bigint[]))
    AND (%(search)s::text IS NULL OR o.name ILIKE %(search)s OR o.sku ILIKE %(search)s OR o.pid ILIKE %(search)s)
ORDER BY lower(o.name), o.id
