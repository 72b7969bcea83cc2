"""The words of the `case.yaml` that people fill in, in English and in Chinese."""

# ruff: noqa: RUF001 - Chinese has punctuation of its own

from __future__ import annotations

import json

from similarity.report.phrases.language import LanguageCode
from similarity.report.schema.case import Profile

__all__ = ["template_text"]

_ENGLISH = """\
# Facts of the case.  Nothing here is measured: it is what people state, and the report says so.
# What is left as "" appears in the report as not stated.  Put text with signs such as : or # in quotes.
# Dates: 2024-05-01, or 2024-05-01T08:30+08:00; as precise as they are known.

case_id: {case_id}
profile: {profile}      # the law that the annexes follow: us, eu or cn
language: {language}     # language of the report: en or zh
requester: ""     # who asked for the examination
purpose: ""       # what it is for: litigation, notice, licence talks ...
question: ""      # the question, as it was asked
jurisdiction: ""  # {jurisdiction}
date: ""          # date of the examination

analyst:          # who examines
  name: ""
  qualifications: ""
reviewer:         # who looks over the examination
  name: ""
  qualifications: ""

environment:      # the machine on which files were obtained and examined
  machine: ""     # maker, model, serial number
  cleanliness: "" # how it was made sure that nothing else could have put the files there
  network: ""     # how it was connected
  clock: ""       # how its clock was compared with a time source

# Both accounts in the parties' own words, or neither.
propositions:
  claimant: ""    # such as: the clip was made from the film
  respondent: ""  # such as: the clip was made without the film

notes_for_counsel: []

# Facts of rights, of use and of what others hold; leave out what you don't know.  Documents are exhibits, listed below.
# rights:
#   - work: film-1                 # identifier of the work in the library
#     kind: audiovisual work
#     claimed_by: Harbour Pictures Ltd.
#     protected_until: 2075-12-31
#     term_from: first publication, 2025-03-01
#     registrations:
#       - number: PA 2-345-678
#         authority: U.S. Copyright Office
#         owner: Harbour Pictures Ltd.
#         date: 2025-04-02
#         exhibits: [E3]
#     credits:                     # names that stand on the work
#       - {{name: Studio North, where: "closing credits, 01:32:10", exhibits: [E1]}}
#     chain:                       # authorship, employment, commission, assignment, exclusive_licence, sole_licence,
#                                  # non_exclusive_licence, succession, collective_management or other
#       - {{kind: authorship, holder: Studio North, exhibits: [E4]}}
#       - kind: exclusive_licence
#         giver: Studio North
#         holder: Harbour Pictures Ltd.
#         scope: "reproduction, adaptation, communication to the public"
#         territory: worldwide
#         start: 2025-03-01
#         end: 2035-02-28
#         may_sue: true
#         exhibits: [E5]
# uses:                            # where the suspect was shown
#   - where: video platform
#     url: https://video.example/watch?v=17
#     by: account "dawn"
#     since: 2026-01-05
#     mode: on_demand              # on_demand, live, broadcast, download, screening or other
#     payment: advertising         # free, paid, advertising or mixed
#     income: not published
#     views: 120000
#     counted_on: 2026-02-20
#     territory: worldwide
#     exhibits: [E6]
# use_facts:                       # purpose, nature, amount, market, credit, normal_use, interests or other
#   - {{heading: purpose, by: claimant, fact: "shown with advertisements", exhibits: [E6]}}
#   - {{heading: credit, by: respondent, fact: "the film is named in the description", exhibits: [E6]}}
# steps:                           # what was tried in order to get at the facts
#   - {{what: "letter that asks for the prompts", date: 2026-02-01, by: counsel, outcome: "no answer", exhibits: [E7]}}
# held:                            # prompt_log, expanded_prompt, parameters, seed, training_list, interface_contract,
#                                  # generation_record, account_data, income or other
#   - item: prompt_log
#     holder: Example Video Ltd.
#     what: "prompts of account dawn, 2025-12-01 to 2026-01-05"
#     grounds: "its terms of service say that prompts are kept for a year"
#     shows: "whether the prompt names the film"
#     duty: "order of the court"
#     exhibits: [E7]

# Files of the case.  A relative path counts from the folder of this file.
# exhibits:
#   - number: E1
#     role: reference        # reference, suspect, background or document
#     file: ../films/the-film.mp4
#     copy: true             # false: the file stays where it is, only its hashes are kept
#     title: ""
#     owner: ""
#     author: ""
#     registration: ""       # registration number of the work
#     source: ""             # URL, device or archive
#     obtained_how: ""
#     obtained_when: ""
#     obtained_by: ""
#     obtained_with: ""      # tool and version
exhibits: []
"""

_CHINESE = """\
# 案件事实。此处内容均为人工陈述，并非测量结果，报告中会如此注明。
# 留空（""）的项目在报告中显示为“未陈述”。含有 : 或 # 等符号的文字请加引号。
# 日期写法：2024-05-01，或 2024-05-01T08:30+08:00；知道多精确就写多精确。

case_id: {case_id}
profile: {profile}      # 附件依据的法域：us、eu 或 cn
language: {language}     # 报告语言：en 或 zh
requester: ""     # 委托人
purpose: ""       # 用途：诉讼、通知、许可谈判等
question: ""      # 委托事项（原文）
jurisdiction: ""  # {jurisdiction}
date: ""          # 检验日期

analyst:          # 检验人
  name: ""
  qualifications: ""
reviewer:         # 复核人
  name: ""
  qualifications: ""

environment:      # 取证与检验所用设备
  machine: ""     # 厂商、型号、序列号
  cleanliness: "" # 取证环境清洁性：如何确认
  network: ""     # 网络连接方式
  clock: ""       # 时钟如何与标准时间核对

# 双方主张（原话），要么都写，要么都不写。
propositions:
  claimant: ""    # 例如：被控视频系根据原告影片制作
  respondent: ""  # 例如：被控视频系独立创作

notes_for_counsel: []

# 权属、使用行为及由他人控制的证据；不知道的不写。文件须列入下方 exhibits。
# rights:
#   - work: film-1                 # 样本库中的作品编号
#     kind: 视听作品
#     claimed_by: 某影业公司
#     protected_until: 2075-12-31
#     term_from: 首次发表 2025-03-01
#     registrations:
#       - number: 国作登字-2025-I-00000001
#         authority: 国家版权局
#         owner: 某影业公司
#         date: 2025-04-02
#         exhibits: [E3]
#     credits:                     # 作品上的署名
#       - {{name: 某工作室, where: "片尾字幕 01:32:10", exhibits: [E1]}}
#     chain:                       # authorship 创作、employment 职务、commission 委托、assignment 转让、
#                                  # exclusive_licence 专有许可、sole_licence 排他许可、succession 继承、
#                                  # non_exclusive_licence 非专有许可、collective_management 集体管理、other 其他
#       - {{kind: authorship, holder: 某工作室, exhibits: [E4]}}
#       - kind: exclusive_licence
#         giver: 某工作室
#         holder: 某影业公司
#         scope: 复制权、改编权、信息网络传播权
#         territory: 全球
#         start: 2025-03-01
#         end: 2035-02-28
#         may_sue: true            # 是否有权以自己的名义提起诉讼
#         exhibits: [E5]
# uses:                            # 被控视频向公众提供的情况
#   - where: 某视频平台
#     url: https://video.example/watch?v=17
#     by: 账号“黎明”
#     since: 2026-01-05
#     mode: on_demand              # on_demand 点播、live 直播、broadcast 广播、download 下载、screening 放映、other
#     payment: advertising         # free 免费、paid 收费、advertising 含广告、mixed 部分收费
#     income: 未公布
#     views: 120000
#     counted_on: 2026-02-20
#     territory: 全球
#     exhibits: [E6]
# use_facts:                       # purpose、nature、amount、market、credit、normal_use、interests、other
#   - {{heading: purpose, by: claimant, fact: 视频含贴片广告, exhibits: [E6]}}
#   - {{heading: credit, by: respondent, fact: 简介中已注明影片名称, exhibits: [E6]}}
# steps:                           # 为查明事实已采取的措施
#   - {{what: 发函要求提供提示词, date: 2026-02-01, by: 代理人, outcome: 未答复, exhibits: [E7]}}
# held:                            # prompt_log 提示词日志、expanded_prompt 扩写提示词、parameters 参数、seed 随机种子、
#                                  # training_list 训练数据清单、interface_contract 接口合同、
#                                  # generation_record 生成记录、account_data 账号资料、income 收入账目、other 其他
#   - item: prompt_log
#     holder: 某平台公司
#     what: 账号“黎明”2025-12-01 至 2026-01-05 的提示词
#     grounds: 其服务条款载明提示词保存一年
#     shows: 提示词是否写明影片名称
#     duty: 人民法院的裁定
#     exhibits: [E7]

# 检材与样本。相对路径以本文件所在文件夹为准。
# exhibits:
#   - number: E1
#     role: reference        # reference 权利作品、suspect 被控视频、background 无关素材、document 文书
#     file: ../films/the-film.mp4
#     copy: true             # false：文件留在原处，只保存哈希值
#     title: ""              # 名称
#     owner: ""              # 权利人
#     author: ""             # 作者
#     registration: ""       # 作品登记号
#     source: ""             # 网址、设备或档案
#     obtained_how: ""       # 取得方式
#     obtained_when: ""      # 取得时间
#     obtained_by: ""        # 取证人
#     obtained_with: ""      # 取证工具及版本
exhibits: []
"""

_TEXTS: dict[LanguageCode, str] = {"en": _ENGLISH, "zh": _CHINESE}
_JURISDICTIONS: dict[LanguageCode, dict[Profile, str]] = {
    "en": {
        "us": "court and docket number, such as C.D. Cal., 2:24-cv-01234",
        "eu": "court or authority, and member state",
        "cn": "court and case number",
    },
    "zh": {"us": "法院及案号", "eu": "法院或机关及成员国", "cn": "法院及案号，例如（2024）粤0192民初113号"},
}


def template_text(*, case_id: str, profile: Profile, language: LanguageCode) -> str:
    """A `case.yaml` with everything blank but these three.

    Args:
        case_id: identifier of the case.
        profile: the law that the report follows.
        language: of report and remarks.
    """
    return _TEXTS[language].format(
        case_id=json.dumps(case_id, ensure_ascii=False),  # a JSON text is a YAML text
        profile=profile,
        language=language,
        jurisdiction=_JURISDICTIONS[language][profile],
    )
