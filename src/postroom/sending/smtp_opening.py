"""What is said before the first message: greeting, TLS, signing in, one step after the other."""

from __future__ import annotations

import asyncio
import base64
import ssl
from typing import cast

from postroom.sending.smtp_outlet import Outlet, Result, SmtpError
from postroom.sending.smtp_reply import BadReply, Reply
from postroom.sending.smtp_wire import Wire


class Opening(Wire):
    """A wire that can be opened to an outlet."""

    async def open(self, outlet: Outlet) -> None:
        """Connect, greet, start TLS and sign in, as the outlet says. Raises SmtpError."""
        self._loop = asyncio.get_running_loop()
        self._outlet = outlet
        self._stage = "connect"
        try:
            await self._connect()
            await self._greet()
            if outlet.tls in ("opportunistic", "starttls"):
                await self._start_tls()
            if outlet.username is not None:
                await self._sign_in(outlet.username, outlet.password or "")
        except SmtpError:
            self._abort(self._why)
            raise
        except (OSError, ValueError, BadReply, asyncio.IncompleteReadError) as error:
            # ValueError: a host name that no look-up or TLS takes; ssl.SSLError is an OSError
            text = str(error) or (
                "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
            )
            self._abort(text)
            raise SmtpError(Result("untried", text=text, stage=self._stage)) from error
        except asyncio.CancelledError:
            self._abort("cancelled")
            raise
        self._opened_at = self._loop.time()
        self._ready = True
        self._rearm(outlet.idle_s)

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS session of an open connection, None in clear text."""
        found: ssl.SSLObject | None = (
            self._transport.get_extra_info("ssl_object") if self._transport else None
        )
        return found

    @property
    def pipelines(self) -> bool:
        """Whether the server takes several commands at once (RFC 2920)."""
        return self._pipelining

    async def _connect(self) -> None:
        outlet = self._outlet
        async with asyncio.timeout(outlet.timeouts.connect_s):
            await self._loop.create_connection(lambda: self, outlet.host, outlet.port)
        if outlet.tls == "implicit":
            await self._wrap()
        self._demand(await self._reply("banner"), 220)

    async def _greet(self) -> None:
        reply = await self._ask("ehlo", f"EHLO {self._outlet.helo}")
        if reply.code in (500, 501, 502, 504):
            self._features: dict[str, str] = {}
            self._demand(await self._ask("ehlo", f"HELO {self._outlet.helo}"), 250)
        else:
            self._demand(reply, 250)
            words = (line.partition(" ") for line in reply.text.upper().split("\n")[1:])
            self._features = {name: rest for name, _, rest in words}
        self._pipelining = "PIPELINING" in self._features
        size = self._features.get("SIZE", "")
        self._max_bytes = int(size) if size.isdigit() else 0

    async def _start_tls(self) -> None:
        if "STARTTLS" not in self._features:
            if self._outlet.tls == "starttls":
                self._stage = "starttls"
                self._fail("the mail server does not offer STARTTLS, which the settings demand")
            return
        self._demand(await self._ask("starttls", "STARTTLS"), 220)
        if self._replies or self._reader.has_rest:
            # RFC 3207 §4: words sent in the clear before the handshake must never be taken for words sent
            # inside it.
            self._fail("the mail server went on in clear text after it agreed to start TLS")
        await self._wrap()
        await self._greet()

    async def _wrap(self) -> None:
        """Go on inside TLS. Always around a plain connection: its buffer must be known to be empty too."""
        if self._transport is None:
            raise ConnectionResetError(self._why)
        outlet = self._outlet
        async with asyncio.timeout(outlet.timeouts.tls_s):
            transport = await self._loop.start_tls(
                self._transport, self, outlet.context(), server_hostname=outlet.host
            )
        self._plain, self._transport = self._transport, cast(asyncio.Transport, transport)

    async def _sign_in(self, username: str, password: str) -> None:
        outlet = self._outlet
        self._stage = "auth"
        secure = self._transport is not None and self._transport.get_extra_info("ssl_object") is not None
        if not secure and not outlet.is_local and outlet.tls != "none":
            self._fail("the password is not sent, because the mail server offers no TLS")
        ways = self._features.get("AUTH", "").split()
        if "PLAIN" in ways:
            token = base64.b64encode(f"\0{username}\0{password}".encode()).decode()
            self._demand(await self._ask("auth", f"AUTH PLAIN {token}"), 235)
        elif "LOGIN" in ways:
            self._demand(await self._ask("auth", "AUTH LOGIN"), 334)
            self._demand(await self._ask("auth", base64.b64encode(username.encode()).decode()), 334)
            self._demand(await self._ask("auth", base64.b64encode(password.encode()).decode()), 235)
        else:
            self._fail("the mail server offers neither AUTH PLAIN nor AUTH LOGIN")

    async def _ask(self, stage: str, line: str) -> Reply:
        self._stage = stage
        self._write(line.encode() + b"\r\n")
        return await self._reply(stage)

    async def _reply(self, stage: str) -> Reply:
        self._stage = stage
        if self._replies:
            return self._replies.popleft()
        if self._closed is None or self._closed.done():
            raise ConnectionResetError(self._why)
        self._awaited = self._loop.create_future()
        try:
            async with asyncio.timeout(self._outlet.timeouts.of(stage)):
                return await self._awaited
        finally:
            self._awaited = None

    def _demand(self, reply: Reply, code: int) -> None:
        if reply.code != code:
            raise SmtpError(
                Result(
                    "deferred" if reply.code < 500 else "refused",
                    reply.code,
                    reply.enhanced,
                    reply.text or "an unexpected answer",
                    self._stage,
                )
            )

    def _fail(self, text: str) -> None:
        raise SmtpError(Result("deferred", text=text, stage=self._stage))
