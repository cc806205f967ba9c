"""Prints dictionaries as GNOME Online Accounts does, or reads such texts: a JSON list on standard input, one back."""

import json
import sys

from gi.repository import GLib


def printed(values):
    return GLib.Variant("a{sv}", {name: GLib.Variant("s", value) for name, value in values.items()}).print_(True)


def parsed(text):
    return GLib.Variant.parse(GLib.VariantType("a{sv}"), text, None, None).unpack()


print(json.dumps([printed(one) if sys.argv[1] == "print" else parsed(one) for one in json.load(sys.stdin)]))
