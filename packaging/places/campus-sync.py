#!/usr/bin/python3 -I
"""A place of a campus' own: the password in ~/.config/campus-sync/account.ini.

    [account]
    server = sync.example.edu
    user = ada
    password = …

It speaks docs/places.md, version 1, and needs nothing but Python. Take it as the beginning of yours: put it where only
root writes, for example /usr/local/lib/latchkey/campus-sync.py with mode 0755, and name that path in `places` of
/etc/latchkey/policy.toml. `-I` above keeps what lies in the person's home out of it.
"""

import json
import os
import resource
import stat
import sys

NAME = "Campus Sync"
ID = "account"
KEYS = ("server", "user", "password")

LONGEST_HEAD = 1 << 20
LONGEST_SECRET = 1 << 18
MOST_SECRETS = 8
# Such a file has four lines.
LONGEST_FILE = 1 << 14


class Gone(Exception):
    """There is no saved sign-in."""


class Refused(Exception):
    """The file is nothing that this program may read or write."""


# What comes in


def part(longest):
    """Reads one part of the task: four bytes with its length, and itself."""
    length = int.from_bytes(exactly(4), "big")
    if length > longest:
        sys.exit("a part of the task is too long")
    return exactly(length)


def exactly(length):
    read = sys.stdin.buffer.read(length)
    if len(read) != length:
        sys.exit("the task ends too early")
    return read


def task():
    """Reads the head and the secrets behind it, by name; keys that are not known are passed over."""
    head = json.loads(part(LONGEST_HEAD))
    names = head.get("secrets", [])
    if len(names) > MOST_SECRETS:
        sys.exit("more secrets than any task has")
    return head, {name: part(LONGEST_SECRET) for name in names}


def secret(secrets, name):
    return secrets[name].decode("utf-8") if name in secrets else None


# The file


def path():
    home = os.environ.get("HOME", "")
    if not os.path.isabs(home):
        raise Gone
    return os.path.join(home, ".config", "campus-sync", "account.ini")


def read():
    """The text of the file and its mode. A link, a pipe or somebody else's file is not read."""
    try:
        opened = os.open(path(), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise Gone from None
    except OSError:
        raise Refused from None
    about = os.fstat(opened)
    if not stat.S_ISREG(about.st_mode) or about.st_uid != os.getuid() or about.st_size > LONGEST_FILE:
        os.close(opened)
        raise Refused
    with open(opened, "rb") as file:
        try:
            return file.read(LONGEST_FILE).decode("utf-8"), stat.S_IMODE(about.st_mode)
        except UnicodeDecodeError:
            raise Refused from None


def entries(text):
    """Each key of [account] with the number of its line and its value."""
    section = None
    for number, line in enumerate(text.split("\n")):
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
        elif section == "account" and not line.startswith(("#", ";")) and "=" in line:
            key, value = line.split("=", 1)
            yield number, key.strip().lower(), value.strip()


def account(text):
    """Server, user and password. Where one stands there twice, nobody knows which of them counts."""
    found = list(entries(text))
    values = {}
    for wanted in KEYS:
        these = [value for _, key, value in found if key == wanted]
        if len(these) > 1:
            raise Refused
        if these in ([], [""]):
            raise Gone
        values[wanted] = these[0]
    return values


def with_password(text, password):
    """The same text with another password; everything else of it stays as it is."""
    lines = text.split("\n")
    [number] = [number for number, key, _ in entries(text) if key == "password"]
    key, value = lines[number].split("=", 1)
    blanks = value[: len(value) - len(value.lstrip())]
    end = "\r" if value.endswith("\r") else ""
    lines[number] = f"{key}={blanks}{password}{end}"
    return "\n".join(lines)


def write(text, mode):
    """Puts a new file of the same mode in the place of the old one, so that a reader finds one of them, whole."""
    whole = path()
    folder, name = os.path.split(whole)
    beside = os.path.join(folder, f".{name}.latchkey")
    try:
        # One that a run has left that was ended.
        if os.path.lexists(beside):
            os.unlink(beside)
        made = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with open(made, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fchmod(made, mode)
                os.fsync(made)
            os.rename(beside, whole)
        except OSError:
            os.unlink(beside)
            raise
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(opened)
        os.close(opened)
    except OSError:
        raise Refused from None


# The rule of docs/places.md


def is_persons(user, head):
    return user.lower() in (name.strip().lower() for name in head.get("accounts", []))


def is_campus(server, head):
    """Whether it is one of the servers of the policy, or lies in one of its domains (`.example.edu`)."""
    host = server.lower().removesuffix(".")
    for entry in head.get("servers", []):
        entry = entry.strip().lower().removesuffix(".")
        if entry.startswith("."):
            if entry.count(".") > 1 and (host == entry[1:] or host.endswith(entry)):
                return True
        elif entry != "" and host == entry:
            return True
    return False


def standing(values, head, old, new):
    """How the copy stands, or None if it is none of the person's business."""
    persons = is_persons(values["user"], head)
    held_old = old is not None and values["password"] == old
    if not persons and not held_old:
        return None
    if new is not None and values["password"] == new:
        return "fine"
    return "proven" if held_old and persons and is_campus(values["server"], head) else "choice"


# The tasks


def find(head, secrets):
    error = None
    try:
        values = account(read()[0])
        how = standing(values, head, secret(secrets, "old"), secret(secrets, "new"))
        if how is not None:
            copy = {"id": ID, "place": "campus_program", "label": NAME, "standing": how}
            say({"copy": {**copy, "user": values["user"], "target": values["server"]}})
    except Gone:
        pass  # Nothing there is an answer.
    except Refused:
        error = "refused"
    say({"state": {"place": "campus_program", "name": NAME, "locked": False, "error": error}})


def refresh(head, secrets):
    old, new = secret(secrets, "old"), secret(secrets, "new")
    for selected in head.get("selected", []):
        try:
            became = refreshed(selected, head, old, new)
        except Gone:
            became = "gone"
        except Refused:
            became = "refused"
        say({"outcome": {"id": selected["id"], "outcome": became}})


def refreshed(selected, head, old, new):
    if selected["id"] != ID:
        return "gone"
    text, mode = read()
    values = account(text)
    how = standing(values, head, old, new)
    if how is None:
        return "not_yours"
    if how == "fine":
        return "already_fine"
    if how == "choice" and not selected.get("ticked", False):
        return "needs_tick"
    # A line of the file ends at a line end, and blanks around a value do not count.
    if new is None or new == "" or new != new.strip() or any(character in new for character in "\r\n\0"):
        return "refused"
    write(with_password(text, new), mode)
    return "updated" if account(read()[0])["password"] == new else "not_kept"


def put_back(head):
    """What was there before is not kept, so nothing can be put back."""
    for selected in head.get("selected", [])[:1]:
        say({"outcome": {"id": selected["id"], "outcome": "refused"}})


def say(line):
    """One line of the answer, when it is there. No secret is ever in one."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main():
    if len(sys.argv) != 4 or sys.argv[1:3] != ["--protocol", "1"]:
        sys.exit("usage: campus-sync.py --protocol 1 PLACE")
    # No core file has a password in it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    head, secrets = task()
    if head["task"] in ("find", "unlock"):  # There is nothing to unlock, so both are a look.
        find(head, secrets)
    elif head["task"] == "refresh":
        refresh(head, secrets)
    elif head["task"] == "put_back":
        put_back(head)
    else:
        sys.exit("a program of a campus is not asked for this")
    say({"end": True})


if __name__ == "__main__":
    main()
