"""Acts on webhooks and on what they were told."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction

from postroom.accounts import services as accounts
from postroom.lib import clock, http, signing, sql
from postroom.settings import load
from postroom.webhooks import queries, rules
from postroom.webhooks.errors import DeliveryNotFound, HookInvalid, HookStopped, NotFinished
from postroom.webhooks.models import Hook, HookDelivery
from postroom.webhooks.reactions import writers

SEAL = "webhook-secret"
MAX_HOOKS = 1000
_FINISHED = ("delivered", "failed", "gone")


def check_target(url: str) -> str:
    """The host of a target. Raises HookInvalid."""
    try:
        return http.check_url(url, allow_private=load().allow_private_targets)
    except http.BadUrl as error:
        help = "Give a URL that this server can reach, such as https://example.com/hook."
        if "private network" in str(error):
            help = "Targets in private networks need the setting POSTROOM_ALLOW_PRIVATE_TARGETS=true."
        raise HookInvalid(str(error), help=help, field="target_url") from None


@transaction.atomic
def create(
    *,
    account_id: int,
    event: str,
    target_url: str,
    param_id: int | None = None,
    initiator_value: str | None = None,
) -> Hook:
    """A webhook that hears from now on. `event` is a name of `rules.EVENTS`. Raises HookInvalid."""
    kind = rules.EVENTS.get(event)
    if kind is None:
        names = ", ".join(rules.EVENTS)
        raise HookInvalid("There is no such event.", help=f"The events are {names}.", field="event")
    host = check_target(target_url)
    about_url, about_id = kind.param == "initiator_value", kind.param not in (None, "initiator_value")
    given = initiator_value if about_url else param_id
    if kind.param and not given:
        raise HookInvalid(
            f"The event {event} needs {kind.param}.", help="Say which one it is about.", field=kind.param
        )
    if Hook.objects.filter(account_id=account_id).count() >= MAX_HOOKS:
        raise HookInvalid(f"An account has at most {MAX_HOOKS:,} webhooks.", help="Delete some first.")
    return Hook.objects.create(
        account_id=account_id,
        event=event,
        param_id=param_id if about_id else None,
        initiator_value=initiator_value if about_url else None,
        target_url=target_url,
        host=host,
    )


@transaction.atomic
def move(*, account_id: int, hook_id: int, target_url: str) -> Hook:
    """Another target; what waits goes there too. Raises HookNotFound, HookInvalid."""
    hook = queries.get(account_id, hook_id)
    hook.target_url, hook.host = target_url, check_target(target_url)
    hook.updated_at = clock.now()
    hook.save(update_fields=["target_url", "host", "updated_at"])
    _open_ones(account_id, hook_id).update(host=hook.host)
    return hook


@transaction.atomic
def delete(*, account_id: int, hook_id: int) -> None:
    """The webhook goes, and what it was told with it. Raises HookNotFound."""
    hook = queries.get(account_id, hook_id)
    Hook.objects.filter(account_id=account_id, id=hook.pk).delete()
    accounts.resolve_notice(account_id=account_id, key=_notice_key(hook_id))


@transaction.atomic
def pause(*, account_id: int, hook_id: int) -> Hook:
    """Nothing more goes out; what waits is held until `resume`. Raises HookNotFound, HookStopped."""
    hook = queries.get(account_id, hook_id)
    if not _set_status(account_id, hook_id, ("enabled",), "paused", "hand"):
        raise HookStopped("This webhook does not run.", help="Load the page again.")
    _waiting(account_id, hook_id).update(state="held")
    hook.refresh_from_db()
    return hook


@transaction.atomic
def resume(*, account_id: int, hook_id: int) -> Hook:
    """It hears again; what was held goes out now, with all its attempts. Raises HookNotFound, HookStopped."""
    hook = queries.get(account_id, hook_id)
    if not _set_status(account_id, hook_id, ("paused", "gone"), "enabled", ""):
        raise HookStopped("This webhook runs already.", help="Load the page again.")
    held = HookDelivery.objects.filter(account_id=account_id, hook_id=hook_id, state="held")
    held.update(state="waiting", next_at=clock.now(), attempts=0)
    accounts.resolve_notice(account_id=account_id, key=_notice_key(hook_id))
    hook.refresh_from_db()
    return hook


@transaction.atomic
def pause_dead(*, account_id: int, hook_id: int) -> bool:
    """Pauses a webhook whose target fails for days, and tells the account. False when it runs no more."""
    if not _set_status(account_id, hook_id, ("enabled",), "paused", "dead"):
        return False
    _waiting(account_id, hook_id).update(state="held")
    hook = queries.get(account_id, hook_id)
    days = rules.DEAD_AFTER_S // 86400
    accounts.notify(
        account_id=account_id,
        key=_notice_key(hook_id),
        level="warn",
        title="A webhook is paused: its target does not answer",
        body=f"{hook.host} has taken nothing of “{hook.event}” for {days} days. What waited is kept; what "
        "happens from now on is not told. Repair the target, then resume the webhook.",
        action_label="Look at it",
        action_url=f"/app/webhooks/{hook_id}",
    )
    return True


@transaction.atomic
def stop_gone(*, account_id: int, hook_id: int) -> bool:
    """The target answered 410: nothing is sent any more, and the account is told. False when it was so."""
    if not _set_status(account_id, hook_id, ("enabled", "paused"), "gone", ""):
        return False
    _open_ones(account_id, hook_id).update(state="gone", done_at=clock.now())
    hook = queries.get(account_id, hook_id)
    accounts.notify(
        account_id=account_id,
        key=_notice_key(hook_id),
        level="info",
        title="A webhook has ended: its target wants nothing more",
        body=f"{hook.host} answered 410 (gone) to “{hook.event}”. Delete the webhook, or resume it.",
        action_label="Look at it",
        action_url=f"/app/webhooks/{hook_id}",
    )
    return True


@transaction.atomic
def send_test(*, account_id: int, hook_id: int) -> HookDelivery:
    """A delivery with a made-up body that is tried once, at once, also while the webhook is paused.

    Raises HookNotFound, HookInvalid where the event has no body in this installation."""
    hook = queries.get(account_id, hook_id)
    writer = writers.get(hook.event)
    if writer is None:
        raise HookInvalid("There is no sample of this event.", help="Let the event happen instead.")
    return HookDelivery.objects.create(
        account_id=account_id, hook_id=hook_id, body=writer.sample(account_id), host=hook.host
    )


@transaction.atomic
def resend(*, account_id: int, hook_id: int, delivery_id: int) -> HookDelivery:
    """Sends a finished delivery again, with all its attempts anew. Raises DeliveryNotFound, NotFinished."""
    delivery, _ = queries.get_delivery(account_id, hook_id, delivery_id)
    found = HookDelivery.objects.filter(account_id=account_id, id=delivery_id)
    hook = queries.get(account_id, hook_id)
    moved = found.filter(state__in=_FINISHED).update(
        state="waiting", next_at=clock.now(), attempts=0, done_at=None, host=hook.host
    )
    if not moved:
        if not found.exists():
            raise DeliveryNotFound
        raise NotFinished
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def new_secret(*, account_id: int, hook_id: int) -> str:
    """Signs from now on with a new secret, which is shown this once. Raises HookNotFound."""
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    queries.get(account_id, hook_id)
    sealed = signing.seal(_keyring(), SEAL, secret.encode())
    Hook.objects.filter(account_id=account_id, id=hook_id).update(
        secret_sealed=sealed, updated_at=clock.now()
    )
    return secret


@transaction.atomic
def drop_secret(*, account_id: int, hook_id: int) -> None:
    """Signs no more. Raises HookNotFound."""
    queries.get(account_id, hook_id)
    Hook.objects.filter(account_id=account_id, id=hook_id).update(secret_sealed=None, updated_at=clock.now())


def open_secret(sealed: bytes) -> str:
    """A hook's secret. Raises ValueError when no key of the installation opens it."""
    return signing.unseal(_keyring(), SEAL, sealed).decode()


def reseal() -> int:
    """Seals every secret with the newest key; answers how many. Those that no key opens stay as they are."""
    done = 0
    for hook in Hook.objects.exclude(secret_sealed=None).select_for_update():
        try:
            secret = open_secret(bytes(hook.secret_sealed or b""))
        except ValueError:
            continue
        hook.secret_sealed = signing.seal(_keyring(), SEAL, secret.encode())
        hook.save(update_fields=["secret_sealed"])
        done += 1
    return done


def delete_old(days: int) -> int:
    """Deletes deliveries older than `days`, in small statements; answers how many."""
    total = 0
    while deleted := sql.execute(sql.load("webhooks", "delete_old_deliveries"), {"days": days}):
        total += deleted
    return total


def _set_status(account_id: int, hook_id: int, before: tuple[str, ...], after: str, reason: str) -> bool:
    found = Hook.objects.filter(account_id=account_id, id=hook_id, status__in=before)
    return found.update(status=after, reason=reason, failing_since=None, updated_at=clock.now()) > 0


def _waiting(account_id: int, hook_id: int) -> Any:
    return HookDelivery.objects.filter(
        account_id=account_id, hook_id=hook_id, state="waiting", fact_id__isnull=False
    )


def _open_ones(account_id: int, hook_id: int) -> Any:
    return HookDelivery.objects.filter(account_id=account_id, hook_id=hook_id, state__in=("waiting", "held"))


def _notice_key(hook_id: int) -> str:
    return f"webhook-{hook_id}"


def _keyring() -> signing.Keyring:
    return signing.Keyring(load().secret_keys())
