"""What one person's message is filled with: values, links of their own, the Liquid contexts of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liquid import RenderContext
from markupsafe import Markup

from postroom.content import links, liquid
from postroom.sending import mime, parts
from postroom.sending.letter import Recipient

if TYPE_CHECKING:
    from postroom.sending.compile import CompiledMessage


class Filling:
    """The values of one message while it is put together; what several slots ask for is made once."""

    __slots__ = ("_contexts", "_scopes", "_urls", "letter", "recipient", "start", "values")

    def __init__(self, letter: CompiledMessage, recipient: Recipient) -> None:
        liquid.begin_message()
        self.letter = letter
        self.recipient = recipient
        self.start = letter.signer.start(recipient.id, recipient.nth)
        # Cleaned before anything looks at them: a name of control characters only is an empty one.
        self.values: dict[str, Any] = {
            **{key: clean_value(value) for key, value in recipient.fields.items()},
            "id": recipient.id,
            "first_name": mime.clean(recipient.first_name),
            "email_address": recipient.email,
            "email": recipient.email,
            "tags": recipient.tags,
        }
        self._contexts: dict[int, RenderContext] = {}
        self._scopes: dict[str, Any] | None = None
        self._urls = ["", ""]

    def context(self, part: parts.Part) -> RenderContext:
        """The Liquid context of a part; kept, because `assign` reaches to the part's end."""
        found = self._contexts.get(id(part))
        if found is None:
            scope = self.globals(part.html)
            found = self._contexts[id(part)] = part.template.context_class(part.template, globals=scope)
        return found

    def globals(self, html_: bool) -> dict[str, Any]:
        """All variables of this message."""
        letter = self.letter
        if self._scopes is None:
            self._scopes = self._shared()
        return {**self._scopes, **{name: self.system(name, html_) for name in letter.system_names}}

    def _shared(self) -> dict[str, Any]:
        letter = self.letter
        values = {key: mime.clean(v) if isinstance(v, str) else v for key, v in self.values.items()}
        values["tags"] = [mime.clean(tag) for tag in self.recipient.tags]
        scope = {
            **letter.letter.variables,
            **{key: clean_value(value) for key, value in self.recipient.extra.items()},
            "subscriber": liquid.Subscriber(values, letter.letter.aliases),
        }
        scope["Subscriber"] = scope["subscriber"]
        return scope

    def system(self, name: str, html_: bool) -> str:
        """A link of the house's own, as a bare address or as a finished HTML link."""
        leaves = name.startswith("unsubscribe")
        url = self._leave() if leaves else self._preferences()
        if name.endswith("_link") and html_:
            label = "Unsubscribe" if leaves else "Update your profile"
            return Markup('<a href="{}">{}</a>').format(url, label)
        return url

    def _leave(self) -> str:
        if not self._urls[0]:
            letter = self.letter
            self._urls[0] = f"{letter.letter.edge_url}/u/{letter.signer.unsubscribe(self.start).decode()}"
        return self._urls[0]

    def _preferences(self) -> str:
        if not self._urls[1]:
            letter = self.letter
            token = links.sign_preferences(
                letter.keyring, account_id=letter.letter.account_id, subscriber_id=self.recipient.id
            )
            self._urls[1] = f"{letter.letter.public_url}/preferences/{token}"
        return self._urls[1]


def clean_value(value: Any) -> Any:
    """A value without what no message may hold; what is no text passes."""
    return mime.clean(value) if type(value) is str else value
