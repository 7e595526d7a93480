# Each target is one intention. CI runs these same commands; CONTRIBUTING.md has them without make.

PYTHON ?= python3
PORT ?= 8000
SITE ?= site
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

RUN := .venv/bin/python -m
# A build and the tests start sooner from compiled modules, which some environments keep Python from writing.
COMPILED := env -u PYTHONDONTWRITEBYTECODE

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export NO_MKDOCS_2_WARNING := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# axe and Lighthouse drive the browser that is there; none is downloaded.
export PUPPETEER_SKIP_DOWNLOAD := 1
# The sitemap and the figures carry the commit's date, so that two builds of it are the same bytes.
export SOURCE_DATE_EPOCH := $(shell git -c safe.directory='*' log -1 --format=%ct 2>/dev/null || echo 0)

.PHONY: help serve site test check browser slow all-slips libraries bench pins clean python node environment

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: python node ## build the site and show it at http://127.0.0.1:8000, rebuilt at every save; PORT= picks another port
	$(COMPILED) $(RUN) mkdocs serve --livereload --dev-addr 127.0.0.1:$(PORT)

site: python node ## build the site into site/; SITE= picks another folder
	$(COMPILED) $(RUN) press "$(abspath $(SITE))"

test: python node ## everything that decides whether the site is true
	$(COMPILED) $(RUN) pytest -n $(JOBS) --dist worksteal -m "not browser and not slow"

check: python ## format, lint, types, workflows; every fault in one run
	@bad=0; run() { echo "$$@"; "$$@" || bad=1; }; \
	run $(RUN) ruff format --check; \
	run $(RUN) ruff check; \
	run $(RUN) mypy; \
	run $(RUN) check_jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml; \
	run .venv/bin/zizmor --offline --quiet --pedantic .github/workflows; \
	run $(RUN) check_jsonschema --quiet --builtin-schema vendor.citation-file-format CITATION.cff; \
	run bash -n .ci/run; \
	exit $$bad

browser: site ## every page and figure in Chromium: faults, accessibility, budgets
	BROWSER_SITE="$(abspath $(SITE))" $(RUN) pytest tests/browser -o faulthandler_timeout=2700 -o faulthandler_exit_on_timeout=true

slow: python node ## the tests that are too long for every day
	$(RUN) pytest -n $(JOBS) --dist worksteal -m "slow and not browser" || [ $$? -eq 5 ] # 5: none is marked slow

all-slips: python ## every slip in every derivation: the digits must refute it, and the prover must not prove it
	$(RUN) derivations check --mutate --prover $(SLOW_SHARE)

libraries: environment ## the convention atlas, against the real libraries; RECORD=1 writes its record anew
	.venv-libraries/bin/python -m press.libraries$(if $(RECORD), --record)

bench: python ## the average of ten million beside SciPy, pandas and polars: ratios and memory; RECORD=1 writes its record anew
	$(RUN) press.bench$(if $(RECORD), --record)

pins: ## write requirements*.txt and package-lock.json anew from pyproject.toml and package.json (needs uv)
	uv pip compile $(PINNED) --group site --group dev -o requirements.txt
	uv pip compile $(PINNED) --group node -o requirements-node.txt
	npm install --package-lock-only

PINNED := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

clean: ## forget the built site and every cached verdict, lab and picture
	rm -rf site .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Set-up. The pins are copied next to what they brought as the last act, so an environment is ready
# when the copy is the pins: not when they have changed, and not when the set-up was cut short.

python:
	@if ! cmp -s requirements.txt .venv/requirements.txt || ! .venv/bin/python -c "import pip" 2>/dev/null; then set -e; \
	  $(PYTHON) -c "import sys; v = sys.version_info; v >= (3, 11) or sys.exit('PYTHON=$(PYTHON) is Python %d.%d, expected 3.11 or newer' % v[:2])"; \
	  echo "Setting up .venv from requirements.txt (once, about a minute)"; \
	  $(PYTHON) -m venv --clear .venv; \
	  .venv/bin/python -m pip install --quiet --require-hashes -r requirements.txt; \
	  cp requirements.txt .venv/requirements.txt; \
	fi

node: python
	@if ! cmp -s package-lock.json node_modules/.pins; then set -e; \
	  if ! node -e "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)" 2>/dev/null || ! npm --version >/dev/null 2>&1; then \
	    echo "No Node 20 or newer here: taking one from requirements-node.txt"; \
	    .venv/bin/python -m pip install --quiet --require-hashes -r requirements-node.txt; \
	  fi; \
	  echo "Setting up node_modules from package-lock.json (once)"; \
	  npm ci --include=dev --no-progress --loglevel=error; \
	  cp package-lock.json node_modules/.pins; \
	fi

environment:
	@if ! cmp -s requirements-libraries.txt .venv-libraries/requirements-libraries.txt; then set -e; \
	  echo "Setting up .venv-libraries from requirements-libraries.txt (once, some minutes and 3 GB)"; \
	  $(PYTHON) -m venv --clear .venv-libraries; \
	  .venv-libraries/bin/python -m pip install --quiet -r requirements-libraries.txt; \
	  cp requirements-libraries.txt .venv-libraries/requirements-libraries.txt; \
	fi
