# Messages that the server sends. A text message should be short.

code-subject = Mã của bạn cho { $campus }
code-text = { $campus }: { $code } là mã của bạn, có hiệu lực trong { $minutes } phút. Không đưa mã cho bất kỳ ai, kể cả bộ phận hỗ trợ.
# A voice says it as soon as somebody answers; what follows only after a key was pressed.
code-call-prompt = Xin chào. Đây là { $campus }, gọi để đọc mã đã được yêu cầu. Để nghe mã, hãy nhấn phím bất kỳ.
code-call = Mã của bạn là: { $code }. Xin nhắc lại, mã của bạn là: { $code }. Không đưa mã cho bất kỳ ai, kể cả bộ phận hỗ trợ. Xin tạm biệt.
code-email = { $code } là mã của bạn cho { $campus }.
    Mã có hiệu lực trong { $minutes } phút.

    Không đưa mã cho bất kỳ ai, kể cả bộ phận hỗ trợ. Nếu bạn không yêu cầu mã này, bạn không cần làm gì: không có mã thì không ai vào được.

notice-subject = Tài khoản của bạn tại { $campus }
notice-reset = { $campus }: mật khẩu tài khoản của bạn vừa được đặt lại ({ $flow }). Nếu không phải bạn làm, hãy gọi ngay cho bộ phận hỗ trợ: { $helpdesk }
notice-change = { $campus }: mật khẩu tài khoản của bạn vừa được đổi ({ $flow }). Nếu không phải bạn làm, hãy gọi ngay cho bộ phận hỗ trợ: { $helpdesk }
notice-unlock = { $campus }: tài khoản của bạn vừa được mở khóa ({ $flow }). Nếu không phải bạn làm, hãy gọi ngay cho bộ phận hỗ trợ: { $helpdesk }
