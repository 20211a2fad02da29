"""Every reason a check can give, and the sentence that pages and reports show for it."""

from typing import Annotated

from pydantic import AfterValidator

from callqa.errors import Mistake

REASONS = {
    # any check
    "check_failed": "质检程序出错，请人工判定",
    "no_speech": "录音中没有可用的语音",
    "roles_unknown": "无法区分坐席与市民，请人工判定",
    "no_agent_speech": "没有识别到坐席的语音",
    "no_citizen_speech": "没有识别到市民的语音",
    "unclear_speech": "相关位置的语音不清晰，请人工判定",
    "damaged_recording": "录音有缺损，没有找到的用语可能就在缺损处，请人工判定",
    "somebody_spoke": "有几句分不清是谁说的，没有找到的用语可能就在其中，请人工判定",
    "near_match": "说法接近规范用语，请人工判定",
    # phrases that should be said
    "said": "已按规范说出",
    "never_said": "未说规范用语",
    "greeting_missing": "开头语缺少问候",
    "name_missing": "开头语未报热线名称",
    "number_missing": "开头语未报工号",
    "thanks_missing": "结束语未感谢来电",
    "farewell_missing": "结束语未道别",
    "caller_left": "市民中途挂断，无法说完",
    "caller_stayed": "市民没有中途挂断",
    # conditions on the call
    "condition_met": "符合条件",
    "condition_not_met": "不符合条件",
    "found": "发现所查内容",
    "not_found": "未发现所查内容",
    # procedures and repetition
    "steps_in_order": "各步骤齐全且顺序正确",
    "step_missing": "缺少规定步骤",
    "step_out_of_order": "步骤顺序不对",
    "no_repetition": "没有反复说同样的话",
    "repeats_itself": "反复说同样的话",
    # sound and time
    "loudness_ok": "音量正常",
    "too_loud": "音量过大",
    "too_quiet": "音量过小",
    "loudness_unknown": "没有音量数据，请人工判定",
    "response_ok": "应答及时",
    "slow_response": "应答过慢",
    "no_response_needed": "没有需要应答的市民发言",
    "answered_in_time": "接起后及时应答",
    "answered_late": "接起后迟迟没有应答",
    "never_answered": "接起后没有应答",
    # waiting and silence
    "no_hold": "没有需要市民等待的长静默",
    "notice_given": "等待前已请市民稍候",
    "no_notice": "让市民等待前未作说明",
    "return_said": "等待后已致谢或致歉",
    "no_return": "等待后未致谢或致歉",
    "no_long_silence": "没有过长的静默",
    "too_long_silence": "静默时间过长",
    "unannounced_silence": "静默前未请市民稍候",
    # manners
    "polite": "用语礼貌，使用敬称",
    "informal_address": "多次以“你”称呼市民",
    "no_polite_word": "全程没有礼貌用语",
    "spelling_doubtful": "识别文字无法区分“您”与“你”，请人工判定",
    "none_said": "没有出现服务禁语",
    "taboo_said": "出现服务禁语",
    "words_doubtful": "读音接近服务禁语，请人工判定",
    "manner_good": "服务态度良好",
    "manner_bad": "态度生硬、不耐烦、指责或讽刺市民",
    "manner_doubtful": "态度或说法可能不当，请人工判定",
    "taken_on": "没有推诿",
    "brushed_off": "推诿，让市民自行另找部门或拒绝受理",
    "no_promise": "没有违规承诺",
    "promised": "作出无法保证的承诺",
    "nothing_leaked": "没有泄露他人信息",
    "number_doubtful": "报出的手机号码可能不是市民本人的，请人工判定",
    "leaked": "泄露他人或工作人员的个人信息",
    # conduct
    "no_interruption": "没有打断市民",
    "shared_channel": "双方在同一声道，无法判断抢话",
    "interrupted": "抢话打断市民",
    "rate_ok": "语速适中",
    "too_fast": "语速过快",
    "rate_borderline": "语速接近上限，请人工判定",
    "too_little_speech": "坐席说话太少，无法计算语速",
    "hung_up_by_other": "不是坐席先挂机",
    "caller_finished": "市民已说完或已道别",
    "hung_up_on_caller": "市民未说完，坐席先挂机",
    "farewell_doubtful": "无法确定市民是否已说完，请人工判定",
    "hangup_unknown": "不知道由谁挂机",
    # business
    "restated": "已复述诉求并确认",
    "restated_in_part": "复述不完整，请人工判定",
    "restatement_rejected": "复述与市民所说不符，未再确认",
    "not_restated": "未复述诉求",
    "no_transfer": "没有转接",
    "transferred": "通话被转接",
    "transfer_announced": "转接前已说明去向并请市民不要挂机",
    "transfer_unannounced": "转接前未说明去向",
    "hold_on_missing": "转接前未请市民不要挂机",
    "no_emergency": "没有反映紧急危险",
    "emergency": "市民反映了紧急危险",
    "emergency_guided": "已引导或转接紧急电话",
    "emergency_not_guided": "市民反映紧急危险，未立即引导或转接110、119、120",
    "not_required": "该类诉求不需要",
    # the five elements
    "elements_obtained": "五要素已问全",
    "elements_not_needed": "咨询或表扬，无需采集要素",
    "elements_missing": "多项要素未采集",
    "who_missing": "未采集市民姓名或称呼",
    "reach_missing": "未采集联系方式",
    "when_missing": "未采集事发时间",
    "where_missing": "未采集事发地点",
    "what_missing": "未采集具体诉求",
    # entities
    "entity_said": "通话中说到了要求的信息",
    "entity_missing": "通话中没有说到要求的信息",
    "entity_found": "通话中出现了不应出现的信息",
    "entity_absent": "通话中没有出现不应出现的信息",
    # ticket
    "no_ticket": "没有工单",
    "category_empty": "工单未填分类",
    "category_agrees": "工单分类与通话内容一致",
    "category_differs": "工单分类与通话内容不符",
    "category_doubtful": "工单分类可能与通话内容不符，请人工判定",
    "category_unknown": "工单分类不在分类体系中，请人工判定",
    "facts_agree": "工单内容与通话一致",
    "facts_doubtful": "工单内容可能与通话不符，请人工判定",
    "phone_differs": "工单联系电话与通话内容不符",
    "phone_missing": "通话中说了联系电话，工单未填",
    "name_differs": "工单联系人与通话内容不符",
    "house_number_differs": "工单门牌号与通话内容不符",
    "place_differs": "工单地点与通话内容不符",
    "time_differs": "工单时间与通话内容不符",
    "amount_differs": "工单金额或数量与通话内容不符",
    "appeal_missing": "市民有明确诉求，工单未填",
    "appeal_inverted": "工单诉求与市民的意思相反",
    "appeal_differs": "工单诉求与市民的诉求不是一回事",
    "request_type_empty": "工单未填诉求类型",
    "request_type_agrees": "工单诉求类型与通话内容一致",
    "request_type_differs": "工单诉求类型与通话内容不符",
    "request_type_doubtful": "工单诉求类型可能与通话内容不符，请人工判定",
    "request_type_unknown": "无法识别工单所填的诉求类型，请人工判定",
}


def _listed(reason: str) -> str:
    if reason not in REASONS:
        raise Mistake("check.reason_unknown", reason=reason)
    return reason


Reason = Annotated[str, AfterValidator(_listed)]
"""A slug from the list, as a parameter of a check."""
