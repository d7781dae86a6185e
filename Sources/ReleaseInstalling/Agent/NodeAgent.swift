package import DistributionClient
package import ErlangTerms
import Templates

/// The module `relift_agent` in a node: asks the node about itself in few round trips.
///
/// Its answers are not trusted: all are decoded within limits. Nothing it does changes what the node serves; a watch and a
/// trace end by themselves when nobody asks any more.
package struct NodeAgent: Sendable {
    let module: LoadedNodeModule

    /// Loads the agent over the connection; one of another relift is replaced.
    package static func load(on connection: NodeConnection) async throws(AgentError) -> NodeAgent {
        let module = LoadedNodeModule(connection: connection, module: .agent)
        try await module.load { () async throws(AgentError) in
            _ = try? await module.call("stop", [], within: .seconds(30))
        }
        return NodeAgent(module: module)
    }

    /// Ends what the agent does and removes it from the node.
    package func remove() async throws(AgentError) {
        _ = try? await self.module.call("stop", [], within: .seconds(30))
        try await self.module.remove()
    }

    // MARK: - Before an upgrade

    package func facts() async throws(AgentError) -> NodeFacts {
        try await self.module.call("facts", [], within: .seconds(30), NodeFacts.init)
    }

    package func loadedModules() async throws(AgentError) -> LoadedModules {
        try await self.module.call(
            "modules", [.integer(LoadedModules.limit)], within: .seconds(60), LoadedModules.init)
    }

    /// Who is in old code; of `modules` first, and of others as time allows.
    package func oldCode(of modules: [Atom], within time: Duration = .seconds(10)) async throws(AgentError) -> OldCode {
        try await self.module.call(
            "old_code", [Self.list(modules), Self.milliseconds(time)], within: time + .seconds(30), OldCode.init)
    }

    /// Who stays in the current code of `modules`, but for the processes that the script suspends by those in `suspended`.
    package func usersStaying(
        in modules: [Atom], suspended: [Atom], within time: Duration = .seconds(10)
    ) async throws(AgentError) -> [ModuleUsers] {
        try await self.module.call(
            "executing", [Self.list(modules), Self.list(suspended), Self.milliseconds(time)],
            within: time + .seconds(30), ModuleUsers.staying)
    }

    /// The processes that a script will find by `modules`.
    package func supervisionTree(
        of modules: [Atom], within time: Duration = .seconds(20)
    ) async throws(AgentError) -> SupervisionTree {
        try await self.module.call(
            "tree", [Self.list(modules), Self.milliseconds(time)], within: time + .seconds(30), SupervisionTree.init)
    }

    /// The parameters of all applications, to be compared with another moment of the same `salt`, any bytes.
    package func environment(salt: [UInt8]) async throws(AgentError) -> NodeEnvironment {
        try await self.module.call(
            "environment", [.binary(salt), .integer(NodeEnvironment.limit)], within: .seconds(60), NodeEnvironment.init)
    }

    /// Compares the parameters that count with those in the files of two releases. The node does it: values go there, none
    /// come back.
    package func compareEnvironment(
        from: FileEnvironment, to: FileEnvironment
    ) async throws(AgentError) -> EnvironmentComparison {
        try await self.module.call(
            "compare_environment", [from.term, to.term, .integer(EnvironmentComparison.limit)], within: .seconds(60),
            EnvironmentComparison.init)
    }

    // MARK: - The watch

    /// Counts reports and deaths from now on. At most `limit` processes are monitored.
    package func startWatch(limit: Int = 10_000) async throws(AgentError) {
        _ = try await self.module.call("start_watch", [.integer(limit)], within: .seconds(60))
    }

    /// Also watches the processes that have come since, after an upgrade for instance.
    package func watchMore() async throws(AgentError) {
        _ = try await self.module.call("watch_more", [.integer(20_000)], within: .seconds(30))
    }

    /// One look at the node; `modules` are those in whose old code processes may linger.
    package func sample(modules: [Atom] = []) async throws(AgentError) -> HealthSample {
        try await self.module.call("sample", [Self.list(modules)], within: .seconds(30), HealthSample.init)
    }

    package func stopWatch() async throws(AgentError) {
        _ = try await self.module.call("stop_watch", [], within: .seconds(30))
    }

    // MARK: - The trace

    /// Follows `release_handler` until ``stopTrace()``. `applied` are the functions that the script applies; the answer
    /// has those of them whose results will not be seen, since they are not loaded yet. Refused when somebody else traces
    /// `release_handler` already.
    package func startTrace(applied: [ExternalFunction]) async throws(AgentError) -> [ExternalFunction] {
        let functions = applied.prefix(1000).map { function in
            Term.tuple(.atom(function.module), .atom(function.function), .integer(function.arity))
        }
        return try await self.module.call("start_trace", [.list(functions)], within: .seconds(30)) {
            answer throws(AgentAnswer.Unreadable) in
            try answer.tuple(2)[1].list(atMost: 1000) { element throws(AgentAnswer.Unreadable) in try element.call() }
        }
    }

    /// What was seen since ``startTrace(applied:)``.
    package func stopTrace() async throws(AgentError) -> PauseReport {
        try await self.module.call("stop_trace", [.integer(30_000)], within: .seconds(60), PauseReport.init)
    }

    // MARK: - Arguments

    private static func list(_ atoms: [Atom]) -> Term { .list(atoms.map(Term.atom)) }

    static func milliseconds(_ time: Duration) -> Term {
        let (seconds, attoseconds) = time.components
        let (milliseconds, isTooLong) = seconds.multipliedReportingOverflow(by: 1000)
        return .integer(
            isTooLong ? 4_000_000_000 : min(Int(milliseconds + attoseconds / 1_000_000_000_000_000), 4_000_000_000))
    }
}
