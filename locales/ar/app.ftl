tray-quit = Quit
