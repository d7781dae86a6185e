import BeamFiles
import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseLoading

/// What is told of supervisors without running them, against what they say when they run.
@Suite(.enabled(if: OTP.isInstalled)) struct SupervisorChildrenTests {
    /// Compiles each fixture, starts it with each argument, and writes what the real supervisor then has: a list for each
    /// fixture of `ignore` or `{started,Argument,[ChildSpecification]}`. Child processes are stubs.
    private static let oracle = """
        [Folder | Fixtures] = init:get_plain_arguments(),
        Term = fun(Text) -> {ok, Tokens, _} = erl_scan:string(Text ++ "."), {ok, T} = erl_parse:parse_term(Tokens), T end,
        Stub = fun(M, Fs) ->
            Forms = [{attribute, 1, module, M}, {attribute, 1, export, Fs}] ++
                [{function, 1, F, A, [{clause, 1, lists:duplicate(A, {var, 1, '_'}), [], [{atom, 1, ignore}]}]}
                 || {F, A} <- Fs],
            {ok, M, Beam} = compile:forms(Forms, []),
            code:purge(M), {module, M} = code:load_binary(M, "stub", Beam) end,
        Start = fun(Specs) -> [case S of #{start := X} -> X; _ -> element(2, S) end || S <- Specs] end,
        Run = fun(Module, Argument) ->
            case Module:init(Argument) of
                ignore -> ignore;
                {ok, {_, Specs}} ->
                    Calls = [{M, {F, length(A)}} || {M, F, A} <- Start(Specs)],
                    [Stub(M, lists:usort([FA || {N, FA} <- Calls, N =:= M])) || M <- lists:usort([M || {M, _} <- Calls])],
                    {ok, Pid} = supervisor:start_link(Module, Argument),
                    Ids = lists:reverse([Id || {Id, _, _, _} <- supervisor:which_children(Pid)]),
                    Children = [begin {ok, C} = supervisor:get_childspec(Pid, Id), C end || Id <- Ids],
                    unlink(Pid), exit(Pid, kill),
                    {started, Argument, Children}
            end end,
        Results = [begin
            [Name, Stripped | Arguments] = string:split(Fixture, "|", all),
            Source = filename:join([Folder, Name, "the_sup.erl"]),
            Options = case Stripped of "true" -> []; _ -> [debug_info] end,
            {ok, M} = compile:file(Source, [report_errors, {outdir, filename:dirname(Source)} | Options]),
            code:purge(M), {module, M} = code:load_abs(filename:rootname(Source)),
            [Run(M, Term(A)) || A <- Arguments]
        end || Fixture <- Fixtures],
        ok = file:write_file(filename:join(Folder, "results"), term_to_binary(Results))
        """

    /// One fixture, what was read of it, and what it really is for each of its arguments.
    private struct Case {
        let fixture: SupervisorFixture
        let read: SupervisorChildren
        let real: [Term]
    }

    private func cases() async throws -> [Case] {
        try await withTemporaryFolder { folder in
            var arguments = [folder.string]
            for (number, fixture) in SupervisorFixture.all.enumerated() {
                let path = folder.appending("\(number)")
                _ = try await Program.run("mkdir", ["-p", path.string])
                let source =
                    "-module(the_sup).\n-behaviour(supervisor).\n-compile([export_all, nowarn_export_all]).\n"
                    + fixture.code
                try File.write(Array((source + "\n").utf8), to: path.appending("the_sup.erl"))
                arguments.append("\(number)|\(fixture.isStripped)|" + fixture.arguments.joined(separator: "|"))
            }
            _ = try await OTP.evaluate(Self.oracle, arguments: arguments)
            let results = try ExternalTerm.decode(try File.read(folder.appending("results")))
            return try zip(SupervisorFixture.all, try #require(results.listElements)).enumerated().map { number, pair in
                let bytes = try File.read(folder.appending("\(number)/the_sup.beam"))
                let facts = try ModuleFacts(beam: bytes, path: "the_sup.beam", withCode: true)
                return Case(
                    fixture: pair.0, read: try #require(facts.supervisor), real: try #require(pair.1.listElements))
            }
        }
    }

    @Test func whatIsReadIsWhatRuns() async throws {
        for one in try await self.cases() {
            let name = one.fixture.name
            let real = one.real.compactMap { $0.tupleElements?[2].listElements }
            for children in real {
                for child in children { self.check(child, one.read, name) }
            }
            for child in one.read.children where !child.isConditional {
                for children in real {
                    #expect(
                        children.contains { $0[key: "id"] == child.id },
                        "\(name): \(child.id) is not always there")
                }
            }
            // The order of starting, too.
            if one.read.isComplete, real.count == 1, one.read.children.allSatisfy({ !$0.isConditional }) {
                #expect(one.read.children.map(\.id) == real[0].compactMap { $0[key: "id"] }, "\(name)")
            }
            #expect(self.unknown(one.read) == one.fixture.unknown.sorted(), "\(name): \(one.read)")
        }
    }

    private func check(_ child: Term, _ read: SupervisorChildren, _ name: String) {
        guard let id = child[key: "id"], let found = read.child(id) else {
            #expect(!read.isComplete, "\(name): \(child) was not read")
            return
        }
        let start = [found.start.module, found.start.function, found.start.arguments]
        for (part, real) in zip(start, child[key: "start"]?.tupleElements ?? []) {
            #expect(part.term ?? real == real, "\(name): start of \(id)")
        }
        for (key, value) in [
            ("restart", found.restart), ("shutdown", found.shutdown), ("type", found.type), ("modules", found.modules),
            ("significant", found.significant),
        ] as [(Atom, StaticTerm)] {
            let real = child[key: key]
            #expect(value.term ?? real == real, "\(name): \(key) of \(id)")
        }
    }

    private func unknown(_ read: SupervisorChildren) -> [String] {
        var unknown = read.gaps.isEmpty ? [] : ["gap"]
        for child in read.children {
            let fields = [
                ("start", [child.start.module, child.start.function, child.start.arguments]),
                ("restart", [child.restart]), ("shutdown", [child.shutdown]), ("type", [child.type]),
                ("modules", [child.modules]), ("significant", [child.significant]),
            ]
            for (key, values) in fields where values.contains(where: { $0.term == nil }) {
                unknown.append("\(TermPrinter.line(child.id)).\(key)")
            }
        }
        return unknown.sorted()
    }

    @Test func conditionsFlagsAndNames() async throws {
        var read: [String: SupervisorChildren] = [:]
        for one in try await self.cases() { read[one.fixture.name] = one.read }
        #expect(read["tuples"]?.strategy == .known(.atom("one_for_one")))
        #expect(read["tuples"]?.intensity == .known(.integer(3)))
        #expect(read["maps"]?.strategy == .known(.atom("rest_for_one")))
        #expect(read["maps"]?.intensity == .known(.integer(1)))
        #expect(read["maps"]?.period == .known(.integer(9)))
        #expect(read["macros and helpers"]?.intensity == .known(.integer(6)))
        #expect(read["stripped literal"]?.strategy == .known(.atom("one_for_all")))
        #expect(read["the argument of start_link"]?.registeredName == .known(.atom("the_name")))
        #expect(read["maps"]?.registeredName.term == nil)
        #expect(
            read["alternatives"]?.children.filter(\.isConditional).map { TermPrinter.line($0.id) }.sorted()
                == ["m2", "m3", "y", "z"])
        #expect(read["lists"]?.children.filter(\.isConditional).isEmpty == true)
        #expect(
            read["an unknown condition in a comprehension"]?.children.map(\.isConditional) == [true, true])
    }
}

extension Term {
    /// A value of a map with atoms as keys.
    fileprivate subscript(key key: Atom) -> Term? {
        if case .map(let map) = self { map[.atom(key)] } else { nil }
    }
}
