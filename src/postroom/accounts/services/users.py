"""Users: people who sign in."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from postroom.accounts.errors import Invalid, UserExists, WrongPassword
from postroom.accounts.models import User


def check_email(email: str, *, field: str = "email") -> str:
    """The address without surrounding blanks. Raises Invalid."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(
            f"“{email}” is no email address." if email else "The email address is missing.",
            code="email",
            field=field,
            help="Write it like ada@example.com.",
        ) from None
    return email


def check_password_strength(password: str, user: User | None = None) -> None:
    """Raises Invalid with all reasons in one text."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="password", field="password") from None


def create_user(
    *, email: str, password: str | None, name: str = "", is_superuser: bool = False, is_verified: bool = False
) -> User:
    """A new user; without a password they can only sign in after a reset.

    `is_verified`: the address is known to be theirs. Raises Invalid, UserExists."""
    email = check_email(email)
    if password is not None:
        check_password_strength(password, User(email=email, name=name))
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, name=name.strip()[:200], is_superuser=is_superuser, is_staff=is_superuser
            )
            if is_verified:
                mark_verified(user=user)
    except IntegrityError:
        raise UserExists(
            f"There is a user with the address {email} already.",
            field="email",
            help="Sign in with it, or reset its password.",
        ) from None
    return user


def mark_verified(*, user: User) -> None:
    """Remember that the user's address is theirs."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.filter(user=user, primary=True).exclude(email__iexact=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


def check_password(*, user: User, password: str) -> None:
    """Re-authentication. Raises WrongPassword."""
    if not user.check_password(password):
        raise WrongPassword(
            "That is not your password.", field="password", help="Type the password you sign in with."
        )
