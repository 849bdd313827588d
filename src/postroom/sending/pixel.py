"""The picture of one pixel that tells of an opening."""

from __future__ import annotations

import re

_TAG = '<img src="{}" width="1" height="1" alt="" style="display:block;border:0;width:1px;height:1px">'
_FOUND = re.compile(r'<img\s[^>]*?\bsrc="[^"]*/o/[\w-]+"[^>]*?\bwidth="1"\s+height="1"[^>]*>', re.IGNORECASE)


def pixel_tag(url: str) -> str:
    """The element that loads the pixel at `url`."""
    return _TAG.format(url)


def without_pixel(html: str) -> str:
    """The same document, whose sight tells nobody that it was opened."""
    return _FOUND.sub("", html)
