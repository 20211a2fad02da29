"""Documents in the database have the keys that they had in the first version, whatever a field is called in code."""

import json

from pydantic import TypeAdapter

from callqa.types import Recording, Transcript, TranscriptQuality, Turn
from store.removal.erasures import SaidScript

TRANSCRIPT = TypeAdapter(Transcript)


def stored() -> bytes:
    turn = Turn(0, "agent", 0.0, 1.0, "工号3028", rewritten_from="公号三零二八")
    recording = Recording("0" * 64, 1.0, 1, 8000, "pcm_s16le")
    script = Transcript(recording, "e", (turn,), quality=TranscriptQuality(turns=1))
    return TRANSCRIPT.dump_json(script, by_alias=True)


def test_keys_of_a_stored_transcript() -> None:
    document = json.loads(stored())
    assert set(document) == {"recording", "engine_key", "turns", "flags", "hygiene"}
    assert document["hygiene"]["turns"] == 1
    assert document["turns"][0]["heard"] == "公号三零二八"


def test_a_stored_transcript_is_read_back() -> None:
    script = TRANSCRIPT.validate_json(stored())
    assert script.turns[0].raw_text == "公号三零二八"
    assert script.quality == TranscriptQuality(turns=1)
    assert TypeAdapter(SaidScript).validate_json(stored()).turns[0].rewritten_from == "公号三零二八"
