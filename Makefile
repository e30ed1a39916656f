# Every command a person needs: demo, test, run. `make help` lists the rest.
CARGO ?= cargo
EVENKEEL = target/release/evenkeel
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-test build demo test check run bench quality screens dist install clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 14

setup: ## what building needs (apt when root, otherwise the line to run)
	@.ci/setup.sh build

setup-test: ## what the window and sound tests need on top
	@.ci/setup.sh test

build: setup ## the program, optimized
	$(CARGO) build --release --locked

demo: build ## analyze the sample calls, print the coaching, write the HTML report
	@.ci/demo.sh $(EVENKEEL)

test: setup-test ## every test, the lints and the licences
	@.ci/test.sh

check: ## formatting, lints, licences: the quick part of `make test`
	@.ci/test.sh quick

run: build ## open the window
	$(EVENKEEL)

bench: build ## speed and memory, as ratios in one run
	$(CARGO) bench --locked --bench speed

quality: build ## quality figures over evaluation data that may not be shipped
	$(CARGO) bench --locked --bench quality

screens: setup-test ## renders every screen into docs/screens
	EVENKEEL_SCREENS=1 $(CARGO) test --release --locked --test it screens

dist: setup ## a binary for other machines (no CPU-specific code, LTO; takes long)
	GGML_NATIVE=OFF $(CARGO) build --profile dist --locked

install: setup ## one file on the PATH that works offline
	$(CARGO) install --path . --locked

clean:
	$(CARGO) clean
