"""The one place where a kind's name in the check library becomes code."""

import importlib
from typing import Any

from callqa.errors import ConfigError
from callqa.yaml_file import did_you_mean
from qa_models.check import Kind


class Registry:
    """Kinds by name, as ``module:attribute`` until first used. Once frozen, nothing is added."""

    def __init__(self, paths: dict[str, str] | None = None) -> None:
        self._paths = dict(paths or {})
        self._kinds: dict[str, Kind[Any]] = {}
        self._frozen = False

    def add(self, name: str, path: str) -> None:
        """Raises `ConfigError` when the name is taken or the registry is frozen."""
        if self._frozen:
            raise ConfigError("check.kind_too_late", kind=name)
        if self._paths.get(name, path) != path:
            raise ConfigError("check.kind_taken", kind=name, present=self._paths[name], path=path)
        self._paths[name] = path

    def freeze(self) -> None:
        self._frozen = True

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._paths))

    def get(self, name: str) -> Kind[Any]:
        """Raises `ConfigError` with the allowed names."""
        if name not in self._kinds:
            if name not in self._paths:
                raise ConfigError("check.kind_unknown", kind=name, hint=did_you_mean(name, self._paths))
            self._kinds[name] = _load(name, self._paths[name])
        return self._kinds[name]


def _load(name: str, path: str) -> Kind[Any]:
    module, _, attribute = path.partition(":")
    kind = getattr(importlib.import_module(module), attribute, None)
    if not isinstance(kind, Kind) or kind.name != name:
        raise ConfigError("check.kind_elsewhere", kind=name, path=path)
    return kind


KINDS = Registry(
    {
        "all": "qa_models.checks.combine:check_all",
        "any": "qa_models.checks.combine:check_any",
        "ask": "qa_models.checks.ask:check_ask",
        "at_least": "qa_models.checks.combine:check_at_least",
        "caller_left": "qa_models.checks.caller_left:check_caller_left",
        "category": "qa_models.checks.category:check_category",
        "courtesy": "qa_models.checks.courtesy:check_courtesy",
        "elements": "qa_models.checks.elements:check_elements",
        "entity": "qa_models.checks.entity:check_entity",
        "forbidden": "qa_models.checks.forbidden:check_forbidden",
        "hangup": "qa_models.checks.hangup:check_hangup",
        "hold_notice": "qa_models.checks.hold:check_hold_notice",
        "hold_return": "qa_models.checks.hold:check_hold_return",
        "interruption": "qa_models.checks.interruption:check_interruption",
        "loudness": "qa_models.checks.loudness:check_loudness",
        "metadata": "qa_models.checks.metadata:check_metadata",
        "not": "qa_models.checks.combine:check_not",
        "phrase": "qa_models.checks.phrase:check_phrase",
        "pickup": "qa_models.checks.pickup:check_pickup",
        "private_number": "qa_models.checks.private_number:check_private_number",
        "regex": "qa_models.checks.regex:check_regex",
        "repeat": "qa_models.checks.repeat:check_repeat",
        "response_time": "qa_models.checks.response_time:check_response_time",
        "restate": "qa_models.checks.restate:check_restate",
        "sequence": "qa_models.checks.sequence:check_sequence",
        "request_type": "qa_models.checks.request_type:check_request_type",
        "silence": "qa_models.checks.silence:check_silence",
        "similar": "qa_models.checks.similar:check_similar",
        "speech_rate": "qa_models.checks.speech_rate:check_speech_rate",
        "ticket_facts": "qa_models.checks.ticket_facts:check_ticket_facts",
        "utterance": "qa_models.checks.utterance:check_utterance",
    }
)
