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
# The code is typed into the window that says "I got a message about something I did not do".
notice-reset = { $campus }: mật khẩu của bạn vừa được đặt lại ({ $flow }). Không phải bạn? Nhập { $code } vào Latchkey và gọi { $helpdesk }
notice-change = { $campus }: mật khẩu của bạn vừa được đổi ({ $flow }). Không phải bạn? Nhập { $code } vào Latchkey và gọi { $helpdesk }
notice-unlock = { $campus }: tài khoản của bạn vừa được mở khóa ({ $flow }). Không phải bạn? Nhập { $code } vào Latchkey và gọi { $helpdesk }
# Nobody can tell whether it was.
notice-uncertain = { $campus }: tài khoản của bạn có thể vừa bị thay đổi ({ $flow }). Không phải bạn? Nhập { $code } vào Latchkey và gọi { $helpdesk }
notice-tries = { $campus }: nhiều lần thử vào tài khoản của bạn không thành ({ $flow }). Không phải bạn? Nhập { $code } vào Latchkey và gọi { $helpdesk }
notice-disabled = { $campus }: sau nhiều lần thử sai, vừa tắt { $method ->
        [text_mobile] tin nhắn tới số di động
        [call_mobile] cuộc gọi tới số di động
        [call_office] cuộc gọi tới số cơ quan
        [email] mã qua email
        [totp] ứng dụng xác thực
       *[questions] câu hỏi bảo mật
    } của bạn ({ $flow }). Hãy thiết lập lại hoặc gọi { $helpdesk }
notice-added = { $campus }: vừa thêm cách khôi phục: { $means ->
        [mobile] số di động
        [office] số cơ quan
        [email] email
        [authenticator] ứng dụng xác thực
        [questions] câu hỏi bảo mật
       *[recovery_codes] mã khôi phục
    } ({ $flow }). Không phải bạn? Nhập { $code } vào Latchkey hoặc gọi { $helpdesk }
notice-removed = { $campus }: vừa gỡ cách khôi phục: { $means ->
        [mobile] số di động
        [office] số cơ quan
        [email] email
        [authenticator] ứng dụng xác thực
        [questions] câu hỏi bảo mật
       *[recovery_codes] mã khôi phục
    } ({ $flow }). Không phải bạn? Nhập { $code } vào Latchkey hoặc gọi { $helpdesk }
notice-undone = { $campus }: thay đổi về khôi phục tài khoản vừa được hoàn tác, khôi phục đã dừng ({ $flow }). Để dùng lại, hãy gọi hỗ trợ: { $helpdesk }
notice-stopped = { $campus }: khôi phục tài khoản của bạn vừa bị dừng ({ $flow }). Để dùng lại, hãy gọi hỗ trợ: { $helpdesk }
notice-replaced = { $campus }: { $means ->
        [mobile] số di động
        [office] số điện thoại văn phòng
       *[email] địa chỉ email
    } của tài khoản bạn vừa bị thay, không phải do bạn. Nếu không đúng, hãy gọi hỗ trợ: { $helpdesk }

# What the operator sends to try a gateway.
test-subject = Thử tin nhắn của { $campus }
test = { $campus }: đây là tin thử. Tài khoản của bạn không có gì thay đổi và bạn không cần làm gì.
