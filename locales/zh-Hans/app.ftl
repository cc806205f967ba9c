### What the app says: tray, notifications and pages. One id, one whole sentence.

app-name = Latchkey

## Windows

window-title-recover = 无法登录账户？
window-title-change = 修改密码
window-title-register = 设置账户恢复
window-title-places = 已保存的登录信息
window-title-helpdesk = 服务台

## Tray

tray-recover = 无法登录账户？
tray-change = 修改密码…
tray-register = 设置账户恢复…
tray-expires =
    { $days ->
        [0] 您的密码今天到期
        [1] 您的密码明天到期
       *[other] 您的密码将在 { $days } 天后到期
    }
tray-saved-sign-ins = { $count } 条已保存的登录信息需要您处理
tray-changed-elsewhere = 密码已在别处修改：在此完成…
tray-helpdesk = 服务台…
tray-about = 关于 Latchkey
tray-quit = 退出

## Notifications

notification-changed-title = 您的密码已修改
notification-changed-body = 保存在这台电脑上的登录信息可能仍在使用旧密码。请打开 Latchkey 完成更新。
notification-expires-title =
    { $days ->
        [0] 您的密码今天到期
        [1] 您的密码明天到期
       *[other] 您的密码将在 { $days } 天后到期
    }
notification-expires-body = 现在就修改，以免到时无法登录。
notification-saved-sign-ins-title = { $count } 条已保存的登录信息需要您处理
notification-saved-sign-ins-body = 请打开 Latchkey，查看哪些仍在使用您的旧密码。
notification-elsewhere-title = 您的密码已在别处修改
notification-elsewhere-body = 保存在这台电脑上的登录信息可能仍在使用旧密码。请打开 Latchkey，在这台电脑上完成更新。
notification-change = 修改密码
notification-finish = 继续完成
notification-later = 稍后

## A file of recovery codes

codes-file-name = 恢复码
codes-file-title = 您在 { $campus } 的账户的恢复码
codes-file-text = 每个恢复码只能使用一次，供您没有其他方法时使用。请保存在别人看不到的地方。

## About

about-text = Latchkey { $version } 帮您重新登录账户，并让这台电脑也用上您的新密码。

## On every screen

language-label = 语言
helpdesk-title = 需要人工帮助？
helpdesk-phone = 电话
helpdesk-url = 网址
helpdesk-hours = 服务时间
support-code = 支持代码
step-of = 第 { $number } 步验证，共 { $of } 步
step-last = 最后一步
next = 下一步
back = 返回
done = 完成
cancel = 取消
close = 关闭
start-over = 重新开始
use-another-way = 换一种方式
checking = 正在检查…
show-password = 显示
hide-password = 隐藏
still-there-title = 您还在吗？
still-there-text = 为了保护您的账户，如果没有任何操作，我们会停止。
still-there-left = 还剩 { $seconds } 秒
still-there-stay = 我需要更多时间

## Starting

starting-title = 请稍候
starting-text = 正在连接您的学校…

## What happened?

start-title = 您需要什么帮助？
start-text = 请选择最符合的一项。您可以随时返回这里。
start-forgotten = 我忘记了密码
start-forgotten-text = 只需两个简短的步骤，然后设置新密码。
start-never_received = 我从未收到过密码
start-never_received-text = 只需两个简短的步骤，然后设置您的第一个密码。
start-locked_out = 我知道密码，但账户被锁定了
start-locked_out-text = 我们会解锁您的账户。您的密码保持不变。
start-change = 我知道密码，想要修改
start-change-text = 您只需输入旧密码和新密码。
start-register = 我还没有设置账户恢复
start-register-text = 这样，以后万一无法登录，您也能重新进入账户。
start-elsewhere = 这不是我的工作或学校账户
start-not-me = 我收到了一条消息，但不是我操作的
elsewhere-title = 其他机构的账户
elsewhere-text = 在这里，我们只能处理学校给您的账户。如果是其他账户，请打开浏览器，输入其官方页面的地址：
elsewhere-microsoft = 个人 Microsoft 账户（Outlook、Hotmail、Xbox）
elsewhere-google = Google 账号（Gmail）
elsewhere-apple = Apple 账户（iCloud）
elsewhere-other = 其他任何账户
elsewhere-other-text = 请打开您平时登录的页面，找到“忘记密码”。
elsewhere-unsure = 如果不确定是哪个账户，请咨询下方的服务台。
not-me-title = 可能有别人在使用您的账户
not-me-text = 消息中有一个代码。请在这里输入，我们会阻止对方：
not-me-undo = 账户恢复的设置会还原到之前的状态。
not-me-end = 此刻正在恢复您账户的人会被强制退出。
not-me-freeze = 在服务台与您沟通之前，谁也无法恢复您的账户。
not-me-label = 消息中的代码
not-me-hint = 16 个字母或数字。大小写、空格和短横线都没关系。
not-me-submit = 阻止对方
not-me-busy = 正在阻止…
not-me-done-title = 我们已阻止对方
not-me-done-undone = 账户恢复的设置已还原到之前的状态。在服务台与您沟通之前，谁也无法恢复您的账户。
not-me-done-frozen = 在服务台与您沟通之前，谁也无法恢复您的账户。
not-me-done-next = 现在请联系下方的服务台。如果您的密码已被修改，只有服务台能给您新密码。

## Who are you?

identify-title-forgotten = 重置密码
identify-title-never_received = 获取第一个密码
identify-title-locked_out = 解锁账户
identify-title-change = 修改密码
identify-title-register = 设置账户恢复
identify-text-forgotten = 请告诉我们您是谁。接下来，我们会请您用两个简短的步骤证明身份。
identify-text-never_received = 请告诉我们您是谁。接下来，我们会请您用学校掌握的信息证明身份。
identify-text-locked_out = 请告诉我们您是谁。接下来，我们会请您证明身份，然后解锁您的账户。您的密码保持不变。
identify-text-change = 请告诉我们您是谁。接下来，我们会请您输入当前密码。
identify-text-register = 请告诉我们您是谁。然后，您可以选择以后忘记密码时用什么方式重新登录。
account-label = 用户名
account-example = 例如 { $example }
signed-in-as = 您已登录为 { $account }。
not-you = 不是您？
characters-title = 请证明您是真人
characters-alt = 图片，其中有变形的字母和数字，请在下方输入。您也可以改为收听。
characters-listen = 收听
characters-stop = 停止
characters-playing = 正在播放这些字符。
characters-silent = 这台电脑无法播放声音。
characters-other = 换一组字符
characters-new = 现在换成了另一组字符。
characters-label = 您看到或听到的字符
characters-hint = { $length } 个字符。不区分大小写。
characters-skip = 我无法使用
characters-skipped = 您不需要输入字符。请选择“下一步”继续。

## Sign in

sign-in-title = 登录以设置账户恢复
sign-in-text = 然后，您可以选择以后万一无法登录时，用什么方式重新进入账户。
sign-in-again-title = 请再登录一次
sign-in-again-text = 为了保护您的账户，在做任何更改之前，我们会再次请您输入密码。
password-label = 您的密码
password-unknown = 我不知道密码

## Choose a method

choose-title = 用什么方式确认是您本人？
choose-title-next = 请再用另一种方式证明身份
choose-legend = 选择一种方式
method-text_mobile = 给我的手机发短信
method-call_mobile = 拨打我的手机
method-call_office = 拨打我的办公电话
method-email = 给我发电子邮件
method-totp = 使用我的身份验证器应用
method-questions = 回答我的密保问题
method-recovery_code = 使用恢复码
method-recovery_code-text = 您打印或保存的恢复码中的一个。
method-helpdesk_pass = 使用服务台的通行码
method-helpdesk_pass-text = 服务台核实您的身份后，可以给您一个通行码。
method-current_password = 使用我的当前密码
phone-mobile-label = 您的手机号码
phone-office-label = 您的办公电话号码
phone-hint = 请输入完整号码：以 + 和国家或地区代码开头，或按您平时拨打的方式输入。
email-label = 您的电子邮箱地址
email-hint = 请输入您为账户恢复登记的完整邮箱地址。
choose-none = 这些方式都不行，或者您从未设置过？服务台可以帮助您，联系方式在此窗口的底部。

## Enter the code

code-title = 输入验证码
code-title-recovery_code = 输入恢复码
code-title-helpdesk_pass = 输入服务台的通行码
code-label = 验证码
code-label-recovery_code = 恢复码
code-label-helpdesk_pass = 通行码
code-hint = { $length } 位数字。可以直接粘贴，有空格也没关系。
code-hint-letters = 可以直接粘贴。大小写、空格和短横线都没关系。
code-text_mobile-to = 如果 { $to } 与我们登记的号码一致，您很快会收到一条带验证码的短信。
code-text_mobile = 带验证码的短信正在发往您的手机。
code-call_mobile-to = 如果 { $to } 与我们登记的号码一致，我们正在拨打它，为您播报验证码。
code-call_mobile = 我们正在拨打您的手机，为您播报验证码。
code-call_office-to = 如果 { $to } 与我们登记的号码一致，我们正在拨打它，为您播报验证码。
code-call_office = 我们正在拨打您的办公电话，为您播报验证码。
code-email-to = 如果 { $to } 与我们登记的地址一致，您很快会收到一封带验证码的邮件。
code-email = 带验证码的邮件正在发给您。
code-totp = 请打开身份验证器应用，输入其中为您的校园账户显示的验证码。
code-recovery_code = 请输入您在设置账户恢复时保存的任意一个恢复码。每个恢复码只能使用一次。
code-helpdesk_pass = 请输入服务台给您的通行码。它只能使用一次，并且仅在几分钟内有效。
code-current_password = 请输入当前密码。
code-expires-minutes = 验证码在 { $minutes } 分钟内有效。
code-expires-seconds = 验证码在 { $seconds } 秒内有效。
code-over = 此验证码已过期。请在下方获取新的验证码。
resend = 发送新验证码
resend-call = 再给我打一次
resend-wait = 没有收到？{ $seconds } 秒后可以重新获取。
resend-now = 没有收到？

## Answer questions

questions-title = 回答您的密保问题
questions-text = 请按您设置账户恢复时填写的内容输入答案。大小写和多余的空格都没关系。
questions-show = 显示答案
questions-hide = 隐藏答案
question-first_pet = 您的第一只宠物叫什么名字？
question-first_school = 您上的第一所学校叫什么名字？
question-childhood_street = 您小时候住在哪条街？
question-favourite_teacher = 您最喜欢的老师叫什么名字？
question-first_concert = 您第一次去现场看的是哪场演唱会或音乐会？
question-grandmother_town = 您的祖母或外祖母住在哪个城镇？
question-first_job_city = 您的第一份工作在哪个城市？
question-childhood_friend = 您小时候最好的朋友叫什么名字？
question-oldest_cousin = 您年纪最大的堂亲或表亲叫什么名字（不含姓）？
question-favourite_book = 您小时候最喜欢哪本书？
question-first_film = 您在电影院看的第一部电影是哪部？
question-favourite_toy = 您小时候最喜欢的玩具叫什么名字？
question-childhood_neighbour = 您小时候的邻居叫什么名字？
question-first_boss = 您的第一位上司叫什么名字？
question-seat_neighbour = 您上学第一年的同桌是谁？
question-first_dish = 您最先学会做的是哪道菜？

## New password

new-title = 设置新密码
new-suggestion = 把四个或更多随机的词连在一起就很好。用 12 到 16 个字符，包含大写字母、小写字母、数字和符号，也是不错的选择。
new-suggestion-long = 把四个或更多随机的词连在一起就很好，而且容易记住。
new-label = 新密码
confirm-label = 再次输入新密码
finish = 完成
finishing = 正在设置新密码…
rules-title = 新密码的要求
rule-min_length = 至少 { $value } 个字符
rule-max_length = 最多 { $value } 个字符
rule-kinds = 包含以下字符中的至少 { $value } 种：大写字母、小写字母、数字、符号
rule-no_account = 不含用户名
rule-not_common = 不是别人最先会试的常见密码
rule-not_old = 与旧密码不同
rule-history = 与您最近用过的 { $value } 个密码不同
verdict-kept = （已满足）
verdict-broken = （尚未满足）
verdict-later = （最后检查）
rules-kept = { $of } 项要求中已满足 { $kept } 项。
strength-0 = 非常容易被猜到
strength-1 = 容易被猜到
strength-2 = 还可以更强
strength-3 = 强
strength-4 = 非常强
advice-edge_blank = 开头或结尾的空格也是密码的一部分：每次都需要输入它。
advice-keyboard_pattern = 键盘上相邻的按键容易被猜到。
advice-repeats = 重复的词和字母容易被猜到。
advice-sequence = abc 或 6543 这样的连续字符容易被猜到。
advice-year = 年份容易被猜到。
advice-date = 日期容易被猜到。
advice-common_word = 单独一个词容易被猜到。
advice-name = 只用名字容易被猜到。
advice-common_password = 这与很多人都在用的一个密码很接近。
advice-substitutions = 改成大写，或用 @ 代替 a 这样的替换，作用不大。
advice-add_words = 请再加一两个词。
advice-uncommon_words = 越少见的词越难猜到。
passwords-differ = 两次输入的密码还不一致。
passphrase-make = 推荐随机词
passphrase-title = 这些词怎么样？
passphrase-text = 请记在纸上，或让密码管理器保存。
passphrase-use = 使用这些词
passphrase-another = 换一组词
passphrase-used = 两个输入框都已填好。

## Change password

change-title = 修改密码
old-label = 当前密码
change = 修改密码
changing = 正在修改密码…

## Working

working-title = 正在等待学校确认
working-text = 这可能需要一分钟。请不要关闭此窗口，一有确切结果我们就会告诉您。
working-late-title = 这次比平时慢
working-late-text = 学校尚未确认更改是否完成。我们会继续查询；您可以关闭此窗口，不会丢失任何内容。如果十分钟后新密码和旧密码都无法使用，请联系下方的服务台。

## Done

done-title-forgotten = 您的密码已重置
done-title-never_received = 您的密码已设置好
done-title-locked_out = 您的账户已解锁
done-title-change = 您的密码已修改
done-title-register = 账户恢复已设置好
done-title-register-open = 账户恢复尚未设置完整
done-text-forgotten = 您现在可以用新密码登录了。
done-text-never_received = 您现在可以用它登录了。欢迎！
done-text-locked_out = 您可以用原来的密码重新登录。密码没有改变。
done-text-change = 从现在起，请用新密码登录。
done-text-register = 您的设置现在已经生效。如果以后无法登录，请打开此应用，从这里开始。
done-unlocked = 您的账户之前被锁定，现在已经解锁。
done-locked-elsewhere = 校园的其中一台服务器尚未确认您的账户在那里也已解锁。如果您在某处无法登录，请等待几分钟后在此再次解锁账户，或联系服务台。
done-old-until = 在 { $time } 之前，旧密码在某些地方可能仍然有效。这是正常的。
done-elsewhere = 您的手机和其他电脑上保存的仍是旧密码。当它们要求输入密码时，请输入新密码。
replacement-title = 您的新恢复码
replacement-text = 它会代替您刚才使用的那一个。请把它写到您的恢复码清单上：我们只在此刻显示一次。
feedback-title = 这对您有帮助吗？
feedback-yes = 有
feedback-no = 没有
feedback-label = 哪些地方可以做得更好？此项可以留空。
feedback-hint = 请不要在这里填写您的姓名或密码。我们保存时不会关联您的账户。
feedback-send = 发送
feedback-thanks = 感谢您告诉我们。
places-title = 在这台电脑上
places-looking = 正在查找用旧密码保存的登录信息…
places-refreshing = 正在更新已保存的登录信息…
places-nothing = 在我们能查看的位置，没有找到使用您用户名的已保存登录信息。
places-asking-legend = 其中哪些使用了您的旧密码？请勾选，我们会更新它们。
places-select-all = 全选
places-refresh =
    { $count ->
        [0] 更新登录信息
       *[other] 更新 { $count } 条登录信息
    }
places-leave = 保持不变
places-tick-first = 请先勾选要更新的登录信息。如果都没有使用旧密码，请保持不变。
places-summary-open =
    { $open ->
       *[other] 共 { $count } 条，已更新 { $updated } 条，还有 { $open } 条需要您处理。
    }
places-summary-part = 共 { $count } 条，已更新 { $updated } 条。有些位置无法查看。
places-summary-done = 全部完成：共 { $count } 条，已更新 { $updated } 条。
places-later = 其余的可以稍后再处理：请点击时钟旁的 Latchkey 图标，或再次打开 Latchkey。
places-leave-for-good = 其余保持原样，不再提醒我
places-put-back = 恢复原状
places-retry = 重试
report-copy = 复制一份报告给服务台
report-copied = 已复制
report-refused = 这台电脑不允许我们复制。请选择这段文字，自行复制。
report-label = 给服务台的报告
unlock-text = 您的密钥环已锁定，我们无法查看其中的内容。请用这台电脑的密码解锁，然后我们会继续。
unlock = 解锁密钥环
copy-user = 用户：{ $user }
copy-hidden = 已锁定密钥环中的一条登录信息
copy-no-password = 这看起来是密钥或令牌，而不是密码。
old-opens-title = 您的登录密钥环仍用旧密码打开
old-opens-text = 当这台电脑要求输入密钥环的密码时，请输入旧密码。如果您不知道旧密码，服务台可以帮助您。
place-login_keyring = 登录时打开的密钥环
place-tickets = Kerberos 票据
place-offline_sign_in = 离校登录
outcome-waiting = 正在更新…
outcome-updated = 已更新
outcome-renewed = 已更新：已用新密码登录
outcome-unverified = 已更新。这台计算机不允许任何人再读取它。
outcome-already_fine = 无需更新
outcome-left_alone = 保持原样
outcome-put_back = 已恢复原状
outcome-gone = 已不存在
outcome-needs_unlock = 需要您处理：密钥环已锁定
outcome-needs_tick = 未更新：等待您勾选
outcome-needs_answer = 未更新：这台电脑询问时没有人回答。请重试并允许。
outcome-old_opens = 仍用旧密码打开
outcome-not_yet = 还不行：那里的校园系统尚不知道您的新密码。请过几分钟再试。
outcome-unreachable = 未更新：没有响应。当程序要求输入密码时，请输入新密码。
outcome-unknown = 不确定：用时过长。如果程序要求输入密码，请输入新密码。
outcome-refused = 未更新：更新被拒绝。当程序要求输入密码时，请输入新密码。
outcome-not_kept = 不确定：已经写入，但读取到的内容不一致。当程序要求输入密码时，请输入新密码。
outcome-not_yours = 保持原样：似乎属于其他人
missing-secret_service = 我们无法查看这台电脑的密钥环。程序可能仍会要求您输入新密码。
missing-credential_manager = 我们无法查看凭据管理器。程序可能仍会要求您输入新密码。
missing-keychain = 我们无法查看钥匙串。程序可能仍会要求您输入新密码。
missing-login_keyring = 我们无法查看登录时打开的密钥环。程序可能仍会要求您输入新密码。
missing-networks = 我们无法查看这台计算机的网络。它可能仍会要求您输入新密码。
missing-drives = 我们无法查看网络驱动器的登录信息。这台计算机可能仍会要求您输入新密码。
missing-tickets = 我们无法查看您的 Kerberos 票据。请注销后重新登录。
missing-offline_sign_in = 我们无法查看这台计算机为离校登录保留的内容。请在校园内注销后重新登录。
missing-campus_program = 我们无法查看校园的一个存储位置。程序可能仍会要求您输入新密码。
missing-named = 我们无法查看 { $name }。程序可能仍会要求您输入新密码。
place-error-unreachable = 没有响应。
place-error-timed_out = 响应时间过长。
place-error-refused = 我们的访问被拒绝。
place-error-declined = 这台电脑的询问窗口被关闭了。
place-error-broken = 此应用的一个部分在这里无法工作。请告知服务台。

## What is set up

manage-title = 您的恢复方式
manage-text = 如果以后无法登录，您需要用其中两种方式证明身份。
manage-empty = 目前还没有任何设置。如果您现在忘记密码，只有服务台能帮助您。
manage-not-enough = 现有的方式还不够。请再添加一种，最好使用另一台设备。
manage-enough = 现有的方式已足以恢复账户。
manage-nudge = 号码会更换，手机会丢失。即使如此，身份验证器应用和恢复码仍然可用。
manage-list = 已设置的方式
manage-add = 添加方式
manage-fixed = 由学校维护
manage-due = 已很久没有使用
manage-check = 检查是否仍可用
manage-change = 更改
manage-renew = 生成新恢复码
manage-remove = 移除
manage-recommended = 推荐
manage-wanted = 学校要求
manage-later = 先到这里
manage-left =
    { $left ->
        [0] 恢复码已用完
       *[other] 还剩 { $left } 个恢复码
    }
means-mobile = 手机
means-office = 办公电话
means-email = 私人邮箱
means-authenticator = 身份验证器应用
means-questions = 密保问题
means-recovery_codes = 恢复码
means-mobile-text = 我们发短信给您验证码，或打电话播报。
means-office-text = 我们拨打您的办公电话，播报验证码。
means-email-text = 我们把验证码发到学校以外的邮箱地址。
means-authenticator-text = 手机上的应用会显示验证码，没有信号也能用。
means-questions-text = 您回答只有自己知道答案的问题。
means-recovery_codes-text = 一组可打印或保存的恢复码。每个只能使用一次。
said-added-mobile = 您的手机已设置好。
said-added-office = 您的办公电话已设置好。
said-added-email = 您的私人邮箱地址已设置好。
said-added-authenticator = 您的身份验证器应用已设置好。
said-added-questions = 您的密保问题已设置好。
said-added-recovery_codes = 您的恢复码已设置好。
said-checked-mobile = 您的手机仍然可用。
said-checked-office = 您的办公电话仍然可用。
said-checked-email = 您的私人邮箱地址仍然可用。
said-checked-authenticator = 您的身份验证器应用仍然可用。
said-checked-questions = 您的密保问题仍然可用。
said-checked-recovery_codes = 您的恢复码仍然可用。
said-removed-mobile = 您的手机已移除。
said-removed-office = 您的办公电话已移除。
said-removed-email = 您的私人邮箱地址已移除。
said-removed-authenticator = 您的身份验证器应用已移除。
said-removed-questions = 您的密保问题已移除。
said-removed-recovery_codes = 您的恢复码已移除。

## Add a way

add-title-mobile = 添加您的手机
add-title-office = 添加您的办公电话
add-title-email = 添加私人邮箱地址
add-text-phone = 我们现在会向它发送验证码，以确认您能收到。
add-text-email = 我们现在会向它发送验证码，以确认您能收到。请使用学校以外的地址：无法登录时，您也看不了学校的邮件。
add-phone-hint = 请以 + 和国家或地区代码开头。
add-email-hint = 例如 Gmail、Outlook 或 iCloud 的地址。
add-email-label = 您的私人邮箱地址
add-risk = 电话号码可能被他人冒用，发到号码上的消息也可能被他人看到。身份验证器应用和恢复码更安全：您可以在上一页添加。
add-by = 用什么方式接收验证码？
confirm-text_mobile = 带验证码的短信正在发往 { $to }。
confirm-call_mobile = 我们正在拨打 { $to }，为您播报验证码。
confirm-call_office = 我们正在拨打 { $to }，为您播报验证码。
confirm-email = 带验证码的邮件正在发往 { $to }。
confirm-text_mobile-known = 带验证码的短信正在发往您的手机。
confirm-call_mobile-known = 我们正在拨打您的手机，为您播报验证码。
confirm-call_office-known = 我们正在拨打您的办公电话，为您播报验证码。
confirm-email-known = 带验证码的邮件正在发给您。
confirm-totp = 请打开身份验证器应用，输入其中为您的校园账户显示的验证码。
confirm-recovery_code = 请输入您的任意一个恢复码。
authenticator-title = 设置身份验证器应用
authenticator-open-title = 打开身份验证器应用
authenticator-open-text = 如果还没有，请在手机上安装一个。任何能显示六位验证码的应用都可以。
authenticator-scan-title = 用它扫描这张图片
authenticator-scan-text = 或在应用中选择“输入密钥”，然后输入：
authenticator-qr = 身份验证器应用的二维码。后面有相同内容的文字。
authenticator-key = 密钥
authenticator-code-title = 输入应用显示的验证码
add-questions-title = 选择您的密保问题
add-questions-text = 请选择一年后您仍会给出相同答案的问题，并使用别人查不到也猜不到的答案。
add-questions-legend = 第 { $number } 个问题，共 { $of } 个
add-questions-question = 问题
add-questions-choose = 选择一个问题
add-questions-answer = 您的答案
add-questions-hint = 3 到 40 个字符。答案不必真实，只要您记得住。
codes-title = 保管好这些恢复码
codes-text = 没有其他方法时，每个恢复码都能让您重新登录一次。我们只在此刻显示：请打印或保存，并放在别人看不到的地方。
codes-print = 打印
codes-save = 保存为文件
codes-saved = 已保存为 { $file }
codes-kept = 我已保管好
codes-keeping = 正在启用…
remove-title-mobile = 要移除您的手机吗？
remove-title-office = 要移除您的办公电话吗？
remove-title-email = 要移除您的私人邮箱地址吗？
remove-title-authenticator = 要移除您的身份验证器应用吗？
remove-title-questions = 要移除您的密保问题吗？
remove-title-recovery_codes = 要移除您的恢复码吗？
remove-text = 移除后，您将无法再用这种方式恢复账户。您可以随时重新添加。
remove-hint = 我们登记的是 { $hint }。
remove = 移除
removing = 正在移除…
keep = 保留

## Helpdesk and about

helpdesk-page-title = 联系服务台
helpdesk-page-text = 如果这里都帮不上忙，学校的工作人员可以帮助您。
helpdesk-page-unknown = 我们还没能从学校那里获取服务台的联系方式。
helpdesk-have-title = 请准备好
helpdesk-have-account = 您的用户名。
helpdesk-have-identity = 能证明您身份的证件，例如校园卡。
helpdesk-have-code = 您的支持代码：{ $code }
helpdesk-have-code-none = 支持代码（如果此应用的某个窗口中有显示）。
helpdesk-never = 服务台绝不会向您索要密码，或我们发给您的验证码。
about-title = 关于此应用

## Finish on this computer

finish-places-title = 在这台电脑上完成更新
finish-places-text = { $account } 的密码已于 { $time } 修改。请输入一次新密码，我们会更新保存在这里的登录信息。
finish-places-label = 您的新密码
finish-places-old-label = 您的旧密码（可选）
finish-places-old-hint = 如果您还记得，使用过它的登录信息会直接更新，不再逐条询问。它不会离开这台电脑。
finish-places-submit = 更新已保存的登录信息
finish-places-busy = 正在查找…

## When it ends early

blocked-title = 尝试次数过多
blocked-until = 为了保护您的账户，操作已暂停。您可以在 { $time } 之后重试。
blocked-text = 为了保护您的账户，操作已暂停。服务台可以告诉您接下来怎么做。
blocked-account = 您的账户本身并没有因此被锁定。如果您等不及，请联系下方的服务台。
cancelled-title = 已取消
cancelled-text = 没有做任何更改。您可以随时重新开始。
uncertain-title = 我们无法确定您的更改是否完成
uncertain-text = 我们已请求学校进行更改，但没有收到答复。这台电脑上没有任何更改。
uncertain-next = 请用新密码登录。如果无法登录，请使用之前的密码。
uncertain-helpdesk = 如果两个密码都无法使用，请先联系下方的服务台，再重试。
expired-title = 等待时间过长
expired-text = 为了保护您的账户，我们没有继续等待。准备好后，请重新开始。
offline-title = 无法连接到您的学校
offline-text = 请检查这台电脑是否已连接网络。我们会自动继续尝试。
offline-in-flow = 请检查这台电脑是否已连接网络。您已完成的内容不会丢失，我们会从中断的地方继续。
offline-title-clock = 这台电脑的时间对吗？
offline-text-clock = 这台电脑认为现在是 { $time }。如果时间不对，它就无法确认连接的是您的学校。
offline-next-clock = 如果时间不对，请在这台电脑的设置中调整日期和时间。如果您没有权限，请告知服务台。
offline-title-certificate = 这似乎不是您的学校
offline-text-certificate = 有其他设备冒充您的学校作出了响应，所以我们在发送任何内容之前就停止了。
offline-next-certificate = 现在请不要在此网络上的任何地方输入密码。请告知服务台，或换一个网络重试。
offline-title-suspended = 密码服务已暂停
offline-text-suspended = 您的学校暂时停止了密码更改。您的密码没有变化，我们会自动继续询问。如果您不能等待，请联系服务台。
offline-in-flow-suspended = 您的学校暂时停止了密码更改。您的密码没有变化。请留在此页面，只要时间允许，我们会从中断的地方继续。如果您不能等待，请联系服务台。
offline-retry =
    { $seconds ->
        [0] 正在重试…
       *[other] { $seconds } 秒后重试。
    }
retry = 立即重试
retry-certificate = 重试
unusable-title = 这里暂时无法使用
unusable-no_server = 这台电脑还没有设置要使用的服务器。请告知服务台。
unusable-bad_settings = 无法读取这台电脑的设置。请告知服务台。
unusable-too_old = 此版本的应用对您的学校来说过旧。请安装更新，或告知服务台。
unusable-not_offered = 您的学校没有在这里提供此功能。服务台可以帮助您。
unusable-nothing_to_finish = 这台电脑上没有需要完成的内容了。
nothing-to-finish-title = 这里已全部完成

## Errors: what to do next

trouble-account_missing = 请输入用户名以继续。
trouble-account_too_long = 这比任何用户名都长。请检查输入或粘贴的内容。
trouble-characters_missing = 请输入字符以继续，或选择“我无法使用”。
trouble-destination_missing = 请输入完整的号码或地址以继续。
trouble-code_missing = 请输入验证码以继续。
trouble-answers_missing = 请回答每个问题以继续。
trouble-questions_repeated = 您重复选择了同一个问题。请换成另一个问题。
trouble-not_saved = 无法保存文件。请改为打印恢复码，或把它们抄写下来。
trouble-old_password_missing = 请输入当前密码以继续。
trouble-passwords_differ = 两次输入的新密码不一致。请重新输入第二个。
trouble-seal_broken = 传输时有内容丢失。请再按一次按钮。
trouble-human_check_failed = 未能确认您不是机器人。请选择“下一步”重试。
trouble-human_check_failed-characters = 字符不正确。这里是另一组，请输入这些字符。
trouble-method_unavailable = 这种方式目前不可用。请选择另一种。
trouble-destination_invalid = 这看起来不是完整的号码或地址。请检查后重试。
trouble-destination_wrong = 这与我们登记的信息不符。请检查，或选择其他方式。
trouble-destination_wrong-left =
    { $left ->
        [0] 这与我们登记的信息不符。请选择其他方式，或联系服务台。
       *[other] 这与我们登记的信息不符。请检查后重试。您还可以再试 { $left } 次。
    }
trouble-destination_not_allowed = 此号码或地址不能在这里使用。请换一个，并且不能是学校的邮箱。
trouble-resend_too_soon = 现在还不能获取新验证码。请稍等片刻再试。
trouble-resend_too_soon-wait = 现在还不能获取新验证码。请在 { $seconds } 秒后重新获取。
trouble-code_wrong = 验证码不正确。请查看最新的一个，然后重试。
trouble-code_wrong-left =
    { $left ->
        [0] 验证码不正确。请获取新的验证码，或联系服务台。
        [1] 验证码不正确。您还可以再试 1 次，之后请获取新的验证码。
       *[other] 验证码不正确。请查看最新的一个，然后重试。您还可以再试 { $left } 次。
    }
trouble-code_wrong-own = 此码不正确，或已经使用过。请检查后重试。
trouble-code_wrong-own-left =
    { $left ->
        [0] 此码不正确。请换一种方式，或联系服务台。
       *[other] 此码不正确，或已经使用过。请检查后重试。您还可以再试 { $left } 次。
    }
trouble-code_expired-own = 此码已过期。请换一种方式，或联系服务台。
trouble-code_spent-own = 此码尝试次数过多。请换一种方式，或联系服务台。
trouble-code_expired = 该验证码已过期。请选择“发送新验证码”，其他内容都不用重新输入。
trouble-code_spent = 该验证码尝试次数过多。请获取新的验证码，或联系服务台。
trouble-answers_wrong = 有的答案不正确。请检查后重试。
trouble-answers_wrong-left =
    { $left ->
        [0] 有的答案不正确。请换一种方式，或联系服务台。
       *[other] 有的答案不正确。请检查后重试。您还可以再试 { $left } 次。
    }
trouble-answers_refused = 有的答案不能使用。每个答案下方写明了需要修改的地方。
answer-too_short = 太短：请至少使用 3 个字符。
answer-too_long = 太长：请最多使用 40 个字符。
answer-repeated = 这个答案用了两次：请为每个问题填写不同的答案。
answer-in_question = 问题中已包含这个答案：请换一个答案。
answer-known = 学校登记了这项信息，别人也可能知道：请换一个答案。
answer-common = 很多人都用这个答案：请换一个更难猜的。
trouble-current_password_wrong = 密码不正确。请确认 Caps Lock 已关闭，然后重新输入。
trouble-current_password_wrong-left =
    { $left ->
        [0] 密码不正确，或者您的账户已被锁定或停用。如果您不记得密码，或确定密码正确，请联系服务台。
       *[other] 密码不正确。请确认 Caps Lock 已关闭，然后重新输入。您还可以再试 { $left } 次。
    }
trouble-password_refused = 无法使用此密码：
trouble-password_refused-other = 此密码未被接受。请换一个密码。
trouble-proof_needed = 为了保护您的账户，我们需要再次确认是您本人。之后您可以继续。
trouble-means_unavailable = 现在无法在这里设置或移除。请选择其他方式。
trouble-notice_unknown = 没有消息带有此代码，或者代码太旧。请与最新的消息核对，或联系服务台。
trouble-rate_limited = 短时间内操作过于频繁。请等几分钟再试。
trouble-rate_limited-until = 短时间内操作过于频繁。请在 { $time } 之后重试。
trouble-instead = 如果使用以下任一方式，您无需等待：
trouble-client_too_old = 此应用的版本过旧。请安装更新，或联系服务台。
trouble-unavailable = 目前无法连接到所需的服务，因此没有做任何更改。请一分钟后重试。
trouble-suspended = 您的学校暂时停止了密码更改，因此没有做任何更改。请稍后重试，或联系服务台。
trouble-stale = 刚才有内容发生了变化。请检查此页面，然后重试。
trouble-unauthorized = 本次会话已结束。请重新开始。
trouble-internal = 我们这边出了问题。请重试；如果仍然如此，请联系服务台。
refusal-too_short = 太短：请至少使用 { $value } 个字符。
refusal-too_long = 太长：请最多使用 { $value } 个字符。
refusal-too_few_kinds = 请使用以下字符中的至少 { $value } 种：大写字母、小写字母、数字、符号。
refusal-contains_account = 包含您的用户名：请去掉这部分。
refusal-common = 这是别人最先会试的常见密码：请换一个不太常见的。
refusal-same_as_old = 与您的旧密码相同：请换一个不同的。
refusal-used_before = 您以前用过：请换一个新的。
refusal-too_soon = 您的密码刚修改不久，暂时不能再次修改。如有急事，请联系服务台。
refusal-not_typeable = 包含在登录界面无法输入的字符：请去掉这个字符。
refusal-other = 账户系统没有说明原因：请换一个密码。
