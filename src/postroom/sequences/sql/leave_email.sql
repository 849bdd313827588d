-- Before an email goes: who stands behind it stands behind the one before it, who waits for it waits for the next that
-- is published, or at the end.
UPDATE enrolment e SET
    last_email_id = CASE WHEN e.last_email_id = m.id THEN (
        SELECT p.id FROM sequence_email p
        WHERE p.account_id = m.account_id AND p.sequence_id = m.sequence_id AND p.position < m.position
        ORDER BY p.position DESC LIMIT 1) ELSE e.last_email_id END,
    next_email_id = CASE WHEN e.next_email_id = m.id THEN (
        SELECT n.id FROM sequence_email n
        WHERE n.account_id = m.account_id AND n.sequence_id = m.sequence_id AND n.position > m.position AND n.published
        ORDER BY n.position LIMIT 1) ELSE e.next_email_id END
FROM sequence_email m
WHERE m.account_id = %(account)s AND m.sequence_id = %(sequence)s AND m.id = %(email)s
    AND e.account_id = m.account_id AND (e.last_email_id = m.id OR e.next_email_id = m.id)
