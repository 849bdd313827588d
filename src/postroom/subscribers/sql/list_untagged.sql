-- People whom one act took a tag from, and who are still there.
SELECT c.subscriber_id AS id FROM change c
WHERE c.account_id = %(account)s AND c.cause_kind = %(cause_kind)s AND c.cause_id = %(cause_id)s
    AND c.kind = 'tag' AND c.subject_id = %(tag)s AND c.after IS NULL AND c.subscriber_id IS NOT NULL
ORDER BY c.subscriber_id
