import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// What counts as a change of a module, from facts in a few words.
@Suite struct ModuleComparisonTests {
    private typealias Name = ModuleFacts.FunctionName

    private static func digest(_ text: String) -> ModuleFacts.Digest {
        ModuleFacts.Digest(high: text.utf8.reduce(0) { $0 << 8 | UInt64($1) }, low: UInt64(text.utf8.count))
    }

    /// A module of functions of arity 0, `name=code`; `-f/0-x=code` was made by the compiler for `f`.
    private static func module(
        _ functions: [String], bytes: String, exports: [String] = [], attributes: [Atom: String]? = [:],
        records: String? = nil
    ) throws -> ModuleFacts {
        ModuleFacts(
            name: try #require(ModuleName(validating: "m")), digest: Array(bytes.utf8),
            exports: Set(exports.map { Name(Atom($0), 0) }),
            attributes: attributes?.mapValues(Self.digest),
            code: .functions(
                functions.map { text in
                    let parts = text.split(separator: "=")
                    let name = String(parts[0])
                    return ModuleFacts.Function(
                        Name(Atom(name), 0), digest: Self.digest(String(parts[1])),
                        generatedFor: name.hasPrefix("-")
                            ? Name(Atom(String(name.dropFirst().prefix { $0 != "/" })), 0) : nil)
                }, records: records.map(Self.digest)))
    }

    private static func summary(_ old: ModuleFacts, _ new: ModuleFacts) -> String? {
        let comparison = ModuleComparison(old: old, new: new)
        let summary = comparison.summary(older: "1", newer: "2")
        #expect(comparison.isUnchanged == (summary == nil))
        return summary
    }

    @Test(
        arguments: [
            (["f=1", "g=2"], ["g=2", "f=1"], nil),
            (["f=1"], ["f=2"], "`f/0` changed"),
            (["f=1", "-f/0-fun-0-=1"], ["f=1", "-f/0-fun-0-=2"], "`f/0` changed"),
            (["f=1"], ["f=2", "-f/0-fun-0-=2"], "`f/0` changed"),
            (["f=1", "-f/0-fun-0-=1"], ["f=2", "-f/0-fun-1-=1"], "`f/0` changed"),
            (["f=1"], ["f=1", "-f/0-fun-0-=2"], "`f/0` changed"),
            (["f=1"], ["f=1", "g=1"], "`g/0` is new in 2"),
            (["f=1", "g=1"], ["f=1"], "`g/0` is in 1 only"),
            (["f=1", "g=1"], ["f=2", "h=1"], "`f/0` changed, `h/0` is new in 2, `g/0` is in 1 only"),
            (
                ["a=1", "b=1", "c=1", "d=1", "e=1"], ["a=2", "b=2", "c=2", "d=2", "e=2"],
                "`a/0` changed, `b/0` changed, `c/0` changed and 2 more"
            ),
        ] as [([String], [String], String?)])
    func functionsAreComparedByName(old: [String], new: [String], expected: String?) throws {
        #expect(Self.summary(try Self.module(old, bytes: "1"), try Self.module(new, bytes: "2")) == expected)
    }

    @Test func theSameBytesNeedNoFurtherLook() throws {
        let old = try Self.module(["f=1"], bytes: "1")
        #expect(ModuleComparison(old: old, new: old).basis == .sameBytes)
    }

    @Test func exportsCountOnceAndAttributesWhereBothHaveThem() throws {
        let old = try Self.module(["f=1", "g=1"], bytes: "1", exports: ["f"], attributes: ["a": "1"])
        let exported = try Self.module(["f=1", "g=1", "h=1"], bytes: "2", exports: ["g", "h"], attributes: ["a": "1"])
        #expect(
            Self.summary(old, exported)
                == "`h/0` is new in 2, `g/0` is exported in 2 only, `f/0` is exported in 1 only")
        let other = try Self.module(["f=1", "g=1"], bytes: "1", exports: ["f"], attributes: ["a": "2", "b": "1"])
        #expect(Self.summary(old, other) == "attribute `a` changed, attribute `b` changed")
        let stripped = try Self.module(["f=1", "g=1"], bytes: "1", exports: ["f"], attributes: nil)
        #expect(Self.summary(old, stripped) == nil)
    }

    @Test func recordsBelongToNoFunction() throws {
        let old = try Self.module(["f=1"], bytes: "1", records: "1")
        #expect(
            Self.summary(old, try Self.module(["f=1"], bytes: "2", records: "2"))
                == "definitions of native records changed")
        #expect(Self.summary(old, try Self.module(["f=1"], bytes: "2", records: "1")) == nil)
    }

    @Test func whatIsNotUnderstoodIsComparedAsAWhole() throws {
        var strange = try Self.module(["f=1"], bytes: "2")
        strange.code = .notUnderstood(reason: "label 7, which there is not")
        let known = try Self.module(["f=1"], bytes: "1")
        let comparison = ModuleComparison(old: known, new: strange)
        #expect(comparison.basis == .wholeModule(reason: "label 7, which there is not"))
        #expect(!comparison.isUnchanged)
        #expect(
            comparison.summary(older: "1", newer: "2")
                == "changed as a whole, since its functions could not be compared: label 7, which there is not")
        strange.digest = known.digest
        #expect(ModuleComparison(old: known, new: strange).isUnchanged)
    }

    @Test func causesNameTheFunctions() throws {
        func application(_ version: String, _ facts: ModuleFacts) throws -> Application {
            Application(
                specification: ApplicationSpecification(
                    name: try #require(ApplicationName(validating: "tally")),
                    version: try #require(ApplicationVersion(validating: version)), modules: [facts.name]),
                directory: "lib/tally-\(version)/ebin", modules: [facts.name: facts])
        }
        var old = try Self.module(["f=1", "g=1"], bytes: "1")
        var new = try Self.module(["f=2", "g=1"], bytes: "2")
        var generated = AppupGenerator.generate(old: try application("1", old), new: try application("2", new))
        #expect(generated.up.map(\.cause.text) == ["`m`: `f/0` changed"])
        #expect(generated.down.map(\.cause.text) == ["`m`: `f/0` changed"])
        (old.behaviours, new.behaviours) = (["supervisor"], ["supervisor"])
        generated = AppupGenerator.generate(old: try application("1", old), new: try application("2", new))
        #expect(generated.up.map(\.cause.text) == ["`m`: `f/0` changed; supervisor, whose `init/1` runs again"])
        // Lines, debug information and so on: other bytes, the same functions.
        generated = AppupGenerator.generate(
            old: try application("1", old), new: try application("2", try Self.module(["g=1", "f=1"], bytes: "3")))
        #expect(generated.up.isEmpty && generated.down.isEmpty && generated.findings.isEmpty)
    }
}
