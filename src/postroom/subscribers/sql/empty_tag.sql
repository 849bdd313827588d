-- Takes a tag that is about to go from everybody: places, changes and facts by one statement. Its row is locked by the
-- caller, so that nobody joins meanwhile. Its counts go with it, hence people need not be locked: sign-ups go on.
WITH gone AS (
    DELETE FROM membership m WHERE m.account_id = %(account)s AND m.tag_id = %(tag)s
    RETURNING m.subscriber_id, m.state
), changed AS (
    INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, cause_kind, cause_id, actor)
    SELECT %(account)s, subscriber_id, 'tag', %(tag)s, to_jsonb(state), %(cause_kind)s, %(cause_id)s, %(actor)s FROM gone
)
SELECT coalesce(events_record_set(%(account)s, 'tag_removed', array_agg(subscriber_id), %(tag)s,
    jsonb_build_object('cause', %(cause_kind)s::text)), 0) AS n FROM gone
