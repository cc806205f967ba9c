# Messages that the server sends. A text message should fit into 160 characters.

code-subject = Ihr Code für { $campus }
code-text = { $campus }: { $code } ist Ihr Code. Er gilt { $minutes ->
        [one] eine Minute
       *[other] { $minutes } Minuten
    }. Geben Sie ihn niemals weiter, auch nicht an den Helpdesk.
# A voice says it as soon as somebody answers; what follows only after a key was pressed.
code-call-prompt = Guten Tag. Hier ist { $campus } mit einem Code, der angefordert wurde. Um ihn zu hören, drücken Sie eine beliebige Taste.
code-call = Ihr Code lautet: { $code }. Noch einmal, Ihr Code lautet: { $code }. Geben Sie ihn niemals weiter, auch nicht an den Helpdesk. Auf Wiederhören.
code-email = { $code } ist Ihr Code für { $campus }.
    Er gilt { $minutes ->
        [one] eine Minute
       *[other] { $minutes } Minuten
    }.

    Geben Sie ihn niemals weiter, auch nicht an den Helpdesk. Wenn Sie ihn nicht angefordert haben, müssen Sie nichts tun: Ohne den Code kommt niemand hinein.

notice-subject = Ihr Konto bei { $campus }
notice-reset = { $campus }: Ihr Passwort wurde gerade zurückgesetzt ({ $flow }). Wenn Sie das nicht waren, rufen Sie sofort den Helpdesk an: { $helpdesk }
notice-change = { $campus }: Ihr Passwort wurde gerade geändert ({ $flow }). Wenn Sie das nicht waren, rufen Sie sofort den Helpdesk an: { $helpdesk }
notice-unlock = { $campus }: Ihr Konto wurde gerade entsperrt ({ $flow }). Wenn Sie das nicht waren, rufen Sie sofort den Helpdesk an: { $helpdesk }
