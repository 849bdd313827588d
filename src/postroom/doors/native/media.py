"""`/api/1/media`: uploaded images."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status, UploadedFile

from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.media import services
from postroom.media.models import Media

router = Router(tags=["Media"])


class Image(Schema):
    id: int
    url: str
    width: int
    height: int
    name: str
    size_bytes: int
    created_at: datetime


@router.post("/media", response={201: Image})
def upload_image(request: HttpRequest, file: File[UploadedFile]) -> Status:
    """Take one image (PNG, JPEG, GIF, WebP). It is written anew without its metadata."""
    account_id = caller(request).account_id
    services.demand_size(file.size or 0)
    found = services.store(account_id=account_id, name=file.name or "image", data=file.read())
    return Status(201, _image(found))


@router.get("/media", response=Listing[Image])
def list_images(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The account's images, the newest first."""
    found = Media.objects.filter(account_id=caller(request).account_id).order_by("-id")
    shown = found[paging.offset : paging.offset + paging.per_page]
    return listing([_image(each) for each in shown], found.count(), paging)


def _image(found: Media) -> dict[str, Any]:
    return {
        "id": found.pk,
        "url": services.url_of(found),
        "width": found.width,
        "height": found.height,
        "name": found.name,
        "size_bytes": found.size_bytes,
        "created_at": found.created_at,
    }
