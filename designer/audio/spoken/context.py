"""Words beside a number that tell what it is: something with a name, something counted, something called."""

from __future__ import annotations

import re
from typing import Final

_AFTER_NOUN: Final = r"""(?:号码?|号|码)?\s*(?:是|为|至|到|分别是)?\s*[:：]?\s*["'(]?\s*$"""

IDENTIFIER: Final = re.compile(
    r"(?:尾号|尾数|[后前]\s*(?:四|4|六|6|几)\s*位(?:数字?)?|工号|分机|内线|短号|小号|坐席|座席|座机|验证码|校验码|动态码|取件码|提货码|提取码|邀请码|"
    r"识别码|机身码|代码|编码|条码|邮编|邮政编码|区号|号码|订单|工单|单号|运单|快递单|编号|序列|账号|帐号|账户|卡号|户号|学号|证号|身份证|会员|合同|"
    r"保单|流水|车牌|航班|车次|票号|批次|案号|房号|房间|门牌|桌号|排队|预约|病历|就诊|密码|口令|密钥|QQ|微信|电话|手机|热线|传真|固话|联系方式|专线|总机|"
    r"客服|[^\s数\d]码|(?<![A-Za-z])(?:PIN|ID|No\.?|NO\.?))" + _AFTER_NOUN
)
"""A name in digits follows: each is read for itself."""

DIALLED: Final = re.compile(
    r"(?:拨打?|致电|来电|去电|呼叫|按|输入|键入|转接?到?|[请打]打|(?<![\w])打|报警|急救|火警|咨询|联系|短信[至到])"
    + _AFTER_NOUN
)
"""Keys follow, unless what follows them is counted: 输入6位密码."""

CALLED_AFTER: Final = re.compile(
    r"\s*[\"')]?\s*(?:报警|急救|火警|热线|短信|客服|投诉|专线|服务(?:热线|电话|平台)|政务|市民|查号|电话|"
    r"[、,和或及]\s*1(?:1[0-9]|2[0-2])(?!\d))"
)
BUILDING: Final = re.compile(r"(?:[栋幢座]|单元|号楼|[A-Z]区)\s*-?\s*$")
"""A room in digits follows."""

NAMED_AFTER: Final = re.compile(
    r"\s*(?:号?\s*(?:坐席|座席|话务员|客服|分机|房|病房|病床|教室|包间|会议室|室|床|信箱|窗口)|号|次(?:列车|航班|高铁|动车)|航班|路(?!口|段|程)|"
    r"国道|省道|县道|高速|(?:正在)?为您)"
)
"""Digits of three or more before these are a name: 801号, 301室, 101路."""

AMOUNT: Final = re.compile(
    r"(?:共|共计|合计|总计|总共|约|大约|余额|金额|超过|低于|高于|不足|达到?|满|减|立减|积分|库存|人数|剩余|还有|缴|付|收|充值|消费|扣|欠|增加|减少)"
    r"\s*(?:是|为|了)?\s*[:：]?\s*$"
)

_MEASURES: Final = (
    r"位(?![于置])|个(?!别)|名(?![称字单])|人(?![工民员力事为])|元|块|角|分(?![机行店支类别享])|秒|小时|天(?![津河猫])|年(?!级)|周|星期|岁|遍|"
    r"声|种|条|件|台|套|张|份|片|家|间|公里|千米|米|厘米|毫米|克|千克|公斤|斤|吨|升|毫升|倍|折|万|亿|千|百|亩|平|立方|字|句|款|项|场|轮|步|组|对|"
    r"副|把|本|部|辆|架|只|棵|颗|粒|包|袋|箱|盒|瓶|杯|碗|餐|笔|站|点(?![击播餐评])|刻|季度|世纪|次(?![日列航高动])|户|人次|下(?![午载方])|封|通|声道|代|半"
)
COUNTED: Final = re.compile(rf"\s*(?:(?:[-~–—至到]|或者?)\s*\d+\s*)?(?:多|余|几)?(?:{_MEASURES})")
"""A measure word: the number is a quantity, and 2 is 两."""

CALENDAR: Final = re.compile(r"\s*(?:月(?!子)|日|号|楼|层|级|期|届|班|章|节|页|行|列|排|栋|幢|单元|区|号线|%|‰|℃|度)")
"""Also a quantity, where 2 stays 二."""

TELEPHONE: Final = re.compile(
    r"(?:电话|手机|热线|传真|固话|联系方式|专线|总机|座机|客服|拨打?|致电|来电|去电|呼叫|联系)" + _AFTER_NOUN
)
"""What follows is called, whatever its groups are."""

FLOOR_AFTER: Final = re.compile(r"\s*(?:楼|栋|幢|机|门|库|车间|厂房|线|泊位|仓)")
EMERGENCIES: Final = re.compile(r"(?<!\d)1(?:1[0-9]|2[0-2])\s*[、,，和或及/]\s*$")
MONEY_AFTER: Final = re.compile(r"\s*(?:[万亿]?元(?![旦宵])|块钱)")
DATED: Final = re.compile(r"(?:日期|时间|截至|截止|到期|于|在|自|从|至|到|[号日]|周.|星期.)\s*[:：]?\s*\(?\s*$")
DATED_AFTER: Final = re.compile(
    r"\s*\)?\s*(?:[日前后起止至]|\S{0,4}节|到期|截止|之前|之后|以前|以后|(?:的?(?:活动|会议|航班|预约)))"
)
LASTED: Final = re.compile(r"(?:时长|用时|耗时|剩余|倒计时)\s*(?:是|为)?\s*[:：]?\s*$")
COMPARED: Final = re.compile(r"(?:比分|比例|比|按|比值)\s*(?:是|为)?\s*[:：]?\s*$")

RANGE_BEFORE: Final = re.compile(
    r"(?:[\d元块角分点时秒天日号月年周岁米人个次楼层度级期章页条件位斤克里吨万千百亿%‰℃刻半一二三四五六七八九十午]|[周星期][一-龥])\s*$"
)
RANGE_AFTER: Final = re.compile(r"\s*(?:[A-Z]\d|[\d¥$€£周星次本上下早晚中凌今明一二三四五六七八九十])")
BELOW_ZERO_BEFORE: Final = re.compile(r"(?:^|[\s(,，。：:、]|温度?|为|是|到|至|达|约|零下)\s*$")

PER_BEFORE: Final = re.compile(r"(?:[元角分块次个条位人斤克米升度瓦里节兆]|\d\s?[A-Za-z]{1,4})\s*$")
PER_AFTER: Final = re.compile(
    r"\s*(?:月|年|天|日|人|次|分|小时|时|条|个|份|平|米|公里|秒|周|张|件|台|户|度|吨|斤|公斤|千克|克|位|间|晚|季|节|[A-Z])"
)
