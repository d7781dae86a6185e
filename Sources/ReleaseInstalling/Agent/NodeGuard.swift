package import DistributionClient
package import ErlangTerms
import Templates

/// The module `relift_guard` in a node: takes the node back to its former release when nobody confirms the new one.
///
/// It needs neither relift nor its connection once it is started.
package struct NodeGuard: Sendable {
    private let module: LoadedNodeModule

    /// Where a trial stands.
    package struct Status: Hashable, Sendable {
        package enum State: String, Hashable, Sendable {
            case waiting
            case confirmed
            case goingBack = "going_back"
            /// The hot way back failed.
            case restarting
            /// The former release runs again, without a restart.
            case returned
            /// There was nothing to take back: the release was made permanent, or another one runs.
            case unneeded
        }

        /// What the trial was begun with.
        package var id: [UInt8]
        package var from: String
        package var to: String
        package var state: State
        package var left: Duration
        /// Why, where there is something to say.
        package var detail: String

        init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
            self.id = try answer.field("id").bytes(atMost: 1024)
            self.from = try answer.field("from").text()
            self.to = try answer.field("to").text()
            self.state = try answer.field("state").word()
            self.left = .milliseconds(try answer.field("left").count())
            self.detail = try answer.field("detail").text()
        }

        /// Whether the trial is over and its process only stays to say so.
        package var isOver: Bool {
            switch self.state {
            case .confirmed, .returned, .unneeded: true
            case .waiting, .goingBack, .restarting: false
            }
        }
    }

    /// A trial to begin.
    package struct Trial: Hashable, Sendable {
        /// Tells this trial from others; any bytes.
        package var id: [UInt8]
        /// The release to go back to.
        package var from: String
        /// The release on trial.
        package var to: String
        /// At most 46 days.
        package var time: Duration
        /// How long the hot way back may take before the node is restarted.
        package var returnTime: Duration
        /// For `install_release/2`.
        package var options: [Term]

        package init(
            id: [UInt8], from: String, to: String, time: Duration, returnTime: Duration = .seconds(600),
            options: [Term] = []
        ) {
            self.id = id
            self.from = from
            self.to = to
            self.time = time
            self.returnTime = returnTime
            self.options = options
        }

        var term: Term {
            .map(
                TermMap([
                    (.atom("id"), .binary(self.id)), (.atom("from"), .string(self.from)),
                    (.atom("to"), .string(self.to)), (.atom("time"), NodeAgent.milliseconds(self.time)),
                    (.atom("return_time"), NodeAgent.milliseconds(self.returnTime)),
                    (.atom("options"), .list(self.options)),
                ]))
        }
    }

    private static let time = Duration.seconds(30)

    /// The guard of a node, loaded where it is not yet. While a trial goes on, a guard of another relift is not replaced
    /// but an error.
    package static func load(on connection: NodeConnection) async throws(AgentError) -> NodeGuard {
        let module = LoadedNodeModule(connection: connection, module: .guard)
        try await module.load { () async throws(AgentError) in
            guard let status = try await NodeGuard(module: module).status() else { return }
            guard status.isOver else {
                throw AgentError(.refused("a trial of release \(status.to) goes on"), in: "relift_guard")
            }
            _ = try? await module.call("dismiss", [.binary(status.id)], within: Self.time)
        }
        return NodeGuard(module: module)
    }

    /// Where the trial of a node stands, without loading anything; nil without one.
    package static func present(on connection: NodeConnection) async throws(AgentError) -> Status? {
        let module = LoadedNodeModule(connection: connection, module: .guard)
        guard try await module.isLoaded() else { return nil }
        return try await NodeGuard(module: module).status()
    }

    /// Begins a trial; refused while another goes on.
    package func start(_ trial: Trial) async throws(AgentError) {
        _ = try await self.module.call("start", [trial.term], within: Self.time)
    }

    /// Ends the trial: the new release stays. Refused when the way back has begun.
    package func confirm(_ id: [UInt8]) async throws(AgentError) {
        _ = try await self.module.call("confirm", [.binary(id)], within: Self.time)
    }

    /// Has the trial last `time` from now on.
    package func extend(_ id: [UInt8], to time: Duration) async throws(AgentError) {
        _ = try await self.module.call("extend", [.binary(id), NodeAgent.milliseconds(time)], within: Self.time)
    }

    /// Nil without a trial.
    package func status() async throws(AgentError) -> Status? {
        try await self.module.call("status", [], within: Self.time) { answer throws(AgentAnswer.Unreadable) in
            answer.term.isAtom("none") ? nil : try Status(answer)
        }
    }

    /// Ends the process of a trial that is over and removes the module. Refused while a trial goes on.
    package func remove() async throws(AgentError) {
        if let status = try await self.status() {
            _ = try await self.module.call("dismiss", [.binary(status.id)], within: Self.time)
        }
        try await self.module.remove()
    }
}
