/* The least that a window of this app costs: GTK, one web view with an ephemeral context, one small form in it.
 * It prints "window painted" when the page has come by two animation frames, and ends when its window is closed. */
#include <stdio.h>
#include <webkit2/webkit2.h>

static const char PAGE[] =
    "<!doctype html><html lang=en><meta charset=utf-8><title>bare</title>"
    "<style>body{font:16px/1.5 system-ui;margin:24px}input{width:100%;padding:.5rem}</style>"
    "<h1>Can't access your account?</h1><form><label for=account>User ID</label><input id=account>"
    "<button>Next</button></form><script>requestAnimationFrame(()=>requestAnimationFrame(()=>"
    "webkit.messageHandlers.painted.postMessage('')))</script>";

static void on_painted(WebKitUserContentManager *page, WebKitJavascriptResult *message, gpointer data)
{
    (void)page, (void)message, (void)data;
    fputs("window painted\n", stderr);
}

int main(int argc, char **argv)
{
    gtk_init(&argc, &argv);
    WebKitWebContext *context = webkit_web_context_new_ephemeral();
    WebKitUserContentManager *page = webkit_user_content_manager_new();
    webkit_user_content_manager_register_script_message_handler(page, "painted");
    g_signal_connect(page, "script-message-received::painted", G_CALLBACK(on_painted), NULL);
    GtkWidget *view = g_object_new(WEBKIT_TYPE_WEB_VIEW, "web-context", context, "user-content-manager", page, NULL);
    GtkWidget *window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
    gtk_window_set_title(GTK_WINDOW(window), "bare-window");
    gtk_window_set_default_size(GTK_WINDOW(window), 520, 640);
    gtk_container_add(GTK_CONTAINER(window), view);
    g_signal_connect(window, "destroy", G_CALLBACK(gtk_main_quit), NULL);
    webkit_web_view_load_html(WEBKIT_WEB_VIEW(view), PAGE, "app://bare/");
    gtk_widget_show_all(window);
    gtk_main();
    return 0;
}
