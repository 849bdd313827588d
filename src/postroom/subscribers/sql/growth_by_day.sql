-- How many people became active and ceased to be, by day of the account's calendar, and where most came from.
-- The change rows know both directions; the index on (account, at) keeps it to the days asked for.
WITH moved AS (
    SELECT (c.at AT TIME ZONE %(zone)s)::date AS day, c.subscriber_id,
        CASE
            WHEN (c.kind = 'created' AND c.after ->> 'state' = 'active')
                OR (c.kind = 'state' AND c.after = '"active"') THEN 1
            WHEN c.kind = 'state' AND c.before = '"active"' THEN -1
            WHEN c.kind = 'erased' AND c.before = '"active"' THEN -1
        END AS step
    FROM change c
    WHERE c.account_id = %(account)s AND c.at >= %(since)s AND c.kind IN ('created', 'state', 'erased')
), counted AS (
    SELECT day, count(*) FILTER (WHERE step = 1) AS joined, count(*) FILTER (WHERE step = -1) AS left
    FROM moved GROUP BY day
), sources AS (
    SELECT DISTINCT ON (m.day) m.day, s.source
    FROM moved m JOIN subscriber s ON s.account_id = %(account)s AND s.id = m.subscriber_id
    WHERE m.step = 1 AND s.source <> ''
    GROUP BY m.day, s.source ORDER BY m.day, count(*) DESC, s.source
)
SELECT c.day, c.joined::integer, c.left::integer, s.source AS top_source
FROM counted c LEFT JOIN sources s USING (day)
