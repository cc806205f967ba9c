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
# The code is typed into the window that says "I got a message about something I did not do".
notice-reset = { $campus }: Ihr Passwort wurde gerade zurückgesetzt ({ $flow }). Nicht von Ihnen? Geben Sie { $code } in Latchkey ein und rufen Sie den Helpdesk an: { $helpdesk }
notice-change = { $campus }: Ihr Passwort wurde gerade geändert ({ $flow }). Nicht von Ihnen? Geben Sie { $code } in Latchkey ein und rufen Sie den Helpdesk an: { $helpdesk }
notice-unlock = { $campus }: Ihr Konto wurde gerade entsperrt ({ $flow }). Nicht von Ihnen? Geben Sie { $code } in Latchkey ein und rufen Sie den Helpdesk an: { $helpdesk }
# Nobody can tell whether it was.
notice-uncertain = { $campus }: Ihr Konto wurde vielleicht gerade geändert ({ $flow }). Nicht von Ihnen? Geben Sie { $code } in Latchkey ein und rufen Sie den Helpdesk an: { $helpdesk }
notice-tries = { $campus }: Mehrere vergebliche Versuche, in Ihr Konto zu kommen ({ $flow }). Nicht von Ihnen? Geben Sie { $code } in Latchkey ein. Helpdesk: { $helpdesk }
notice-disabled = { $campus }: Nach vielen falschen Versuchen { $method ->
        [text_mobile] wurden gerade SMS an Ihr Handy
        [call_mobile] wurden gerade Anrufe auf Ihr Handy
        [call_office] wurden gerade Anrufe auf Ihr Bürotelefon
        [email] wurden gerade Codes per E-Mail
        [totp] wurde gerade Ihre Authenticator-App
       *[questions] wurden gerade Ihre Sicherheitsfragen
    } abgeschaltet ({ $flow }). Richten Sie es neu ein oder rufen Sie { $helpdesk } an
notice-added = { $campus }: Für Ihr Konto { $means ->
        [mobile] wurde gerade ein Handy
        [office] wurde gerade ein Bürotelefon
        [email] wurde gerade eine E-Mail-Adresse
        [authenticator] wurde gerade eine Authenticator-App
        [questions] wurden gerade Sicherheitsfragen
       *[recovery_codes] wurden gerade Wiederherstellungscodes
    } eingerichtet ({ $flow }). Nicht von Ihnen? Geben Sie { $code } in Latchkey ein oder rufen Sie { $helpdesk } an
notice-removed = { $campus }: Aus Ihrem Konto { $means ->
        [mobile] wurde gerade ein Handy
        [office] wurde gerade ein Bürotelefon
        [email] wurde gerade eine E-Mail-Adresse
        [authenticator] wurde gerade eine Authenticator-App
        [questions] wurden gerade Sicherheitsfragen
       *[recovery_codes] wurden gerade Wiederherstellungscodes
    } entfernt ({ $flow }). Nicht von Ihnen? Geben Sie { $code } in Latchkey ein oder rufen Sie { $helpdesk } an
notice-undone = { $campus }: Eine Änderung an der Wiederherstellung Ihres Kontos wurde gerade rückgängig gemacht, und die Wiederherstellung ist gestoppt ({ $flow }). Um sie wieder zu benutzen, rufen Sie den Helpdesk an: { $helpdesk }
notice-stopped = { $campus }: Die Wiederherstellung Ihres Kontos wurde gerade gestoppt ({ $flow }). Um sie wieder zu benutzen, rufen Sie den Helpdesk an: { $helpdesk }
notice-replaced = { $campus }: { $means ->
        [mobile] Das Mobiltelefon
        [office] Das Bürotelefon
       *[email] Die E-Mail-Adresse
    } Ihres Kontos wurde gerade ersetzt, nicht von Ihnen. Wenn das nicht stimmt, rufen Sie den Helpdesk an: { $helpdesk }

# What the operator sends to try a gateway.
test-subject = Test der Nachrichten von { $campus }
test = { $campus }: Dies ist ein Test. Mit Ihrem Konto ist nichts geschehen, und Sie müssen nichts tun.
