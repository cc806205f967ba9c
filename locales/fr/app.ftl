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
cancel = Annuler
close = Fermer
start-over = Recommencer
use-another-way = Autre moyen
checking = Vérification…
show-password = Afficher
hide-password = Masquer

## Starting

starting-title = Un instant
starting-text = Connexion à votre établissement…

## Who are you?

identify-title-reset = Impossible d’accéder à votre compte ?
identify-title-unlock = Déverrouiller votre compte
identify-title-change = Changer mon mot de passe
identify-title-register = Configurer la récupération du compte
identify-text-reset = Dites-nous qui vous êtes. Nous vous demanderons ensuite de le prouver en deux courtes étapes.
identify-text-unlock = Dites-nous qui vous êtes. Nous vous demanderons ensuite de le prouver, puis nous déverrouillerons votre compte. Votre mot de passe ne change pas.
identify-text-change = Dites-nous qui vous êtes. Nous vous demanderons ensuite votre mot de passe actuel.
identify-text-register = Dites-nous qui vous êtes. Vous pourrez ensuite choisir comment retrouver l’accès si vous oubliez un jour votre mot de passe.
account-label = Identifiant
account-example = Par exemple { $example }

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
method-current_password = Utiliser mon mot de passe actuel
phone-mobile-label = Votre numéro de portable
phone-office-label = Votre numéro de téléphone de bureau
phone-hint = Saisissez le numéro complet, en commençant par + et l’indicatif du pays, ou comme vous le composeriez.
email-label = Votre adresse e-mail
email-hint = Saisissez en entier l’adresse que vous avez donnée pour la récupération du compte.

## Enter the code

code-title = Saisissez le code
code-label = Code
code-hint =
    { $length ->
        [one] { $length } chiffre. Vous pouvez coller le code, les espaces ne comptent pas.
       *[other] { $length } chiffres. Vous pouvez coller le code, les espaces ne comptent pas.
    }
code-hint-recovery = Vous pouvez coller le code, les espaces ne comptent pas.
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

## Change password

change-title = Changer mon mot de passe
old-label = Votre mot de passe actuel
change = Changer le mot de passe
changing = Changement de votre mot de passe…

## Working

working-title = En attente de la confirmation de votre établissement
working-text = Cela peut prendre une minute. Veuillez laisser cette fenêtre ouverte ; nous vous préviendrons dès que ce sera confirmé.

## Done

done-title-reset = Votre mot de passe a été réinitialisé
done-title-unlock = Votre compte est déverrouillé
done-title-change = Votre mot de passe a été changé
done-title-register = La récupération du compte est configurée
done-text-reset = Vous pouvez maintenant vous connecter avec votre nouveau mot de passe.
done-text-unlock = Vous pouvez de nouveau vous connecter avec le mot de passe que vous avez. Il n’a pas été changé.
done-text-change = À partir de maintenant, connectez-vous avec votre nouveau mot de passe.
done-text-register = Si un jour vous perdez l’accès, recommencez ici.
done-unlocked = Votre compte était verrouillé. Il est maintenant déverrouillé.
done-old-until = Pendant un certain temps, jusqu’à { $time }, votre ancien mot de passe peut encore fonctionner à certains endroits. C’est normal.
done-elsewhere = Votre téléphone et vos autres ordinateurs ont encore l’ancien mot de passe. Quand ils vous le demanderont, saisissez-y le nouveau.
places-title = Sur cet ordinateur
places-looking = Recherche des connexions enregistrées avec votre ancien mot de passe…
places-refreshing = Actualisation des connexions enregistrées…
places-nothing = Nous n’avons trouvé aucune connexion enregistrée avec votre identifiant là où nous pouvons regarder.
places-asking-legend = Ces connexions enregistrées utilisent votre identifiant. Cochez celles qui utilisaient votre ancien mot de passe.
places-select-all = Tout sélectionner
places-refresh =
    { $count ->
        [0] Les laisser telles quelles
        [one] Actualiser { $count } connexion
       *[other] Actualiser { $count } connexions
    }
unlock-text = Votre trousseau de clés est verrouillé, nous n’avons donc pas pu regarder à l’intérieur. Déverrouillez-le avec le mot de passe de votre ordinateur et nous continuerons.
unlock = Déverrouiller le trousseau
copy-user = Identifiant : { $user }
copy-other-password = Un autre mot de passe est maintenant enregistré ici.
outcome-waiting = En attente
outcome-updated = Actualisée
outcome-already_fine = Déjà à jour
outcome-locked = Demande votre attention : le trousseau de clés est verrouillé
outcome-left_alone = Laissée telle quelle
outcome-gone = N’existe plus
outcome-failed = Non actualisée : le trousseau de clés a refusé ou n’a pas répondu. Saisissez le nouveau mot de passe quand le programme le demandera.
outcome-not_verified = Non confirmé : l’écriture a eu lieu, mais la relecture donne autre chose. Saisissez le nouveau mot de passe quand le programme le demandera.
missing-secret_service = Nous n’avons pas pu regarder dans le trousseau de clés de cet ordinateur. Un programme peut encore vous demander votre nouveau mot de passe.
missing-credential_manager = Nous n’avons pas pu regarder dans le Gestionnaire d’identification. Un programme peut encore vous demander votre nouveau mot de passe.
missing-keychain = Nous n’avons pas pu regarder dans le trousseau. Un programme peut encore vous demander votre nouveau mot de passe.

## Finish on this computer

finish-places-title = Terminer sur cet ordinateur
finish-places-text = Le mot de passe du compte { $account } a été changé ({ $time }). Saisissez une fois votre nouveau mot de passe et nous actualiserons les connexions enregistrées ici.
finish-places-label = Votre nouveau mot de passe
finish-places-submit = Actualiser les connexions
finish-places-busy = Recherche…

## When it ends early

blocked-title = Trop de tentatives
blocked-until = Pour protéger votre compte, nous nous sommes arrêtés ici. Vous pourrez réessayer à partir de { $time }.
blocked-text = Pour protéger votre compte, nous nous sommes arrêtés ici. L’assistance peut vous dire comment continuer.
blocked-account = Votre compte lui-même n’a pas été verrouillé pour autant. Si vous ne pouvez pas attendre, contactez l’assistance ci-dessous.
cancelled-title = Annulé
cancelled-text = Votre mot de passe n’a pas été changé. Vous pouvez recommencer quand vous voulez.
expired-title = Cela a pris trop de temps
expired-text = Pour protéger votre compte, nous avons cessé d’attendre. Recommencez quand vous voulez.
offline-title = Impossible de joindre votre établissement
offline-text = Vérifiez que cet ordinateur est connecté au réseau. Nous continuons d’essayer automatiquement.
offline-in-flow = Vérifiez que cet ordinateur est connecté au réseau. Rien de ce que vous avez fait n’est perdu : nous reprendrons là où vous en étiez.
offline-retry =
    { $seconds ->
        [0] Nouvel essai en cours…
        [one] Nouvel essai dans { $seconds } seconde.
       *[other] Nouvel essai dans { $seconds } secondes.
    }
retry = Réessayer
unusable-title = Cela ne fonctionne pas encore ici
unusable-no_server = Cet ordinateur ne sait pas quel serveur utiliser. Veuillez prévenir l’assistance.
unusable-bad_settings = Les réglages de cet ordinateur sont illisibles. Veuillez prévenir l’assistance.
unusable-too_old = Cette version de l’application est trop ancienne pour votre établissement. Installez les mises à jour ou prévenez l’assistance.
unusable-not_offered = Votre établissement ne propose pas cela ici. L’assistance peut vous aider à la place.
unusable-nothing_to_finish = Il ne reste rien à terminer sur cet ordinateur.
nothing-to-finish-title = Tout est terminé ici

## Errors: what to do next

trouble-account_missing = Saisissez votre identifiant pour continuer.
trouble-destination_missing = Saisissez le numéro ou l’adresse en entier pour continuer.
trouble-code_missing = Saisissez le code pour continuer.
trouble-answers_missing = Répondez à chaque question pour continuer.
trouble-old_password_missing = Saisissez votre mot de passe actuel pour continuer.
trouble-passwords_differ = Les deux nouveaux mots de passe ne sont pas identiques. Saisissez à nouveau le second.
trouble-seal_broken = Quelque chose s’est perdu en route. Veuillez sélectionner à nouveau le bouton.
trouble-human_check_failed = La vérification que vous n’êtes pas un robot n’a pas fonctionné. Sélectionnez « Suivant » pour réessayer.
trouble-method_unavailable = Ce moyen n’est pas disponible pour le moment. Choisissez-en un autre.
trouble-destination_invalid = Cela ne ressemble pas à un numéro complet ni à une adresse complète. Vérifiez et réessayez.
trouble-destination_wrong = Cela ne correspond pas à ce que nous avons pour vous. Vérifiez ou choisissez un autre moyen.
trouble-destination_wrong-left =
    { $left ->
        [0] Cela ne correspond pas à ce que nous avons pour vous. Choisissez un autre moyen ou contactez l’assistance.
        [one] Cela ne correspond pas à ce que nous avons pour vous. Il vous reste { $left } tentative.
       *[other] Cela ne correspond pas à ce que nous avons pour vous. Vérifiez et réessayez. Il vous reste { $left } tentatives.
    }
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
trouble-code_expired = Ce code a expiré. Sélectionnez « Envoyer un nouveau code » ; vous n’avez rien à saisir de nouveau.
trouble-code_spent = Ce code a été essayé trop de fois. Demandez un nouveau code ou contactez l’assistance.
trouble-answers_wrong = Les réponses ne sont pas toutes justes. Vérifiez-les et réessayez.
trouble-answers_wrong-left =
    { $left ->
        [0] Les réponses ne sont pas toutes justes. Utilisez un autre moyen ou contactez l’assistance.
        [one] Les réponses ne sont pas toutes justes. Il vous reste { $left } tentative.
       *[other] Les réponses ne sont pas toutes justes. Vérifiez-les et réessayez. Il vous reste { $left } tentatives.
    }
trouble-current_password_wrong = Ce mot de passe n’est pas le bon. Vérifiez que le verrouillage des majuscules est désactivé et saisissez-le à nouveau.
trouble-current_password_wrong-left =
    { $left ->
        [0] Ce mot de passe n’est pas le bon. Contactez l’assistance si vous ne le connaissez pas.
        [one] Ce mot de passe n’est pas le bon. Il vous reste { $left } tentative.
       *[other] Ce mot de passe n’est pas le bon. Vérifiez que le verrouillage des majuscules est désactivé et saisissez-le à nouveau. Il vous reste { $left } tentatives.
    }
trouble-password_refused = Ce mot de passe ne peut pas être utilisé :
trouble-password_refused-other = Ce mot de passe a été refusé. Choisissez-en un autre.
trouble-rate_limited = Cela fait trop de demandes en peu de temps. Attendez quelques minutes, puis réessayez.
trouble-rate_limited-wait =
    { $minutes ->
        [one] Cela fait trop de demandes en peu de temps. Réessayez dans { $minutes } minute.
       *[other] Cela fait trop de demandes en peu de temps. Réessayez dans { $minutes } minutes.
    }
trouble-client_too_old = Cette version de l’application est trop ancienne. Installez les mises à jour ou contactez l’assistance.
trouble-unavailable = Un service dont nous avons besoin est injoignable pour le moment, rien n’a donc été changé. Réessayez dans une minute.
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
