"""Files that a stranger may have put where a text belongs: each is answered at once, in words."""

import os
from pathlib import Path

import pytest

from kerasmith.untrusted.textfile import NotText, read_bytes, read_text


def test_a_file_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfgr\xc3\xbcn")
    assert read_text(tmp_path / "a", 8) == "grün"


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a", 5) == b"12345"
    with pytest.raises(NotText, match="larger than 4 bytes"):
        read_bytes(tmp_path / "a", 4)


def test_what_claims_no_size_is_read_up_to_the_limit() -> None:
    if not Path("/proc/self/environ").exists():
        pytest.skip("there is no /proc here")
    with pytest.raises(NotText, match="larger than 1 bytes"):
        read_bytes(Path("/proc/self/environ"), 1)


def test_a_folder_a_pipe_and_a_device_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for path, why in {
        tmp_path: "a folder",
        tmp_path / "pipe": "pipe",
        tmp_path / "link": "device",
    }.items():
        with pytest.raises(NotText, match=why):
            read_bytes(path, 9)


def test_a_link_is_followed_only_where_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("a")
    assert read_bytes(tmp_path / "link", 5) == b"12345"
    with pytest.raises(NotText, match="symbolic link"):
        read_bytes(tmp_path / "link", 5, links=False)


def test_what_is_not_utf_8_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"ab\xff")
    with pytest.raises(NotText, match="byte 2"):
        read_text(tmp_path / "a", 9)
