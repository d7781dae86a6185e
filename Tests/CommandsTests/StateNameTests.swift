import SystemPackage
import TestSupport
import Testing

/// States of a `gen_statem` that come and go by their names.
@Suite(.enabled(if: OTP.isInstalled)) struct StateNameTests {
    /// A state machine in two versions, and the ways on which a state is said to be lost.
    struct Case: Sendable {
        let name: String
        let old: String
        let new: String
        var ways: [String] = []
    }

    private static let functions = "callback_mode() -> state_functions.\ninit(_) -> {ok, idle, #{}}.\n"
    private static let idleBusy =
        functions + """
            idle(_, go, D) -> {next_state, busy, D}; idle(_, _, _) -> keep_state_and_data.
            busy(_, _, D) -> {next_state, idle, D, [hibernate]}.

            """
    private static let idleWorking = idleBusy.replacing("busy", with: "working")
    private static let elsewhere =
        functions + """
            idle(_, go, D) -> {next_state, away, D, [{change_callback_module, other}]};
            idle(_, _, _) -> keep_state_and_data.
            """
    private static let events =
        "callback_mode() -> [handle_event_function, state_enter].\ninit(_) -> {ok, idle, #{}}.\n"
        + "handle_event(_, go, idle, D) -> {next_state, busy, D};\nhandle_event(_, _, busy, D) -> {next_state, idle, D}.\n"

    static let cases = [
        Case(name: "renamed", old: idleBusy, new: idleWorking, ways: ["up", "down"]),
        Case(
            name: "new state", old: functions + "idle(_, _, _) -> keep_state_and_data.", new: idleBusy, ways: ["down"]),
        Case(name: "other code", old: idleBusy, new: idleBusy.replacing("go", with: "start")),
        Case(
            name: "kept, but not entered", old: idleBusy,
            new: idleWorking + "busy(_, _, D) -> {next_state, idle, D}.", ways: ["down"]),
        Case(
            name: "converted up", old: idleBusy,
            new: idleWorking + "code_change(_, busy, D, _) -> {ok, working, D}; code_change(_, S, D, _) -> {ok, S, D}.",
            ways: ["down"]),
        Case(
            name: "converted both ways", old: idleBusy,
            new: idleWorking + """
                code_change({down, _}, working, D, _) -> {ok, busy, D};
                code_change(_, busy, D, _) -> {ok, working, D};
                code_change(_, S, D, _) -> {ok, S, D}.
                """),
        Case(
            name: "handed on", old: idleBusy, new: idleWorking + "code_change(_, S, D, _) -> {ok, S, D}.",
            ways: ["up", "down"]),
        Case(
            name: "converts another one", old: idleBusy,
            new: idleWorking + "code_change(_, other, D, _) -> {ok, idle, D}; code_change(_, S, D, _) -> {ok, S, D}.",
            ways: ["up", "down"]),
        Case(
            name: "converted elsewhere", old: idleBusy,
            new: idleWorking + "code_change(V, S, D, _) -> {ok, other:name(V, S), D}."),
        Case(
            name: "of another callback module", old: elsewhere,
            new: elsewhere.replacing("idle(_, go", with: "idle(_, start")),
        Case(name: "events", old: events, new: events.replacing("busy", with: "working"), ways: ["up", "down"]),
        Case(
            name: "events that still know it", old: events,
            new: events.replacing("busy", with: "working") + "old() -> busy.", ways: ["down"]),
    ]

    @Test func statesThatAreNoLongerThereAreTold() async throws {
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            for (version, code) in [("1", \Case.old), ("2", \Case.new)] {
                var modules: [String: String] = [:]
                for (number, one) in Self.cases.enumerated() {
                    modules["m\(number)"] = "-behaviour(gen_statem).\n" + one[keyPath: code] + "\nv() -> \(version)."
                }
                try await world.application(version, modules)
            }
            let run = try await world.relift("appup", "old.rel", "new.rel", "--format", "json")
            #expect(run.status == 0, "\(run.errors)")
            for (number, one) in Self.cases.enumerated() {
                let said = run.output.split(separator: "{\"id\":\"").filter {
                    $0.hasPrefix("appup/state-name-removed") && $0.contains("\"module\":\"m\(number)\"")
                }
                let ways = ["up", "down"].filter { way in said.contains { $0.contains("\"direction\":\"\(way)\"") } }
                #expect(ways == one.ways, "\(one.name): \(said)")
            }
        }
    }
}
