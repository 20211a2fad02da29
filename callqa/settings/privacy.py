"""The settings of what is kept for how long, and of what is kept encrypted."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, model_validator

from callqa.errors import Mistake
from callqa.settings.section import Section

HomePath = Annotated[Path, AfterValidator(Path.expanduser)]
"""A path that may begin with ~, the home of whoever runs callqa."""
LEAST_AUDIT_DAYS = 183
"""Half a year: what 网络安全法 asks network operators to keep logs for (article 21)."""


class RetentionSettings(Section):
    """For how many days after a call what is kept of it; what is not set is kept for good."""

    audio_days: int | None = Field(default=None, ge=1)
    """Playable copies in the home; and the recordings themselves, see ``originals``."""
    transcript_days: int | None = Field(default=None, ge=1)
    """What was said and filed: transcripts, tickets, quotes, the index, clips, and reports, which quote."""
    score_days: int | None = Field(default=None, ge=1)
    """Scores and people's words on them: the whole call. Only sums without persons are left."""
    audit_days: int | None = Field(default=None, ge=LEAST_AUDIT_DAYS)
    """After an entry, not a call."""
    nightly: bool = False
    """Whether every run ends with ``callqa retention apply``."""
    originals: tuple[HomePath, ...] = ()
    """Folders in which callqa may delete the recordings themselves. None: it deletes only its own copies."""
    keep_erased_scores: bool = False
    """Of calls that are erased at a citizen's request, keep the scores, without anything that names the call."""
    key_file: HomePath | None = None
    """The key of the hashes by which erased numbers and recordings are known again; ``<home>/erasure.key`` by default.
    All machines of one database need the same."""

    @model_validator(mode="after")
    def _scores_go_last(self) -> "RetentionSettings":
        earlier = self.audio_days, self.transcript_days
        if self.score_days and any(days and days > self.score_days for days in earlier):
            raise Mistake("settings.scores_go_last")
        return self


class EncryptionSettings(Section):
    """Recordings that are encrypted are opened with these keys; with any key, playable copies are encrypted, too."""

    key_file: HomePath | None = None
    """A text file with a key of 64 hex digits a line: the first one encrypts, all of them decrypt."""
    key: SecretStr = SecretStr("")
    """Such a key itself, for places that hand out secrets as environment variables."""
