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
