-- Makes the products of a purchase that are new, and takes over names and SKUs of those that are known.
INSERT INTO product (account_id, pid, name, sku)
SELECT %(account)s, p.pid, p.name, p.sku
FROM unnest(%(pids)s::text[], %(names)s::text[], %(skus)s::text[]) WITH ORDINALITY AS p (pid, name, sku, no)
ORDER BY p.no
ON CONFLICT (account_id, pid) DO UPDATE SET name = excluded.name, sku = coalesce(excluded.sku, product.sku),
    updated_at = now()
RETURNING id, pid
