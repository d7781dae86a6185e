import DistributionClient
import DistributionProtocol
import ErlangTerms
import TestSupport

extension ErlangNode {
    /// The node as a target, found with EPMD unless `port` is given.
    func target(port: Int? = nil) throws -> NodeTarget {
        let name = try NodeName(validating: self.name)
        return port.map { NodeTarget(name: name, port: .known($0)) } ?? NodeTarget(name: name)
    }

    /// Connects to the node with its own cookie.
    func connected<Result>(
        options: ConnectionOptions = ConnectionOptions(), port: Int? = nil,
        _ body: (NodeConnection) async throws -> Result
    ) async throws -> Result {
        try await withNodeConnection(
            to: try self.target(port: port), cookie: try Cookie(validating: self.cookie), options: options, body)
    }

    /// Fails to connect, and answers why.
    func refusal(cookie: String? = nil, name: String? = nil, options: ConnectionOptions = ConnectionOptions())
        async throws -> NodeError.Code?
    {
        await relift(
            NodeTarget(name: try NodeName(validating: name ?? self.name)), cookie: cookie ?? self.cookie, options)
    }
}

/// Tries to connect; answers why that failed, or nil when it did not.
func relift(
    _ target: NodeTarget, cookie: String = "cookie", _ options: ConnectionOptions = ConnectionOptions()
) async -> NodeError.Code? {
    do {
        try await withNodeConnection(to: target, cookie: try Cookie(validating: cookie), options: options) { _ in }
        return nil
    } catch let error as NodeError {
        return error.code
    } catch {
        return .lost(detail: "unexpected \(error)")
    }
}

extension ConnectionOptions {
    /// Usual options but for the time to connect.
    static func connecting(within time: Duration) -> ConnectionOptions {
        var options = ConnectionOptions()
        options.connectTimeout = time
        return options
    }
}

extension NodeConnection {
    /// Evaluates Erlang expressions, final dot included, in the process of the call.
    func evaluate(
        _ text: String, within time: Duration = .seconds(30), abandonment: RemoteCall.Abandonment = .leaveRunning
    ) async throws -> Term {
        let scanned = try await self.call("erl_scan", "string", [.string(text)])
        let parsed = try await self.call("erl_parse", "parse_exprs", [scanned.tupleElements?[1] ?? .emptyList])
        let answer = try await self.call(
            "erl_eval", "exprs", [parsed.tupleElements?[1] ?? .emptyList, .emptyList], within: time,
            abandonment: abandonment)
        return answer.tupleElements?[1] ?? .emptyList
    }

    /// Why a call has no value, or nil when it has one.
    func failure(
        _ module: Atom, _ function: Atom, _ arguments: [Term], within time: Duration = .seconds(30),
        method: RemoteCall.Method = .spawnedProcess
    ) async -> CallError.Code? {
        do throws(CallError) {
            _ = try await self.call(module, function, arguments, within: time, method: method)
            return nil
        } catch {
            return error.code
        }
    }
}

/// Waits until `condition` holds, at most two seconds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<100 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return false
}
