# Two commands on a fresh Debian machine with Swift:
#   make demo    sets up all it needs, builds, and upgrades a live node under load
#   make test    sets up all it needs and passes every test
# and
#   make benchmark    compares relift with systools, some minutes long, and prints the table of the README

SWIFT_RELEASE = swift build -c release --product relift --static-swift-stdlib

.PHONY: demo test benchmark build check conformance histories projects format clean

demo: build
	@.ci/setup all
	@Fixtures/tally/demo.sh

build:
	@.ci/setup build
	@echo "building relift in release mode (the first build takes some minutes: BoringSSL and SwiftNIO come from source)"
	@$(SWIFT_RELEASE)

test:
	@.ci/setup all
	@.ci/check
	@echo "building the tests (the first build takes some minutes: BoringSSL and SwiftNIO come from source)"
	@swift build --build-tests
	@swift test --skip-build --experimental-maximum-parallelization-width 4

# OTP's own test suites of systools, and random releases, both against relift (Tests/Conformance/README.md).
conformance: build
	@.ci/setup conformance
	@Tests/Conformance/run

# What relift generates for the histories of real applications, and on running nodes (Tests/Histories/README.md).
histories: build
	@.ci/setup all
	@Tests/Histories/run
	@Tests/Histories/run live

# Public rebar3 projects, built by rebar3 and by relift (Tests/Projects/README.md).
projects: build
	@.ci/setup all
	@Tests/Projects/run

# Compares relift with systools and rebar3, and prints the table of the README (Tests/Benchmarks/README.md).
benchmark: build
	@.ci/setup benchmark
	@Tests/Benchmarks/systools.sh
	@Tests/Benchmarks/rebar3.sh .build/release/relift

check:
	@.ci/check

format:
	@swift format -i -r Package.swift Sources Tests Templates

clean:
	@rm -rf .build
