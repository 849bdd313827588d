-- What a person bought and kept.
SELECT DISTINCT l.product_id AS id
FROM purchase p JOIN purchase_line l ON l.account_id = p.account_id AND l.purchase_id = p.id
WHERE p.account_id = %(account)s AND p.subscriber_id = %(subscriber)s
    AND lower(p.status) <> ALL (%(refunded)s::text[])
ORDER BY 1
