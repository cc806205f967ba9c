### What the app says: tray, notifications and pages. One id, one whole sentence.

app-name = Latchkey

## Windows

window-title-recover = Can't access your account?
window-title-change = Change my password
window-title-register = Set up account recovery
window-title-places = Saved sign-ins
window-title-helpdesk = Helpdesk

## Tray

tray-recover = Can't access your account?
tray-change = Change my password…
tray-register = Set up account recovery…
tray-expires =
    { $days ->
        [0] Your password expires today
        [one] Your password expires tomorrow
       *[other] Your password expires in { $days } days
    }
tray-saved-sign-ins =
    { $count ->
        [one] 1 saved sign-in needs you
       *[other] { $count } saved sign-ins need you
    }
tray-helpdesk = Helpdesk…
tray-about = About Latchkey
tray-quit = Quit

## Notifications

notification-changed-title = Your password was changed
notification-changed-body = Sign-ins saved on this computer may still use the old one. Open Latchkey to finish.
notification-expires-title =
    { $days ->
        [0] Your password expires today
        [one] Your password expires tomorrow
       *[other] Your password expires in { $days } days
    }
notification-expires-body = Change it now and you will not be locked out later.
notification-saved-sign-ins-title =
    { $count ->
        [one] 1 saved sign-in needs you
       *[other] { $count } saved sign-ins need you
    }
notification-saved-sign-ins-body = Open Latchkey to see which ones still use your old password.
notification-change = Change my password
notification-finish = Finish
notification-later = Later

## A file of recovery codes

codes-file-name = Recovery codes
codes-file-title = Recovery codes for your account at { $campus }
codes-file-text = Each one works once, when nothing else is at hand. Keep them where nobody else looks.

## About

about-text = Latchkey { $version } gets you back into your account and lets this computer know your new password.

## On every screen

language-label = Language
helpdesk-title = Need a person?
helpdesk-phone = Phone
helpdesk-url = Web
helpdesk-hours = Hours
support-code = Support code
step-of = Verification step { $number } of { $of }
step-last = Last step
next = Next
cancel = Cancel
close = Close
start-over = Start again
use-another-way = Use another way
checking = Checking…
show-password = Show
hide-password = Hide

## Starting

starting-title = One moment
starting-text = Connecting to your campus…

## Who are you?

identify-title-reset = Can't access your account?
identify-title-unlock = Unlock your account
identify-title-change = Change my password
identify-title-register = Set up account recovery
identify-text-reset = Tell us who you are. Then we will ask you to prove it in two short steps.
identify-text-unlock = Tell us who you are. Then we will ask you to prove it, and unlock your account. Your password stays as it is.
identify-text-change = Tell us who you are. Next we will ask for the password you have now.
identify-text-register = Tell us who you are. Then you can choose how to get back in if you ever forget your password.
account-label = User ID
account-example = For example { $example }

## Choose a method

choose-title = How should we check that it is you?
choose-title-next = Now prove it in a second way
choose-legend = Choose one
method-text_mobile = Text my mobile phone
method-call_mobile = Call my mobile phone
method-call_office = Call my office phone
method-email = Email me
method-totp = Use my authenticator app
method-questions = Answer my security questions
method-recovery_code = Use a recovery code
method-current_password = Use my current password
phone-mobile-label = Your mobile phone number
phone-office-label = Your office phone number
phone-hint = Type the full number, starting with + and the country code, or as you would dial it.
email-label = Your email address
email-hint = Type the full address that you gave for account recovery.

## Enter the code

code-title = Enter the code
code-label = Code
code-hint =
    { $length ->
        [one] 1 digit. You can paste it, spaces do not matter.
       *[other] { $length } digits. You can paste it, spaces do not matter.
    }
code-hint-recovery = You can paste it, spaces do not matter.
code-text_mobile-to = If { $to } is the number we have for you, a text message with a code is on its way.
code-text_mobile = A text message with a code is on its way to your mobile phone.
code-call_mobile-to = If { $to } is the number we have for you, we are calling it now to read out a code.
code-call_mobile = We are calling your mobile phone now to read out a code.
code-call_office-to = If { $to } is the number we have for you, we are calling it now to read out a code.
code-call_office = We are calling your office phone now to read out a code.
code-email-to = If { $to } is the address we have for you, an email with a code is on its way.
code-email = An email with a code is on its way to you.
code-totp = Open your authenticator app and type the code it shows for your campus account.
code-recovery_code = Type one of the recovery codes you saved when you set up account recovery. Each one works once.
code-current_password = Type the password you have now.
code-expires-minutes =
    { $minutes ->
        [one] The code works for 1 more minute.
       *[other] The code works for { $minutes } more minutes.
    }
code-expires-seconds =
    { $seconds ->
        [one] The code works for 1 more second.
       *[other] The code works for { $seconds } more seconds.
    }
code-over = This code has expired. Ask for a new one below.
resend = Send a new code
resend-call = Call me again
resend-wait =
    { $seconds ->
        [one] Nothing came? You can ask again in 1 second.
       *[other] Nothing came? You can ask again in { $seconds } seconds.
    }
resend-now = Nothing came?

## Answer questions

questions-title = Answer your security questions
questions-text = Type the answers as you gave them when you set up account recovery. Capital letters and extra spaces do not matter.
questions-show = Show answers
questions-hide = Hide answers
question-first_pet = What was the name of your first pet?
question-first_school = What was the name of your first school?
question-childhood_street = On which street did you live as a child?
question-favourite_teacher = What was the name of your favourite teacher?
question-first_concert = Which was the first concert you went to?
question-grandmother_town = In which town did your grandmother live?
question-first_job_city = In which city was your first job?
question-childhood_friend = What was the name of your best friend in childhood?
question-oldest_cousin = What is the first name of your oldest cousin?
question-favourite_book = What was your favourite book as a child?

## New password

new-title = Choose a new password
new-suggestion = Four or more random words work well. 12 to 16 characters with capitals, small letters, a number and a symbol are a good choice too.
new-suggestion-long = Four or more random words work well, and are easy to remember.
new-label = New password
confirm-label = Type the new password again
finish = Finish
finishing = Setting your new password…
rules-title = Your new password needs
rule-min_length =
    { $value ->
        [one] at least 1 character
       *[other] at least { $value } characters
    }
rule-max_length =
    { $value ->
        [one] no more than 1 character
       *[other] no more than { $value } characters
    }
rule-kinds =
    { $value ->
        [one] 1 of these: capital letters, small letters, numbers, symbols
       *[other] { $value } of these: capital letters, small letters, numbers, symbols
    }
rule-no_account = no user ID in it
rule-not_common = to be none of the passwords that everybody tries first
rule-not_old = to be different from your old password
rule-history =
    { $value ->
        [one] to be different from the last one you had
       *[other] to be different from the last { $value } you had
    }
verdict-kept = (done)
verdict-broken = (not yet)
verdict-later = (checked at the end)
rules-kept =
    { $of ->
        [one] { $kept } of 1 rule is met.
       *[other] { $kept } of { $of } rules are met.
    }
strength-0 = Very easy to guess
strength-1 = Easy to guess
strength-2 = Could be stronger
strength-3 = Strong
strength-4 = Very strong
advice-keyboard_pattern = Keys that lie next to each other are easy to guess.
advice-repeats = Repeated words and letters are easy to guess.
advice-sequence = Sequences like abc or 6543 are easy to guess.
advice-year = Years are easy to guess.
advice-date = Dates are easy to guess.
advice-common_word = One word alone is easy to guess.
advice-name = Names alone are easy to guess.
advice-common_password = This is close to a password that many people use.
advice-substitutions = Capitals and swaps like @ for a do not help much.
advice-add_words = Add another word or two.
advice-uncommon_words = Less common words are harder to guess.
passwords-differ = The two passwords are not the same yet.

## Change password

change-title = Change my password
old-label = The password you have now
change = Change password
changing = Changing your password…

## Working

working-title = Waiting for your campus to confirm
working-text = This can take a minute. Please leave this window open; we will tell you as soon as it is certain.

## Done

done-title-reset = Your password has been reset
done-title-unlock = Your account is unlocked
done-title-change = Your password has been changed
done-title-register = Account recovery is set up
done-text-reset = You can sign in with your new password now.
done-text-unlock = You can sign in again with the password you have. It was not changed.
done-text-change = From now on, sign in with your new password.
done-text-register = If you are ever locked out, start here again.
done-unlocked = Your account was locked. It is unlocked now.
done-old-until = For a while, until { $time }, your old password may still work in some places. That is normal.
done-elsewhere = Your phone and other computers still have the old password. When they ask, type the new one there.
places-title = On this computer
places-looking = Looking for sign-ins saved with your old password…
places-refreshing = Updating saved sign-ins…
places-nothing = We found no saved sign-in with your user ID in the places we can look into.
places-asking-legend = These saved sign-ins use your user ID. Tick the ones that used your old password.
places-select-all = Select all
places-refresh =
    { $count ->
        [0] Leave them as they are
        [one] Update 1 saved sign-in
       *[other] Update { $count } saved sign-ins
    }
unlock-text = Your keyring is locked, so we could not look inside. Unlock it with your computer's password and we will carry on.
unlock = Unlock the keyring
copy-user = User: { $user }
copy-other-password = Another password is saved here now.
outcome-waiting = Waiting
outcome-updated = Updated
outcome-already_fine = Already fine
outcome-locked = Needs you: the keyring is locked
outcome-left_alone = Left as it was
outcome-gone = No longer there
outcome-failed = Not updated: the keyring refused or did not answer. Type the new password when the program asks for it.
outcome-not_verified = Not certain: it was written but reads back differently. Type the new password when the program asks for it.
missing-secret_service = We could not look into this computer's keyring. A program may still ask for your new password.
missing-credential_manager = We could not look into Credential Manager. A program may still ask for your new password.
missing-keychain = We could not look into the keychain. A program may still ask for your new password.

## Finish on this computer

finish-places-title = Finish on this computer
finish-places-text = The password of { $account } was changed on { $time }. Type your new password once, and we will update the sign-ins saved here.
finish-places-label = Your new password
finish-places-submit = Update saved sign-ins
finish-places-busy = Looking…

## When it ends early

blocked-title = Too many tries
blocked-until = To protect your account, we stopped here. You can try again after { $time }.
blocked-text = To protect your account, we stopped here. The helpdesk can tell you how to go on.
blocked-account = Your account itself was not locked by this. If you cannot wait, contact the helpdesk below.
cancelled-title = Cancelled
cancelled-text = Your password was not changed. You can start again whenever you like.
expired-title = This took too long
expired-text = To protect your account, we stopped waiting. Start again when you are ready.
offline-title = We cannot reach your campus
offline-text = Check that this computer is connected to the network. We keep trying by ourselves.
offline-in-flow = Check that this computer is connected to the network. Nothing you have done is lost: we go on from where you were.
offline-retry =
    { $seconds ->
        [0] Trying again now…
        [one] Trying again in 1 second.
       *[other] Trying again in { $seconds } seconds.
    }
retry = Try now
unusable-title = This does not work here yet
unusable-no_server = This computer has not been told which server to use. Please let the helpdesk know.
unusable-bad_settings = The settings of this computer cannot be read. Please let the helpdesk know.
unusable-too_old = This version of the app is too old for your campus. Install updates, or let the helpdesk know.
unusable-not_offered = Your campus does not offer this here. The helpdesk can help you instead.
unusable-nothing_to_finish = There is nothing left to finish on this computer.
nothing-to-finish-title = All done here

## Errors: what to do next

trouble-account_missing = Type your user ID to go on.
trouble-destination_missing = Type the full number or address to go on.
trouble-code_missing = Type the code to go on.
trouble-answers_missing = Answer each question to go on.
trouble-old_password_missing = Type the password you have now to go on.
trouble-passwords_differ = The two new passwords are not the same. Type the second one again.
trouble-seal_broken = Something got lost on the way. Select the button again, please.
trouble-human_check_failed = The check that you are not a robot did not work. Select Next to try again.
trouble-method_unavailable = This way is not available now. Choose another one.
trouble-destination_invalid = This does not look like a full number or address. Check it and try again.
trouble-destination_wrong = This does not match what we have for you. Check it, or choose another way.
trouble-destination_wrong-left =
    { $left ->
        [0] This does not match what we have for you. Choose another way, or contact the helpdesk.
        [one] This does not match what we have for you. You have 1 more try.
       *[other] This does not match what we have for you. Check it and try again. You have { $left } more tries.
    }
trouble-resend_too_soon = It is too soon for a new code. Wait a moment, then ask again.
trouble-resend_too_soon-wait =
    { $seconds ->
        [one] It is too soon for a new code. Ask again in 1 second.
       *[other] It is too soon for a new code. Ask again in { $seconds } seconds.
    }
trouble-code_wrong = That code is not right. Look at the newest one and try again.
trouble-code_wrong-left =
    { $left ->
        [0] That code is not right. Ask for a new code, or contact the helpdesk.
        [one] That code is not right. You have 1 more try; after that, ask for a new code.
       *[other] That code is not right. Look at the newest one and try again. You have { $left } more tries.
    }
trouble-code_expired = That code has expired. Select “Send a new code”; you do not have to type anything again.
trouble-code_spent = That code was tried too often. Ask for a new code, or contact the helpdesk.
trouble-answers_wrong = Not all answers are right. Check them and try again.
trouble-answers_wrong-left =
    { $left ->
        [0] Not all answers are right. Use another way, or contact the helpdesk.
        [one] Not all answers are right. You have 1 more try.
       *[other] Not all answers are right. Check them and try again. You have { $left } more tries.
    }
trouble-current_password_wrong = That password is not right. Check that Caps Lock is off and type it again.
trouble-current_password_wrong-left =
    { $left ->
        [0] That password is not right. Contact the helpdesk if you do not know it.
        [one] That password is not right. You have 1 more try.
       *[other] That password is not right. Check that Caps Lock is off and type it again. You have { $left } more tries.
    }
trouble-password_refused = This password cannot be used:
trouble-password_refused-other = This password was refused. Choose another one.
trouble-rate_limited = That was too often in a short time. Wait a few minutes, then try again.
trouble-rate_limited-wait =
    { $minutes ->
        [one] That was too often in a short time. Try again in 1 minute.
       *[other] That was too often in a short time. Try again in { $minutes } minutes.
    }
trouble-client_too_old = This version of the app is too old. Install updates, or contact the helpdesk.
trouble-unavailable = Something we need cannot be reached now, so nothing was changed. Try again in a minute.
trouble-stale = Something changed in the meantime. Check this screen and try again.
trouble-unauthorized = This session is over. Start again, please.
trouble-internal = Something went wrong on our side. Try again; if it stays like this, contact the helpdesk.
refusal-too_short =
    { $value ->
        [one] It is too short: use at least 1 character.
       *[other] It is too short: use at least { $value } characters.
    }
refusal-too_long =
    { $value ->
        [one] It is too long: use no more than 1 character.
       *[other] It is too long: use no more than { $value } characters.
    }
refusal-too_few_kinds =
    { $value ->
        [one] Use 1 of these: capital letters, small letters, numbers, symbols.
       *[other] Use { $value } of these: capital letters, small letters, numbers, symbols.
    }
refusal-contains_account = It contains your user ID: leave that out.
refusal-common = It is one of the passwords that everybody tries first: choose something less common.
refusal-same_as_old = It is the same as your old password: choose a different one.
refusal-used_before = You have used it before: choose one that is new.
refusal-too_soon = Your password was changed only a short while ago and cannot be changed again yet. Contact the helpdesk if it is urgent.
refusal-not_typeable = It contains a character that cannot be typed at a sign-in screen: leave that out.
refusal-other = The directory did not say why: choose another one.
