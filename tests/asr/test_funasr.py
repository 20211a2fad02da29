"""The FunASR engine against a stand-in with the real one's interface and results; if installed, against the real one.

The results follow funasr 1.4.16: ``funasr/models/{paraformer,seaco_paraformer,sense_voice}/model.py``.
"""

import inspect
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from asr import describe_engine, engine_key
from asr.decode import SAMPLE_RATE, rms_dbfs
from asr.engine import Clip
from asr.engines.funasr import FunASR, words_of
from asr.engines.plain_text import UNKNOWN_PROBABILITY
from asr.engines.whisper import LEVEL_DBFS
from callqa.errors import EngineError
from callqa.settings import AsrSettings

PARAFORMER = {
    "key": "rand_key_2yW4Acq9GFz6Y",
    "text": "工 號 三 零 app 为 您",
    "timestamp": [[50, 290], [290, 530], [530, 770], [770, 1010], [1010, 1500], [1500, 1700], [1700, 2600]],
}
SENSE_VOICE = {
    "key": "rand_key_NO6n9JEC3HqdZ",
    "text": "<|zh|><|NEUTRAL|><|Speech|><|withitn|>您好,请讲。",
    "words": ["▁您", "好", ",", "请", "讲", "。"],
    "timestamp": [[30, 210], [210, 390], [390, 450], [600, 780], [780, 960], [960, 1020]],
}


class AutoModel:
    """With the signatures of the real one."""

    results: list[dict[str, Any]]
    made: dict[str, Any]
    asked: list[tuple[list[np.ndarray], dict[str, Any]]]

    def __init__(self, **kwargs: Any) -> None:
        if kwargs["model"] == "broken":
            raise RuntimeError("model 'broken' is not registered")
        type(self).made = kwargs
        type(self).asked = []

    def generate(self, input: Any, input_len: Any = None, progress_callback: Any = None, **cfg: Any) -> list[Any]:
        self.asked.append((input, cfg))
        return self.results


@pytest.fixture
def funasr(monkeypatch: pytest.MonkeyPatch) -> type[AutoModel]:
    module = ModuleType("funasr")
    module.AutoModel = AutoModel  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "funasr", module)
    torch = ModuleType("torch")  # the real one takes seconds to import
    torch.get_num_threads = lambda: 2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    return AutoModel


def settings(**options: Any) -> AsrSettings:
    return AsrSettings(**{"engine": "funasr", "model": "paraformer-zh", "device": "cpu", **options})


def clip(start: float = 10.0, seconds: float = 2.5) -> Clip:
    return Clip("r", 0, start, np.full(round(seconds * SAMPLE_RATE), 0.01, dtype=np.float32))


def test_paraformer_gives_a_time_for_each_piece(funasr: type[AutoModel]) -> None:
    funasr.results = [PARAFORMER]
    (heard,) = FunASR(settings()).transcribe([clip()])
    assert [word.text for word in heard.words] == ["工", "号", "三", "零", "app", "为", "您"]
    assert (heard.words[4].start, heard.words[4].end) == (11.01, 11.5)
    assert heard.words[-1].end == 12.5, "no word ends after its clip"
    assert {word.probability for word in heard.words} == {UNKNOWN_PROBABILITY}
    assert heard.flags == ()


def test_sense_voice_s_tags_are_no_text(funasr: type[AutoModel]) -> None:
    funasr.results = [SENSE_VOICE]
    (heard,) = FunASR(settings(model="iic/SenseVoiceSmall")).transcribe([clip()])
    assert [word.text for word in heard.words] == ["您", "好，", "请", "讲。"]
    assert heard.words[0].start == 10.03


@pytest.mark.parametrize(
    "results", [[], [{"text": ""}], [{"key": "k", "text": "<|nospeech|><|EMO_UNKNOWN|><|BGM|><|woitn|>"}]]
)
def test_nothing_heard_is_no_words(results: list[dict[str, Any]], funasr: type[AutoModel]) -> None:
    funasr.results = results
    (heard,) = FunASR(settings()).transcribe([clip(seconds=0.5)])
    assert heard.words == ()
    assert heard.flags == ()


@pytest.mark.parametrize("result", [{"text": "您 好"}, {"text": "您 好", "timestamp": [[0, 100]]}])
def test_text_without_matching_times_is_spread_over_the_clip(result: dict[str, Any]) -> None:
    words = words_of(result, clip(start=4.0, seconds=2.0))
    assert [(word.text, word.start, word.end) for word in words] == [("您", 4.0, 5.0), ("好", 5.0, 6.0)]


def test_invented_text_is_flagged(funasr: type[AutoModel]) -> None:
    funasr.results = [{"text": "谢谢观看"}]
    assert FunASR(settings()).transcribe([clip()])[0].flags == ("stock_phrase",)


def test_what_the_model_is_asked(funasr: type[AutoModel]) -> None:
    funasr.results = [PARAFORMER]
    FunASR(settings(threads=3)).transcribe([clip(), clip(20)])
    assert funasr.made["model"] == "paraformer-zh"
    assert funasr.made["device"] == "cpu"
    assert funasr.made["ncpu"] == 3
    assert funasr.made["disable_update"] is True, "a night asks no network for a newer version"
    assert len(funasr.asked) == 2
    for (samples,), options in funasr.asked:
        assert samples.dtype == np.float32
        assert rms_dbfs(samples) == pytest.approx(LEVEL_DBFS, abs=0.1)
        assert options == {"batch_size": 1, "language": "zh", "use_itn": True, "output_timestamp": True}


def test_a_missing_package_says_what_to_install(funasr: type[AutoModel], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "funasr", None)
    with pytest.raises(EngineError, match=r"pip install 'callqa\[funasr\]'"):
        FunASR(settings())


def test_a_model_that_cannot_be_loaded_says_what_to_do(funasr: type[AutoModel]) -> None:
    with pytest.raises(EngineError, match="'broken' on cpu .*set asr.model to its folder"):
        FunASR(settings(model="broken"))


def test_a_whisper_model_is_refused_before_anything_is_loaded() -> None:
    for use in (FunASR, describe_engine):
        with pytest.raises(EngineError, match="paraformer-zh, iic/SenseVoiceSmall"):
            use(settings(model="base"))


def test_a_folder_is_known_by_its_content_and_a_name_by_itself(tmp_path: Path) -> None:
    for name, weights in (("one", b"1" * 99), ("same", b"1" * 99), ("other", b"2" * 99)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.pt").write_bytes(weights)
        (tmp_path / name / ".msc").write_text(name)
    first, same, other = (engine_key(settings(model=str(tmp_path / name))) for name in ("one", "same", "other"))
    assert first == same != other
    assert describe_engine(settings())["weights"] == "paraformer-zh"


@pytest.mark.filterwarnings("ignore")
def test_the_real_interface_is_as_the_stand_in_s() -> None:
    real = pytest.importorskip("funasr").AutoModel
    for name in ("__init__", "generate"):
        ours, theirs = (inspect.signature(getattr(cls, name)).parameters for cls in (AutoModel, real))
        assert [(p.name, p.kind) for p in ours.values()] == [(p.name, p.kind) for p in theirs.values()]
