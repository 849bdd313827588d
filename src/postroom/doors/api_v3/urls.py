"""Routes of this door: a new resource is one file and its lines here."""

from __future__ import annotations

from django.urls.resolvers import URLPattern, URLResolver

from postroom.doors.api_v3 import (
    account,
    custom_fields,
    forms,
    hooks,
    purchases,
    sequences,
    subscribers,
    tags,
)
from postroom.doors.api_v3.door import by_key, by_secret, route, unknown

urlpatterns: list[URLPattern | URLResolver] = [
    route("account", GET=by_secret(account.show)),
    route("forms", GET=by_key(forms.index)),
    route("forms/{id}", GET=by_key(forms.show)),
    route("forms/{id}/subscribe", POST=by_key(forms.subscribe)),
    route("forms/{id}/subscriptions", GET=by_secret(forms.subscriptions)),
    route("subscription_forms", GET=by_key(forms.subscription_forms)),
    *(
        each
        for name in ("sequences", "courses")  # the second is what they were called before
        for each in (
            route(name, GET=by_key(sequences.index)),
            route(f"{name}/{{id}}/subscribe", POST=by_key(sequences.subscribe)),
            route(f"{name}/{{id}}/subscriptions", GET=by_secret(sequences.subscriptions)),
        )
    ),
    route("tags", GET=by_key(tags.index), POST=by_key(tags.create)),
    route("tags/{id}/subscribe", POST=by_key(tags.subscribe)),
    route("tags/{id}/unsubscribe", POST=by_secret(tags.unsubscribe)),
    route("tags/{id}/subscriptions", GET=by_secret(tags.subscriptions)),
    route("subscribers", GET=by_secret(subscribers.index)),
    route("subscribers/{id}", GET=by_secret(subscribers.show), PUT=by_secret(subscribers.update)),
    route("subscribers/{id}/tags", GET=by_key(subscribers.tags)),
    route("subscribers/{sid}/tags/{tid}", DELETE=by_secret(tags.remove)),
    route("unsubscribe", PUT=by_secret(subscribers.unsubscribe)),
    route("custom_fields", GET=by_key(custom_fields.index), POST=by_secret(custom_fields.create)),
    route(
        "custom_fields/{id}",
        GET=by_key(custom_fields.show),
        PUT=by_secret(custom_fields.update),
        DELETE=by_secret(custom_fields.delete),
    ),
    route("automations/hooks", GET=by_secret(hooks.index), POST=by_secret(hooks.create)),
    route("automations/hooks/{id}", DELETE=by_secret(hooks.delete)),
    route("purchases", GET=by_secret(purchases.index), POST=by_secret(purchases.create)),
    route("purchases/{id}", GET=by_secret(purchases.show)),
    unknown(),
]
