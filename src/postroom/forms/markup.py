"""A form as HTML, with the names of Kit's embeds, so that scripts written for those find their way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import nh3
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from postroom.forms import queries
from postroom.forms.models import Form
from postroom.forms.style import stylesheet
from postroom.media import services as media

HONEYPOT = "postroom_website"
"""A field that people never see; whoever fills it in is a program."""
_ALLOWED = {"a", "b", "br", "em", "i", "li", "ol", "p", "strong", "u", "ul"}


@dataclass(frozen=True)
class Embed:
    """Three ways to put a form somewhere: a script tag, plain HTML, the address of its own page."""

    script: str
    html: str
    link: str


def clean_html(text: str) -> SafeString:
    """A creator's few words of HTML without anything that runs, loads or posts."""
    cleaned = nh3.clean(
        text, tags=_ALLOWED, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}
    )
    return mark_safe(cleaned)  # noqa: S308 - this is the cleaning


def embed(form: Form, *, public_url: str, pages_url: str) -> Embed:
    """What a creator copies into a page."""
    return Embed(
        # The policy lets our list name the page and not only its site; its query string is dropped anyway.
        script=f'<script async data-uid="{form.uid}" src="{pages_url}/{form.uid}/index.js"'
        ' referrerpolicy="no-referrer-when-downgrade"></script>',
        html=str(render_form(form, public_url=public_url)),
        link=f"{pages_url}/{form.uid}",
    )


def describe(form: Form, *, public_url: str) -> dict[str, Any]:
    """A form as the embed script takes it: uid, texts, where to post, and the finished HTML."""
    return {
        "uid": form.uid,
        "id": form.id,
        "action": action_url(form, public_url),
        "format": form.format,
        "success_action": form.success_action,
        "success_message": form.success_message,
        "redirect_url": form.redirect_url,
        "html": str(render_form(form, public_url=public_url)),
    }


def action_url(form: Form, public_url: str) -> str:
    """Where the form posts to."""
    return f"{public_url}/forms/{form.id}/subscriptions"


def render_form(
    form: Form,
    *,
    public_url: str,
    error: str = "",
    typed: dict[str, str] | None = None,
    is_page: bool = False,
) -> SafeString:
    """The form itself. `typed` keeps what a person had written when something was wrong with it.

    `is_page`: nothing else is on the page, so the form's heading is the page's."""
    typed = typed or {}
    picture = _picture(form)
    return format_html(
        '<form action="{}" method="post" accept-charset="utf-8" class="formkit-form" data-sv-form="{}"'
        ' data-uid="{}" data-format="{}" data-version="5" data-options="{}" min-width="400 500 600 700 800">'
        '{}{}{}<div class="formkit-header">{}{}</div>'
        '<ul class="formkit-alert formkit-alert-error" data-element="errors" data-group="alert"'
        ' aria-live="assertive">{}</ul>'
        '<div class="formkit-fields" data-element="fields">{}{}'
        '<div hidden aria-hidden="true"><label>Leave this empty <input name="{}" tabindex="-1"'
        ' autocomplete="off"></label></div>'
        '<button type="submit" class="formkit-submit" data-element="submit">{}</button></div>{}{}</form>',
        action_url(form, public_url),
        form.id,
        form.uid,
        form.format or "inline",
        json.dumps(_options(form), ensure_ascii=False),
        _own_style(form),
        picture,
        mark_safe('<div class="formkit-body">') if picture else "",
        format_html("<h1>{}</h1>" if is_page else "<h2>{}</h2>", form.heading) if form.heading else "",
        format_html('<div class="formkit-subheader">{}</div>', clean_html(form.description))
        if form.description
        else "",
        format_html("<li>{}</li>", error) if error else "",
        format_html_join("", "{}", ((_field(form, item, typed),) for item in form.fields)),
        _email(form, typed),
        HONEYPOT,
        form.button_text,
        format_html('<div class="formkit-guarantee">{}</div>', clean_html(form.note)) if form.note else "",
        mark_safe("</div>") if picture else "",
    )


def own_css(form: Form) -> str:
    """The form's own rules, as they stand in its `<style>`: what a page's policy must allow by hash."""
    return stylesheet(form.uid, form.style)


def _own_style(form: Form) -> SafeString:
    css = own_css(form)
    # Made of tables and a uid of hex digits: there is nothing in it that could end the element.
    return mark_safe(f"<style>{css}</style>") if css else mark_safe("")  # noqa: S308


def _picture(form: Form) -> SafeString:
    found = queries.picture_of(form)
    if found is None:
        return mark_safe("")
    return format_html(
        '<div class="formkit-image"><img src="{}" alt="{}" width="{}" height="{}"></div>',
        media.url_of(found),
        form.style.get("picture_alt", ""),
        found.width,
        found.height,
    )


def _field(form: Form, item: dict[str, Any], typed: dict[str, str]) -> SafeString:
    name = f"fields[{item['key']}]"
    return format_html(
        '<div class="formkit-field"><label for="{}">{}</label><input id="{}" class="formkit-input" name="{}"'
        ' type="text" maxlength="1000" value="{}"{}{}></div>',
        f"{form.uid}-{item['key']}",
        item["label"],
        f"{form.uid}-{item['key']}",
        name,
        typed.get(name, ""),
        mark_safe(' autocomplete="given-name"') if item["key"] == "first_name" else "",
        mark_safe(" required") if item.get("required") else "",
    )


def _email(form: Form, typed: dict[str, str]) -> SafeString:
    return format_html(
        '<div class="formkit-field"><label for="{}-email">Email</label><input id="{}-email"'
        ' class="formkit-input" name="email_address" type="email" maxlength="320" autocomplete="email"'
        ' required value="{}"></div>',
        form.uid,
        form.uid,
        typed.get("email_address", ""),
    )


def _options(form: Form) -> dict[str, Any]:
    """Kit's data-options; what this form does not have stands at Kit's default."""
    return {
        "settings": {
            "after_subscribe": {
                "action": form.success_action,
                "success_message": form.success_message,
                "redirect_url": form.redirect_url,
            },
            "return_visitor": {"action": "show", "custom_content": ""},
            "recaptcha": {"enabled": False},
            "powered_by": {"show": False},
            **form.options,
        },
        "version": "5",
    }
