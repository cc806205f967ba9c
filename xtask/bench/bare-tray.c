/* The least that a tray of this app costs: GTK, an indicator, three menu items. WebKit is linked and never used, because
 * one binary that also has the windows links it too. */
#include <gtk/gtk.h>
#include <libayatana-appindicator/app-indicator.h>

static void append(GtkWidget *menu, const char *label)
{
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), gtk_menu_item_new_with_label(label));
}

int main(int argc, char **argv)
{
    gtk_init(&argc, &argv);
    AppIndicator *indicator =
        app_indicator_new("bare-tray", "dialog-password", APP_INDICATOR_CATEGORY_APPLICATION_STATUS);
    app_indicator_set_status(indicator, APP_INDICATOR_STATUS_ACTIVE);
    GtkWidget *menu = gtk_menu_new();
    append(menu, "Can't access your account?");
    append(menu, "Change my password");
    append(menu, "Quit");
    gtk_widget_show_all(menu);
    app_indicator_set_menu(indicator, GTK_MENU(menu));
    gtk_main();
    return 0;
}
