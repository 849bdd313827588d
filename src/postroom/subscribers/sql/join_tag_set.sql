-- Gives one tag to a set of people: places, changes, facts and counts by one statement. Those who have it are left out.
WITH people AS MATERIALIZED (
    SELECT s.id, s.state FROM subscriber s
    WHERE s.account_id = %(account)s AND s.id = ANY(%(ids)s) ORDER BY s.id FOR NO KEY UPDATE
), joined AS (
    INSERT INTO membership (account_id, subscriber_id, tag_id, state, source)
    SELECT %(account)s, p.id, %(tag)s, 'active', %(source)s FROM people p
    ON CONFLICT DO NOTHING
    RETURNING subscriber_id
), changed AS (
    INSERT INTO change (account_id, subscriber_id, kind, subject_id, after, cause_kind, cause_id, actor)
    SELECT %(account)s, subscriber_id, 'tag', %(tag)s, '"active"', %(cause_kind)s, %(cause_id)s, %(actor)s FROM joined
), counted AS (
    INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
    SELECT %(account)s, 'tag', %(tag)s, p.state, count(*)
    FROM joined j JOIN people p ON p.id = j.subscriber_id GROUP BY p.state
)
SELECT count(events_record(%(account)s, 'tag_added', subscriber_id, %(tag)s,
    jsonb_build_object('cause', %(cause_kind)s::text))) AS n FROM joined
