"""Verbs about people, tags and fields. Each is one transaction and writes its change rows."""

from postroom.subscribers.services.acts import (
    act_on_many,
    next_act_id,
    select_ids,
    undo,
)
from postroom.subscribers.services.counters import fold_counters
from postroom.subscribers.services.fields import (
    create_field,
    create_fields,
    delete_field,
    rename_field,
)
from postroom.subscribers.services.people import (
    add,
    bounce,
    complain,
    confirm,
    erase,
    set_state,
    subscribe,
    suppress,
    take_back_leaving,
    unsubscribe,
    update,
)
from postroom.subscribers.services.tags import (
    DeletedTag,
    add_tags,
    create_tag,
    create_tags,
    delete_tag,
    find_or_create_tags,
    remove_tags,
    rename_tag,
    restore_tag,
)

__all__ = [
    "DeletedTag",
    "act_on_many",
    "add",
    "add_tags",
    "bounce",
    "complain",
    "confirm",
    "create_field",
    "create_fields",
    "create_tag",
    "create_tags",
    "delete_field",
    "delete_tag",
    "erase",
    "find_or_create_tags",
    "fold_counters",
    "next_act_id",
    "remove_tags",
    "rename_field",
    "rename_tag",
    "restore_tag",
    "select_ids",
    "set_state",
    "subscribe",
    "suppress",
    "take_back_leaving",
    "undo",
    "unsubscribe",
    "update",
]
