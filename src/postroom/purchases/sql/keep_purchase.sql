-- Writes a purchase, or over the one with the same transaction: two at once, and the second waits and updates.
-- What an update does not give of state, time and shop stays. `created` tells the two apart: a row that was just
-- inserted has no xmax.
INSERT INTO purchase AS p (account_id, subscriber_id, transaction_id, status, currency, subtotal, shipping, discount,
    tax, total, transaction_time, integration)
VALUES (%(account)s, %(subscriber)s, %(transaction)s, coalesce(%(status)s, 'paid'), %(currency)s, %(subtotal)s,
    %(shipping)s, %(discount)s, %(tax)s, %(total)s, date_trunc('second', coalesce(%(time)s, %(now)s)),
    coalesce(%(integration)s, ''))
ON CONFLICT (account_id, transaction_id) DO UPDATE SET subscriber_id = excluded.subscriber_id,
    status = coalesce(%(status)s, p.status), currency = excluded.currency, subtotal = excluded.subtotal,
    shipping = excluded.shipping, discount = excluded.discount, tax = excluded.tax, total = excluded.total,
    transaction_time = coalesce(%(time)s, p.transaction_time), integration = coalesce(%(integration)s, p.integration),
    updated_at = now()
RETURNING p.id, p.xmax = 0 AS created
