# make run    installs what is missing and starts Zongji with a demo tenant
# make test   the whole suite: linters, types, unit, end-to-end and browser tests
# make check  its quick part: linters, types, tests without sockets, processes or a browser
# make proof  what takes longer: every property with many times the examples
# make steady  the suite ten times in a row; make mutants  faults put in by hand
# make install, make page, make lint, make docs, make clean

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

PY := .venv/bin/python
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT_RUN := python3-venv python3-dev gcc libc6-dev espeak-ng
APT_TEST := $(APT_RUN) chromium fonts-wqy-zenhei baresip-core linphone-cli sip-tester sipsak postgresql ffmpeg nginx-light caddy
ARGS ?=
# Most of a test's time is waiting: more workers than cores. A file's tests stay together.
WORKERS ?= 4
PYTEST := $(PY) -m pytest -n $(WORKERS) --dist loadfile
DIALLED := tests/e2e/test_scenarios_dialled.py

.PHONY: run install test check proof steady mutants test-python test-browser test-page lint page docs clean apt-run apt-test

run: install
	@exec .venv/bin/zongji serve --demo $(ARGS)

install: .make/python .make/page .make/voice

apt-run:
	@bash deploy/apt.sh "$(SUDO)" $(APT_RUN)

apt-test:
	@bash deploy/apt.sh "$(SUDO)" $(APT_TEST)

.make/venv:
	@$(MAKE) --no-print-directory apt-run
	@mkdir -p .make
	/usr/bin/python3 -m venv .venv
	$(PY) -m pip install -q --upgrade pip
	@touch $@

# The editable install also compiles the media engine in place.
.make/python: .make/venv setup.cfg setup.py pyproject.toml $(wildcard interpreter/rtp/*.pyx interpreter/rtp/*.pxd interpreter/rtp/*.h)
	$(PY) -m pip install -q -e '.[aac,ring,voice,postgresql]'
	@touch $@

.make/python-dev: .make/python
	$(PY) -m pip install -q -e '.[aac,ring,voice,postgresql,dev]'
	@touch $@

# Without it (no network, say) texts are spoken by espeak-ng, and the next make tries again.
.make/voice: .make/python .make/node designer/audio/kokoro/model.json
	@export PATH="$$(bash deploy/node-path.sh)$$PATH"; ! .venv/bin/zongji voice install || touch $@

.make/node: .make/venv
	bash deploy/node.sh
	@touch $@

.make/npm: .make/node static/package.json static/package-lock.json
	export PATH="$$(bash deploy/node-path.sh)$$PATH"; cd static && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

PAGE_SOURCES := $(shell find static/src static/public schemas -type f 2>/dev/null) static/index.html $(wildcard static/*.ts static/*.json)
.make/page: .make/npm $(PAGE_SOURCES)
	export PATH="$$(bash deploy/node-path.sh)$$PATH"; cd static && npm run --silent build
	@touch $@

page: .make/page

test: apt-test install .make/python-dev lint test-page test-python test-browser

check: .make/python-dev lint test-page
	$(PYTEST) -m "not e2e and not browser"

PROOF ?= 25
proof: .make/python-dev
	ZONGJI_PROOF=$(PROOF) $(PYTEST) -m hypothesis

# The suite RUNS times in a row, every second time with all cores busy.
RUNS ?= 10
steady: apt-test install .make/python-dev
	@bash deploy/apt.sh "$(SUDO)" stress-ng
	$(PY) tests/steady.py --runs $(RUNS)

# Faults put in by hand, one after the other: each must be noticed. Half an hour or more, and it goes on where it was
# broken off; the result goes into docs/mutants.md.
mutants: .make/python-dev
	$(PY) tests/mutants/run.py

lint: .make/python-dev .make/npm
	.venv/bin/ruff check .
	.venv/bin/mypy
	export PATH="$$(bash deploy/node-path.sh)$$PATH"; cd static && npx --no-install tsc -b && npm run --silent lint

test-page: .make/npm
	export PATH="$$(bash deploy/node-path.sh)$$PATH"; cd static && npm test --silent

# The dialled scenarios take their four minutes in real time and hardly any work: they run beside the others.
test-python: .make/python-dev .make/page
	$(PY) -m pytest $(DIALLED) >.make/dialled.log 2>&1 & beside=$$!; status=0; \
	$(PYTEST) --no-loadscope-reorder -m "not browser" --ignore=$(DIALLED) || status=$$?; \
	wait $$beside || status=$$?; cat .make/dialled.log; exit $$status

test-browser: .make/python-dev .make/page
	$(PYTEST) -m browser tests/browser

docs: .make/python-dev .make/npm
	$(PY) -m zongji.reference docs/reference
	export PATH="$$(bash deploy/node-path.sh)$$PATH"; cd static && npm run --silent api

clean:
	rm -rf .make .venv build *.egg-info static/node_modules static/dist interpreter/rtp/_engine.c interpreter/rtp/*.so
