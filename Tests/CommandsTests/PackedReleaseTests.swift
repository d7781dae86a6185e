import CompatibilityRules
import Diagnostics
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// What lies around the applications is read from a tarball as it is from a tree.
@Suite(.enabled(if: OTP.isInstalled)) struct PackedReleaseTests {
    /// The rules whose example is a tree with a hop, or with one version.
    static let rules = RuleExampleTests.rules.filter { named in
        let command = named.rule.explanation.example.commands.last ?? ""
        return Self.versions(command) != nil && !named.rule.explanation.id.rawValue.hasPrefix("appup/")
    }

    private static func versions(_ command: String) -> [String]? {
        switch command {
        case "relift check shop@1 shop@2 --lib lib": ["1", "2"]
        case "relift check shop@1 --lib lib": ["1"]
        case "relift check shop@2 --lib lib": ["2"]
        default: nil
        }
    }

    @Test(arguments: rules) func aTarballShowsWhatTheTreeShows(named: RuleExampleTests.NamedRule) async throws {
        let example = named.rule.explanation.example
        let versions = try #require(Self.versions(example.commands.last ?? ""))
        try await withTemporaryFolder { folder in
            for (name, version) in Explanation.File.leftOut {
                try await ExplanationTests.write(.application(name, version), in: folder)
            }
            for (number, more) in [[], named.rule.mended].enumerated() {
                for file in example.files + more { try await ExplanationTests.write(file, in: folder) }
                for command in example.commands.dropLast() + versions.map(Self.pack) {
                    let run = try await ExplanationTests.run(command, in: folder)
                    #expect(run.status == 0, "\(command)\n\(run.errors)")
                }
                let tarballs = versions.map { "shop-\($0).tar.gz" }.joined(separator: " ")
                let run = try await ExplanationTests.run("relift check \(tarballs) --lib lib", in: folder)
                let shown = run.output + run.errors
                #expect(shown.contains("[\(named.testDescription)]") == (number == 0), "\(shown)")
            }
        }
    }

    private static func pack(_ version: String) -> String {
        """
        rm -rf packed && mkdir -p packed/lib packed/releases && cp -r shop/releases/\(version) packed/releases/
        cp shop/releases/\(version)/shop.rel packed/releases/shop-\(version).rel
        for folder in lib/*-\(version) shop/lib/* shop/erts-*; do
            if [ -d $folder ]; then mkdir -p packed/${folder#shop/} && cp -r $folder/. packed/${folder#shop/}; fi
        done
        tar -C packed -czf shop-\(version).tar.gz $(ls packed)
        """
    }
}
