import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseLoading
@testable import UpgradePlanning

/// Pairs of modules that the real compiler made, compared.
@Suite(.enabled(if: OTP.isInstalled)) struct ModuleTwinTests {
    /// Compiles `old/m.erl` and `elsewhere/new/m.erl` below each numbered folder, as the list says.
    private static let compiler = """
        [Folder | Twins] = init:get_plain_arguments(),
        Term = fun(Text) -> {ok, Tokens, _} = erl_scan:string(Text ++ "."), {ok, T} = erl_parse:parse_term(Tokens), T end,
        Compile = fun(Source, Options) ->
            {ok, m} = compile:file(Source, [report_errors, {outdir, filename:dirname(Source)} | Options]),
            filename:rootname(Source) ++ ".beam" end,
        lists:foreach(fun(Twin) ->
            {Name, Old, New, Afterwards} = Term(Twin),
            Compile(filename:join([Folder, Name, "old", "m"]), Old),
            Beam = Compile(filename:join([Folder, Name, "elsewhere", "new", "m"]), New),
            case Afterwards of strip -> {ok, _} = beam_lib:strip_files([Beam]); nothing -> ok end
        end, Twins)
        """

    private func pairs(
        _ twins: [ModuleTwin]
    ) async throws -> [(twin: ModuleTwin, old: ModuleFacts, new: ModuleFacts)] {
        try await withTemporaryFolder { folder in
            var arguments = [folder.string]
            for (number, twin) in twins.enumerated() {
                let (old, new) = (folder.appending("\(number)/old"), folder.appending("\(number)/elsewhere/new"))
                for path in [old, new] { _ = try await Program.run("mkdir", ["-p", path.string]) }
                let source = try #require(twin.newSource, "\(twin.name): an edit does not fit")
                try File.write(Array(ModuleTwin.source.utf8), to: old.appending("m.erl"))
                try File.write(Array(source.utf8), to: new.appending("m.erl"))
                arguments.append(
                    "{\"\(number)\", \(twin.oldOptions), \(twin.newOptions), \(twin.afterwards.rawValue)}")
            }
            _ = try await OTP.evaluate(Self.compiler, arguments: arguments)
            return try twins.enumerated().map { number, twin in
                func facts(_ path: String) throws -> ModuleFacts {
                    let path = folder.appending("\(number)/\(path)/m.beam")
                    return try ModuleFacts(beam: try File.read(path), path: path.string, withCode: true)
                }
                return (twin, try facts("old"), try facts("elsewhere/new"))
            }
        }
    }

    @Test func whatIsNoChangeOfTheCodeIsUnchanged() async throws {
        for (twin, old, new) in try await self.pairs(ModuleTwin.unchanged) {
            let comparison = ModuleComparison(old: old, new: new)
            #expect(comparison.summary(older: "1", newer: "2") == nil, "\(twin.name)")
            #expect(comparison.isUnchanged, "\(twin.name)")
            #expect(ModuleComparison(old: new, new: old).isUnchanged, "\(twin.name)")
        }
    }

    @Test func changesAreFoundAndNamed() async throws {
        for (twin, old, new) in try await self.pairs(ModuleTwin.changed) {
            let comparison = ModuleComparison(old: old, new: new)
            #expect(comparison.summary(older: "1", newer: "2") == twin.expected, "\(twin.name)")
            #expect(!comparison.isUnchanged, "\(twin.name)")
            #expect(ModuleComparison(old: new, new: old).summary(older: "1", newer: "2") != nil, "\(twin.name)")
        }
    }

    @Test func loopsAndFunsAreFacts() async throws {
        let facts = try #require(try await self.pairs([ModuleTwin(name: "nothing")]).first).old
        guard case .functions(let functions, nil) = facts.code else {
            Issue.record("not understood")
            return
        }
        #expect(functions.filter(\.hasLocalReceiveLoop).map(\.name.description) == ["loop/1"])
        #expect(Set(functions.filter(\.makesFuns).map(\.name.description)).contains("handle_cast/2"))
        #expect(functions.contains { $0.generatedFor == ModuleFacts.FunctionName("init", 1) })
    }
}
