# `make` or `make help` lists what there is. Needed: Rust, Python >= 3.10 and make; all else is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# How to call each tool; the settings of the Python ones stand in one file.
CARGO ?= cargo
ARM := aarch64-unknown-linux-gnu
# FAISS=1 tests and checks the building of an index, too: it needs cmake, a C++ compiler and OpenBLAS.
FEATURES := $(if $(FAISS),--features matcher-examples/faiss)
MATURIN := VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/maturin
SETTINGS := matcher-py/pyproject.toml
PYTHON_CODE := $(wildcard matcher-py examples benches/python)

# PyO3 asks this interpreter, so that every build of it is the same one and none is done twice.
export PYO3_PYTHON := $(CURDIR)/$(BIN)/python

# What the extension is made of. The folders are listed too: their time changes when a file comes or goes.
EXTENSION_SOURCES := Cargo.toml Cargo.lock matcher-core/Cargo.toml matcher-py/Cargo.toml $(SETTINGS) \
	$(shell find matcher-core/src matcher-py/src $(wildcard matcher-core/models))

# Each stamp says that a step of the environment is done; it is redone when what it was done from has changed.
TOOLS := $(VENV)/tools.stamp
EXTENSION := $(VENV)/extension.stamp

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo model test soak fuzz lint deny bench wheel sbom testdata clean

help: ## list what `make` can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(EXTENSION) model ## build, search prints, images, DNA profiles and relatives, and show candidates with their evidence
	$(BIN)/python examples/python/first_light.py
	$(BIN)/python examples/python/from_image.py
	$(BIN)/python examples/python/dna_search.py
	$(BIN)/python examples/python/dna_kinship.py

# Done each time: it is there already, or it was taken away since. A machine without a network builds and tests all else.
model: $(EXTENSION) ## install the model that finds minutiae on images, where MATCHER_MODEL or this user's data folder has none
	@$(BIN)/python -m matcher model install || \
	echo "The model that finds minutiae is not installed: what needs it is skipped, and says so."

test: $(EXTENSION) model ## run all tests, Rust and Python, with the examples in the documentation
	$(CARGO) test --workspace --locked $(FEATURES)
	cd matcher-py && ../$(BIN)/python -m pytest

soak: ## test for long: MATCHER_SOAK=200 kills of a writer and as much damage, every cut and change of small files
	MATCHER_SOAK=$${MATCHER_SOAK:-200} $(CARGO) test --package matcher-core --locked --test recovery --test hostile \
	--test hostile_transactions -- --nocapture

# Instrumented as cargo-fuzz does it, but for the sanitizers, which the stable toolchain has not.
FUZZ := matcher-core/fuzz
HOST = $(shell rustc -vV | sed -n 's/^host: //p')
COVERAGE := -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
	-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
	-Cllvm-args=-sanitizer-coverage-trace-compares

# A target, and the folders of the files that it begins from; what each holds stands in fuzz/README.md.
FUZZ_TARGETS := minutiae:testdata/formats,testdata/fingerprint/gallery transaction:testdata/formats image:testdata/formats \
	wsq: model: profiles:testdata/dna cases:testdata/cases frequencies:matcher-core/src/dna/frequencies \
	rules:matcher-core/src/dna/compare/rules messages: matcher: gallery:

# Files of galleries are written and read thousands of times: in memory, where the system has such a folder.
fuzz: ## fuzz each reader for FUZZ_SECONDS (10), or FUZZ_RUNS times, from the files in testdata/ (needs a C++ compiler)
	@c++ --version >/dev/null 2>&1 || { echo "fuzzing needs a C++ compiler: nothing was fuzzed."; exit 0; } && \
	RUSTFLAGS="$(COVERAGE)" $(CARGO) build --release --locked --manifest-path $(FUZZ)/Cargo.toml --target $(HOST) && \
	memory=/dev/shm && { [ -w $$memory ] || memory=$${TMPDIR:-/tmp}; } && \
	files=$$(mktemp -d "$$memory/matcher-fuzz-XXXXXX") && trap 'rm -rf "$$files"' EXIT && \
	limit=$${FUZZ_RUNS:+-runs=$$FUZZ_RUNS} && limit=$${limit:--max_total_time=$${FUZZ_SECONDS:-10}} && \
	for entry in $(FUZZ_TARGETS); do target=$${entry%%:*} && folders=$$(echo "$${entry#*:}" | tr ',' ' ') && \
	echo "fuzz $$target" && mkdir -p $(FUZZ)/corpus/$$target && \
	TMPDIR="$$files" $(FUZZ)/target/$(HOST)/release/$$target $$limit -timeout=20 -rss_limit_mb=2048 -max_len=8192 \
	-print_final_stats=1 -verbosity=0 -artifact_prefix=$(FUZZ)/ $(FUZZ)/corpus/$$target $$folders || exit 1; done

lint: $(EXTENSION) ## check format, lints, types, stubs and documentation
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked $(FEATURES) -- -D warnings
	$(CARGO) check --package matcher-core --no-default-features --locked
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked
	@if rustc --print target-libdir --target $(ARM) 2>/dev/null | xargs test -d; \
	then $(CARGO) check --package matcher-core --target $(ARM) --locked; \
	else echo "$(ARM) is not installed ('rustup target add $(ARM)'): its code was not checked."; fi
	$(BIN)/ruff check --config $(SETTINGS) $(PYTHON_CODE)
	$(BIN)/ruff format --check --config $(SETTINGS) $(PYTHON_CODE)
	cd matcher-py && ../$(BIN)/python -m mypy python tests
	cd matcher-py && ../$(BIN)/python -m mypy.stubtest matcher._matcher --mypy-config-file pyproject.toml
	@if test -x $(DENY); then $(DENY) --workspace check licenses bans sources; \
	else echo "cargo-deny is not installed ('make deny' builds it): licences of the dependencies were not checked."; fi

# This version is built once into .venv, some minutes, where cargo has none. `make lint` takes it where it is.
DENY_VERSION := 0.20.2
DENY := $(or $(shell command -v cargo-deny 2>/dev/null),$(VENV)/cargo/bin/cargo-deny)

deny: $(DENY) ## check licences, bans, sources and known vulnerabilities of the dependencies (cargo-deny)
	$(DENY) --workspace check licenses bans sources
	@if said=$$($(DENY) --workspace check advisories 2>&1); then echo "$$said"; \
	elif echo "$$said" | grep -q 'failed to fetch advisory database'; \
	then echo "The advisory database could not be fetched: known vulnerabilities were not looked for."; \
	else echo "$$said"; exit 1; fi

$(VENV)/cargo/bin/cargo-deny: | $(BIN)/python
	$(CARGO) install --quiet --locked --root $(VENV)/cargo cargo-deny@$(DENY_VERSION)

bench: ## measure; every benchmark asserts its answer first (JSON=FILE writes each figure there too)
	@if [ -n "$$JSON" ]; then : > "$$JSON"; fi # the benchmarks append: they are a program each
	$(CARGO) bench --package matcher-benches --locked

wheel: $(TOOLS) ## build the wheel into dist/
	$(MATURIN) build --release --locked --manifest-path matcher-py/Cargo.toml --out dist

# maturin puts it into the wheel (PEP 770); a wheel without one fails here.
sbom: wheel ## build the wheel, and put its bill of materials (CycloneDX, of all Rust crates) beside it into dist/
	@cd dist && ../$(BIN)/python -c "import glob, os, zipfile; \
	wheel = zipfile.ZipFile(max(glob.glob('*.whl'), key=os.path.getmtime)); \
	[bill] = [name for name in wheel.namelist() if name.endswith('.cyclonedx.json')]; \
	open(os.path.basename(bill), 'wb').write(wheel.read(bill)); print('dist/' + os.path.basename(bill))"

testdata: ## make the files of testdata/ again
	$(CARGO) run --release --locked --package matcher-examples --example make_testdata -- testdata

clean: ## remove what was built, the environment included
	$(CARGO) clean
	rm -rf $(VENV) dist matcher-py/python/matcher/_matcher*.so

# The environment. `-m venv` makes its own, also where `python3` is the shim of a version manager.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo \
	  "matcher needs Python >= 3.10, and '$(PYTHON)' is `$(PYTHON) --version 2>&1`. Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo \
	  "'$(PYTHON)' cannot make a virtual environment: install its venv package (Debian and Ubuntu: python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(TOOLS): matcher-py/requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# In release mode: the tests run real matches, and what is tested is what is delivered. The package is linked to its
# sources, so a change in Python alone builds nothing.
$(EXTENSION): $(EXTENSION_SOURCES) $(TOOLS)
	$(MATURIN) develop --release --locked --manifest-path matcher-py/Cargo.toml
	@touch $@
