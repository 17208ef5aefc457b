# Two commands are meant for everybody: `make demo` and `make test`. Each sets up what it needs.

PY := .venv/bin/python
STAMP := .venv/.ready
PYTEST := $(PY) -m pytest
# Two workers: the smallest machine this is tested on has two cores. A file's tests stay together.
WORKERS ?= 2
# Real harnesses and editors on a loaded machine: a failure is tried twice more, and told at the end either way.
RERUNS ?= --reruns 2 --reruns-delay 1 -rR

.PHONY: setup demo test test-full lint types generate check-generated bench fuzz wheel clean

setup: $(STAMP)

$(STAMP): pyproject.toml requirements.lock .ci/setup
	@.ci/setup
	@touch $(STAMP)

demo: setup
	@$(PY) -m openrig_rpc.cli.demo

test: setup lint types check-generated
	@.ci/tools
	$(PYTEST) $(RERUNS) -n $(WORKERS) --dist loadfile -m "not full" tests

test-full: setup
	@.ci/tools
	$(PYTEST) $(RERUNS) -n $(WORKERS) --dist loadfile -m full tests

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: setup
	$(PY) -m mypy

generate: setup
	$(PY) -m openrig_rpc.emit

check-generated: setup
	$(PY) -m openrig_rpc.emit --check

bench: setup
	$(PY) -m tests.benchmarks

# Random bytes into framing and decoding; FUZZ_SECONDS, 600 where nothing is said.
fuzz: setup
	$(PY) -m pip install --quiet 'atheris>=3'
	$(PY) -m tests.fuzz -max_total_time=$(or $(FUZZ_SECONDS),600) -max_len=4096 -timeout=10 -rss_limit_mb=512

wheel: setup
	$(PY) -m build --wheel --outdir dist

clean:
	rm -rf .venv .cache dist build *.egg-info
