import DistributionClient
import ErlangTerms
import TestSupport
import Testing

@testable import ReleaseInstalling

/// The guard in a real node, whose `release_handler` is made for the test: it runs release 2, and has 1 to go back to.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(3))) struct NodeGuardTests {
    /// Loads a `release_handler` that keeps what runs in an application's environment, and fails as `failure` says.
    private static func withTrial(
        failing failure: String = "none", status: String = "current",
        _ body: (NodeConnection, NodeGuard) async throws -> Void
    ) async throws {
        try await AgentFixture.withNode(applications: []) { connection in
            try await connection.evaluate(
                """
                Forms = [begin {ok, T, _} = erl_scan:string(S), {ok, F} = erl_parse:parse_form(T), F end || S <- [
                  "-module(release_handler).", "-export([which_releases/0, install_release/2]).",
                  "which_releases() -> V = application:get_env(kernel, runs, \\"2\\"), "
                  "[{\\"shop\\", V, [], \(status)}, {\\"shop\\", \\"0\\", [], old}].",
                  "install_release(V, O) -> case \(failure) of none -> application:set_env(kernel, runs, V), "
                  "application:set_env(kernel, options, O), {ok, \\"2\\", []}; R -> {error, R} end."]],
                {ok, release_handler, Code} = compile:forms(Forms), code:unstick_mod(release_handler),
                {module, _} = code:load_binary(release_handler, "test", Code).
                """)
            try await body(connection, try await NodeGuard.load(on: connection))
        }
    }

    private static func trial(_ time: Duration) -> NodeGuard.Trial {
        NodeGuard.Trial(
            id: [1, 2], from: "1", to: "2", time: time, returnTime: .seconds(5),
            options: [.tuple(.atom("update_paths"), .atom("true"))])
    }

    private static func outcome(_ node: NodeGuard) async throws -> NodeGuard.Status? {
        for _ in 0..<100 {
            let status = try await node.status()
            guard status?.state == .waiting || status?.state == .goingBack else { return status }
            try await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }

    @Test func aTrialThatIsConfirmedStays() async throws {
        try await Self.withTrial { connection, node in
            #expect(try await node.status() == nil)
            try await node.start(Self.trial(.seconds(60)))
            let status = try #require(try await node.status())
            #expect(status.id == [1, 2] && status.from == "1" && status.to == "2" && status.state == .waiting)
            #expect(status.left > .seconds(50) && status.left <= .seconds(60))
            await #expect(throws: AgentError.self, "another trial goes on") {
                try await node.start(Self.trial(.seconds(1)))
            }
            await #expect(throws: AgentError.self, "another trial") { try await node.confirm([9]) }
            await #expect(throws: AgentError.self, "it goes on") { try await node.remove() }
            try await node.extend([1, 2], to: .seconds(600))
            #expect(try #require(try await node.status()).left > .seconds(500))
            try await node.confirm([1, 2])
            #expect(try await node.status()?.state == .confirmed)
            try await node.remove()
            #expect(
                try await connection.evaluate("{code:is_loaded(relift_guard), whereis(relift_guard)}.")
                    == .tuple(.atom("false"), .atom("undefined")))
        }
    }

    @Test func withoutConfirmationTheNodeGoesBackHot() async throws {
        try await Self.withTrial { connection, node in
            try await node.start(Self.trial(.milliseconds(300)))
            #expect(try await Self.outcome(node)?.state == .returned)
            #expect(
                try await connection.evaluate("application:get_env(kernel, runs).")
                    == .tuple(.atom("ok"), .string("1")))
            #expect(
                try await connection.evaluate("application:get_env(kernel, options).")
                    == .tuple(.atom("ok"), .list([.tuple(.atom("update_paths"), .atom("true"))])))
            await #expect(throws: AgentError.self, "too late") { try await node.confirm([1, 2]) }
            try await node.remove()
        }
    }

    @Test func itGoesBackWithoutAgentAndConnection() async throws {
        try await AgentFixture.withNode(applications: ["sasl"]) { connection in
            let agent = try await NodeAgent.load(on: connection)
            let node = try await NodeGuard.load(on: connection)
            // Release 25 runs, as the boot script says, so there is nothing to go back from.
            try await node.start(Self.trial(.milliseconds(300)))
            try await agent.remove()
            try await connection.evaluate(
                "exit(whereis(relift_guard), shutdown), relift_guard ! junk, ok.")
            #expect(try await Self.outcome(node)?.state == .unneeded)
            try await node.remove()
        }
    }

    @Test func aReleaseThatIsPermanentStays() async throws {
        try await Self.withTrial(status: "permanent") { _, node in
            try await node.start(Self.trial(.milliseconds(100)))
            #expect(try await Self.outcome(node)?.state == .unneeded)
        }
    }

    @Test func whenTheHotWayFailsTheNodeRestarts() async throws {
        try await Self.withTrial(failing: "exit(broken)") { connection, node in
            try await connection.evaluate("application:set_env(kernel, before, yes).")
            try await node.start(Self.trial(.milliseconds(100)))
            var isGone = false
            for _ in 0..<200 where !isGone {
                try await Task.sleep(for: .milliseconds(50))
                let answer = try? await connection.call(
                    "application", "get_env", [.atom("kernel"), .atom("before")], within: .seconds(5))
                isGone = answer != .tuple(.atom("ok"), .atom("yes"))
            }
            #expect(isGone, "the node still runs as it did")
        }
    }
}
