"""Reading of a request's type or category in its context: how far a classifier can be believed, what the call tells.

The classifier learnt from statements of requests. In a call people say more than their request, and both sides call it
something; how much each of these tells was learnt from labelled calls (training/category/context.py).
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, PlainSerializer
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix

from callqa.errors import ConfigError, Mistake
from callqa.keys import file_sha256
from callqa.types import Turn
from qa_models.category.classifier import MODELS, softmax
from qa_models.own_model import own_model
from qa_models.utterance.features import vectors
from qa_models.utterance.line import Line

CITIZEN_CUES = tuple(
    map(
        re.compile,
        (
            "怎么(办|弄|申请|算|走|领)|(要|需要|带)(些|点)?(什么|啥|哪些)(材料|手续|东西|证)|几点|多少钱|在哪里?办|"
            "能不能(领|办|报|用)|算不算|规定|政策|条件",  # wants to know
            "要求|赔|退(钱|款|费|给我)|处理|查处|说法|治治|管管|讨个|太过分|凭什么",  # wants it put right
            "帮(我|忙|帮)|救|麻烦(你们|您)|求(你|求)|想想办法|急",  # wants help
            "匿名|保密|(别|不要|莫)(说|讲|写)(是)?我|偷偷|无证|没证|假|黑(心|店|车|诊)|违法|犯法",  # tells on somebody
            "建议|能不能(加|改|装|多|把|在)|应该(加|改|多)|最好(是)?(能|把|加|改)|要是能",  # proposes
            "表扬|感谢|锦旗|点个?赞|夸|好人|谢谢(他|她|那|人家|师傅)",  # praises
            "撤(单|销|回)|打错|上次(的|那个)(单|工单)|回访|进度|催",  # comes about an older ticket
        ),
    )
)
AGENT_CUES = tuple(
    map(
        re.compile,
        (
            "登记|派(单|给|到|下)|工单|转给|转到|交给.{0,8}(局|街道|部门)|记(下|进|上)来?",  # takes it down
            "材料|带上|身份证原件|窗口|官网|可以(办|申请|领)|按(照)?规定|政策",  # answers
            "查处|执法|核查|举报人|保密",
            "采纳|建议",
            "表扬|转达|心意",
        ),
    )
)
LEAST = 1e-4  # a probability below it tells no more
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Context:
    weights: npt.NDArray[np.float32]
    """Shape (signs, classes), as `signs` orders them."""
    bias: npt.NDArray[np.float32]
    """Shape (classes,)."""
    used: npt.NDArray[np.int32]
    """N-grams that tell something, in order; shape (used,)."""
    grams: npt.NDArray[np.int8]
    """Of the citizen's n-grams and of the agent's, in units of ``scales``; shape (2, used, classes)."""
    scales: npt.NDArray[np.float32]
    """Shape (2, classes)."""

    def probabilities(self, tells: "Tells") -> Floats:
        """Shape (classes,)."""
        scores = tells.signs @ self.weights + self.bias
        for gist, weights, scale in zip((tells.citizen, tells.agent), self.grams, self.scales, strict=True):
            places = np.searchsorted(self.used, gist.indices).clip(max=len(self.used) - 1)
            known = self.used[places] == gist.indices
            scores = scores + (gist.data[known] @ weights[places[known]].astype(np.float64)) * scale
        return softmax(np.asarray(scores, dtype=np.float64))

    def save(self, path: Path) -> None:
        save_file({field.name: getattr(self, field.name) for field in fields(self)}, path)


@dataclass(frozen=True)
class Tells:
    """What tells the class of a call's request."""

    signs: Floats
    """As `signs` orders them, or the classifier's log odds alone; shape (signs,)."""
    citizen: csr_matrix
    agent: csr_matrix
    """The `gist` of each side."""

    @classmethod
    def of(cls, call_signs: Floats, turns: Sequence[Turn]) -> "Tells":
        citizen = tuple(turn.text for turn in turns if turn.role != "agent")
        return cls(call_signs, gist(citizen), gist(tuple(turn.text for turn in turns if turn.role == "agent")))


@lru_cache(maxsize=4)  # type and category of a call are read of the same words
def gist(texts: tuple[str, ...]) -> csr_matrix:
    """All that one side says, in one row of n-grams of length 1; zero where it says nothing."""
    row = csr_matrix(vectors([Line(text) for text in texts]).sum(axis=0))
    length = np.sqrt(row.multiply(row).sum())
    return row / length if length else row


def log_odds(likely: Mapping[str, float]) -> Floats:
    """Of a classifier's probabilities; shape (classes,)."""
    return np.log(np.maximum(list(likely.values()), LEAST))


@dataclass(frozen=True, slots=True)
class Side:
    """What one side of a call says, and what it calls the request."""

    text: str
    names: Set[str]


def signs(likely: Mapping[str, float], citizen: Side, agent: Side) -> Floats:
    """What tells the type: the classifier's log odds, what each side calls it, words of each. Shape (signs,).

    ``likely``: the classifier's probability of each class.
    """
    named = [name in side.names for side in (citizen, agent) for name in likely]
    cues = [
        cue.search(side.text) is not None
        for side, cues in ((citizen, CITIZEN_CUES), (agent, AGENT_CUES))
        for cue in cues
    ]
    return np.concatenate([log_odds(likely), np.array([*named, *cues], dtype=np.float64)])


@lru_cache(maxsize=4)
def load_context(name: str) -> Context:
    """By a shipped one's name, or a file. Raises `ConfigError`."""
    path = context_path(name)
    try:
        stored = load_file(path)
        return Context(**{field.name: stored[field.name] for field in fields(Context)})
    except (OSError, KeyError, ValueError) as error:
        raise ConfigError("model.not_whole", folder=path, detail=str(error)) from error


def context_path(name: str) -> Path:
    """Raises `ConfigError` when there is no such file."""
    for path in (MODELS / f"{name}.safetensors", own_model(name)):
        if path.is_file():
            return path
    raise ConfigError("model.category_unknown", name=name)


@lru_cache(maxsize=4)
def _content(name: str) -> str:
    with context_path(name).open("rb") as file:
        return file_sha256(file)


def _there(name: str) -> str:
    try:
        _content(name)
    except ConfigError as error:
        raise Mistake.of(error) from error
    return name


ContextName = Annotated[
    str,
    AfterValidator(_there),
    PlainSerializer(lambda name: {"name": name, "content": _content(name)}, return_type=dict),
]
"""A context that is there, as a parameter of a check; another content gives the check another key."""
