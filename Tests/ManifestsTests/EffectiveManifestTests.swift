import Diagnostics
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import Manifests

@Suite struct EffectiveManifestTests {
    @Test func everyValueHasItsStandard() throws {
        let manifest = try #require(read("{release, {a, \"1\"}, [b]}.").manifest)
        var findings: [Diagnostic] = []
        let effective = try #require(manifest.effective(release: nil, &findings))
        #expect(findings == [])
        #expect(effective.name.text == "a" && effective.version.text == "1")
        #expect(effective.includeRuntime == .init(value: .included, origin: .standard))
        #expect(effective.systemLibraries == .init(value: .included, origin: .standard))
        #expect(effective.systemConfiguration == usual("config/sys.config"))
        #expect(effective.vmArguments == usual("config/vm.args"))
        #expect(
            effective.libraryFolders
                == .init(value: ["_build/default/checkouts", "_build/default/lib"], origin: .standard))
    }

    private func usual(_ path: String) -> EffectiveManifest.Setting<EffectiveManifest.ConfigurationFile> {
        .init(
            value: .ifPresent([.init(path + ".src", hasVariables: true), .init(path)]), origin: .standard)
    }

    @Test func theReleasesOwnSettingsCountBeforeTheGeneralOnes() throws {
        let (read, _, source) = read(
            """
            {include_erts, true}. {vm_args, "v"}. {lib_dirs, ["general"]}.
            {release, {a, "1"}, [], [{include_erts, false}, {sys_config, false}, {lib_dirs, ["own"]}]}.
            """)
        var findings: [Diagnostic] = []
        let effective = try #require(read?.effective(release: "a", &findings))
        func written(_ origin: EffectiveManifest.Origin) -> String {
            guard let range = origin.range else { return "standard" }
            return String(
                decoding: source.bytes[Int(range.bytes.lowerBound)..<Int(range.bytes.upperBound)], as: UTF8.self)
        }
        #expect(effective.includeRuntime.value == .notIncluded)
        #expect(written(effective.includeRuntime.origin) == "false")
        #expect(effective.systemConfiguration.value == .none)
        #expect(effective.vmArguments.value == .required(.init("v")))
        #expect(written(effective.vmArguments.origin) == "\"v\"")
        #expect(effective.libraryFolders.value == ["own", "general"])
        #expect(effective.systemLibraries.origin == .standard)
    }

    struct Choice: Sendable, CustomTestStringConvertible {
        var manifest: String
        var name: String?
        var expected: String?
        var id: Diagnostic.ID?
        var testDescription: String { "\(self.manifest) --release \(self.name ?? "")" }

        init(_ manifest: String, _ name: String?, _ expected: String) {
            (self.manifest, self.name, self.expected) = (manifest, name, expected)
        }

        init(_ manifest: String, _ name: String?, _ id: Diagnostic.ID) {
            (self.manifest, self.name, self.id) = (manifest, name, id)
        }
    }

    static let two = "{release, {a, \"1\"}, []}. {release, {b, \"1\"}, []}.\n"
    static let versions = "{release, {a, \"1\"}, []}. {release, {a, \"2\"}, []}. {release, {b, \"1\"}, []}.\n"

    @Test(arguments: [
        Choice("{release, {a, \"1\"}, []}.", nil, "a-1"),
        Choice("{release, {a, \"1\"}, []}.", "a", "a-1"),
        Choice("{release, {a, \"1\"}, []}.", "a-1", "a-1"),
        Choice("{release, {a, \"1\"}, []}.", "b", .manifestUnknownRelease),
        Choice("{release, {a, \"1\"}, []}. {default_release, b}.", nil, "a-1"),
        Choice(two, nil, .manifestAmbiguousRelease),
        Choice(two, "b", "b-1"),
        Choice(two + "{default_release, b}.", nil, "b-1"),
        Choice(two + "{default_release, {b, \"1\"}}.", nil, "b-1"),
        Choice(two + "{default_release, {b, \"2\"}}.", nil, .manifestUnknownRelease),
        Choice(two + "{default_release, c}.", "a", "a-1"),
        Choice(versions, "a", .manifestAmbiguousRelease),
        Choice(versions, "a-2", "a-2"),
        Choice(versions + "{default_release, {a, \"2\"}}.", "a", "a-2"),
        Choice(versions + "{default_release, a}.", nil, .manifestAmbiguousRelease),
        Choice(versions + "{default_release, b}.", "a", .manifestAmbiguousRelease),
    ])
    func oneReleaseIsChosen(_ choice: Choice) throws {
        let manifest = try #require(read(choice.manifest).manifest)
        var findings: [Diagnostic] = []
        let effective = manifest.effective(release: choice.name, &findings)
        #expect(effective.map { "\($0.name)-\($0.version)" } == choice.expected)
        #expect(findings.map(\.id) == [choice.id].compactMap(\.self))
    }

    @Test(arguments: ["1.0.0", "1.1.0"])
    func theManifestsOfTallyAreInOrder(_ version: String) throws {
        let path = Repository.fixtures.appending("tally/\(version)/relift.config")
        let source = SourceFile(path: path.string, bytes: try File.read(path))
        var findings: [Diagnostic] = []
        let effective = Manifest.read(source, &findings)?.effective(release: "tally", &findings)
        #expect(findings == [])
        #expect(effective?.version.text == version)
        #expect(effective?.systemConfiguration.value == .required(.init("config/sys.config")))
    }
}
