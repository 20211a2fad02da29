"""Assembly of a transcript from what an engine wrote: words mended, measured, and given to whoever said them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from asr.acoustics import measure
from asr.announcements import is_announcement
from asr.confidence import WHISPER_BASE, Calibration, calibrated, mean_probability
from asr.engine import TranscribedClip
from asr.hallucination import flag_hallucinations, suspicions
from asr.prepare import Prepared
from asr.repair import Repairer
from asr.role_cues import cast_voices
from asr.roles import presence_flags
from asr.text_diarisation import diarise_with_text
from asr.transcript_quality import measure_quality
from asr.turns import Span
from callqa.numbers import written
from callqa.types import Role, Seconds, Transcript, Turn, Word, text_of

NOISE_DURATION: Seconds = 0.5  # a click or a leak may pass for speech so long
NOISE_PROBABILITY = 0.3  # what the engine makes of it; a real 嗯 or 好 gets 0.5 and more
MIN_VOICE_CONFIDENCE = 0.8  # below, nothing in the turn is held for or against anybody


@dataclass(frozen=True)
class Editor:
    """Turns an engine's words into text. Making the repairer takes about a second."""

    engine_key: str
    repairer: Repairer | None
    """``None`` leaves homophones as the engine wrote them."""
    calibration: Calibration = WHISPER_BASE

    def assemble(self, prepared: Prepared, transcribed: Sequence[Sequence[TranscribedClip]]) -> Transcript:
        """The transcript; ``transcribed`` has the parts of each span."""
        if prepared.diarisation and not prepared.diarisation.apart:
            prepared, transcribed = diarise_with_text(prepared, transcribed)
        spoken = [
            (span, self._turn(prepared, span, parts))
            for span, parts in zip(prepared.spans, transcribed, strict=True)
            if not is_noise(span, parts)
        ]
        trusted = [(span, turn) for span, turn in spoken if not turn.flags and not is_announcement(turn.text)]
        known = "roles_from_content" in prepared.cast.flags
        cast = prepared.cast if known else cast_voices(prepared, [(span.voice, turn.text) for span, turn in trusted])
        turns = [placed(turn, i, cast.roles[span.voice], cast.flags) for i, (span, turn) in enumerate(spoken)]
        flagged = flag_hallucinations(turns)
        damaged = ("damaged",) if prepared.damaged else ()
        return Transcript(
            recording=prepared.recording,
            engine_key=self.engine_key,
            turns=flagged,
            flags=damaged + cast.flags + presence_flags(prepared.speech, cast.roles),
            quality=measure_quality(
                flagged,
                [span.channel for span, _ in spoken],
                prepared.speech_by_channel,
                prepared.recording.duration,
                prepared.damaged_frames,
            ),
        )

    def _turn(self, prepared: Prepared, span: Span, parts: Sequence[TranscribedClip]) -> Turn:
        """A turn without its role, which is only known once it is known what the others say."""
        transcribed = tuple(word for part in parts for word in part.words)
        mended = self.repairer.repair(transcribed) if self.repairer else transcribed
        words = calibrated(respelled(mended), self.calibration)
        original, text = text_of(transcribed), text_of(words)
        shared = prepared.diarisation is not None
        others = () if shared else [r for v, regions in enumerate(prepared.speech) if v != span.voice for r in regions]
        sound = measure(prepared.cast.audio.samples[span.channel], span.regions, others, original)
        flags = [flag for part in parts for flag in part.flags]
        flags += suspicions(original, span.speech_time, sound.loudness_dbfs)
        if shared and span.voice_confidence < MIN_VOICE_CONFIDENCE:
            flags.append("speaker_unsure")
        return Turn(
            index=0,
            role="unknown",
            start=span.start,
            end=span.end,
            text=text,
            rewritten_from=None if text == original else original,
            words=words,
            confidence=mean_probability(words),
            role_confidence=round(span.voice_confidence, 4) if shared else None,
            loudness_dbfs=sound.loudness_dbfs,
            pitch_hz=sound.pitch_hz,
            syllables_per_second=sound.syllables_per_second,
            overlap=None if shared else sound.overlap,
            flags=tuple(dict.fromkeys(flags)),
        )


def placed(turn: Turn, index: int, role: Role, flags: Sequence[str]) -> Turn:
    """The turn in its place, with its speaker; ``flags`` are those of the cast. One turn may be nobody's alone."""
    doubtful = role == "unknown" and "roles_unknown" not in flags
    marks = (*turn.flags, "speaker_unsure") if doubtful else turn.flags
    return replace(turn, index=index, role=role, flags=tuple(dict.fromkeys(marks)))


def is_noise(span: Span, parts: Sequence[TranscribedClip]) -> bool:
    """Whether a short sound is nobody's turn: the engine writes nothing, or does not believe what it writes."""
    words = [word for part in parts for word in part.words]
    believed = sum(word.probability for word in words) / len(words) if words else 0.0
    return span.end - span.start < NOISE_DURATION and believed < NOISE_PROBABILITY


def respelled(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with numbers in digits. A number that several words make up becomes one word."""
    result = written(text_of(words))
    ends = list(accumulate((len(word.text) for word in words), initial=0))
    inner = {edge for start, end in set(result.origins) for edge in range(start + 1, end)}
    bounds = [i for i, edge in enumerate(ends) if edge not in inner]
    texts: dict[int, list[str]] = {}
    for character, (start, _) in zip(result.text, result.origins, strict=True):
        texts.setdefault(start, []).append(character)
    merged: list[Word] = []
    for first, last in pairwise(bounds):
        merging = words[first:last]
        text = "".join(c for at in range(ends[first], ends[last]) for c in texts.get(at, ()))
        certainty = sum(w.probability * len(w.text) for w in merging) / sum(len(w.text) for w in merging)
        merged.append(Word(text, merging[0].start, merging[-1].end, certainty))
    return tuple(merged)
