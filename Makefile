# What can be done here. `make` alone prints this list.
.DEFAULT_GOAL := help
.PHONY: help demo down bench jmh test dist image format golden setup clean

MVN := ./scripts/mvn.sh
DIST := deploy/target/swivel

help: ## this list
	@echo "Swivel: a service proxy for Kubernetes nodes. Targets:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: setup ## a two-node cluster on this machine, real traffic through it, and what went where (KEEP=1 leaves it standing, MODE=userspace or ipvs shows that mode)
	@$(MAKE) -s --no-print-directory $(DIST)/.built
	@$(DIST)/bin/swivel-lab demo $(if $(KEEP),--keep) $(if $(MODE),--mode $(MODE)) $(DEMO_ARGS)

bench: setup ## measure speed and size on this machine, some minutes; results in bench/ (BENCH_ARGS="--size 30000x4 --iptables nft" for others)
	@./scripts/setup.sh bench
	@$(MAKE) -s --no-print-directory $(DIST)/.built
	@$(DIST)/bin/swivel-lab bench $(BENCH_ARGS)
	@$(DIST)/bin/swivel-lab bench-relay $(RELAY_ARGS)

jmh: setup ## what the daemon itself does for one event, from 100 to 30,000 services: time and allocation
	@$(MVN) -q -Dstyle.color=never test-compile dependency:build-classpath -pl lab -am -Dmdep.includeScope=test -Dmdep.outputFile=target/test.classpath
	@$$(./scripts/jdk.sh)/bin/java -cp "lab/target/test-classes:lab/target/classes:$$(cat lab/target/test.classpath)" org.openjdk.jmh.Main EventBenchmark -prof gc $(JMH_ARGS)

test: setup ## build, and run all four rings of tests; as root
	$(MVN) verify

down: ## remove a demo that was left standing
	@$(DIST)/bin/swivel-lab down

dist: ## a runnable distribution under deploy/target/swivel, with bin/swivel
	@$(MAKE) -s --no-print-directory $(DIST)/.built
	@echo "built: $(DIST)/bin/swivel"

image: setup dist ## the container image for amd64 and arm64, as an OCI layout under deploy/target/image
	@JAVA_HOME=$$(./scripts/jdk.sh) deploy/image/build.sh $(DIST) deploy/target/image

SOURCES := $(shell find pom.xml .mvn proxy-core linux netfilter backend-* daemon lab deploy \( -path '*/target' -prune \) -o -type f -print 2>/dev/null | grep -v -e /src/test/ -e /src/fixtures/)

$(DIST)/.built: $(SOURCES)
	@echo "building (the first time a minute or two) ..."
	@$(MVN) -q -Dstyle.color=never -DskipTests -Dmaven.test.skip=true package
	@rm -f $(DIST)/lib/swivel.aot
	@$$(./scripts/jdk.sh)/bin/java -cp "$(DIST)/lib/*" deploy/slim/Slim.java $(DIST)
	@if [ "$$(id -u)" = 0 ]; then $(DIST)/bin/swivel-lab train $(DIST)/lib/swivel.aot || echo "built without an AOT cache: Swivel starts a second later"; \
	else echo "not root: built without an AOT cache, Swivel starts a second later"; fi
	@touch $@

format: ## format the sources
	$(MVN) -q -Dstyle.color=never spotless:apply

golden: ## rewrite the golden files from what is rendered now; look at the diff
	$(MVN) test -pl backend-iptables -am -Dgolden.update=true -Dsurefire.failIfNoSpecifiedTests=false -Dtest='*Golden*'

setup: ## install what is missing on this machine (Debian packages; finds a JDK 25)
	@./scripts/setup.sh

clean: ## remove what was built
	@rm -rf target */target
