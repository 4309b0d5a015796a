# The commands, the same for people and CI. `make run` and `make test` need Python 3.11 and make, nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: run test check format bench bench-rasa chaos fuzz simulate lives lock sbom audit clean

run: $(VENV)/.run  ## install what runs, migrate, serve
	@$(BIN)/jiesu serve

test: $(VENV)/.dev  ## all tests
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.dev  ## style, types, who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev  ## bring the code into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## the figures of docs/measures.md
	PYTHONPATH=. $(BIN)/python tests/bench/start_bench.py
	PYTHONPATH=. $(BIN)/python tests/bench/intents_bench.py
	PYTHONPATH=. $(BIN)/python tests/bench/sealing_bench.py
	PYTHONPATH=. $(BIN)/python tests/bench/outbox_bench.py
	PYTHONPATH=. $(BIN)/python tests/bench/guessing_bench.py
	PYTHONPATH=. $(BIN)/python tests/bench/growth_bench.py
	PYTHONPATH=. $(BIN)/python tests/bench/turns_bench.py
	PYTHONPATH=. $(BIN)/python tests/bench/webhook_bench.py

bench-rasa: $(VENV)/.dev  ## the complaint form beside a Rasa server, which is installed on first use (2.8 GB)
	PYTHONPATH=. $(BIN)/python tests/bench/rasa_bench.py

chaos: $(VENV)/.dev  ## the long runs: 200 kills, also under 10,000 complaints; 5,000 random messages a channel
	JIESU_CHAOS_KILLS=200 JIESU_CHAOS_COMPLAINTS=10000 JIESU_FUZZ_MESSAGES=5000 $(BIN)/python -m pytest tests/chaos tests/fuzz -s

fuzz: $(VENV)/.dev  ## 200,000 hostile updates, requests and files; the API against its description; the whole access walk
	JIESU_FUZZ_INPUTS=200000 JIESU_FUZZ_EXAMPLES=500 JIESU_WALK=1 $(BIN)/python -m pytest tests/fuzz/test_hostile.py \
	  tests/fuzz/test_described.py tests/security -s

simulate: $(VENV)/.dev  ## one year of a city: 50,000 cases against an independent counter of days
	PYTHONPATH=. $(BIN)/python tests/bench/year_bench.py

lives: $(VENV)/.dev  ## 20,000 random lives of joint matters
	JIESU_LIVES=20000 $(BIN)/python -m pytest tests/cases/casework/test_random_lives.py -s

lock: $(VENV)/.dev  ## new exact versions
	$(BIN)/pip install pip-tools
	$(BIN)/pip-compile --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --strip-extras --allow-unsafe --no-header -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --strip-extras --allow-unsafe --no-header --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

sbom: $(VENV)/.run  ## what Jiesu is made of, as CycloneDX
	@$(BIN)/jiesu sbom > sbom.json && echo sbom.json

audit: $(VENV)/.run  ## known flaws of the locked packages; OSV= a folder or zip of advisories for PyPI in the OSV format
	@test -n "$(OSV)" || { echo "make audit OSV=all.zip  (the advisories for PyPI, as the OSV project gives them out; no network is used)"; exit 2; }
	$(BIN)/jiesu flaws "$(OSV)"
	$(BIN)/jiesu flaws "$(OSV)" --lock requirements-dev.lock

clean:
	rm -rf $(VENV) var

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Jiesu needs Python 3.11 or newer")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.lock
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q bot cases dialogs intents storage  # or the first start does it
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements-dev.lock
	@$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run
