"""An event loop that does not wait for a name server it has given up on."""

import asyncio
import socket
import threading
from concurrent.futures import Future
from typing import TypeAlias

Address: TypeAlias = tuple[
    socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
]


class PatientLoop(asyncio.SelectorEventLoop):
    """Looks host names up in daemon threads.

    The ordinary loop uses its thread pool, whose threads are joined when the loop closes and again when the
    process ends: a name server that does not answer would hold both long after the deadline.
    """

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - its callers give it by this name
        proto: int = 0,
        flags: int = 0,
    ) -> list[Address]:
        found: Future[list[Address]] = Future()

        def look_up() -> None:
            if not found.set_running_or_notify_cancel():
                return
            try:
                found.set_result(socket.getaddrinfo(host, port, family, type, proto, flags))
            except (OSError, UnicodeError) as error:
                found.set_exception(error)

        threading.Thread(target=look_up, name="look up a host", daemon=True).start()
        return await asyncio.wrap_future(found)
