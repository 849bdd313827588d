-- Writes down what is to be told to whom, in the transaction that takes the facts off their list.
INSERT INTO hook_delivery (account_id, hook_id, subscriber_id, fact_id, body, host, state)
SELECT account_id, hook_id, subscriber_id, fact_id, body, host, 'waiting'
FROM unnest(%(accounts)s::bigint[], %(hooks)s::bigint[], %(people)s::bigint[], %(facts)s::bigint[],
    %(bodies)s::text[], %(hosts)s::text[]) AS d (account_id, hook_id, subscriber_id, fact_id, body, host)
