# The commands of the project. Arguments go through ARGS: make serve ARGS="--port 8000", make test ARGS="-k horaires -n 0".
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

.PHONY: help serve test check format doctor stop lock messages

help:
	@echo "make serve    set the machine up if needed, load the data, serve http://127.0.0.1:5000"
	@echo "make test     set the machine up if needed, run the test suite on its own databases"
	@echo "make check    lint, format check, types, import contracts"
	@echo "make format   apply the format and the safe lint fixes"
	@echo "make doctor   say what is missing or wrong, and how to mend it"
	@echo "make stop     stop the private PostgreSQL cluster"
	@echo "make messages gather the texts of the pages into the catalogues of the other languages"
	@echo "make lock     rebuild the lock files after a change of requirements/*.in or package.json (needs uv)"

serve:
	@$(PYTHON) tierslieux/installation/prepare.py
	@exec $(BIN)/flask serve $(ARGS)

test:
	@$(PYTHON) tierslieux/installation/prepare.py --tests
	@exec $(BIN)/python -m pytest -n 2 $(ARGS)

check:
	@$(PYTHON) tierslieux/installation/prepare.py --tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

doctor:
	@$(BIN)/python -m tierslieux.installation doctor $(ARGS)

stop:
	@$(BIN)/python -m tierslieux.installation stop

# Flask-Principal, which Flask-Security needs, was never published as a wheel: the lock itself says to build that one.
lock:
	cd requirements && uv pip compile --universal --python-version 3.11 --fork-strategy fewest --only-binary :all: \
		--no-binary flask-principal --emit-build-options --generate-hashes --no-header --quiet -o runtime.lock runtime.in
	sed -i '/^--only-binary/d' requirements/runtime.lock
	cd requirements && uv pip compile --universal --python-version 3.11 --fork-strategy fewest --no-build \
		--generate-hashes --no-header --quiet -o dev.lock dev.in
	npm install --package-lock-only

messages:
	$(BIN)/pybabel -q extract -F tierslieux/traductions/babel.cfg -k N_ -k ngettext:1,2 --no-wrap --add-location=file \
		--sort-output --omit-header -o tierslieux/traductions/messages.pot .
	for langue in en fr@falc; do $(BIN)/pybabel -q update -l $$langue -i tierslieux/traductions/messages.pot \
		-o tierslieux/traductions/$$langue/LC_MESSAGES/messages.po --no-fuzzy-matching --ignore-obsolete --no-wrap \
		--omit-header; done
