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
# The code is typed into the window that says "I got a message about something I did not do".
notice-reset = { $campus }: tu clave se acaba de restablecer ({ $flow }). Si no fuiste tu, escribe { $code } en Latchkey y llama a la mesa de ayuda: { $helpdesk }
notice-change = { $campus }: tu clave se acaba de cambiar ({ $flow }). Si no fuiste tu, escribe { $code } en Latchkey y llama a la mesa de ayuda: { $helpdesk }
notice-unlock = { $campus }: tu cuenta se acaba de desbloquear ({ $flow }). Si no fuiste tu, escribe { $code } en Latchkey y llama a la mesa de ayuda: { $helpdesk }
# Nobody can tell whether it was.
notice-uncertain = { $campus }: puede que tu cuenta se acabe de cambiar ({ $flow }). Si no fuiste tu, escribe { $code } en Latchkey y llama a la mesa de ayuda: { $helpdesk }
notice-tries = { $campus }: varios intentos fallidos de entrar en tu cuenta ({ $flow }). Si no fuiste tu, escribe { $code } en Latchkey para detenerlos. Mesa de ayuda: { $helpdesk }
notice-disabled = { $campus }: tras muchos intentos fallidos se { $method ->
        [text_mobile] acaban de desactivar los SMS a tu celular
        [call_mobile] acaban de desactivar las llamadas a tu celular
        [call_office] acaban de desactivar las llamadas a tu oficina
        [email] acaban de desactivar las claves por correo
        [totp] acaba de desactivar tu app de claves
       *[questions] acaban de desactivar tus preguntas de seguridad
    } ({ $flow }). Configúralo de nuevo o llama a { $helpdesk }
notice-added = { $campus }: en tu cuenta { $means ->
        [mobile] se acaba de configurar un celular
        [office] se acaba de configurar un teléfono de oficina
        [email] se acaba de configurar un correo
        [authenticator] se acaba de configurar una app de claves
        [questions] se acaban de configurar preguntas de seguridad
       *[recovery_codes] se acaban de crear claves de respaldo
    } ({ $flow }). Si no fuiste tu, escribe { $code } en Latchkey o llama a { $helpdesk }
notice-removed = { $campus }: en tu cuenta { $means ->
        [mobile] se acaba de quitar un celular
        [office] se acaba de quitar un teléfono de oficina
        [email] se acaba de quitar un correo
        [authenticator] se acaba de quitar una app de claves
        [questions] se acaban de quitar preguntas de seguridad
       *[recovery_codes] se acaban de quitar claves de respaldo
    } ({ $flow }). Si no fuiste tu, escribe { $code } en Latchkey o llama a { $helpdesk }
notice-undone = { $campus }: se acaba de deshacer un cambio para recuperar tu cuenta, y recuperarla queda detenido ({ $flow }). Para volver a usarlo, llama a la mesa de ayuda: { $helpdesk }
notice-stopped = { $campus }: se acaba de detener la forma de recuperar tu cuenta ({ $flow }). Para volver a usarla, llama a la mesa de ayuda: { $helpdesk }
notice-replaced = { $campus }: se acaba de sustituir, y no por ti, { $means ->
        [mobile] el móvil
        [office] el teléfono de la oficina
       *[email] la dirección de correo
    } de tu cuenta. Si no es correcto, llama a la mesa de ayuda: { $helpdesk }

# What the operator sends to try a gateway.
test-subject = Prueba de los mensajes de { $campus }
test = { $campus }: esto es una prueba. No ha pasado nada con tu cuenta y no tienes que hacer nada.
