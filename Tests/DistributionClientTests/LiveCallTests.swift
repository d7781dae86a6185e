import DistributionClient
import DistributionProtocol
import ErlangTerms
import TestSupport
import Testing

/// Calls of real nodes.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(2))) struct LiveCallTests {
    @Test func termsOfEveryKindComeBackAsTheyWere() async throws {
        try await withErlangNode { node in
            try await node.connected { connection async throws in
                var random = RandomTerm(seed: 5, hasIdentifiers: false)
                for _ in 0..<300 {
                    let term = random.next()
                    #expect(try await connection.call("lists", "last", [.list([term])]) == term)
                }
                let identifiers = try await connection.evaluate(
                    "{self(), make_ref(), hd(erlang:ports()), fun lists:map/2}.")
                #expect(try await connection.call("lists", "last", [.list([identifiers])]) == identifiers)
                // A port of this node, written on that node.
                let elements = try #require(identifiers.tupleElements)
                #expect(try await connection.call("erlang", "is_pid", [elements[0]]) == .atom("true"))
                #expect(try await connection.call("erlang", "node", [elements[0]]) == .atom(node.name))
                #expect(try await connection.call("erlang", "node", [], method: .rpcServer) == .atom(node.name))
            }
        }
    }

    @Test func tenMegabytesGoBothWays() async throws {
        try await withErlangNode { node in
            try await node.connected { connection async throws in
                let size = 10 << 20
                let big = try await connection.call("binary", "copy", [.binary([7]), .integer(size)])
                #expect(big.binaryBytes?.count == size)
                #expect(try await connection.call("erlang", "byte_size", [big]) == .integer(size))
                let list = try await connection.call("lists", "seq", [.integer(1), .integer(200_000)])
                #expect(list.listElements?.count == 200_000)
            }
            var options = ConnectionOptions()
            options.limits.frame = 1 << 20
            try await node.connected(options: options) { connection async throws in
                let big = await connection.failure("binary", "copy", [.binary([7]), .integer(10 << 20)])
                guard case .noConnection(let error) = big, case .frameTooLarge = error.code else {
                    Issue.record("expected a frame that is too large, got \(String(describing: big))")
                    return
                }
            }
        }
    }

    @Test func aThousandCallsRunAtATime() async throws {
        try await withErlangNode { node in
            try await node.connected { connection async throws in
                let clock = ContinuousClock()
                let start = clock.now
                let values = try await withThrowingTaskGroup(of: (Int, Term).self) { group in
                    for number in 0..<1000 {
                        group.addTask {
                            // Sleeping shows that they overlap.
                            _ = try await connection.call("timer", "sleep", [.integer(100)])
                            return (number, try await connection.call("erlang", "abs", [.integer(-number)]))
                        }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                #expect(values.count == 1000)
                #expect(values.allSatisfy { $0.value == .integer($0.key) })
                #expect(clock.now - start < .seconds(30))
            }
        }
    }

    @Test func whatGoesWrongInAFunctionIsTyped() async throws {
        try await withErlangNode { node in
            try await node.connected { connection async throws in
                #expect(await connection.failure("erlang", "throw", [.atom("ball")]) == .thrown(.atom("ball")))
                #expect(await connection.failure("erlang", "exit", [.atom("bye")]) == .exited(.atom("bye")))
                guard
                    case .raised(.atom("badarith"), let stack)? = await connection.failure(
                        "erlang", "div", [.integer(1), .integer(0)])
                else {
                    Issue.record("expected badarith")
                    return
                }
                #expect(stack.listElements?.isEmpty == false)
                guard case .raised(.atom("undef"), _)? = await connection.failure("nowhere", "at_all", []) else {
                    Issue.record("expected undef")
                    return
                }
                let killed = await connection.failure(
                    "erl_eval", "expr",
                    [
                        try await connection.call(
                            "erl_parse", "parse_exprs",
                            [
                                try await connection.call("erl_scan", "string", [.string("exit(self(), kill).")])
                                    .tupleElements?[1] ?? .emptyList
                            ]
                        ).tupleElements?[1].listElements?.first ?? .emptyList, .emptyList,
                    ])
                #expect(killed == .ended(reason: .atom("killed")))
                #expect(
                    await connection.failure("erlang", "exit", [.atom("bye")], method: .rpcServer)
                        == .badRPC(.tuple(.atom("EXIT"), .atom("bye"))))
            }
        }
    }

    @Test func aCallThatHangsHoldsUpNoOther() async throws {
        try await withErlangNode { node in
            try await node.connected { connection async throws in
                async let hanging = connection.failure(
                    "timer", "sleep", [.atom("infinity")], within: .milliseconds(500))
                async let served = connection.failure(
                    "timer", "sleep", [.atom("infinity")], within: .milliseconds(500), method: .rpcServer)
                for _ in 0..<20 { #expect(try await connection.call("erlang", "node", []) == .atom(node.name)) }
                #expect(await hanging == .noAnswer(within: .milliseconds(500)))
                #expect(await served == .noAnswer(within: .milliseconds(500)))
                #expect(
                    await connection.failure("timer", "sleep", [.integer(50)], within: .zero)
                        == .noAnswer(within: .zero))
                #expect(try await connection.call("erlang", "node", []) == .atom(node.name))
                #expect(
                    try await connection.call("erlang", "node", [], within: .seconds(Int64.max)) == .atom(node.name))
            }
        }
    }

    @Test func abandonedFunctionsGoOnOrAreKilledAsAsked() async throws {
        try await withErlangNode { node in
            func hang(
                _ connection: NodeConnection, _ name: String, _ abandonment: RemoteCall.Abandonment,
                within time: Duration = .milliseconds(200)
            ) async {
                _ = try? await connection.evaluate(
                    "register(\(name), self()), receive stop -> ok end.", within: time, abandonment: abandonment)
            }
            func isAlive(_ name: String) async throws -> Bool {
                try await node.connected { try await $0.call("erlang", "whereis", [.atom(name)]) } != .atom("undefined")
            }
            try await node.connected { connection async throws in
                await hang(connection, "left", .leaveRunning)
                await hang(connection, "ended", .kill)
                #expect(try await isAlive("left"))
                #expect(try await eventually { try await !isAlive("ended") })
                // The end of the connection abandons what still runs.
                // Long enough to be seen alive on a busy machine.
                async let left: Void = hang(connection, "left_at_end", .leaveRunning, within: .seconds(5))
                async let ended: Void = hang(connection, "ended_at_end", .kill, within: .seconds(5))
                #expect(try await eventually { try await isAlive("left_at_end") })
                #expect(try await eventually { try await isAlive("ended_at_end") })
                _ = await (left, ended)
            }
            #expect(try await isAlive("left_at_end"))
            #expect(try await eventually { try await !isAlive("ended_at_end") })
        }
    }

    @Test func aCancelledCallerDoesNotWait() async throws {
        try await withErlangNode { node in
            try await node.connected { connection async throws in
                for delay in [Duration.zero, .milliseconds(100)] {
                    let code = await withTaskGroup(of: CallError.Code?.self) { group in
                        group.addTask { await connection.failure("timer", "sleep", [.atom("infinity")]) }
                        try? await Task.sleep(for: delay)
                        group.cancelAll()
                        return await group.next() ?? nil
                    }
                    #expect(code == .cancelled)
                }
                #expect(try await connection.call("erlang", "node", []) == .atom(node.name))
            }
        }
    }

    @Test func whatAFunctionPrintsGoesWhereTheNodePrints() async throws {
        try await withErlangNode { node in
            try await node.connected { connection async throws in
                #expect(try await connection.call("io", "put_chars", [.string("printed by a call\n")]) == .atom("ok"))
                #expect(
                    try await connection.call("io", "put_chars", [.string("printed by rex\n")], method: .rpcServer)
                        == .atom("ok"))
            }
            #expect(
                try await eventually {
                    node.output.contains("printed by a call") && node.output.contains("printed by rex")
                })
        }
    }

    @Test func withoutUserTheNodePrintsNowhereButDoesNotHang() async throws {
        try await withErlangNode { node in
            try await node.connected { connection async throws in
                _ = try await connection.evaluate("unregister(user).")
            }
            try await node.connected { connection async throws in
                #expect(
                    try await connection.call("io", "put_chars", [.string("lost\n")], within: .seconds(5))
                        == .atom("ok"))
                #expect(try await connection.call("io", "get_line", [.string("")], within: .seconds(5)) == .atom("eof"))
            }
        }
    }

    @Test func theNodeSeesAHiddenNodeThatAnswersItsPing() async throws {
        try await withErlangNode { node in
            for isNamedByNode in [false, true] {
                var options = ConnectionOptions()
                options.isNamedByNode = isNamedByNode
                try await node.connected(options: options) { connection async throws in
                    let us = connection.peer.clientName
                    #expect(us.name.hasPrefix("relift-") != isNamedByNode)
                    #expect(try await connection.call("erlang", "nodes", []) == .emptyList)
                    #expect(try await connection.call("erlang", "nodes", [.atom("hidden")]) == .list([.atom(us)]))
                    #expect(try await connection.call("net_adm", "ping", [.atom(us)]) == .atom("pong"))
                    guard
                        case .tuple(let refused) = try await connection.call(
                            "rpc", "call", [.atom(us), .atom("erlang"), .atom("node"), .emptyList])
                    else {
                        Issue.record("somebody ran a function here")
                        return
                    }
                    #expect(refused.first == .atom("badrpc"))
                }
                try await node.connected { connection async throws in
                    let others = try await connection.call("erlang", "nodes", [.atom("hidden")])
                    #expect(others == .list([.atom(connection.peer.clientName)]))
                }
            }
        }
    }
}
