-- Takes judged clicks off the list; those of people become facts, which rules and webhooks hear of.
WITH settled AS (
    DELETE FROM unsettled_click u
    USING unnest(%(accounts)s::bigint[], %(spools)s::text[], %(offsets)s::bigint[], %(people)s::boolean[])
        AS s (account_id, spool, spool_offset, is_person)
    WHERE u.account_id = s.account_id AND u.spool = s.spool AND u.spool_offset = s.spool_offset
    RETURNING u.*, s.is_person
)
SELECT events_record(account_id, 'link_clicked', recipient_id, send_id,
    jsonb_build_object('link_no', link_no, 'url', url, 'at', at))
FROM settled WHERE is_person AND recipient_id > 0
