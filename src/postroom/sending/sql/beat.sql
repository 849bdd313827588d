-- A sender's sign of life, with what it sends how fast; progress reads it.
INSERT INTO heartbeat (name, kind, seen_at, detail) VALUES (%(owner)s, 'sender', now(), %(detail)s::jsonb)
ON CONFLICT (name) DO UPDATE SET seen_at = now(), detail = excluded.detail
