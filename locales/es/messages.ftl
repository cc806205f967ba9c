# Messages that the server sends. A text message should fit into 160 characters.

code-subject = Tu código de { $campus }
code-text = { $campus }: usa { $code } para verificar tu identidad. Vence en { $minutes ->
        [one] un minuto
       *[other] { $minutes } minutos
    }. Nunca se lo des a nadie, ni siquiera a la mesa de ayuda.
# A voice says it as soon as somebody answers; what follows only after a key was pressed.
code-call-prompt = Hola. Te llamamos de { $campus } con un código que se ha pedido. Para oírlo, pulsa cualquier tecla.
code-call = Tu código es: { $code }. Otra vez, tu código es: { $code }. Nunca se lo des a nadie, ni siquiera a la mesa de ayuda. Adiós.
code-email = { $code } es tu código de { $campus }.
    Sirve durante { $minutes ->
        [one] un minuto
       *[other] { $minutes } minutos
    }.

    Nunca se lo des a nadie, ni siquiera a la mesa de ayuda. Si no lo pediste, no tienes que hacer nada: sin el código nadie puede entrar.

notice-subject = Tu cuenta en { $campus }
notice-reset = { $campus }: se acaba de restablecer la contraseña de tu cuenta ({ $flow }). Si no lo hiciste, llama enseguida a la mesa de ayuda: { $helpdesk }
notice-change = { $campus }: se acaba de cambiar la contraseña de tu cuenta ({ $flow }). Si no lo hiciste, llama enseguida a la mesa de ayuda: { $helpdesk }
notice-unlock = { $campus }: se acaba de desbloquear tu cuenta ({ $flow }). Si no lo hiciste, llama enseguida a la mesa de ayuda: { $helpdesk }
