import Testing

/// Two versions of one module: the source with and without an edit, and how each is compiled.
struct ModuleTwin: Sendable, CustomTestStringConvertible {
    var name: String
    /// Parts of the source and what stands in their place in the newer version.
    var edits: [(String, String)] = []
    /// Options of `compile:file/2`.
    var oldOptions = "[debug_info]"
    var newOptions = "[debug_info]"
    /// What is done to the newer module after it was compiled.
    var afterwards = Afterwards.nothing
    /// ``ModuleComparison/summary(older:newer:)`` of 1 and 2, nil when nothing changed.
    var expected: String?

    enum Afterwards: String, Sendable { case nothing, strip }

    var testDescription: String { self.name }

    /// The newer source, or nil when a part that is to be replaced does not stand in it exactly once.
    var newSource: String? {
        var text = Self.source
        for (part, replacement) in self.edits {
            let pieces = text.split(separator: part, omittingEmptySubsequences: false)
            guard pieces.count == 2 else { return nil }
            text = pieces.joined(separator: replacement)
        }
        return text
    }

    static let source = #"""
        -module(m).
        -behaviour(gen_server).
        -export([init/1, handle_call/3, handle_cast/2, code_change/3, loop/1, pack/2, kind/1, many/1, note/1]).
        -include_lib("kernel/include/logger.hrl").
        -vsn("1").
        -define(LIMIT, 100).

        %% Starts.
        init(Start) ->
            Steps = [fun(X) -> X + Start end || _ <- lists:seq(1, 3)],
            {ok, #{count => Start, steps => Steps}}.

        handle_call(get, _From, #{count := Count} = State) when Count < ?LIMIT ->
            {reply, Count, State};
        handle_call(Other, _From, State) ->
            {reply, {error, Other}, State}.

        handle_cast({add, N}, State) ->
            {noreply, maps:update_with(count, fun(Old) -> clamp(Old + N) end, State)}.

        code_change(_Old, State, _Extra) -> {ok, State}.

        loop(Waiting) ->
            receive
                {From, next} -> From ! Waiting, loop(Waiting + 1);
                stop -> ok
            after 5000 -> loop(0)
            end.

        pack(Bytes, <<"parcel ", Rest/binary>>) ->
            <<"header: ", (byte_size(Bytes)):32, Bytes/binary, Rest/binary>>;
        pack(Bytes, _) -> <<Bytes/binary, "trailer of some length">>.

        kind(large) -> {large, 123456789012345678901234567890123456789012345678901234567890, 2.5};
        kind(small) -> [small, "text", <<"bytes">>];
        kind(Other) -> #{other => Other}.

        many(List) -> [{X, Y} || X <- List, Y <- lists:reverse(List), X =/= Y].

        note(Term) -> ?LOG_INFO("noted ~p", [Term]).

        clamp(N) -> min(N, ?LIMIT).

        """#

    private static let clamp = "clamp(N) -> min(N, ?LIMIT).\n"

    // MARK: - Nothing changed

    static let unchanged: [ModuleTwin] = [
        ModuleTwin(name: "nothing"),
        ModuleTwin(
            name: "a comment, and all lines after it", edits: [("%% Starts.", "%% Starts.\n%% It\n%% does.\n\n")]),
        ModuleTwin(name: "stripped", afterwards: .strip),
        ModuleTwin(name: "stripped, and no debug information", oldOptions: "[]", afterwards: .strip),
        ModuleTwin(name: "no debug information", newOptions: "[]"),
        ModuleTwin(name: "deterministic", newOptions: "[debug_info, deterministic]"),
        ModuleTwin(name: "compressed", newOptions: "[debug_info, compressed]"),
        ModuleTwin(name: "no lines", newOptions: "[debug_info, no_line_info]"),
        ModuleTwin(name: "warnings", newOptions: "[debug_info, warn_export_all, nowarn_unused_vars]"),
        ModuleTwin(name: "another vsn", edits: [(#"-vsn("1")"#, #"-vsn("2")"#)]),
        ModuleTwin(name: "no vsn", edits: [(#"-vsn("1")."#, "")]),
        ModuleTwin(
            name: "a function in another place",
            edits: [(Self.clamp, ""), ("%% Starts.\n", Self.clamp)]),
        ModuleTwin(name: "exports in another order", edits: [("init/1, handle_call/3", "handle_call/3, init/1")]),
        ModuleTwin(
            name: "names of variables",
            edits: [
                ("loop(Waiting) ->", "loop(Idle) ->"),
                ("From ! Waiting, loop(Waiting + 1)", "From ! Idle, loop(Idle + 1)"),
            ]),
        ModuleTwin(
            name: "types and specifications",
            edits: [("%% Starts.\n", "-type t() :: integer().\n-spec init(t()) -> {ok, map()}.\n")]),
        ModuleTwin(name: "instructions to dialyzer", edits: [("%% Starts.\n", "-dialyzer(no_match).\n")]),
        ModuleTwin(
            name: "a record and a macro that nobody uses",
            edits: [("%% Starts.\n", "-record(r, {a}).\n-define(UNUSED, 7).\n")]),
        ModuleTwin(name: "the British spelling", edits: [("-behaviour(", "-behavior(")]),
        ModuleTwin(name: "an equal constant in other digits", edits: [("after 5000", "after 5_000")]),
    ]

    // MARK: - Changed

    private static func changed(_ name: String, _ part: String, _ replacement: String, _ expected: String) -> ModuleTwin
    {
        ModuleTwin(name: name, edits: [(part, replacement)], expected: expected)
    }

    static let changed: [ModuleTwin] = [
        Self.changed("a guard", "Count < ?LIMIT", "Count =< ?LIMIT", "`handle_call/3` changed"),
        Self.changed(
            "a constant in two functions", "(LIMIT, 100)", "(LIMIT, 101)",
            "`clamp/1` changed, `handle_call/3` changed"),
        Self.changed("a float", "2.5", "2.25", "`kind/1` changed"),
        Self.changed("a big number", "567890, 2.5", "567891, 2.5", "`kind/1` changed"),
        Self.changed("a string", #""text""#, #""texts""#, "`kind/1` changed"),
        Self.changed("a binary", #"<<"bytes">>"#, #"<<"bytez">>"#, "`kind/1` changed"),
        Self.changed("a string in a pattern", "parcel ", "parcal ", "`pack/2` changed"),
        Self.changed("a string in a binary", "header: ", "headed: ", "`pack/2` changed"),
        Self.changed("the end of a binary", "some length", "same length", "`pack/2` changed"),
        Self.changed("a size", ":32,", ":16,", "`pack/2` changed"),
        Self.changed("a timeout", "5000", "6000", "`loop/1` changed"),
        Self.changed("a message", "stop -> ok", "halt -> ok", "`loop/1` changed"),
        Self.changed("a key of a map", "other => Other", "another => Other", "`kind/1` changed"),
        Self.changed("a fun", "X + Start end", "X - Start end", "`init/1` changed"),
        Self.changed("a comprehension", "X =/= Y", "X =:= Y", "`many/1` changed"),
        Self.changed("a call", "lists:reverse(List)", "lists:sort(List)", "`many/1` changed"),
        Self.changed(
            "a fun more", "{ok, #{count => Start", "{ok, #{f => fun() -> Start end, count => Start", "`init/1` changed"),
        Self.changed("a log message", "noted", "noticed", "`note/1` changed"),
        Self.changed("an attribute", "%% Starts.", "-custom(2).", "attribute `custom` changed"),
        Self.changed("a behaviour", "(gen_server)", "(gen_statem)", "attribute `behaviour` changed"),
        Self.changed("an export", "init/1, handle", "clamp/1, init/1, handle", "`clamp/1` is exported in 2 only"),
        ModuleTwin(
            name: "an unrelated function in front of all others",
            edits: [
                ("[init/1,", "[fresh/1, init/1,"),
                ("%% Starts.\n", "fresh(X) -> {unrelated, atoms, \"and text\", X}.\n"),
            ],
            expected: "`fresh/1` is new in 2"),
        ModuleTwin(
            name: "a function less",
            edits: [(", note/1]", "]"), ("note(Term) -> ?LOG_INFO(\"noted ~p\", [Term]).\n", "")],
            expected: "`note/1` is in 1 only"),
        ModuleTwin(
            name: "clauses in another order",
            edits: [
                (
                    "handle_call(Other, _From, State) ->\n    {reply, {error, Other}, State}.",
                    "handle_call(get, _From, State) ->\n    {reply, 0, State}."
                ),
                (
                    "handle_call(get, _From, #{count := Count} = State) when Count < ?LIMIT ->\n    {reply, Count, State};",
                    "handle_call(Other, _From, #{count := 1} = State) ->\n    {reply, {error, Other}, State};"
                ),
            ], expected: "`handle_call/3` changed"),
        ModuleTwin(
            name: "a function that loading runs",
            edits: [("%% Starts.\n", "-on_load(prepare/0).\nprepare() -> ok.\n")],
            expected: "`prepare/0` is new in 2"),
        ModuleTwin(
            name: "many functions",
            edits: [("5000", "6000"), ("2.5", "3.5"), ("=/=", "=:="), ("parcel ", "parcal "), ("noted", "noticed")],
            expected: "`kind/1` changed, `loop/1` changed, `many/1` changed and 2 more"),
        ModuleTwin(
            name: "a constant in a stripped module", edits: [("5000", "6000")], oldOptions: "[]", afterwards: .strip,
            expected: "`loop/1` changed"),
    ]
}
