import DistributionClient
import DistributionProtocol
import ErlangTerms
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: OTP.isInstalled)) struct SmokeTests {
    @Test(.timeLimit(.minutes(1))) func smoke() async throws {
        try await withErlangNode { node in
            let target = NodeTarget(name: try NodeName(validating: node.name))
            try await withNodeConnection(to: target, cookie: try Cookie(validating: node.cookie)) { connection in
                print(connection.peer)
                print(try await connection.call("erlang", "node", []))
                do { _ = try await connection.call("erlang", "error", [.atom("x")]) } catch { print(error) }
                do {
                    _ = try await connection.call("timer", "sleep", [.integer(10000)], within: .milliseconds(200))
                } catch { print(error) }
                print(try await connection.call("erlang", "node", [], method: .rpcServer))
            }
        }
    }
}
