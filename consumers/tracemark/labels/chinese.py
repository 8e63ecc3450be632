"""What an explicit label says in Chinese: expressions for folded text, so with ASCII punctuation, simplified, without blanks."""

from typing import Final

from tracemark.labels.wording import any_of

__all__ = ["ADVICE", "ANNOUNCED", "CALLED", "DENIAL", "LABEL", "MADE", "TRADITIONAL"]

TRADITIONAL: Final = """
    內内 圖图 資资 訊讯 僅仅 參参 請请 實实 審审 編编 輯辑 經经 聲声 說说 註注 標标 識识 係系 為为 產产 術术 輔辅 動动 與与 準准
    確确 錯错 誤误 觀观 點点 場场 報报 對对 該该 統统 應应 據据 謹谨 別别 鑑鉴 鑒鉴 斷断 於于 無无 論论 個个 護护 權权 責责 結结
    導导 學学 業业 頁页 網网 發发 佈布 創创 題题 給给 譯译 總总 軟软 體体 機机 記记 錄录 認认 證证 們们 這这 種种 則则 條条 連连
    問问 覆复 復复 寫写 載载 傳传 刪删 輕轻 擔担 負负 態态 議议 醫医 療疗 診诊 樂乐 閱阅 讀读 務务 員员 團团 隊队 開开 風风 險险
    視视 頻频 檢检 測测 並并 會会 檔档 顯显"""
"""Characters that labels use, each with its simplified form."""

MADE: Final = any_of("生成 合成 产生")

_AI: Final = (
    r"(?:生成式)?(?:人工智[能慧]|AIGC|AI)(?:\(AI\))?"
    + any_of("(?:大语言|语言|大)?模型 技术 助手 助理 工具 算法 服务 系统 智能体 机器人 软件 程序")
    + "{0,2}"
)
_MAKE: Final = (
    any_of("辅助 自动 智能 协助 全程 翻译 总结 整理 撰写 创作")
    + f"?[并后]?{MADE}(?:[或/、和与及]?{any_of('生成 合成 制作 创作 撰写 输出')})?"
)
_WHAT: Final = any_of(
    "内容 文本 文字 文章 文案 文稿 正文 全文 回答 回复 答案 答复 解答 信息 资讯 结果 材料 资料 报告 摘要 总结 概要 译文 翻译 "
    "作品 稿件 新闻 报道 对话 消息 评论 说明 文档 文件 建议 笔记 帖子 邮件 故事 小说 诗歌"
)
"""Never a picture: its caption labels the picture, and not the text around it."""
_ALL: Final = any_of("所有 全部 部分")
_THIS: Final = any_of(
    "以上 以下 上述 下述 上文 下文 上面 下面 前述 [本此该这](?:[个篇则条段份次部章页站轮]|页面|平台|网站|服务|产品)?"
)
_WHICH: Final = (
    rf"(?P<which>{_THIS}[的中]?(?:文|{_ALL})?{_WHAT}?中?的?{_ALL}?{_WHAT}?|全文|{_ALL}{_WHAT}"
    rf"|{_THIS}?(?:服务|平台|产品|模型)?{any_of('生成 输出 提供 展示')}的{_ALL}?{_WHAT})"
    r"(?:[及和与、](?:配图|图片|插图|题图|封面))?"
)

_SERVICE: Final = any_of(
    "豆包 文心一?言? 通义(?:千问)? 讯飞(?:星火)? 星火 混元 腾讯元宝 元宝 智谱(?:清言)? 百川 盘古 天工 海螺 深度求索 "
    "百度 阿里 腾讯 字节 华为 商汤 月之暗面"
)
_NO_NAME: Final = (
    "非未没不无否勿莫拒绝禁反对抗抵避弃停别而且并替代换手写撰著原创人工者编辑记采访译稿员鉴定判断认检测识疑批评"
    "被的了是由使用"
)
"""Characters of people, of their work, and of denials: the name of a service that is not listed has none of them."""
_WHO: Final = (
    rf"(?:{_SERVICE}(?:大?模型)?"
    rf"|[本该我]?{any_of('公司 平台 网站 站 应用 产品 服务 系统 软件 小程序')}(?:自研)?的?"
    rf"|{any_of('作者 编辑 小编 编辑部 记者 我们 我 用户 团队 本站 本公司 创作者 博主')}{any_of('使用 利用 借助 通过 运用 用')}"
    rf"|[^\W\da-z{_NO_NAME}]{{1,3}}"
    rf"|(?!{any_of('not non no never without anti than or and versus vs humans? people')}\b)[a-z][a-z0-9.\-]{{0,20}} ?)"
)
_BY: Final = rf"(?:由{_WHO}?|{any_of('使用 利用 借助 采用 运用 用')}了?|经|通过|基于|依托)?"
_NOTICE: Final = (
    "(?:"
    + any_of(
        "温馨 特别 重要 友情 安全 风险 免责 作者 创作者? 发布者 博主 编者 编辑 平台 本站 官方 版权 内容 信息 AI "
        "合规 使用 阅读 系统 页面"
    )
    + f"?{any_of('提示 提醒 声明 说明 注意 须知 备注 附注 注 标识 标注 来源 告知 公告')}:)?"
)

_TRUE: Final = any_of("准确 真实 完整 可靠 有效 正确 时效 合法") + "性?"
_TRUTHS: Final = f"{_TRUE}(?:[和与、及]{_TRUE})*"
_WRONG: Final = (
    any_of("有误 错误 偏差 不准确 不准 不完整 疏漏 误差 幻觉 虚构 瑕疵 不当 遗漏") + "(?:之处|的?内容|的?信息)?"
)
_USE: Final = any_of("参考 学习 娱乐 研究 交流 阅读 借鉴")
_WITH_CARE: Final = any_of("务必 注意 仔细 谨慎 自行 理性 审慎 认真 加以 进一步 再次 结合实际(?:情况)?")
_CHECK: Final = any_of("甄别 核实 核对 辨别 鉴别 分辨 判断 使用 参考 阅读 审核 复核 校验 验证 查证 核查 看待 对待")
_WHAT_OF_IT: Final = f"{any_of('其 以上 重要 关键 相关')}*(?:{_TRUE}|真伪|事实|{_WHAT})?"
_REVIEW: Final = any_of("审核 编辑 校对 复核 修改 润色 审校 核实")
_REVIEWED: Final = f"[经由]过?{any_of('人工 编辑 作者 专业?人员?')}的?{_REVIEW}(?:[和与及、并]?{_REVIEW})?"
_ADVICE: Final = (
    rf"(?:{any_of('其 所有 生成 相关 具体 以上 该 所?生成的')}?{_WHAT}?[均只仅]?[仅只]?供"
    rf"{any_of('您 你 学习 个人 大家 内部 读者')}?{_USE}(?:[和与及、]?(?:{_USE}|使用|之用))*"
    rf"|(?:敬?请{any_of('您 你 读者 用户 大家')}?{_WITH_CARE}*|{_WITH_CARE}+){_CHECK}{_WHAT_OF_IT}"
    rf"|(?:{_WHAT}|其)?{any_of('可能 或许 或 难免')}会?{any_of('存在 含有 包含 出现 产生 有')}?{_WRONG}(?:[或、和与及]{_WRONG})*"
    rf"|[并已][已均]?{_REVIEWED})"
)
"""These may stand right behind what they are about, too."""

_RESERVE: Final = (
    rf"(?:未经(?:人工)?{any_of('审核 核实 校对 验证')}|{_REVIEWED}"
    rf"|{any_of('建议 需 应')}{any_of('您 你 读者 用户 大家 人工')}*{_WITH_CARE}*{_CHECK}{_WHAT_OF_IT}"
    rf"|(?:{any_of('其 本 生成')}*{_WHAT})?的?{_TRUTHS}{any_of('无法 不能 不予 难以')}(?:得到)?{any_of('保证 确保 保障')}"
    rf"|{any_of('不 无法 不能 难以')}(?:完全|对其)?{any_of('保证 保障 确保')}(?:{_WHAT}|其|所有|生成)*的?{_TRUTHS}"
    rf"|并?不(?:代表|反映)[\u4e00-\u9fff]{{0,12}}{any_of('观点 立场 态度 意见 看法')}(?:[或和与]{any_of('观点 立场 态度 意见')})?"
    rf"|并?{any_of('不构成 不作为 不应作为 不可作为 不得作为')}[\u4e00-\u9fff、]{{0,16}}"
    + any_of("建议 意见 依据 承诺 要约 指导 诊断 凭证 参考")
    + rf"|请?勿{any_of('轻信 盲从 盲信 (?:直接)?(?:使用|引用|采用|照搬) 转载 传播 外传 删除 修改 依赖')}"
    rf"(?:[或和及、]{any_of('修改 删除 传播 篡改')})?[本此该]?{any_of('标记 标识 提示 内容')}?"
    rf"|请?以{any_of('官方 实际 原文 现场 正式 最新 权威')}[\u4e00-\u9fff]{{0,8}}为准"
    rf"|如有{any_of('疑问 错误 侵权 不适 不当 雷同 问题 疏漏')}[\u4e00-\u9fff]{{0,12}}"
    r"|[\u4e00-\u9fff]{0,4}(?:不|概不)(?:承担|负)[\u4e00-\u9fff]{0,8}责任)"
)
"""These stand behind a comma only: without, they would say something about generated content."""

LABEL: Final = (
    rf"(?:{_NOTICE}(?:{_WHICH}|{_WHAT})?{any_of('全部 部分 主要 大部分 完全 均 皆 都')}?(?:可能|疑似)?"
    rf"(?:[系为是]?{_BY}{_AI}{_MAKE}的?{_WHAT}?|{any_of('包含 含有 含')}(?:部分)?{_AI}{_MAKE}的?{_WHAT})"
    rf"(?:[,;、|·-]?{_ADVICE}|[,;、|·-]{_RESERVE})*)"
)
ADVICE: Final = f"(?:{_ADVICE}|{_RESERVE})"
DENIAL: Final = "[非未没不无否勿假错谬]"
ANNOUNCED: Final = (
    any_of(
        "注明 标注 标明 标识 标记 写明 写上 写着 加上 加注 添加 显示 展示 打上 贴上 附上 印上 标有 带有 写有 印有 含有 附有 "
        "出现 输入 填写 选择 点击 勾选 例如 比如 譬如 诸如 即 所谓 叫做 称为 字样 标签 按钮 选项 "
        "图 图片 照片 插图 配图 题图 封面 图像 画面 海报 视频 音频 录音 短片 歌曲 配乐"
    )
    + "[为成了有上出着]?"
)
CALLED: Final = any_of("标签 标识 字样 标记 水印 标注 标志 按钮 选项 [两二三四]字 一词")
