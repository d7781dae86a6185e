import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Holds the imports under `Sources/` against the module table, which SwiftPM does not.
@Suite struct LayeringTests {
    struct Row: Sendable {
        let number: Int
        let target: String
        let mayImport: Set<String>
    }

    /// The table of the README, with the names of the products and C libraries each target may also import.
    static let table: [Row] = [
        Row(number: 0, target: "Diagnostics", mayImport: []),
        Row(number: 0, target: "ByteParsing", mayImport: []),
        Row(number: 0, target: "Compression", mayImport: ["CDeflate"]),
        Row(number: 0, target: "Graphs", mayImport: []),
        Row(number: 1, target: "ErlangTerms", mayImport: ["ByteParsing", "Compression", "BigInt"]),
        Row(
            number: 1, target: "BeamFiles",
            mayImport: ["ByteParsing", "ErlangTerms", "Compression", "Graphs", "Crypto"]),
        Row(number: 2, target: "ReleaseModel", mayImport: ["OrderedCollections"]),
        Row(number: 3, target: "ReleaseFiles", mayImport: []),
        Row(number: 3, target: "Manifests", mayImport: []),
        Row(number: 3, target: "UpgradePlanning", mayImport: ["Graphs", "OrderedCollections"]),
        Row(number: 3, target: "CompatibilityRules", mayImport: ["UpgradePlanning"]),
        Row(number: 3, target: "DistributionProtocol", mayImport: ["ByteParsing", "Crypto"]),
        Row(number: 4, target: "HostFiles", mayImport: ["SystemPackage", "Glibc", "CLinux", "Synchronization"]),
        Row(
            number: 4, target: "Archives",
            mayImport: ["HostFiles", "Compression", "CLibArchive", "SystemPackage", "Glibc"]),
        Row(
            number: 4, target: "DistributionClient",
            mayImport: [
                "DistributionProtocol", "ErlangTerms", "ByteParsing", "NIOCore", "NIOPosix", "NIOTLS", "NIOSSL",
                "Logging", "Glibc",
            ]),
        Row(number: 4, target: "WebRequests", mayImport: ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL"]),
        Row(
            number: 5, target: "ReleaseLoading",
            mayImport: [
                "ReleaseFiles", "UpgradePlanning", "BeamFiles", "HostFiles", "Archives", "SystemPackage",
                "Synchronization",
            ]),
        Row(number: 5, target: "Signatures", mayImport: ["ByteParsing", "HostFiles", "SystemPackage", "Crypto"]),
        Row(
            number: 6, target: "ReleaseBuilding",
            mayImport: [
                "ReleaseFiles", "BeamFiles", "Manifests", "UpgradePlanning", "HostFiles", "Archives", "ReleaseLoading",
                "Templates", "SystemPackage", "Crypto", "Mustache",
            ]),
        Row(
            number: 6, target: "ReleaseInstalling",
            mayImport: [
                "ReleaseFiles", "UpgradePlanning", "CompatibilityRules", "HostFiles", "Archives", "DistributionClient",
                "DistributionProtocol", "ReleaseLoading", "Signatures", "Templates", "SystemPackage", "Logging",
                "Crypto",
            ]),
        Row(
            number: 6, target: "Systools",
            mayImport: [
                "ReleaseFiles", "UpgradePlanning", "HostFiles", "Archives", "ReleaseLoading", "ReleaseBuilding",
                "SystemPackage",
            ]),
        Row(
            number: 7, target: "Commands",
            mayImport: [
                "BeamFiles", "ReleaseFiles", "Manifests", "UpgradePlanning", "CompatibilityRules", "HostFiles",
                "Archives", "DistributionClient", "DistributionProtocol", "ReleaseLoading", "ReleaseBuilding",
                "ReleaseInstalling", "Signatures",
                "Systools", "WebRequests", "SystemPackage", "ArgumentParser", "Logging", "Glibc", "Foundation",
                "Subprocess",
            ]),
        Row(number: 8, target: "relift", mayImport: ["Commands"]),
    ]

    /// Vocabulary open to every row below the one it stands in.
    static let vocabulary: [(module: String, row: Int)] = [("Diagnostics", 0), ("ErlangTerms", 1), ("ReleaseModel", 2)]

    @Test(arguments: table)
    func importsStayWithinTheTable(row: Row) async throws {
        for (file, imports) in try await Self.imports(of: row.target) {
            for module in imports where module != "Swift" && !row.mayImport.contains(module) {
                let isVocabulary = Self.vocabulary.contains { $0.module == module && $0.row < row.number }
                let isRow4 = row.number == 4 && module != "Diagnostics"
                #expect(
                    isVocabulary && !isRow4,
                    "\(file): row \(row.number) (\(row.target)) must not import \(module)")
            }
        }
    }

    @Test func everySourceFolderHasARow() async throws {
        let folders = try await Self.list(Repository.root.appending("Sources"))
        let known = Set(Self.table.map(\.target)).union(["CDeflate", "CLibArchive", "CLinux"])
        #expect(Set(folders).subtracting(known) == [])
    }

    @Test func pureRowsHaveNoEffects() async throws {
        let forbidden = ["Foundation", "FoundationEssentials", "Glibc", "Dispatch", "SystemPackage", "Synchronization"]
        for row in Self.table where row.number <= 3 {
            for (file, imports) in try await Self.imports(of: row.target) {
                #expect(imports.isDisjoint(with: forbidden), "\(file): rows 0 to 3 are pure")
            }
        }
    }

    @Test func theReadmeShowsTheSameTable() async throws {
        let readme = try await Self.text(Repository.root.appending("README.md"))
        for row in Self.table {
            #expect(readme.contains("| \(row.number) | `\(row.target)` |"), "README.md misses the row of \(row.target)")
        }
    }

    // MARK: - Reading sources

    static func imports(of target: String) async throws -> [(file: String, modules: Set<String>)] {
        let folder = Repository.root.appending("Sources").appending(target)
        let found = try await run(
            .name("find"), arguments: [folder.string, "-name", "*.swift"], output: .string(limit: 1 << 20))
        var result: [(file: String, modules: Set<String>)] = []
        for path in found.standardOutput.split(separator: "\n") {
            let lines = try await Self.text(FilePath(String(path))).split(separator: "\n")
            let modules = lines.compactMap { line -> String? in
                var words = line.split(separator: " ")
                while let first = words.first,
                    ["public", "package", "internal", "private", "@testable"].contains(first)
                {
                    words.removeFirst()
                }
                guard words.first == "import", let name = words.last else { return nil }
                return String(name.split(separator: ".").first ?? name)
            }
            result.append((String(path), Set(modules)))
        }
        #expect(!result.isEmpty, "no sources under \(folder)")
        return result
    }

    static func list(_ folder: FilePath) async throws -> [String] {
        let listed = try await run(.name("ls"), arguments: [folder.string], output: .string(limit: 1 << 20))
        return listed.standardOutput.split(separator: "\n").map(String.init)
    }

    static func text(_ path: FilePath) async throws -> String {
        try await run(.name("cat"), arguments: [path.string], output: .string(limit: 16 << 20)).standardOutput
    }
}
