import DistributionClient
import DistributionProtocol
import ErlangTerms
import Templates

/// A module of ours in a node: loaded over the connection, called, and removed.
struct LoadedNodeModule: Sendable {
    let connection: NodeConnection
    let module: NodeModule

    /// How long loading, and each look at the code server, may take.
    private static let time = Duration.seconds(30)

    var name: Atom { Atom(self.module.name) }

    /// Loads the module, unless it is there already. One of other content is ended by `end` and replaced.
    func load(ending end: () async throws(AgentError) -> Void) async throws(AgentError) {
        if try await self.isLoaded() {
            let loaded = try await self.call("erlang", "get_module_info", [.atom(self.name), .atom("md5")], Self.time)
            let ours = try await self.codeServer("module_md5", [.binary(self.module.objectCode)])
            if loaded == ours { return }
            try await end()
            try await self.remove()
        }
        let answer = try await self.codeServer(
            "load_binary", [.atom(self.name), .string("\(self.name).erl"), .binary(self.module.objectCode)])
        guard answer == .tuple(.atom("module"), .atom(self.name)) else {
            throw AgentError(.notLoaded(TermPrinter.line(answer)), in: self.module.name)
        }
    }

    /// Whether a module of this name is in the node.
    func isLoaded() async throws(AgentError) -> Bool {
        try await self.codeServer("is_loaded", [.atom(self.name)]) != .atom("false")
    }

    /// Removes the module. No process is killed for it: one that is in its code for a moment is waited for.
    func remove() async throws(AgentError) {
        for attempt in 0..<20 {
            if attempt > 0 { try? await Task.sleep(for: .milliseconds(50)) }
            guard try await self.codeServer("soft_purge", [.atom(self.name)]) == .atom("true") else { continue }
            // False when there was nothing to delete.
            _ = try await self.codeServer("delete", [.atom(self.name)])
            guard try await self.codeServer("soft_purge", [.atom(self.name)]) == .atom("true") else { continue }
            return
        }
        throw AgentError(.notRemoved, in: self.module.name)
    }

    /// Calls a function of the module; `{error, Text}` is thrown.
    func call(_ function: Atom, _ arguments: [Term], within time: Duration) async throws(AgentError) -> AgentAnswer {
        let answer = try await self.call(self.name, function, arguments, time)
        let shown = "\(self.name):\(function)/\(arguments.count)"
        if let elements = answer.tupleElements, elements.count == 2, elements[0].isAtom("error") {
            let reason = elements[1].binaryBytes.map { String(decoding: $0.prefix(1000), as: UTF8.self) }
            throw AgentError(.refused(reason ?? TermPrinter.line(elements[1])), in: shown)
        }
        return AgentAnswer(term: answer, place: "\(function)")
    }

    /// As ``call(_:_:within:)``, and reads the answer.
    func call<Value>(
        _ function: Atom, _ arguments: [Term], within time: Duration,
        _ read: (AgentAnswer) throws(AgentAnswer.Unreadable) -> Value
    ) async throws(AgentError) -> Value {
        let answer = try await self.call(function, arguments, within: time)
        do {
            return try read(answer)
        } catch {
            throw AgentError(
                .unreadable(place: error.place, wanted: error.wanted), in: "\(self.name):\(function)/\(arguments.count)"
            )
        }
    }

    private func codeServer(_ function: Atom, _ arguments: [Term]) async throws(AgentError) -> Term {
        try await self.call("code", function, arguments, Self.time)
    }

    private func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], _ time: Duration
    ) async throws(AgentError) -> Term {
        do throws(CallError) {
            return try await self.connection.call(module, function, arguments, within: time, abandonment: .kill)
        } catch {
            throw AgentError(.call(error), in: "\(module):\(function)/\(arguments.count)")
        }
    }
}
