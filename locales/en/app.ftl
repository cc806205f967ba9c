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
tray-changed-elsewhere = Password changed elsewhere: finish here…
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
notification-elsewhere-title = Your password was changed elsewhere
notification-elsewhere-body = Sign-ins saved on this computer may still use the old one. Open Latchkey to finish on this computer.
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
back = Back
done = Done
cancel = Cancel
close = Close
start-over = Start again
use-another-way = Use another way
checking = Checking…
show-password = Show
hide-password = Hide
still-there-title = Are you still there?
still-there-text = To protect your account, we will stop if nothing happens.
still-there-left =
    { $seconds ->
        [one] 1 second left
       *[other] { $seconds } seconds left
    }
still-there-stay = I need more time

## Starting

starting-title = One moment
starting-text = Connecting to your campus…

## What happened?

start-title = What can we help you with?
start-text = Choose what fits best. You can always come back here.
start-forgotten = I forgot my password
start-forgotten-text = Two short steps, then you choose a new one.
start-never_received = I never received a password
start-never_received-text = Two short steps, then you choose your first one.
start-locked_out = I know my password, but I'm locked out
start-locked_out-text = We unlock your account. Your password stays as it is.
start-change = I know my password and want to change it
start-change-text = You type the old one and a new one.
start-register = I haven't set up account recovery yet
start-register-text = So that you can get back in if you are ever locked out.
start-elsewhere = This is not my work or school account
start-not-me = I got a message about something I did not do
elsewhere-title = An account from somewhere else
elsewhere-text = Here we can only help with the account that your campus gave you. For any other account, open a browser and type the address of its own page:
elsewhere-microsoft = A personal Microsoft account (Outlook, Hotmail, Xbox)
elsewhere-google = A Google account (Gmail)
elsewhere-apple = An Apple account (iCloud)
elsewhere-other = Any other account
elsewhere-other-text = Open the page where you usually sign in, and look for “Forgot password”.
elsewhere-unsure = If you are not sure which account it is, ask the helpdesk below.
not-me-title = Somebody else may be using your account
not-me-text = The message has a code in it. Type the code here, and we will stop them:
not-me-undo = What was set up for account recovery goes back to what it was before.
not-me-end = Whoever is recovering your account right now is thrown out.
not-me-freeze = Nobody can recover your account until the helpdesk has spoken with you.
not-me-label = Code from the message
not-me-hint = 16 letters and numbers. Capitals, spaces and dashes do not matter.
not-me-submit = Stop them
not-me-busy = Stopping them…
not-me-done-title = We have stopped them
not-me-done-undone = What was set up for account recovery is as it was before. Nobody can recover your account until the helpdesk has spoken with you.
not-me-done-frozen = Nobody can recover your account until the helpdesk has spoken with you.
not-me-done-next = Now contact the helpdesk below. If your password was changed, only the helpdesk can give you a new one.

## Who are you?

identify-title-forgotten = Reset your password
identify-title-never_received = Get your first password
identify-title-locked_out = Unlock your account
identify-title-change = Change my password
identify-title-register = Set up account recovery
identify-text-forgotten = Tell us who you are. Then we will ask you to prove it in two short steps.
identify-text-never_received = Tell us who you are. Then we will ask you to prove it by what your campus knows of you.
identify-text-locked_out = Tell us who you are. Then we will ask you to prove it, and unlock your account. Your password stays as it is.
identify-text-change = Tell us who you are. Next we will ask for the password you have now.
identify-text-register = Tell us who you are. Then you can choose how to get back in if you ever forget your password.
account-label = User ID
account-example = For example { $example }
signed-in-as = You are signed in as { $account }.
not-you = Not you?
characters-title = Show that you are a person
characters-alt = Picture of distorted letters and numbers to type below. You can listen to them instead.
characters-listen = Listen
characters-stop = Stop
characters-playing = You hear the characters now.
characters-silent = The sound cannot be played on this computer.
characters-other = Other characters
characters-new = There are other characters now.
characters-label = The characters that you see or hear
characters-hint =
    { $length ->
        [one] 1 character. Capital or small makes no difference.
       *[other] { $length } characters. Capital or small makes no difference.
    }
characters-skip = I can't use this
characters-skipped = You do not need the characters. Select Next to go on.

## Sign in

sign-in-title = Sign in to set up account recovery
sign-in-text = Then you can choose how to get back in if you are ever locked out.
sign-in-again-title = Sign in once more
sign-in-again-text = To protect your account, we ask for your password again before anything is changed.
password-label = Your password
password-unknown = I don't know my password

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
method-recovery_code-text = One of the codes that you printed or saved.
method-helpdesk_pass = Use a pass from the helpdesk
method-helpdesk_pass-text = The helpdesk can give you one after it has checked who you are.
method-current_password = Use my current password
phone-mobile-label = Your mobile phone number
phone-office-label = Your office phone number
phone-hint = Type the full number, starting with + and the country code, or as you would dial it.
email-label = Your email address
email-hint = Type the full address that you gave for account recovery.
choose-none = None of these work for you, or you never set anything up? The helpdesk can help: you find it at the end of this window.

## Enter the code

code-title = Enter the code
code-title-recovery_code = Enter a recovery code
code-title-helpdesk_pass = Enter the pass from the helpdesk
code-label = Code
code-label-recovery_code = Recovery code
code-label-helpdesk_pass = Pass
code-hint =
    { $length ->
        [one] 1 digit. You can paste it, spaces do not matter.
       *[other] { $length } digits. You can paste it, spaces do not matter.
    }
code-hint-letters = You can paste it. Capitals, spaces and dashes do not matter.
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
code-helpdesk_pass = Type the pass that the helpdesk gave you. It works once, and only for a few minutes.
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
question-first_film = Which was the first film you saw in a cinema?
question-favourite_toy = What was your favourite toy called when you were a child?
question-childhood_neighbour = What was the surname of your neighbours when you were a child?
question-first_boss = What was the surname of your first boss?
question-seat_neighbour = Who sat next to you in your first year at school?
question-first_dish = Which dish did you learn to cook first?

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
advice-edge_blank = The space at the start or end is part of the password: you have to type it every time.
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
passphrase-make = Suggest random words
passphrase-title = How about these words?
passphrase-text = Write them down, or let your password manager keep them.
passphrase-use = Use these
passphrase-another = Other words
passphrase-used = Both fields are filled in.

## Change password

change-title = Change my password
old-label = The password you have now
change = Change password
changing = Changing your password…

## Working

working-title = Waiting for your campus to confirm
working-text = This can take a minute. Please leave this window open; we will tell you as soon as it is certain.
working-late-title = This is taking longer than usual
working-late-text = Your campus has not confirmed yet whether the change was made. We go on asking; you may close this window, and nothing is lost by it. If neither your new nor your old password works in ten minutes, contact the helpdesk below.

## Done

done-title-forgotten = Your password has been reset
done-title-never_received = Your password has been set
done-title-locked_out = Your account is unlocked
done-title-change = Your password has been changed
done-title-register = Account recovery is set up
done-title-register-open = Account recovery is not complete yet
done-text-forgotten = You can sign in with your new password now.
done-text-never_received = You can sign in with it now. Welcome!
done-text-locked_out = You can sign in again with the password you have. It was not changed.
done-text-change = From now on, sign in with your new password.
done-text-register = What you have set up works from now on. If you are ever locked out, open this app and start here.
done-unlocked = Your account was locked. It is unlocked now.
done-locked-elsewhere = One of the servers of your campus did not confirm that your account is unlocked there too. If you cannot sign in somewhere, wait a few minutes and unlock your account here once more, or contact the helpdesk.
done-old-until = For a while, until { $time }, your old password may still work in some places. That is normal.
done-elsewhere = Your phone and other computers still have the old password. When they ask, type the new one there.
replacement-title = A new recovery code for you
replacement-text = It takes the place of the one you have just used. Write it on your list: we show it only now.
feedback-title = Was this helpful?
feedback-yes = Yes
feedback-no = No
feedback-label = What could be better? You can leave this empty.
feedback-hint = Please do not write your name or a password here. We store it without your account.
feedback-send = Send
feedback-thanks = Thank you for telling us.
places-title = On this computer
places-looking = Looking for sign-ins saved with your old password…
places-refreshing = Updating saved sign-ins…
places-nothing = We found no saved sign-in with your user ID in the places we can look into.
places-asking-legend = Which of these used your old password? Tick them, and we will update them.
places-select-all = Select all
places-refresh =
    { $count ->
        [0] Update saved sign-ins
        [one] Update 1 saved sign-in
       *[other] Update { $count } saved sign-ins
    }
places-leave = Leave them as they are
places-tick-first = Tick the sign-ins to update first. If none of them used your old password, leave them as they are.
places-summary-open =
    { $open ->
        [one] { $updated } of { $count } updated, { $open } needs you.
       *[other] { $updated } of { $count } updated, { $open } need you.
    }
places-summary-part = { $updated } of { $count } updated. Not every place could be looked into.
places-summary-done = All done: { $updated } of { $count } updated.
places-later = You can do the rest later: choose the Latchkey icon beside the clock, or open Latchkey again.
places-leave-for-good = Leave the rest as it is, and do not remind me
places-put-back = Put back
places-retry = Try again
report-copy = Copy a report for the helpdesk
report-copied = Copied
report-refused = This computer does not let us copy. Select the text and copy it yourself.
report-label = Report for the helpdesk
unlock-text = Your keyring is locked, so we could not look inside. Unlock it with your computer's password and we will carry on.
unlock = Unlock the keyring
copy-user = User: { $user }
copy-hidden = A sign-in in a locked keyring
copy-no-password = A key or token, as it seems, and no password.
old-opens-title = Your login keyring still opens with the old password
old-opens-text = When this computer asks for its password, type the old one. If you do not know it, the helpdesk can help.
place-login_keyring = Keyring that opens when you sign in
place-tickets = Kerberos tickets
place-offline_sign_in = Signing in away from the campus
outcome-waiting = Being updated…
outcome-updated = Updated
outcome-renewed = Updated: signed in with the new password
outcome-unverified = Updated. This computer lets nobody read it again.
outcome-already_fine = Already fine
outcome-left_alone = Left as it was
outcome-put_back = Put back as it was
outcome-gone = No longer there
outcome-needs_unlock = Needs you: the keyring is locked
outcome-needs_tick = Not updated: it waits for your tick
outcome-needs_answer = Not updated: this computer asked, and nobody answered. Try again, and allow it.
outcome-old_opens = Still opens with the old password
outcome-not_yet = Not yet: the campus does not know your new password there yet. Try again in a few minutes.
outcome-unreachable = Not updated: there was no answer. Type the new password when the program asks for it.
outcome-unknown = Not certain: it took too long. Type the new password if the program asks for it.
outcome-refused = Not updated: it was refused. Type the new password when the program asks for it.
outcome-not_kept = Not certain: it was written but reads back differently. Type the new password when the program asks for it.
outcome-not_yours = Left as it was: it seems to be somebody else's
missing-secret_service = We could not look into this computer's keyring. A program may still ask for your new password.
missing-credential_manager = We could not look into Credential Manager. A program may still ask for your new password.
missing-keychain = We could not look into the keychain. A program may still ask for your new password.
missing-login_keyring = We could not look at the keyring that opens when you sign in. A program may still ask for your new password.
missing-networks = We could not look at this computer’s networks. It may still ask for your new password.
missing-drives = We could not look at the sign-ins of network drives. This computer may still ask for your new password.
missing-tickets = We could not look at your Kerberos tickets. Sign out and in again.
missing-offline_sign_in = We could not look at what this computer keeps for signing in away from the campus. Sign out and in again while you are on campus.
missing-campus_program = We could not look into a place of your campus. A program may still ask for your new password.
missing-named = We could not look into { $name }. A program may still ask for your new password.
place-error-unreachable = There was no answer.
place-error-timed_out = The answer took too long.
place-error-refused = We were refused.
place-error-declined = The question of this computer was closed.
place-error-broken = A part of this app does not work here. Please let the helpdesk know.

## What is set up

manage-title = Your ways back in
manage-text = If you are ever locked out, you prove who you are in two of these ways.
manage-empty = Nothing is set up yet. If you forgot your password now, only the helpdesk could help you.
manage-not-enough = This is not enough yet. Add one more way, on another device if you can.
manage-enough = This is enough to get back in.
manage-nudge = Numbers change and phones get lost. An authenticator app or recovery codes work even then.
manage-list = What is set up
manage-add = Add a way
manage-fixed = Kept by your campus
manage-due = Not used for a long time
manage-check = Check that it still works
manage-change = Change
manage-renew = Make new codes
manage-remove = Remove
manage-recommended = Recommended
manage-wanted = Your campus asks for it
manage-later = Done for now
manage-left =
    { $left ->
        [0] No codes left
        [one] 1 code left
       *[other] { $left } codes left
    }
means-mobile = Mobile phone
means-office = Office phone
means-email = Private email
means-authenticator = Authenticator app
means-questions = Security questions
means-recovery_codes = Recovery codes
means-mobile-text = We text you a code, or call and read it out.
means-office-text = We call your desk and read out a code.
means-email-text = We send a code to an address outside your campus.
means-authenticator-text = An app on your phone shows a code, even without a signal.
means-questions-text = You answer questions to which only you know the answers.
means-recovery_codes-text = A list of codes to print or save. Each works once.
said-added-mobile = Your mobile phone is set up.
said-added-office = Your office phone is set up.
said-added-email = Your private email address is set up.
said-added-authenticator = Your authenticator app is set up.
said-added-questions = Your security questions are set up.
said-added-recovery_codes = Your recovery codes are set up.
said-checked-mobile = Your mobile phone still works.
said-checked-office = Your office phone still works.
said-checked-email = Your private email address still works.
said-checked-authenticator = Your authenticator app still works.
said-checked-questions = Your security questions still work.
said-checked-recovery_codes = Your recovery codes still work.
said-removed-mobile = Your mobile phone has been removed.
said-removed-office = Your office phone has been removed.
said-removed-email = Your private email address has been removed.
said-removed-authenticator = Your authenticator app has been removed.
said-removed-questions = Your security questions have been removed.
said-removed-recovery_codes = Your recovery codes have been removed.

## Add a way

add-title-mobile = Add your mobile phone
add-title-office = Add your office phone
add-title-email = Add a private email address
add-text-phone = We send a code there now, to be sure that it reaches you.
add-text-email = We send a code there now, to be sure that it reaches you. Use an address outside your campus: when you are locked out, you cannot read your campus mail.
add-phone-hint = Start with + and the country code.
add-email-hint = For example an address at Gmail, Outlook or iCloud.
add-email-label = Your private email address
add-risk = Phone numbers can be taken over, and messages to them can be read by others. An authenticator app or recovery codes are safer: you can add them on the screen before.
add-by = How should the code reach you?
confirm-text_mobile = A text message with a code is on its way to { $to }.
confirm-call_mobile = We are calling { $to } now to read out a code.
confirm-call_office = We are calling { $to } now to read out a code.
confirm-email = An email with a code is on its way to { $to }.
confirm-text_mobile-known = A text message with a code is on its way to your mobile phone.
confirm-call_mobile-known = We are calling your mobile phone now to read out a code.
confirm-call_office-known = We are calling your office phone now to read out a code.
confirm-email-known = An email with a code is on its way to you.
confirm-totp = Open your authenticator app and type the code it shows for your campus account.
confirm-recovery_code = Type one of your recovery codes.
authenticator-title = Set up an authenticator app
authenticator-open-title = Open your authenticator app
authenticator-open-text = If you have none, install one on your phone. Any app that shows six-digit codes will do.
authenticator-scan-title = Scan this picture with it
authenticator-scan-text = Or choose “enter a key” in the app and type this:
authenticator-qr = QR code for your authenticator app. The same as text follows.
authenticator-key = Key
authenticator-code-title = Type the code that the app shows
add-questions-title = Choose your security questions
add-questions-text = Choose questions that you will answer the same way in a year, and answers that nobody can look up or guess.
add-questions-legend = Question { $number } of { $of }
add-questions-question = Question
add-questions-choose = Choose a question
add-questions-answer = Your answer
add-questions-hint = 3 to 40 characters. It does not have to be true, as long as you remember it.
codes-title = Keep these recovery codes
codes-text = Each one gets you back in once, when nothing else is at hand. We show them only now: print them or save them, and keep them where nobody else looks.
codes-print = Print
codes-save = Save as a file
codes-saved = Saved as { $file }
codes-kept = I have kept them
codes-keeping = Switching them on…
remove-title-mobile = Remove your mobile phone?
remove-title-office = Remove your office phone?
remove-title-email = Remove your private email address?
remove-title-authenticator = Remove your authenticator app?
remove-title-questions = Remove your security questions?
remove-title-recovery_codes = Remove your recovery codes?
remove-text = From then on, you cannot get back in this way. You can add it again whenever you like.
remove-hint = It is the one that we know as { $hint }.
remove = Remove it
removing = Removing it…
keep = Keep it

## Helpdesk and about

helpdesk-page-title = Talk to the helpdesk
helpdesk-page-text = People at your campus can help when nothing here does.
helpdesk-page-unknown = We have not been able to ask your campus how to reach its helpdesk.
helpdesk-have-title = What to have ready
helpdesk-have-account = Your user ID.
helpdesk-have-identity = Something that shows who you are, such as your campus card.
helpdesk-have-code = Your support code: { $code }
helpdesk-have-code-none = The support code, if a window of this app shows one.
helpdesk-never = The helpdesk never asks for your password or for a code that we sent you.
about-title = About this app

## Finish on this computer

finish-places-title = Finish on this computer
finish-places-text = The password of { $account } was changed on { $time }. Type your new password once, and we will update the sign-ins saved here.
finish-places-label = Your new password
finish-places-old-label = Your old password (optional)
finish-places-old-hint = If you still know it, sign-ins that used it are updated without asking you about each. It stays on this computer.
finish-places-submit = Update saved sign-ins
finish-places-busy = Looking…

## When it ends early

blocked-title = Too many tries
blocked-until = To protect your account, we stopped here. You can try again after { $time }.
blocked-text = To protect your account, we stopped here. The helpdesk can tell you how to go on.
blocked-account = Your account itself was not locked by this. If you cannot wait, contact the helpdesk below.
cancelled-title = Cancelled
cancelled-text = Nothing was changed. You can start again whenever you like.
uncertain-title = We cannot tell whether your change was made
uncertain-text = Your campus was asked to make it, and its answer was lost. Nothing on this computer was changed.
uncertain-next = Sign in with the new password. If it does not work, use the one from before.
uncertain-helpdesk = If neither works, contact the helpdesk below before you try again.
expired-title = This took too long
expired-text = To protect your account, we stopped waiting. Start again when you are ready.
offline-title = We cannot reach your campus
offline-text = Check that this computer is connected to the network. We keep trying by ourselves.
offline-in-flow = Check that this computer is connected to the network. Nothing you have done is lost: we go on from where you were.
offline-title-clock = Is the clock of this computer right?
offline-text-clock = This computer believes that it is { $time }. With a wrong clock it cannot make sure that it talks to your campus.
offline-next-clock = If that is wrong, set the date and time in the settings of this computer. If you may not do that, tell the helpdesk.
offline-title-certificate = This does not seem to be your campus
offline-text-certificate = Something answers in the place of your campus, so we stopped before anything was sent to it.
offline-next-certificate = Do not type your password into anything on this network now. Tell the helpdesk, or try again on another network.
offline-title-suspended = Password help is paused
offline-text-suspended = Your campus has paused password changes for a while. Your password is as it was, and we keep asking by ourselves. If you cannot wait, contact the helpdesk.
offline-in-flow-suspended = Your campus has paused password changes for a while. Your password is as it was. Stay here and we go on from where you were, as far as time allows. If you cannot wait, contact the helpdesk.
offline-retry =
    { $seconds ->
        [0] Trying again now…
        [one] Trying again in 1 second.
       *[other] Trying again in { $seconds } seconds.
    }
retry = Try now
retry-certificate = Try again
unusable-title = This does not work here yet
unusable-no_server = This computer has not been told which server to use. Please let the helpdesk know.
unusable-bad_settings = The settings of this computer cannot be read. Please let the helpdesk know.
unusable-too_old = This version of the app is too old for your campus. Install updates, or let the helpdesk know.
unusable-not_offered = Your campus does not offer this here. The helpdesk can help you instead.
unusable-nothing_to_finish = There is nothing left to finish on this computer.
nothing-to-finish-title = All done here

## Errors: what to do next

trouble-account_missing = Type your user ID to go on.
trouble-account_too_long = This is longer than any user ID. Check what was typed or pasted here.
trouble-characters_missing = Type the characters to go on, or select “I can't use this”.
trouble-destination_missing = Type the full number or address to go on.
trouble-code_missing = Type the code to go on.
trouble-answers_missing = Answer each question to go on.
trouble-questions_repeated = You chose one question twice. Choose another one in its place.
trouble-not_saved = The file could not be saved. Print the codes or write them down instead.
trouble-old_password_missing = Type the password you have now to go on.
trouble-passwords_differ = The two new passwords are not the same. Type the second one again.
trouble-seal_broken = Something got lost on the way. Select the button again, please.
trouble-human_check_failed = The check that you are not a robot did not work. Select Next to try again.
trouble-human_check_failed-characters = Those were not the characters. Here are other ones: please type these.
trouble-method_unavailable = This way is not available now. Choose another one.
trouble-destination_invalid = This does not look like a full number or address. Check it and try again.
trouble-destination_wrong = This does not match what we have for you. Check it, or choose another way.
trouble-destination_wrong-left =
    { $left ->
        [0] This does not match what we have for you. Choose another way, or contact the helpdesk.
        [one] This does not match what we have for you. You have 1 more try.
       *[other] This does not match what we have for you. Check it and try again. You have { $left } more tries.
    }
trouble-destination_not_allowed = This number or address cannot be used here. Choose another one; it must not belong to your campus mail.
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
trouble-code_wrong-own = That code is not right, or it has been used before. Check it and try again.
trouble-code_wrong-own-left =
    { $left ->
        [0] That code is not right. Use another way, or contact the helpdesk.
        [one] That code is not right, or it has been used before. You have 1 more try.
       *[other] That code is not right, or it has been used before. Check it and try again. You have { $left } more tries.
    }
trouble-code_expired-own = That code has expired. Use another way, or contact the helpdesk.
trouble-code_spent-own = That was tried too often. Use another way, or contact the helpdesk.
trouble-code_expired = That code has expired. Select “Send a new code”; you do not have to type anything again.
trouble-code_spent = That code was tried too often. Ask for a new code, or contact the helpdesk.
trouble-answers_wrong = Not all answers are right. Check them and try again.
trouble-answers_wrong-left =
    { $left ->
        [0] Not all answers are right. Use another way, or contact the helpdesk.
        [one] Not all answers are right. You have 1 more try.
       *[other] Not all answers are right. Check them and try again. You have { $left } more tries.
    }
trouble-answers_refused = Some answers cannot be used. What to change stands below each of them.
answer-too_short = It is too short: use at least 3 characters.
answer-too_long = It is too long: use no more than 40 characters.
answer-repeated = You gave this answer twice: give each question an answer of its own.
answer-in_question = It stands in the question: choose another answer.
answer-known = Your campus has this on file, so others may know it: choose another answer.
answer-common = Many people give this answer: choose one that is harder to guess.
trouble-current_password_wrong = That password is not right. Check that Caps Lock is off and type it again.
trouble-current_password_wrong-left =
    { $left ->
        [0] That password is not right, or your account is locked or switched off. Contact the helpdesk if you do not know it, or are sure that it is right.
        [one] That password is not right. You have 1 more try.
       *[other] That password is not right. Check that Caps Lock is off and type it again. You have { $left } more tries.
    }
trouble-password_refused = This password cannot be used:
trouble-password_refused-other = This password was refused. Choose another one.
trouble-proof_needed = To protect your account, we have to make sure again that it is you. Then you can go on.
trouble-means_unavailable = This cannot be set up or removed here now. Choose another way.
trouble-notice_unknown = No message has this code, or it is too old. Check it against the newest message, or contact the helpdesk.
trouble-rate_limited = That was too often in a short time. Wait a few minutes, then try again.
trouble-rate_limited-until = That was too often in a short time. Try again after { $time }.
trouble-instead = You do not have to wait if you use one of these:
trouble-client_too_old = This version of the app is too old. Install updates, or contact the helpdesk.
trouble-unavailable = Something we need cannot be reached now, so nothing was changed. Try again in a minute.
trouble-suspended = Your campus has paused password changes for a while, so nothing was changed. Try again later, or contact the helpdesk.
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
