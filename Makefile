# Each target makes .venv when there is none, installs what it needs, and works on a fresh clone by itself.
PYTHON ?= python3
SCALE ?= paper
OUT ?= gallery
BOOK ?= book
PORT ?= 2718
# nproc obeys OMP_NUM_THREADS, which is set below for the processes themselves
JOBS ?= $(shell env -u OMP_NUM_THREADS nproc 2>/dev/null || echo 2)

BIN := .venv/bin
INSTALLED := .venv/.installed
export MPLBACKEND := Agg
# one numerical thread per process: the processes already use every core
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help install figures test explore book table lint clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED)  ## make .venv and install everything into it, pinned

$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test,oracles,explore,book]'
	touch $@

figures: $(INSTALLED)  ## draw every figure: theorem as a line, measurement as markers (SCALE=smoke|paper|full OUT=dir)
	$(BIN)/python -m figures --scale $(SCALE) --out $(OUT) --jobs $(JOBS)

test: $(INSTALLED)  ## the proof check: run every witness of every claim, then print the ledger
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal
	$(BIN)/python -m theory

explore: $(INSTALLED)  ## move a parameter and watch the bound: pages on 127.0.0.1 (PORT=2718)
	$(BIN)/python -m figures.explorer --port $(PORT)

book: $(INSTALLED)  ## the claims as pages that open from a folder; draws and tests first where nothing is there yet
	test -f $(OUT)/index.html || $(MAKE) figures || test -f $(OUT)/index.html
	test -f .ledger.json || $(MAKE) test || test -f .ledger.json
	$(BIN)/python -m figures.book --gallery $(OUT) --out $(BOOK)

table: $(INSTALLED)  ## renew the claim table of the README from the last test run
	$(BIN)/python -m theory table --write README.md

lint: $(INSTALLED)  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:  ## remove everything that was generated, the environment included
	rm -rf .venv .cache gallery book .ledger.json .hypothesis .pytest_cache .mypy_cache .ruff_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
