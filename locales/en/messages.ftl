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
notice-reset = { $campus }: the password of your account was just reset ({ $flow }). If that was not you, call the helpdesk at once: { $helpdesk }
notice-change = { $campus }: the password of your account was just changed ({ $flow }). If that was not you, call the helpdesk at once: { $helpdesk }
notice-unlock = { $campus }: your account was just unlocked ({ $flow }). If that was not you, call the helpdesk at once: { $helpdesk }
