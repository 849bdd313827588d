"""What can be wrong with a purchase."""

from __future__ import annotations

from collections.abc import Sequence

from postroom.lib.errors import Invalid, NotFound


class PurchaseInvalid(Invalid):
    """A purchase cannot be taken; `problems` are all that is wrong with it, in words."""

    code = "purchase_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(", ".join(problems), help="Correct what is named and send the purchase again.")
        self.problems = list(problems)


class PurchaseNotFound(NotFound):
    """No such purchase in this account."""

    code = "purchase_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such purchase.", help="Look at the list of purchases.")


class ProductNotFound(NotFound):
    """No such product in this account."""

    code = "product_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such product.", help="Look at the list of products.")
