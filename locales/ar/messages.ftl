# Messages that the server sends. A text message should be short.

code-subject = رمزك لدى { $campus }
code-text = { $campus }: رمزك هو { $code }. صالح لمدة { $minutes ->
        [one] دقيقة واحدة
        [two] دقيقتين
        [few] { $minutes } دقائق
       *[other] { $minutes } دقيقة
    }. لا تعطه لأحد، ولا حتى لمكتب المساعدة.
# A voice says it as soon as somebody answers; what follows only after a key was pressed.
code-call-prompt = مرحبًا. معك { $campus }. طُلب منا رمز. لسماعه اضغط أي مفتاح.
code-call = رمزك هو: { $code }. مرة أخرى، رمزك هو: { $code }. لا تعطه لأحد، ولا حتى لمكتب المساعدة. مع السلامة.
code-email = رمزك لدى { $campus } هو { $code }.
    صالح لمدة { $minutes ->
        [one] دقيقة واحدة
        [two] دقيقتين
        [few] { $minutes } دقائق
       *[other] { $minutes } دقيقة
    }.

    لا تعطه لأحد، ولا حتى لمكتب المساعدة. إذا لم تطلبه فلا حاجة إلى فعل أي شيء، إذ لا أحد يستطيع الدخول من دون الرمز.

notice-subject = حسابك لدى { $campus }
notice-reset = { $campus }: أُعيد للتوّ تعيين كلمة مرور حسابك ({ $flow }). إذا لم تكن أنت من فعل ذلك فاتصل فورًا بمكتب المساعدة: { $helpdesk }
notice-change = { $campus }: غُيّرت للتوّ كلمة مرور حسابك ({ $flow }). إذا لم تكن أنت من فعل ذلك فاتصل فورًا بمكتب المساعدة: { $helpdesk }
notice-unlock = { $campus }: فُتح للتوّ قفل حسابك ({ $flow }). إذا لم تكن أنت من فعل ذلك فاتصل فورًا بمكتب المساعدة: { $helpdesk }
