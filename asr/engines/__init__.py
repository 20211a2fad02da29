"""Speech engines, each behind `asr.engine.Engine`."""
