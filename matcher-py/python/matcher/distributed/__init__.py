"""A gallery on many machines: its shards on the workers of any cluster of Dask, searched as one.

`split` cuts a gallery into shards. A `Cluster` spreads them over the workers of a `distributed.Client`; each worker
maps its shards once and keeps them. A search goes to all of them and comes back as one list: the same candidates,
scores, ranks and evidence as those of one gallery that holds everything, to the bit. What was not searched is named: an
answer with a shard in ``missing`` is not ``complete``. Needs Dask: ``pip install matcher[distributed]``, on the
workers, too.

Examples
--------
A gallery of twenty, cut into two shards, on two workers:

>>> import tempfile
>>> from distributed import Client
>>> from matcher import Gallery, simulate
>>> from matcher.distributed import Cluster, split
>>> folder = tempfile.TemporaryDirectory()
>>> gallery, probes = Gallery.in_memory(), {}
>>> for k, (enrolled, probe) in enumerate(simulate.fingers(20, impressions=2, seed=7)):
...     gallery.enrol(f"S{k}", [enrolled])
...     probes[f"S{k}"] = probe
>>> shards = split(gallery, f"{folder.name}/shards", shards=2)
>>> client = Client(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0")
>>> with Cluster(client, shards) as cluster:
...     answer = cluster.search(probes["S3"])
...     many = cluster.search_many(probes.values())
>>> answer[0].subject_id, answer.complete, answer.searched, answer.missing
('S3', True, 20, ())
>>> answer == gallery.search(probes["S3"]), many == gallery.search_many(probes.values())
(True, True)
>>> client.close()
>>> folder.cleanup()

Notes
-----
**Which cluster.** Any: a `Cluster` takes a client and asks nothing of how its workers came about. Workers need this
library in the same version, and see the folders of the shards: on a disk that they share, or each on its own (see
`Cluster.add`). On this machine, with a process for each two cores::

    from distributed import Client, LocalCluster
    local = LocalCluster(n_workers=4, threads_per_worker=2, memory_limit=0)
    cluster = Cluster(Client(local), shards)

Machines that one can log into (the first one runs the scheduler)::

    from distributed import Client, SSHCluster
    hosts = ["head", "node1", "node2", "node3"]
    machines = SSHCluster(hosts, worker_options={"nthreads": 16, "memory_limit": 0})
    cluster = Cluster(Client(machines), shards)

SLURM, with dask-jobqueue (it has the same for PBS, SGE and LSF)::

    from dask_jobqueue import SLURMCluster
    slurm = SLURMCluster(cores=16, processes=1, memory="64GB", walltime="24:00:00")
    slurm.scale(jobs=8)
    (client := Client(slurm)).wait_for_workers(8)
    cluster = Cluster(client, shards)

Kubernetes, with the operator of dask-kubernetes; the shards lie on a volume that the pods of the workers mount::

    from dask_kubernetes.operator import KubeCluster
    pods = KubeCluster(custom_cluster_spec="cluster.yaml")  # make_cluster_spec(...) writes one; add the volume
    pods.scale(8)
    (client := Client(pods)).wait_for_workers(8)
    cluster = Cluster(client, shards)

**Memory.** A shard is a mapped file: its pages count as memory of the worker, but the machine takes them back when it
needs them. Dask does not know that, so start workers with ``memory_limit=0``, or give them a limit above the size of
their shards; else it pauses them, and a paused worker is not asked.

**When something fails.** A worker that dies in the middle of a search: its shards go to another worker, which begins
again and is told what was decided so far; the answer is the same, and ``retried`` names them. Where no other worker can
see them, they are in ``missing``, ``complete`` is False and ``not_searched`` counts their subjects. A worker that is
silent is waited for as long as Dask hears its heartbeat, and ``patience`` seconds longer; with ``deadline`` no longer
than that. Where no shard could be searched the call raises; no failure ever looks like no hit. Workers that come later
are used within two seconds. Interrupting a call leaves the cluster as it was.

**What one search sees.** Each shard is searched as it is when its first stage begins; a shard that goes to another
worker, as it is then.

**What it trusts.** Whoever can reach the scheduler of Dask can run programs on all workers: keep it in a closed
network, or use Dask's TLS. Prints of probes go over that network.
"""

try:
    import distributed as _distributed  # noqa: F401
except ImportError as error:
    raise ImportError("matcher.distributed needs Dask: pip install matcher[distributed]") from error

from matcher.distributed.answer import ClusterAnswer, MissingShard
from matcher.distributed.cluster import Cluster
from matcher.distributed.splitting import split
from matcher.errors import ClusterError

__all__ = ["Cluster", "ClusterAnswer", "ClusterError", "MissingShard", "split"]
