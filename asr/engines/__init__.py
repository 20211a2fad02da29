"""All that runs a speech model: engines, each behind `asr.engine.Engine`, and silero-vad."""
