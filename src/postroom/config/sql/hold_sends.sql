-- hold_sends
-- After a restore nothing may leave unasked: what the archive calls open may have left since it was written.
-- Letters are paused with the reason `restored` and ask first. Run-on mail (confirmations, sign-in mail) keeps
-- flowing for new requests; its old open rows are cancelled, as people ask again when they still need one.
with paused as (
    update send set flow = 'paused', pause_reason = 'restored'
     where flow in ('running', 'paused') and send_day is not null and finished_at is null
       and not (flow = 'paused' and pause_reason = 'restored')
    returning id
), cancelled as (
    update delivery d set state = 'cancelled', reason = 'restored', at = now()
      from send s
     where s.account_id = d.account_id and s.id = d.send_id and s.send_day is null
       and d.state in ('planned', 'intent', 'deferred')
    returning 1
), letters as (
    update broadcast set state = 'paused', pause_reason = 'restored',
           held_before_expansion = (state = 'scheduled' or held_before_expansion)
     where state in ('scheduled', 'expanding', 'queued', 'sending', 'testing')
    returning 1
), marked as (
    insert into installation (id, first_run_step, restored_at) values (1, 'you', now())
    on conflict (id) do update set restored_at = now()
)
select (select count(*) from paused) as sends,
       (select count(*) from letters) as broadcasts,
       (select count(*) from cancelled) as cancelled;
