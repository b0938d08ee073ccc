"""Where static files are served from: hashed names once collected, else as built."""

from collections.abc import Iterable, Iterator

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Assets(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # ships no types
    """Hashed, compressed names from the manifest that ``collectstatic`` wrote.

    Before that (in tests, in a fresh checkout) the plain built files are served.
    """

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002 -- the signature is Django's
        """Give the address of a static file."""
        if not self.hashed_files:
            return StaticFilesStorage.url(self, name)
        return str(super().url(name, force=force))

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages name, and not the same once more under its plain name."""
        named = set(self.hashed_files.values())
        yield from super().compress_files(path for path in paths if path in named)
