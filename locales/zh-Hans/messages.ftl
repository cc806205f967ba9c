# Messages that the server sends. A text message should fit into 70 characters.

code-subject = 您的 { $campus } 验证码
code-text = { $campus }：您的验证码是 { $code }，{ $minutes } 分钟内有效。请勿告诉任何人，服务台也不例外。
# A voice says it as soon as somebody answers; what follows only after a key was pressed.
code-call-prompt = 您好。这里是 { $campus }，有人申请了验证码。请按任意键收听。
code-call = 您的验证码是：{ $code }。再说一遍，您的验证码是：{ $code }。请勿告诉任何人，服务台也不例外。再见。
code-email = { $code } 是您的 { $campus } 验证码。
    验证码在 { $minutes } 分钟内有效。

    请勿告诉任何人，服务台也不例外。如果您没有申请验证码，则无需任何操作：没有验证码，谁也无法登录。

notice-subject = 您的 { $campus } 账户
# The code is typed into the window that says "I got a message about something I did not do".
notice-reset = { $campus }：您的密码刚被重置（{ $flow }）。非本人操作？请在 Latchkey 中输入 { $code } 并致电服务台：{ $helpdesk }
notice-change = { $campus }：您的密码刚被修改（{ $flow }）。非本人操作？请在 Latchkey 中输入 { $code } 并致电服务台：{ $helpdesk }
notice-unlock = { $campus }：您的账户刚被解锁（{ $flow }）。非本人操作？请在 Latchkey 中输入 { $code } 并致电服务台：{ $helpdesk }
# Nobody can tell whether it was.
notice-uncertain = { $campus }：您的账户可能刚被更改（{ $flow }）。非本人操作？请在 Latchkey 中输入 { $code } 并致电服务台：{ $helpdesk }
notice-tries = { $campus }：有人多次尝试进入您的账户，均未成功（{ $flow }）。非本人操作？请在 Latchkey 中输入 { $code } 加以阻止。服务台：{ $helpdesk }
notice-disabled = { $campus }：因多次验证错误，您账户的恢复方式“{ $method ->
        [text_mobile] 手机短信
        [call_mobile] 手机来电
        [call_office] 办公电话来电
        [email] 邮件验证码
        [totp] 身份验证器应用
       *[questions] 密保问题
    }”刚被停用（{ $flow }）。请重新设置，或致电 { $helpdesk }
notice-added = { $campus }：您的账户刚添加了恢复方式“{ $means ->
        [mobile] 手机
        [office] 办公电话
        [email] 电子邮箱
        [authenticator] 身份验证器应用
        [questions] 密保问题
       *[recovery_codes] 恢复码
    }”（{ $flow }）。非本人操作？请在 Latchkey 中输入 { $code }，或致电 { $helpdesk }
notice-removed = { $campus }：您的账户刚移除了恢复方式“{ $means ->
        [mobile] 手机
        [office] 办公电话
        [email] 电子邮箱
        [authenticator] 身份验证器应用
        [questions] 密保问题
       *[recovery_codes] 恢复码
    }”（{ $flow }）。非本人操作？请在 Latchkey 中输入 { $code }，或致电 { $helpdesk }
notice-undone = { $campus }：您的账户恢复设置刚撤销了一项更改，恢复功能已停用（{ $flow }）。如需重新启用，请致电服务台：{ $helpdesk }
notice-stopped = { $campus }：您的账户恢复功能刚被停用（{ $flow }）。如需重新启用，请致电服务台：{ $helpdesk }
notice-replaced = { $campus }：您账户的{ $means ->
        [mobile] 手机号码
        [office] 办公电话
       *[email] 邮箱地址
    }刚被替换，并非由您操作。如有疑问，请致电服务台：{ $helpdesk }

# What the operator sends to try a gateway.
test-subject = { $campus } 消息测试
test = { $campus }：这是一条测试消息。您的账户没有任何变化，您无需执行任何操作。
