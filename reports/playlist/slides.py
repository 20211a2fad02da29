"""Courseware as slides (PPTX): of each clip one that is heard and asks, and one that answers."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from more_itertools import chunked
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Length, Pt

from callqa.clock import padded_clock
from reports.playlist.courseware import Courseware, CoursewareClip
from reports.tables.columns import writable
from services.wording import ROLES

WIDTH, HEIGHT, MARGIN = Inches(13.333), Inches(7.5), Inches(0.6)
INNER = Emu(WIDTH - 2 * MARGIN)
FONT = "Microsoft YaHei"
INK, SOFT, ACCENT = map(RGBColor.from_string, ("1F2933", "52606D", "1F5F99"))
LINE = 38  # characters of a line of the transcript
LINES = 9  # of a slide
TITLE_SLIDE, TITLE_ONLY = 0, 5  # layouts of the standard template
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHOW = "http://schemas.openxmlformats.org/presentationml/2006/main"
AUDIO = f"""<p:timing xmlns:p="{SHOW}"><p:tnLst><p:par><p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot">
<p:childTnLst><p:audio><p:cMediaNode vol="80000"><p:cTn id="2" fill="hold" display="0"><p:stCondLst>
<p:cond delay="indefinite"/></p:stCondLst></p:cTn><p:tgtEl><p:spTgt spid="%d"/></p:tgtEl></p:cMediaNode></p:audio>
</p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>"""
"""The player of a sound, for the shape of this number."""


def slides(courseware: Courseware) -> bytes:
    """The file. Sound lies within it; the speaker's notes tell where a clip is from, and the answer."""
    show = Presentation()
    show.slide_width, show.slide_height = WIDTH, HEIGHT
    show.core_properties.title = writable(courseware.title)
    show.core_properties.author = "callqa"
    _opening(show, courseware)
    for number, clip in enumerate(courseware.clips, start=1):
        _clip(show, number, clip)
    buffer = io.BytesIO()
    show.save(buffer)
    return buffer.getvalue()


def _opening(show: Any, courseware: Courseware) -> None:
    slide = show.slides.add_slide(show.slide_layouts[TITLE_SLIDE])
    _placed(slide.shapes.title, Inches(2.2), Inches(1.5))
    _write(slide.shapes.title.text_frame, [(courseware.title, 44, INK, True)])
    _placed(slide.placeholders[1], Inches(3.8), Inches(2.4))
    about = f"{len(courseware.clips)} 段录音，共 {padded_clock(courseware.seconds)}"
    lines = [(text, 24, SOFT, False) for text in (courseware.note, about) if text]
    _write(slide.placeholders[1].text_frame, [*lines, (f"内部培训资料，请勿外传。{courseware.hint}", 14, SOFT, False)])


def _clip(show: Any, number: int, clip: CoursewareClip) -> None:
    planned, quiz = clip.planned, clip.quiz
    lines = [(f"{ROLES[turn.role]}　{turn.text}", turn.role == "agent") for turn in planned.turns]
    pages = _pages(lines) or [[]]
    for page, turns in enumerate(pages):
        slide = _titled(show, f"{number}. {planned.item}" + (f"（续 {page}）" if page else ""))
        if page == 0:
            _sound(slide, clip)
        box = slide.shapes.add_textbox(MARGIN, Inches(1.9), INNER, Inches(4.3)).text_frame
        _write(box, [(text, 22, ACCENT if agent else INK, False) for text, agent in turns])
        if quiz and page == len(pages) - 1:
            asked = f"问：{quiz.question}" + (f"　（{'／'.join(quiz.choices)}）" if quiz.choices else "")
            box = slide.shapes.add_textbox(MARGIN, Inches(6.3), INNER, Inches(0.9)).text_frame
            _write(box, [(asked, 24, INK, True)])
        _notes(slide, clip)
    if quiz or planned.clip.note:
        slide = _titled(show, f"{number}. {planned.item}：{'答案' if quiz else '要点'}")
        box = slide.shapes.add_textbox(MARGIN, Inches(1.6), INNER, Inches(5.2)).text_frame
        _write(box, _answers(clip))
        _notes(slide, clip)


def _answers(clip: CoursewareClip) -> list[tuple[str, int, RGBColor, bool]]:
    planned = clip.planned
    answers = clip.quiz.answer if clip.quiz else ()
    sentences = [(text, 22 if i else 28, INK, i == 0) for i, text in enumerate(answers)]
    quote = [(f"“{planned.quote}”", 20, SOFT, False)] if planned.quote and planned.clip.verdict else []
    return [*sentences, *quote, *([(f"要点：{planned.clip.note}", 24, ACCENT, True)] if planned.clip.note else [])]


def _pages(turns: Iterable[tuple[str, bool]]) -> list[list[tuple[str, bool]]]:
    """What fits on a slide each; a turn that is longer than one goes on."""
    pages: list[list[tuple[str, bool]]] = []
    left = 0
    for text, agent in turns:
        for part in map("".join, chunked(text, LINE * LINES)):
            lines = -(-len(part) // LINE)
            if lines > left:
                pages.append([])
                left = LINES
            pages[-1].append((part, agent))
            left -= lines
    return pages


def _titled(show: Any, title: str) -> Any:
    slide = show.slides.add_slide(show.slide_layouts[TITLE_ONLY])
    _placed(slide.shapes.title, Inches(0.35), Inches(0.9))
    _write(slide.shapes.title.text_frame, [(title, 32, INK, True)])
    slide.shapes.title.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    return slide


def _sound(slide: Any, clip: CoursewareClip) -> None:
    """An icon that plays, with what it is; where there is no sound, why."""
    planned = clip.planned
    about = f"坐席 {planned.agent.removeprefix('坐席')} · {padded_clock(planned.seconds)}"
    box = slide.shapes.add_textbox(MARGIN + Inches(0.8), Inches(1.3), Emu(INNER - Inches(0.8)), Inches(0.5)).text_frame
    _write(box, [(f"{about}　{clip.problem}" if clip.problem else f"点图标播放 · {about}", 16, SOFT, False)])
    if clip.mp3 is None:
        return
    size = Inches(0.6)
    shape = slide.shapes.add_movie(io.BytesIO(clip.mp3), MARGIN, Inches(1.25), size, size, mime_type="audio/mpeg")
    shape.name = f"录音 {planned.order}"
    _as_audio(slide, shape)


def _as_audio(slide: Any, shape: Any) -> None:
    """Makes a sound of what the library takes for a film: it has no function for sounds."""
    film = shape._element.find(f".//{{{DRAWING}}}videoFile")
    linked = film.get(qn("r:link"))
    media = slide.part.rels[linked].target_part
    film.tag = qn("a:audioFile")
    film.set(qn("r:link"), slide.part.relate_to(media, RELATIONSHIP_TYPE.AUDIO))
    slide.part.drop_rel(linked)
    media.partname = PackURI(media.partname.replace(".vid", ".mp3"))
    for timing in slide._element.findall(qn("p:timing")):
        slide._element.remove(timing)
    slide._element.append(parse_xml(AUDIO % shape.shape_id))


def _notes(slide: Any, clip: CoursewareClip) -> None:
    planned, quiz = clip.planned, clip.quiz
    from_to = f"{padded_clock(planned.clip.start)}–{padded_clock(planned.clip.end)}"
    where = f"通话 {planned.call_id} {from_to}，坐席 {planned.agent}" if planned.call_id else ""
    note = f"要点：{planned.clip.note}" if planned.clip.note else ""
    lines = (where, *(quiz.answer if quiz else ()), note)
    slide.notes_slide.notes_text_frame.text = writable("\n".join(line for line in lines if line))


def _placed(shape: Any, top: Length, height: Length) -> None:
    shape.left, shape.top, shape.width, shape.height = MARGIN, top, INNER, height


def _write(frame: Any, lines: Sequence[tuple[str, int, RGBColor, bool]]) -> None:
    """Paragraphs: text, size in points, colour, and whether they are bold."""
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    for i, (text, size, colour, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(6)
        run = paragraph.add_run()
        run.text = writable(text)
        run.font.size, run.font.bold, run.font.color.rgb, run.font.name = Pt(size), bold, colour, FONT
        properties = run._r.get_or_add_rPr()
        east_asian = properties.makeelement(qn("a:ea"), {"typeface": FONT})
        properties.find(qn("a:latin")).addnext(east_asian)
