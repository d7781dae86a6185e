import SystemPackage
import TestSupport
import Testing

/// States of processes that another version's code cannot take: what `relift appup` says of them, and what it prints to
/// write.
@Suite(.enabled(if: OTP.isInstalled)) struct StateChangeTests {
    /// A module in two versions, and what is said of each way: `error`, `warning`, `keys` or nothing.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var behaviour = "gen_server"
        let old: String
        let new: String
        var up: String?
        var down: String?

        var testDescription: String { self.name }
    }

    private static let calls = "handle_call(_, _, #s{a = A} = S) -> {reply, A, S}.\n"
    private static let two = "-record(s, {a, b}).\ninit(A) -> {ok, #s{a = A}}.\n" + Self.calls
    private static let three = "-record(s, {a, b, c}).\ninit(A) -> {ok, #s{a = A}}.\n" + Self.calls
    private static let idle = "handle_call(_, _, S) -> {reply, ok, S}.\n"
    private static let debug = "-compile(debug_info).\n"

    static let cases = [
        Case(name: "grown", old: debug + two, new: debug + three, up: "error", down: "warning"),
        Case(name: "grown, without debug information", old: two, new: three, up: "error", down: "warning"),
        Case(
            name: "grown, and nothing looks into it", old: debug + two.replacing(calls, with: idle),
            new: debug + three.replacing(calls, with: idle), up: "warning", down: "warning"),
        Case(
            name: "other order, and nothing looks into it", old: debug + two.replacing(calls, with: idle),
            new: debug + "-record(s, {b, a}).\ninit(A) -> {ok, #s{a = A}}.\n" + idle, up: "warning", down: "warning"),
        Case(
            name: "handed on as it is", old: debug + two,
            new: debug + three + "code_change(_, S, _) -> {ok, S}.", up: "error", down: "warning"),
        Case(
            name: "converted on the way up", old: debug + two,
            new: debug + three + "code_change(_, {s, A, B}, _) -> {ok, #s{a = A, b = B}}.", down: "warning"),
        Case(
            name: "converted on the way down", old: debug + two,
            new: debug + three
                + "code_change({down, _}, #s{a = A, b = B}, _) -> {ok, {s, A, B}};\ncode_change(_, S, _) -> {ok, S}.",
            up: "error"),
        Case(
            name: "converted both ways", old: debug + two,
            new: debug + three
                + """
                code_change({down, _}, #s{a = A, b = B}, _) -> {ok, {s, A, B}};
                code_change(_, {s, A, B}, _) -> {ok, #s{a = A, b = B}};
                code_change(_, S, _) -> {ok, S}.
                """),
        Case(
            name: "converted elsewhere", old: debug + two,
            new: debug + three + "code_change(V, S, _) -> {ok, other:convert(V, S)}."),
        Case(
            name: "knows both", old: debug + two,
            new: debug + "-record(s, {a, b, c}).\ninit(A) -> {ok, #s{a = A}}.\n"
                + "handle_call(R, F, {s, A, B}) -> handle_call(R, F, #s{a = A, b = B});\n" + calls, down: "warning"),
        Case(
            name: "other default and type", old: debug + two,
            new: debug + "-record(s, {a = 1 :: integer(), b = []}).\ninit(A) -> {ok, #s{a = A}}.\n" + calls),
        Case(
            name: "other order", old: debug + two,
            new: debug + "-record(s, {b, a}).\ninit(A) -> {ok, #s{a = A}}.\n" + calls, up: "error", down: "warning"),
        Case(
            name: "other name of a field", old: debug + two,
            new: debug + "-record(s, {a, d}).\ninit(A) -> {ok, #s{a = A}}.\n" + calls),
        Case(
            name: "one field goes, another comes", old: debug + two,
            new: debug
                + "-record(s, {b, c}).\ninit(A) -> {ok, #s{b = A}}.\nhandle_call(_, _, #s{} = S) -> {reply, ok, S}.",
            up: "error", down: "warning"),
        Case(
            name: "a key that is needed", old: "init(A) -> {ok, #{a => A}}.\nhandle_call(_, _, S) -> {reply, ok, S}.",
            new: "init(A) -> {ok, #{a => A, b => 1}}.\nhandle_call(_, _, #{b := B} = S) -> {reply, B, S}.", up: "keys"),
        Case(
            name: "a key that is not needed",
            old: "init(A) -> {ok, #{a => A}}.\nhandle_call(_, _, S) -> {reply, ok, S}.",
            new: "init(A) -> {ok, #{a => A, b => 1}}.\nhandle_call(_, _, S) -> {reply, maps:get(b, S, 0), S}."),
        Case(
            name: "a key that code_change puts in",
            old: "init(A) -> {ok, #{a => A}}.\nhandle_call(_, _, S) -> {reply, ok, S}.",
            new: """
                init(A) -> {ok, #{a => A, b => 1}}.
                handle_call(_, _, #{b := B} = S) -> {reply, B, S}.
                code_change(_, S, _) -> {ok, S#{b => 1}}.
                """),
        Case(
            name: "read from elsewhere", old: "init(A) -> {ok, other:new(A)}.\nhandle_call(_, _, S) -> {reply, ok, S}.",
            new: "init(A) -> {ok, {x, A}}.\nhandle_call(_, _, {x, S}) -> {reply, ok, {x, S}}."),
        Case(
            name: "made by a helper", old: "init(A) -> {ok, new(A)}.\nnew(A) -> {s, A}.\n" + idle,
            new: "init(A) -> {ok, new(A)}.\nnew(A) -> {s, A, 1}.\n" + idle, up: "warning", down: "warning"),
        Case(
            name: "a helper of nobody", old: debug + two + "help(A) -> {ok, #s{a = A}}.",
            new: debug + two + "help(A) -> {ok, {s, A}}."),
        Case(
            name: "a machine", behaviour: "gen_statem",
            old: "callback_mode() -> handle_event_function.\n-record(s, {a}).\ninit(A) -> {ok, on, #s{a = A}}.\n"
                + "handle_event(_, _, _, #s{}) -> keep_state_and_data.",
            new: "callback_mode() -> handle_event_function.\n-record(s, {a, b}).\ninit(A) -> {ok, on, #s{a = A}}.\n"
                + "handle_event(_, _, _, #s{}) -> keep_state_and_data.", up: "error", down: "warning"),
        Case(
            name: "a machine that converts", behaviour: "gen_statem",
            old: "callback_mode() -> handle_event_function.\n-record(s, {a}).\ninit(A) -> {ok, on, #s{a = A}}.\n"
                + "handle_event(_, _, _, #s{}) -> keep_state_and_data.",
            new: """
                callback_mode() -> handle_event_function.
                -record(s, {a, b}).
                init(A) -> {ok, on, #s{a = A}}.
                handle_event(_, _, _, #s{}) -> keep_state_and_data.
                code_change({down, _}, N, {s, A, _}, _) -> {ok, N, {s, A}};
                code_change(_, N, {s, A}, _) -> {ok, N, #s{a = A}}.
                """),
    ]

    /// The words for a finding of a module in the JSON of a run, by its way.
    private static func said(_ json: String, _ module: String) -> [String: String] {
        var said: [String: String] = [:]
        for part in json.split(separator: "{\"id\":\"").dropFirst()
        where part.hasPrefix("appup/state-") && !part.hasPrefix("appup/state-name")
            && part.contains("\"module\":\"\(module)\"")
        {
            for way in ["up", "down"] where part.contains("\"direction\":\"\(way)\"") {
                said[way] =
                    part.hasPrefix("appup/state-keys-changed")
                    ? "keys" : part.contains("\"severity\":\"error\"") ? "error" : "warning"
            }
        }
        return said
    }

    private static func application(_ world: AppupCommandTests.World, _ cases: [Case]) async throws {
        for (version, code) in [("1", \Case.old), ("2", \Case.new)] {
            var modules: [String: String] = [:]
            for (number, one) in cases.enumerated() {
                modules["m\(number)"] = "-behaviour(\(one.behaviour)).\n" + one[keyPath: code] + "\nv() -> \(version)."
            }
            try await world.application(version, modules)
        }
    }

    @Test func eachWayIsJudgedByItself() async throws {
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            try await Self.application(world, Self.cases)
            let run = try await world.relift("appup", "old.rel", "new.rel", "--format", "json")
            #expect(run.status == 1)
            for (number, one) in Self.cases.enumerated() {
                let said = Self.said(run.output, "m\(number)")
                #expect(said["up"] == one.up && said["down"] == one.down, "\(one.name): \(said)")
            }
        }
    }

    @Test func bothShapesAndTheCauseAreShown() async throws {
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            try await Self.application(world, [Self.cases[0]])
            let run = try await world.relift("appup", "old.rel", "new.rel")
            #expect(run.status == 1)
            #expect(run.errors.contains("1: `#s{a, b}`") && run.errors.contains("2: `#s{a, b, c}`"), "\(run.errors)")
            #expect(run.errors.contains("--code-change-skeleton"))
            #expect(run.output.contains("; state record `s` grew by `c`"), "\(run.output)")
            #expect(throws: (any Error).self) { try world.read(AppupCommandTests.file) }
        }
    }

    /// Who restarts the application, or has calls in the script, is warned at most.
    @Test func aScriptOfAPersonMayTakeCareOfIt() async throws {
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            try await Self.application(world, [Self.cases[0]])
            for (script, status) in [
                ("{restart_application,cart}", 0), ("{load_module,m0},{apply,{m0,module_info,[]}}", 0),
                ("{load_module,m0}", 1),
            ] {
                try await world.write(
                    AppupCommandTests.file, "{\"2\",[{\"1\",[\(script)]}],[{\"1\",[{load_module,m0}]}]}.\n")
                let run = try await world.relift("appup", "old.rel", "new.rel", "--check")
                #expect(run.status == status, "\(script): \(run.errors)")
                let plan = try await world.relift("plan", "old.rel", "new.rel")
                #expect(plan.status == status, "\(script): \(plan.errors)")
            }
        }
    }

    // MARK: - Skeletons

    /// What is printed, compiled into the newer version by OTP's compiler, takes the states of both versions.
    @Test func theSkeletonConvertsBothWays() async throws {
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            let machine =
                "callback_mode() -> handle_event_function.\nhandle_event(_, _, _, #d{}) -> keep_state_and_data."
            let cases = [
                Case(
                    name: "record",
                    old: Self.debug + "-record(s, {items, 'old one', 'Vsn', state_name, 'a b', a_b}).\n"
                        + "init(A) -> {ok, #s{items = A}}.\nhandle_call(_, _, #s{} = S) -> {reply, ok, S}.",
                    new: Self.debug + "-record(s, {currency = eur, items, 'Vsn', state_name, 'a b', a_b}).\n"
                        + "init(A) -> {ok, #s{items = A}}.\nhandle_call(_, _, #s{} = S) -> {reply, ok, S}."),
                Case(
                    name: "machine", behaviour: "gen_statem",
                    old: "-record(d, {a}).\ninit(A) -> {ok, on, #d{a = A}}.\n" + machine,
                    new: "-record(d, {a, b}).\ninit(A) -> {ok, on, #d{a = A}}.\n" + machine),
                Case(
                    name: "map", old: "init(A) -> {ok, #{a => A, c => 1}}.\nhandle_call(_, _, S) -> {reply, ok, S}.",
                    new: "init(A) -> {ok, #{a => A, b => 1}}.\nhandle_call(_, _, #{b := B} = S) -> {reply, B, S}."),
            ]
            try await Self.application(world, cases)
            let run = try await world.relift("appup", "old.rel", "new.rel", "--code-change-skeleton")
            #expect(run.status == 1)
            var completed: [Case] = []
            for (number, one) in cases.enumerated() {
                let text = try #require(run.output.components(after: "m\(number), 1 <-> 2\n"), "\(run.output)")
                completed.append(
                    Case(name: one.name, behaviour: one.behaviour, old: one.old, new: "\(one.new)\n\(text)"))
            }
            try await Self.application(world, completed)
            let answer = try await OTP.evaluate(
                """
                true = code:add_patha("lib/cart-2/ebin"),
                Old = {s, i, o, v, n, x, y}, New = {s, eur, i, v, n, x, y},
                {ok, New} = m0:code_change("1", Old, []),
                {ok, {s, i, undefined, v, n, x, y}} = m0:code_change({down, "1"}, New, []),
                {ok, on, {d, 1, undefined}} = m1:code_change("1", on, {d, 1}, []),
                {ok, on, {d, 1}} = m1:code_change({down, "1"}, on, {d, 1, 2}, []),
                {ok, Map} = m2:code_change("1", #{a => 7, c => 1}, []),
                [{a, 7}, {b, undefined}] = lists:sort(maps:to_list(Map)),
                {ok, Back} = m2:code_change({down, "1"}, Map, []),
                [{a, 7}, {c, undefined}] = lists:sort(maps:to_list(Back)),
                io:format("ok")
                """, workingDirectory: folder)
            #expect(String(decoding: answer, as: UTF8.self) == "ok")
            // And now nothing is wrong, nor anything to write.
            let after = try await world.relift(
                "appup", "old.rel", "new.rel", "--code-change-skeleton", "--format", "json")
            #expect(after.status == 0 && !after.output.contains("appup/state-"), "\(after.output)")
            #expect(after.output.contains("\"codeChangeSkeletons\":[]"))
        }
    }

    /// The same in Elixir's syntax, compiled by Elixir's compiler.
    @Test(.enabled(if: Elixir.isInstalled)) func theSkeletonOfElixirConvertsBothWays() async throws {
        func source(_ fields: String, _ tuple: String, _ key: String, _ clauses: [String] = ["", ""]) -> String {
            // A literal compared as a whole is not taken apart.
            let pattern = tuple.replacing("1", with: "_").replacing("2", with: "_")
            return """
                defmodule Shop.Cart do
                  use GenServer
                  defstruct [\(fields)]
                  def init(a), do: {:ok, %Shop.Cart{items: a}}
                  def handle_call(_, _, %{\(key): x} = s), do: {:reply, x, s}
                  \(clauses[0])
                end
                defmodule Shop.Till do
                  use GenServer
                  def init(_), do: {:ok, \(tuple)}
                  def handle_call(_, _, \(pattern) = s), do: {:reply, :ok, s}
                  \(clauses[1])
                end
                """
        }
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            func compile(_ version: String, _ code: String) async throws {
                try await world.application(version, [:], listed: ["'Elixir.Shop.Cart'", "'Elixir.Shop.Till'"])
                _ = try await Program.run(
                    "find", ["lib/cart-\(version)", "-name", "cart*.beam", "-delete"], in: folder)
                try await world.write("shop.ex", code)
                let run = try await Elixir.compile(
                    folder.appending("shop.ex"), into: folder.appending("lib/cart-\(version)/ebin"))
                #expect(run.status == 0, "\(run.errors)")
            }
            let (fields, tuple) = (":items, :currency", "{:till, 1, 2}")
            try await compile("1", source(":items, :old", "{:till, 1}", "items"))
            try await compile("2", source(fields, tuple, "currency"))
            let run = try await world.relift("appup", "old.rel", "new.rel", "--code-change-skeleton")
            #expect(run.status == 1 && run.errors.contains("%Shop.Cart{currency, items}"), "\(run.errors)")
            let clauses = ["Cart", "Till"].map {
                run.output.components(after: "Elixir.Shop.\($0), 1 <-> 2\n", until: "\n\nElixir.") ?? "missing"
            }
            try await compile("2", source(fields, tuple, "currency", clauses))
            let check = """
                {:ok, new} = Shop.Cart.code_change('1', %{__struct__: Shop.Cart, items: 7, old: 1}, [])
                true = new == %{__struct__: Shop.Cart, items: 7, currency: nil}
                {:ok, old} = Shop.Cart.code_change({:down, '1'}, new, [])
                true = old == %{__struct__: Shop.Cart, items: 7, old: nil}
                {:ok, {:till, 5, nil}} = Shop.Till.code_change('1', {:till, 5}, [])
                {:ok, {:till, 5}} = Shop.Till.code_change({:down, '1'}, {:till, 5, 6}, [])
                """
            let elixir = try await Program.run("elixir", ["-pa", "lib/cart-2/ebin", "-e", check], in: folder)
            #expect(elixir.status == 0, "\(elixir.errors)\n\(clauses)")
            let after = try await world.relift("appup", "old.rel", "new.rel")
            #expect(after.status == 0 && !after.errors.contains("appup/state-"), "\(after.errors)")
        }
    }
}

extension String {
    /// What follows the heading, up to an empty line or another end.
    fileprivate func components(after heading: String, until end: String = "\n\n") -> String? {
        let parts = self.split(separator: heading, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return parts[1].split(separator: end).first.map(String.init)
    }
}
