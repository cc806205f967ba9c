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
tray-changed-elsewhere = Mật khẩu đã đổi ở nơi khác: hoàn tất tại đây…
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
notification-elsewhere-title = Mật khẩu của bạn đã được đổi ở nơi khác
notification-elsewhere-body = Thông tin đăng nhập lưu trên máy tính này có thể vẫn dùng mật khẩu cũ. Hãy mở Latchkey để hoàn tất trên máy tính này.
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
back = Quay lại
done = Xong
cancel = Hủy
close = Đóng
start-over = Bắt đầu lại
use-another-way = Dùng cách khác
checking = Đang kiểm tra…
show-password = Hiện
hide-password = Ẩn
still-there-title = Bạn còn ở đó không?
still-there-text = Để bảo vệ tài khoản của bạn, chúng tôi sẽ dừng lại nếu không có thao tác nào.
still-there-left = Còn { $seconds } giây
still-there-stay = Tôi cần thêm thời gian

## Starting

starting-title = Xin chờ một chút
starting-text = Đang kết nối với trường của bạn…

## What happened?

start-title = Chúng tôi có thể giúp gì cho bạn?
start-text = Hãy chọn mục phù hợp nhất. Bạn có thể quay lại đây bất cứ lúc nào.
start-forgotten = Tôi quên mật khẩu
start-forgotten-text = Hai bước ngắn, rồi bạn chọn mật khẩu mới.
start-never_received = Tôi chưa từng nhận được mật khẩu
start-never_received-text = Hai bước ngắn, rồi bạn chọn mật khẩu đầu tiên.
start-locked_out = Tôi biết mật khẩu nhưng tài khoản bị khóa
start-locked_out-text = Chúng tôi mở khóa tài khoản cho bạn. Mật khẩu của bạn vẫn giữ nguyên.
start-change = Tôi biết mật khẩu và muốn đổi
start-change-text = Bạn nhập mật khẩu cũ và mật khẩu mới.
start-register = Tôi chưa thiết lập khôi phục tài khoản
start-register-text = Để bạn vào lại được nếu có lúc không đăng nhập được.
start-elsewhere = Đây không phải tài khoản cơ quan hay trường học của tôi
start-not-me = Tôi nhận được tin nhắn về việc tôi không làm
elsewhere-title = Tài khoản của nơi khác
elsewhere-text = Ở đây, chúng tôi chỉ có thể giúp với tài khoản mà trường cấp cho bạn. Với tài khoản khác, hãy mở trình duyệt và nhập địa chỉ trang riêng của tài khoản đó:
elsewhere-microsoft = Tài khoản Microsoft cá nhân (Outlook, Hotmail, Xbox)
elsewhere-google = Tài khoản Google (Gmail)
elsewhere-apple = Tài khoản Apple (iCloud)
elsewhere-other = Tài khoản khác
elsewhere-other-text = Hãy mở trang bạn thường đăng nhập và tìm mục “Quên mật khẩu”.
elsewhere-unsure = Nếu không chắc đó là tài khoản nào, hãy hỏi bộ phận hỗ trợ ở bên dưới.
not-me-title = Có thể người khác đang dùng tài khoản của bạn
not-me-text = Trong tin nhắn có một mã. Hãy nhập mã đó vào đây, chúng tôi sẽ chặn người đó:
not-me-undo = Thiết lập khôi phục tài khoản trở lại như trước.
not-me-end = Ai đang khôi phục tài khoản của bạn lúc này sẽ bị buộc thoát ra.
not-me-freeze = Không ai có thể khôi phục tài khoản của bạn cho đến khi bộ phận hỗ trợ nói chuyện với bạn.
not-me-label = Mã trong tin nhắn
not-me-hint = 16 ký tự gồm chữ cái và chữ số. Không cần để ý chữ hoa, dấu cách hay dấu gạch ngang.
not-me-submit = Chặn người đó
not-me-busy = Đang chặn…
not-me-done-title = Chúng tôi đã chặn người đó
not-me-done-undone = Thiết lập khôi phục tài khoản đã trở lại như trước. Không ai có thể khôi phục tài khoản của bạn cho đến khi bộ phận hỗ trợ nói chuyện với bạn.
not-me-done-frozen = Không ai có thể khôi phục tài khoản của bạn cho đến khi bộ phận hỗ trợ nói chuyện với bạn.
not-me-done-next = Giờ hãy liên hệ bộ phận hỗ trợ ở bên dưới. Nếu mật khẩu của bạn đã bị đổi, chỉ bộ phận hỗ trợ mới cấp được mật khẩu mới cho bạn.

## Who are you?

identify-title-forgotten = Đặt lại mật khẩu
identify-title-never_received = Nhận mật khẩu đầu tiên
identify-title-locked_out = Mở khóa tài khoản
identify-title-change = Đổi mật khẩu
identify-title-register = Thiết lập khôi phục tài khoản
identify-text-forgotten = Hãy cho chúng tôi biết bạn là ai. Sau đó, chúng tôi sẽ nhờ bạn xác minh qua hai bước ngắn.
identify-text-never_received = Hãy cho chúng tôi biết bạn là ai. Sau đó, chúng tôi sẽ nhờ bạn xác minh bằng những gì trường biết về bạn.
identify-text-locked_out = Hãy cho chúng tôi biết bạn là ai. Sau đó, chúng tôi sẽ nhờ bạn xác minh rồi mở khóa tài khoản cho bạn. Mật khẩu của bạn vẫn giữ nguyên.
identify-text-change = Hãy cho chúng tôi biết bạn là ai. Tiếp theo, chúng tôi sẽ hỏi mật khẩu hiện tại của bạn.
identify-text-register = Hãy cho chúng tôi biết bạn là ai. Sau đó, bạn có thể chọn cách vào lại tài khoản nếu lỡ quên mật khẩu.
account-label = Tên đăng nhập
account-example = Ví dụ { $example }
signed-in-as = Bạn đang đăng nhập với tên { $account }.
not-you = Không phải bạn?
characters-title = Hãy xác nhận bạn là người thật
characters-alt = Hình các chữ cái và chữ số bị bóp méo để nhập vào bên dưới. Bạn có thể nghe thay vì nhìn.
characters-listen = Nghe
characters-stop = Dừng
characters-playing = Đang đọc các ký tự.
characters-silent = Máy tính này không phát được âm thanh.
characters-other = Ký tự khác
characters-new = Giờ là các ký tự khác.
characters-label = Các ký tự bạn thấy hoặc nghe
characters-hint = { $length } ký tự. Không phân biệt chữ hoa, chữ thường.
characters-skip = Tôi không dùng được
characters-skipped = Bạn không cần nhập ký tự. Hãy chọn “Tiếp theo” để tiếp tục.

## Sign in

sign-in-title = Đăng nhập để thiết lập khôi phục tài khoản
sign-in-text = Sau đó, bạn có thể chọn cách vào lại tài khoản nếu có lúc không đăng nhập được.
sign-in-again-title = Hãy đăng nhập lại một lần nữa
sign-in-again-text = Để bảo vệ tài khoản của bạn, chúng tôi hỏi lại mật khẩu trước khi có bất kỳ thay đổi nào.
password-label = Mật khẩu của bạn
password-unknown = Tôi không biết mật khẩu

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
method-recovery_code-text = Một trong các mã bạn đã in hoặc lưu.
method-helpdesk_pass = Dùng mã tạm thời từ bộ phận hỗ trợ
method-helpdesk_pass-text = Bộ phận hỗ trợ có thể cấp mã này sau khi kiểm tra bạn là ai.
method-current_password = Dùng mật khẩu hiện tại của tôi
phone-mobile-label = Số điện thoại di động của bạn
phone-office-label = Số điện thoại cơ quan của bạn
phone-hint = Nhập đầy đủ số, bắt đầu bằng dấu + và mã quốc gia, hoặc như khi bạn bấm gọi.
email-label = Địa chỉ email của bạn
email-hint = Nhập đầy đủ địa chỉ bạn đã đăng ký để khôi phục tài khoản.
choose-none = Không dùng được cách nào, hoặc bạn chưa từng thiết lập gì? Bộ phận hỗ trợ có thể giúp: bạn xem thông tin liên hệ ở cuối cửa sổ này.

## Enter the code

code-title = Nhập mã
code-title-recovery_code = Nhập mã khôi phục
code-title-helpdesk_pass = Nhập mã tạm thời từ bộ phận hỗ trợ
code-label = Mã
code-label-recovery_code = Mã khôi phục
code-label-helpdesk_pass = Mã tạm thời
code-hint = { $length } chữ số. Bạn có thể dán mã, có dấu cách cũng không sao.
code-hint-letters = Bạn có thể dán mã. Không cần để ý chữ hoa, dấu cách hay dấu gạch ngang.
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
code-helpdesk_pass = Nhập mã tạm thời mà bộ phận hỗ trợ đã cấp cho bạn. Mã chỉ dùng được một lần và chỉ trong vài phút.
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
question-first_film = Bộ phim đầu tiên bạn xem ở rạp là phim nào?
question-favourite_toy = Hồi nhỏ, món đồ chơi bạn thích nhất tên là gì?
question-childhood_neighbour = Hồi nhỏ, người hàng xóm của bạn tên là gì?
question-first_boss = Người sếp đầu tiên của bạn tên là gì?
question-seat_neighbour = Năm đầu tiên đi học, ai ngồi cạnh bạn?
question-first_dish = Món ăn đầu tiên bạn học nấu là món gì?

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
advice-edge_blank = Dấu cách ở đầu hoặc cuối là một phần của mật khẩu: lần nào bạn cũng phải gõ nó.
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
passphrase-make = Gợi ý từ ngẫu nhiên
passphrase-title = Những từ này thì sao?
passphrase-text = Hãy ghi lại hoặc để trình quản lý mật khẩu lưu giúp.
passphrase-use = Dùng các từ này
passphrase-another = Từ khác
passphrase-used = Đã điền cả hai ô.

## Change password

change-title = Đổi mật khẩu
old-label = Mật khẩu hiện tại của bạn
change = Đổi mật khẩu
changing = Đang đổi mật khẩu…

## Working

working-title = Đang chờ trường của bạn xác nhận
working-text = Việc này có thể mất một phút. Xin giữ cửa sổ này mở; khi có kết quả chắc chắn, chúng tôi sẽ báo ngay cho bạn.
working-late-title = Việc này lâu hơn bình thường
working-late-text = Trường của bạn chưa xác nhận thay đổi đã được thực hiện hay chưa. Chúng tôi vẫn tiếp tục hỏi; bạn có thể đóng cửa sổ này mà không mất gì. Nếu sau mười phút cả mật khẩu mới lẫn mật khẩu cũ đều không dùng được, hãy liên hệ bộ phận hỗ trợ ở bên dưới.

## Done

done-title-forgotten = Mật khẩu của bạn đã được đặt lại
done-title-never_received = Mật khẩu của bạn đã được đặt
done-title-locked_out = Tài khoản của bạn đã được mở khóa
done-title-change = Mật khẩu của bạn đã được đổi
done-title-register = Đã thiết lập khôi phục tài khoản
done-title-register-open = Khôi phục tài khoản chưa hoàn tất
done-text-forgotten = Bây giờ bạn có thể đăng nhập bằng mật khẩu mới.
done-text-never_received = Bây giờ bạn có thể đăng nhập bằng mật khẩu đó. Chào mừng bạn!
done-text-locked_out = Bạn lại có thể đăng nhập bằng mật khẩu vẫn dùng. Mật khẩu không thay đổi.
done-text-change = Từ giờ, hãy đăng nhập bằng mật khẩu mới.
done-text-register = Những gì bạn đã thiết lập có hiệu lực từ bây giờ. Nếu có lúc không đăng nhập được, hãy mở ứng dụng này và bắt đầu từ đây.
done-unlocked = Tài khoản của bạn đã bị khóa. Giờ đã được mở khóa.
done-locked-elsewhere = Một trong các máy chủ của trường chưa xác nhận rằng tài khoản của bạn cũng đã được mở khóa ở đó. Nếu bạn không đăng nhập được ở đâu đó, hãy chờ vài phút rồi mở khóa tài khoản tại đây một lần nữa, hoặc liên hệ bộ phận hỗ trợ.
done-old-until = Trong một thời gian, đến { $time }, mật khẩu cũ có thể vẫn dùng được ở một số nơi. Đó là điều bình thường.
done-elsewhere = Điện thoại và các máy tính khác của bạn vẫn lưu mật khẩu cũ. Khi được hỏi, hãy nhập mật khẩu mới ở đó.
replacement-title = Mã khôi phục mới cho bạn
replacement-text = Mã này thay cho mã bạn vừa dùng. Hãy ghi vào danh sách mã của bạn: chúng tôi chỉ hiện mã lúc này.
feedback-title = Điều này có hữu ích không?
feedback-yes = Có
feedback-no = Không
feedback-label = Điều gì có thể tốt hơn? Bạn có thể để trống.
feedback-hint = Xin đừng ghi tên của bạn hay mật khẩu vào đây. Chúng tôi lưu ý kiến mà không kèm tài khoản của bạn.
feedback-send = Gửi
feedback-thanks = Cảm ơn bạn đã cho chúng tôi biết.
places-title = Trên máy tính này
places-looking = Đang tìm thông tin đăng nhập lưu với mật khẩu cũ của bạn…
places-refreshing = Đang cập nhật thông tin đăng nhập đã lưu…
places-nothing = Chúng tôi không tìm thấy thông tin đăng nhập nào lưu với tên đăng nhập của bạn ở những nơi có thể xem.
places-asking-legend = Những mục nào dùng mật khẩu cũ của bạn? Hãy đánh dấu, chúng tôi sẽ cập nhật.
places-select-all = Chọn tất cả
places-refresh =
    { $count ->
        [0] Cập nhật mục đăng nhập
       *[other] Cập nhật { $count } mục đăng nhập
    }
places-leave = Giữ nguyên như cũ
places-tick-first = Hãy đánh dấu các mục cần cập nhật trước. Nếu không mục nào dùng mật khẩu cũ, hãy giữ nguyên như cũ.
places-summary-open =
    { $open ->
       *[other] Đã cập nhật { $updated } trên { $count } mục, còn { $open } mục cần bạn xử lý.
    }
places-summary-part = Đã cập nhật { $updated } trên { $count } mục. Có nơi chúng tôi không xem được.
places-summary-done = Đã xong tất cả: đã cập nhật { $updated } trên { $count } mục.
places-later = Bạn có thể làm phần còn lại sau: chọn biểu tượng Latchkey cạnh đồng hồ, hoặc mở lại Latchkey.
places-leave-for-good = Để nguyên phần còn lại và không nhắc tôi nữa
places-put-back = Khôi phục
places-retry = Thử lại
report-copy = Sao chép báo cáo cho bộ phận hỗ trợ
report-copied = Đã sao chép
report-refused = Máy tính này không cho chúng tôi sao chép. Hãy chọn đoạn văn bản và tự sao chép.
report-label = Báo cáo cho bộ phận hỗ trợ
unlock-text = Chùm chìa khóa của bạn đang khóa nên chúng tôi không xem được bên trong. Hãy mở khóa bằng mật khẩu máy tính của bạn, rồi chúng tôi sẽ tiếp tục.
unlock = Mở khóa chùm chìa khóa
copy-user = Người dùng: { $user }
copy-hidden = Một mục đăng nhập trong chùm chìa khóa đang khóa
copy-no-password = Đây có vẻ là khóa hoặc mã token, không phải mật khẩu.
old-opens-title = Chùm chìa khóa đăng nhập của bạn vẫn mở bằng mật khẩu cũ
old-opens-text = Khi máy tính này hỏi mật khẩu của nó, hãy nhập mật khẩu cũ. Nếu không biết, bộ phận hỗ trợ có thể giúp bạn.
place-login_keyring = Chùm chìa khóa mở khi bạn đăng nhập
place-tickets = Vé Kerberos
place-offline_sign_in = Đăng nhập khi ở ngoài trường
outcome-waiting = Đang cập nhật…
outcome-updated = Đã cập nhật
outcome-renewed = Đã cập nhật: đã đăng nhập bằng mật khẩu mới
outcome-unverified = Đã cập nhật. Máy tính này không cho ai đọc lại.
outcome-already_fine = Không cần cập nhật
outcome-left_alone = Giữ nguyên như cũ
outcome-put_back = Đã khôi phục như cũ
outcome-gone = Không còn ở đó
outcome-needs_unlock = Cần bạn xử lý: chùm chìa khóa đang khóa
outcome-needs_tick = Chưa cập nhật: chờ bạn đánh dấu
outcome-needs_answer = Chưa cập nhật: máy tính này đã hỏi mà không ai trả lời. Hãy thử lại và cho phép.
outcome-old_opens = Vẫn mở bằng mật khẩu cũ
outcome-not_yet = Chưa được: ở đó trường chưa biết mật khẩu mới của bạn. Hãy thử lại sau vài phút.
outcome-unreachable = Chưa cập nhật: không có phản hồi. Hãy nhập mật khẩu mới khi chương trình hỏi.
outcome-unknown = Chưa chắc chắn: mất quá nhiều thời gian. Hãy nhập mật khẩu mới nếu chương trình hỏi.
outcome-refused = Chưa cập nhật: bị từ chối. Hãy nhập mật khẩu mới khi chương trình hỏi.
outcome-not_kept = Chưa chắc chắn: đã ghi nhưng đọc lại thì khác. Hãy nhập mật khẩu mới khi chương trình hỏi.
outcome-not_yours = Giữ nguyên như cũ: có vẻ là của người khác
missing-secret_service = Chúng tôi không xem được chùm chìa khóa của máy tính này. Chương trình có thể vẫn hỏi mật khẩu mới của bạn.
missing-credential_manager = Chúng tôi không xem được Trình quản lý thông tin xác thực. Chương trình có thể vẫn hỏi mật khẩu mới của bạn.
missing-keychain = Chúng tôi không xem được chuỗi khóa. Chương trình có thể vẫn hỏi mật khẩu mới của bạn.
missing-login_keyring = Chúng tôi không xem được chùm chìa khóa mở khi bạn đăng nhập. Chương trình có thể vẫn hỏi mật khẩu mới của bạn.
missing-networks = Chúng tôi không xem được các mạng của máy tính này. Máy có thể vẫn hỏi mật khẩu mới của bạn.
missing-drives = Chúng tôi không xem được thông tin đăng nhập của các ổ mạng. Máy tính này có thể vẫn hỏi mật khẩu mới của bạn.
missing-tickets = Chúng tôi không xem được vé Kerberos của bạn. Hãy đăng xuất rồi đăng nhập lại.
missing-offline_sign_in = Chúng tôi không xem được những gì máy tính này giữ để đăng nhập khi ở ngoài trường. Khi ở trường, hãy đăng xuất rồi đăng nhập lại.
missing-campus_program = Chúng tôi không xem được một nơi lưu của trường. Chương trình có thể vẫn hỏi mật khẩu mới của bạn.
missing-named = Chúng tôi không xem được { $name }. Chương trình có thể vẫn hỏi mật khẩu mới của bạn.
place-error-unreachable = Không có phản hồi.
place-error-timed_out = Phản hồi mất quá nhiều thời gian.
place-error-refused = Chúng tôi bị từ chối.
place-error-declined = Câu hỏi của máy tính này đã bị đóng.
place-error-broken = Một phần của ứng dụng này không hoạt động ở đây. Vui lòng báo cho bộ phận hỗ trợ.

## What is set up

manage-title = Các cách khôi phục của bạn
manage-text = Nếu có lúc không đăng nhập được, bạn sẽ xác minh bằng hai trong số các cách này.
manage-empty = Chưa thiết lập gì. Nếu bây giờ bạn quên mật khẩu, chỉ bộ phận hỗ trợ mới giúp được bạn.
manage-not-enough = Chừng này chưa đủ. Hãy thêm một cách nữa, trên thiết bị khác nếu có thể.
manage-enough = Chừng này đã đủ để vào lại tài khoản.
manage-nudge = Số điện thoại có thể đổi, điện thoại có thể mất. Ứng dụng xác thực hay mã khôi phục vẫn dùng được kể cả khi đó.
manage-list = Đã thiết lập
manage-add = Thêm cách khác
manage-fixed = Do trường của bạn quản lý
manage-due = Lâu rồi chưa dùng
manage-check = Kiểm tra còn dùng được không
manage-change = Thay đổi
manage-renew = Tạo mã mới
manage-remove = Gỡ
manage-recommended = Nên dùng
manage-wanted = Trường của bạn yêu cầu
manage-later = Tạm dừng tại đây
manage-left =
    { $left ->
        [0] Không còn mã nào
       *[other] Còn { $left } mã
    }
means-mobile = Điện thoại di động
means-office = Điện thoại cơ quan
means-email = Email riêng
means-authenticator = Ứng dụng xác thực
means-questions = Câu hỏi bảo mật
means-recovery_codes = Mã khôi phục
means-mobile-text = Chúng tôi nhắn mã cho bạn hoặc gọi để đọc mã.
means-office-text = Chúng tôi gọi đến bàn làm việc của bạn để đọc mã.
means-email-text = Chúng tôi gửi mã đến một địa chỉ ngoài trường của bạn.
means-authenticator-text = Một ứng dụng trên điện thoại hiển thị mã, kể cả khi không có sóng.
means-questions-text = Bạn trả lời những câu hỏi mà chỉ bạn biết câu trả lời.
means-recovery_codes-text = Danh sách mã để in hoặc lưu. Mỗi mã chỉ dùng được một lần.
said-added-mobile = Đã thiết lập điện thoại di động của bạn.
said-added-office = Đã thiết lập điện thoại cơ quan của bạn.
said-added-email = Đã thiết lập địa chỉ email riêng của bạn.
said-added-authenticator = Đã thiết lập ứng dụng xác thực của bạn.
said-added-questions = Đã thiết lập câu hỏi bảo mật của bạn.
said-added-recovery_codes = Đã thiết lập mã khôi phục của bạn.
said-checked-mobile = Điện thoại di động của bạn vẫn dùng được.
said-checked-office = Điện thoại cơ quan của bạn vẫn dùng được.
said-checked-email = Địa chỉ email riêng của bạn vẫn dùng được.
said-checked-authenticator = Ứng dụng xác thực của bạn vẫn dùng được.
said-checked-questions = Câu hỏi bảo mật của bạn vẫn dùng được.
said-checked-recovery_codes = Mã khôi phục của bạn vẫn dùng được.
said-removed-mobile = Đã gỡ điện thoại di động của bạn.
said-removed-office = Đã gỡ điện thoại cơ quan của bạn.
said-removed-email = Đã gỡ địa chỉ email riêng của bạn.
said-removed-authenticator = Đã gỡ ứng dụng xác thực của bạn.
said-removed-questions = Đã gỡ câu hỏi bảo mật của bạn.
said-removed-recovery_codes = Đã gỡ mã khôi phục của bạn.

## Add a way

add-title-mobile = Thêm điện thoại di động của bạn
add-title-office = Thêm điện thoại cơ quan của bạn
add-title-email = Thêm địa chỉ email riêng
add-text-phone = Chúng tôi gửi ngay một mã đến đó để chắc chắn rằng bạn nhận được.
add-text-email = Chúng tôi gửi ngay một mã đến đó để chắc chắn rằng bạn nhận được. Hãy dùng địa chỉ ngoài trường: khi không đăng nhập được, bạn cũng không đọc được email của trường.
add-phone-hint = Bắt đầu bằng dấu + và mã quốc gia.
add-email-hint = Ví dụ một địa chỉ Gmail, Outlook hoặc iCloud.
add-email-label = Địa chỉ email riêng của bạn
add-risk = Số điện thoại có thể bị chiếm, và tin gửi đến số đó có thể bị người khác đọc. Ứng dụng xác thực hay mã khôi phục an toàn hơn: bạn có thể thêm ở màn hình trước.
add-by = Bạn muốn nhận mã bằng cách nào?
confirm-text_mobile = Một tin nhắn có mã đang được gửi đến { $to }.
confirm-call_mobile = Chúng tôi đang gọi { $to } để đọc mã.
confirm-call_office = Chúng tôi đang gọi { $to } để đọc mã.
confirm-email = Một email có mã đang được gửi đến { $to }.
confirm-text_mobile-known = Một tin nhắn có mã đang được gửi đến điện thoại di động của bạn.
confirm-call_mobile-known = Chúng tôi đang gọi điện thoại di động của bạn để đọc mã.
confirm-call_office-known = Chúng tôi đang gọi điện thoại cơ quan của bạn để đọc mã.
confirm-email-known = Một email có mã đang được gửi đến bạn.
confirm-totp = Hãy mở ứng dụng xác thực và nhập mã mà ứng dụng hiển thị cho tài khoản trường của bạn.
confirm-recovery_code = Nhập một trong các mã khôi phục của bạn.
authenticator-title = Thiết lập ứng dụng xác thực
authenticator-open-title = Mở ứng dụng xác thực của bạn
authenticator-open-text = Nếu chưa có, hãy cài một ứng dụng trên điện thoại. Ứng dụng nào hiển thị mã sáu chữ số cũng được.
authenticator-scan-title = Dùng ứng dụng quét hình này
authenticator-scan-text = Hoặc chọn “nhập khóa” trong ứng dụng rồi nhập:
authenticator-qr = Mã QR cho ứng dụng xác thực của bạn. Nội dung tương tự dạng chữ ở ngay sau.
authenticator-key = Khóa
authenticator-code-title = Nhập mã mà ứng dụng hiển thị
add-questions-title = Chọn câu hỏi bảo mật của bạn
add-questions-text = Hãy chọn những câu hỏi mà một năm nữa bạn vẫn trả lời như vậy, và câu trả lời mà không ai tra hay đoán ra được.
add-questions-legend = Câu hỏi { $number } trên { $of }
add-questions-question = Câu hỏi
add-questions-choose = Chọn một câu hỏi
add-questions-answer = Câu trả lời của bạn
add-questions-hint = 3 đến 40 ký tự. Câu trả lời không nhất thiết phải thật, miễn là bạn nhớ.
codes-title = Hãy giữ các mã khôi phục này
codes-text = Mỗi mã giúp bạn vào lại một lần khi không có cách nào khác. Chúng tôi chỉ hiện mã lúc này: hãy in hoặc lưu lại, và giữ ở nơi không ai khác nhìn thấy.
codes-print = In
codes-save = Lưu thành tệp
codes-saved = Đã lưu thành { $file }
codes-kept = Tôi đã giữ lại
codes-keeping = Đang kích hoạt…
remove-title-mobile = Gỡ điện thoại di động của bạn?
remove-title-office = Gỡ điện thoại cơ quan của bạn?
remove-title-email = Gỡ địa chỉ email riêng của bạn?
remove-title-authenticator = Gỡ ứng dụng xác thực của bạn?
remove-title-questions = Gỡ câu hỏi bảo mật của bạn?
remove-title-recovery_codes = Gỡ mã khôi phục của bạn?
remove-text = Từ đó, bạn không thể vào lại tài khoản bằng cách này. Bạn có thể thêm lại bất cứ lúc nào.
remove-hint = Chúng tôi đang lưu là { $hint }.
remove = Gỡ
removing = Đang gỡ…
keep = Giữ lại

## Helpdesk and about

helpdesk-page-title = Liên hệ bộ phận hỗ trợ
helpdesk-page-text = Người ở trường của bạn có thể giúp khi không có gì ở đây giúp được.
helpdesk-page-unknown = Chúng tôi chưa hỏi được trường của bạn cách liên hệ bộ phận hỗ trợ.
helpdesk-have-title = Cần chuẩn bị sẵn
helpdesk-have-account = Tên đăng nhập của bạn.
helpdesk-have-identity = Giấy tờ cho biết bạn là ai, chẳng hạn thẻ của trường.
helpdesk-have-code = Mã hỗ trợ của bạn: { $code }
helpdesk-have-code-none = Mã hỗ trợ, nếu một cửa sổ của ứng dụng này hiển thị mã.
helpdesk-never = Bộ phận hỗ trợ không bao giờ hỏi mật khẩu của bạn hay mã mà chúng tôi đã gửi cho bạn.
about-title = Giới thiệu về ứng dụng này

## Finish on this computer

finish-places-title = Hoàn tất trên máy tính này
finish-places-text = Mật khẩu của { $account } đã được đổi vào { $time }. Hãy nhập mật khẩu mới một lần, chúng tôi sẽ cập nhật thông tin đăng nhập lưu ở đây.
finish-places-label = Mật khẩu mới của bạn
finish-places-old-label = Mật khẩu cũ của bạn (không bắt buộc)
finish-places-old-hint = Nếu bạn còn nhớ, các mục từng dùng mật khẩu đó sẽ được cập nhật mà không hỏi bạn từng mục. Mật khẩu này chỉ ở trên máy tính này.
finish-places-submit = Cập nhật mục đã lưu
finish-places-busy = Đang tìm…

## When it ends early

blocked-title = Quá nhiều lần thử
blocked-until = Để bảo vệ tài khoản của bạn, chúng tôi đã dừng ở đây. Bạn có thể thử lại sau { $time }.
blocked-text = Để bảo vệ tài khoản của bạn, chúng tôi đã dừng ở đây. Bộ phận hỗ trợ có thể cho bạn biết cần làm gì tiếp theo.
blocked-account = Tài khoản của bạn không bị khóa vì việc này. Nếu không thể chờ, hãy liên hệ bộ phận hỗ trợ ở bên dưới.
cancelled-title = Đã hủy
cancelled-text = Không có gì thay đổi. Bạn có thể bắt đầu lại bất cứ lúc nào.
uncertain-title = Chúng tôi không biết thay đổi của bạn đã được thực hiện hay chưa
uncertain-text = Chúng tôi đã yêu cầu trường của bạn, nhưng câu trả lời bị thất lạc. Không có gì trên máy tính này bị thay đổi.
uncertain-next = Hãy đăng nhập bằng mật khẩu mới. Nếu không được, hãy dùng mật khẩu trước đó.
uncertain-helpdesk = Nếu cả hai đều không dùng được, hãy liên hệ bộ phận hỗ trợ ở bên dưới trước khi thử lại.
expired-title = Đã quá lâu
expired-text = Để bảo vệ tài khoản của bạn, chúng tôi đã ngừng chờ. Hãy bắt đầu lại khi bạn sẵn sàng.
offline-title = Không kết nối được với trường của bạn
offline-text = Hãy kiểm tra xem máy tính này đã kết nối mạng chưa. Chúng tôi vẫn đang tự thử lại.
offline-in-flow = Hãy kiểm tra xem máy tính này đã kết nối mạng chưa. Những gì bạn đã làm không bị mất: chúng tôi sẽ tiếp tục từ chỗ đang dở.
offline-title-clock = Giờ của máy tính này có đúng không?
offline-text-clock = Máy tính này cho rằng bây giờ là { $time }. Nếu giờ sai, máy không thể chắc chắn rằng đang kết nối với trường của bạn.
offline-next-clock = Nếu giờ sai, hãy đặt ngày giờ trong cài đặt của máy tính này. Nếu bạn không có quyền đó, hãy báo cho bộ phận hỗ trợ.
offline-title-certificate = Đây có vẻ không phải trường của bạn
offline-text-certificate = Có thứ gì đó trả lời thay cho trường của bạn, nên chúng tôi đã dừng trước khi gửi bất cứ điều gì.
offline-next-certificate = Lúc này, đừng nhập mật khẩu vào bất cứ đâu trên mạng này. Hãy báo cho bộ phận hỗ trợ hoặc thử lại trên mạng khác.
offline-title-suspended = Dịch vụ mật khẩu đang tạm dừng
offline-text-suspended = Trường của bạn đã tạm dừng việc đổi mật khẩu. Mật khẩu của bạn vẫn như cũ và chúng tôi vẫn đang tự hỏi lại. Nếu không thể chờ, hãy liên hệ bộ phận hỗ trợ.
offline-in-flow-suspended = Trường của bạn đã tạm dừng việc đổi mật khẩu. Mật khẩu của bạn vẫn như cũ. Hãy ở lại đây, chúng tôi sẽ tiếp tục từ chỗ đang dở nếu còn thời gian. Nếu không thể chờ, hãy liên hệ bộ phận hỗ trợ.
offline-retry =
    { $seconds ->
        [0] Đang thử lại…
       *[other] Thử lại sau { $seconds } giây.
    }
retry = Thử lại ngay
retry-certificate = Thử lại
unusable-title = Chưa dùng được ở đây
unusable-no_server = Máy tính này chưa được thiết lập máy chủ để dùng. Xin báo cho bộ phận hỗ trợ.
unusable-bad_settings = Không đọc được cài đặt của máy tính này. Xin báo cho bộ phận hỗ trợ.
unusable-too_old = Phiên bản ứng dụng này quá cũ đối với trường của bạn. Hãy cài bản cập nhật hoặc báo cho bộ phận hỗ trợ.
unusable-not_offered = Trường của bạn không cung cấp tính năng này ở đây. Bộ phận hỗ trợ có thể giúp bạn.
unusable-nothing_to_finish = Không còn gì cần hoàn tất trên máy tính này.
nothing-to-finish-title = Ở đây đã xong

## Errors: what to do next

trouble-account_missing = Hãy nhập tên đăng nhập để tiếp tục.
trouble-account_too_long = Dài hơn mọi tên đăng nhập. Hãy kiểm tra nội dung đã nhập hoặc dán vào đây.
trouble-characters_missing = Hãy nhập các ký tự để tiếp tục, hoặc chọn “Tôi không dùng được”.
trouble-destination_missing = Hãy nhập đầy đủ số hoặc địa chỉ để tiếp tục.
trouble-code_missing = Hãy nhập mã để tiếp tục.
trouble-answers_missing = Hãy trả lời từng câu hỏi để tiếp tục.
trouble-questions_repeated = Bạn đã chọn một câu hỏi hai lần. Hãy thay bằng câu hỏi khác.
trouble-not_saved = Không lưu được tệp. Hãy in các mã hoặc ghi lại.
trouble-old_password_missing = Hãy nhập mật khẩu hiện tại để tiếp tục.
trouble-passwords_differ = Hai mật khẩu mới không giống nhau. Hãy nhập lại mật khẩu thứ hai.
trouble-seal_broken = Có dữ liệu bị mất trên đường truyền. Xin hãy chọn lại nút đó.
trouble-human_check_failed = Không xác nhận được bạn không phải là robot. Hãy chọn “Tiếp theo” để thử lại.
trouble-human_check_failed-characters = Các ký tự đó không đúng. Đây là các ký tự khác: xin hãy nhập.
trouble-method_unavailable = Hiện không dùng được cách này. Hãy chọn cách khác.
trouble-destination_invalid = Đây có vẻ không phải số hoặc địa chỉ đầy đủ. Hãy kiểm tra rồi thử lại.
trouble-destination_wrong = Thông tin này không khớp với thông tin chúng tôi đang lưu. Hãy kiểm tra hoặc chọn cách khác.
trouble-destination_wrong-left =
    { $left ->
        [0] Thông tin này không khớp với thông tin chúng tôi đang lưu. Hãy chọn cách khác hoặc liên hệ bộ phận hỗ trợ.
       *[other] Thông tin này không khớp với thông tin chúng tôi đang lưu. Hãy kiểm tra rồi thử lại. Bạn còn { $left } lần thử.
    }
trouble-destination_not_allowed = Không dùng được số hoặc địa chỉ này ở đây. Hãy chọn số hoặc địa chỉ khác, không thuộc email của trường.
trouble-resend_too_soon = Chưa thể yêu cầu mã mới. Hãy chờ một chút rồi yêu cầu lại.
trouble-resend_too_soon-wait = Chưa thể yêu cầu mã mới. Hãy yêu cầu lại sau { $seconds } giây.
trouble-code_wrong = Mã không đúng. Hãy xem mã mới nhất rồi thử lại.
trouble-code_wrong-left =
    { $left ->
        [0] Mã không đúng. Hãy yêu cầu mã mới hoặc liên hệ bộ phận hỗ trợ.
        [1] Mã không đúng. Bạn còn 1 lần thử; sau đó, hãy yêu cầu mã mới.
       *[other] Mã không đúng. Hãy xem mã mới nhất rồi thử lại. Bạn còn { $left } lần thử.
    }
trouble-code_wrong-own = Mã không đúng hoặc đã được dùng. Hãy kiểm tra rồi thử lại.
trouble-code_wrong-own-left =
    { $left ->
        [0] Mã không đúng. Hãy dùng cách khác hoặc liên hệ bộ phận hỗ trợ.
       *[other] Mã không đúng hoặc đã được dùng. Hãy kiểm tra rồi thử lại. Bạn còn { $left } lần thử.
    }
trouble-code_expired-own = Mã đó đã hết hạn. Hãy dùng cách khác hoặc liên hệ bộ phận hỗ trợ.
trouble-code_spent-own = Đã thử quá nhiều lần. Hãy dùng cách khác hoặc liên hệ bộ phận hỗ trợ.
trouble-code_expired = Mã đó đã hết hạn. Hãy chọn “Gửi mã mới”; bạn không phải nhập lại gì khác.
trouble-code_spent = Mã đó đã được thử quá nhiều lần. Hãy yêu cầu mã mới hoặc liên hệ bộ phận hỗ trợ.
trouble-answers_wrong = Có câu trả lời chưa đúng. Hãy kiểm tra rồi thử lại.
trouble-answers_wrong-left =
    { $left ->
        [0] Có câu trả lời chưa đúng. Hãy dùng cách khác hoặc liên hệ bộ phận hỗ trợ.
       *[other] Có câu trả lời chưa đúng. Hãy kiểm tra rồi thử lại. Bạn còn { $left } lần thử.
    }
trouble-answers_refused = Có câu trả lời không dùng được. Bên dưới mỗi câu ghi rõ cần sửa gì.
answer-too_short = Quá ngắn: hãy dùng ít nhất 3 ký tự.
answer-too_long = Quá dài: hãy dùng không quá 40 ký tự.
answer-repeated = Bạn đã dùng câu trả lời này hai lần: hãy trả lời mỗi câu hỏi một khác.
answer-in_question = Câu trả lời có sẵn trong câu hỏi: hãy chọn câu trả lời khác.
answer-known = Trường của bạn đang lưu thông tin này nên người khác có thể biết: hãy chọn câu trả lời khác.
answer-common = Nhiều người trả lời như vậy: hãy chọn câu trả lời khó đoán hơn.
trouble-current_password_wrong = Mật khẩu không đúng. Hãy kiểm tra xem Caps Lock đã tắt chưa rồi nhập lại.
trouble-current_password_wrong-left =
    { $left ->
        [0] Mật khẩu không đúng, hoặc tài khoản của bạn đang bị khóa hay đã tắt. Hãy liên hệ bộ phận hỗ trợ nếu bạn không nhớ mật khẩu, hoặc chắc chắn mật khẩu đúng.
       *[other] Mật khẩu không đúng. Hãy kiểm tra xem Caps Lock đã tắt chưa rồi nhập lại. Bạn còn { $left } lần thử.
    }
trouble-password_refused = Không thể dùng mật khẩu này:
trouble-password_refused-other = Mật khẩu này không được chấp nhận. Hãy chọn mật khẩu khác.
trouble-proof_needed = Để bảo vệ tài khoản của bạn, chúng tôi phải xác minh lại đúng là bạn. Sau đó bạn có thể tiếp tục.
trouble-means_unavailable = Lúc này không thể thiết lập hay gỡ ở đây. Hãy chọn cách khác.
trouble-notice_unknown = Không có tin nhắn nào mang mã này, hoặc mã đã quá cũ. Hãy so với tin nhắn mới nhất hoặc liên hệ bộ phận hỗ trợ.
trouble-rate_limited = Quá nhiều lần trong thời gian ngắn. Hãy chờ vài phút rồi thử lại.
trouble-rate_limited-until = Quá nhiều lần trong thời gian ngắn. Hãy thử lại sau { $time }.
trouble-instead = Bạn không phải chờ nếu dùng một trong các cách sau:
trouble-client_too_old = Phiên bản ứng dụng này quá cũ. Hãy cài bản cập nhật hoặc liên hệ bộ phận hỗ trợ.
trouble-unavailable = Hiện không kết nối được với một dịch vụ cần thiết nên chưa có gì thay đổi. Hãy thử lại sau một phút.
trouble-suspended = Trường của bạn đã tạm dừng việc đổi mật khẩu nên chưa có gì thay đổi. Hãy thử lại sau hoặc liên hệ bộ phận hỗ trợ.
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
