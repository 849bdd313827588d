-- Where a send's messages go and what has become of them: the largest receiving sites, and all others as one line
-- (site null). Domains that one house serves are one site. A whole send is read, about a second for a million rows:
-- `queue.py` keeps the answer for as long as that is worth.
WITH known (domain, site) AS (
    SELECT * FROM unnest(%(domains)s::text[], %(sites)s::text[])
), by_domain AS (
    SELECT split_part(p.email_key, '@', -1) AS domain, count(*) AS planned,
        count(*) FILTER (WHERE d.state = 'accepted') AS delivered,
        count(*) FILTER (WHERE d.state = 'accepted' AND d.at > now() - make_interval(secs => %(recent_s)s)) AS lately,
        count(*) FILTER (WHERE d.state = 'deferred') AS deferred,
        count(*) FILTER (WHERE d.state = 'refused') AS refused,
        count(*) FILTER (WHERE d.state IN ('planned', 'intent')) AS open
    FROM delivery d
    LEFT JOIN subscriber p ON p.account_id = d.account_id AND p.id = d.recipient_id
    WHERE d.account_id = %(account)s AND d.send_id = %(send)s AND d.send_day = %(day)s
    GROUP BY 1
), by_site AS (
    SELECT coalesce(known.site, domain, '') AS site, sum(planned) AS planned, sum(delivered) AS delivered,
        sum(lately) AS lately, sum(deferred) AS deferred, sum(refused) AS refused, sum(open) AS open
    FROM by_domain LEFT JOIN known USING (domain)
    GROUP BY 1
), placed AS (
    SELECT *, row_number() OVER (ORDER BY planned DESC, site) <= %(most)s AND site <> '' AS is_large FROM by_site
)
SELECT CASE WHEN is_large THEN site END AS site, count(*) AS sites, sum(planned)::bigint AS planned,
    sum(delivered)::bigint AS delivered, sum(lately)::bigint AS lately, sum(deferred)::bigint AS deferred,
    sum(refused)::bigint AS refused, sum(open)::bigint AS open
FROM placed
GROUP BY 1
ORDER BY (CASE WHEN is_large THEN site END) IS NULL, sum(planned) DESC, 1
