"""Prints what the accessibility bus knows about an element of a process, by its id: nothing, "shown" or "shown focused"."""
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402


def find(node, wanted):
    try:
        attributes = node.get_attributes() or {}
        if wanted in (attributes.get("id"), attributes.get("html-id")):
            return node
        for index in range(node.get_child_count()):
            child = node.get_child_at_index(index)
            found = child and find(child, wanted)
            if found:
                return found
    except Exception:
        # A node that went away while it was looked at.
        return None
    return None


desktop = Atspi.get_desktop(0)
apps = [desktop.get_child_at_index(index) for index in range(desktop.get_child_count())]
# The page is an app of its own to the bus, hung below the window's by a socket.
windows = [app for app in apps if app and app.get_process_id() == int(sys.argv[2])]
found = next(filter(None, (find(window, sys.argv[1]) for window in windows)), None)
if found:
    states = found.get_state_set()
    print("shown focused" if states.contains(Atspi.StateType.FOCUSED) else "shown")
