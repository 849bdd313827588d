-- The lines of a purchase in the order in which they were sent.
INSERT INTO purchase_line (account_id, purchase_id, product_id, position, pid, lid, name, sku, unit_price, quantity)
SELECT %(account)s, %(purchase)s, l.product, l.no, l.pid, l.lid, l.name, l.sku, l.price, l.quantity
FROM unnest(%(products)s::bigint[], %(pids)s::jsonb[], %(lids)s::jsonb[], %(names)s::text[], %(skus)s::text[],
    %(prices)s::numeric[], %(quantities)s::int[])
    WITH ORDINALITY AS l (product, pid, lid, name, sku, price, quantity, no)
