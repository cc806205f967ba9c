# Messages that the server sends. A text message should fit into 160 characters.

code-subject = Your code for { $campus }
code-text = { $campus }: { $code } is your code. It works for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }. Never give it to anyone, not even to the helpdesk.
# A voice says it as soon as somebody answers; what follows only after a key was pressed.
code-call-prompt = Hello. This is { $campus } with a code that was asked for. To hear it, press any key.
code-call = Your code is: { $code }. Again, your code is: { $code }. Never give it to anyone, not even to the helpdesk. Goodbye.
code-email = { $code } is your code for { $campus }.
    It works for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }.

    Never give it to anyone, not even to the helpdesk. If you did not ask for it, you need not do anything: without the code nobody gets in.

notice-subject = Your account at { $campus }
# The code is typed into the window that says "I got a message about something I did not do".
notice-reset = { $campus }: your password was just reset ({ $flow }). Not you? Type { $code } into Latchkey and call the helpdesk: { $helpdesk }
notice-change = { $campus }: your password was just changed ({ $flow }). Not you? Type { $code } into Latchkey and call the helpdesk: { $helpdesk }
notice-unlock = { $campus }: your account was just unlocked ({ $flow }). Not you? Type { $code } into Latchkey and call the helpdesk: { $helpdesk }
# Nobody can tell whether it was.
notice-uncertain = { $campus }: your account may just have been changed ({ $flow }). Not you? Type { $code } into Latchkey and call the helpdesk: { $helpdesk }
notice-tries = { $campus }: several failed tries to get into your account ({ $flow }). Not you? Type { $code } into Latchkey to stop them. Helpdesk: { $helpdesk }
notice-disabled = { $campus }: after many wrong tries { $method ->
        [text_mobile] texts to your mobile phone were
        [call_mobile] calls to your mobile phone were
        [call_office] calls to your office phone were
        [email] codes by e-mail were
        [totp] your authenticator app was
       *[questions] your security questions were
    } just switched off ({ $flow }). Set it up anew, or call { $helpdesk }
notice-added = { $campus }: { $means ->
        [mobile] a mobile phone was
        [office] an office phone was
        [email] an e-mail address was
        [authenticator] an authenticator app was
        [questions] security questions were
       *[recovery_codes] recovery codes were
    } just set up for your account ({ $flow }). Not you? Type { $code } into Latchkey, or call { $helpdesk }
notice-removed = { $campus }: { $means ->
        [mobile] a mobile phone was
        [office] an office phone was
        [email] an e-mail address was
        [authenticator] an authenticator app was
        [questions] security questions were
       *[recovery_codes] recovery codes were
    } just removed from your account ({ $flow }). Not you? Type { $code } into Latchkey, or call { $helpdesk }
notice-undone = { $campus }: a change to your account's recovery was just undone, and recovery is stopped ({ $flow }). To use it again, call the helpdesk: { $helpdesk }
notice-stopped = { $campus }: recovery was just stopped for your account ({ $flow }). To use it again, call the helpdesk: { $helpdesk }
notice-replaced = { $campus }: { $means ->
        [mobile] the mobile phone
        [office] the office phone
       *[email] the e-mail address
    } of your account was just replaced, not by you. If that is not right, call the helpdesk: { $helpdesk }

# What the operator sends to try a gateway.
test-subject = A test of the messages of { $campus }
test = { $campus }: this is a test. Nothing has happened to your account, and there is nothing you need to do.
