### What the app says: tray, notifications and pages. One id, one whole sentence.

app-name = Latchkey

## Windows

window-title-recover = Kein Zugriff auf Ihr Konto?
window-title-change = Mein Passwort ändern
window-title-register = Kontowiederherstellung einrichten
window-title-places = Gespeicherte Anmeldungen
window-title-helpdesk = Helpdesk

## Tray

tray-recover = Kein Zugriff auf Ihr Konto?
tray-change = Mein Passwort ändern…
tray-register = Kontowiederherstellung einrichten…
tray-expires =
    { $days ->
        [0] Ihr Passwort läuft heute ab
        [one] Ihr Passwort läuft morgen ab
       *[other] Ihr Passwort läuft in { $days } Tagen ab
    }
tray-saved-sign-ins =
    { $count ->
        [one] 1 gespeicherte Anmeldung wartet auf Sie
       *[other] { $count } gespeicherte Anmeldungen warten auf Sie
    }
tray-changed-elsewhere = Passwort woanders geändert: hier abschließen…
tray-helpdesk = Helpdesk…
tray-about = Über Latchkey
tray-quit = Beenden

## Notifications

notification-changed-title = Ihr Passwort wurde geändert
notification-changed-body = Auf diesem Computer gespeicherte Anmeldungen verwenden vielleicht noch das alte. Öffnen Sie Latchkey, um das abzuschließen.
notification-expires-title =
    { $days ->
        [0] Ihr Passwort läuft heute ab
        [one] Ihr Passwort läuft morgen ab
       *[other] Ihr Passwort läuft in { $days } Tagen ab
    }
notification-expires-body = Ändern Sie es jetzt, dann sind Sie später nicht ausgesperrt.
notification-saved-sign-ins-title =
    { $count ->
        [one] 1 gespeicherte Anmeldung wartet auf Sie
       *[other] { $count } gespeicherte Anmeldungen warten auf Sie
    }
notification-saved-sign-ins-body = Öffnen Sie Latchkey, um zu sehen, welche noch Ihr altes Passwort verwenden.
notification-elsewhere-title = Ihr Passwort wurde woanders geändert
notification-elsewhere-body = Auf diesem Computer gespeicherte Anmeldungen verwenden vielleicht noch das alte. Öffnen Sie Latchkey, um es auf diesem Computer abzuschließen.
notification-change = Mein Passwort ändern
notification-finish = Abschließen
notification-later = Später

## A file of recovery codes

codes-file-name = Wiederherstellungscodes
codes-file-title = Wiederherstellungscodes für Ihr Konto bei { $campus }
codes-file-text = Jeder gilt einmal, wenn Sie nichts anderes zur Hand haben. Bewahren Sie sie dort auf, wo sonst niemand nachsieht.

## About

about-text = Latchkey { $version } bringt Sie wieder in Ihr Konto und macht diesem Computer Ihr neues Passwort bekannt.

## On every screen

language-label = Sprache
helpdesk-title = Möchten Sie mit jemandem sprechen?
helpdesk-phone = Telefon
helpdesk-url = Web
helpdesk-hours = Sprechzeiten
support-code = Support-Code
step-of = Prüfschritt { $number } von { $of }
step-last = Letzter Schritt
next = Weiter
back = Zurück
done = Fertig
cancel = Abbrechen
close = Schließen
start-over = Neu beginnen
use-another-way = Anderen Weg wählen
checking = Wird geprüft…
show-password = Anzeigen
hide-password = Verbergen
still-there-title = Sind Sie noch da?
still-there-text = Zum Schutz Ihres Kontos hören wir auf, wenn nichts geschieht.
still-there-left =
    { $seconds ->
        [one] Noch 1 Sekunde
       *[other] Noch { $seconds } Sekunden
    }
still-there-stay = Ich brauche mehr Zeit

## Starting

starting-title = Einen Moment
starting-text = Verbindung zu Ihrer Hochschule wird hergestellt…

## What happened?

start-title = Wobei können wir helfen?
start-text = Wählen Sie, was am besten passt. Sie können immer hierher zurück.
start-forgotten = Ich habe mein Passwort vergessen
start-forgotten-text = Zwei kurze Schritte, dann wählen Sie ein neues.
start-never_received = Ich habe nie ein Passwort bekommen
start-never_received-text = Zwei kurze Schritte, dann wählen Sie Ihr erstes.
start-locked_out = Ich kenne mein Passwort, bin aber gesperrt
start-locked_out-text = Wir entsperren Ihr Konto. Ihr Passwort bleibt, wie es ist.
start-change = Ich kenne mein Passwort und möchte es ändern
start-change-text = Sie geben das alte und ein neues ein.
start-register = Ich habe die Kontowiederherstellung noch nicht eingerichtet
start-register-text = Damit Sie wieder hineinkommen, wenn Sie einmal ausgesperrt sind.
start-elsewhere = Das ist nicht mein Konto von Arbeit oder Hochschule
start-not-me = Ich habe eine Nachricht über etwas bekommen, das ich nicht getan habe
elsewhere-title = Ein Konto von anderswo
elsewhere-text = Hier können wir nur mit dem Konto helfen, das Sie von Ihrer Hochschule haben. Für jedes andere Konto öffnen Sie einen Browser und geben die Adresse der Seite dieses Kontos ein:
elsewhere-microsoft = Ein persönliches Microsoft-Konto (Outlook, Hotmail, Xbox)
elsewhere-google = Ein Google-Konto (Gmail)
elsewhere-apple = Ein Apple-Konto (iCloud)
elsewhere-other = Ein anderes Konto
elsewhere-other-text = Öffnen Sie die Seite, auf der Sie sich sonst anmelden, und suchen Sie „Passwort vergessen“.
elsewhere-unsure = Wenn Sie nicht sicher sind, welches Konto es ist, fragen Sie den Helpdesk unten.
not-me-title = Jemand anderes benutzt vielleicht Ihr Konto
not-me-text = In der Nachricht steht ein Code. Geben Sie ihn hier ein, dann stoppen wir das:
not-me-undo = Was für die Kontowiederherstellung eingerichtet war, wird wieder wie vorher.
not-me-end = Wer gerade Ihr Konto wiederherstellt, wird hinausgeworfen.
not-me-freeze = Niemand kann Ihr Konto wiederherstellen, bis der Helpdesk mit Ihnen gesprochen hat.
not-me-label = Code aus der Nachricht
not-me-hint = 16 Buchstaben und Ziffern. Groß oder klein, Leerzeichen und Striche spielen keine Rolle.
not-me-submit = Stoppen
not-me-busy = Wird gestoppt…
not-me-done-title = Wir haben es gestoppt
not-me-done-undone = Was für die Kontowiederherstellung eingerichtet war, ist wieder wie vorher. Niemand kann Ihr Konto wiederherstellen, bis der Helpdesk mit Ihnen gesprochen hat.
not-me-done-frozen = Niemand kann Ihr Konto wiederherstellen, bis der Helpdesk mit Ihnen gesprochen hat.
not-me-done-next = Wenden Sie sich jetzt an den Helpdesk unten. Wenn Ihr Passwort geändert wurde, kann nur der Helpdesk Ihnen ein neues geben.

## Who are you?

identify-title-forgotten = Passwort zurücksetzen
identify-title-never_received = Ihr erstes Passwort
identify-title-locked_out = Konto entsperren
identify-title-change = Mein Passwort ändern
identify-title-register = Kontowiederherstellung einrichten
identify-text-forgotten = Sagen Sie uns, wer Sie sind. Dann weisen Sie es in zwei kurzen Schritten nach.
identify-text-never_received = Sagen Sie uns, wer Sie sind. Dann weisen Sie es mit dem nach, was Ihre Hochschule von Ihnen weiß.
identify-text-locked_out = Sagen Sie uns, wer Sie sind. Dann weisen Sie es nach, und wir entsperren Ihr Konto. Ihr Passwort bleibt, wie es ist.
identify-text-change = Sagen Sie uns, wer Sie sind. Danach fragen wir nach Ihrem jetzigen Passwort.
identify-text-register = Sagen Sie uns, wer Sie sind. Danach können Sie wählen, wie Sie wieder hineinkommen, falls Sie Ihr Passwort einmal vergessen.
account-label = Benutzerkennung
account-example = Zum Beispiel { $example }
signed-in-as = Sie sind als { $account } angemeldet.
not-you = Nicht Sie?
characters-title = Zeigen Sie, dass Sie ein Mensch sind
characters-alt = Bild mit verzerrten Buchstaben und Ziffern, die unten einzugeben sind. Sie können sie stattdessen anhören.
characters-listen = Anhören
characters-stop = Anhalten
characters-playing = Sie hören jetzt die Zeichen.
characters-silent = Der Ton kann auf diesem Computer nicht abgespielt werden.
characters-other = Andere Zeichen
characters-new = Jetzt sind es andere Zeichen.
characters-label = Die Zeichen, die Sie sehen oder hören
characters-hint =
    { $length ->
        [one] 1 Zeichen. Groß oder klein spielt keine Rolle.
       *[other] { $length } Zeichen. Groß oder klein spielt keine Rolle.
    }
characters-skip = Das kann ich nicht benutzen
characters-skipped = Sie brauchen die Zeichen nicht. Weiter geht es mit „Weiter“.

## Sign in

sign-in-title = Melden Sie sich an, um die Kontowiederherstellung einzurichten
sign-in-text = Danach wählen Sie, wie Sie wieder hineinkommen, wenn Sie einmal ausgesperrt sind.
sign-in-again-title = Melden Sie sich noch einmal an
sign-in-again-text = Zum Schutz Ihres Kontos fragen wir noch einmal nach Ihrem Passwort, bevor etwas geändert wird.
password-label = Ihr Passwort
password-unknown = Ich kenne mein Passwort nicht

## Choose a method

choose-title = Wie sollen wir prüfen, dass Sie es sind?
choose-title-next = Weisen Sie es nun auf einem zweiten Weg nach
choose-legend = Wählen Sie eine Möglichkeit
method-text_mobile = SMS an mein Handy senden
method-call_mobile = Mein Handy anrufen
method-call_office = Mein Bürotelefon anrufen
method-email = E-Mail an mich senden
method-totp = Meine Authenticator-App verwenden
method-questions = Meine Sicherheitsfragen beantworten
method-recovery_code = Einen Wiederherstellungscode verwenden
method-recovery_code-text = Einer der Codes, die Sie gedruckt oder gespeichert haben.
method-helpdesk_pass = Pass vom Helpdesk verwenden
method-helpdesk_pass-text = Der Helpdesk kann Ihnen einen geben, nachdem er geprüft hat, wer Sie sind.
method-current_password = Mein jetziges Passwort verwenden
phone-mobile-label = Ihre Handynummer
phone-office-label = Die Nummer Ihres Bürotelefons
phone-hint = Geben Sie die vollständige Nummer ein, beginnend mit + und der Landesvorwahl, oder so, wie Sie sie wählen würden.
email-label = Ihre E-Mail-Adresse
email-hint = Geben Sie vollständig die Adresse ein, die Sie für die Kontowiederherstellung angegeben haben.
choose-none = Nichts davon passt, oder Sie haben nie etwas eingerichtet? Der Helpdesk kann helfen: Sie finden ihn am Ende dieses Fensters.

## Enter the code

code-title = Geben Sie den Code ein
code-title-recovery_code = Wiederherstellungscode eingeben
code-title-helpdesk_pass = Pass vom Helpdesk eingeben
code-label = Code
code-label-recovery_code = Wiederherstellungscode
code-label-helpdesk_pass = Pass
code-hint =
    { $length ->
        [one] 1 Ziffer. Sie können den Code einfügen, Leerzeichen spielen keine Rolle.
       *[other] { $length } Ziffern. Sie können den Code einfügen, Leerzeichen spielen keine Rolle.
    }
code-hint-letters = Sie können ihn einfügen. Groß oder klein, Leerzeichen und Striche spielen keine Rolle.
code-text_mobile-to = Wenn { $to } die Nummer ist, die wir von Ihnen haben, ist eine SMS mit einem Code unterwegs.
code-text_mobile = Eine SMS mit einem Code ist zu Ihrem Handy unterwegs.
code-call_mobile-to = Wenn { $to } die Nummer ist, die wir von Ihnen haben, rufen wir sie jetzt an und lesen einen Code vor.
code-call_mobile = Wir rufen jetzt Ihr Handy an und lesen einen Code vor.
code-call_office-to = Wenn { $to } die Nummer ist, die wir von Ihnen haben, rufen wir sie jetzt an und lesen einen Code vor.
code-call_office = Wir rufen jetzt Ihr Bürotelefon an und lesen einen Code vor.
code-email-to = Wenn { $to } die Adresse ist, die wir von Ihnen haben, ist eine E-Mail mit einem Code unterwegs.
code-email = Eine E-Mail mit einem Code ist zu Ihnen unterwegs.
code-totp = Öffnen Sie Ihre Authenticator-App und geben Sie den Code ein, den sie für Ihr Hochschulkonto zeigt.
code-recovery_code = Geben Sie einen der Wiederherstellungscodes ein, die Sie beim Einrichten der Kontowiederherstellung gespeichert haben. Jeder gilt nur einmal.
code-helpdesk_pass = Geben Sie den Pass ein, den der Helpdesk Ihnen gegeben hat. Er gilt einmal und nur für wenige Minuten.
code-current_password = Geben Sie Ihr jetziges Passwort ein.
code-expires-minutes =
    { $minutes ->
        [one] Der Code gilt noch 1 Minute.
       *[other] Der Code gilt noch { $minutes } Minuten.
    }
code-expires-seconds =
    { $seconds ->
        [one] Der Code gilt noch 1 Sekunde.
       *[other] Der Code gilt noch { $seconds } Sekunden.
    }
code-over = Dieser Code ist abgelaufen. Fordern Sie unten einen neuen an.
resend = Neuen Code senden
resend-call = Noch einmal anrufen
resend-wait =
    { $seconds ->
        [one] Nichts angekommen? In 1 Sekunde können Sie es noch einmal anfordern.
       *[other] Nichts angekommen? In { $seconds } Sekunden können Sie es noch einmal anfordern.
    }
resend-now = Nichts angekommen?

## Answer questions

questions-title = Beantworten Sie Ihre Sicherheitsfragen
questions-text = Geben Sie die Antworten so ein, wie Sie sie beim Einrichten der Kontowiederherstellung gegeben haben. Groß- und Kleinschreibung und zusätzliche Leerzeichen spielen keine Rolle.
questions-show = Antworten anzeigen
questions-hide = Antworten verbergen
question-first_pet = Wie hieß Ihr erstes Haustier?
question-first_school = Wie hieß Ihre erste Schule?
question-childhood_street = In welcher Straße haben Sie als Kind gewohnt?
question-favourite_teacher = Wie hieß Ihre Lieblingslehrerin oder Ihr Lieblingslehrer?
question-first_concert = Welches war das erste Konzert, das Sie besucht haben?
question-grandmother_town = In welchem Ort hat Ihre Großmutter gewohnt?
question-first_job_city = In welcher Stadt war Ihre erste Arbeitsstelle?
question-childhood_friend = Wie hieß Ihre beste Freundin oder Ihr bester Freund in der Kindheit?
question-oldest_cousin = Wie heißt Ihre älteste Cousine oder Ihr ältester Cousin mit Vornamen?
question-favourite_book = Was war als Kind Ihr Lieblingsbuch?
question-first_film = Welchen Film haben Sie als ersten im Kino gesehen?
question-favourite_toy = Wie hieß Ihr liebstes Spielzeug, als Sie ein Kind waren?
question-childhood_neighbour = Wie hießen Ihre Nachbarn mit Nachnamen, als Sie ein Kind waren?
question-first_boss = Wie hieß die erste Person, für die Sie gearbeitet haben, mit Nachnamen?
question-seat_neighbour = Wer saß in Ihrem ersten Schuljahr neben Ihnen?
question-first_dish = Welches Gericht haben Sie als erstes kochen gelernt?

## New password

new-title = Wählen Sie ein neues Passwort
new-suggestion = Vier oder mehr zufällige Wörter eignen sich gut. Auch 12 bis 16 Zeichen mit Groß- und Kleinbuchstaben, einer Ziffer und einem Sonderzeichen sind eine gute Wahl.
new-suggestion-long = Vier oder mehr zufällige Wörter eignen sich gut und sind leicht zu merken.
new-label = Neues Passwort
confirm-label = Geben Sie das neue Passwort noch einmal ein
finish = Abschließen
finishing = Ihr neues Passwort wird gesetzt…
rules-title = Regeln für Ihr neues Passwort
rule-min_length =
    { $value ->
        [one] mindestens 1 Zeichen
       *[other] mindestens { $value } Zeichen
    }
rule-max_length =
    { $value ->
        [one] höchstens 1 Zeichen
       *[other] höchstens { $value } Zeichen
    }
rule-kinds =
    { $value ->
        [one] 1 davon: Großbuchstaben, Kleinbuchstaben, Ziffern, Sonderzeichen
       *[other] { $value } davon: Großbuchstaben, Kleinbuchstaben, Ziffern, Sonderzeichen
    }
rule-no_account = ohne Ihre Benutzerkennung
rule-not_common = keines der Passwörter, die alle zuerst ausprobieren
rule-not_old = anders als Ihr altes Passwort
rule-history =
    { $value ->
        [one] anders als Ihr letztes Passwort
       *[other] anders als Ihre letzten { $value } Passwörter
    }
verdict-kept = (erfüllt)
verdict-broken = (noch nicht)
verdict-later = (wird am Ende geprüft)
rules-kept = Erfüllte Regeln: { $kept } von { $of }.
strength-0 = Sehr leicht zu erraten
strength-1 = Leicht zu erraten
strength-2 = Könnte stärker sein
strength-3 = Stark
strength-4 = Sehr stark
advice-edge_blank = Das Leerzeichen am Anfang oder Ende gehört zum Passwort: Sie müssen es jedes Mal mit eingeben.
advice-keyboard_pattern = Tasten, die nebeneinanderliegen, sind leicht zu erraten.
advice-repeats = Wiederholte Wörter und Buchstaben sind leicht zu erraten.
advice-sequence = Folgen wie abc oder 6543 sind leicht zu erraten.
advice-year = Jahreszahlen sind leicht zu erraten.
advice-date = Datumsangaben sind leicht zu erraten.
advice-common_word = Ein einzelnes Wort ist leicht zu erraten.
advice-name = Namen allein sind leicht zu erraten.
advice-common_password = Das ähnelt einem Passwort, das viele verwenden.
advice-substitutions = Großbuchstaben und ein Tausch wie @ statt a helfen wenig.
advice-add_words = Fügen Sie noch ein oder zwei Wörter hinzu.
advice-uncommon_words = Seltenere Wörter sind schwerer zu erraten.
passwords-differ = Die beiden Passwörter sind noch nicht gleich.
passphrase-make = Zufällige Wörter vorschlagen
passphrase-title = Wie wäre es mit diesen Wörtern?
passphrase-text = Schreiben Sie sie auf, oder überlassen Sie sie Ihrem Passwortmanager.
passphrase-use = Diese nehmen
passphrase-another = Andere Wörter
passphrase-used = Beide Felder sind ausgefüllt.

## Change password

change-title = Mein Passwort ändern
old-label = Ihr jetziges Passwort
change = Passwort ändern
changing = Ihr Passwort wird geändert…

## Working

working-title = Wir warten auf die Bestätigung Ihrer Hochschule
working-text = Das kann eine Minute dauern. Bitte lassen Sie dieses Fenster offen; wir sagen es Ihnen, sobald es feststeht.
working-late-title = Das dauert länger als sonst
working-late-text = Ihre Hochschule hat noch nicht bestätigt, ob die Änderung vorgenommen wurde. Wir fragen weiter nach; Sie können dieses Fenster schließen, dadurch geht nichts verloren. Wenn in zehn Minuten weder Ihr neues noch Ihr altes Passwort funktioniert, wenden Sie sich an den Helpdesk unten.

## Done

done-title-forgotten = Ihr Passwort wurde zurückgesetzt
done-title-never_received = Ihr Passwort wurde gesetzt
done-title-locked_out = Ihr Konto ist entsperrt
done-title-change = Ihr Passwort wurde geändert
done-title-register = Die Kontowiederherstellung ist eingerichtet
done-title-register-open = Die Kontowiederherstellung ist noch nicht vollständig
done-text-forgotten = Sie können sich jetzt mit Ihrem neuen Passwort anmelden.
done-text-never_received = Sie können sich jetzt damit anmelden. Willkommen!
done-text-locked_out = Sie können sich wieder mit Ihrem bisherigen Passwort anmelden. Es wurde nicht geändert.
done-text-change = Melden Sie sich von jetzt an mit Ihrem neuen Passwort an.
done-text-register = Wenn Sie einmal ausgesperrt sind, beginnen Sie wieder hier.
done-unlocked = Ihr Konto war gesperrt. Jetzt ist es entsperrt.
done-locked-elsewhere = Einer der Server Ihres Campus hat nicht bestätigt, dass Ihr Konto auch dort entsperrt ist. Wenn Sie sich irgendwo nicht anmelden können, warten Sie einige Minuten und entsperren Sie Ihr Konto hier noch einmal, oder wenden Sie sich an den Helpdesk.
done-old-until = Eine Zeit lang, bis { $time } Uhr, funktioniert Ihr altes Passwort an manchen Stellen vielleicht noch. Das ist normal.
done-elsewhere = Ihr Handy und andere Computer haben noch das alte Passwort. Wenn sie danach fragen, geben Sie dort das neue ein.
replacement-title = Ein neuer Wiederherstellungscode für Sie
replacement-text = Er tritt an die Stelle des Codes, den Sie gerade benutzt haben. Schreiben Sie ihn auf Ihre Liste: Wir zeigen ihn nur jetzt.
feedback-title = War das hilfreich?
feedback-yes = Ja
feedback-no = Nein
feedback-label = Was könnte besser sein? Sie können das leer lassen.
feedback-hint = Bitte schreiben Sie hier weder Ihren Namen noch ein Passwort hinein. Wir speichern es ohne Ihr Konto.
feedback-send = Senden
feedback-thanks = Danke, dass Sie uns das sagen.
places-title = Auf diesem Computer
places-looking = Anmeldungen, die mit Ihrem alten Passwort gespeichert sind, werden gesucht…
places-refreshing = Gespeicherte Anmeldungen werden aktualisiert…
places-nothing = Dort, wo wir nachsehen können, haben wir keine gespeicherte Anmeldung mit Ihrer Benutzerkennung gefunden.
places-asking-legend = Welche davon haben Ihr altes Passwort verwendet? Kreuzen Sie sie an, dann aktualisieren wir sie.
places-select-all = Alle auswählen
places-refresh =
    { $count ->
        [0] Anmeldungen aktualisieren
        [one] 1 Anmeldung aktualisieren
       *[other] { $count } Anmeldungen aktualisieren
    }
places-leave = So lassen, wie sie sind
places-tick-first = Kreuzen Sie zuerst die Anmeldungen an, die aktualisiert werden sollen. Hat keine davon Ihr altes Passwort verwendet, lassen Sie sie so, wie sie sind.
places-summary-open =
    { $open ->
        [one] { $updated } von { $count } aktualisiert, { $open } wartet auf Sie.
       *[other] { $updated } von { $count } aktualisiert, { $open } warten auf Sie.
    }
places-summary-part = { $updated } von { $count } aktualisiert. Nicht überall konnten wir nachsehen.
places-summary-done = Alles erledigt: { $updated } von { $count } aktualisiert.
places-later = Den Rest können Sie später erledigen: Wählen Sie das Latchkey-Symbol neben der Uhr oder öffnen Sie Latchkey noch einmal.
places-leave-for-good = Den Rest so lassen und mich nicht mehr erinnern
places-put-back = Zurücksetzen
places-retry = Erneut versuchen
report-copy = Bericht für den Helpdesk kopieren
report-copied = Kopiert
report-refused = Dieser Computer lässt uns nicht kopieren. Markieren Sie den Text und kopieren Sie ihn selbst.
report-label = Bericht für den Helpdesk
unlock-text = Ihr Schlüsselbund ist gesperrt, deshalb konnten wir nicht hineinsehen. Entsperren Sie ihn mit dem Passwort Ihres Computers, dann machen wir weiter.
unlock = Schlüsselbund entsperren
copy-user = Benutzername: { $user }
copy-hidden = Eine Anmeldung in einem gesperrten Schlüsselbund
copy-no-password = Anscheinend ein Schlüssel oder Token und kein Passwort.
old-opens-title = Ihr Anmelde-Schlüsselbund öffnet sich noch mit dem alten Passwort
old-opens-text = Wenn dieser Computer nach dessen Passwort fragt, geben Sie das alte ein. Wenn Sie es nicht kennen, hilft der Helpdesk.
place-login_keyring = Schlüsselbund, der sich bei der Anmeldung öffnet
place-tickets = Kerberos-Tickets
place-offline_sign_in = Anmelden außerhalb der Hochschule
outcome-waiting = Wird aktualisiert…
outcome-updated = Aktualisiert
outcome-renewed = Aktualisiert: mit dem neuen Passwort angemeldet
outcome-unverified = Aktualisiert. Dieser Computer lässt es niemanden nachlesen.
outcome-already_fine = Schon in Ordnung
outcome-left_alone = Unverändert gelassen
outcome-put_back = Zurückgesetzt, wie es war
outcome-gone = Nicht mehr vorhanden
outcome-needs_unlock = Wartet auf Sie: Der Schlüsselbund ist gesperrt
outcome-needs_tick = Nicht aktualisiert: wartet auf Ihr Kreuz
outcome-needs_answer = Nicht aktualisiert: Dieser Computer hat gefragt und keine Antwort bekommen. Versuchen Sie es noch einmal und erlauben Sie es.
outcome-old_opens = Öffnet sich noch mit dem alten Passwort
outcome-not_yet = Noch nicht: Die Hochschule kennt Ihr neues Passwort dort noch nicht. Versuchen Sie es in ein paar Minuten erneut.
outcome-unreachable = Nicht aktualisiert: Es kam keine Antwort. Geben Sie das neue Passwort ein, wenn das Programm danach fragt.
outcome-unknown = Nicht sicher: Es hat zu lange gedauert. Geben Sie das neue Passwort ein, falls das Programm danach fragt.
outcome-refused = Nicht aktualisiert: Es wurde abgelehnt. Geben Sie das neue Passwort ein, wenn das Programm danach fragt.
outcome-not_kept = Nicht bestätigt: Es wurde gespeichert, beim Nachlesen steht dort aber etwas anderes. Geben Sie das neue Passwort ein, wenn das Programm danach fragt.
outcome-not_yours = Unverändert gelassen: gehört anscheinend jemand anderem
missing-secret_service = Wir konnten nicht in den Schlüsselbund dieses Computers sehen. Vielleicht fragt ein Programm noch nach Ihrem neuen Passwort.
missing-credential_manager = Wir konnten nicht in die Anmeldeinformationsverwaltung sehen. Vielleicht fragt ein Programm noch nach Ihrem neuen Passwort.
missing-keychain = Wir konnten nicht in den Schlüsselbund sehen. Vielleicht fragt ein Programm noch nach Ihrem neuen Passwort.
missing-login_keyring = Wir konnten nicht in den Schlüsselbund sehen, der sich bei der Anmeldung öffnet. Vielleicht fragt ein Programm noch nach Ihrem neuen Passwort.
missing-networks = Wir konnten nicht in die Netzwerke dieses Computers sehen. Vielleicht fragt er noch nach Ihrem neuen Passwort.
missing-drives = Wir konnten nicht in die Anmeldungen der Netzlaufwerke sehen. Vielleicht fragt dieser Computer noch nach Ihrem neuen Passwort.
missing-tickets = Wir konnten nicht in Ihre Kerberos-Tickets sehen. Melden Sie sich ab und wieder an.
missing-offline_sign_in = Wir konnten nicht sehen, was dieser Computer für Anmeldungen außerhalb der Hochschule aufbewahrt. Melden Sie sich an der Hochschule ab und wieder an.
missing-campus_program = Wir konnten nicht in einen Speicher Ihrer Hochschule sehen. Vielleicht fragt ein Programm noch nach Ihrem neuen Passwort.
missing-named = Wir konnten nicht in { $name } sehen. Vielleicht fragt ein Programm noch nach Ihrem neuen Passwort.
place-error-unreachable = Es kam keine Antwort.
place-error-timed_out = Die Antwort hat zu lange gedauert.
place-error-refused = Wir wurden abgewiesen.
place-error-declined = Die Frage dieses Computers wurde geschlossen.
place-error-broken = Ein Teil dieser App funktioniert hier nicht. Bitte geben Sie dem Helpdesk Bescheid.

## What is set up

manage-title = Ihre Wege zurück
manage-text = Wenn Sie einmal ausgesperrt sind, weisen Sie auf zwei dieser Wege nach, wer Sie sind.
manage-empty = Noch ist nichts eingerichtet. Wenn Sie Ihr Passwort jetzt vergessen, kann nur der Helpdesk helfen.
manage-not-enough = Das reicht noch nicht. Fügen Sie einen weiteren Weg hinzu, möglichst auf einem anderen Gerät.
manage-enough = Das reicht, um wieder hineinzukommen.
manage-nudge = Nummern ändern sich, und Handys gehen verloren. Eine Authenticator-App oder Wiederherstellungscodes helfen auch dann.
manage-list = Was eingerichtet ist
manage-add = Weg hinzufügen
manage-fixed = Wird von Ihrer Hochschule gepflegt
manage-due = Lange nicht benutzt
manage-check = Prüfen, ob es noch geht
manage-change = Ändern
manage-renew = Neue Codes machen
manage-remove = Entfernen
manage-recommended = Empfohlen
manage-wanted = Von Ihrer Hochschule verlangt
manage-later = Fertig für jetzt
manage-left =
    { $left ->
        [0] Keine Codes mehr
        [one] Noch 1 Code
       *[other] Noch { $left } Codes
    }
means-mobile = Handy
means-office = Bürotelefon
means-email = Private E-Mail
means-authenticator = Authenticator-App
means-questions = Sicherheitsfragen
means-recovery_codes = Wiederherstellungscodes
means-mobile-text = Wir senden Ihnen einen Code per SMS oder rufen an und lesen ihn vor.
means-office-text = Wir rufen an Ihrem Schreibtisch an und lesen einen Code vor.
means-email-text = Wir senden einen Code an eine Adresse außerhalb Ihrer Hochschule.
means-authenticator-text = Eine App auf Ihrem Handy zeigt einen Code, auch ohne Empfang.
means-questions-text = Sie beantworten Fragen, deren Antworten nur Sie kennen.
means-recovery_codes-text = Eine Liste von Codes zum Drucken oder Speichern. Jeder gilt einmal.
said-added-mobile = Ihr Handy ist eingerichtet.
said-added-office = Ihr Bürotelefon ist eingerichtet.
said-added-email = Ihre private E-Mail-Adresse ist eingerichtet.
said-added-authenticator = Ihre Authenticator-App ist eingerichtet.
said-added-questions = Ihre Sicherheitsfragen sind eingerichtet.
said-added-recovery_codes = Ihre Wiederherstellungscodes sind eingerichtet.
said-checked-mobile = Ihr Handy funktioniert noch.
said-checked-office = Ihr Bürotelefon funktioniert noch.
said-checked-email = Ihre private E-Mail-Adresse funktioniert noch.
said-checked-authenticator = Ihre Authenticator-App funktioniert noch.
said-checked-questions = Ihre Sicherheitsfragen funktionieren noch.
said-checked-recovery_codes = Ihre Wiederherstellungscodes funktionieren noch.
said-removed-mobile = Ihr Handy wurde entfernt.
said-removed-office = Ihr Bürotelefon wurde entfernt.
said-removed-email = Ihre private E-Mail-Adresse wurde entfernt.
said-removed-authenticator = Ihre Authenticator-App wurde entfernt.
said-removed-questions = Ihre Sicherheitsfragen wurden entfernt.
said-removed-recovery_codes = Ihre Wiederherstellungscodes wurden entfernt.

## Add a way

add-title-mobile = Handy hinzufügen
add-title-office = Bürotelefon hinzufügen
add-title-email = Private E-Mail-Adresse hinzufügen
add-text-phone = Wir senden jetzt einen Code dorthin, um sicher zu sein, dass er Sie erreicht.
add-text-email = Wir senden jetzt einen Code dorthin, um sicher zu sein, dass er Sie erreicht. Nehmen Sie eine Adresse außerhalb Ihrer Hochschule: Wenn Sie ausgesperrt sind, können Sie deren E-Mails nicht lesen.
add-phone-hint = Beginnen Sie mit + und der Landesvorwahl.
add-email-hint = Zum Beispiel eine Adresse bei Gmail, Outlook oder iCloud.
add-email-label = Ihre private E-Mail-Adresse
add-risk = Telefonnummern können übernommen und Nachrichten an sie von anderen gelesen werden. Eine Authenticator-App oder Wiederherstellungscodes sind sicherer: Sie können sie auf der vorigen Seite hinzufügen.
add-by = Wie soll der Code zu Ihnen kommen?
confirm-text_mobile = Eine SMS mit einem Code ist unterwegs an { $to }.
confirm-call_mobile = Wir rufen jetzt { $to } an, um einen Code vorzulesen.
confirm-call_office = Wir rufen jetzt { $to } an, um einen Code vorzulesen.
confirm-email = Eine E-Mail mit einem Code ist unterwegs an { $to }.
confirm-text_mobile-known = Eine SMS mit einem Code ist zu Ihrem Handy unterwegs.
confirm-call_mobile-known = Wir rufen jetzt Ihr Handy an, um einen Code vorzulesen.
confirm-call_office-known = Wir rufen jetzt Ihr Bürotelefon an, um einen Code vorzulesen.
confirm-email-known = Eine E-Mail mit einem Code ist zu Ihnen unterwegs.
confirm-totp = Öffnen Sie Ihre Authenticator-App und geben Sie den Code ein, den sie für Ihr Hochschulkonto zeigt.
confirm-recovery_code = Geben Sie einen Ihrer Wiederherstellungscodes ein.
authenticator-title = Authenticator-App einrichten
authenticator-open-title = Öffnen Sie Ihre Authenticator-App
authenticator-open-text = Wenn Sie keine haben, installieren Sie eine auf Ihrem Handy. Jede App, die sechsstellige Codes zeigt, ist geeignet.
authenticator-scan-title = Scannen Sie damit dieses Bild
authenticator-scan-text = Oder wählen Sie in der App „Schlüssel eingeben“ und geben Sie dies ein:
authenticator-qr = QR-Code für Ihre Authenticator-App. Dasselbe folgt als Text.
authenticator-key = Schlüssel
authenticator-code-title = Geben Sie den Code ein, den die App zeigt
add-questions-title = Wählen Sie Ihre Sicherheitsfragen
add-questions-text = Wählen Sie Fragen, die Sie in einem Jahr noch genauso beantworten, und Antworten, die niemand nachschlagen oder erraten kann.
add-questions-legend = Frage { $number } von { $of }
add-questions-question = Frage
add-questions-choose = Frage wählen
add-questions-answer = Ihre Antwort
add-questions-hint = 3 bis 40 Zeichen. Sie muss nicht wahr sein, solange Sie sich daran erinnern.
codes-title = Bewahren Sie diese Wiederherstellungscodes auf
codes-text = Jeder bringt Sie einmal wieder hinein, wenn nichts anderes zur Hand ist. Wir zeigen sie nur jetzt: Drucken oder speichern Sie sie, und bewahren Sie sie dort auf, wo sonst niemand nachsieht.
codes-print = Drucken
codes-save = Als Datei speichern
codes-saved = Gespeichert als { $file }
codes-kept = Ich habe sie aufbewahrt
codes-keeping = Werden eingeschaltet…
remove-title-mobile = Ihr Handy entfernen?
remove-title-office = Ihr Bürotelefon entfernen?
remove-title-email = Ihre private E-Mail-Adresse entfernen?
remove-title-authenticator = Ihre Authenticator-App entfernen?
remove-title-questions = Ihre Sicherheitsfragen entfernen?
remove-title-recovery_codes = Ihre Wiederherstellungscodes entfernen?
remove-text = Danach kommen Sie auf diesem Weg nicht mehr hinein. Sie können ihn jederzeit wieder hinzufügen.
remove-hint = Es geht um den Weg, den wir als { $hint } kennen.
remove = Entfernen
removing = Wird entfernt…
keep = Behalten

## Helpdesk and about

helpdesk-page-title = Sprechen Sie mit dem Helpdesk
helpdesk-page-text = Menschen an Ihrer Hochschule können helfen, wenn hier nichts hilft.
helpdesk-page-unknown = Wir konnten Ihre Hochschule nicht fragen, wie der Helpdesk zu erreichen ist.
helpdesk-have-title = Was Sie bereithalten sollten
helpdesk-have-account = Ihre Benutzerkennung.
helpdesk-have-identity = Etwas, das zeigt, wer Sie sind, etwa Ihren Hochschulausweis.
helpdesk-have-code = Ihren Support-Code: { $code }
helpdesk-have-code-none = Den Support-Code, wenn ein Fenster dieser App einen zeigt.
helpdesk-never = Der Helpdesk fragt nie nach Ihrem Passwort oder nach einem Code, den wir Ihnen gesendet haben.
about-title = Über diese App

## Finish on this computer

finish-places-title = Auf diesem Computer abschließen
finish-places-text = Das Passwort von { $account } wurde geändert ({ $time } Uhr). Geben Sie Ihr neues Passwort einmal ein, dann aktualisieren wir die hier gespeicherten Anmeldungen.
finish-places-label = Ihr neues Passwort
finish-places-old-label = Ihr altes Passwort (freiwillig)
finish-places-old-hint = Wenn Sie es noch wissen, werden Anmeldungen mit diesem Passwort aktualisiert, ohne Sie nach jeder zu fragen. Es verlässt diesen Computer nicht.
finish-places-submit = Anmeldungen aktualisieren
finish-places-busy = Wird gesucht…

## When it ends early

blocked-title = Zu viele Versuche
blocked-until = Um Ihr Konto zu schützen, haben wir hier angehalten. Ab { $time } Uhr können Sie es wieder versuchen.
blocked-text = Um Ihr Konto zu schützen, haben wir hier angehalten. Der Helpdesk kann Ihnen sagen, wie es weitergeht.
blocked-account = Ihr Konto selbst wurde dadurch nicht gesperrt. Wenn Sie nicht warten können, wenden Sie sich an den Helpdesk unten.
cancelled-title = Abgebrochen
cancelled-text = Ihr Passwort wurde nicht geändert. Sie können jederzeit neu beginnen.
uncertain-title = Wir wissen nicht, ob Ihre Änderung vorgenommen wurde
uncertain-text = Ihre Hochschule wurde darum gebeten, aber ihre Antwort ging verloren. Auf diesem Computer wurde nichts geändert.
uncertain-next = Melden Sie sich mit dem neuen Passwort an. Wenn es nicht funktioniert, nehmen Sie das bisherige.
uncertain-helpdesk = Wenn keines von beiden funktioniert, wenden Sie sich an den Helpdesk unten, bevor Sie es wieder versuchen.
expired-title = Das hat zu lange gedauert
expired-text = Um Ihr Konto zu schützen, warten wir nicht länger. Beginnen Sie neu, wenn Sie so weit sind.
offline-title = Wir erreichen Ihre Hochschule nicht
offline-text = Prüfen Sie, ob dieser Computer mit dem Netzwerk verbunden ist. Wir versuchen es automatisch weiter.
offline-in-flow = Prüfen Sie, ob dieser Computer mit dem Netzwerk verbunden ist. Nichts von dem, was Sie getan haben, ist verloren: Wir machen dort weiter, wo Sie waren.
offline-title-clock = Geht die Uhr dieses Computers richtig?
offline-text-clock = Dieser Computer zeigt diese Zeit: { $time }. Mit einer falschen Uhr kann er nicht sicher sein, dass er mit Ihrer Hochschule spricht.
offline-next-clock = Wenn das falsch ist, stellen Sie Datum und Uhrzeit in den Einstellungen dieses Computers. Wenn Sie das nicht dürfen, sagen Sie es dem Helpdesk.
offline-title-certificate = Das scheint nicht Ihre Hochschule zu sein
offline-text-certificate = Etwas antwortet anstelle Ihrer Hochschule. Darum haben wir aufgehört, bevor etwas dorthin gesendet wurde.
offline-next-certificate = Geben Sie Ihr Passwort in diesem Netz jetzt nirgends ein. Sagen Sie es dem Helpdesk, oder versuchen Sie es in einem anderen Netz.
offline-title-suspended = Die Passworthilfe macht Pause
offline-text-suspended = Ihre Hochschule hat Passwortänderungen für eine Weile angehalten. Ihr Passwort ist unverändert, und wir fragen automatisch weiter nach. Wenn Sie nicht warten können, wenden Sie sich an den Helpdesk.
offline-in-flow-suspended = Ihre Hochschule hat Passwortänderungen für eine Weile angehalten. Ihr Passwort ist unverändert. Bleiben Sie hier, dann machen wir dort weiter, wo Sie waren, soweit die Zeit reicht. Wenn Sie nicht warten können, wenden Sie sich an den Helpdesk.
offline-retry =
    { $seconds ->
        [0] Wir versuchen es jetzt noch einmal…
        [one] In 1 Sekunde versuchen wir es noch einmal.
       *[other] In { $seconds } Sekunden versuchen wir es noch einmal.
    }
retry = Jetzt versuchen
retry-certificate = Noch einmal versuchen
unusable-title = Das funktioniert hier noch nicht
unusable-no_server = Diesem Computer wurde noch nicht gesagt, welchen Server er verwenden soll. Bitte geben Sie dem Helpdesk Bescheid.
unusable-bad_settings = Die Einstellungen dieses Computers sind nicht lesbar. Bitte geben Sie dem Helpdesk Bescheid.
unusable-too_old = Diese Version der App ist zu alt für Ihre Hochschule. Installieren Sie Updates oder geben Sie dem Helpdesk Bescheid.
unusable-not_offered = Ihre Hochschule bietet das hier nicht an. Der Helpdesk kann Ihnen stattdessen helfen.
unusable-nothing_to_finish = Auf diesem Computer ist nichts mehr abzuschließen.
nothing-to-finish-title = Hier ist alles erledigt

## Errors: what to do next

trouble-account_missing = Geben Sie Ihre Benutzerkennung ein, um fortzufahren.
trouble-account_too_long = Das ist länger als jede Benutzerkennung. Prüfen Sie, was hier eingegeben oder eingefügt wurde.
trouble-characters_missing = Geben Sie die Zeichen ein, um fortzufahren, oder wählen Sie „Das kann ich nicht benutzen“.
trouble-destination_missing = Geben Sie die vollständige Nummer oder Adresse ein, um fortzufahren.
trouble-code_missing = Geben Sie den Code ein, um fortzufahren.
trouble-answers_missing = Beantworten Sie jede Frage, um fortzufahren.
trouble-questions_repeated = Sie haben eine Frage zweimal gewählt. Wählen Sie stattdessen eine andere.
trouble-not_saved = Die Datei konnte nicht gespeichert werden. Drucken Sie die Codes, oder schreiben Sie sie auf.
trouble-old_password_missing = Geben Sie Ihr jetziges Passwort ein, um fortzufahren.
trouble-passwords_differ = Die beiden neuen Passwörter sind nicht gleich. Geben Sie das zweite noch einmal ein.
trouble-seal_broken = Unterwegs ist etwas verloren gegangen. Bitte wählen Sie die Schaltfläche noch einmal.
trouble-human_check_failed = Die Prüfung, dass Sie kein Roboter sind, hat nicht geklappt. Wählen Sie „Weiter“, um es noch einmal zu versuchen.
trouble-human_check_failed-characters = Das waren nicht die Zeichen. Hier sind andere: Geben Sie bitte diese ein.
trouble-method_unavailable = Dieser Weg ist gerade nicht verfügbar. Wählen Sie einen anderen.
trouble-destination_invalid = Das sieht nicht nach einer vollständigen Nummer oder Adresse aus. Prüfen Sie die Eingabe und versuchen Sie es noch einmal.
trouble-destination_wrong = Das stimmt nicht mit dem überein, was wir von Ihnen haben. Prüfen Sie die Eingabe oder wählen Sie einen anderen Weg.
trouble-destination_wrong-left =
    { $left ->
        [0] Das stimmt nicht mit dem überein, was wir von Ihnen haben. Wählen Sie einen anderen Weg oder wenden Sie sich an den Helpdesk.
        [one] Das stimmt nicht mit dem überein, was wir von Ihnen haben. Sie haben noch 1 Versuch.
       *[other] Das stimmt nicht mit dem überein, was wir von Ihnen haben. Prüfen Sie die Eingabe und versuchen Sie es noch einmal. Sie haben noch { $left } Versuche.
    }
trouble-destination_not_allowed = Diese Nummer oder Adresse kann hier nicht verwendet werden. Wählen Sie eine andere; sie darf nicht zur E-Mail Ihrer Hochschule gehören.
trouble-resend_too_soon = Für einen neuen Code ist es noch zu früh. Warten Sie einen Moment und fordern Sie ihn dann noch einmal an.
trouble-resend_too_soon-wait =
    { $seconds ->
        [one] Für einen neuen Code ist es noch zu früh. Fordern Sie ihn in 1 Sekunde noch einmal an.
       *[other] Für einen neuen Code ist es noch zu früh. Fordern Sie ihn in { $seconds } Sekunden noch einmal an.
    }
trouble-code_wrong = Dieser Code ist nicht richtig. Sehen Sie nach dem neuesten und versuchen Sie es noch einmal.
trouble-code_wrong-left =
    { $left ->
        [0] Dieser Code ist nicht richtig. Fordern Sie einen neuen Code an oder wenden Sie sich an den Helpdesk.
        [one] Dieser Code ist nicht richtig. Sie haben noch 1 Versuch; danach fordern Sie einen neuen Code an.
       *[other] Dieser Code ist nicht richtig. Sehen Sie nach dem neuesten und versuchen Sie es noch einmal. Sie haben noch { $left } Versuche.
    }
trouble-code_wrong-own = Dieser Code stimmt nicht oder wurde schon benutzt. Prüfen Sie ihn und versuchen Sie es noch einmal.
trouble-code_wrong-own-left =
    { $left ->
        [0] Dieser Code stimmt nicht. Wählen Sie einen anderen Weg, oder wenden Sie sich an den Helpdesk.
        [one] Dieser Code stimmt nicht oder wurde schon benutzt. Sie haben noch 1 Versuch.
       *[other] Dieser Code stimmt nicht oder wurde schon benutzt. Prüfen Sie ihn und versuchen Sie es noch einmal. Sie haben noch { $left } Versuche.
    }
trouble-code_expired-own = Dieser Code ist abgelaufen. Wählen Sie einen anderen Weg, oder wenden Sie sich an den Helpdesk.
trouble-code_spent-own = Das wurde zu oft versucht. Wählen Sie einen anderen Weg, oder wenden Sie sich an den Helpdesk.
trouble-code_expired = Dieser Code ist abgelaufen. Wählen Sie „Neuen Code senden“; Sie müssen nichts noch einmal eingeben.
trouble-code_spent = Dieser Code wurde zu oft versucht. Fordern Sie einen neuen Code an oder wenden Sie sich an den Helpdesk.
trouble-answers_wrong = Nicht alle Antworten sind richtig. Prüfen Sie sie und versuchen Sie es noch einmal.
trouble-answers_wrong-left =
    { $left ->
        [0] Nicht alle Antworten sind richtig. Wählen Sie einen anderen Weg oder wenden Sie sich an den Helpdesk.
        [one] Nicht alle Antworten sind richtig. Sie haben noch 1 Versuch.
       *[other] Nicht alle Antworten sind richtig. Prüfen Sie sie und versuchen Sie es noch einmal. Sie haben noch { $left } Versuche.
    }
trouble-answers_refused = Einige Antworten können nicht verwendet werden. Was zu ändern ist, steht jeweils darunter.
answer-too_short = Zu kurz: Nehmen Sie mindestens 3 Zeichen.
answer-too_long = Zu lang: Nehmen Sie höchstens 40 Zeichen.
answer-repeated = Diese Antwort haben Sie zweimal gegeben: Geben Sie jeder Frage eine eigene.
answer-in_question = Sie steht in der Frage: Wählen Sie eine andere Antwort.
answer-known = Ihre Hochschule hat das in ihren Unterlagen, also kennen es vielleicht andere: Wählen Sie eine andere Antwort.
answer-common = Viele geben diese Antwort: Wählen Sie eine, die schwerer zu erraten ist.
trouble-current_password_wrong = Dieses Passwort ist nicht richtig. Prüfen Sie, ob die Feststelltaste ausgeschaltet ist, und geben Sie es noch einmal ein.
trouble-current_password_wrong-left =
    { $left ->
        [0] Dieses Passwort ist nicht richtig, oder Ihr Konto ist gesperrt oder abgeschaltet. Wenden Sie sich an den Helpdesk, wenn Sie es nicht wissen oder sicher sind, dass es stimmt.
        [one] Dieses Passwort ist nicht richtig. Sie haben noch 1 Versuch.
       *[other] Dieses Passwort ist nicht richtig. Prüfen Sie, ob die Feststelltaste ausgeschaltet ist, und geben Sie es noch einmal ein. Sie haben noch { $left } Versuche.
    }
trouble-password_refused = Dieses Passwort kann nicht verwendet werden:
trouble-password_refused-other = Dieses Passwort wurde abgelehnt. Wählen Sie ein anderes.
trouble-proof_needed = Zum Schutz Ihres Kontos müssen wir noch einmal sicher sein, dass Sie es sind. Danach geht es weiter.
trouble-means_unavailable = Das kann hier jetzt nicht eingerichtet oder entfernt werden. Wählen Sie einen anderen Weg.
trouble-notice_unknown = Keine Nachricht hat diesen Code, oder er ist zu alt. Vergleichen Sie ihn mit der neuesten Nachricht, oder wenden Sie sich an den Helpdesk.
trouble-rate_limited = Das war zu oft in kurzer Zeit. Warten Sie einige Minuten und versuchen Sie es dann noch einmal.
trouble-rate_limited-until = Das war zu oft in kurzer Zeit. Versuchen Sie es ab { $time } Uhr noch einmal.
trouble-instead = Sie müssen nicht warten, wenn Sie eines davon verwenden:
trouble-client_too_old = Diese Version der App ist zu alt. Installieren Sie Updates oder wenden Sie sich an den Helpdesk.
trouble-unavailable = Etwas, das wir brauchen, ist gerade nicht erreichbar, deshalb wurde nichts geändert. Versuchen Sie es in einer Minute noch einmal.
trouble-suspended = Ihre Hochschule hat Passwortänderungen für eine Weile angehalten, deshalb wurde nichts geändert. Versuchen Sie es später noch einmal, oder wenden Sie sich an den Helpdesk.
trouble-stale = Inzwischen hat sich etwas geändert. Prüfen Sie diese Seite und versuchen Sie es noch einmal.
trouble-unauthorized = Diese Sitzung ist beendet. Bitte beginnen Sie neu.
trouble-internal = Auf unserer Seite ist etwas schiefgegangen. Versuchen Sie es noch einmal; wenn es so bleibt, wenden Sie sich an den Helpdesk.
refusal-too_short =
    { $value ->
        [one] Es ist zu kurz: Verwenden Sie mindestens 1 Zeichen.
       *[other] Es ist zu kurz: Verwenden Sie mindestens { $value } Zeichen.
    }
refusal-too_long =
    { $value ->
        [one] Es ist zu lang: Verwenden Sie höchstens 1 Zeichen.
       *[other] Es ist zu lang: Verwenden Sie höchstens { $value } Zeichen.
    }
refusal-too_few_kinds =
    { $value ->
        [one] Verwenden Sie 1 davon: Großbuchstaben, Kleinbuchstaben, Ziffern, Sonderzeichen.
       *[other] Verwenden Sie { $value } davon: Großbuchstaben, Kleinbuchstaben, Ziffern, Sonderzeichen.
    }
refusal-contains_account = Es enthält Ihre Benutzerkennung: Lassen Sie sie weg.
refusal-common = Es gehört zu den Passwörtern, die alle zuerst ausprobieren: Wählen Sie ein weniger häufiges.
refusal-same_as_old = Es ist das gleiche wie Ihr altes Passwort: Wählen Sie ein anderes.
refusal-used_before = Sie haben es schon einmal verwendet: Wählen Sie ein neues.
refusal-too_soon = Ihr Passwort wurde erst vor Kurzem geändert und kann noch nicht wieder geändert werden. Wenden Sie sich an den Helpdesk, wenn es dringend ist.
refusal-not_typeable = Es enthält ein Zeichen, das sich an einem Anmeldebildschirm nicht eingeben lässt: Lassen Sie es weg.
refusal-other = Das Verzeichnis hat keinen Grund genannt: Wählen Sie ein anderes Passwort.
