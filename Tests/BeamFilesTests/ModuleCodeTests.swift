import ErlangTerms
import SystemPackage
import TestSupport
import Testing

@testable import BeamFiles

/// What the code says of functions.
@Suite struct ModuleCodeTests {
    @Test(.enabled(if: OTP.isInstalled)) func aritiesAreThoseOfTheInstalledCompiler() async throws {
        let text = try await OTP.evaluate(
            """
            Next = fun Next(N) -> try beam_opcodes:opname(N) of {_, A} -> [A | Next(N + 1)] catch _:_ -> [] end end,
            io:setopts([{encoding, latin1}]), file:write(standard_io, term_to_binary(Next(1)))
            """)
        let theirs = try #require(try ExternalTerm.decode(text).listElements).compactMap(\.integerValue)
        #expect(theirs.count > 170)
        #expect(Array(Opcode.arities.prefix(theirs.count)) == theirs)
    }

    @Test(arguments: BeamFixture.all)
    func functionsAreThoseOfTheTables(_ fixture: BeamFixture) throws {
        let beam = try fixture.beam()
        let code = try beam.moduleCode
        func names(_ functions: some Sequence<BeamFile.Function>) -> Set<String> {
            Set(functions.map { "\($0.name)/\($0.arity)" })
        }
        let exported = code.functions.filter(\.isExported).map { "\($0.name)/\($0.arity)" }
        let local = code.functions.filter { !$0.isExported }.map { "\($0.name)/\($0.arity)" }
        #expect(Set(exported) == names(try beam.exports))
        #expect(Set(local) == names(try beam.locals))
        #expect(code.functions.count == exported.count + local.count)
        #expect(code.functions.first(where: \.isOnLoad)?.name == (try beam.onLoadFunction))
    }

    @Test(
        arguments: [
            ("init", nil), ("-init/1-fun-0-", "init/1"), ("-a/b/2-lc$^0/1-0-", "a/b/2"), ("-fun.f/3-", "f/3"),
            ("-inlined-g/0-", "g/0"), ("-x-", nil), ("-/-", nil), ("--/1-fun-0-", "-/1"), ("-f/999-fun-0-", nil),
            ("-f/1fun-0-", nil), ("-f/1-fun-0", nil), ("-f/99999999999999999999999-", nil),
        ] as [(String, String?)])
    func generatedNamesTellTheirFunction(name: String, origin: String?) {
        #expect(GeneratedName.origin(of: Atom(name)).map { "\($0.name)/\($0.arity)" } == origin)
    }

    @Test(arguments: [25, 27, 29])
    func generatedFunctionsAndFunsBelongToTheirMakers(version: Int) throws {
        let code = try BeamFixture(version: version, module: "closures").beam().moduleCode
        let maker = try #require(code.functions.firstIndex { $0.name == "adder" && $0.arity == 1 })
        let made = try #require(code.functions.firstIndex { $0.name == "-adder/1-fun-0-" })
        #expect(code.functions[made].generatedFor == CompiledFunction.Origin(name: "adder", arity: 1))
        #expect(code.functions[maker].generatedFor == nil)
        #expect(code.functions[maker].funs == [made])
        #expect(code.callers(of: made) == [maker])
    }

    /// Tail calls in a ring, to itself, into a ring, out of one, and two rings.
    @Test func cyclesAreFound() {
        let calls = [[1], [2], [0, 3], [4], [], [5], [0], [8], [7, 9], [9]]
        let cycles = TailCallCycles(calls)
        #expect(calls.indices.filter(cycles.contains) == [0, 1, 2, 5, 7, 8, 9])
        let long = TailCallCycles((0..<200_000).map { [($0 + 1) % 200_000] })
        #expect(long.contains(0) && long.contains(199_999))
    }

    /// A function that comes back to its `receive`, by itself or through another one; not one that calls itself on the way
    /// to it and returns behind it.
    @Test(.enabled(if: OTP.isInstalled)) func loopsComeBackToTheirReceive() async throws {
        let source = """
            -module(m).
            -export([loop/1, countdown/1, selective/2, ask/0, poll/1, retry/1]).
            loop(S) -> receive {add, N} -> loop(S + N); stop -> ok end.
            countdown(0) -> receive go -> ok after 5000 -> late end;
            countdown(N) -> erlang:yield(), countdown(N - 1).
            selective(S, 0) -> receive M -> handle(M, S) end;
            selective(S, N) -> selective(S, N - 1).
            handle(stop, _) -> ok;
            handle(M, S) -> selective([M | S], 3).
            ask() -> receive M -> M end.
            poll(S) -> receive stop -> ok after 1000 -> poll([tick | S]) end.
            retry(N) when N > 3 -> receive X -> {ok, X} after 10 -> error end;
            retry(N) ->
                R = receive {n, X} -> X after 10 -> N end,
                R + 1.

            """
        let code = try await withTemporaryFolder { folder in
            try File.write(Array(source.utf8), to: folder.appending("m.erl"))
            try #require(await Program.run("erlc", ["m.erl"], in: folder).status == 0)
            return try BeamFile(parsing: try File.read(folder.appending("m.beam"))).moduleCode
        }
        let loops = code.functions.filter(\.hasLocalReceiveLoop).map { "\($0.name)/\($0.arity)" }
        #expect(loops == ["loop/1", "selective/2", "poll/1"])
    }

    // MARK: - Literals

    private func canonical(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        CanonicalTerm.append(bytes.span, to: &out)
        return out
    }

    @Test func equalTermsHaveOneSpelling() {
        func map(_ pairs: [[UInt8]]) -> [UInt8] { [131, 116, 0, 0, 0, UInt8(pairs.count)] + pairs.flatMap { $0 } }
        let (a, b): ([UInt8], [UInt8]) = ([119, 1, 97, 97, 1], [119, 1, 98, 97, 2])
        #expect(self.canonical(map([a, b])) == self.canonical(map([b, a])))
        #expect(self.canonical(map([a, b])) != self.canonical(map([a, [119, 1, 98, 97, 3]])))
        // `é` in each form of an atom.
        let forms: [[UInt8]] = [[100, 0, 1, 0xe9], [115, 1, 0xe9], [118, 0, 2, 0xc3, 0xa9], [119, 2, 0xc3, 0xa9]]
        #expect(Set(forms.map { self.canonical([131] + $0) }).count == 1)
    }

    @Test func onlyThePlaceOfALogMessageIsLeftOut() {
        func place(_ line: UInt8, _ file: String, function: UInt8 = 1, key: String = "mfa") -> [UInt8] {
            [131, 116, 0, 0, 0, 3, 119, UInt8(key.utf8.count)] + Array(key.utf8)
                + [104, 3, 119, 1, 109, 119, 1, 102, 97, function, 119, 4] + Array("line".utf8) + [97, line, 119, 4]
                + Array("file".utf8) + [107, 0, UInt8(file.utf8.count)] + Array(file.utf8)
        }
        #expect(self.canonical(place(1, "a.erl")) == self.canonical(place(2, "/b/a.erl")))
        #expect(self.canonical(place(1, "a.erl")) != self.canonical(place(1, "a.erl", function: 2)))
        #expect(self.canonical(place(1, "a.erl", key: "who")) != self.canonical(place(2, "a.erl", key: "who")))
    }

    @Test func whatIsNoTermIsTakenAsItIs() {
        let nested =
            [131] + [UInt8](repeating: 108, count: 0) + (0..<5_000).flatMap { _ in [104, 1] as [UInt8] } + [106]
        for bytes: [UInt8] in [
            [], [131], [131, 200], [131, 109, 0xff, 0xff, 0xff, 0xff], [131, 105, 0xff, 0xff, 0xff, 0xff],
            [131, 116, 0xff, 0xff, 0xff, 0xff], [131, 106, 106], [1, 2, 3], nested,
        ] {
            #expect(self.canonical(bytes) == [0] + bytes)
        }
    }

    // MARK: - All of OTP

    /// `{Path, [{Name, Arity, LocalCalls, RemoteCalls, Funs}]}` as `beam_disasm` sees it; every 25th file.
    private static let disassembly = """
        [Target] = init:get_plain_arguments(),
        All = filelib:wildcard(code:root_dir() ++ "/lib/*/ebin/*.beam"),
        Files = [lists:nth(N, All) || N <- lists:seq(7, length(All), 25)],
        Local = fun({call,_,{_,F,A}}) -> [{F,A}]; ({call_last,_,{_,F,A},_}) -> [{F,A}]; ({call_only,_,{_,F,A}}) -> [{F,A}];
            (_) -> [] end,
        Remote = fun({call_ext,_,{extfunc,M,F,A}}) -> [{M,F,A}]; ({call_ext_last,_,{extfunc,M,F,A},_}) -> [{M,F,A}];
            ({call_ext_only,_,{extfunc,M,F,A}}) -> [{M,F,A}];
            ({bif,raise,_,_,_}) -> [];
            ({bif,F,_,As,_}) -> [{erlang,F,length(As)}]; ({gc_bif,F,_,_,As,_}) -> [{erlang,F,length(As)}]; (_) -> [] end,
        %% A call of a fun that the compiler knows holds its number in the table of funs.
        Fun = fun({make_fun3,{_,F,A},_,_,_,_}, _) -> [{F,A}];
            ({call_fun2,{u,N},_,_}, Funs) -> [lists:nth(N + 1, Funs)];
            (_, _) -> [] end,
        Funs = fun(File) ->
            {ok,{_,[{atoms,Atoms},{_,Table}]}} = beam_lib:chunks(File, [atoms, "FunT"], [allow_missing_chunks]),
            case Table of
                missing_chunk -> [];
                <<_:32, Entries/binary>> ->
                    [{element(2, lists:keyfind(F, 1, Atoms)), A} || <<F:32,A:32,_:128>> <= Entries]
            end end,
        Facts = fun(File) ->
            Table = Funs(File),
            {beam_file,_,_,_,_,Code} = beam_disasm:file(File),
            {File, lists:sort([{N, A, lists:usort(lists:flatmap(Local, Is)), lists:usort(lists:flatmap(Remote, Is)),
                lists:usort(lists:flatmap(fun(I) -> Fun(I, Table) end, Is))} || {function,N,A,_,Is} <- Code])}
        end,
        ok = file:write_file(Target, term_to_binary([Facts(F) || F <- Files]))
        """

    @Test(.enabled(if: OTP.isInstalled)) func functionsAndCallsAreThoseOfTheDisassembler() async throws {
        let facts = try await withTemporaryFolder { folder in
            let target = folder.appending("facts")
            _ = try await OTP.evaluate(Self.disassembly, arguments: [target.string])
            return try ExternalTerm.decode(try File.read(target))
        }
        let files = try #require(facts.listElements)
        #expect(files.count > 30)
        for file in files {
            let pair = try #require(file.tupleElements)
            let path = try #require(pair[0].stringValue)
            let code = try BeamFile(parsing: try File.read(FilePath(path))).moduleCode
            func local(_ numbers: [Int]) -> [String] {
                numbers.map { "\(code.functions[$0].name)/\(code.functions[$0].arity)" }.sorted()
            }
            let ours = code.functions.map { function in
                [
                    ["\(function.name)/\(function.arity)"], local(function.localCalls),
                    function.remoteCalls.map { number in
                        let called = code.imports[number]
                        return "\(called.module):\(called.function)/\(called.arity)"
                    }.sorted(), local(function.funs),
                ]
            }
            let theirs = try #require(pair[1].listElements).map { function -> [[String]] in
                let parts = try #require(function.tupleElements)
                return [["\(Self.text(parts[0]))/\(Self.text(parts[1]))"]]
                    + parts[2...].map { list in
                        (list.listElements ?? []).map { called in
                            let names = (called.tupleElements ?? []).map(Self.text)
                            return names.count == 3
                                ? "\(names[0]):\(names[1])/\(names[2])" : names.joined(separator: "/")
                        }.sorted()
                    }
            }
            func sorted(_ functions: [[[String]]]) -> [[[String]]] {
                functions.sorted { $0[0][0] < $1[0][0] }
            }
            try #require(sorted(ours) == sorted(theirs), "\(path)")
        }
    }

    private static func text(_ term: Term) -> String {
        term.atomValue?.name ?? term.integerValue.map { "\($0)" } ?? "?"
    }

    /// Every tenth compiled module of the installed OTP. Bytes are stripped, not the file: given the name of a file
    /// `beam_lib:strip/1` writes it.
    @Test(.enabled(if: OTP.isInstalled)) func strippedModulesHaveTheSameFunctions() async throws {
        try await withTemporaryFolder { folder in
            _ = try await OTP.evaluate(
                """
                [Target] = init:get_plain_arguments(),
                All = filelib:wildcard(code:root_dir() ++ "/lib/*/ebin/*.beam"),
                Files = [lists:nth(N, All) || N <- lists:seq(3, length(All), 10)],
                ok = file:write_file(Target, term_to_binary([begin {ok, Whole} = file:read_file(F),
                    {ok, {_, Bytes}} = beam_lib:strip(Whole), {F, Whole, Bytes} end || F <- Files]))
                """, arguments: [folder.appending("files").string])
            let limits = ExternalTermLimits.default
            let files = try #require(
                try ExternalTerm.decode(try File.read(folder.appending("files")), limits: limits).listElements)
            #expect(files.count > 80)
            for file in files {
                let parts = try #require(file.tupleElements)
                let path = parts[0].stringValue ?? ""
                let whole = try BeamFile(parsing: try #require(parts[1].binaryBytes))
                let stripped = try BeamFile(parsing: try #require(parts[2].binaryBytes))
                #expect(stripped.chunks.count < whole.chunks.count, "\(path)")
                #expect(try stripped.moduleCode == whole.moduleCode, "\(path)")
                #expect(try stripped.facts.attributeDigests == nil, "\(path)")
            }
        }
    }

    // MARK: - Damage

    private static let small = [
        BeamFixture(version: 25, module: "closures"), BeamFixture(version: 29, module: "native_records"),
        BeamFixture(version: 27, module: "parcel_counter"),
    ]

    /// The code itself cut off anywhere, with its container in order.
    @Test(arguments: Self.small) func everyPrefixOfTheCodeIsRefused(_ fixture: BeamFixture) throws {
        let beam = try fixture.beam()
        let code = try #require(beam.chunk(.code))
        for count in stride(from: 0, to: code.size - 1, by: 3) {
            let cut = try BeamFile(
                parsing: BeamContainer.rebuilt(beam) { $0 == code ? Array(beam.data(of: $0).prefix(count)) : nil })
            #expect(throws: BeamFileError.self) { try cut.moduleCode }
        }
    }

    /// A change of any byte of what the functions are made of is an error, or changes them, or stands where nothing is.
    @Test(arguments: Self.small, [0x01, 0x08, 0x40, 0xff] as [UInt8])
    func everyChangedByteOfTheCodeIsSurvived(_ fixture: BeamFixture, change: UInt8) throws {
        let beam = try fixture.beam()
        let original = try beam.moduleCode
        for name in [ChunkName.code, .atoms, .imports, .exports, .lambdas, .strings, .records] {
            guard let chunk = beam.chunk(name) else { continue }
            var unchanged = 0
            for position in 0..<chunk.size {
                let container = BeamContainer.rebuilt(beam) {
                    guard $0 == chunk else { return nil }
                    var data = Array(beam.data(of: $0))
                    data[position] ^= change
                    return data
                }
                guard let changed = try? BeamFile(parsing: container) else { continue }
                do throws(BeamFileError) {
                    if try changed.moduleCode == original { unchanged += 1 }
                } catch {
                    #expect(error.offset >= 0)
                }
            }
            if name == .code { #expect(unchanged < chunk.size / 3, "only lines and types may change unseen") }
        }
    }

    @Test func codeThatRefersToTooMuchIsRefused() throws {
        let bytes = try BeamFixture(version: 25, module: "closures").bytes()
        let beam = try BeamFile(parsing: bytes, limits: BeamFileLimits(resolvedCodeBytes: 100))
        #expect(throws: BeamFileError.self) { try beam.moduleCode }
        guard case .notUnderstood(let error) = try beam.facts.code else {
            Issue.record("no limit")
            return
        }
        #expect(error.code == .codeTooLarge(limit: 100))
    }
}
