import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseLoading

/// Which changes of a module have the states of its processes read, and which leave them unread.
@Suite(.enabled(if: OTP.isInstalled)) struct ProcessStatesTests {
    /// Parts of ``source`` and what stands in their place in the newer version.
    struct Edit: Sendable {
        let name: String
        let part: String
        let replacement: String
        let areRead: Bool
        /// Whether the newer version gets the debug information of the older one.
        var sharesDebugInformation = false
    }

    private static let head = """
        -behaviour(gen_server).
        -compile([export_all, nowarn_export_all]).
        -record(s, {a, b, c}).

        """
    private static let source =
        Self.head + """
            ask(X) -> gen_server:call(?MODULE, X).
            init(A) -> {ok, new(A)}.
            new(A) -> #s{a = A, b = default()}.
            default() -> none.
            handle_call(_, _, S) -> {reply, helper(S), S}.
            handle_cast(_, S) -> {noreply, S}.
            helper(#s{a = A}) -> lists:map(fun(X) -> X + 1 end, A).
            """

    static let edits = [
        Edit(name: "a function that is no callback", part: "call(?MODULE", replacement: "call(other", areRead: false),
        Edit(name: "a new function", part: "ask(X) ->", replacement: "more() -> 1.\nask(X) -> more(),", areRead: false),
        Edit(name: "a fun", part: "X + 1", replacement: "X + 2", areRead: false),
        Edit(
            name: "a conversion", part: "ask(X) ->", replacement: "code_change(_, S, _) -> {ok, S}.\nask(X) ->",
            areRead: false),
        Edit(name: "the order of functions", part: "default() -> none.\n", replacement: "", areRead: false),
        Edit(
            name: "a function, with the same debug information", part: "call(?MODULE", replacement: "call(other",
            areRead: false, sharesDebugInformation: true),
        Edit(
            name: "a name of a field that nobody is told of", part: "c}).\nask(X) -> gen",
            replacement: "d}).\nask(X) -> other_gen", areRead: false, sharesDebugInformation: true),
        Edit(name: "a callback", part: "{noreply, S}", replacement: "{noreply, S, hibernate}", areRead: true),
        Edit(name: "the helper of a helper", part: "-> none", replacement: "-> some", areRead: true),
        Edit(name: "a helper of a callback", part: "#s{a = A, b", replacement: "#s{a = {A}, b", areRead: true),
        Edit(
            name: "one more callback", part: "ask(X) ->", replacement: "handle_info(_, S) -> {noreply, S}.\nask(X) ->",
            areRead: true),
        Edit(
            name: "a name of a field, and another function", part: "c}).\nask(X) -> gen",
            replacement: "d}).\nask(X) -> other_gen", areRead: true),
        Edit(name: "the order of fields", part: "{a, b, c}", replacement: "{b, a, c}", areRead: true),
        Edit(
            name: "a beginning elsewhere", part: "ask(X) ->",
            replacement: "ask(go) -> gen_server:enter_loop(?MODULE, [], #s{});\nask(X) ->", areRead: true),
        // The attribute alone makes no other code.
        Edit(
            name: "the behaviour, and a new function", part: Self.head,
            replacement: Self.head.replacing("gen_server", with: "gen_event") + "more() -> 1.\n", areRead: true),
    ]

    /// The pairs of facts, old and new, in the order of ``edits``.
    private static func read(in folder: FilePath) async throws -> [(old: ModuleFacts, new: ModuleFacts)] {
        let folders = (old: folder.appending("old"), new: folder.appending("new"))
        for (number, edit) in Self.edits.enumerated() {
            #expect(
                Self.source.split(separator: edit.part, omittingEmptySubsequences: false).count == 2, "\(edit.name)")
            let head = "-module(s\(number)).\n"
            var parts = Self.source.split(separator: edit.part, omittingEmptySubsequences: false)
            if edit.replacement.isEmpty { parts.append("\n" + Substring(edit.part)) }
            for (target, text) in [
                (folders.old, Self.source), (folders.new, parts.joined(separator: edit.replacement)),
            ] {
                try HostFileSystem().makeFolders(target)
                try File.write(Array((head + text).utf8), to: target.appending("s\(number).erl"))
            }
        }
        let sharing = Self.edits.indices.filter { Self.edits[$0].sharesDebugInformation }.map { "s\($0).beam" }
        _ = try await OTP.evaluate(
            """
            [Old, New | Sharing] = init:get_plain_arguments(),
            [{ok, _} = compile:file(File, [debug_info, {outdir, filename:dirname(File)}])
                || Folder <- [Old, New], File <- filelib:wildcard(filename:join(Folder, "*.erl"))],
            [begin
                {ok, {_, [Dbgi]}} = beam_lib:chunks(filename:join(Old, Name), ["Dbgi"]),
                {ok, _, Chunks} = beam_lib:all_chunks(filename:join(New, Name)),
                {ok, Beam} = beam_lib:build_module(lists:keyreplace("Dbgi", 1, Chunks, Dbgi)),
                ok = file:write_file(filename:join(New, Name), Beam)
            end || Name <- Sharing]
            """, arguments: [folders.old.string, folders.new.string] + sharing)
        let reading = ModuleReading(files: HostFileSystem(), parallelism: 2)
        var findings: [Diagnostic] = []
        let facts = await reading.run(
            reading.jobs(old: folders.old.string, new: folders.new.string), &findings)
        #expect(findings == [])
        return try Self.edits.indices.map { number in
            let name = try #require(ModuleName(validating: Atom("s\(number)")))
            return (
                try #require(facts[folders.old.string]?[name]), try #require(facts[folders.new.string]?[name])
            )
        }
    }

    @Test func statesAreReadWhereTheyComeFromOtherCode() async throws {
        try await withTemporaryFolder { folder in
            for (edit, facts) in zip(Self.edits, try await Self.read(in: folder)) {
                #expect(facts.old.digest != facts.new.digest, "\(edit.name)")
                #expect(facts.old.states.areSame(as: facts.new.states) != edit.areRead, "\(edit.name)")
                for states in [facts.old.states, facts.new.states] {
                    #expect((states.shapes != nil) == edit.areRead, "\(edit.name)")
                    #expect(states != .absent, "\(edit.name)")
                }
            }
        }
    }

    /// What was left unread is the same when it is read.
    @Test func whatIsLeftUnreadIsTheSame() async throws {
        try await withTemporaryFolder { folder in
            _ = try await Self.read(in: folder)
            for (number, edit) in Self.edits.enumerated() where !edit.areRead {
                let states = try ["old", "new"].map { version in
                    let path = folder.appending(version).appending("s\(number).beam")
                    let facts = try ModuleFacts(beam: try File.read(path), path: path.string, withCode: true)
                    return try #require(facts.states.shapes)
                }
                #expect(states[0].shapes == states[1].shapes && !states[0].shapes.isEmpty, "\(edit.name)")
                #expect(states[0].gaps == states[1].gaps, "\(edit.name)")
            }
        }
    }

    /// Origins are the same when code and records are, and records that nobody looked at are not.
    @Test func statesThatNobodyReadAreNoAbsentOnes() {
        let (one, two) = (ModuleFacts.Digest(high: 1, low: 1), ModuleFacts.Digest(high: 1, low: 2))
        let origin = ProcessStates.Origin(code: one, records: one)
        let (unread, other) = (ProcessStates.unread(origin), ProcessStates.unread(.init(code: two, records: one)))
        let otherRecords = ProcessStates.unread(.init(code: one, records: two))
        let bareRecords = ProcessStates.unread(.init(code: one))
        let read = ProcessStates.read(StateShapes(behaviour: .server, shapes: []), origin)
        let bare = ProcessStates.read(StateShapes(behaviour: .server, shapes: []), nil)
        #expect(unread.areSame(as: read) && read.areSame(as: unread))
        for states in [other, otherRecords, bareRecords, bare, .absent] {
            #expect(!unread.areSame(as: states) && !states.areSame(as: unread) && !read.areSame(as: states))
            #expect(unread.mustBeRead(against: states) == (states != .absent))
        }
        #expect(!bareRecords.areSame(as: bareRecords) && !bare.areSame(as: bare))
        #expect(!ProcessStates.absent.areSame(as: .absent))
        #expect(!unread.mustBeRead(against: read) && !read.mustBeRead(against: other))
        #expect(!ProcessStates.absent.mustBeRead(against: read))
    }
}
