# Each command sets itself up first: the environment in .venv, the packages and, for the tests, a Chromium.
PYTHON ?= $(shell command -v python3 || command -v python)
TOOLS = $(or $(PYTHON),$(error Manifold needs Python 3.11, 3.12 or 3.13: install one and run make again)) -m tools

.DEFAULT_GOAL := help
.PHONY: help run dev test bench train evaluate clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: ## start the application (PORT=8600 for another port, SHARE=1 for the machines around)
	@$(TOOLS) run

dev: ## start it so that it follows every change to the code
	@$(TOOLS) dev

test: ## check the style, then run every test (ARGS="tests/engine -k kl" for some)
	@$(TOOLS) test $(ARGS)

bench: ## measure the application and print JSON
	@$(TOOLS) bench $(ARGS)

train: ## train NAME=… on whatever is here (without a name: list the recipes)
	@$(TOOLS) train $(NAME) $(ARGS)

evaluate: ## compute the figures of NAME=… again on held-out data
	@$(TOOLS) evaluate $(NAME) $(ARGS)

clean: ## remove the environment and everything the tools left behind
	@$(TOOLS) clean
