-- Kit's v3 subscriber as JSON, from `subscriber s` and the fields `f` (key, id as text): every field is there.
json_build_object('id', s.id, 'first_name', s.first_name, 'email_address', s.email, 'state', s.state,
    'created_at', to_char(s.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'fields', (SELECT coalesce(json_object_agg(f.key, s.fields ->> f.id), '{}') FROM f))
