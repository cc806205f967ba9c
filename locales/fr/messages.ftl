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
notice-reset = { $campus } : votre mot de passe a été réinitialisé à l'instant ({ $flow }). Si ce n'est pas vous, appelez tout de suite l'assistance : { $helpdesk }
notice-change = { $campus } : votre mot de passe a été changé à l'instant ({ $flow }). Si ce n'est pas vous, appelez tout de suite l'assistance : { $helpdesk }
notice-unlock = { $campus } : votre compte a été déverrouillé à l'instant ({ $flow }). Si ce n'est pas vous, appelez tout de suite l'assistance : { $helpdesk }
