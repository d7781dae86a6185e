// swift-tools-version: 6.2
import PackageDescription

/// The rule set every Swift target is built with: Swift 6 mode, strict memory safety, warnings are errors.
let rules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// One row of the module table in README.md.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, exclude: [String] = [],
    resources: [Resource]? = nil, extra: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, exclude: ["README.md"] + exclude, resources: resources,
        swiftSettings: rules + extra)
}

/// A test target; every one may use the shared support.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport", systemPackage, subprocess], swiftSettings: rules)
}

let package = Package(
    name: "relift",
    products: [.executable(name: "relift", targets: ["relift"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        // Row 0
        module("Diagnostics"),
        module("ByteParsing", extra: [.enableExperimentalFeature("Lifetimes")]),
        module("Compression", ["CDeflate"]),
        module("Graphs"),
        // Row 1
        module("ErlangTerms", ["Diagnostics", "ByteParsing", "Compression", bigInt]),
        module("BeamFiles", ["Diagnostics", "ByteParsing", "ErlangTerms", "Compression", "Graphs", crypto]),
        // Row 2
        module("ReleaseModel", ["Diagnostics", "ErlangTerms", collections]),
        // Row 3
        module("ReleaseFiles", ["Diagnostics", "ErlangTerms", "ReleaseModel"]),
        module("Manifests", ["Diagnostics", "ErlangTerms", "ReleaseModel"]),
        module("UpgradePlanning", ["Diagnostics", "ErlangTerms", "ReleaseModel", "Graphs", collections]),
        module("CompatibilityRules", ["Diagnostics", "ErlangTerms", "ReleaseModel", "UpgradePlanning"]),
        module("DistributionProtocol", ["Diagnostics", "ByteParsing", "ErlangTerms", crypto]),
        // Row 4
        module("HostFiles", ["Diagnostics", "CLinux", systemPackage]),
        module("Archives", ["Diagnostics", "HostFiles", "Compression", "CLibArchive", systemPackage]),
        module(
            "DistributionClient",
            [
                "Diagnostics", "ErlangTerms", "DistributionProtocol", "ByteParsing", nioCore, nioPosix, nioTLS, nioSSL,
                logging,
            ]),
        module("WebRequests", ["Diagnostics", nioCore, nioPosix, nioHTTP, nioSSL]),
        // Row 5
        module(
            "ReleaseLoading",
            [
                "Diagnostics", "ErlangTerms", "ReleaseModel", "ReleaseFiles", "UpgradePlanning", "BeamFiles",
                "HostFiles", "Archives", systemPackage,
            ]),
        module("Signatures", ["Diagnostics", "ByteParsing", "HostFiles", systemPackage, crypto]),
        // Row 6
        module(
            "ReleaseBuilding",
            [
                "Diagnostics", "ErlangTerms", "ReleaseModel", "ReleaseFiles", "Manifests", "UpgradePlanning",
                "BeamFiles", "ReleaseLoading", "HostFiles", "Archives", "Templates", systemPackage, crypto, mustache,
            ]),
        module(
            "ReleaseInstalling",
            [
                "Diagnostics", "ErlangTerms", "ReleaseModel", "ReleaseFiles", "UpgradePlanning", "CompatibilityRules",
                "ReleaseLoading", "Signatures", "HostFiles", "Archives", "DistributionClient", "DistributionProtocol",
                "Templates", systemPackage, logging, crypto,
            ]),
        module(
            "Systools",
            [
                "Diagnostics", "ErlangTerms", "ReleaseModel", "ReleaseFiles", "UpgradePlanning", "HostFiles",
                "Archives", "ReleaseLoading", "ReleaseBuilding", systemPackage,
            ]),
        // Row 7
        module(
            "Commands",
            [
                "Diagnostics", "ErlangTerms", "BeamFiles", "ReleaseModel", "ReleaseFiles", "Manifests",
                "UpgradePlanning", "CompatibilityRules", "HostFiles", "Archives", "DistributionClient",
                "DistributionProtocol", "ReleaseLoading", "ReleaseBuilding", "ReleaseInstalling", "Systools",
                "WebRequests", "Signatures", systemPackage, argumentParser,
                logging, subprocess,
            ]),
        // Row 8
        .executableTarget(name: "relift", dependencies: ["Commands"], swiftSettings: rules),

        // Files that are not Swift
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CDeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CLibArchive", providers: [.apt(["libarchive-dev"])]),
        module(
            "Templates", path: "Templates", exclude: ["schemas", "agent/relift_agent.erl", "agent/relift_guard.erl"],
            resources: [
                .embedInCode("bin/release.mustache"), .embedInCode("bin/start.mustache"),
                .embedInCode("bin/mix-start.mustache"), .embedInCode("bin/mix-env.mustache"),
                .embedInCode("bin/erl.mustache"),
                .embedInCode("agent/relift_agent.beam"), .embedInCode("agent/relift_guard.beam"),
            ]),

        // Tests
        .target(
            name: "TestSupport",
            dependencies: ["Diagnostics", "ErlangTerms", "HostFiles", bigInt, systemPackage, subprocess],
            path: "Tests/TestSupport",
            swiftSettings: rules),
        tests("DiagnosticsTests", ["Diagnostics"]),
        tests("ByteParsingTests", ["ByteParsing"]),
        tests("GraphsTests", ["Graphs"]),
        tests("CompressionTests", ["Compression", "HostFiles"]),
        tests("ErlangTermsTests", ["ErlangTerms", "Diagnostics", "ByteParsing", "Compression", bigInt]),
        tests("BeamFilesTests", ["BeamFiles", "ErlangTerms", "Diagnostics", "ByteParsing", "Compression"]),
        tests("ReleaseModelTests", ["ReleaseModel", "ErlangTerms", "Diagnostics"]),
        tests("ReleaseFilesTests", ["ReleaseFiles", "ReleaseModel", "ErlangTerms", "Diagnostics"]),
        tests("ManifestsTests", ["Manifests", "ReleaseModel", "ErlangTerms", "Diagnostics"]),
        tests("UpgradePlanningTests", ["UpgradePlanning", "ReleaseModel", "ErlangTerms", "Diagnostics"]),
        tests(
            "CompatibilityRulesTests",
            ["CompatibilityRules", "UpgradePlanning", "ReleaseModel", "ErlangTerms", "Diagnostics"]),
        tests("DistributionProtocolTests", ["DistributionProtocol", "ErlangTerms", "ByteParsing", "Diagnostics"]),
        tests("HostFilesTests", ["HostFiles", "Diagnostics"]),
        tests("ArchivesTests", ["Archives", "HostFiles", "Compression", "Diagnostics"]),
        tests("SystoolsTests", ["Systools", "HostFiles", "ErlangTerms", "Diagnostics"]),
        tests(
            "DistributionClientTests",
            [
                "DistributionClient", "DistributionProtocol", "ErlangTerms", "Diagnostics", nioCore, nioPosix,
                nioEmbedded,
            ]),
        tests("WebRequestsTests", ["WebRequests", nioCore, nioPosix]),
        tests(
            "ReleaseLoadingTests",
            [
                "ReleaseLoading", "ReleaseModel", "ReleaseFiles", "UpgradePlanning", "ErlangTerms", "Diagnostics",
                "HostFiles", "Archives",
            ]),
        tests(
            "ReleaseBuildingTests",
            [
                "ReleaseBuilding", "ReleaseLoading", "ReleaseModel", "ErlangTerms", "Diagnostics", "HostFiles",
                "Manifests",
            ]),
        tests(
            "ReleaseInstallingTests",
            [
                "Archives", "CompatibilityRules", "Diagnostics", "DistributionClient", "DistributionProtocol",
                "ErlangTerms", "HostFiles", "ReleaseFiles", "ReleaseInstalling", "ReleaseModel", "Templates",
            ]),
        tests(
            "CommandsTests",
            [
                "Commands", "CompatibilityRules", "Diagnostics", "ErlangTerms", "HostFiles", "ReleaseModel",
                "ReleaseInstalling",
            ]),
        tests("SignaturesTests", ["Signatures", "HostFiles", "Diagnostics", crypto]),
        tests("LayeringTests", []),
        tests(
            "EndToEndTests",
            [
                "CompatibilityRules", "Diagnostics", "DistributionClient", "ErlangTerms", "HostFiles", "ReleaseFiles",
                "ReleaseInstalling", "ReleaseModel", "Templates", mustache,
            ]),
    ]
)

// Benchmarks are built only on request: they are run in release mode, by scripts in Tests/Benchmarks.
if Context.environment["RELIFT_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "archive-benchmark",
            dependencies: ["Archives", "Compression", "Diagnostics", "HostFiles", systemPackage],
            path: "Tests/Benchmarks/ArchiveBenchmark", swiftSettings: rules))
    package.products.append(.executable(name: "archive-benchmark", targets: ["archive-benchmark"]))
}
