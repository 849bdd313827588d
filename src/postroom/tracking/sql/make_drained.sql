-- Where a batch of spooled hits is copied to before it is judged and stored; gone with the transaction.
CREATE TEMPORARY TABLE drained (
    spool text, spool_offset bigint, day date, account_id bigint, send_id bigint, send_day date, recipient_id bigint,
    nth integer, kind text, number bigint, url text, verdict text, ip inet, user_agent text, at timestamptz
) ON COMMIT DROP
