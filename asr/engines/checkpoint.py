"""CTranslate2's model file as an openai-whisper checkpoint, so that one verified file serves both engines.

CTranslate2 stacks a layer's query, key and value projections (key and value in cross-attention); openai-whisper keeps
them apart and has no key bias, which is stored as zeros here.
"""

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from callqa.errors import EngineError

if TYPE_CHECKING:
    from whisper.model import Whisper

BINARY_VERSION = 6
DTYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
Tensors = dict[str, npt.NDArray[Any]]

RENAMES = {
    "self_attention/layer_norm": "attn_ln",
    "self_attention/linear_1": "attn.out",
    "attention/layer_norm": "cross_attn_ln",
    "attention/linear_0": "cross_attn.query",
    "attention/linear_2": "cross_attn.out",
    "ffn/layer_norm": "mlp_ln",
    "ffn/linear_0": "mlp.0",
    "ffn/linear_1": "mlp.2",
}
STACKED = {
    "self_attention/linear_0": ("attn.query", "attn.key", "attn.value"),
    "attention/linear_1": ("cross_attn.key", "cross_attn.value"),
}
PARTS = {"gamma": "weight", "beta": "bias", "weight": "weight", "bias": "bias"}


def read_tensors(path: Path) -> Tensors:
    """All tensors of a CTranslate2 model file, by their names there. Raises `EngineError` for another format."""
    with path.open("rb") as file:
        (version,) = struct.unpack("<I", file.read(4))
        if version != BINARY_VERSION:
            raise EngineError("engine.checkpoint_format", path=path, format=version, readable=BINARY_VERSION)
        _read_name(file)
        _, count = struct.unpack("<II", file.read(8))
        return dict(_read_tensor(file, path) for _ in range(count))


def _read_name(file: BinaryIO) -> str:
    (length,) = struct.unpack("<H", file.read(2))
    return file.read(length)[:-1].decode()


def _read_tensor(file: BinaryIO, path: Path) -> tuple[str, npt.NDArray[Any]]:
    name = _read_name(file)
    rank = file.read(1)[0]
    shape = struct.unpack(f"<{rank}I", file.read(4 * rank))
    dtype, n_bytes = struct.unpack("<BI", file.read(5))
    if dtype not in DTYPES:
        raise EngineError("engine.tensor_unreadable", path=path, tensor=name, type=dtype)
    return name, np.frombuffer(file.read(n_bytes), dtype=DTYPES[dtype]).reshape(shape)


def whisper_tensors(tensors: Tensors) -> Tensors:
    """The same weights under openai-whisper's names, float32."""
    return {new: value.astype(np.float32) for name, tensor in tensors.items() for new, value in _renamed(name, tensor)}


def _renamed(name: str, tensor: npt.NDArray[Any]) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    side, _, rest = name.partition("/")
    stem, _, part = rest.rpartition("/")
    if rest == "position_encodings/encodings":
        yield f"{side}.positional_embedding", tensor
    elif rest == "embeddings/weight":
        yield f"{side}.token_embedding.weight", tensor
    elif stem == "layer_norm":
        yield f"{side}.{'ln_post' if side == 'encoder' else 'ln'}.{PARTS[part]}", tensor
    elif stem.startswith("conv"):
        yield f"{side}.{stem}.{part}", tensor
    elif stem.startswith("layer_"):
        layer, _, inner = stem.removeprefix("layer_").partition("/")
        block = f"{side}.blocks.{layer}"
        if inner in RENAMES:
            yield f"{block}.{RENAMES[inner]}.{PARTS[part]}", tensor
        else:
            targets = STACKED[inner]
            for target, piece in zip(targets, np.split(tensor, len(targets)), strict=True):
                if not (part == "bias" and target.endswith("key")):
                    yield f"{block}.{target}.{part}", piece


def load_whisper(folder: Path) -> "Whisper":
    """An openai-whisper model, float32, from a folder with CTranslate2 weights."""
    import torch
    from whisper.model import ModelDimensions, Whisper

    tensors = read_tensors(folder / "model.bin")
    state = whisper_tensors(tensors)
    layers = {side: len({n.split("/")[1] for n in tensors if n.startswith(f"{side}/layer_") and n.count("/") > 2})
              for side in ("encoder", "decoder")}  # fmt: skip
    audio_context, audio_state = state["encoder.positional_embedding"].shape
    text_context, text_state = state["decoder.positional_embedding"].shape
    model = Whisper(
        ModelDimensions(
            n_mels=state["encoder.conv1.weight"].shape[1],
            n_audio_ctx=audio_context,
            n_audio_state=audio_state,
            n_audio_head=int(tensors["encoder/num_heads"]),
            n_audio_layer=layers["encoder"],
            n_vocab=state["decoder.token_embedding.weight"].shape[0],
            n_text_ctx=text_context,
            n_text_state=text_state,
            n_text_head=int(tensors["decoder/num_heads"]),
            n_text_layer=layers["decoder"],
        )
    )
    model.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    heads = json.loads((folder / "config.json").read_text())["alignment_heads"]
    mask = torch.zeros(layers["decoder"], model.dims.n_text_head, dtype=torch.bool)
    for layer, head in heads:
        mask[layer, head] = True
    model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    return model.eval()
