import DistributionClient
import DistributionProtocol
import ErlangTerms
import Glibc
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Connections with real nodes: how they come about, and how they end.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(2))) struct LiveConnectionTests {
    @Test func aWrongCookieOrNameIsSaid() async throws {
        try await withErlangNode { node in
            #expect(try await node.refusal(cookie: "another") == .wrongCookie(.nodeRefusedOurs))
            let code = try await node.refusal(name: "relift-no-such-node@localhost")
            guard case .unknownToEpmd(host: "localhost", let known?) = code else {
                Issue.record("expected that EPMD does not know it, got \(String(describing: code))")
                return
            }
            #expect(known.contains(String(node.name.prefix { $0 != "@" })))
            // The same node by an alias of its host: it is another node name.
            let alias = String(node.name.prefix { $0 != "@" }) + "@127.0.0.1"
            #expect(try await node.refusal(name: alias) == .otherNode(answered: node.name))
            #expect(try await node.refusal() == nil)
        }
    }

    @Test func epmdIsNotNeededWhereThePortIsKnown() async throws {
        var configuration = ErlangNode.Configuration()
        let port = try await Listener.with { $0 }
        configuration.discovery = .port(port)
        try await withErlangNode(configuration) { node in
            let name = try await node.connected(port: port) { try await $0.call("erlang", "node", []) }
            #expect(name == .atom(node.name))
            let code = try await node.refusal()
            guard case .unknownToEpmd? = code else {
                Issue.record("EPMD knows a node that did not register: \(String(describing: code))")
                return
            }
            let other = NodeTarget(name: try NodeName(validating: "somebody@localhost"), port: .known(port))
            #expect(await relift(other, cookie: node.cookie) == .otherNode(answered: node.name))
        }
    }

    @Test func longNamesWork() async throws {
        var configuration = ErlangNode.Configuration()
        configuration.hasLongName = true
        configuration.host = "127.0.0.1"
        try await withErlangNode(configuration) { node in
            let (name, us) = try await node.connected { connection async throws in
                (try await connection.call("erlang", "node", []), connection.peer.clientName)
            }
            #expect(name == .atom(node.name))
            #expect(us.name.hasSuffix("@127.0.0.1"))
        }
    }

    @Test func theSixthVersionOfTheInternetProtocolWorks() async throws {
        var configuration = ErlangNode.Configuration()
        let port = try await Listener.with(host: "::1") { $0 }
        configuration.hasLongName = true
        configuration.host = "::1"
        configuration.discovery = .port(port)
        configuration.arguments = ["-proto_dist", "inet6_tcp"]
        try await withErlangNode(configuration) { node in
            let name = try await node.connected(port: port) { try await $0.call("erlang", "node", []) }
            #expect(name == .atom(node.name))
        }
    }

    @Test func aNodeThatIsKilledFailsTheCallsOnIt() async throws {
        try await withErlangNode { node in
            try await node.connected { connection async throws in
                async let first = connection.failure("timer", "sleep", [.atom("infinity")])
                async let second = connection.failure("timer", "sleep", [.atom("infinity")], method: .rpcServer)
                try await Task.sleep(for: .milliseconds(200))
                try node.kill()
                for code in [await first, await second, await connection.failure("erlang", "node", [])] {
                    guard case .noConnection(let error) = code, case .lost = error.code else {
                        Issue.record("expected a lost connection, got \(String(describing: code))")
                        return
                    }
                    #expect(error.node.description == node.name)
                }
            }
        }
    }

    @Test func aNodeThatIsStoppedIsFoundByItsSilence() async throws {
        try await withErlangNode { node in
            var options = ConnectionOptions()
            options.tickTime = .seconds(2)
            let clock = ContinuousClock()
            try await node.connected(options: options) { connection async throws in
                try node.suspend()
                let start = clock.now
                let code = await connection.failure("erlang", "node", [])
                guard case .noConnection(let error) = code else {
                    Issue.record("expected no connection, got \(String(describing: code))")
                    return
                }
                #expect(error.code == .silent(seconds: 2))
                #expect((Duration.seconds(1.9)...Duration.seconds(20)).contains(clock.now - start))
            }
            // It accepts TCP connections still: the kernel does.
            #expect(
                try await node.refusal(options: .connecting(within: .seconds(1)))
                    == .timedOut(.handshake(.status)))
            try node.resume()
            #expect(try await node.refusal() == nil)
        }
    }

    @Test func anIdleConnectionStaysUp() async throws {
        var configuration = ErlangNode.Configuration()
        // The node drops who is silent for four to five seconds; our own interval is fifteen.
        configuration.arguments = ["-kernel", "net_ticktime", "4"]
        try await withErlangNode(configuration) { node in
            try await node.connected { connection async throws in
                try await Task.sleep(for: .seconds(7))
                #expect(try await connection.call("erlang", "node", []) == .atom(node.name))
            }
        }
    }

    @Test func connectingAgainAndAgainLeavesNothingBehind() async throws {
        try await withErlangNode { node in
            let before = try await self.socketsOfThisProcess()
            let ports = try await node.connected { try await $0.evaluate("length(erlang:ports()).") }
            for _ in 0..<60 {
                #expect(try await node.connected { try await $0.call("erlang", "node", []) } == .atom(node.name))
                #expect(try await node.refusal(cookie: "another") == .wrongCookie(.nodeRefusedOurs))
            }
            // Other suites run beside this one, but a leak would be 60 at least.
            #expect(try await self.socketsOfThisProcess() < before + 30)
            #expect(
                try await eventually {
                    try await node.connected { try await $0.evaluate("length(erlang:ports()).") } == ports
                })
        }
    }

    private func socketsOfThisProcess() async throws -> Int {
        let listed = try await run(
            .name("sh"), arguments: ["-c", "ls -l /proc/$PPID/fd | grep -c socket; true"], output: .string(limit: 100))
        return Int(listed.standardOutput.prefix { $0 != "\n" }) ?? -1
    }

    @Test func theConnectionEndsWithItsClosure() async throws {
        try await withErlangNode { node in
            let escaped = try await node.connected { $0 }
            guard case .noConnection(let error)? = await escaped.failure("erlang", "node", []) else {
                Issue.record("a call without a connection")
                return
            }
            #expect(error.code == .closedByUs)
            struct Ours: Error {}
            await #expect(throws: Ours.self) { try await node.connected { _ in throw Ours() } }
        }
    }

    /// Root folders of other OTP versions, named by the environment variable RELIFT_OTP_ROOTS: `DIR/otp27`, `DIR/otp29`.
    static let otherVersions: [FilePath] = {
        guard let roots = unsafe getenv("RELIFT_OTP_ROOTS").map({ unsafe String(cString: $0) }) else { return [] }
        return ["otp27", "otp29"].map { FilePath(roots).appending($0) }
    }()

    @Test(.enabled(if: !otherVersions.isEmpty), arguments: otherVersions)
    func otherVersionsOfErlangAnswerToo(root: FilePath) async throws {
        var configuration = ErlangNode.Configuration()
        configuration.command = ["chroot", root.string, "erl"]
        try await withErlangNode(configuration) { node in
            #expect(try await node.refusal(cookie: "another") == .wrongCookie(.nodeRefusedOurs))
            try await node.connected { connection async throws in
                let release = try await connection.call("erlang", "system_info", [.atom("otp_release")]).stringValue
                #expect(root.string.hasSuffix(release ?? "?"))
                var random = RandomTerm(seed: 6, hasIdentifiers: false)
                for _ in 0..<100 {
                    let term = random.next()
                    #expect(try await connection.call("lists", "last", [.list([term])]) == term)
                }
                #expect(await connection.failure("erlang", "throw", [.atom("ball")]) == .thrown(.atom("ball")))
                #expect(try await connection.call("erlang", "node", [], method: .rpcServer) == .atom(node.name))
                let us = connection.peer.clientName
                #expect(try await connection.call("net_adm", "ping", [.atom(us)]) == .atom("pong"))
                let big = try await connection.call("binary", "copy", [.binary([7]), .integer(10 << 20)])
                #expect(big.binaryBytes?.count == 10 << 20)
            }
        }
    }
}
