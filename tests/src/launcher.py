"""A window that starts programs: for each key that is pressed in it, prints the leave to come to the front."""
import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gio, GLib, Gtk  # noqa: E402


def pressed(window, _):
    program = Gio.AppInfo.create_from_commandline(
        "latchkey", "Latchkey", Gio.AppInfoCreateFlags.SUPPORTS_STARTUP_NOTIFICATION
    )
    context = window.get_display().get_app_launch_context()
    print(context.get_startup_notify_id(program, []), flush=True)


# Its app id under Wayland.
GLib.set_prgname("launcher")
window = Gtk.Window(title="Launcher")
window.connect("key-press-event", pressed)
window.show_all()
Gtk.main()
