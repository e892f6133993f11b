"""A ZIP holds one folder, with what the command line would write."""

from io import BytesIO
from zipfile import ZipFile

from kerasmith.web.archive import archive


def test_one_folder_holds_every_file_and_programs_can_be_run() -> None:
    made = archive(
        "pets", {"a.txt": "é", "jobs/x.sbatch": "#!/bin/bash\n"}, {"data/b.bin": b"\xff"}
    )
    with ZipFile(BytesIO(made)) as zipped:
        assert zipped.namelist() == ["pets/a.txt", "pets/data/b.bin", "pets/jobs/x.sbatch"]
        assert zipped.read("pets/a.txt") == "é".encode()
        rights = {each.filename: each.external_attr >> 16 for each in zipped.infolist()}
    assert rights["pets/jobs/x.sbatch"] == 0o100755
    assert rights["pets/a.txt"] == rights["pets/data/b.bin"] == 0o100644


def test_the_same_project_is_the_same_archive() -> None:
    assert archive("pets", {"a": "1", "b": "2"}) == archive("pets", {"b": "2", "a": "1"})
