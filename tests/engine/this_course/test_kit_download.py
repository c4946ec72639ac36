"""Downloads: from several mirrors, resumed where they stopped, refused unless they are the right file."""

import hashlib
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from exercises.kit.step00 import download
from exercises.kit.step00.idx import DataError, Original

FILE = os.urandom(300_000)
WANTED = Original("some-idx", (1,), len(FILE), hashlib.sha256(FILE).hexdigest(), "")


class Mirror(BaseHTTPRequestHandler):
    """Serves FILE, with the faults that its first folder names, and notes each request's Range."""

    asked: list[str] = []

    def do_GET(self):
        fault = self.path.split("/")[1]
        wanted = self.headers.get("Range")
        self.asked.append(f"{fault} {wanted}")
        if fault == "down":
            return self.send_error(503)
        body = b"x" * len(FILE) if fault == "wrong" else b"<html>log in</html>" if fault == "portal" else FILE
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and fault != "norange" else 0
        shown_start = 0 if fault == "liar" else start
        self.send_response(206 if wanted and fault != "norange" else 200)
        if wanted and fault != "norange":
            self.send_header("Content-Range", f"bytes {shown_start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - shown_start))
        self.end_headers()
        body = body[shown_start:]
        self.wfile.write(body[: len(body) // 2] if fault == "breaks" else body)
        return None

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    Mirror.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield lambda *faults: tuple(f"http://127.0.0.1:{running.server_port}/{fault}/" for fault in faults)
        running.shutdown()
        thread.join()


def test_a_download_arrives_whole_and_is_kept(server, tmp_path):
    path = download.fetch(WANTED, tmp_path, server("good"))
    assert path == tmp_path / "some-idx.gz"
    assert path.read_bytes() == FILE
    assert download.fetch(WANTED, tmp_path, server("good")) == path
    assert Mirror.asked == ["good None"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["some-idx.gz"]


def test_the_next_mirror_is_tried_when_one_is_down(server, tmp_path):
    path = download.fetch(WANTED, tmp_path, ("http://127.0.0.1:1/closed/", *server("down", "good")))
    assert path.read_bytes() == FILE


def test_a_broken_connection_is_resumed_from_any_mirror(server, tmp_path):
    with pytest.raises(DataError, match="ended early"):
        download.fetch(WANTED, tmp_path, server("breaks"))
    have = (tmp_path / "some-idx.gz.part").stat().st_size
    assert 100_000 < have <= 150_000
    assert not (tmp_path / "some-idx.gz").exists()
    assert download.fetch(WANTED, tmp_path, server("good")).read_bytes() == FILE
    assert Mirror.asked == ["breaks None", f"good bytes={have}-"]


@pytest.mark.parametrize("mirror", ["norange", "liar"])
def test_a_mirror_that_cannot_resume_sends_everything_again(server, tmp_path, mirror):
    (tmp_path / "some-idx.gz.part").write_bytes(FILE[:1000])
    assert download.fetch(WANTED, tmp_path, server(mirror)).read_bytes() == FILE


def test_a_spoilt_part_is_thrown_away_and_fetched_from_the_next_mirror(server, tmp_path):
    (tmp_path / "some-idx.gz.part").write_bytes(b"spoilt")
    assert download.fetch(WANTED, tmp_path, server("good", "good")).read_bytes() == FILE
    assert Mirror.asked == ["good bytes=6-", "good None"]


def test_a_part_longer_than_the_file_is_thrown_away(server, tmp_path):
    (tmp_path / "some-idx.gz.part").write_bytes(FILE + b"more")
    assert download.fetch(WANTED, tmp_path, server("good")).read_bytes() == FILE


@pytest.mark.parametrize(("fault", "said"), [("wrong", "does not match"), ("portal", "found 19")])
def test_a_wrong_file_is_refused_with_what_was_expected_and_found(server, tmp_path, fault, said):
    with pytest.raises(DataError, match=said) as error:
        download.fetch(WANTED, tmp_path, server(fault))
    assert all(word in str(error.value) for word in ("300,000 bytes", WANTED.gz_sha256, "LMI_DATA"))
    assert not (tmp_path / "some-idx.gz").exists()


def test_a_corrupt_file_in_the_cache_is_fetched_again(server, tmp_path):
    (tmp_path / "some-idx.gz").write_bytes(FILE[:-1] + b"?")
    assert download.fetch(WANTED, tmp_path, server("good")).read_bytes() == FILE


def test_every_mirror_down_says_so_for_each(server, tmp_path):
    mirrors = server("down", "breaks")
    with pytest.raises(DataError, match="any mirror") as error:
        download.fetch(WANTED, tmp_path, mirrors)
    assert all(mirror in str(error.value) for mirror in mirrors)
