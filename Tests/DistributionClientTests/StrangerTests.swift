import DistributionClient
import DistributionProtocol
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// What listens is not what was looked for. Needs no Erlang.
@Suite(.timeLimit(.minutes(5))) struct StrangerTests {
    private func node(_ name: String = "shop@127.0.0.1", port: Int) throws -> NodeTarget {
        NodeTarget(name: try NodeName(validating: name), port: .known(port))
    }

    private func epmd(_ name: String = "shop@127.0.0.1", port: Int) throws -> NodeTarget {
        NodeTarget(name: try NodeName(validating: name), port: .askEpmd(port: port))
    }

    /// A port that nobody listens on: it was free a moment ago.
    private func unusedPort() async throws -> Int { try await Listener.with { $0 } }

    @Test func aRefusedPort() async throws {
        let port = try await self.unusedPort()
        #expect(
            try await relift(self.node(port: port))
                == .portUnreachable(host: "127.0.0.1", port: port, detail: "connection refused"))
        #expect(
            try await relift(self.epmd(port: port))
                == .epmdUnreachable(host: "127.0.0.1", port: port, detail: "connection refused"))
    }

    @Test func aListenerThatSaysNothing() async throws {
        try await Listener.with { port async throws in
            let clock = ContinuousClock()
            let start = clock.now
            #expect(
                try await relift(self.node(port: port), .connecting(within: .seconds(1)))
                    == .timedOut(.handshake(.status)))
            #expect(
                try await relift(self.epmd(port: port), .connecting(within: .seconds(1))) == .timedOut(.epmd))
            // Two waits of a second; the rest is for a machine that is busy with other tests.
            #expect(clock.now - start < .seconds(30))
        }
    }

    @Test func aNodeThatStopsInTheHandshake() async throws {
        try await Listener.with(answers: [0, 3, 0x73, 0x6f, 0x6b]) { port async throws in
            #expect(
                try await relift(self.node(port: port), .connecting(within: .seconds(1)))
                    == .timedOut(.handshake(.challenge)))
        }
    }

    @Test func aServerOfAnotherProtocol() async throws {
        let answer = Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8)
        try await Listener.with(answers: answer, then: .close) { port async throws in
            #expect(try await relift(self.node(port: port)) == .notANode(received: Array(answer.prefix(16))))
            #expect(try await relift(self.epmd(port: port)) == .notEpmd(received: Array(answer.prefix(16))))
        }
        try await Listener.with(greets: Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8)) { port async throws in
            #expect(try await relift(self.node(port: port)) == .notANode(received: Array("SSH-2.0-OpenSSH_".utf8)))
        }
    }

    @Test func aListenerThatCloses() async throws {
        try await Listener.with(then: .close) { port async throws in
            #expect(try await relift(self.node(port: port)) == .closed(.status))
            #expect(try await relift(self.epmd(port: port)) == .notEpmd(received: []))
        }
    }

    @Test func aHostThatDoesNotExist() async throws {
        let name = "shop@no-such-host.invalid"
        for target in [try self.node(name, port: 1), try self.epmd(name, port: 1)] {
            guard case .hostNotFound(host: "no-such-host.invalid", _) = await relift(target) else {
                Issue.record("the host was found")
                return
            }
        }
    }

    @Test func aHostNameThatOnlyWeKnowMeansLoopback() async throws {
        var options = ConnectionOptions()
        options.hostName = "No-Such-Host.invalid"
        try await Listener.with(greets: Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8)) { port async throws in
            for name in ["shop@no-such-host.invalid", "shop@no-such-host"] {
                #expect(
                    try await relift(self.node(name, port: port), options)
                        == .notANode(received: Array("SSH-2.0-OpenSSH_".utf8)))
            }
        }
    }

    @Test func anotherVersionOfTheInternetProtocol() async throws {
        try await Listener.with(greets: Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8), host: "::1") { port async throws in
            #expect(
                try await relift(self.node("shop@::1", port: port))
                    == .notANode(received: Array("SSH-2.0-OpenSSH_".utf8)))
        }
    }

    @Test func cancellingEndsTheAttemptAtOnce() async throws {
        try await Listener.with { port async throws in
            let target = try self.node(port: port)
            for delay in [Duration.zero, .milliseconds(100)] {
                let code = await withTaskGroup(of: NodeError.Code?.self) { group in
                    group.addTask { await relift(target, .connecting(within: .seconds(30))) }
                    try? await Task.sleep(for: delay)
                    group.cancelAll()
                    return await group.next() ?? nil
                }
                #expect(code == .cancelled)
            }
        }
    }
}
