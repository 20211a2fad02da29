"""The story of a store before: a month of a small office, in commands that were typed and forms that were sent."""

from pathlib import Path

from manifest_of_before import ERASED_NUMBER, write_manifest
from old_home import Home, OpenDesk, Person

PEOPLE = {
    "wangli": ("supervisor", "--full-name", "王丽"),
    "lina": ("inspector", "--full-name", "李娜"),
    "zhoujie": ("trainer", "--full-name", "周杰"),
    "chenlei": ("team_lead", "--full-name", "陈磊", "--team", "A组"),
    "zhaomin": ("agent", "--full-name", "赵敏", "--agent-id", "3102"),
    "sunyu": ("agent", "--full-name", "孙宇", "--agent-id", "3117"),
    "gaofei": ("admin", "--full-name", "高飞"),
    "smith": ("supervisor", "--full-name", "A. Smith", "--language", "en"),
}
NEVER_IN = {"newcomer": ("inspector", "--full-name", "新人"), "leaver": ("trainer", "--full-name", "离职")}
"""Whose link was never opened; the second one is disabled."""
FLOORS = "wrongly_failed: 0.02\n"
Staff = dict[str, Person]


def tell(home: Home, folder: Path, samples: Path) -> None:
    """``folder``: for what is not kept. Afterwards a night finds nothing to do."""
    manifest, roster = write_manifest(folder, samples)

    def night(at: str) -> None:
        home.clock.put(at)
        home.typed("run", str(manifest), INGEST__ROSTER=str(roster))

    for day in (14, 15, 16):  # after three tries nobody hears D901 and D902 any more
        night(f"2026-11-{day}T01:00+08:00")
    home.clock.put("2026-11-16T09:00+08:00")
    links = _add_people(home)
    with home.desk() as desk:
        staff = {name: desk.welcome(name, link) for name, link in links.items()}
        desk.sign_in("lina", "not my password")
        home.clock.put("2026-11-16T09:30+08:00")
        _calibrate(staff)
        _review(staff)
        _train(staff)
        _appeal(home, staff, desk)
    _keep(home)
    _try_another_rubric(home, folder, samples)
    home.typed("erase", "--phone", ERASED_NUMBER, "--reason", "市民来电要求删除", "--apply")
    home.clock.put("2026-12-01T09:00+08:00")
    _sample(home)
    with home.desk() as desk:
        boss = desk.sign_in("wangli")
        boss.post("/calibration/new", name="十二月校准", reviewer=["lina", "wangli"], calls="D008", item=["opening"])
        inspector = desk.sign_in("lina")
        inspector.post("/calibration/answer", name="十二月校准", number=1, item="opening", verdict="met", note="清楚")
    night("2026-12-02T01:00+08:00")
    home.typed("run")


def _add_people(home: Home) -> dict[str, str]:
    """The links of those who open them."""
    links = {}
    for name, (role, *facts) in (PEOPLE | NEVER_IN).items():
        told = home.typed("user", "add", name, "--role", role, *facts)
        links[name] = "/welcome?token=" + told.partition("/welcome?token=")[2].split()[0]
    home.typed("user", "disable", "leaver")
    return {name: links[name] for name in PEOPLE}


def _calibrate(staff: Staff) -> None:
    """A session from start to end; the two differ on one item."""
    boss, inspector, name = staff["wangli"], staff["lina"], "十一月校准"
    items = ["opening", "closing", "speech_rate"]
    boss.post("/calibration/new", name=name, reviewer=["lina", "wangli"], calls="D019 D021", item=items)
    for number in (1, 2):
        for item in items:
            inspector.post("/calibration/answer", name=name, number=number, item=item, verdict="met")
            verdict = "violated" if (number, item) == (1, "closing") else "met"
            boss.post("/calibration/answer", name=name, number=number, item=item, verdict=verdict, note="听两遍")
    boss.post("/calibration/close", name=name)


def _review(staff: Staff) -> None:
    """D019 is the call 2, D021 is 3, D028 is 4, D036 is 5."""
    boss, inspector = staff["wangli"], staff["lina"]
    boss.post("/queue/assign", to=["lina", "wangli"], limit=2)
    inspector.post("/calls/2/verdict", item="closing", action="override", verdict="met", reason="说了再见，机器没听清")
    inspector.post("/calls/2/verdict", item="speech_rate", action="confirm")
    inspector.post("/calls/2/manual", title="主动安抚", points=2, reason="耐心解释到账时间")
    inspector.post("/calls/2/confirm")
    inspector.post("/calls/3/verdict", item="content_consistency", action="override", verdict="met", reason="地址一致")
    inspector.post("/calls/3/verdict", item="long_silence", action="override", verdict="met", reason="误点")
    inspector.post("/calls/3/verdict", item="long_silence", action="withdraw")
    inspector.post("/calls/5/verdict", item="opening", action="override", verdict="not_applicable", reason="回访")
    boss.post("/calls/4/verdict", item="attitude", action="confirm", reason="多次打断并催促")


def _appeal(home: Home, staff: Staff, desk: OpenDesk) -> None:
    """1 waits at the second stage, 2 was accepted, 3 was rejected, 4 has just been made."""
    agent, other, lead = staff["zhaomin"], staff["sunyu"], staff["chenlei"]
    agent.post("/calls/4/appeal", item="interruption", reason="市民语速快，01:02 处我是在确认地址")
    agent.post("/calls/4/appeal", item="courtesy", reason="全程用了您，请再听 00:10")
    other.post("/calls/3/appeal", item="hold_notice", reason="系统卡顿，不是我让市民等")
    home.clock.put("2026-11-17T10:00+08:00")
    lead = desk.sign_in("chenlei")
    lead.post("/appeals/1/decide", outcome="reject", reason="打断属实")
    lead.post("/appeals/2/decide", outcome="accept", reason="用语规范", verdict="met")
    lead.post("/appeals/3/decide", outcome="reject", reason="应先告知")
    agent, other = desk.sign_in("zhaomin"), desk.sign_in("sunyu")
    agent.post("/appeals/1/further", reason="请质检再听")
    other.post("/calls/3/appeal", item="hold_return", reason="我说了谢谢等待")


def _train(staff: Staff) -> None:
    trainer, boss = staff["zhoujie"], staff["wangli"]
    trainer.post("/training/playlists", playlist="新人课", item="opening", call=[1, 3])
    trainer.post("/training/playlists/1/note", text="先听开头语")
    trainer.post("/training/playlists/1/note", text="注意报工号", order=1)
    boss.post("/calls/filters", name="A组低分", query="team=A组&sort=lowest")
    boss.post("/calls/4/hold", reason="法院调取")
    boss.get("/calls/4")
    boss.get("/search?q=燃气")


def _keep(home: Home) -> None:
    """At a terminal: labels, holds, words on calls."""
    home.clock.put("2026-11-18T10:00+08:00")
    home.typed("golden", "add", "D008", "opening", "合格", "--by", "专家")
    home.typed("golden", "add", "D019", "closing", "不合格", "--by", "专家")
    home.typed("golden", "import", "--calibration", "十一月校准", "--by", "专家")
    home.typed("golden", "drop", "D021", "--item", "speech_rate", "--by", "专家")
    home.typed("review", "confirm", "D036", "attitude", "--by", "李娜")
    home.typed("legal-hold", "put", "--call", "D019", "--by", "王丽", "--reason", "信访调查")
    home.typed("legal-hold", "release", "2", "--by", "王丽", "--reason", "调查结束")
    home.typed("queue", "recall", "--by", "王丽", "--reviewer", "wangli")
    home.typed("playlist", "add", "禁语", "D028", "forbidden_phrase", "--note", "不要这样说", "--by", "周杰")
    home.typed("search", "燃气")
    home.typed("show", "D028")
    home.typed("audit", "verify", "--keep")


def _try_another_rubric(home: Home, folder: Path, samples: Path) -> None:
    """Scores of a second rubric, which the golden set held, and a person released."""
    home.clock.put("2026-11-19T10:00+08:00")
    shipped = samples.parent / "scoring" / "rubrics" / "pudong-12345.yaml"
    floors, rubric = folder / "floors.yaml", folder / "next.yaml"
    floors.write_text(FLOORS, encoding="utf-8")
    text = shipped.read_text(encoding="utf-8")
    assert 'version: "2026.1"' in text
    rubric.write_text(text.replace('version: "2026.1"', 'version: "2026.2"'), encoding="utf-8")
    home.typed("rescore", "--rubric", str(rubric), exits=(3,), GOLDEN__FLOORS=str(floors))
    home.typed("release", "4", "--by", "王丽", "--reason", "标注有误，已核对")


def _sample(home: Home) -> None:
    for plan, period in (("weekly", "2026-W45"), ("monthly", "2026-11")):
        home.typed("sample", "draw", plan, "--period", period, "--by", "王丽", "--seed", "before")
    home.typed("sample", "assign", "monthly", "2026-11", "--to", "李娜", "--to", "王丽", "--by", "王丽")
