-- hold_sends
-- After a restore nothing may leave unasked: what the archive calls open may have left since it was written.
-- Letters that run or are scheduled are paused with the reason `restored` and ask first (those paused already ask
-- anyway). Of those, rows in `intent` were in the air when the archive was made: nobody here can know, so they are
-- uncertain and stay so; their chunks are free, as the senders that held them are elsewhere. Run-on mail
-- (confirmations, sign-in mail) keeps flowing for new requests; its old open rows are cancelled, as people ask again
-- when they still need one. Sequences are switched off, as their next emails may have left already; switched on again,
-- everybody goes on from where the archive says they stood.
with paused as (
    update send set flow = 'paused', pause_reason = 'restored'
     where flow = 'running' and send_day is not null and finished_at is null
    returning id
), cancelled as (
    update delivery d set state = 'cancelled', reason = 'restored', at = now()
      from send s
     where s.account_id = d.account_id and s.id = d.send_id and s.send_day is null
       and d.state in ('planned', 'intent', 'deferred')
    returning 1
), in_the_air as (
    update delivery d set state = 'uncertain', reason = 'restored', at = now()
      from send s
     where s.account_id = d.account_id and s.id = d.send_id and s.send_day is not null and d.state = 'intent'
    returning 1
), freed as (
    update chunk set state = 'open', owner = '', lease_until = null, not_before = now(), epoch = epoch + 1
     where state = 'claimed'
    returning 1
), letters as (
    update broadcast set state = 'paused', pause_reason = 'restored', held_before_expansion = (state = 'scheduled')
     where state in ('scheduled', 'expanding', 'queued', 'sending', 'testing')
    returning account_id, id, subject
), courses as (
    update sequence set active = false where active returning account_id, id, name
), waiting as (
    update enrolment set due_at = null where due_at is not null
    returning 1
), stilled as (
    update send set flow = 'paused', pause_reason = 'restored' where kind = 'sequence' and flow = 'running'
    returning 1
), told_courses as (
    insert into notice (account_id, key, level, title, body, action_label, action_url)
    select account_id, 'sequence-off-' || id, 'warn',
           '“' || left(name, 200) || '” is switched off: this installation was restored from a backup',
           'Check what had left before the backup was made, then switch it on: people go on from where they stood then.',
           'Look at it', '/app/sequences/' || id
      from courses
    on conflict do nothing
), told as (
    insert into notice (account_id, key, level, title, body, action_label, action_url)
    select account_id, 'broadcast-held-' || id, 'warn',
           '“' || coalesce(nullif(left(subject, 200), ''), 'Untitled')
               || '” is held: this installation was restored from a backup',
           'Check what had left before the backup was made, then resume or cancel.',
           'Look at it', '/app/broadcasts?tab=sending'
      from letters
    on conflict do nothing
), marked as (
    insert into installation (id, first_run_step, restored_at) values (1, 'you', now())
    on conflict (id) do update set restored_at = now()
)
select (select count(*) from paused) as sends,
       (select count(*) from letters) as broadcasts,
       (select count(*) from courses) as sequences,
       (select count(*) from cancelled) as cancelled,
       (select count(*) from in_the_air) as uncertain;
