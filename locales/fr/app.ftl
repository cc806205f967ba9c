### What the app says: tray, notifications and pages. One id, one whole sentence.

app-name = Latchkey

## Windows

window-title-recover = Impossible d’accéder à votre compte ?
window-title-change = Changer mon mot de passe
window-title-register = Configurer la récupération du compte
window-title-places = Connexions enregistrées
window-title-helpdesk = Assistance

## Tray

tray-recover = Impossible d’accéder à votre compte ?
tray-change = Changer mon mot de passe…
tray-register = Configurer la récupération du compte…
tray-expires =
    { $days ->
        [0] Votre mot de passe expire aujourd’hui
        [one] Votre mot de passe expire demain
       *[other] Votre mot de passe expire dans { $days } jours
    }
tray-saved-sign-ins =
    { $count ->
        [one] { $count } connexion enregistrée demande votre attention
       *[other] { $count } connexions enregistrées demandent votre attention
    }
tray-changed-elsewhere = Mot de passe changé ailleurs : terminer ici…
tray-helpdesk = Assistance…
tray-about = À propos de Latchkey
tray-quit = Quitter

## Notifications

notification-changed-title = Votre mot de passe a été changé
notification-changed-body = Les connexions enregistrées sur cet ordinateur utilisent peut-être encore l’ancien. Ouvrez Latchkey pour terminer.
notification-expires-title =
    { $days ->
        [0] Votre mot de passe expire aujourd’hui
        [one] Votre mot de passe expire demain
       *[other] Votre mot de passe expire dans { $days } jours
    }
notification-expires-body = Changez-le maintenant pour ne pas perdre l’accès plus tard.
notification-saved-sign-ins-title =
    { $count ->
        [one] { $count } connexion enregistrée demande votre attention
       *[other] { $count } connexions enregistrées demandent votre attention
    }
notification-saved-sign-ins-body = Ouvrez Latchkey pour voir lesquelles utilisent encore votre ancien mot de passe.
notification-elsewhere-title = Votre mot de passe a été changé ailleurs
notification-elsewhere-body = Les connexions enregistrées sur cet ordinateur utilisent peut-être encore l’ancien. Ouvrez Latchkey pour terminer sur cet ordinateur.
notification-change = Changer mon mot de passe
notification-finish = Terminer
notification-later = Plus tard

## A file of recovery codes

codes-file-name = Codes de récupération
codes-file-title = Codes de récupération de votre compte à { $campus }
codes-file-text = Chacun ne sert qu’une fois, quand vous n’avez rien d’autre sous la main. Gardez-les là où personne d’autre ne regarde.

## About

about-text = Latchkey { $version } vous redonne accès à votre compte et fait connaître votre nouveau mot de passe à cet ordinateur.

## On every screen

language-label = Langue
helpdesk-title = Besoin de parler à quelqu’un ?
helpdesk-phone = Téléphone
helpdesk-url = Site web
helpdesk-hours = Horaires
support-code = Code d’assistance
step-of = Étape de vérification { $number } sur { $of }
step-last = Dernière étape
next = Suivant
back = Retour
done = Terminé
cancel = Annuler
close = Fermer
start-over = Recommencer
use-another-way = Autre moyen
checking = Vérification…
show-password = Afficher
hide-password = Masquer
still-there-title = Êtes-vous toujours là ?
still-there-text = Pour protéger votre compte, nous arrêterons si rien ne se passe.
still-there-left =
    { $seconds ->
        [one] Encore { $seconds } seconde
       *[other] Encore { $seconds } secondes
    }
still-there-stay = Il me faut plus de temps

## Starting

starting-title = Un instant
starting-text = Connexion à votre établissement…

## What happened?

start-title = Que pouvons-nous faire pour vous ?
start-text = Choisissez ce qui convient le mieux. Vous pouvez toujours revenir ici.
start-forgotten = J’ai oublié mon mot de passe
start-forgotten-text = Deux courtes étapes, puis vous en choisissez un nouveau.
start-never_received = Je n’ai jamais reçu de mot de passe
start-never_received-text = Deux courtes étapes, puis vous choisissez le premier.
start-locked_out = Je connais mon mot de passe, mais mon compte est bloqué
start-locked_out-text = Nous déverrouillons votre compte. Votre mot de passe ne change pas.
start-change = Je connais mon mot de passe et je veux le changer
start-change-text = Vous tapez l’ancien et un nouveau.
start-register = Je n’ai pas encore configuré la récupération du compte
start-register-text = Pour pouvoir revenir si un jour l’accès vous est refusé.
start-elsewhere = Ce n’est pas mon compte professionnel ou scolaire
start-not-me = J’ai reçu un message sur une chose que je n’ai pas faite
elsewhere-title = Un compte d’ailleurs
elsewhere-text = Ici, nous ne pouvons aider que pour le compte que votre établissement vous a donné. Pour tout autre compte, ouvrez un navigateur et tapez l’adresse de sa propre page :
elsewhere-microsoft = Un compte Microsoft personnel (Outlook, Hotmail, Xbox)
elsewhere-google = Un compte Google (Gmail)
elsewhere-apple = Un compte Apple (iCloud)
elsewhere-other = Tout autre compte
elsewhere-other-text = Ouvrez la page où vous vous connectez d’habitude et cherchez « Mot de passe oublié ».
elsewhere-unsure = Si vous ne savez pas de quel compte il s’agit, demandez à l’assistance ci-dessous.
not-me-title = Quelqu’un d’autre utilise peut-être votre compte
not-me-text = Le message contient un code. Tapez-le ici, et nous l’arrêterons :
not-me-undo = Ce qui était configuré pour la récupération redevient comme avant.
not-me-end = Quiconque récupère votre compte en ce moment est mis dehors.
not-me-freeze = Personne ne pourra récupérer votre compte avant que l’assistance ait parlé avec vous.
not-me-label = Code du message
not-me-hint = 16 lettres et chiffres. Les majuscules, les espaces et les tirets ne comptent pas.
not-me-submit = Arrêter
not-me-busy = Arrêt en cours…
not-me-done-title = C’est arrêté
not-me-done-undone = Ce qui était configuré pour la récupération est comme avant. Personne ne pourra récupérer votre compte avant que l’assistance ait parlé avec vous.
not-me-done-frozen = Personne ne pourra récupérer votre compte avant que l’assistance ait parlé avec vous.
not-me-done-next = Contactez maintenant l’assistance ci-dessous. Si votre mot de passe a été changé, elle seule peut vous en donner un nouveau.

## Who are you?

identify-title-forgotten = Réinitialiser votre mot de passe
identify-title-never_received = Votre premier mot de passe
identify-title-locked_out = Déverrouiller votre compte
identify-title-change = Changer mon mot de passe
identify-title-register = Configurer la récupération du compte
identify-text-forgotten = Dites-nous qui vous êtes. Ensuite, nous vous demanderons de le prouver en deux courtes étapes.
identify-text-never_received = Dites-nous qui vous êtes. Ensuite, nous vous demanderons de le prouver par ce que votre établissement sait de vous.
identify-text-locked_out = Dites-nous qui vous êtes. Ensuite, nous vous demanderons de le prouver, et nous déverrouillerons votre compte. Votre mot de passe ne change pas.
identify-text-change = Dites-nous qui vous êtes. Nous vous demanderons ensuite votre mot de passe actuel.
identify-text-register = Dites-nous qui vous êtes. Vous pourrez ensuite choisir comment retrouver l’accès si vous oubliez un jour votre mot de passe.
account-label = Identifiant
account-example = Par exemple { $example }
signed-in-as = Vous êtes connecté en tant que { $account }.
not-you = Ce n’est pas vous ?
characters-title = Montrez que vous êtes une personne
characters-alt = Image de lettres et de chiffres déformés à taper ci-dessous. Vous pouvez aussi les écouter.
characters-listen = Écouter
characters-stop = Arrêter
characters-playing = Vous entendez maintenant les caractères.
characters-silent = Le son ne peut pas être lu sur cet ordinateur.
characters-other = Autres caractères
characters-new = Il y a maintenant d’autres caractères.
characters-label = Les caractères que vous voyez ou entendez
characters-hint =
    { $length ->
        [one] { $length } caractère. Majuscule ou minuscule, peu importe.
       *[other] { $length } caractères. Majuscule ou minuscule, peu importe.
    }
characters-skip = Je ne peux pas utiliser ceci
characters-skipped = Vous n’avez pas besoin des caractères. Choisissez « Suivant » pour continuer.

## Sign in

sign-in-title = Connectez-vous pour configurer la récupération du compte
sign-in-text = Ensuite, vous choisirez comment revenir si un jour l’accès vous est refusé.
sign-in-again-title = Connectez-vous encore une fois
sign-in-again-text = Pour protéger votre compte, nous redemandons votre mot de passe avant tout changement.
password-label = Votre mot de passe
password-unknown = Je ne connais pas mon mot de passe

## Choose a method

choose-title = Comment vérifier que c’est bien vous ?
choose-title-next = Prouvez-le maintenant d’une deuxième façon
choose-legend = Choisissez un moyen
method-text_mobile = Envoyer un SMS sur mon portable
method-call_mobile = Appeler mon portable
method-call_office = Appeler mon téléphone de bureau
method-email = M’envoyer un e-mail
method-totp = Utiliser mon application d’authentification
method-questions = Répondre à mes questions de sécurité
method-recovery_code = Utiliser un code de récupération
method-recovery_code-text = L’un des codes que vous avez imprimés ou enregistrés.
method-helpdesk_pass = Utiliser un passe de l’assistance
method-helpdesk_pass-text = L’assistance peut vous en donner un après avoir vérifié qui vous êtes.
method-current_password = Utiliser mon mot de passe actuel
phone-mobile-label = Votre numéro de portable
phone-office-label = Votre numéro de téléphone de bureau
phone-hint = Saisissez le numéro complet, en commençant par + et l’indicatif du pays, ou comme vous le composeriez.
email-label = Votre adresse e-mail
email-hint = Saisissez en entier l’adresse que vous avez donnée pour la récupération du compte.
choose-none = Rien de tout cela ne convient, ou vous n’avez jamais rien configuré ? L’assistance peut vous aider : vous la trouvez au bas de cette fenêtre.

## Enter the code

code-title = Saisissez le code
code-title-recovery_code = Saisissez un code de récupération
code-title-helpdesk_pass = Saisissez le passe de l’assistance
code-label = Code
code-label-recovery_code = Code de récupération
code-label-helpdesk_pass = Passe
code-hint =
    { $length ->
        [one] { $length } chiffre. Vous pouvez coller le code, les espaces ne comptent pas.
       *[other] { $length } chiffres. Vous pouvez coller le code, les espaces ne comptent pas.
    }
code-hint-letters = Vous pouvez le coller. Les majuscules, les espaces et les tirets ne comptent pas.
code-text_mobile-to = Si { $to } est bien le numéro que nous avons pour vous, un SMS avec un code est en route.
code-text_mobile = Un SMS avec un code est en route vers votre portable.
code-call_mobile-to = Si { $to } est bien le numéro que nous avons pour vous, nous l’appelons maintenant pour vous dicter un code.
code-call_mobile = Nous appelons maintenant votre portable pour vous dicter un code.
code-call_office-to = Si { $to } est bien le numéro que nous avons pour vous, nous l’appelons maintenant pour vous dicter un code.
code-call_office = Nous appelons maintenant votre téléphone de bureau pour vous dicter un code.
code-email-to = Si { $to } est bien l’adresse que nous avons pour vous, un e-mail avec un code est en route.
code-email = Un e-mail avec un code est en route.
code-totp = Ouvrez votre application d’authentification et saisissez le code qu’elle affiche pour votre compte d’établissement.
code-recovery_code = Saisissez l’un des codes de récupération que vous avez conservés en configurant la récupération du compte. Chacun ne sert qu’une fois.
code-helpdesk_pass = Tapez le passe que l’assistance vous a donné. Il sert une fois, et pendant quelques minutes seulement.
code-current_password = Saisissez votre mot de passe actuel.
code-expires-minutes =
    { $minutes ->
        [one] Le code est encore valable { $minutes } minute.
       *[other] Le code est encore valable { $minutes } minutes.
    }
code-expires-seconds =
    { $seconds ->
        [one] Le code est encore valable { $seconds } seconde.
       *[other] Le code est encore valable { $seconds } secondes.
    }
code-over = Ce code a expiré. Demandez-en un nouveau ci-dessous.
resend = Envoyer un nouveau code
resend-call = M’appeler à nouveau
resend-wait =
    { $seconds ->
        [one] Rien reçu ? Vous pourrez refaire une demande dans { $seconds } seconde.
       *[other] Rien reçu ? Vous pourrez refaire une demande dans { $seconds } secondes.
    }
resend-now = Rien reçu ?

## Answer questions

questions-title = Répondez à vos questions de sécurité
questions-text = Saisissez les réponses telles que vous les avez données en configurant la récupération du compte. Les majuscules et les espaces en trop ne comptent pas.
questions-show = Afficher les réponses
questions-hide = Masquer les réponses
question-first_pet = Comment s’appelait votre premier animal de compagnie ?
question-first_school = Comment s’appelait votre première école ?
question-childhood_street = Dans quelle rue habitiez-vous dans votre enfance ?
question-favourite_teacher = Comment s’appelait l’enseignante ou l’enseignant que vous préfériez ?
question-first_concert = Quel est le premier concert auquel vous avez assisté ?
question-grandmother_town = Dans quelle ville ou quel village habitait votre grand-mère ?
question-first_job_city = Dans quelle ville avez-vous eu votre premier emploi ?
question-childhood_friend = Comment s’appelait votre meilleure amie ou votre meilleur ami d’enfance ?
question-oldest_cousin = Quel est le prénom de l’aîné de vos cousins et cousines ?
question-favourite_book = Quel était votre livre préféré dans votre enfance ?
question-first_film = Quel est le premier film que vous avez vu au cinéma ?
question-favourite_toy = Comment s’appelait votre jouet préféré dans votre enfance ?
question-childhood_neighbour = Quel était le nom de famille de vos voisins dans votre enfance ?
question-first_boss = Quel était le nom de famille de la première personne pour qui vous avez travaillé ?
question-seat_neighbour = Qui était assis à côté de vous lors de votre première année d’école ?
question-first_dish = Quel plat avez-vous appris à cuisiner en premier ?

## New password

new-title = Choisissez un nouveau mot de passe
new-suggestion = Quatre mots ou plus pris au hasard conviennent bien. De 12 à 16 caractères avec des majuscules, des minuscules, un chiffre et un symbole sont aussi un bon choix.
new-suggestion-long = Quatre mots ou plus pris au hasard conviennent bien et sont faciles à retenir.
new-label = Nouveau mot de passe
confirm-label = Saisissez à nouveau le nouveau mot de passe
finish = Terminer
finishing = Enregistrement de votre nouveau mot de passe…
rules-title = Votre nouveau mot de passe doit
rule-min_length =
    { $value ->
        [one] comporter au moins { $value } caractère
       *[other] comporter au moins { $value } caractères
    }
rule-max_length =
    { $value ->
        [one] ne pas dépasser { $value } caractère
       *[other] ne pas dépasser { $value } caractères
    }
rule-kinds =
    { $value ->
        [one] comporter { $value } de ces types : majuscules, minuscules, chiffres, symboles
       *[other] comporter { $value } de ces types : majuscules, minuscules, chiffres, symboles
    }
rule-no_account = ne pas contenir votre identifiant
rule-not_common = ne pas être de ceux que tout le monde essaie en premier
rule-not_old = être différent de votre ancien mot de passe
rule-history =
    { $value ->
        [one] être différent du dernier que vous avez eu
       *[other] être différent des { $value } derniers que vous avez eus
    }
verdict-kept = (respecté)
verdict-broken = (pas encore)
verdict-later = (vérifié à la fin)
rules-kept = Règles respectées : { $kept } sur { $of }.
strength-0 = Très facile à deviner
strength-1 = Facile à deviner
strength-2 = Pourrait être plus solide
strength-3 = Solide
strength-4 = Très solide
advice-edge_blank = L’espace au début ou à la fin fait partie du mot de passe : il faudra le saisir chaque fois.
advice-keyboard_pattern = Des touches voisines sur le clavier sont faciles à deviner.
advice-repeats = Les mots et les lettres qui se répètent sont faciles à deviner.
advice-sequence = Les suites comme abc ou 6543 sont faciles à deviner.
advice-year = Les années sont faciles à deviner.
advice-date = Les dates sont faciles à deviner.
advice-common_word = Un mot seul est facile à deviner.
advice-name = Les noms et prénoms seuls sont faciles à deviner.
advice-common_password = C’est proche d’un mot de passe que beaucoup de gens utilisent.
advice-substitutions = Les majuscules et les échanges comme @ pour a n’aident pas beaucoup.
advice-add_words = Ajoutez encore un mot ou deux.
advice-uncommon_words = Les mots moins courants sont plus difficiles à deviner.
passwords-differ = Les deux mots de passe ne sont pas encore identiques.
passphrase-make = Proposer des mots au hasard
passphrase-title = Que dites-vous de ces mots ?
passphrase-text = Notez-les, ou laissez votre gestionnaire de mots de passe les garder.
passphrase-use = Utiliser ceux-ci
passphrase-another = D’autres mots
passphrase-used = Les deux champs sont remplis.

## Change password

change-title = Changer mon mot de passe
old-label = Votre mot de passe actuel
change = Changer le mot de passe
changing = Changement de votre mot de passe…

## Working

working-title = En attente de la confirmation de votre établissement
working-text = Cela peut prendre une minute. Veuillez laisser cette fenêtre ouverte ; nous vous préviendrons dès que ce sera confirmé.
working-late-title = Cela prend plus de temps que d’habitude
working-late-text = Votre établissement n’a pas encore confirmé si la modification a été faite. Nous continuons à le lui demander ; vous pouvez fermer cette fenêtre sans rien perdre. Si, dans dix minutes, ni votre nouveau mot de passe ni l’ancien ne fonctionnent, contactez l’assistance ci-dessous.

## Done

done-title-forgotten = Votre mot de passe a été réinitialisé
done-title-never_received = Votre mot de passe est défini
done-title-locked_out = Votre compte est déverrouillé
done-title-change = Votre mot de passe a été changé
done-title-register = La récupération du compte est configurée
done-title-register-open = La récupération du compte n’est pas encore complète
done-text-forgotten = Vous pouvez vous connecter avec votre nouveau mot de passe.
done-text-never_received = Vous pouvez vous connecter avec. Bienvenue !
done-text-locked_out = Vous pouvez de nouveau vous connecter avec votre mot de passe. Il n’a pas changé.
done-text-change = À partir de maintenant, connectez-vous avec votre nouveau mot de passe.
done-text-register = Si un jour vous perdez l’accès, recommencez ici.
done-unlocked = Votre compte était verrouillé. Il est maintenant déverrouillé.
done-locked-elsewhere = L’un des serveurs de votre campus n’a pas confirmé que votre compte y est aussi déverrouillé. Si vous ne pouvez pas vous connecter quelque part, attendez quelques minutes et déverrouillez votre compte ici encore une fois, ou contactez l’assistance.
done-old-until = Pendant un certain temps, jusqu’à { $time }, votre ancien mot de passe peut encore fonctionner à certains endroits. C’est normal.
done-elsewhere = Votre téléphone et vos autres ordinateurs ont encore l’ancien mot de passe. Quand ils vous le demanderont, saisissez-y le nouveau.
replacement-title = Un nouveau code de récupération pour vous
replacement-text = Il remplace celui que vous venez d’utiliser. Notez-le sur votre liste : nous ne le montrons que maintenant.
feedback-title = Cela vous a-t-il aidé ?
feedback-yes = Oui
feedback-no = Non
feedback-label = Que pourrait-on améliorer ? Vous pouvez laisser ce champ vide.
feedback-hint = N’écrivez ici ni votre nom ni un mot de passe. Nous l’enregistrons sans votre compte.
feedback-send = Envoyer
feedback-thanks = Merci de nous l’avoir dit.
places-title = Sur cet ordinateur
places-looking = Recherche des connexions enregistrées avec votre ancien mot de passe…
places-refreshing = Actualisation des connexions enregistrées…
places-nothing = Nous n’avons trouvé aucune connexion enregistrée avec votre identifiant là où nous pouvons regarder.
places-asking-legend = Lesquelles utilisaient votre ancien mot de passe ? Cochez-les et nous les actualiserons.
places-select-all = Tout sélectionner
places-refresh =
    { $count ->
        [0] Actualiser les connexions
        [one] Actualiser { $count } connexion
       *[other] Actualiser { $count } connexions
    }
places-leave = Les laisser telles quelles
places-tick-first = Cochez d’abord les connexions à actualiser. Si aucune n’utilisait votre ancien mot de passe, laissez-les telles quelles.
places-summary-open =
    { $open ->
        [one] Connexions actualisées : { $updated } sur { $count }. { $open } demande votre attention.
       *[other] Connexions actualisées : { $updated } sur { $count }. { $open } demandent votre attention.
    }
places-summary-part = Connexions actualisées : { $updated } sur { $count }. Nous n’avons pas pu regarder partout.
places-summary-done = Tout est terminé. Connexions actualisées : { $updated } sur { $count }.
places-later = Vous pourrez faire le reste plus tard : choisissez l’icône Latchkey à côté de l’horloge, ou rouvrez Latchkey.
places-leave-for-good = Laisser le reste tel quel et ne plus me le rappeler
places-put-back = Rétablir
places-retry = Réessayer
report-copy = Copier un rapport pour l’assistance
report-copied = Copié
report-refused = Cet ordinateur ne nous laisse pas copier. Sélectionnez le texte et copiez-le vous-même.
report-label = Rapport pour l’assistance
unlock-text = Votre trousseau de clés est verrouillé, nous n’avons donc pas pu regarder à l’intérieur. Déverrouillez-le avec le mot de passe de votre ordinateur et nous continuerons.
unlock = Déverrouiller le trousseau
copy-user = Identifiant : { $user }
copy-hidden = Une connexion dans un trousseau verrouillé
copy-no-password = Cela ressemble à une clé ou à un jeton, et non à un mot de passe.
old-opens-title = Votre trousseau de session s’ouvre encore avec l’ancien mot de passe
old-opens-text = Quand cet ordinateur demande son mot de passe, saisissez l’ancien. Si vous ne le connaissez pas, l’assistance peut vous aider.
place-login_keyring = Trousseau qui s’ouvre avec votre session
place-tickets = Tickets Kerberos
place-offline_sign_in = Ouverture de session hors de l’université
outcome-waiting = Actualisation…
outcome-updated = Actualisée
outcome-renewed = Actualisée : connexion avec le nouveau mot de passe
outcome-unverified = Actualisée. Cet ordinateur ne laisse personne la relire.
outcome-already_fine = Déjà à jour
outcome-left_alone = Laissée telle quelle
outcome-put_back = Rétablie comme avant
outcome-gone = N’existe plus
outcome-needs_unlock = Demande votre attention : le trousseau de clés est verrouillé
outcome-needs_tick = Non actualisée : à cocher d’abord
outcome-needs_answer = Non actualisée : cet ordinateur a demandé et personne n’a répondu. Réessayez et autorisez-le.
outcome-old_opens = S’ouvre encore avec l’ancien mot de passe
outcome-not_yet = Pas encore : à cet endroit, l’université ne connaît pas encore votre nouveau mot de passe. Réessayez dans quelques minutes.
outcome-unreachable = Non actualisée : il n’y a pas eu de réponse. Saisissez le nouveau mot de passe quand le programme le demandera.
outcome-unknown = Pas certain : cela a pris trop de temps. Saisissez le nouveau mot de passe si le programme le demande.
outcome-refused = Non actualisée : un refus a été renvoyé. Saisissez le nouveau mot de passe quand le programme le demandera.
outcome-not_kept = Non confirmé : l’écriture a eu lieu, mais la relecture donne autre chose. Saisissez le nouveau mot de passe quand le programme le demandera.
outcome-not_yours = Laissée telle quelle : elle semble être à quelqu’un d’autre
missing-secret_service = Nous n’avons pas pu regarder dans le trousseau de clés de cet ordinateur. Un programme peut encore vous demander votre nouveau mot de passe.
missing-credential_manager = Nous n’avons pas pu regarder dans le Gestionnaire d’identification. Un programme peut encore vous demander votre nouveau mot de passe.
missing-keychain = Nous n’avons pas pu regarder dans le trousseau. Un programme peut encore vous demander votre nouveau mot de passe.
missing-login_keyring = Nous n’avons pas pu regarder dans le trousseau qui s’ouvre avec votre session. Un programme peut encore vous demander votre nouveau mot de passe.
missing-networks = Nous n’avons pas pu regarder les réseaux de cet ordinateur. Il peut encore vous demander votre nouveau mot de passe.
missing-drives = Nous n’avons pas pu regarder les connexions aux lecteurs réseau. Cet ordinateur peut encore vous demander votre nouveau mot de passe.
missing-tickets = Nous n’avons pas pu regarder vos tickets Kerberos. Fermez votre session, puis rouvrez-la.
missing-offline_sign_in = Nous n’avons pas pu voir ce que cet ordinateur garde pour ouvrir une session hors de l’université. Sur place, fermez votre session, puis rouvrez-la.
missing-campus_program = Nous n’avons pas pu regarder dans un emplacement de votre campus. Un programme peut encore vous demander votre nouveau mot de passe.
missing-named = Nous n’avons pas pu regarder dans { $name }. Un programme peut encore vous demander votre nouveau mot de passe.
place-error-unreachable = Il n’y a pas eu de réponse.
place-error-timed_out = La réponse a pris trop de temps.
place-error-refused = L’accès nous a été refusé.
place-error-declined = La question de cet ordinateur a été fermée.
place-error-broken = Une partie de cette application ne fonctionne pas ici. Merci d’en informer l’assistance.

## What is set up

manage-title = Vos moyens de revenir
manage-text = Si l’accès vous est refusé, vous prouvez qui vous êtes par deux de ces moyens.
manage-empty = Rien n’est encore configuré. Si vous oubliez maintenant votre mot de passe, seule l’assistance pourra vous aider.
manage-not-enough = Cela ne suffit pas encore. Ajoutez un autre moyen, si possible sur un autre appareil.
manage-enough = Cela suffit pour revenir.
manage-nudge = Les numéros changent et les téléphones se perdent. Une application d’authentification ou des codes de récupération fonctionnent même alors.
manage-list = Ce qui est configuré
manage-add = Ajouter un moyen
manage-fixed = Géré par votre établissement
manage-due = Pas utilisé depuis longtemps
manage-check = Vérifier qu’il fonctionne
manage-change = Modifier
manage-renew = Créer de nouveaux codes
manage-remove = Supprimer
manage-recommended = Recommandé
manage-wanted = Demandé par votre établissement
manage-later = Terminé pour l’instant
manage-left =
    { $left ->
        [0] Plus aucun code
        [one] Encore { $left } code
       *[other] Encore { $left } codes
    }
means-mobile = Téléphone portable
means-office = Téléphone du bureau
means-email = E-mail personnel
means-authenticator = Application d’authentification
means-questions = Questions de sécurité
means-recovery_codes = Codes de récupération
means-mobile-text = Nous vous envoyons un code par SMS, ou nous appelons et le lisons.
means-office-text = Nous appelons à votre bureau et lisons un code.
means-email-text = Nous envoyons un code à une adresse hors de votre établissement.
means-authenticator-text = Une application sur votre téléphone affiche un code, même sans réseau.
means-questions-text = Vous répondez à des questions dont vous seul connaissez les réponses.
means-recovery_codes-text = Une liste de codes à imprimer ou à enregistrer. Chacun sert une fois.
said-added-mobile = Votre téléphone portable est configuré.
said-added-office = Votre téléphone du bureau est configuré.
said-added-email = Votre adresse e-mail personnelle est configurée.
said-added-authenticator = Votre application d’authentification est configurée.
said-added-questions = Vos questions de sécurité sont configurées.
said-added-recovery_codes = Vos codes de récupération sont configurés.
said-checked-mobile = Votre téléphone portable fonctionne toujours.
said-checked-office = Votre téléphone du bureau fonctionne toujours.
said-checked-email = Votre adresse e-mail personnelle fonctionne toujours.
said-checked-authenticator = Votre application d’authentification fonctionne toujours.
said-checked-questions = Vos questions de sécurité fonctionnent toujours.
said-checked-recovery_codes = Vos codes de récupération fonctionnent toujours.
said-removed-mobile = Votre téléphone portable a été supprimé.
said-removed-office = Votre téléphone du bureau a été supprimé.
said-removed-email = Votre adresse e-mail personnelle a été supprimée.
said-removed-authenticator = Votre application d’authentification a été supprimée.
said-removed-questions = Vos questions de sécurité ont été supprimées.
said-removed-recovery_codes = Vos codes de récupération ont été supprimés.

## Add a way

add-title-mobile = Ajoutez votre téléphone portable
add-title-office = Ajoutez votre téléphone du bureau
add-title-email = Ajoutez une adresse e-mail personnelle
add-text-phone = Nous y envoyons maintenant un code, pour être sûrs qu’il vous parvient.
add-text-email = Nous y envoyons maintenant un code, pour être sûrs qu’il vous parvient. Prenez une adresse hors de votre établissement : quand l’accès vous est refusé, vous ne pouvez pas lire son courrier.
add-phone-hint = Commencez par + et l’indicatif du pays.
add-email-hint = Par exemple une adresse Gmail, Outlook ou iCloud.
add-email-label = Votre adresse e-mail personnelle
add-risk = Les numéros de téléphone peuvent être détournés, et d’autres peuvent lire les messages. Une application d’authentification ou des codes de récupération sont plus sûrs : vous pouvez les ajouter à l’écran précédent.
add-by = Comment le code doit-il vous parvenir ?
confirm-text_mobile = Un SMS avec un code est en route vers { $to }.
confirm-call_mobile = Nous appelons maintenant { $to } pour lire un code.
confirm-call_office = Nous appelons maintenant { $to } pour lire un code.
confirm-email = Un e-mail avec un code est en route vers { $to }.
confirm-text_mobile-known = Un SMS avec un code est en route vers votre portable.
confirm-call_mobile-known = Nous appelons maintenant votre portable pour lire un code.
confirm-call_office-known = Nous appelons maintenant votre téléphone du bureau pour lire un code.
confirm-email-known = Un e-mail avec un code est en route.
confirm-totp = Ouvrez votre application d’authentification et tapez le code qu’elle affiche pour votre compte.
confirm-recovery_code = Tapez l’un de vos codes de récupération.
authenticator-title = Configurez une application d’authentification
authenticator-open-title = Ouvrez votre application d’authentification
authenticator-open-text = Si vous n’en avez pas, installez-en une sur votre téléphone. Toute application qui affiche des codes à six chiffres convient.
authenticator-scan-title = Scannez cette image avec elle
authenticator-scan-text = Ou choisissez « saisir une clé » dans l’application et tapez ceci :
authenticator-qr = Code QR pour votre application d’authentification. La même chose suit en texte.
authenticator-key = Clé
authenticator-code-title = Tapez le code affiché par l’application
add-questions-title = Choisissez vos questions de sécurité
add-questions-text = Choisissez des questions auxquelles vous répondrez de la même façon dans un an, et des réponses que personne ne peut trouver ni deviner.
add-questions-legend = Question { $number } sur { $of }
add-questions-question = Question
add-questions-choose = Choisissez une question
add-questions-answer = Votre réponse
add-questions-hint = De 3 à 40 caractères. Elle n’a pas à être vraie, pourvu que vous vous en souveniez.
codes-title = Gardez ces codes de récupération
codes-text = Chacun vous permet de revenir une fois, quand vous n’avez rien d’autre sous la main. Nous ne les montrons que maintenant : imprimez-les ou enregistrez-les, et gardez-les là où personne d’autre ne regarde.
codes-print = Imprimer
codes-save = Enregistrer dans un fichier
codes-saved = Enregistré sous { $file }
codes-kept = Je les ai gardés
codes-keeping = Activation…
remove-title-mobile = Supprimer votre téléphone portable ?
remove-title-office = Supprimer votre téléphone du bureau ?
remove-title-email = Supprimer votre adresse e-mail personnelle ?
remove-title-authenticator = Supprimer votre application d’authentification ?
remove-title-questions = Supprimer vos questions de sécurité ?
remove-title-recovery_codes = Supprimer vos codes de récupération ?
remove-text = Ensuite, vous ne pourrez plus revenir par ce moyen. Vous pouvez l’ajouter de nouveau quand vous voulez.
remove-hint = C’est celui que nous connaissons comme { $hint }.
remove = Supprimer
removing = Suppression…
keep = Garder

## Helpdesk and about

helpdesk-page-title = Parlez à l’assistance
helpdesk-page-text = Des personnes de votre établissement peuvent aider quand rien ici n’y fait.
helpdesk-page-unknown = Nous n’avons pas pu demander à votre établissement comment joindre son assistance.
helpdesk-have-title = Ce qu’il faut avoir sous la main
helpdesk-have-account = Votre identifiant.
helpdesk-have-identity = De quoi montrer qui vous êtes, par exemple votre carte de l’établissement.
helpdesk-have-code = Votre code d’assistance : { $code }
helpdesk-have-code-none = Le code d’assistance, si une fenêtre de cette application en affiche un.
helpdesk-never = L’assistance ne demande jamais votre mot de passe ni un code que nous vous avons envoyé.
about-title = À propos de cette application

## Finish on this computer

finish-places-title = Terminer sur cet ordinateur
finish-places-text = Le mot de passe du compte { $account } a été changé ({ $time }). Saisissez une fois votre nouveau mot de passe et nous actualiserons les connexions enregistrées ici.
finish-places-label = Votre nouveau mot de passe
finish-places-old-label = Votre ancien mot de passe (facultatif)
finish-places-old-hint = Si vous le connaissez encore, les connexions qui l’utilisaient sont actualisées sans vous interroger sur chacune. Il reste sur cet ordinateur.
finish-places-submit = Actualiser les connexions
finish-places-busy = Recherche…

## When it ends early

blocked-title = Trop de tentatives
blocked-until = Pour protéger votre compte, nous nous sommes arrêtés ici. Vous pourrez réessayer à partir de { $time }.
blocked-text = Pour protéger votre compte, nous nous sommes arrêtés ici. L’assistance peut vous dire comment continuer.
blocked-account = Votre compte lui-même n’a pas été verrouillé pour autant. Si vous ne pouvez pas attendre, contactez l’assistance ci-dessous.
cancelled-title = Annulé
cancelled-text = Votre mot de passe n’a pas été changé. Vous pouvez recommencer quand vous voulez.
uncertain-title = Nous ne savons pas si votre modification a été faite
uncertain-text = Nous l’avons demandée à votre établissement et sa réponse s’est perdue. Rien n’a été modifié sur cet ordinateur.
uncertain-next = Connectez-vous avec le nouveau mot de passe. S’il ne fonctionne pas, utilisez celui d’avant.
uncertain-helpdesk = Si aucun des deux ne fonctionne, contactez l’assistance ci-dessous avant de réessayer.
expired-title = Cela a pris trop de temps
expired-text = Pour protéger votre compte, nous avons cessé d’attendre. Recommencez quand vous voulez.
offline-title = Impossible de joindre votre établissement
offline-text = Vérifiez que cet ordinateur est connecté au réseau. Nous continuons d’essayer automatiquement.
offline-in-flow = Vérifiez que cet ordinateur est connecté au réseau. Rien de ce que vous avez fait n’est perdu : nous reprendrons là où vous en étiez.
offline-title-clock = L’horloge de cet ordinateur est-elle juste ?
offline-text-clock = Cet ordinateur affiche cette heure : { $time }. Avec une horloge fausse, il ne peut pas s’assurer qu’il parle à votre établissement.
offline-next-clock = Si c’est faux, réglez la date et l’heure dans les paramètres de cet ordinateur. Si vous n’en avez pas le droit, prévenez l’assistance.
offline-title-certificate = Cela ne semble pas être votre établissement
offline-text-certificate = Quelque chose répond à la place de votre établissement : nous avons arrêté avant de lui envoyer quoi que ce soit.
offline-next-certificate = Ne tapez votre mot de passe nulle part sur ce réseau pour le moment. Prévenez l’assistance, ou réessayez sur un autre réseau.
offline-title-suspended = L’aide aux mots de passe est en pause
offline-text-suspended = Votre établissement a suspendu les changements de mot de passe pour un moment. Votre mot de passe est resté le même, et nous continuons de demander automatiquement. Si vous ne pouvez pas attendre, contactez l’assistance.
offline-in-flow-suspended = Votre établissement a suspendu les changements de mot de passe pour un moment. Votre mot de passe est resté le même. Restez ici : nous reprendrons là où vous en étiez, dans la limite du temps prévu. Si vous ne pouvez pas attendre, contactez l’assistance.
offline-retry =
    { $seconds ->
        [0] Nouvel essai en cours…
        [one] Nouvel essai dans { $seconds } seconde.
       *[other] Nouvel essai dans { $seconds } secondes.
    }
retry = Réessayer
retry-certificate = Réessayer
unusable-title = Cela ne fonctionne pas encore ici
unusable-no_server = Cet ordinateur ne sait pas quel serveur utiliser. Veuillez prévenir l’assistance.
unusable-bad_settings = Les réglages de cet ordinateur sont illisibles. Veuillez prévenir l’assistance.
unusable-too_old = Cette version de l’application est trop ancienne pour votre établissement. Installez les mises à jour ou prévenez l’assistance.
unusable-not_offered = Votre établissement ne propose pas cela ici. L’assistance peut vous aider à la place.
unusable-nothing_to_finish = Il ne reste rien à terminer sur cet ordinateur.
nothing-to-finish-title = Tout est terminé ici

## Errors: what to do next

trouble-account_missing = Saisissez votre identifiant pour continuer.
trouble-account_too_long = C’est plus long que tout identifiant. Vérifiez ce qui a été saisi ou collé ici.
trouble-characters_missing = Tapez les caractères pour continuer, ou choisissez « Je ne peux pas utiliser ceci ».
trouble-destination_missing = Saisissez le numéro ou l’adresse en entier pour continuer.
trouble-code_missing = Saisissez le code pour continuer.
trouble-answers_missing = Répondez à chaque question pour continuer.
trouble-questions_repeated = Vous avez choisi deux fois la même question. Choisissez-en une autre à la place.
trouble-not_saved = Le fichier n’a pas pu être enregistré. Imprimez les codes ou notez-les.
trouble-old_password_missing = Saisissez votre mot de passe actuel pour continuer.
trouble-passwords_differ = Les deux nouveaux mots de passe ne sont pas identiques. Saisissez à nouveau le second.
trouble-seal_broken = Quelque chose s’est perdu en route. Veuillez sélectionner à nouveau le bouton.
trouble-human_check_failed = La vérification que vous n’êtes pas un robot n’a pas fonctionné. Sélectionnez « Suivant » pour réessayer.
trouble-human_check_failed-characters = Ce n’étaient pas les bons caractères. En voici d’autres : tapez ceux-ci, s’il vous plaît.
trouble-method_unavailable = Ce moyen n’est pas disponible pour le moment. Choisissez-en un autre.
trouble-destination_invalid = Cela ne ressemble pas à un numéro complet ni à une adresse complète. Vérifiez et réessayez.
trouble-destination_wrong = Cela ne correspond pas à ce que nous avons pour vous. Vérifiez ou choisissez un autre moyen.
trouble-destination_wrong-left =
    { $left ->
        [0] Cela ne correspond pas à ce que nous avons pour vous. Choisissez un autre moyen ou contactez l’assistance.
        [one] Cela ne correspond pas à ce que nous avons pour vous. Il vous reste { $left } tentative.
       *[other] Cela ne correspond pas à ce que nous avons pour vous. Vérifiez et réessayez. Il vous reste { $left } tentatives.
    }
trouble-destination_not_allowed = Ce numéro ou cette adresse ne peut pas être utilisé ici. Choisissez-en un autre ; ce ne doit pas être le courrier de votre établissement.
trouble-resend_too_soon = Il est trop tôt pour un nouveau code. Attendez un instant, puis redemandez-en un.
trouble-resend_too_soon-wait =
    { $seconds ->
        [one] Il est trop tôt pour un nouveau code. Redemandez-en un dans { $seconds } seconde.
       *[other] Il est trop tôt pour un nouveau code. Redemandez-en un dans { $seconds } secondes.
    }
trouble-code_wrong = Ce code n’est pas le bon. Regardez le plus récent et réessayez.
trouble-code_wrong-left =
    { $left ->
        [0] Ce code n’est pas le bon. Demandez un nouveau code ou contactez l’assistance.
        [one] Ce code n’est pas le bon. Il vous reste { $left } tentative ; ensuite, demandez un nouveau code.
       *[other] Ce code n’est pas le bon. Regardez le plus récent et réessayez. Il vous reste { $left } tentatives.
    }
trouble-code_wrong-own = Ce code n’est pas le bon, ou il a déjà servi. Vérifiez-le et réessayez.
trouble-code_wrong-own-left =
    { $left ->
        [0] Ce code n’est pas le bon. Utilisez un autre moyen, ou contactez l’assistance.
        [one] Ce code n’est pas le bon, ou il a déjà servi. Il vous reste { $left } essai.
       *[other] Ce code n’est pas le bon, ou il a déjà servi. Vérifiez-le et réessayez. Il vous reste { $left } essais.
    }
trouble-code_expired-own = Ce code a expiré. Utilisez un autre moyen, ou contactez l’assistance.
trouble-code_spent-own = Trop d’essais. Utilisez un autre moyen, ou contactez l’assistance.
trouble-code_expired = Ce code a expiré. Sélectionnez « Envoyer un nouveau code » ; vous n’avez rien à saisir de nouveau.
trouble-code_spent = Ce code a été essayé trop de fois. Demandez un nouveau code ou contactez l’assistance.
trouble-answers_wrong = Les réponses ne sont pas toutes justes. Vérifiez-les et réessayez.
trouble-answers_wrong-left =
    { $left ->
        [0] Les réponses ne sont pas toutes justes. Utilisez un autre moyen ou contactez l’assistance.
        [one] Les réponses ne sont pas toutes justes. Il vous reste { $left } tentative.
       *[other] Les réponses ne sont pas toutes justes. Vérifiez-les et réessayez. Il vous reste { $left } tentatives.
    }
trouble-answers_refused = Certaines réponses ne peuvent pas être utilisées. Ce qu’il faut changer est écrit sous chacune.
answer-too_short = Trop courte : utilisez au moins 3 caractères.
answer-too_long = Trop longue : utilisez au plus 40 caractères.
answer-repeated = Vous avez donné deux fois cette réponse : donnez à chaque question la sienne.
answer-in_question = Elle est dans la question : choisissez une autre réponse.
answer-known = Votre établissement a cela dans ses dossiers, d’autres peuvent donc le savoir : choisissez une autre réponse.
answer-common = Beaucoup de gens donnent cette réponse : choisissez-en une plus difficile à deviner.
trouble-current_password_wrong = Ce mot de passe n’est pas le bon. Vérifiez que le verrouillage des majuscules est désactivé et saisissez-le à nouveau.
trouble-current_password_wrong-left =
    { $left ->
        [0] Ce mot de passe n’est pas le bon, ou votre compte est verrouillé ou désactivé. Contactez l’assistance si vous ne le connaissez pas ou si vous êtes certain qu’il est bon.
        [one] Ce mot de passe n’est pas le bon. Il vous reste { $left } tentative.
       *[other] Ce mot de passe n’est pas le bon. Vérifiez que le verrouillage des majuscules est désactivé et saisissez-le à nouveau. Il vous reste { $left } tentatives.
    }
trouble-password_refused = Ce mot de passe ne peut pas être utilisé :
trouble-password_refused-other = Ce mot de passe a été refusé. Choisissez-en un autre.
trouble-proof_needed = Pour protéger votre compte, nous devons vérifier encore une fois que c’est bien vous. Ensuite, vous pourrez continuer.
trouble-means_unavailable = Cela ne peut pas être configuré ni supprimé ici pour le moment. Choisissez un autre moyen.
trouble-notice_unknown = Aucun message ne contient ce code, ou il est trop ancien. Comparez-le au dernier message, ou contactez l’assistance.
trouble-rate_limited = Cela fait trop de demandes en peu de temps. Attendez quelques minutes, puis réessayez.
trouble-rate_limited-until = Cela fait trop de demandes en peu de temps. Vous pourrez réessayer à partir de { $time }.
trouble-instead = Vous n’avez pas à attendre si vous utilisez l’un de ces moyens :
trouble-client_too_old = Cette version de l’application est trop ancienne. Installez les mises à jour ou contactez l’assistance.
trouble-unavailable = Un service dont nous avons besoin est injoignable pour le moment, rien n’a donc été changé. Réessayez dans une minute.
trouble-suspended = Votre établissement a suspendu les changements de mot de passe pour un moment, rien n’a donc été changé. Réessayez plus tard, ou contactez l’assistance.
trouble-stale = Quelque chose a changé entre-temps. Vérifiez cet écran et réessayez.
trouble-unauthorized = Cette session est terminée. Veuillez recommencer.
trouble-internal = Un problème est survenu de notre côté. Réessayez ; si cela continue, contactez l’assistance.
refusal-too_short =
    { $value ->
        [one] Il est trop court : utilisez au moins { $value } caractère.
       *[other] Il est trop court : utilisez au moins { $value } caractères.
    }
refusal-too_long =
    { $value ->
        [one] Il est trop long : n’utilisez pas plus de { $value } caractère.
       *[other] Il est trop long : n’utilisez pas plus de { $value } caractères.
    }
refusal-too_few_kinds =
    { $value ->
        [one] Utilisez { $value } de ces types : majuscules, minuscules, chiffres, symboles.
       *[other] Utilisez { $value } de ces types : majuscules, minuscules, chiffres, symboles.
    }
refusal-contains_account = Il contient votre identifiant : retirez-le.
refusal-common = C’est l’un de ceux que tout le monde essaie en premier : choisissez-en un moins courant.
refusal-same_as_old = C’est le même que votre ancien mot de passe : choisissez-en un différent.
refusal-used_before = Vous l’avez déjà utilisé : choisissez-en un nouveau.
refusal-too_soon = Votre mot de passe a été changé il y a peu et ne peut pas encore l’être de nouveau. Contactez l’assistance si c’est urgent.
refusal-not_typeable = Il contient un caractère impossible à saisir sur un écran de connexion : retirez-le.
refusal-other = L’annuaire n’a pas dit pourquoi : choisissez-en un autre.
