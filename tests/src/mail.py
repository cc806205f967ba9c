"""A mail relay of a campus: aiosmtpd with STARTTLS and AUTH on some ports of loopback, and faults as they are asked for.

mail.py FOLDER, in which are ca.pem and good, selfsigned, wronghost and expired with .pem and .key. Prints one line of
JSON with the ports. Each mail that it has taken is a file of FOLDER/mails; what it is to do with the next ones stands in
FOLDER/fault; what it was told is a line each of FOLDER/commands.
"""

import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

FOLDER = sys.argv[1]
USER, PASSWORD = b"latchkey", b"lantern-harbour-27"
taken = 0


def fault():
    with open(f"{FOLDER}/fault", encoding="ascii") as file:
        return file.read().strip()


def is_private(server):
    return server.transport.get_extra_info("ssl_object") is not None


def keep(server, session, envelope):
    global taken
    taken += 1
    signed_in = getattr(session, "auth_data", None)
    mail = {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "tls": is_private(server),
        "user": signed_in.login.decode() if signed_in else None,
        "text": envelope.content.decode("utf-8", "replace"),
    }
    path = f"{FOLDER}/mails/{taken:05}.json"
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(mail, file)
    os.rename(path + ".part", path)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        match fault():
            case "later":
                return f"451 4.7.1 <{address}>: try later"
            case "unknown":
                return f"550 5.1.1 <{address}>: no such user"
            case "denied":
                return f"554 5.7.1 <{address}>: Relay access denied"
            case "busy":
                await server.push("421 4.3.2 closing")
                server.transport.close()
                return "421 4.3.2 closing"
            case "silent":
                await asyncio.Event().wait()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        match fault():
            case "full":
                return "552 5.2.2 mailbox full"
            case "cut":
                keep(server, session, envelope)
                server.transport.abort()
                await asyncio.Event().wait()
            case "silent-after":
                keep(server, session, envelope)
                await asyncio.Event().wait()
        keep(server, session, envelope)
        return f"250 2.0.0 Ok: queued as {taken:05}"


class Relay(SMTP):
    """Writes down which commands it was given, as words without what follows."""

    def note(self, command):
        with open(f"{FOLDER}/commands", "a", encoding="ascii") as file:
            file.write(f"{command}{' over TLS' if is_private(self) else ''}\n")

    async def smtp_STARTTLS(self, arg):
        self.note("STARTTLS")
        await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg):
        self.note("AUTH")
        await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        self.note("MAIL")
        await super().smtp_MAIL(arg)


def authenticate(server, session, envelope, mechanism, data):
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=is_right, handled=is_right, auth_data=data)


def context(name):
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(f"{FOLDER}/{name}.pem", f"{FOLDER}/{name}.key")
    return made


async def listen(tls=None, **options):
    made = lambda: Relay(Handler(), hostname="relay.campus.example", loop=loop, **options)
    server = await loop.create_server(made, "127.0.0.1", 0, ssl=tls)
    return server.sockets[0].getsockname()[1]


async def main():
    signing_in = {"authenticator": authenticate, "auth_required": True}
    ports = {
        name: await listen(tls_context=context(name), require_starttls=True, **signing_in)
        for name in ("good", "selfsigned", "wronghost", "expired")
    }
    ports["tls"] = await listen(context("good"), auth_require_tls=False, **signing_in)
    ports["bare"] = await listen()
    print(json.dumps(ports), flush=True)
    # Whoever has started it has ended once this pipe is closed.
    await loop.run_in_executor(None, sys.stdin.read)


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
os._exit(0)
