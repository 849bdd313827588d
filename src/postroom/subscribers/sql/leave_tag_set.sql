-- Takes one tag from a set of people: places, changes, facts and counts by one statement.
WITH people AS MATERIALIZED (
    SELECT s.id, s.state FROM subscriber s
    WHERE s.account_id = %(account)s AND s.id = ANY(%(ids)s) ORDER BY s.id FOR NO KEY UPDATE
), gone AS (
    DELETE FROM membership m USING people p
    WHERE m.account_id = %(account)s AND m.tag_id = %(tag)s AND m.subscriber_id = p.id
    RETURNING m.subscriber_id, m.state, p.state AS person
), changed AS (
    INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, cause_kind, cause_id, actor)
    SELECT %(account)s, subscriber_id, 'tag', %(tag)s, to_jsonb(state), %(cause_kind)s, %(cause_id)s, %(actor)s FROM gone
), counted AS (
    INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
    SELECT %(account)s, 'tag', %(tag)s, person, -count(*) FROM gone GROUP BY person
)
SELECT count(events_record(%(account)s, 'tag_removed', subscriber_id, %(tag)s,
    jsonb_build_object('cause', %(cause_kind)s::text))) AS n FROM gone
