-- The lines of some purchases, in order.
SELECT l.purchase_id, l.product_id, l.pid, l.lid, l.name, l.sku, l.unit_price, l.quantity
FROM purchase_line l
WHERE l.account_id = %(account)s AND l.purchase_id = ANY (%(ids)s::bigint[])
ORDER BY l.purchase_id, l.position
