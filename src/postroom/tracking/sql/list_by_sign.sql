-- A page of the recipients of a send by what they did with it: the latest first, or behind a recipient in order of ids.
-- Read from the engagement alone; the ledger is asked for the rows of the page only.
SELECT e.recipient_id AS subscriber_id, coalesce(p.email, '') AS email, coalesce(p.first_name, '') AS name,
    coalesce(d.state, 'accepted') AS state, d.reason, d.code, NULL::text AS text, e.at
FROM (
    SELECT recipient_id, nth,
        CASE %(sign)s WHEN 'opened' THEN least(first_open_at, first_click_at) WHEN 'clicked' THEN first_click_at
            WHEN 'unsubscribed' THEN unsubscribed_at ELSE first_machine_at END AS at
    FROM engagement
    WHERE account_id = %(account)s AND send_id = %(send)s
        AND (%(after)s::bigint IS NULL OR recipient_id > %(after)s::bigint)
        AND CASE %(sign)s
            WHEN 'opened' THEN opens > 0 OR clicks > 0
            WHEN 'clicked' THEN clicks > 0
            WHEN 'unsubscribed' THEN unsubscribed_at IS NOT NULL
            ELSE opens = 0 AND clicks = 0 AND machine_opens + machine_clicks > 0
        END
    ORDER BY CASE WHEN %(after)s::bigint IS NOT NULL THEN NULL
            WHEN %(sign)s = 'opened' THEN least(first_open_at, first_click_at)
            WHEN %(sign)s = 'clicked' THEN first_click_at
            WHEN %(sign)s = 'unsubscribed' THEN unsubscribed_at ELSE first_machine_at END DESC NULLS LAST,
        recipient_id, nth
    LIMIT %(per_page)s OFFSET %(skip)s
) e
LEFT JOIN delivery d ON d.account_id = %(account)s AND d.send_id = %(send)s AND d.recipient_id = e.recipient_id
    AND d.nth = e.nth AND (%(day)s::date IS NULL OR d.send_day = %(day)s::date)
LEFT JOIN subscriber p ON p.account_id = %(account)s AND p.id = e.recipient_id
ORDER BY CASE WHEN %(after)s::bigint IS NULL THEN e.at END DESC NULLS LAST, e.recipient_id, e.nth
