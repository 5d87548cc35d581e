"""Documents in folders, read."""

import pytest

from planner.read.libvirt import FORMATS
from tests.read.libvirt.documents import domain

(LIBVIRT,) = FORMATS


@pytest.fixture
def read(tmp_path):
    """The estate of documents in one folder, or in folders, by their paths."""

    def of(*documents, **folders):
        for number, text in enumerate(documents):
            (tmp_path / f"{number}.xml").write_text(text)
        for folder, texts in folders.items():
            (tmp_path / folder).mkdir()
            for number, text in enumerate(texts):
                (tmp_path / folder / f"{number}.xml").write_text(text)
        return LIBVIRT.read(sorted(tmp_path.rglob("*.xml")))

    return of


@pytest.fixture
def vm(read):
    def of(*arguments, **more):
        (one,) = read(domain(*arguments, **more)).vms
        return one

    return of
