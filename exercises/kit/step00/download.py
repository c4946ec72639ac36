"""Fetching a file once: several mirrors, resumed where it stopped, refused unless it is the right one.

Pooch keeps the cache and checks the SHA-256; it cannot resume, so the downloader it is given here does that.
"""

import contextlib
import re
from pathlib import Path
from typing import Any

from .idx import DataError, Original

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)
CHUNK_BYTES = 1 << 16
TIMEOUT_SECONDS = 20.0


def cache_folder() -> Path:
    """Where downloads are kept."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("learn-mech-interp", appauthor=False)) / "mnist"


def fetch(original: Original, folder: Path, mirrors: tuple[str, ...] = MIRRORS) -> Path:
    """The path of `original` in `folder`, downloaded when it is not there yet; it is what it should be or DataError.

    What a broken connection leaves is kept in `<name>.gz.part`, and the next try, from any mirror, goes on there.
    """
    import pooch

    name, problems = f"{original.name}.gz", []
    pooch.get_logger().setLevel("ERROR")  # the progress bar says it
    for mirror in mirrors:
        try:
            return Path(
                pooch.retrieve(
                    mirror + name,
                    known_hash=f"sha256:{original.gz_sha256}",
                    fname=name,
                    path=folder,
                    downloader=Resume(folder / f"{name}.part", original),
                )
            )
        except (OSError, ValueError) as problem:  # requests' errors are OSErrors; pooch's wrong hash is a ValueError
            problems.append(f"  {mirror}{name}: {_in_one_line(problem)}")
    raise DataError(
        f"Could not download {name} ({original.gz_bytes:,} bytes, SHA-256 {original.gz_sha256}) from any mirror.\n"
        + "\n".join(problems)
        + "\n  Try again later (it goes on where it stopped), or put MNIST's four original files into a folder "
        "`mnist` and set LMI_DATA to the folder above it."
    )


class Resume:
    """A downloader for pooch: appends to a .part file and hands it over once it has the expected size."""

    def __init__(self, part: Path, original: Original) -> None:
        self.part, self.original = part, original

    def __call__(self, url: str, output_file: Any, pooch: Any) -> None:
        """Bring the .part file to its full size, then move it to `output_file`, whose hash pooch checks."""
        import requests

        size = self.original.gz_bytes
        have = self.part.stat().st_size if self.part.exists() else 0
        if have > size:  # cannot be ours
            self.part.unlink()
            have = 0
        if have < size:
            headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
            with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS) as response:
                response.raise_for_status()
                with contextlib.suppress(requests.RequestException):  # its size says whether it is whole
                    self._receive(response, have if _resumes_at(response, have) else 0)
        found = self.part.stat().st_size
        if found < size:
            raise DataError(f"the connection ended early: expected {size:,} bytes, found {found:,}")
        if found > size:
            self.part.unlink()
            raise DataError(f"not the right file: expected {size:,} bytes, found more")
        self.part.replace(output_file)

    def _receive(self, response: Any, start: int) -> None:
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

        columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
        with self.part.open("ab") as file, Progress(*columns) as progress:
            file.truncate(start)
            bar = progress.add_task(f"{self.original.name}.gz", total=self.original.gz_bytes, completed=start)
            for chunk in response.iter_content(CHUNK_BYTES):
                file.write(chunk)
                progress.update(bar, advance=len(chunk))
                if file.tell() > self.original.gz_bytes:
                    break  # a wrong file may be endless


def _resumes_at(response: Any, start: int) -> bool:
    """Whether the answer goes on where the .part file ends; a server that ignores Range sends everything again."""
    sent_from = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return response.status_code == 206 and sent_from is not None and int(sent_from[1]) == start


def _in_one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__
