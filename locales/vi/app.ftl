### What the app says: tray, notifications and pages. One id, one whole sentence.

app-name = Latchkey

## Windows

window-title-recover = Không vào được tài khoản?
window-title-change = Đổi mật khẩu
window-title-register = Thiết lập khôi phục tài khoản
window-title-places = Thông tin đăng nhập đã lưu
window-title-helpdesk = Bộ phận hỗ trợ

## Tray

tray-recover = Không vào được tài khoản?
tray-change = Đổi mật khẩu…
tray-register = Thiết lập khôi phục tài khoản…
tray-expires =
    { $days ->
        [0] Mật khẩu của bạn hết hạn hôm nay
        [1] Mật khẩu của bạn hết hạn ngày mai
       *[other] Mật khẩu của bạn hết hạn sau { $days } ngày
    }
tray-saved-sign-ins = { $count } mục đăng nhập đã lưu cần bạn xử lý
tray-helpdesk = Bộ phận hỗ trợ…
tray-about = Giới thiệu về Latchkey
tray-quit = Thoát

## Notifications

notification-changed-title = Mật khẩu của bạn đã được đổi
notification-changed-body = Thông tin đăng nhập lưu trên máy tính này có thể vẫn dùng mật khẩu cũ. Hãy mở Latchkey để hoàn tất.
notification-expires-title =
    { $days ->
        [0] Mật khẩu của bạn hết hạn hôm nay
        [1] Mật khẩu của bạn hết hạn ngày mai
       *[other] Mật khẩu của bạn hết hạn sau { $days } ngày
    }
notification-expires-body = Hãy đổi ngay bây giờ để sau này vẫn đăng nhập được.
notification-saved-sign-ins-title = { $count } mục đăng nhập đã lưu cần bạn xử lý
notification-saved-sign-ins-body = Hãy mở Latchkey để xem mục nào vẫn dùng mật khẩu cũ của bạn.
notification-change = Đổi mật khẩu
notification-finish = Hoàn tất
notification-later = Để sau

## A file of recovery codes

codes-file-name = Mã khôi phục
codes-file-title = Mã khôi phục cho tài khoản của bạn tại { $campus }
codes-file-text = Mỗi mã dùng được một lần, khi bạn không có cách nào khác. Hãy giữ ở nơi không ai khác nhìn thấy.

## About

about-text = Latchkey { $version } giúp bạn vào lại tài khoản và cập nhật mật khẩu mới cho máy tính này.

## On every screen

language-label = Ngôn ngữ
helpdesk-title = Bạn cần người hỗ trợ?
helpdesk-phone = Điện thoại
helpdesk-url = Trang web
helpdesk-hours = Giờ làm việc
support-code = Mã hỗ trợ
step-of = Bước xác minh { $number } trên { $of }
step-last = Bước cuối cùng
next = Tiếp theo
cancel = Hủy
close = Đóng
start-over = Bắt đầu lại
use-another-way = Dùng cách khác
checking = Đang kiểm tra…
show-password = Hiện
hide-password = Ẩn

## Starting

starting-title = Xin chờ một chút
starting-text = Đang kết nối với trường của bạn…

## Who are you?

identify-title-reset = Không vào được tài khoản?
identify-title-unlock = Mở khóa tài khoản
identify-title-change = Đổi mật khẩu
identify-title-register = Thiết lập khôi phục tài khoản
identify-text-reset = Hãy cho chúng tôi biết bạn là ai. Sau đó, chúng tôi sẽ nhờ bạn xác minh qua hai bước ngắn.
identify-text-unlock = Hãy cho chúng tôi biết bạn là ai. Sau đó, chúng tôi sẽ nhờ bạn xác minh rồi mở khóa tài khoản cho bạn. Mật khẩu của bạn vẫn giữ nguyên.
identify-text-change = Hãy cho chúng tôi biết bạn là ai. Tiếp theo, chúng tôi sẽ hỏi mật khẩu hiện tại của bạn.
identify-text-register = Hãy cho chúng tôi biết bạn là ai. Sau đó, bạn có thể chọn cách vào lại tài khoản nếu lỡ quên mật khẩu.
account-label = Tên đăng nhập
account-example = Ví dụ { $example }

## Choose a method

choose-title = Xác minh đúng là bạn bằng cách nào?
choose-title-next = Giờ hãy xác minh bằng cách thứ hai
choose-legend = Chọn một cách
method-text_mobile = Nhắn tin đến điện thoại di động của tôi
method-call_mobile = Gọi điện thoại di động của tôi
method-call_office = Gọi điện thoại cơ quan của tôi
method-email = Gửi email cho tôi
method-totp = Dùng ứng dụng xác thực của tôi
method-questions = Trả lời câu hỏi bảo mật của tôi
method-recovery_code = Dùng mã khôi phục
method-current_password = Dùng mật khẩu hiện tại của tôi
phone-mobile-label = Số điện thoại di động của bạn
phone-office-label = Số điện thoại cơ quan của bạn
phone-hint = Nhập đầy đủ số, bắt đầu bằng dấu + và mã quốc gia, hoặc như khi bạn bấm gọi.
email-label = Địa chỉ email của bạn
email-hint = Nhập đầy đủ địa chỉ bạn đã đăng ký để khôi phục tài khoản.

## Enter the code

code-title = Nhập mã
code-label = Mã
code-hint = { $length } chữ số. Bạn có thể dán mã, có dấu cách cũng không sao.
code-hint-recovery = Bạn có thể dán mã, có dấu cách cũng không sao.
code-text_mobile-to = Nếu { $to } là số chúng tôi đang lưu cho bạn thì một tin nhắn có mã đang được gửi đến.
code-text_mobile = Một tin nhắn có mã đang được gửi đến điện thoại di động của bạn.
code-call_mobile-to = Nếu { $to } là số chúng tôi đang lưu cho bạn thì chúng tôi đang gọi đến số đó để đọc mã.
code-call_mobile = Chúng tôi đang gọi điện thoại di động của bạn để đọc mã.
code-call_office-to = Nếu { $to } là số chúng tôi đang lưu cho bạn thì chúng tôi đang gọi đến số đó để đọc mã.
code-call_office = Chúng tôi đang gọi điện thoại cơ quan của bạn để đọc mã.
code-email-to = Nếu { $to } là địa chỉ chúng tôi đang lưu cho bạn thì một email có mã đang được gửi đến.
code-email = Một email có mã đang được gửi đến bạn.
code-totp = Hãy mở ứng dụng xác thực và nhập mã mà ứng dụng hiển thị cho tài khoản trường của bạn.
code-recovery_code = Nhập một trong các mã khôi phục bạn đã lưu khi thiết lập khôi phục tài khoản. Mỗi mã chỉ dùng được một lần.
code-current_password = Nhập mật khẩu hiện tại của bạn.
code-expires-minutes = Mã còn hiệu lực trong { $minutes } phút.
code-expires-seconds = Mã còn hiệu lực trong { $seconds } giây.
code-over = Mã này đã hết hạn. Hãy yêu cầu mã mới ở bên dưới.
resend = Gửi mã mới
resend-call = Gọi lại cho tôi
resend-wait = Chưa nhận được? Bạn có thể yêu cầu lại sau { $seconds } giây.
resend-now = Chưa nhận được?

## Answer questions

questions-title = Trả lời câu hỏi bảo mật của bạn
questions-text = Nhập câu trả lời như khi bạn thiết lập khôi phục tài khoản. Không cần để ý chữ hoa hay dấu cách thừa.
questions-show = Hiện câu trả lời
questions-hide = Ẩn câu trả lời
question-first_pet = Thú cưng đầu tiên của bạn tên là gì?
question-first_school = Ngôi trường đầu tiên của bạn tên là gì?
question-childhood_street = Hồi nhỏ bạn sống ở đường nào?
question-favourite_teacher = Thầy hoặc cô giáo bạn yêu quý nhất tên là gì?
question-first_concert = Buổi hòa nhạc đầu tiên bạn đi xem là buổi nào?
question-grandmother_town = Bà của bạn sống ở thị trấn nào?
question-first_job_city = Công việc đầu tiên của bạn ở thành phố nào?
question-childhood_friend = Người bạn thân nhất thời thơ ấu của bạn tên là gì?
question-oldest_cousin = Anh chị em họ lớn tuổi nhất của bạn tên là gì (không kèm họ)?
question-favourite_book = Hồi nhỏ bạn thích cuốn sách nào nhất?

## New password

new-title = Chọn mật khẩu mới
new-suggestion = Ghép ít nhất bốn từ ngẫu nhiên là một cách hay. Dùng 12 đến 16 ký tự gồm chữ hoa, chữ thường, chữ số và ký hiệu cũng là lựa chọn tốt.
new-suggestion-long = Ghép ít nhất bốn từ ngẫu nhiên là một cách hay và dễ nhớ.
new-label = Mật khẩu mới
confirm-label = Nhập lại mật khẩu mới
finish = Hoàn tất
finishing = Đang đặt mật khẩu mới…
rules-title = Mật khẩu mới của bạn cần
rule-min_length = có ít nhất { $value } ký tự
rule-max_length = có không quá { $value } ký tự
rule-kinds = có ít nhất { $value } trong các loại sau: chữ hoa, chữ thường, chữ số, ký hiệu
rule-no_account = không chứa tên đăng nhập
rule-not_common = không thuộc những mật khẩu mà ai cũng thử trước tiên
rule-not_old = khác mật khẩu cũ của bạn
rule-history = khác { $value } mật khẩu gần đây nhất của bạn
verdict-kept = (đạt)
verdict-broken = (chưa đạt)
verdict-later = (kiểm tra sau cùng)
rules-kept = Đã đạt { $kept } trên { $of } yêu cầu.
strength-0 = Rất dễ đoán
strength-1 = Dễ đoán
strength-2 = Có thể mạnh hơn
strength-3 = Mạnh
strength-4 = Rất mạnh
advice-keyboard_pattern = Các phím nằm cạnh nhau rất dễ đoán.
advice-repeats = Từ và chữ cái lặp lại rất dễ đoán.
advice-sequence = Các dãy như abc hay 6543 rất dễ đoán.
advice-year = Năm rất dễ đoán.
advice-date = Ngày tháng rất dễ đoán.
advice-common_word = Chỉ một từ thì dễ đoán.
advice-name = Chỉ dùng tên thì dễ đoán.
advice-common_password = Mật khẩu này gần giống một mật khẩu có nhiều người dùng.
advice-substitutions = Viết hoa hay thay thế kiểu @ cho a không giúp được nhiều.
advice-add_words = Hãy thêm một hai từ nữa.
advice-uncommon_words = Từ ít gặp thì khó đoán hơn.
passwords-differ = Hai mật khẩu chưa giống nhau.

## Change password

change-title = Đổi mật khẩu
old-label = Mật khẩu hiện tại của bạn
change = Đổi mật khẩu
changing = Đang đổi mật khẩu…

## Working

working-title = Đang chờ trường của bạn xác nhận
working-text = Việc này có thể mất một phút. Xin giữ cửa sổ này mở; khi có kết quả chắc chắn, chúng tôi sẽ báo ngay cho bạn.

## Done

done-title-reset = Mật khẩu của bạn đã được đặt lại
done-title-unlock = Tài khoản của bạn đã được mở khóa
done-title-change = Mật khẩu của bạn đã được đổi
done-title-register = Đã thiết lập khôi phục tài khoản
done-text-reset = Bây giờ bạn có thể đăng nhập bằng mật khẩu mới.
done-text-unlock = Bạn lại có thể đăng nhập bằng mật khẩu vẫn dùng. Mật khẩu không thay đổi.
done-text-change = Từ giờ, hãy đăng nhập bằng mật khẩu mới.
done-text-register = Nếu có lúc không đăng nhập được, hãy bắt đầu lại từ đây.
done-unlocked = Tài khoản của bạn đã bị khóa. Giờ đã được mở khóa.
done-old-until = Trong một thời gian, đến { $time }, mật khẩu cũ có thể vẫn dùng được ở một số nơi. Đó là điều bình thường.
done-elsewhere = Điện thoại và các máy tính khác của bạn vẫn lưu mật khẩu cũ. Khi được hỏi, hãy nhập mật khẩu mới ở đó.
places-title = Trên máy tính này
places-looking = Đang tìm thông tin đăng nhập lưu với mật khẩu cũ của bạn…
places-refreshing = Đang cập nhật thông tin đăng nhập đã lưu…
places-nothing = Chúng tôi không tìm thấy thông tin đăng nhập nào lưu với tên đăng nhập của bạn ở những nơi có thể xem.
places-asking-legend = Các mục đăng nhập đã lưu này dùng tên đăng nhập của bạn. Hãy đánh dấu những mục dùng mật khẩu cũ.
places-select-all = Chọn tất cả
places-refresh =
    { $count ->
        [0] Giữ nguyên như cũ
       *[other] Cập nhật { $count } mục đăng nhập
    }
unlock-text = Chùm chìa khóa của bạn đang khóa nên chúng tôi không xem được bên trong. Hãy mở khóa bằng mật khẩu máy tính của bạn, rồi chúng tôi sẽ tiếp tục.
unlock = Mở khóa chùm chìa khóa
copy-user = Người dùng: { $user }
copy-other-password = Hiện ở đây lưu một mật khẩu khác.
outcome-waiting = Đang chờ
outcome-updated = Đã cập nhật
outcome-already_fine = Không cần cập nhật
outcome-locked = Cần bạn xử lý: chùm chìa khóa đang khóa
outcome-left_alone = Giữ nguyên như cũ
outcome-gone = Không còn ở đó
outcome-failed = Chưa cập nhật: chùm chìa khóa từ chối hoặc không trả lời. Hãy nhập mật khẩu mới khi chương trình hỏi.
outcome-not_verified = Chưa chắc chắn: đã ghi nhưng đọc lại thì khác. Hãy nhập mật khẩu mới khi chương trình hỏi.
missing-secret_service = Chúng tôi không xem được chùm chìa khóa của máy tính này. Chương trình có thể vẫn hỏi mật khẩu mới của bạn.
missing-credential_manager = Chúng tôi không xem được Trình quản lý thông tin xác thực. Chương trình có thể vẫn hỏi mật khẩu mới của bạn.
missing-keychain = Chúng tôi không xem được chuỗi khóa. Chương trình có thể vẫn hỏi mật khẩu mới của bạn.

## Finish on this computer

finish-places-title = Hoàn tất trên máy tính này
finish-places-text = Mật khẩu của { $account } đã được đổi vào { $time }. Hãy nhập mật khẩu mới một lần, chúng tôi sẽ cập nhật thông tin đăng nhập lưu ở đây.
finish-places-label = Mật khẩu mới của bạn
finish-places-submit = Cập nhật mục đã lưu
finish-places-busy = Đang tìm…

## When it ends early

blocked-title = Quá nhiều lần thử
blocked-until = Để bảo vệ tài khoản của bạn, chúng tôi đã dừng ở đây. Bạn có thể thử lại sau { $time }.
blocked-text = Để bảo vệ tài khoản của bạn, chúng tôi đã dừng ở đây. Bộ phận hỗ trợ có thể cho bạn biết cần làm gì tiếp theo.
blocked-account = Tài khoản của bạn không bị khóa vì việc này. Nếu không thể chờ, hãy liên hệ bộ phận hỗ trợ ở bên dưới.
cancelled-title = Đã hủy
cancelled-text = Mật khẩu của bạn không thay đổi. Bạn có thể bắt đầu lại bất cứ lúc nào.
expired-title = Đã quá lâu
expired-text = Để bảo vệ tài khoản của bạn, chúng tôi đã ngừng chờ. Hãy bắt đầu lại khi bạn sẵn sàng.
offline-title = Không kết nối được với trường của bạn
offline-text = Hãy kiểm tra xem máy tính này đã kết nối mạng chưa. Chúng tôi vẫn đang tự thử lại.
offline-in-flow = Hãy kiểm tra xem máy tính này đã kết nối mạng chưa. Những gì bạn đã làm không bị mất: chúng tôi sẽ tiếp tục từ chỗ đang dở.
offline-retry =
    { $seconds ->
        [0] Đang thử lại…
       *[other] Thử lại sau { $seconds } giây.
    }
retry = Thử lại ngay
unusable-title = Chưa dùng được ở đây
unusable-no_server = Máy tính này chưa được thiết lập máy chủ để dùng. Xin báo cho bộ phận hỗ trợ.
unusable-bad_settings = Không đọc được cài đặt của máy tính này. Xin báo cho bộ phận hỗ trợ.
unusable-too_old = Phiên bản ứng dụng này quá cũ đối với trường của bạn. Hãy cài bản cập nhật hoặc báo cho bộ phận hỗ trợ.
unusable-not_offered = Trường của bạn không cung cấp tính năng này ở đây. Bộ phận hỗ trợ có thể giúp bạn.
unusable-nothing_to_finish = Không còn gì cần hoàn tất trên máy tính này.
nothing-to-finish-title = Ở đây đã xong

## Errors: what to do next

trouble-account_missing = Hãy nhập tên đăng nhập để tiếp tục.
trouble-destination_missing = Hãy nhập đầy đủ số hoặc địa chỉ để tiếp tục.
trouble-code_missing = Hãy nhập mã để tiếp tục.
trouble-answers_missing = Hãy trả lời từng câu hỏi để tiếp tục.
trouble-old_password_missing = Hãy nhập mật khẩu hiện tại để tiếp tục.
trouble-passwords_differ = Hai mật khẩu mới không giống nhau. Hãy nhập lại mật khẩu thứ hai.
trouble-seal_broken = Có dữ liệu bị mất trên đường truyền. Xin hãy chọn lại nút đó.
trouble-human_check_failed = Không xác nhận được bạn không phải là robot. Hãy chọn “Tiếp theo” để thử lại.
trouble-method_unavailable = Hiện không dùng được cách này. Hãy chọn cách khác.
trouble-destination_invalid = Đây có vẻ không phải số hoặc địa chỉ đầy đủ. Hãy kiểm tra rồi thử lại.
trouble-destination_wrong = Thông tin này không khớp với thông tin chúng tôi đang lưu. Hãy kiểm tra hoặc chọn cách khác.
trouble-destination_wrong-left =
    { $left ->
        [0] Thông tin này không khớp với thông tin chúng tôi đang lưu. Hãy chọn cách khác hoặc liên hệ bộ phận hỗ trợ.
       *[other] Thông tin này không khớp với thông tin chúng tôi đang lưu. Hãy kiểm tra rồi thử lại. Bạn còn { $left } lần thử.
    }
trouble-resend_too_soon = Chưa thể yêu cầu mã mới. Hãy chờ một chút rồi yêu cầu lại.
trouble-resend_too_soon-wait = Chưa thể yêu cầu mã mới. Hãy yêu cầu lại sau { $seconds } giây.
trouble-code_wrong = Mã không đúng. Hãy xem mã mới nhất rồi thử lại.
trouble-code_wrong-left =
    { $left ->
        [0] Mã không đúng. Hãy yêu cầu mã mới hoặc liên hệ bộ phận hỗ trợ.
        [1] Mã không đúng. Bạn còn 1 lần thử; sau đó, hãy yêu cầu mã mới.
       *[other] Mã không đúng. Hãy xem mã mới nhất rồi thử lại. Bạn còn { $left } lần thử.
    }
trouble-code_expired = Mã đó đã hết hạn. Hãy chọn “Gửi mã mới”; bạn không phải nhập lại gì khác.
trouble-code_spent = Mã đó đã được thử quá nhiều lần. Hãy yêu cầu mã mới hoặc liên hệ bộ phận hỗ trợ.
trouble-answers_wrong = Có câu trả lời chưa đúng. Hãy kiểm tra rồi thử lại.
trouble-answers_wrong-left =
    { $left ->
        [0] Có câu trả lời chưa đúng. Hãy dùng cách khác hoặc liên hệ bộ phận hỗ trợ.
       *[other] Có câu trả lời chưa đúng. Hãy kiểm tra rồi thử lại. Bạn còn { $left } lần thử.
    }
trouble-current_password_wrong = Mật khẩu không đúng. Hãy kiểm tra xem Caps Lock đã tắt chưa rồi nhập lại.
trouble-current_password_wrong-left =
    { $left ->
        [0] Mật khẩu không đúng. Hãy liên hệ bộ phận hỗ trợ nếu bạn không nhớ mật khẩu.
       *[other] Mật khẩu không đúng. Hãy kiểm tra xem Caps Lock đã tắt chưa rồi nhập lại. Bạn còn { $left } lần thử.
    }
trouble-password_refused = Không thể dùng mật khẩu này:
trouble-password_refused-other = Mật khẩu này không được chấp nhận. Hãy chọn mật khẩu khác.
trouble-rate_limited = Quá nhiều lần trong thời gian ngắn. Hãy chờ vài phút rồi thử lại.
trouble-rate_limited-wait = Quá nhiều lần trong thời gian ngắn. Hãy thử lại sau { $minutes } phút.
trouble-client_too_old = Phiên bản ứng dụng này quá cũ. Hãy cài bản cập nhật hoặc liên hệ bộ phận hỗ trợ.
trouble-unavailable = Hiện không kết nối được với một dịch vụ cần thiết nên chưa có gì thay đổi. Hãy thử lại sau một phút.
trouble-stale = Vừa có thay đổi. Hãy kiểm tra màn hình này rồi thử lại.
trouble-unauthorized = Phiên này đã kết thúc. Xin hãy bắt đầu lại.
trouble-internal = Đã xảy ra lỗi ở phía chúng tôi. Hãy thử lại; nếu vẫn vậy, hãy liên hệ bộ phận hỗ trợ.
refusal-too_short = Quá ngắn: hãy dùng ít nhất { $value } ký tự.
refusal-too_long = Quá dài: hãy dùng không quá { $value } ký tự.
refusal-too_few_kinds = Hãy dùng ít nhất { $value } trong các loại sau: chữ hoa, chữ thường, chữ số, ký hiệu.
refusal-contains_account = Có chứa tên đăng nhập của bạn: hãy bỏ phần đó đi.
refusal-common = Đây là mật khẩu mà ai cũng thử trước tiên: hãy chọn mật khẩu ít phổ biến hơn.
refusal-same_as_old = Giống mật khẩu cũ của bạn: hãy chọn mật khẩu khác.
refusal-used_before = Bạn đã từng dùng mật khẩu này: hãy chọn mật khẩu mới.
refusal-too_soon = Mật khẩu của bạn vừa được đổi cách đây không lâu và chưa thể đổi lại. Hãy liên hệ bộ phận hỗ trợ nếu bạn cần gấp.
refusal-not_typeable = Có ký tự không gõ được ở màn hình đăng nhập: hãy bỏ ký tự đó đi.
refusal-other = Hệ thống tài khoản không cho biết lý do: hãy chọn mật khẩu khác.
