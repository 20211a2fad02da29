"""silero-vad: how probable speech is, from the copy that faster-whisper carries."""

import numpy as np
import numpy.typing as npt

from asr.decode import Samples

FRAME = 512  # samples, fixed by the model

Probabilities = npt.NDArray[np.float32]


def speech_probabilities(samples: Samples) -> Probabilities:
    """Probability of speech in each whole frame of one channel; shape (n_samples // FRAME,)."""
    from faster_whisper.vad import get_vad_model

    n_frames = samples.size // FRAME
    if n_frames == 0:
        return np.zeros(0, dtype=np.float32)
    # A copy, because the model's wrapper writes into its input.
    probabilities: Probabilities = get_vad_model()(samples[: n_frames * FRAME].copy()).reshape(-1)
    return probabilities
