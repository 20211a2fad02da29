"""Files that a playlist is exported as: a page, slides, or sound files with their sheet, each with a readable name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from reports.playlist.clips import plain_name
from reports.playlist.courseware import courseware_page, make_courseware, write_file
from reports.playlist.folder import zip_playlist
from services.coaching.clips import Discretion
from services.context import RubricSet

CoursewareKind = Literal["html", "pptx", "zip"]
MEDIA: Mapping[CoursewareKind, str] = {
    "html": "text/html",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip",
}


def export_as(rubric_set: RubricSet, name: str, folder: Path, kind: CoursewareKind, discretion: Discretion) -> Path:
    """The file, in ``folder``, which is there and empty. Raises `StoreError` and `ConfigError`."""
    if kind == "zip":
        return zip_playlist(rubric_set, name, folder, discretion)
    courseware = make_courseware(rubric_set, name, discretion)
    path = folder / f"{plain_name(courseware.title)}.{kind}"
    if kind == "html":
        write_file(path, courseware_page(courseware).encode())
    else:
        from reports.playlist.slides import slides  # brings a library along that nothing else needs

        write_file(path, slides(courseware))
    return path
