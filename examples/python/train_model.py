"""How is a model for fingerprints made of prints that are labelled?

`python examples/python/train_model.py --name mine-1 --out models FOLDER...` reads folders of templates, a set and an
extractor each, named as `matcher evaluate` understands, and writes `mine-1.json` (the card) and `mine-1.bin` (the
projection). `matcher.fingerprint.Model.read("models/mine-1.json")` takes them.

1. Corresponding minutiae: those that the untrained matcher pairs in mated prints whose score none but one in a thousand
   non-mated pairs reaches; and those of perturbed copies of each print, where they are known.
2. Projection: a linear discriminant of the cylinders.
3. Weights of the parts: logistic regression on all pairs under that projection.
4. Scale: the FMR of the sums on the non-mated pairs.
5. Cross-validation over people: how well it will do on prints of others. The sets given with `--validate` are looked at
   after all is chosen, and choose nothing.

Two runs write the same bytes: seeds are fixed, the algebra runs on one thread, and what is summed over prints is whole
numbers.
"""

from __future__ import annotations

import os

# Before numpy is loaded: sums of several threads may differ from run to run.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[variable] = "1"

import argparse  # noqa: E402
import platform  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import matcher  # noqa: E402
import numpy as np  # noqa: E402
from matcher import fingerprint  # noqa: E402
from training import card, figures, fusion, projection, scatter  # noqa: E402
from training.prints import Prints, Training  # noqa: E402

START = time.monotonic()
GOOD_FMR = 1e-3  # mated prints are taken as aligned where the untrained score is reached by so few non-mated ones


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"{time.monotonic() - START:6.1f} s  {text}", file=sys.stderr, flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    add = parser.add_argument
    add("folders", nargs="+", type=Path, metavar="FOLDER", help="labelled folder of templates, one extractor each")
    add("--out", type=Path, required=True, metavar="FOLDER", help="where the model is written")
    add("--name", default="model", help="its name")
    add("--purpose", default="plain impressions against plain impressions", help="what it is for")
    add("--date", help="kept in the card as it is given")
    add("--fit-on", nargs="+", metavar="NAME", help="fit on these only, as 'set/extractor'; measure on all")
    add("--validate", nargs="+", type=Path, default=[], metavar="FOLDER", help="labelled folders to measure on")
    add("--copies", type=int, default=3, help="perturbed copies of each print, 0 or 2 and more")
    add("--mates-weight", type=float, default=2.0, help="weight of a set; its copies weigh 1")
    add("--shrinkage", type=float, default=0.03, help="of the within-class scatter, 0 to 1")
    add("--components", type=int, default=300, help="principal components that are looked at, 256 to 672")
    add("--simulated", type=int, default=0, metavar="FINGERS", help="add so many simulated fingers")
    add("--folds", type=int, default=5, help="of the cross-validation, 3 and more; 0 leaves it out")
    add("--seed", type=int, default=1, help="of copies and rotation")
    options = parser.parse_args(given)
    if options.copies == 1 or options.copies < 0:
        parser.error(f"--copies is {options.copies}, expected 0, or 2 and more to compare with each other")
    if options.folds in (1, 2) or options.folds < 0:
        parser.error(f"--folds is {options.folds}, expected 0, or 3 and more: two are held out at a time")
    if not projection.BITS <= options.components <= scatter.VALUES:
        parser.error(f"--components is {options.components}, expected {projection.BITS} to {scatter.VALUES}")
    return options


def main(given: list[str] | None = None) -> None:
    """Make a model."""
    options = arguments(given)
    training = Training([Prints(folder) for folder in options.folders], options.fit_on, options.folds or 1)
    sets, fitted = training.sets, training.fitted
    for prints in sets:
        mated = int(prints.pairs.mated.sum())
        say(f"{prints.name}: {len(prints.names)} prints, {mated} mated pairs of {len(prints.pairs.mated)}")

    untrained = [compare(prints, fingerprint.Model.untrained()) for prints in sets]
    sources = collect(options, training, untrained)

    def fit(held_out: set[int]) -> bytes:
        return projection.fit(sources, held_out, options.shrinkage, options.components, options.seed)

    learned = fit(set())
    say("projection fitted")
    path = card.write(options.out, card.provisional(options.name), learned)
    tables = [compare(prints, fingerprint.Model.read(path)) for prints in sets]
    used = [(table, prints.pairs.mated) for table, prints, yes in zip(tables, sets, fitted, strict=True) if yes]
    weights = fusion.fit(used)
    say(f"weights {weights}")
    knots, left_out = fusion.scale([fusion.fused(table[~mated], weights) for table, mated in used])
    for reason in left_out:
        say(f"scale without {reason}")
    say(f"scale {knots}")

    found: dict[str, Any] = {}
    if options.folds:
        found["cross-validation over people"] = cross_validate(training, fit, untrained, knots)
    document = {
        **card.provisional(options.name),
        "fusion": weights,
        "scale": [list(knot) for knot in knots],
        "purpose": options.purpose,
        "date": options.date,
        "data": [prints.description() for prints, yes in zip(sets, fitted, strict=True) if yes],
        "command": command(options),
        "engine": {
            key: getattr(fingerprint.Matcher(sets[0].templates[0]).method, key) for key in ("name", "version", "config")
        },
        "packages": {
            "python": platform.python_version(),
            "matcher": matcher.__version__,
            "numpy": np.__version__,
        },
        "parameters": parameters(options),
        "correspondences": {
            source.name: {
                "weight": source.weight,
                "cylinders": sum(fold.cylinders for fold in source.folds),
                "corresponding": sum(fold.differences for fold in source.folds),
            }
            for source in sources
        },
        "scale_left_out": left_out,
        "figures": found,
        "limits": card.LIMITS,
    }
    path = card.write(options.out, document, learned)
    if options.validate:
        found["validation"] = validate(options.validate, fingerprint.Model.read(path))
        path = card.write(options.out, document, learned)
    say(f"wrote {fingerprint.Model.read(path).id} to {path}")


def compare(prints: Prints, model: fingerprint.Model) -> np.ndarray:
    """Compare all pairs of a set."""
    table = fingerprint.compare_pairs(prints.templates, prints.pairs.indexes, model=model)
    say(f"{prints.name}: compared under {model.id}")
    return table


def collect(options: argparse.Namespace, training: Training, untrained: list[np.ndarray]) -> list[scatter.Source]:
    """Sum up what the projection is fitted on."""
    sources = []
    for k in np.flatnonzero(training.fitted):
        prints, table, folds, count = training.sets[k], untrained[k], training.folds[k], training.count
        bound = fusion.reaching(table["fused"][~prints.pairs.mated], GOOD_FMR)
        good = prints.pairs.mated & (table["fused"] >= bound)
        source = scatter.of_mates(prints, folds, count, options.mates_weight, good)
        sources.append(source)
        corresponding = sum(fold.differences for fold in source.folds)
        say(f"{prints.name}: {corresponding} corresponding minutiae of {int(good.sum())} mated pairs")
        if options.copies:
            copies = scatter.of_copies(prints, folds, count, 1.0, options.copies, options.seed, say)
            sources.append(copies)
    if options.simulated:
        sources.append(scatter.of_simulated(options.simulated, training.count, options.seed))
        say("simulated prints described")
    return sources


def cross_validate(
    training: Training,
    fit: Callable[[set[int]], bytes],
    untrained: list[np.ndarray],
    knots: list[tuple[int, int]],
) -> dict[str, Any]:
    """Measure how well it will do on prints of others, fused and without learning."""
    sums = figures.cross_validated(training, fit, say)
    found: dict[str, Any] = {}
    for prints, held_out, before in zip(training.sets, sums, untrained, strict=True):
        mated = prints.pairs.mated
        found[prints.name] = {
            "fused": figures.figures(held_out.astype(float), mated),
            "untrained": figures.figures(before["relaxation"], mated),
            "fmr_at_score": figures.at_scores(fusion.scores(held_out, knots), mated),
        }
        report(f"cross-validation {prints.name}", found[prints.name])
    return found


def validate(folders: list[Path], model: fingerprint.Model) -> dict[str, Any]:
    """Measure on sets that nothing was chosen on, a set each and all of an extractor together."""
    found: dict[str, Any] = {}
    pools: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {}
    for folder in folders:
        prints = Prints(folder)
        table, before = compare(prints, model), compare(prints, fingerprint.Model.untrained())
        pools.setdefault(f"all/{folder.name}", []).append((prints.pairs.mated, table, before))
        found[prints.name] = validated([(prints.pairs.mated, table, before)])
        report(prints.name, found[prints.name])
    for name, pool in pools.items():
        if len(pool) > 1:
            found[name] = validated(pool)
            report(name, found[name])
    return found


def validated(pool: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """Give the figures of the score, of each part, and of the untrained matcher."""
    mated, table, before = (np.concatenate(column) for column in zip(*pool, strict=True))
    parts = {part: figures.figures(table[part], mated) for part in ("local", *fusion.PARTS)}
    return {
        "fused": figures.figures(table["score"], mated),
        **parts,
        "untrained": figures.figures(before["relaxation"], mated),
        "fmr_at_score": figures.at_scores(table["score"], mated),
    }


def report(name: str, found: dict[str, Any]) -> None:
    """Print figures."""
    for part, rates in found.items():
        if part == "fmr_at_score":
            say(f"{name} FMR at score " + "  ".join(f"{score}: {fmr:.2g}" for score, fmr, *_ in rates))
        else:
            say(f"{name} {part:11} {figures.shown(rates)}")


def parameters(options: argparse.Namespace) -> dict[str, Any]:
    """Give what may be chosen, as it was."""
    names = ("copies", "mates_weight", "shrinkage", "components", "simulated", "folds", "seed")
    return {**{name: getattr(options, name) for name in names}, "good_fmr": GOOD_FMR}


def command(options: argparse.Namespace) -> str:
    """Write the command without the places of the folders on this machine."""
    standard = vars(arguments(["--out", ".", "."]))
    words = ["train_model.py", "--name", options.name]
    for name, value in parameters(options).items():
        if name in standard and value != standard[name]:
            words += [f"--{name.replace('_', '-')}", str(value)]
    if options.date:
        words += ["--date", options.date]
    for name in ("fit_on", "validate", "folders"):
        values = getattr(options, name) or []
        short = ["/".join(Path(value).resolve().parts[-2:]) if name != "fit_on" else value for value in values]
        option = [] if name == "folders" else [f"--{name.replace('_', '-')}"]
        words += [*option, *short] if short else []
        words += ["--"] if name == "validate" and (short or options.fit_on) else []
    return " ".join(words)


if __name__ == "__main__":
    try:
        main()
    except (matcher.MatcherError, ValueError) as error:
        print(f"train_model.py: {error}", file=sys.stderr)
        sys.exit(2)
