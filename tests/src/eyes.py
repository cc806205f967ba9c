"""Prints what the accessibility bus knows about the element with this id: nothing, "shown" or "shown focused"."""
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
found = find(desktop, sys.argv[1])
if found:
    states = found.get_state_set()
    print("shown focused" if states.contains(Atspi.StateType.FOCUSED) else "shown")
