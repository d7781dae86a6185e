import Diagnostics
import ErlangTerms
import ReleaseFiles
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// Releases that are wrong as a whole: what is found, where, and which other places the finding names.
@Suite struct ResolutionFindingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// Below `Fixtures/releases/resolution`.
        var folder: String
        /// Each finding as `id file:text`, each of its notes behind it as `+ file:text`.
        var findings: [String]
        var target: OTPRelease = .newest
        var moduleFiles: [String: ReleaseResolution.ModuleFileState]?
        var undefinedFunctions: [ModuleFacts.ImportedFunction] = []
        var warningsAreErrors = false

        var testDescription: String { self.folder }
    }

    static let cases: [Case] = [
        Case(folder: "not-found", findings: ["error release/application-not-found shop.rel:{shop,\"1.0\"}"]),
        Case(
            folder: "other-version",
            findings: ["error release/version-not-found shop.rel:{shop,\"1.1\"}", "+ shop.app"]),
        Case(folder: "unreadable", findings: ["error term/missing-comma shop.app:{"]),
        Case(
            folder: "mismatch", findings: ["error release/application-mismatch shop.rel:{shop,\"1.0\"}", "+ shop.app"]),
        Case(
            folder: "not-listed",
            findings: [
                "error release/inclusion-not-listed shop.rel:{shop,\"1.0\",[cart,stock]}",
                "+ shop.app:{included_applications,[cart]}",
            ]),
        Case(
            folder: "undefined",
            findings: [
                "error release/undefined-application shop.app:cowboy", "+ cart.app:cowboy",
                "error release/undefined-application shop.app:till",
            ]),
        Case(
            folder: "registered",
            findings: ["error release/registered-name-clash cart.app:store", "+ shop.app:store"]),
        Case(
            folder: "included-twice", findings: ["error release/included-twice cart.app:stock", "+ shop.app:stock"]),
        Case(
            folder: "inclusion-cycle",
            findings: [
                "error release/inclusion-cycle shop.app:{included_applications,[cart]}",
                "+ cart.app:{included_applications,[shop]}",
            ]),
        Case(
            folder: "includes-itself",
            findings: ["error release/inclusion-cycle shop.app:{included_applications,[shop]}"]),
        Case(folder: "modules", findings: ["error release/module-clash cart.app:util", "+ shop.app:util"]),
        Case(
            folder: "circular",
            findings: [
                "error release/circular-dependencies stock.app:{applications,[shop]}",
                "+ shop.app:{applications,[kernel,cart]}",
            ]),
        Case(
            folder: "inclusion-order",
            findings: ["error release/inclusion-order stock.app:cart", "+ shop.rel:{cart,\"1.0\"}"]),
        Case(folder: "used-twice", findings: ["error release/used-twice shop.app:cart"], target: .otp25),
        Case(
            folder: "used-twice", findings: ["error app/duplicate-entry shop.app:cart", "+ shop.app:cart"],
            target: .otp27),
        Case(
            folder: "no-sasl",
            findings: [
                """
                warning release/missing-sasl shop.rel:{release, {"shop","1.0"}, {erts,"13.1.5"},
                 [{kernel,"8.5.3"},
                  {stdlib,"4.2"},
                  {shop,"1.0"}]}
                """
            ]),
        Case(
            folder: "listed-twice",
            findings: [
                "warning release/application-listed-twice shop.rel:{shop,\"1.0\",load}", "+ shop.rel:{shop,\"1.0\"}",
            ]),
        Case(
            folder: "not-started",
            findings: [
                "warning release/dependency-not-started shop.rel:{cart,\"1.0\",load}", "+ shop.app:cart",
            ]),
        Case(
            folder: "files", findings: ["error release/object-file-missing shop.app:shop_lost"],
            moduleFiles: ["shop": .current, "shop_old": .objectOutOfDate]
                .merging(["shop_new": .sourceNotFound], uniquingKeysWith: { $1 })),
        Case(
            folder: "files",
            findings: [
                "warning release/object-out-of-date shop.app:shop_old",
                "warning release/source-not-found shop.app:shop_new", "warning release/undefined-function",
            ],
            moduleFiles: [
                "shop": .current, "shop_old": .objectOutOfDate, "shop_new": .sourceNotFound, "shop_lost": .current,
            ], undefinedFunctions: [.init(module: "shop", function: "close", arity: 1)]),
        Case(
            folder: "files", findings: ["error release/source-not-found shop.app:shop_new"],
            moduleFiles: ["shop": .current, "shop_old": .current, "shop_new": .sourceNotFound, "shop_lost": .current],
            warningsAreErrors: true),
    ]

    @Test(arguments: cases) func aBadReleaseHasItsFindings(_ test: Case) throws {
        let folder = Repository.fixtures.appending("releases/resolution").appending(test.folder)
        let diagnostics = try Self.diagnostics(test, in: folder)
        let found = diagnostics.flatMap { diagnostic in
            ["\(diagnostic.severity.rawValue) \(diagnostic.id)\(Self.text(diagnostic.place))"]
                + diagnostic.notes.map { "+\(Self.text($0.place))" }
        }
        #expect(found == test.findings)
        for diagnostic in diagnostics {
            #expect(!diagnostic.help.isEmpty || diagnostic.id.rawValue.hasPrefix("term/"), "\(diagnostic.id)")
        }
    }

    @Test func everyFindingHasACase() throws {
        let path = Repository.root.appending("Sources/ReleaseModel/DiagnosticIDs.swift")
        let text = String(decoding: try Files.read(path), as: UTF8.self)
        let declared = text.split(separator: "Self(\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        #expect(declared.count > 15)
        let found =
            Self.cases.flatMap(\.findings).joined(separator: " ")
            + FindingCase.all.flatMap(\.findings).map(\.id)
            .joined(separator: " ")
        for id in declared { #expect(found.contains(id), "no case gives \(id)") }
    }

    // MARK: - Reading a release

    private static func diagnostics(_ test: Case, in folder: FilePath) throws -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        let source = SourceFile(path: "shop.rel", bytes: try Files.read(folder.appending("shop.rel")))
        let resource = try #require(ReleaseResourceFile.read(source, &diagnostics))
        let term = try #require(TermText.parseFirstTerm(source, &diagnostics))
        var places = ReleasePlaces(resource: TermFile(source: source, terms: [term]))
        do {
            let options = ReleaseResolution.Options(
                moduleFiles: test.moduleFiles.map { files in
                    Dictionary(
                        files.compactMap { name, state in ModuleName(validating: Atom(name)).map { ($0, state) } },
                        uniquingKeysWith: { first, _ in first })
                }, undefinedFunctions: .success(test.undefinedFunctions), treatsWarningsAsErrors: test.warningsAreErrors
            )
            let resolution = try ReleaseResolution(resource, options: options) { entry in
                if let library = Self.library(entry) { return .success(library) }
                var search = ApplicationSearch(for: entry, target: test.target, at: places.entry(entry.name))
                if let bytes = try? Files.read(folder.appending("\(entry.name.name).app")) {
                    search.consider(SourceFile(path: "\(entry.name.name).app", bytes: bytes), in: ".")
                }
                if let file = search.file { places.applications["./\(entry.name.name).app"] = file }
                return search.result
            }
            return diagnostics + resolution.warnings.flatMap { $0.diagnostics(places) }
        } catch {
            return diagnostics + error.diagnostics(places)
        }
    }

    /// kernel, stdlib and sasl, which the fixtures do not bring.
    private static func library(_ entry: ReleaseResource.Entry) -> Application? {
        guard [.kernel, .stdlib, .sasl].contains(entry.name) else { return nil }
        return Application(
            specification: ApplicationSpecification(name: entry.name, version: entry.version), directory: "/otp")
    }

    /// ` file:text` for a range, ` file` for a file, nothing for no place.
    private static func text(_ place: Diagnostic.Place) -> String {
        switch place {
        case .none, .binary: return ""
        case .file(let path): return " \(path.split(separator: "/").last ?? "")"
        case .source(let range):
            let bytes = range.file.bytes[Int(range.bytes.lowerBound)..<Int(range.bytes.upperBound)]
            return " \(range.file.path):\(String(decoding: bytes, as: UTF8.self))"
        }
    }
}
