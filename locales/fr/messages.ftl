# Messages that the server sends. A text message should fit into 160 characters.

code-subject = Votre code { $campus }
code-text = { $campus } : { $code } est votre code. Il est valable { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }. Ne le donnez jamais à personne, y compris à l'assistance.
# A voice says it as soon as somebody answers; what follows only after a key was pressed.
code-call-prompt = Bonjour. Ici { $campus }, avec un code qui a été demandé. Pour l’entendre, appuyez sur n’importe quelle touche.
code-call = Votre code est : { $code }. Je répète, votre code est : { $code }. Ne le donnez jamais à personne, pas même à l’assistance. Au revoir.
code-email = { $code } est votre code { $campus }.
    Il est valable { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }.

    Ne le donnez jamais à personne, pas même à l’assistance. Si vous ne l’avez pas demandé, vous n’avez rien à faire : sans le code, personne ne peut entrer.

notice-subject = Votre compte { $campus }
# The code is typed into the window that says "I got a message about something I did not do".
notice-reset = { $campus } : votre mot de passe a été réinitialisé ({ $flow }). Ce n'est pas vous ? Tapez { $code } dans Latchkey et appelez l'assistance : { $helpdesk }
notice-change = { $campus } : votre mot de passe a été changé ({ $flow }). Ce n'est pas vous ? Tapez { $code } dans Latchkey et appelez l'assistance : { $helpdesk }
notice-unlock = { $campus } : votre compte a été déverrouillé ({ $flow }). Ce n'est pas vous ? Tapez { $code } dans Latchkey et appelez l'assistance : { $helpdesk }
# Nobody can tell whether it was.
notice-uncertain = { $campus } : votre compte a peut-être été modifié ({ $flow }). Ce n'est pas vous ? Tapez { $code } dans Latchkey et appelez l'assistance : { $helpdesk }
notice-tries = { $campus } : plusieurs tentatives d'accès à votre compte ont échoué ({ $flow }). Ce n'est pas vous ? Tapez { $code } dans Latchkey. Assistance : { $helpdesk }
notice-disabled = { $campus } : après de nombreux essais erronés, { $method ->
        [text_mobile] les SMS vers votre portable ont été désactivés
        [call_mobile] les appels vers votre portable ont été désactivés
        [call_office] les appels vers votre bureau ont été désactivés
        [email] les codes par e-mail ont été désactivés
        [totp] votre application d'authentification a été désactivée
       *[questions] vos questions de sécurité ont été désactivées
    } ({ $flow }). Configurez ce moyen à nouveau, ou appelez { $helpdesk }
notice-added = { $campus } : { $means ->
        [mobile] un portable a été ajouté
        [office] un téléphone de bureau a été ajouté
        [email] une adresse e-mail a été ajoutée
        [authenticator] une application d'authentification a été ajoutée
        [questions] des questions de sécurité ont été ajoutées
       *[recovery_codes] des codes de récupération ont été créés
    } pour votre compte ({ $flow }). Ce n'est pas vous ? Tapez { $code } dans Latchkey, ou appelez { $helpdesk }
notice-removed = { $campus } : { $means ->
        [mobile] un portable a été retiré
        [office] un téléphone de bureau a été retiré
        [email] une adresse e-mail a été retirée
        [authenticator] une application d'authentification a été retirée
        [questions] des questions de sécurité ont été retirées
       *[recovery_codes] des codes de récupération ont été retirés
    } de votre compte ({ $flow }). Ce n'est pas vous ? Tapez { $code } dans Latchkey, ou appelez { $helpdesk }
notice-undone = { $campus } : un changement pour récupérer votre compte a été annulé, et la récupération est bloquée ({ $flow }). Pour la réactiver, appelez l'assistance : { $helpdesk }
notice-stopped = { $campus } : la récupération de votre compte est bloquée ({ $flow }). Pour la réactiver, appelez l'assistance : { $helpdesk }
notice-replaced = { $campus } : { $means ->
        [mobile] le téléphone mobile
        [office] le téléphone de bureau
       *[email] l’adresse e-mail
    } de votre compte vient de changer, sans vous. Si c’est une erreur, appelez l’assistance : { $helpdesk }

# What the operator sends to try a gateway.
test-subject = Test des messages de { $campus }
test = { $campus } : ceci est un test. Il n’est rien arrivé à votre compte et vous n’avez rien à faire.
