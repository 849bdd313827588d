"""What stands around every letter: head, paper, preheader, footer, and the place of the open pixel."""

from __future__ import annotations

from dataclasses import dataclass

from postroom.content.escapes import escape, neutral

PIXEL_MARK = "<!--open-pixel-->"
"""Where the compiler puts the open pixel."""

WIDTH, INNER_WIDTH = 600, 552
"""The paper and what is written on it, in pixels."""
INK, SOFT, LINE, PAPER, SUNKEN, ACCENT = "#23211c", "#5e5a52", "#e6e3dc", "#ffffff", "#f5f3ef", "#1f6b52"
SERIF = "Newsreader,Georgia,'Times New Roman',serif"
SANS = "Inter,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
MONO = "ui-monospace,Menlo,Consolas,monospace"

_BASE = """\
.pr-ink a { color: #1f6b52; }
@media (max-width: 620px) { .pr-page { width: 100% !important; } }
@media (max-width: 480px) { .pr-pad { padding: 24px 20px !important; } }"""
_DARK = """\
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
.pr-paper { background: #1c1b19 !important; } .pr-ink { color: #f2f0eb !important; }
.pr-soft { color: #b9b4a9 !important; } .pr-rule { border-color: #3a3833 !important; }
.pr-sunken { background: #292724 !important; } .pr-ink a { color: #7fd0b0 !important; }
.pr-ink a.pr-soft { color: #b9b4a9 !important; }
}"""
# Outlook for Windows falls back to Times where the first typeface is missing, and scales pictures by the
# screen's resolution unless it is told not to.
_OUTLOOK = """\
<!--[if mso]>
<noscript><xml><o:OfficeDocumentSettings xmlns:o="urn:schemas-microsoft-com:office:office">\
<o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript>
<style>.pr-ink { font-family: Georgia, serif !important; }
.pr-soft, .pr-button { font-family: Arial, sans-serif !important; }</style>
<![endif]-->"""


@dataclass(frozen=True, slots=True)
class Frame:
    """How the letter is framed. `sheet` is clean CSS for the head.

    `own_page`: the letter brings its own paper, `body` (attributes) and `lang` are its own. `is_dark`: our
    dark colours apply when the reader prefers them; `has_dark`: the sheet has some of its own."""

    preview_text: str = ""
    footer: str = ""
    sheet: str = ""
    own_page: bool = False
    lang: str = ""
    body: str = ""
    is_dark: bool = True
    has_dark: bool = False


def page(inner: str, frame: Frame) -> str:
    """The whole HTML part."""
    body = _own_paper(inner, frame) if frame.own_page else _house_paper(inner, frame)
    return (
        f'<!doctype html>\n<html lang="{frame.lang or "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">\n'
        f"{_scheme(frame)}<title></title>\n{_sheets(frame)}</head>\n{body}</html>\n"
    )


def _scheme(frame: Frame) -> str:
    if frame.has_dark or (frame.is_dark and not frame.own_page):
        return '<meta name="color-scheme" content="light dark">\n'
    return "" if frame.own_page else '<meta name="color-scheme" content="light">\n'


def _sheets(frame: Frame) -> str:
    dark = _DARK if frame.has_dark or (frame.is_dark and not frame.own_page) else ""
    sheets = "\n".join(filter(None, (_BASE, dark, frame.sheet)))
    return f"<style>\n{sheets}\n</style>\n" + ("" if frame.own_page else _OUTLOOK + "\n")


def _house_paper(inner: str, frame: Frame) -> str:
    table = '<table role="presentation" cellpadding="0" cellspacing="0" border="0"'
    return (
        '<body class="pr-paper" '
        f'style="margin:0;padding:0;background:{PAPER};-webkit-text-size-adjust:100%">\n'
        f"{_preheader(frame.preview_text)}{PIXEL_MARK}\n"
        f'{table} width="100%"><tr><td align="center">\n'
        f'{table} class="pr-page" width="{WIDTH}" style="width:{WIDTH}px;max-width:100%"><tr>\n'
        f'<td class="pr-pad pr-ink" align="left" style="padding:32px 24px;font:17px/1.6 {SERIF};color:{INK};'
        f'word-break:break-word">\n{inner}\n{frame.footer}</td></tr></table>\n</td></tr></table>\n</body>\n'
    )


def _own_paper(inner: str, frame: Frame) -> str:
    footer = ""
    if frame.footer:
        table = '<table role="presentation" cellpadding="0" cellspacing="0" border="0"'
        footer = (
            f'{table} width="100%"><tr><td align="center">\n'
            f'{table} class="pr-page" width="{WIDTH}" style="width:{WIDTH}px;max-width:100%"><tr>\n'
            f'<td class="pr-paper" align="left" bgcolor="{PAPER}" '
            f'style="padding:0 24px 32px;background:{PAPER}">\n{frame.footer}'
            "</td></tr></table>\n</td></tr></table>\n"
        )
    body = frame.body or ' style="margin:0;padding:0"'
    return f"<body{body}>\n{_preheader(frame.preview_text)}{PIXEL_MARK}\n{inner}\n{footer}</body>\n"


def _preheader(preview_text: str) -> str:
    """What lists of letters show beside the subject, and blanks that keep the letter's first words out."""
    if not preview_text:
        return ""
    hidden = "display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;opacity:0"
    return f'<div style="{hidden}">{escape(preview_text)}{"&#847;&zwnj;&nbsp;" * 40}</div>\n'


def footer_html(postal_address: str) -> str:
    """Postal address and the links to leave or to change one's profile."""
    lines = [neutral(line) for line in _lines(postal_address)]
    address = f'<p style="margin:0 0 8px">{"<br>".join(lines)}</p>\n' if lines else ""
    link = f"color:{SOFT};text-decoration:underline"
    return (
        f'<div class="pr-soft pr-rule" style="margin:40px 0 0;padding:20px 0 0;border-top:1px solid {LINE};'
        f'font:13px/1.6 {SANS};color:{SOFT}">\n{address}<p style="margin:0">'
        f'<a class="pr-soft" href="{{{{ unsubscribe_url }}}}" style="{link}">Unsubscribe</a> &middot; '
        f'<a class="pr-soft" href="{{{{ subscriber_preferences_url }}}}" style="{link}">'
        "Update your profile</a></p>\n</div>\n"
    )


def footer_text(postal_address: str) -> str:
    """The same for the text part."""
    lines = [line.replace("{", "{\u200b") for line in _lines(postal_address)]
    address = "\n".join(lines) + "\n\n" if lines else ""
    own = "Unsubscribe: {{ unsubscribe_url }}\nUpdate your profile: {{ subscriber_preferences_url }}\n"
    return f"\n--\n{address}{own}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
