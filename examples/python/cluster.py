"""How does a folder of prints become a gallery on several machines, and what if one of them fails?

The simulated prints of `testdata/` are enrolled in a gallery and cut into shards; two workers, processes of this
machine, hold them. A search goes to both and gives what one gallery gives. Then one of them is killed: the other one
does its part. On other machines only the line with `LocalCluster` is another one: see `matcher.distributed`. Needs
Dask: `pip install matcher[distributed]`.
"""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import matcher
from distributed import Client, LocalCluster
from matcher import fingerprint
from matcher.distributed import Cluster, split

PRINTS = Path(__file__).parents[2] / "testdata" / "fingerprint"


def enrol(folder: Path) -> None:
    """Enrol files in a gallery that lasts: a file is a subject."""
    with matcher.Gallery.create(folder) as gallery, gallery.batch() as batch:
        for file in sorted((PRINTS / "gallery").glob("*.fmr")):
            batch.enrol(file.stem, fingerprint.read(file), provenance=file.name)


def show(name: str, answer: object) -> None:
    """Say who was found."""
    print(f"{name:12} {answer!r}")


def main(home: Path) -> None:
    """Enrol, cut, search, and lose a worker."""
    enrol(home / "bureau")
    shards = split(home / "bureau", home / "shards", shards=4)
    probes = {path.stem: fingerprint.read(path)[0] for path in sorted((PRINTS / "probes").glob("*.fmr"))}
    whole = matcher.Gallery.open(home / "bureau", read_only=True)

    local = LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=":0")
    with local, Client(local) as client, Cluster(client, shards) as cluster:
        print(cluster)
        for name, probe in probes.items():
            answer = cluster.search(probe, limit=3)
            show(name, answer)
            assert answer == whole.search(probe, limit=3)
            assert answer.complete
        assert cluster.search(probes["of_S0101"])[0].subject_id == "S0101"

        # Many probes at once go as tasks, a few at a time.
        many = cluster.search_many(probes.values(), limit=3)
        assert many == whole.search_many(probes.values(), limit=3)

        # A machine fails: nothing is lost, and nothing is passed over in silence.
        address, pid = next(iter(client.run(os.getpid).items()))
        os.kill(pid, signal.SIGKILL)
        answer = cluster.search(probes["of_S0101"], limit=3)
        print(f"worker {address} was killed; searched again by another: {[Path(path).name for path in answer.retried]}")
        show("of_S0101", answer)
        assert answer == whole.search(probes["of_S0101"], limit=3)
        assert answer.complete
        assert not answer.missing


if __name__ == "__main__":  # the workers import this file, too
    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder))
