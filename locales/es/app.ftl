### What the app says: tray, notifications and pages. One id, one whole sentence.

app-name = Latchkey

## Windows

window-title-recover = ¿No puedes acceder a tu cuenta?
window-title-change = Cambiar mi contraseña
window-title-register = Configurar la recuperación de la cuenta
window-title-places = Inicios de sesión guardados
window-title-helpdesk = Mesa de ayuda

## Tray

tray-recover = ¿No puedes acceder a tu cuenta?
tray-change = Cambiar mi contraseña…
tray-register = Configurar la recuperación de la cuenta…
tray-expires =
    { $days ->
        [0] Tu contraseña vence hoy
        [one] Tu contraseña vence mañana
       *[other] Tu contraseña vence en { $days } días
    }
tray-saved-sign-ins =
    { $count ->
        [one] 1 inicio de sesión guardado requiere tu atención
       *[other] { $count } inicios de sesión guardados requieren tu atención
    }
tray-helpdesk = Mesa de ayuda…
tray-about = Acerca de Latchkey
tray-quit = Salir

## Notifications

notification-changed-title = Se cambió tu contraseña
notification-changed-body = Es posible que los inicios de sesión guardados en esta computadora todavía usen la anterior. Abre Latchkey para terminar.
notification-expires-title =
    { $days ->
        [0] Tu contraseña vence hoy
        [one] Tu contraseña vence mañana
       *[other] Tu contraseña vence en { $days } días
    }
notification-expires-body = Cámbiala ahora y no te quedarás sin acceso más adelante.
notification-saved-sign-ins-title =
    { $count ->
        [one] 1 inicio de sesión guardado requiere tu atención
       *[other] { $count } inicios de sesión guardados requieren tu atención
    }
notification-saved-sign-ins-body = Abre Latchkey para ver cuáles siguen usando tu contraseña anterior.
notification-change = Cambiar mi contraseña
notification-finish = Terminar
notification-later = Más tarde

## A file of recovery codes

codes-file-name = Códigos de recuperación
codes-file-title = Códigos de recuperación de tu cuenta en { $campus }
codes-file-text = Cada uno sirve una sola vez, cuando no tengas nada más a mano. Guárdalos donde nadie más mire.

## About

about-text = Latchkey { $version } te devuelve el acceso a tu cuenta y le avisa a esta computadora cuál es tu nueva contraseña.

## On every screen

language-label = Idioma
helpdesk-title = ¿Necesitas hablar con alguien?
helpdesk-phone = Teléfono
helpdesk-url = Sitio web
helpdesk-hours = Horario
support-code = Código de soporte
step-of = Paso de verificación { $number } de { $of }
step-last = Último paso
next = Siguiente
cancel = Cancelar
close = Cerrar
start-over = Volver a empezar
use-another-way = Usar otro método
checking = Comprobando…
show-password = Mostrar
hide-password = Ocultar

## Starting

starting-title = Un momento
starting-text = Conectando con tu campus…

## Who are you?

identify-title-reset = ¿No puedes acceder a tu cuenta?
identify-title-unlock = Desbloquear tu cuenta
identify-title-change = Cambiar mi contraseña
identify-title-register = Configurar la recuperación de la cuenta
identify-text-reset = Dinos quién eres. Después te pediremos que lo demuestres en dos pasos cortos.
identify-text-unlock = Dinos quién eres. Después te pediremos que lo demuestres y desbloquearemos tu cuenta. Tu contraseña no cambia.
identify-text-change = Dinos quién eres. Después te pediremos la contraseña que tienes ahora.
identify-text-register = Dinos quién eres. Después podrás elegir cómo recuperar el acceso si algún día olvidas tu contraseña.
account-label = ID de usuario
account-example = Por ejemplo: { $example }

## Choose a method

choose-title = ¿Cómo quieres que comprobemos que eres tú?
choose-title-next = Ahora demuéstralo de otra manera
choose-legend = Elige una opción
method-text_mobile = Enviarme un mensaje de texto al celular
method-call_mobile = Llamarme al celular
method-call_office = Llamarme al teléfono de la oficina
method-email = Enviarme un correo electrónico
method-totp = Usar mi aplicación de autenticación
method-questions = Responder mis preguntas de seguridad
method-recovery_code = Usar un código de recuperación
method-current_password = Usar mi contraseña actual
phone-mobile-label = Tu número de celular
phone-office-label = Tu número de teléfono de la oficina
phone-hint = Escribe el número completo, con el signo + y el código de país al principio, o tal como lo marcarías.
email-label = Tu dirección de correo electrónico
email-hint = Escribe completa la dirección que diste para recuperar la cuenta.

## Enter the code

code-title = Escribe el código
code-label = Código
code-hint =
    { $length ->
        [one] 1 dígito. Puedes pegarlo; los espacios no importan.
       *[other] { $length } dígitos. Puedes pegarlos; los espacios no importan.
    }
code-hint-recovery = Puedes pegarlo; los espacios no importan.
code-text_mobile-to = Si { $to } es el número que tenemos registrado, te llegará un mensaje de texto con un código.
code-text_mobile = Va en camino a tu celular un mensaje de texto con un código.
code-call_mobile-to = Si { $to } es el número que tenemos registrado, estamos llamando ahora para dictarte un código.
code-call_mobile = Estamos llamando ahora a tu celular para dictarte un código.
code-call_office-to = Si { $to } es el número que tenemos registrado, estamos llamando ahora para dictarte un código.
code-call_office = Estamos llamando ahora al teléfono de tu oficina para dictarte un código.
code-email-to = Si { $to } es la dirección que tenemos registrada, te llegará un correo electrónico con un código.
code-email = Va en camino un correo electrónico con un código.
code-totp = Abre tu aplicación de autenticación y escribe el código que muestra para tu cuenta del campus.
code-recovery_code = Escribe uno de los códigos de recuperación que guardaste al configurar la recuperación de la cuenta. Cada uno sirve una sola vez.
code-current_password = Escribe la contraseña que tienes ahora.
code-expires-minutes =
    { $minutes ->
        [one] El código sirve durante 1 minuto más.
       *[other] El código sirve durante { $minutes } minutos más.
    }
code-expires-seconds =
    { $seconds ->
        [one] El código sirve durante 1 segundo más.
       *[other] El código sirve durante { $seconds } segundos más.
    }
code-over = Este código ya venció. Pide uno nuevo aquí abajo.
resend = Enviar un código nuevo
resend-call = Llamarme otra vez
resend-wait =
    { $seconds ->
        [one] ¿No llegó nada? Puedes volver a pedirlo en 1 segundo.
       *[other] ¿No llegó nada? Puedes volver a pedirlo en { $seconds } segundos.
    }
resend-now = ¿No llegó nada?

## Answer questions

questions-title = Responde tus preguntas de seguridad
questions-text = Escribe las respuestas tal como las diste al configurar la recuperación de la cuenta. Las mayúsculas y los espacios de más no importan.
questions-show = Mostrar las respuestas
questions-hide = Ocultar las respuestas
question-first_pet = ¿Cómo se llamaba tu primera mascota?
question-first_school = ¿Cómo se llamaba tu primera escuela?
question-childhood_street = ¿En qué calle vivías en tu infancia?
question-favourite_teacher = ¿Cómo se llamaba tu maestra o maestro favorito?
question-first_concert = ¿Cuál fue el primer concierto al que fuiste?
question-grandmother_town = ¿En qué pueblo o ciudad vivía tu abuela?
question-first_job_city = ¿En qué ciudad tuviste tu primer trabajo?
question-childhood_friend = ¿Cómo se llamaba tu mejor amiga o amigo de la infancia?
question-oldest_cousin = ¿Cuál es el nombre de pila de tu prima o primo mayor?
question-favourite_book = ¿Cuál era tu libro favorito en la infancia?

## New password

new-title = Elige una nueva contraseña
new-suggestion = Cuatro o más palabras al azar funcionan bien. También es buena opción usar de 12 a 16 caracteres con mayúsculas, minúsculas, un número y un símbolo.
new-suggestion-long = Cuatro o más palabras al azar funcionan bien y son fáciles de recordar.
new-label = Nueva contraseña
confirm-label = Escribe otra vez la nueva contraseña
finish = Terminar
finishing = Guardando tu nueva contraseña…
rules-title = Tu nueva contraseña debe
rule-min_length =
    { $value ->
        [one] tener al menos 1 carácter
       *[other] tener al menos { $value } caracteres
    }
rule-max_length =
    { $value ->
        [one] no tener más de 1 carácter
       *[other] no tener más de { $value } caracteres
    }
rule-kinds =
    { $value ->
        [one] incluir 1 de estos tipos: mayúsculas, minúsculas, números, símbolos
       *[other] incluir { $value } de estos tipos: mayúsculas, minúsculas, números, símbolos
    }
rule-no_account = no contener tu ID de usuario
rule-not_common = no ser una de las que todo el mundo prueba primero
rule-not_old = ser distinta de tu contraseña anterior
rule-history =
    { $value ->
        [one] ser distinta de la última que tuviste
       *[other] ser distinta de las últimas { $value } que tuviste
    }
verdict-kept = (cumplido)
verdict-broken = (todavía no)
verdict-later = (se comprueba al final)
rules-kept = Requisitos cumplidos: { $kept } de { $of }.
strength-0 = Muy fácil de adivinar
strength-1 = Fácil de adivinar
strength-2 = Podría ser más segura
strength-3 = Segura
strength-4 = Muy segura
advice-keyboard_pattern = Las teclas que están juntas son fáciles de adivinar.
advice-repeats = Las palabras y letras repetidas son fáciles de adivinar.
advice-sequence = Las secuencias como abc o 6543 son fáciles de adivinar.
advice-year = Los años son fáciles de adivinar.
advice-date = Las fechas son fáciles de adivinar.
advice-common_word = Una sola palabra es fácil de adivinar.
advice-name = Los nombres solos son fáciles de adivinar.
advice-common_password = Se parece a una contraseña que usa mucha gente.
advice-substitutions = Las mayúsculas y los cambios como @ en lugar de a no ayudan mucho.
advice-add_words = Agrega una o dos palabras más.
advice-uncommon_words = Las palabras menos comunes son más difíciles de adivinar.
passwords-differ = Las dos contraseñas todavía no son iguales.

## Change password

change-title = Cambiar mi contraseña
old-label = La contraseña que tienes ahora
change = Cambiar contraseña
changing = Cambiando tu contraseña…

## Working

working-title = Esperando la confirmación de tu campus
working-text = Esto puede tardar un minuto. Deja abierta esta ventana, por favor; te avisaremos en cuanto lo confirmen.

## Done

done-title-reset = Se restableció tu contraseña
done-title-unlock = Tu cuenta está desbloqueada
done-title-change = Se cambió tu contraseña
done-title-register = La recuperación de la cuenta está lista
done-text-reset = Ya puedes iniciar sesión con tu nueva contraseña.
done-text-unlock = Puedes volver a iniciar sesión con la contraseña que tienes. No se cambió.
done-text-change = De ahora en adelante, inicia sesión con tu nueva contraseña.
done-text-register = Si algún día te quedas sin acceso, vuelve a empezar aquí.
done-unlocked = Tu cuenta estaba bloqueada. Ahora está desbloqueada.
done-old-until = Por un tiempo, tu contraseña anterior puede seguir funcionando en algunos lugares (hora límite: { $time }). Es normal.
done-elsewhere = Tu teléfono y otras computadoras todavía tienen la contraseña anterior. Cuando te la pidan, escribe allí la nueva.
places-title = En esta computadora
places-looking = Buscando inicios de sesión guardados con tu contraseña anterior…
places-refreshing = Actualizando los inicios de sesión guardados…
places-nothing = No encontramos ningún inicio de sesión guardado con tu ID de usuario en los lugares que podemos revisar.
places-asking-legend = Estos inicios de sesión guardados usan tu ID de usuario. Marca los que usaban tu contraseña anterior.
places-select-all = Seleccionar todo
places-refresh =
    { $count ->
        [0] Dejarlos como están
        [one] Actualizar 1 inicio de sesión
       *[other] Actualizar { $count } inicios de sesión
    }
unlock-text = Tu depósito de claves está bloqueado y no pudimos ver lo que contiene. Desbloquéalo con la contraseña de tu computadora y seguiremos adelante.
unlock = Desbloquear el depósito
copy-user = Usuario: { $user }
copy-other-password = Ahora hay otra contraseña guardada aquí.
outcome-waiting = En espera
outcome-updated = Actualizado
outcome-already_fine = Ya estaba bien
outcome-locked = Requiere tu atención: el depósito de claves está bloqueado
outcome-left_alone = Se dejó como estaba
outcome-gone = Ya no está
outcome-failed = No se actualizó: el depósito de claves lo rechazó o no respondió. Escribe la nueva contraseña cuando el programa la pida.
outcome-not_verified = No está confirmado: se guardó, pero al leerlo aparece otra cosa. Escribe la nueva contraseña cuando el programa la pida.
missing-secret_service = No pudimos revisar el depósito de claves de esta computadora. Es posible que algún programa todavía te pida la nueva contraseña.
missing-credential_manager = No pudimos revisar el Administrador de credenciales. Es posible que algún programa todavía te pida la nueva contraseña.
missing-keychain = No pudimos revisar el llavero. Es posible que algún programa todavía te pida la nueva contraseña.

## Finish on this computer

finish-places-title = Termina en esta computadora
finish-places-text = Se cambió la contraseña de { $account } ({ $time }). Escribe una vez tu nueva contraseña y actualizaremos los inicios de sesión guardados aquí.
finish-places-label = Tu nueva contraseña
finish-places-submit = Actualizar inicios de sesión
finish-places-busy = Buscando…

## When it ends early

blocked-title = Demasiados intentos
blocked-until = Para proteger tu cuenta, nos detuvimos aquí. Podrás volver a intentarlo después de esta hora: { $time }.
blocked-text = Para proteger tu cuenta, nos detuvimos aquí. La mesa de ayuda puede decirte cómo seguir.
blocked-account = Tu cuenta en sí no se bloqueó por esto. Si no puedes esperar, comunícate con la mesa de ayuda, aquí abajo.
cancelled-title = Cancelado
cancelled-text = Tu contraseña no cambió. Puedes volver a empezar cuando quieras.
expired-title = Esto tardó demasiado
expired-text = Para proteger tu cuenta, dejamos de esperar. Vuelve a empezar cuando quieras.
offline-title = No podemos conectarnos con tu campus
offline-text = Revisa que esta computadora esté conectada a la red. Seguimos intentándolo automáticamente.
offline-in-flow = Revisa que esta computadora esté conectada a la red. No se perdió nada de lo que hiciste: seguiremos desde donde estabas.
offline-retry =
    { $seconds ->
        [0] Intentándolo de nuevo ahora…
        [one] Lo intentaremos de nuevo en 1 segundo.
       *[other] Lo intentaremos de nuevo en { $seconds } segundos.
    }
retry = Intentar ahora
unusable-title = Esto todavía no funciona aquí
unusable-no_server = Esta computadora no sabe qué servidor debe usar. Avísale a la mesa de ayuda, por favor.
unusable-bad_settings = No se puede leer la configuración de esta computadora. Avísale a la mesa de ayuda, por favor.
unusable-too_old = Esta versión de la aplicación es demasiado antigua para tu campus. Instala las actualizaciones o avísale a la mesa de ayuda.
unusable-not_offered = Tu campus no ofrece esto aquí. La mesa de ayuda puede ayudarte.
unusable-nothing_to_finish = No queda nada por terminar en esta computadora.
nothing-to-finish-title = Todo listo aquí

## Errors: what to do next

trouble-account_missing = Escribe tu ID de usuario para continuar.
trouble-destination_missing = Escribe el número o la dirección completa para continuar.
trouble-code_missing = Escribe el código para continuar.
trouble-answers_missing = Responde todas las preguntas para continuar.
trouble-old_password_missing = Escribe la contraseña que tienes ahora para continuar.
trouble-passwords_differ = Las dos contraseñas nuevas no son iguales. Escribe otra vez la segunda.
trouble-seal_broken = Algo se perdió en el camino. Selecciona el botón otra vez, por favor.
trouble-human_check_failed = No funcionó la comprobación de que no eres un robot. Selecciona “Siguiente” para volver a intentarlo.
trouble-method_unavailable = Este método no está disponible ahora. Elige otro.
trouble-destination_invalid = Esto no parece un número o una dirección completa. Revísalo y vuelve a intentarlo.
trouble-destination_wrong = Esto no coincide con lo que tenemos registrado. Revísalo o elige otro método.
trouble-destination_wrong-left =
    { $left ->
        [0] Esto no coincide con lo que tenemos registrado. Elige otro método o comunícate con la mesa de ayuda.
        [one] Esto no coincide con lo que tenemos registrado. Te queda 1 intento.
       *[other] Esto no coincide con lo que tenemos registrado. Revísalo y vuelve a intentarlo. Te quedan { $left } intentos.
    }
trouble-resend_too_soon = Es demasiado pronto para un código nuevo. Espera un momento y vuelve a pedirlo.
trouble-resend_too_soon-wait =
    { $seconds ->
        [one] Es demasiado pronto para un código nuevo. Vuelve a pedirlo en 1 segundo.
       *[other] Es demasiado pronto para un código nuevo. Vuelve a pedirlo en { $seconds } segundos.
    }
trouble-code_wrong = Ese código no es correcto. Busca el más reciente y vuelve a intentarlo.
trouble-code_wrong-left =
    { $left ->
        [0] Ese código no es correcto. Pide un código nuevo o comunícate con la mesa de ayuda.
        [one] Ese código no es correcto. Te queda 1 intento; después, pide un código nuevo.
       *[other] Ese código no es correcto. Busca el más reciente y vuelve a intentarlo. Te quedan { $left } intentos.
    }
trouble-code_expired = Ese código ya venció. Selecciona “Enviar un código nuevo”; no tienes que volver a escribir nada.
trouble-code_spent = Ese código se intentó demasiadas veces. Pide un código nuevo o comunícate con la mesa de ayuda.
trouble-answers_wrong = No todas las respuestas son correctas. Revísalas y vuelve a intentarlo.
trouble-answers_wrong-left =
    { $left ->
        [0] No todas las respuestas son correctas. Usa otro método o comunícate con la mesa de ayuda.
        [one] No todas las respuestas son correctas. Te queda 1 intento.
       *[other] No todas las respuestas son correctas. Revísalas y vuelve a intentarlo. Te quedan { $left } intentos.
    }
trouble-current_password_wrong = Esa contraseña no es correcta. Revisa que Bloq Mayús esté desactivado y escríbela otra vez.
trouble-current_password_wrong-left =
    { $left ->
        [0] Esa contraseña no es correcta. Comunícate con la mesa de ayuda si no la sabes.
        [one] Esa contraseña no es correcta. Te queda 1 intento.
       *[other] Esa contraseña no es correcta. Revisa que Bloq Mayús esté desactivado y escríbela otra vez. Te quedan { $left } intentos.
    }
trouble-password_refused = Esta contraseña no se puede usar:
trouble-password_refused-other = Esta contraseña fue rechazada. Elige otra.
trouble-rate_limited = Fueron demasiadas veces en poco tiempo. Espera unos minutos y vuelve a intentarlo.
trouble-rate_limited-wait =
    { $minutes ->
        [one] Fueron demasiadas veces en poco tiempo. Vuelve a intentarlo en 1 minuto.
       *[other] Fueron demasiadas veces en poco tiempo. Vuelve a intentarlo en { $minutes } minutos.
    }
trouble-client_too_old = Esta versión de la aplicación es demasiado antigua. Instala las actualizaciones o comunícate con la mesa de ayuda.
trouble-unavailable = Ahora no podemos conectarnos con algo que necesitamos, así que no se cambió nada. Vuelve a intentarlo en un minuto.
trouble-stale = Algo cambió mientras tanto. Revisa esta pantalla y vuelve a intentarlo.
trouble-unauthorized = Esta sesión terminó. Vuelve a empezar, por favor.
trouble-internal = Algo salió mal de nuestro lado. Vuelve a intentarlo; si sigue igual, comunícate con la mesa de ayuda.
refusal-too_short =
    { $value ->
        [one] Es demasiado corta: usa al menos 1 carácter.
       *[other] Es demasiado corta: usa al menos { $value } caracteres.
    }
refusal-too_long =
    { $value ->
        [one] Es demasiado larga: no uses más de 1 carácter.
       *[other] Es demasiado larga: no uses más de { $value } caracteres.
    }
refusal-too_few_kinds =
    { $value ->
        [one] Usa 1 de estos tipos: mayúsculas, minúsculas, números, símbolos.
       *[other] Usa { $value } de estos tipos: mayúsculas, minúsculas, números, símbolos.
    }
refusal-contains_account = Contiene tu ID de usuario: quítalo.
refusal-common = Es una de las que todo el mundo prueba primero: elige una menos común.
refusal-same_as_old = Es igual a tu contraseña anterior: elige una distinta.
refusal-used_before = Ya la usaste antes: elige una nueva.
refusal-too_soon = Tu contraseña se cambió hace poco y todavía no se puede volver a cambiar. Comunícate con la mesa de ayuda si es urgente.
refusal-not_typeable = Contiene un carácter que no se puede escribir en una pantalla de inicio de sesión: quítalo.
refusal-other = El directorio no dijo por qué: elige otra.
