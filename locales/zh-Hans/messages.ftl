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
notice-reset = { $campus }：您账户的密码刚刚被重置（{ $flow }）。如果不是您本人操作，请立即致电服务台：{ $helpdesk }
notice-change = { $campus }：您账户的密码刚刚被修改（{ $flow }）。如果不是您本人操作，请立即致电服务台：{ $helpdesk }
notice-unlock = { $campus }：您的账户刚刚被解锁（{ $flow }）。如果不是您本人操作，请立即致电服务台：{ $helpdesk }
