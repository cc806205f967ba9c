"""Says what a screen reader would: what gets the focus, what is announced, and on request every control of the windows.

Arguments: the process of the app. Lines on standard output, one JSON object each:
{"said": "focus"|"alert"|"status", "role": ..., "name": ..., "description": ..., "states": [...]}.
A line on standard input asks for all controls: {"said": "control", ...} for each, then {"said": "end"}.
"""
import json
import sys
import threading

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

STATES = ("FOCUSED", "FOCUSABLE", "CHECKED", "REQUIRED", "INVALID_ENTRY", "EXPANDED", "PRESSED", "SHOWING", "VISIBLE")
PID = int(sys.argv[1])


def text_of(node):
    """What stands in a node: its name, or the text of all below it."""
    name = node.get_name()
    if name:
        return name
    parts = []
    try:
        text = node.get_text_iface()
        if text is not None:
            parts.append(Atspi.Text.get_text(text, 0, -1).replace("\ufffc", ""))
    except GLib.GError:
        pass
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            below = text_of(child)
            # The engine gives a block's text twice: with the block and with what is around it.
            if not any(below in part for part in parts):
                parts.append(below)
    return " ".join(part.strip() for part in parts if part.strip())


def describe(said, node, name=None):
    states = node.get_state_set()
    line = {
        "said": said,
        "role": node.get_role_name(),
        "name": name if name is not None else node.get_name(),
        "description": node.get_description(),
        "states": [state.lower() for state in STATES if states.contains(getattr(Atspi.StateType, state))],
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def is_ours(node):
    """The page is another process than the window, and an app of its own to the bus, hung below by a socket."""
    try:
        while node is not None:
            if node.get_process_id() == PID:
                return True
            node = node.get_parent()
    except GLib.GError:
        pass
    return False


def heard(event):
    try:
        node = event.source
        if event.type.startswith("object:state-changed:focused"):
            if event.detail1 and is_ours(node):
                describe("focus", node, text_of(node))
        elif event.type.startswith(("object:children-changed:add", "object:text-changed:insert")):
            added = event.any_data if isinstance(event.any_data, Atspi.Accessible) else None
            live, where = region(added or node)
            if live and is_ours(where):
                say(live, where)
        elif event.type.startswith("object:announcement") or event.type.startswith("object:notification"):
            describe("status", node, str(event.any_data))
    except GLib.GError:
        pass  # A node that went away while it was looked at.


def region(node):
    """The live region that a node is in, and how urgent it is: `assertive` or `polite`."""
    while node is not None:
        try:
            live = (node.get_attributes() or {}).get("live")
            if live in ("assertive", "polite"):
                return live, node
            node = node.get_parent()
        except GLib.GError:
            break
    return None, None


last = None


def say(live, where):
    """Once for each text, however many nodes it came in."""
    global last
    text = text_of(where)
    if text and (live, text) != last:
        last = (live, text)
        describe("alert" if live == "assertive" else "status", where, text)


CONTROLS = {
    "push button", "toggle button", "entry", "password text", "check box", "radio button", "combo box", "list box",
    "link", "slider", "spin button", "menu item", "dialog", "alert", "image", "progress bar", "heading", "form",
}


def look(node):
    try:
        # The library keeps what it saw first.
        node.clear_cache()
        if node.get_role_name() in CONTROLS:
            describe("control", node)
        for index in range(node.get_child_count()):
            child = node.get_child_at_index(index)
            if child is not None:
                look(child)
    except GLib.GError:
        pass


def look_at_all():
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(index)
        if app is not None and app.get_process_id() == PID:
            look(app)
    print(json.dumps({"said": "end"}), flush=True)
    return False


def answer_questions():
    for _ in sys.stdin:
        GLib.idle_add(look_at_all)
    GLib.idle_add(Atspi.event_quit)


listener = Atspi.EventListener.new(heard)
for kind in (
    "object:state-changed:focused",
    "object:children-changed:add",
    "object:text-changed:insert",
    "object:announcement",
    "object:notification",
):
    listener.register(kind)
threading.Thread(target=answer_questions, daemon=True).start()
print(json.dumps({"said": "listening"}), flush=True)
Atspi.event_main()
