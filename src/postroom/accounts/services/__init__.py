"""Verbs of accounts: tenants, users, keys, tokens, team, notices, limits, the installation's row."""

from postroom.accounts.services import limiter, slowing
from postroom.accounts.services.erase import delete_account, delete_ended, end_account, remove_demo
from postroom.accounts.services.installing import (
    STEPS,
    finish_first_run,
    installation,
    is_first_run,
    make_setup_code,
    mark_demo_filled,
    move_first_run,
    reseal,
    save_relay,
    saved_relay,
    use_setup_code,
    was_demo_filled,
)
from postroom.accounts.services.keys import (
    KeyedAccount,
    KeyPair,
    by_api_key,
    by_api_secret,
    reveal_secret,
    rotate_keys,
)
from postroom.accounts.services.notices import notify, resolve_notice
from postroom.accounts.services.operators import (
    is_demo_user,
    let_demo_run,
    list_operators,
    run_if_nobody_does,
    runs_installation,
    set_operator,
)
from postroom.accounts.services.team import (
    accept_invitation,
    change_role,
    invite,
    join_by_invitation,
    open_invitation,
    remove_member,
    revoke_invitation,
)
from postroom.accounts.services.tenants import (
    create_account,
    installation_account,
    update_account,
)
from postroom.accounts.services.tokens import TokenHolder, by_token, create_token, revoke_token
from postroom.accounts.services.users import check_password, create_user, mark_verified

__all__ = [
    "STEPS",
    "KeyPair",
    "KeyedAccount",
    "TokenHolder",
    "accept_invitation",
    "by_api_key",
    "by_api_secret",
    "by_token",
    "change_role",
    "check_password",
    "create_account",
    "create_token",
    "create_user",
    "delete_account",
    "delete_ended",
    "end_account",
    "finish_first_run",
    "installation",
    "installation_account",
    "invite",
    "is_demo_user",
    "is_first_run",
    "join_by_invitation",
    "let_demo_run",
    "limiter",
    "list_operators",
    "make_setup_code",
    "mark_demo_filled",
    "mark_verified",
    "move_first_run",
    "notify",
    "open_invitation",
    "remove_demo",
    "remove_member",
    "reseal",
    "resolve_notice",
    "reveal_secret",
    "revoke_invitation",
    "revoke_token",
    "rotate_keys",
    "run_if_nobody_does",
    "runs_installation",
    "save_relay",
    "saved_relay",
    "set_operator",
    "slowing",
    "update_account",
    "use_setup_code",
    "was_demo_filled",
]
