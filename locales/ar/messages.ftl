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
# The code is typed into the window that says "I got a message about something I did not do".
notice-reset = { $campus }: أُعيد للتوّ تعيين كلمة مرورك ({ $flow }). لست أنت؟ اكتب { $code } في Latchkey واتصل بالرقم { $helpdesk }
notice-change = { $campus }: غُيّرت للتوّ كلمة مرورك ({ $flow }). لست أنت؟ اكتب { $code } في Latchkey واتصل بالرقم { $helpdesk }
notice-unlock = { $campus }: فُتح للتوّ قفل حسابك ({ $flow }). لست أنت؟ اكتب { $code } في Latchkey واتصل بالرقم { $helpdesk }
# Nobody can tell whether it was.
notice-uncertain = { $campus }: ربما غُيّر حسابك للتوّ ({ $flow }). لست أنت؟ اكتب { $code } في Latchkey واتصل بالرقم { $helpdesk }
notice-tries = { $campus }: تكرر فشل الدخول إلى حسابك ({ $flow }). لست أنت؟ اكتب { $code } في Latchkey واتصل بالرقم { $helpdesk }
notice-disabled = { $campus }: بعد محاولات خاطئة كثيرة أُوقفت للتوّ ({ $flow }): { $method ->
        [text_mobile] رسائل الجوال
        [call_mobile] مكالمات الجوال
        [call_office] مكالمات المكتب
        [email] رموز البريد
        [totp] تطبيق المصادقة
       *[questions] أسئلة الأمان
    }. أعد الإعداد أو اتصل: { $helpdesk }
notice-added = { $campus }: أُضيف للتوّ إلى حسابك ({ $flow }): { $means ->
        [mobile] هاتف جوال
        [office] هاتف مكتب
        [email] عنوان بريد
        [authenticator] تطبيق مصادقة
        [questions] أسئلة أمان
       *[recovery_codes] رموز استعادة
    }. لست أنت؟ اكتب { $code } في Latchkey أو اتصل: { $helpdesk }
notice-removed = { $campus }: أُزيل للتوّ من حسابك ({ $flow }): { $means ->
        [mobile] هاتف جوال
        [office] هاتف مكتب
        [email] عنوان بريد
        [authenticator] تطبيق مصادقة
        [questions] أسئلة أمان
       *[recovery_codes] رموز استعادة
    }. لست أنت؟ اكتب { $code } في Latchkey أو اتصل: { $helpdesk }
notice-undone = { $campus }: أُلغي للتوّ تغيير في استعادة حسابك وأُوقفت الاستعادة ({ $flow }). لاستخدامها من جديد اتصل بالرقم { $helpdesk }
notice-stopped = { $campus }: أُوقفت للتوّ استعادة حسابك ({ $flow }). لاستخدامها من جديد اتصل بالرقم { $helpdesk }
notice-replaced = { $campus }: استُبدل للتوّ { $means ->
        [mobile] رقم الجوال
        [office] هاتف المكتب
       *[email] عنوان البريد
    } في حسابك، ولم تفعله أنت. إن كان ذلك خطأ فاتصل بالرقم { $helpdesk }

# What the operator sends to try a gateway.
test-subject = اختبار رسائل { $campus }
test = { $campus }: هذا اختبار. لم يحدث شيء لحسابك ولا يلزمك فعل أي شيء.
