-- Takes a field's values from everybody, each with its change row; answers how many had one.
WITH people AS MATERIALIZED (
    SELECT s.id, s.fields -> %(key)s AS value FROM subscriber s
    WHERE s.account_id = %(account)s AND s.fields ? %(key)s ORDER BY s.id FOR NO KEY UPDATE
), stripped AS (
    UPDATE subscriber s SET fields = s.fields - %(key)s, updated_at = now() FROM people p
    WHERE s.account_id = %(account)s AND s.id = p.id
    RETURNING s.id, p.value
), changed AS (
    INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, cause_kind, cause_id, actor)
    SELECT %(account)s, id, 'field', %(field)s, value, %(cause_kind)s, %(cause_id)s, %(actor)s FROM stripped
    RETURNING 1
)
SELECT count(*) AS n FROM changed
