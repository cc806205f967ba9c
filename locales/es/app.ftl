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
tray-changed-elsewhere = Contraseña cambiada en otro lugar: terminar aquí…
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
notification-elsewhere-title = Tu contraseña se cambió en otro lugar
notification-elsewhere-body = Es posible que los inicios de sesión guardados en esta computadora todavía usen la anterior. Abre Latchkey para terminar en esta computadora.
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
back = Atrás
done = Listo
cancel = Cancelar
close = Cerrar
start-over = Volver a empezar
use-another-way = Usar otro método
checking = Comprobando…
show-password = Mostrar
hide-password = Ocultar
still-there-title = ¿Sigues ahí?
still-there-text = Para proteger tu cuenta, nos detendremos si no pasa nada.
still-there-left =
    { $seconds ->
        [one] Queda 1 segundo
       *[other] Quedan { $seconds } segundos
    }
still-there-stay = Necesito más tiempo

## Starting

starting-title = Un momento
starting-text = Conectando con tu campus…

## What happened?

start-title = ¿En qué podemos ayudarte?
start-text = Elige lo que mejor describa tu caso. Siempre puedes volver aquí.
start-forgotten = Olvidé mi contraseña
start-forgotten-text = Dos pasos cortos y eliges una nueva.
start-never_received = Nunca recibí una contraseña
start-never_received-text = Dos pasos cortos y eliges la primera.
start-locked_out = Sé mi contraseña, pero mi cuenta está bloqueada
start-locked_out-text = Desbloqueamos tu cuenta. Tu contraseña no cambia.
start-change = Sé mi contraseña y quiero cambiarla
start-change-text = Escribes la anterior y una nueva.
start-register = Aún no he configurado la recuperación de la cuenta
start-register-text = Para que puedas volver a entrar si algún día te quedas fuera.
start-elsewhere = Esta no es mi cuenta del trabajo o de la escuela
start-not-me = Recibí un mensaje sobre algo que no hice
elsewhere-title = Una cuenta de otro lugar
elsewhere-text = Aquí solo podemos ayudarte con la cuenta que te dio tu campus. Para cualquier otra cuenta, abre un navegador y escribe la dirección de su propia página:
elsewhere-microsoft = Una cuenta personal de Microsoft (Outlook, Hotmail, Xbox)
elsewhere-google = Una cuenta de Google (Gmail)
elsewhere-apple = Una cuenta de Apple (iCloud)
elsewhere-other = Cualquier otra cuenta
elsewhere-other-text = Abre la página donde sueles iniciar sesión y busca «Olvidé mi contraseña».
elsewhere-unsure = Si no sabes con certeza qué cuenta es, pregunta a la mesa de ayuda más abajo.
not-me-title = Puede que otra persona esté usando tu cuenta
not-me-text = El mensaje trae un código. Escríbelo aquí y la detendremos:
not-me-undo = Lo que estaba configurado para recuperar la cuenta vuelve a ser como antes.
not-me-end = Quien esté recuperando tu cuenta en este momento queda fuera.
not-me-freeze = Nadie podrá recuperar tu cuenta hasta que la mesa de ayuda haya hablado contigo.
not-me-label = Código del mensaje
not-me-hint = 16 letras y números. No importan las mayúsculas, los espacios ni los guiones.
not-me-submit = Detener
not-me-busy = Deteniendo…
not-me-done-title = Lo hemos detenido
not-me-done-undone = Lo que estaba configurado para recuperar la cuenta está como antes. Nadie podrá recuperar tu cuenta hasta que la mesa de ayuda haya hablado contigo.
not-me-done-frozen = Nadie podrá recuperar tu cuenta hasta que la mesa de ayuda haya hablado contigo.
not-me-done-next = Ahora comunícate con la mesa de ayuda más abajo. Si cambiaron tu contraseña, solo la mesa de ayuda puede darte una nueva.

## Who are you?

identify-title-forgotten = Restablecer tu contraseña
identify-title-never_received = Tu primera contraseña
identify-title-locked_out = Desbloquear tu cuenta
identify-title-change = Cambiar mi contraseña
identify-title-register = Configurar la recuperación de la cuenta
identify-text-forgotten = Dinos quién eres. Después te pediremos que lo demuestres en dos pasos cortos.
identify-text-never_received = Dinos quién eres. Después te pediremos que lo demuestres con lo que tu campus sabe de ti.
identify-text-locked_out = Dinos quién eres. Después te pediremos que lo demuestres y desbloquearemos tu cuenta. Tu contraseña no cambia.
identify-text-change = Dinos quién eres. Después te pediremos la contraseña que tienes ahora.
identify-text-register = Dinos quién eres. Después podrás elegir cómo recuperar el acceso si algún día olvidas tu contraseña.
account-label = ID de usuario
account-example = Por ejemplo: { $example }
signed-in-as = Has iniciado sesión como { $account }.
not-you = ¿No eres tú?
characters-title = Demuestra que eres una persona
characters-alt = Imagen con letras y números deformados que hay que escribir abajo. También puedes escucharlos.
characters-listen = Escuchar
characters-stop = Detener
characters-playing = Ahora oyes los caracteres.
characters-silent = No se puede reproducir el sonido en esta computadora.
characters-other = Otros caracteres
characters-new = Ahora hay otros caracteres.
characters-label = Los caracteres que ves u oyes
characters-hint =
    { $length ->
        [one] 1 carácter. No importan las mayúsculas.
       *[other] { $length } caracteres. No importan las mayúsculas.
    }
characters-skip = No puedo usar esto
characters-skipped = No necesitas los caracteres. Elige «Siguiente» para continuar.

## Sign in

sign-in-title = Inicia sesión para configurar la recuperación de la cuenta
sign-in-text = Después podrás elegir cómo volver a entrar si algún día te quedas fuera.
sign-in-again-title = Inicia sesión una vez más
sign-in-again-text = Para proteger tu cuenta, volvemos a pedirte la contraseña antes de cambiar algo.
password-label = Tu contraseña
password-unknown = No sé mi contraseña

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
method-recovery_code-text = Uno de los códigos que imprimiste o guardaste.
method-helpdesk_pass = Usar un pase de la mesa de ayuda
method-helpdesk_pass-text = La mesa de ayuda puede darte uno después de comprobar quién eres.
method-current_password = Usar mi contraseña actual
phone-mobile-label = Tu número de celular
phone-office-label = Tu número de teléfono de la oficina
phone-hint = Escribe el número completo, con el signo + y el código de país al principio, o tal como lo marcarías.
email-label = Tu dirección de correo electrónico
email-hint = Escribe completa la dirección que diste para recuperar la cuenta.
choose-none = ¿Ninguno te sirve, o nunca configuraste nada? La mesa de ayuda puede ayudarte: la encuentras al final de esta ventana.

## Enter the code

code-title = Escribe el código
code-title-recovery_code = Escribe un código de recuperación
code-title-helpdesk_pass = Escribe el pase de la mesa de ayuda
code-label = Código
code-label-recovery_code = Código de recuperación
code-label-helpdesk_pass = Pase
code-hint =
    { $length ->
        [one] 1 dígito. Puedes pegarlo; los espacios no importan.
       *[other] { $length } dígitos. Puedes pegarlos; los espacios no importan.
    }
code-hint-letters = Puedes pegarlo. No importan las mayúsculas, los espacios ni los guiones.
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
code-helpdesk_pass = Escribe el pase que te dio la mesa de ayuda. Sirve una sola vez y durante unos minutos.
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
question-first_film = ¿Cuál fue la primera película que viste en un cine?
question-favourite_toy = ¿Cómo se llamaba tu juguete favorito en la infancia?
question-childhood_neighbour = ¿Cuál era el apellido de tus vecinos en la infancia?
question-first_boss = ¿Cuál era el apellido de la primera persona para la que trabajaste?
question-seat_neighbour = ¿Quién se sentaba a tu lado en tu primer año de escuela?
question-first_dish = ¿Qué plato aprendiste a cocinar primero?

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
advice-edge_blank = El espacio al principio o al final forma parte de la contraseña: tendrás que escribirlo cada vez.
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
passphrase-make = Sugerir palabras al azar
passphrase-title = ¿Qué te parecen estas palabras?
passphrase-text = Anótalas o deja que las guarde tu administrador de contraseñas.
passphrase-use = Usar estas
passphrase-another = Otras palabras
passphrase-used = Los dos campos ya están llenos.

## Change password

change-title = Cambiar mi contraseña
old-label = La contraseña que tienes ahora
change = Cambiar contraseña
changing = Cambiando tu contraseña…

## Working

working-title = Esperando la confirmación de tu campus
working-text = Esto puede tardar un minuto. Deja abierta esta ventana, por favor; te avisaremos en cuanto lo confirmen.
working-late-title = Esto tarda más de lo habitual
working-late-text = Tu campus todavía no ha confirmado si se hizo el cambio. Seguimos preguntando; puedes cerrar esta ventana y no se pierde nada. Si en diez minutos no funciona ni tu contraseña nueva ni la anterior, comunícate con la mesa de ayuda, aquí abajo.

## Done

done-title-forgotten = Tu contraseña se ha restablecido
done-title-never_received = Tu contraseña ya está lista
done-title-locked_out = Tu cuenta está desbloqueada
done-title-change = Se cambió tu contraseña
done-title-register = La recuperación de la cuenta está lista
done-title-register-open = La recuperación de la cuenta aún no está completa
done-text-forgotten = Ya puedes iniciar sesión con tu nueva contraseña.
done-text-never_received = Ya puedes iniciar sesión con ella. ¡Te damos la bienvenida!
done-text-locked_out = Puedes volver a iniciar sesión con la contraseña que tienes. No ha cambiado.
done-text-change = De ahora en adelante, inicia sesión con tu nueva contraseña.
done-text-register = Si algún día te quedas sin acceso, vuelve a empezar aquí.
done-unlocked = Tu cuenta estaba bloqueada. Ahora está desbloqueada.
done-locked-elsewhere = Uno de los servidores de tu campus no ha confirmado que tu cuenta también esté desbloqueada allí. Si no puedes iniciar sesión en algún sitio, espera unos minutos y desbloquea tu cuenta aquí otra vez, o ponte en contacto con el servicio de asistencia.
done-old-until = Por un tiempo, tu contraseña anterior puede seguir funcionando en algunos lugares (hora límite: { $time }). Es normal.
done-elsewhere = Tu teléfono y otras computadoras todavía tienen la contraseña anterior. Cuando te la pidan, escribe allí la nueva.
replacement-title = Un nuevo código de recuperación para ti
replacement-text = Sustituye al que acabas de usar. Anótalo en tu lista: solo lo mostramos ahora.
feedback-title = ¿Te fue útil?
feedback-yes = Sí
feedback-no = No
feedback-label = ¿Qué podría mejorar? Puedes dejarlo vacío.
feedback-hint = No escribas aquí tu nombre ni una contraseña. Lo guardamos sin tu cuenta.
feedback-send = Enviar
feedback-thanks = Gracias por contárnoslo.
places-title = En esta computadora
places-looking = Buscando inicios de sesión guardados con tu contraseña anterior…
places-refreshing = Actualizando los inicios de sesión guardados…
places-nothing = No encontramos ningún inicio de sesión guardado con tu ID de usuario en los lugares que podemos revisar.
places-asking-legend = ¿Cuáles de estos usaban tu contraseña anterior? Márcalos y los actualizaremos.
places-select-all = Seleccionar todo
places-refresh =
    { $count ->
        [0] Actualizar inicios de sesión
        [one] Actualizar 1 inicio de sesión
       *[other] Actualizar { $count } inicios de sesión
    }
places-leave = Dejarlos como están
places-tick-first = Marca primero los inicios de sesión que quieres actualizar. Si ninguno usaba tu contraseña anterior, déjalos como están.
places-summary-open =
    { $open ->
        [one] Actualizados: { $updated } de { $count }. { $open } requiere tu atención.
       *[other] Actualizados: { $updated } de { $count }. { $open } requieren tu atención.
    }
places-summary-part = Actualizados: { $updated } de { $count }. No pudimos revisar todos los lugares.
places-summary-done = Todo listo. Actualizados: { $updated } de { $count }.
places-later = Puedes hacer el resto más tarde: elige el icono de Latchkey junto al reloj o vuelve a abrir Latchkey.
places-leave-for-good = Dejar el resto como está y no recordármelo
places-put-back = Volver atrás
places-retry = Reintentar
report-copy = Copiar un informe para la mesa de ayuda
report-copied = Copiado
report-refused = Esta computadora no nos deja copiar. Selecciona el texto y cópialo.
report-label = Informe para la mesa de ayuda
unlock-text = Tu depósito de claves está bloqueado y no pudimos ver lo que contiene. Desbloquéalo con la contraseña de tu computadora y seguiremos adelante.
unlock = Desbloquear el depósito
copy-user = Usuario: { $user }
copy-hidden = Un inicio de sesión en un depósito de claves bloqueado
copy-no-password = Parece una clave o un token, no una contraseña.
old-opens-title = Tu depósito de claves de inicio de sesión aún se abre con la contraseña anterior
old-opens-text = Cuando esta computadora pida su contraseña, escribe la anterior. Si no la sabes, la mesa de ayuda puede ayudarte.
place-login_keyring = Depósito de claves que se abre al iniciar sesión
place-tickets = Tickets de Kerberos
place-offline_sign_in = Inicio de sesión fuera del campus
outcome-waiting = Actualizando…
outcome-updated = Actualizado
outcome-renewed = Actualizado: se inició sesión con la nueva contraseña
outcome-unverified = Actualizado. Este equipo no deja que nadie lo vuelva a leer.
outcome-already_fine = Ya estaba bien
outcome-left_alone = Se dejó como estaba
outcome-put_back = Se dejó otra vez como estaba
outcome-gone = Ya no está
outcome-needs_unlock = Requiere tu atención: el depósito de claves está bloqueado
outcome-needs_tick = No se actualizó: espera tu marca
outcome-needs_answer = No se actualizó: esta computadora preguntó y nadie respondió. Inténtalo otra vez y permítelo.
outcome-old_opens = Aún se abre con la contraseña anterior
outcome-not_yet = Todavía no: ahí la universidad aún no conoce tu nueva contraseña. Inténtalo de nuevo dentro de unos minutos.
outcome-unreachable = No se actualizó: no hubo respuesta. Escribe la nueva contraseña cuando el programa la pida.
outcome-unknown = No es seguro: tardó demasiado. Escribe la nueva contraseña si el programa la pide.
outcome-refused = No se actualizó: fue rechazado. Escribe la nueva contraseña cuando el programa la pida.
outcome-not_kept = No está confirmado: se guardó, pero al leerlo aparece otra cosa. Escribe la nueva contraseña cuando el programa la pida.
outcome-not_yours = Se dejó como estaba: parece ser de otra persona
missing-secret_service = No pudimos revisar el depósito de claves de esta computadora. Es posible que algún programa todavía te pida la nueva contraseña.
missing-credential_manager = No pudimos revisar el Administrador de credenciales. Es posible que algún programa todavía te pida la nueva contraseña.
missing-keychain = No pudimos revisar el llavero. Es posible que algún programa todavía te pida la nueva contraseña.
missing-login_keyring = No pudimos revisar el depósito de claves que se abre al iniciar sesión. Es posible que algún programa todavía te pida la nueva contraseña.
missing-networks = No pudimos revisar las redes de este equipo. Es posible que todavía te pida la nueva contraseña.
missing-drives = No pudimos revisar los inicios de sesión de las unidades de red. Es posible que este equipo todavía te pida la nueva contraseña.
missing-tickets = No pudimos revisar tus tickets de Kerberos. Cierra la sesión y vuelve a iniciarla.
missing-offline_sign_in = No pudimos revisar lo que este equipo guarda para iniciar sesión fuera del campus. Cierra la sesión y vuelve a iniciarla cuando estés en el campus.
missing-campus_program = No pudimos revisar un lugar de tu campus. Es posible que algún programa todavía te pida la nueva contraseña.
missing-named = No pudimos revisar { $name }. Es posible que algún programa todavía te pida la nueva contraseña.
place-error-unreachable = No hubo respuesta.
place-error-timed_out = La respuesta tardó demasiado.
place-error-refused = Se nos negó el acceso.
place-error-declined = Se cerró la pregunta de esta computadora.
place-error-broken = Una parte de esta aplicación no funciona aquí. Avisa a la mesa de ayuda.

## What is set up

manage-title = Tus formas de volver a entrar
manage-text = Si te quedas fuera, demuestras quién eres con dos de estas formas.
manage-empty = Aún no hay nada configurado. Si olvidaras ahora tu contraseña, solo la mesa de ayuda podría ayudarte.
manage-not-enough = Aún no basta. Agrega una forma más, si puedes en otro dispositivo.
manage-enough = Basta para volver a entrar.
manage-nudge = Los números cambian y los teléfonos se pierden. Una aplicación de autenticación o los códigos de recuperación sirven incluso entonces.
manage-list = Lo que está configurado
manage-add = Agregar una forma
manage-fixed = Lo administra tu campus
manage-due = Sin usar desde hace mucho
manage-check = Comprobar que aún funciona
manage-change = Cambiar
manage-renew = Crear códigos nuevos
manage-remove = Quitar
manage-recommended = Recomendado
manage-wanted = Tu campus lo pide
manage-later = Listo por ahora
manage-left =
    { $left ->
        [0] No quedan códigos
        [one] Queda 1 código
       *[other] Quedan { $left } códigos
    }
means-mobile = Celular
means-office = Teléfono de la oficina
means-email = Correo personal
means-authenticator = Aplicación de autenticación
means-questions = Preguntas de seguridad
means-recovery_codes = Códigos de recuperación
means-mobile-text = Te enviamos un código por mensaje, o llamamos y lo leemos.
means-office-text = Llamamos a tu escritorio y leemos un código.
means-email-text = Enviamos un código a una dirección fuera de tu campus.
means-authenticator-text = Una aplicación en tu teléfono muestra un código, incluso sin señal.
means-questions-text = Respondes preguntas cuyas respuestas solo tú conoces.
means-recovery_codes-text = Una lista de códigos para imprimir o guardar. Cada uno sirve una vez.
said-added-mobile = Tu celular está configurado.
said-added-office = Tu teléfono de la oficina está configurado.
said-added-email = Tu correo personal está configurado.
said-added-authenticator = Tu aplicación de autenticación está configurada.
said-added-questions = Tus preguntas de seguridad están configuradas.
said-added-recovery_codes = Tus códigos de recuperación están configurados.
said-checked-mobile = Tu celular sigue funcionando.
said-checked-office = Tu teléfono de la oficina sigue funcionando.
said-checked-email = Tu correo personal sigue funcionando.
said-checked-authenticator = Tu aplicación de autenticación sigue funcionando.
said-checked-questions = Tus preguntas de seguridad siguen funcionando.
said-checked-recovery_codes = Tus códigos de recuperación siguen funcionando.
said-removed-mobile = Se ha quitado tu celular.
said-removed-office = Se ha quitado tu teléfono de la oficina.
said-removed-email = Se ha quitado tu correo personal.
said-removed-authenticator = Se ha quitado tu aplicación de autenticación.
said-removed-questions = Se han quitado tus preguntas de seguridad.
said-removed-recovery_codes = Se han quitado tus códigos de recuperación.

## Add a way

add-title-mobile = Agrega tu celular
add-title-office = Agrega tu teléfono de la oficina
add-title-email = Agrega un correo personal
add-text-phone = Ahora enviamos un código ahí, para asegurarnos de que te llega.
add-text-email = Ahora enviamos un código ahí, para asegurarnos de que te llega. Usa una dirección fuera de tu campus: cuando te quedas fuera, no puedes leer el correo del campus.
add-phone-hint = Empieza con + y el código del país.
add-email-hint = Por ejemplo, una dirección de Gmail, Outlook o iCloud.
add-email-label = Tu correo personal
add-risk = Los números de teléfono pueden pasar a manos ajenas, y otras personas pueden leer los mensajes. Una aplicación de autenticación o los códigos de recuperación son más seguros: puedes agregarlos en la pantalla anterior.
add-by = ¿Cómo quieres recibir el código?
confirm-text_mobile = Va en camino a { $to } un mensaje de texto con un código.
confirm-call_mobile = Estamos llamando a { $to } para leerte un código.
confirm-call_office = Estamos llamando a { $to } para leerte un código.
confirm-email = Va en camino a { $to } un correo con un código.
confirm-text_mobile-known = Va en camino a tu celular un mensaje de texto con un código.
confirm-call_mobile-known = Estamos llamando a tu celular para leerte un código.
confirm-call_office-known = Estamos llamando a tu teléfono de la oficina para leerte un código.
confirm-email-known = Va en camino un correo con un código.
confirm-totp = Abre tu aplicación de autenticación y escribe el código que muestra para tu cuenta del campus.
confirm-recovery_code = Escribe uno de tus códigos de recuperación.
authenticator-title = Configura una aplicación de autenticación
authenticator-open-title = Abre tu aplicación de autenticación
authenticator-open-text = Si no tienes ninguna, instala una en tu teléfono. Sirve cualquiera que muestre códigos de seis dígitos.
authenticator-scan-title = Escanea esta imagen con ella
authenticator-scan-text = O elige en la aplicación «escribir una clave» y escribe esto:
authenticator-qr = Código QR para tu aplicación de autenticación. A continuación está lo mismo como texto.
authenticator-key = Clave
authenticator-code-title = Escribe el código que muestra la aplicación
add-questions-title = Elige tus preguntas de seguridad
add-questions-text = Elige preguntas que responderás igual dentro de un año, y respuestas que nadie pueda averiguar ni adivinar.
add-questions-legend = Pregunta { $number } de { $of }
add-questions-question = Pregunta
add-questions-choose = Elige una pregunta
add-questions-answer = Tu respuesta
add-questions-hint = De 3 a 40 caracteres. No tiene que ser verdad, con tal de que la recuerdes.
codes-title = Guarda estos códigos de recuperación
codes-text = Cada uno te permite entrar una vez cuando no tienes otra cosa a mano. Solo los mostramos ahora: imprímelos o guárdalos donde nadie más mire.
codes-print = Imprimir
codes-save = Guardar como archivo
codes-saved = Guardado como { $file }
codes-kept = Ya los guardé
codes-keeping = Activándolos…
remove-title-mobile = ¿Quitar tu celular?
remove-title-office = ¿Quitar tu teléfono de la oficina?
remove-title-email = ¿Quitar tu correo personal?
remove-title-authenticator = ¿Quitar tu aplicación de autenticación?
remove-title-questions = ¿Quitar tus preguntas de seguridad?
remove-title-recovery_codes = ¿Quitar tus códigos de recuperación?
remove-text = A partir de entonces ya no podrás entrar de esta forma. Puedes agregarla de nuevo cuando quieras.
remove-hint = Es la que conocemos como { $hint }.
remove = Quitar
removing = Quitando…
keep = Conservar

## Helpdesk and about

helpdesk-page-title = Habla con la mesa de ayuda
helpdesk-page-text = En tu campus hay personas que pueden ayudarte cuando nada de esto sirve.
helpdesk-page-unknown = No pudimos preguntar a tu campus cómo comunicarte con su mesa de ayuda.
helpdesk-have-title = Qué tener a mano
helpdesk-have-account = Tu nombre de usuario.
helpdesk-have-identity = Algo que muestre quién eres, como tu credencial del campus.
helpdesk-have-code = Tu código de soporte: { $code }
helpdesk-have-code-none = El código de soporte, si una ventana de esta aplicación muestra uno.
helpdesk-never = La mesa de ayuda nunca te pide tu contraseña ni un código que te hayamos enviado.
about-title = Acerca de esta aplicación

## Finish on this computer

finish-places-title = Termina en esta computadora
finish-places-text = Se cambió la contraseña de { $account } ({ $time }). Escribe una vez tu nueva contraseña y actualizaremos los inicios de sesión guardados aquí.
finish-places-label = Tu nueva contraseña
finish-places-old-label = Tu contraseña anterior (opcional)
finish-places-old-hint = Si todavía la recuerdas, los inicios de sesión que la usaban se actualizan sin preguntarte por cada uno. No sale de esta computadora.
finish-places-submit = Actualizar inicios de sesión
finish-places-busy = Buscando…

## When it ends early

blocked-title = Demasiados intentos
blocked-until = Para proteger tu cuenta, nos detuvimos aquí. Podrás volver a intentarlo después de esta hora: { $time }.
blocked-text = Para proteger tu cuenta, nos detuvimos aquí. La mesa de ayuda puede decirte cómo seguir.
blocked-account = Tu cuenta en sí no se bloqueó por esto. Si no puedes esperar, comunícate con la mesa de ayuda, aquí abajo.
cancelled-title = Cancelado
cancelled-text = Tu contraseña no cambió. Puedes volver a empezar cuando quieras.
uncertain-title = No sabemos si se hizo tu cambio
uncertain-text = Se lo pedimos a tu campus y su respuesta se perdió. En esta computadora no se cambió nada.
uncertain-next = Inicia sesión con la contraseña nueva. Si no funciona, usa la de antes.
uncertain-helpdesk = Si no funciona ninguna de las dos, comunícate con la mesa de ayuda, aquí abajo, antes de volver a intentarlo.
expired-title = Esto tardó demasiado
expired-text = Para proteger tu cuenta, dejamos de esperar. Vuelve a empezar cuando quieras.
offline-title = No podemos conectarnos con tu campus
offline-text = Revisa que esta computadora esté conectada a la red. Seguimos intentándolo automáticamente.
offline-in-flow = Revisa que esta computadora esté conectada a la red. No se perdió nada de lo que hiciste: seguiremos desde donde estabas.
offline-title-clock = ¿Está bien el reloj de esta computadora?
offline-text-clock = Esta computadora muestra esta hora: { $time }. Con un reloj equivocado no puede asegurarse de que habla con tu campus.
offline-next-clock = Si no es correcta, ajusta la fecha y la hora en la configuración de esta computadora. Si no puedes hacerlo, avisa a la mesa de ayuda.
offline-title-certificate = Esto no parece ser tu campus
offline-text-certificate = Algo responde en lugar de tu campus, así que nos detuvimos antes de enviarle nada.
offline-next-certificate = No escribas ahora tu contraseña en ningún sitio de esta red. Avisa a la mesa de ayuda o inténtalo en otra red.
offline-title-suspended = La ayuda con contraseñas está en pausa
offline-text-suspended = Tu campus detuvo los cambios de contraseña por un tiempo. Tu contraseña sigue igual y seguimos preguntando automáticamente. Si no puedes esperar, comunícate con la mesa de ayuda.
offline-in-flow-suspended = Tu campus detuvo los cambios de contraseña por un tiempo. Tu contraseña sigue igual. Quédate aquí y seguiremos desde donde estabas, mientras alcance el tiempo. Si no puedes esperar, comunícate con la mesa de ayuda.
offline-retry =
    { $seconds ->
        [0] Intentándolo de nuevo ahora…
        [one] Lo intentaremos de nuevo en 1 segundo.
       *[other] Lo intentaremos de nuevo en { $seconds } segundos.
    }
retry = Intentar ahora
retry-certificate = Intentar de nuevo
unusable-title = Esto todavía no funciona aquí
unusable-no_server = Esta computadora no sabe qué servidor debe usar. Avísale a la mesa de ayuda, por favor.
unusable-bad_settings = No se puede leer la configuración de esta computadora. Avísale a la mesa de ayuda, por favor.
unusable-too_old = Esta versión de la aplicación es demasiado antigua para tu campus. Instala las actualizaciones o avísale a la mesa de ayuda.
unusable-not_offered = Tu campus no ofrece esto aquí. La mesa de ayuda puede ayudarte.
unusable-nothing_to_finish = No queda nada por terminar en esta computadora.
nothing-to-finish-title = Todo listo aquí

## Errors: what to do next

trouble-account_missing = Escribe tu ID de usuario para continuar.
trouble-account_too_long = Esto es más largo que cualquier nombre de usuario. Revisa lo que escribiste o pegaste aquí.
trouble-characters_missing = Escribe los caracteres para continuar, o elige «No puedo usar esto».
trouble-destination_missing = Escribe el número o la dirección completa para continuar.
trouble-code_missing = Escribe el código para continuar.
trouble-answers_missing = Responde todas las preguntas para continuar.
trouble-questions_repeated = Elegiste una pregunta dos veces. Elige otra en su lugar.
trouble-not_saved = No se pudo guardar el archivo. Imprime los códigos o anótalos.
trouble-old_password_missing = Escribe la contraseña que tienes ahora para continuar.
trouble-passwords_differ = Las dos contraseñas nuevas no son iguales. Escribe otra vez la segunda.
trouble-seal_broken = Algo se perdió en el camino. Selecciona el botón otra vez, por favor.
trouble-human_check_failed = No funcionó la comprobación de que no eres un robot. Selecciona “Siguiente” para volver a intentarlo.
trouble-human_check_failed-characters = Esos no eran los caracteres. Aquí hay otros: escribe estos, por favor.
trouble-method_unavailable = Este método no está disponible ahora. Elige otro.
trouble-destination_invalid = Esto no parece un número o una dirección completa. Revísalo y vuelve a intentarlo.
trouble-destination_wrong = Esto no coincide con lo que tenemos registrado. Revísalo o elige otro método.
trouble-destination_wrong-left =
    { $left ->
        [0] Esto no coincide con lo que tenemos registrado. Elige otro método o comunícate con la mesa de ayuda.
        [one] Esto no coincide con lo que tenemos registrado. Te queda 1 intento.
       *[other] Esto no coincide con lo que tenemos registrado. Revísalo y vuelve a intentarlo. Te quedan { $left } intentos.
    }
trouble-destination_not_allowed = Este número o esta dirección no se puede usar aquí. Elige otro; no debe ser del correo de tu campus.
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
trouble-code_wrong-own = Ese código no es correcto o ya se usó. Revísalo e inténtalo de nuevo.
trouble-code_wrong-own-left =
    { $left ->
        [0] Ese código no es correcto. Usa otro método o comunícate con la mesa de ayuda.
        [one] Ese código no es correcto o ya se usó. Te queda 1 intento.
       *[other] Ese código no es correcto o ya se usó. Revísalo e inténtalo de nuevo. Te quedan { $left } intentos.
    }
trouble-code_expired-own = Ese código venció. Usa otro método o comunícate con la mesa de ayuda.
trouble-code_spent-own = Se intentó demasiadas veces. Usa otro método o comunícate con la mesa de ayuda.
trouble-code_expired = Ese código ya venció. Selecciona “Enviar un código nuevo”; no tienes que volver a escribir nada.
trouble-code_spent = Ese código se intentó demasiadas veces. Pide un código nuevo o comunícate con la mesa de ayuda.
trouble-answers_wrong = No todas las respuestas son correctas. Revísalas y vuelve a intentarlo.
trouble-answers_wrong-left =
    { $left ->
        [0] No todas las respuestas son correctas. Usa otro método o comunícate con la mesa de ayuda.
        [one] No todas las respuestas son correctas. Te queda 1 intento.
       *[other] No todas las respuestas son correctas. Revísalas y vuelve a intentarlo. Te quedan { $left } intentos.
    }
trouble-answers_refused = Algunas respuestas no se pueden usar. Debajo de cada una está qué cambiar.
answer-too_short = Es demasiado corta: usa al menos 3 caracteres.
answer-too_long = Es demasiado larga: usa como máximo 40 caracteres.
answer-repeated = Diste esta respuesta dos veces: da a cada pregunta la suya.
answer-in_question = Está en la pregunta: elige otra respuesta.
answer-known = Tu campus lo tiene registrado, así que otros pueden saberlo: elige otra respuesta.
answer-common = Muchas personas dan esta respuesta: elige una más difícil de adivinar.
trouble-current_password_wrong = Esa contraseña no es correcta. Revisa que Bloq Mayús esté desactivado y escríbela otra vez.
trouble-current_password_wrong-left =
    { $left ->
        [0] Esa contraseña no es correcta, o tu cuenta está bloqueada o desactivada. Comunícate con la mesa de ayuda si no la sabes o si estás seguro de que es correcta.
        [one] Esa contraseña no es correcta. Te queda 1 intento.
       *[other] Esa contraseña no es correcta. Revisa que Bloq Mayús esté desactivado y escríbela otra vez. Te quedan { $left } intentos.
    }
trouble-password_refused = Esta contraseña no se puede usar:
trouble-password_refused-other = Esta contraseña fue rechazada. Elige otra.
trouble-proof_needed = Para proteger tu cuenta, tenemos que comprobar otra vez que eres tú. Después puedes continuar.
trouble-means_unavailable = Esto no se puede configurar ni quitar aquí ahora. Elige otra forma.
trouble-notice_unknown = Ningún mensaje tiene este código, o es demasiado antiguo. Compáralo con el mensaje más reciente o comunícate con la mesa de ayuda.
trouble-rate_limited = Fueron demasiadas veces en poco tiempo. Espera unos minutos y vuelve a intentarlo.
trouble-rate_limited-until = Fueron demasiadas veces en poco tiempo. Podrás volver a intentarlo después de esta hora: { $time }.
trouble-instead = No tienes que esperar si usas una de estas formas:
trouble-client_too_old = Esta versión de la aplicación es demasiado antigua. Instala las actualizaciones o comunícate con la mesa de ayuda.
trouble-unavailable = Ahora no podemos conectarnos con algo que necesitamos, así que no se cambió nada. Vuelve a intentarlo en un minuto.
trouble-suspended = Tu campus detuvo los cambios de contraseña por un tiempo, así que no se cambió nada. Inténtalo más tarde o comunícate con la mesa de ayuda.
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
