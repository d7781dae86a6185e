package import Diagnostics
import DistributionClient
import DistributionProtocol
import ErlangTerms
import HostFiles
import SystemPackage

/// The functions of the node's `release_handler` that installing needs, over one connection.
struct ReleaseHandlerClient {
    let connection: NodeConnection

    /// The most time that reading something may take.
    static let readTime = Duration.seconds(30)
    /// The most time that a change may take: unpacking a large release on a slow disk, or converting much state.
    static let changeTime = Duration.seconds(3600)

    /// The releases the node has; a finding when it cannot say.
    func releases() async -> Result<[NodeRelease], CallFailure> {
        switch await self.call("which_releases", [], within: Self.readTime) {
        case .failure(let failure): return .failure(failure)
        case .success(let answer):
            guard let releases = NodeRelease.list(answer) else {
                return .failure(.refused(ReleaseHandlerReason(answer).finding))
            }
            return .success(releases)
        }
    }

    /// - Parameter options: for `install_release/2`.
    func perform(
        _ call: InstallMachine.Call, options: [Term] = []
    ) async -> Result<ReleaseHandlerAnswer, CallFailure> {
        let (function, argument) =
            switch call {
            case .check(let version): ("check_install_release", version)
            case .install(let version): ("install_release", version)
            case .makePermanent(let version): ("make_permanent", version)
            }
        var arguments = [Term.string(argument)]
        if case .install = call, !options.isEmpty { arguments.append(.list(options)) }
        return await self.call(Atom(function), arguments, within: Self.changeTime).map(ReleaseHandlerAnswer.init)
    }

    /// Lets the node know of a release that lies in its root, by its `.rel` file; it writes `RELEASES`.
    func setUnpacked(_ resourceFile: String, _ libraries: Term) async -> Result<ReleaseHandlerAnswer, CallFailure> {
        await self.call("set_unpacked", [.string(resourceFile), libraries], within: Self.changeTime)
            .map(ReleaseHandlerAnswer.init)
    }

    /// Lets the node forget a release; no file but `RELEASES` changes.
    func setRemoved(_ version: String) async -> Result<ReleaseHandlerAnswer, CallFailure> {
        await self.call("set_removed", [.string(version)], within: Self.changeTime).map(ReleaseHandlerAnswer.init)
    }

    /// Restarts the node into its permanent release (`init:restart/0`): in the same process of the system, without heart.
    func restart() async -> Result<Void, CallFailure> {
        await self.call("init", "restart", [], within: Self.readTime).map { _ in }
    }

    /// Has the release_handler read `RELEASES` anew, by restarting it alone; it keeps nothing else.
    func readRecordsAnew() async -> Result<Void, CallFailure> {
        for function: Atom in ["terminate_child", "restart_child"] {
            let answer = await self.call(
                "supervisor", function, [.atom("sasl_sup"), .atom("release_handler")], within: Self.readTime)
            if case .failure(let failure) = answer { return .failure(failure) }
        }
        return .success(())
    }

    /// The supervisor of `kernel`: it ends only when the node does, or is restarted within its process of the system.
    /// Nil when the node does not say.
    func oldestProcess() async -> Term? {
        try? await self.call("erlang", "whereis", [.atom("kernel_sup")], within: Self.readTime).get()
    }

    /// Whether a trial was begun on the node, and its guard is still there.
    func hasGuard() async -> Bool {
        guard
            case .success(let process) = await self.call(
                "erlang", "whereis", [.atom("relift_guard")], within: Self.readTime)
        else { return false }
        return process != .atom("undefined")
    }

    /// The root folder the node runs from (`code:root_dir/0`).
    func rootFolder() async -> Result<String, CallFailure> {
        await self.call("code", "root_dir", [], within: Self.readTime).map { $0.stringValue ?? "" }
    }

    /// A finding when the node does not run from a root; nil also where it does not say from which.
    func foreignRoot(than root: FilePath, _ files: HostFileSystem, node: String) async -> Diagnostic? {
        guard case .success(let theirs) = await self.rootFolder() else { return nil }
        if let ours = try? files.facts(of: root), let other = try? files.facts(of: FilePath(theirs)),
            ours.isSameFile(as: other)
        {
            return nil
        }
        return Diagnostic(
            .otherRoot, .error, "node `\(node)` does not run from `\(root)`", at: .file(root.string),
            explanation: "It runs from `\(theirs)`; what is installed here would never reach it.",
            help: ["give that folder with `--root`, or the node of this folder with `--node`"])
    }

    /// The folders from which the node loads code (`code:get_path/0`).
    func codePath() async -> Result<[String], CallFailure> {
        await self.call("code", "get_path", [], within: Self.readTime).map { answer in
            (answer.listElements ?? []).compactMap(\.stringValue)
        }
    }

    /// Whether the node has finished starting and is not about to stop (`init:get_status/0`).
    func isStarted() async -> Bool {
        guard case .success(let status) = await self.call("init", "get_status", [], within: Self.readTime) else {
            return false
        }
        return status == .tuple(.atom("started"), .atom("started"))
    }

    /// The environment of the node's process (`os:getenv/0`).
    func environment() async -> Result<[String: String], CallFailure> {
        await self.call("os", "getenv", [], within: Self.readTime).map { answer in
            let pairs = (answer.listElements ?? []).compactMap(\.stringValue).compactMap { entry in
                entry.firstIndex(of: "=").map { (String(entry[..<$0]), String(entry[entry.index(after: $0)...])) }
            }
            return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Has the node write a file that only its own user can read, under another name first.
    func write(_ bytes: [UInt8], to path: String) async -> Result<Void, CallFailure> {
        let new = Term.string("\(path).new")
        let steps: [(Atom, [Term])] = [
            ("delete", [new]), ("write_file", [new, .binary([]), .list([.atom("exclusive")])]),
            ("change_mode", [new, .integer(0o600)]), ("write_file", [new, .binary(bytes), .list([.atom("sync")])]),
            ("rename", [new, .string(path)]),
        ]
        for (function, arguments) in steps {
            switch await self.call("file", function, arguments, within: Self.readTime) {
            case .failure(let failure): return .failure(failure)
            case .success(let answer):
                guard answer == .atom("ok") || function == "delete" else {
                    return .failure(.refused(Self.notWritten(path, answer)))
                }
            }
        }
        return .success(())
    }

    private static func notWritten(_ path: String, _ answer: Term) -> Diagnostic {
        let reason = answer.tupleElements?.last.map(TermPrinter.line) ?? TermPrinter.line(answer)
        return Diagnostic(
            Diagnostic.ID("install/configuration-not-written"), .error, "the node cannot write `\(path)`: \(reason)",
            at: .file(path), explanation: "Without it the upgrade would leave applications without parameters.",
            help: ["let the user of the node write there, or make the file before the upgrade"])
    }

    // MARK: - Calling

    enum CallFailure: Error {
        /// The node is gone; nobody knows whether the call was carried out.
        case connectionLost(Diagnostic)
        /// The node answered, but not with a result.
        case refused(Diagnostic)

        var finding: Diagnostic {
            switch self {
            case .connectionLost(let finding), .refused(let finding): finding
            }
        }

        var event: InstallMachine.Event {
            switch self {
            case .connectionLost(let finding): .connectionLost(finding)
            case .refused(let finding): .failed([finding])
            }
        }
    }

    private func call(_ function: Atom, _ arguments: [Term], within time: Duration) async -> Result<Term, CallFailure> {
        await self.call("release_handler", function, arguments, within: time)
    }

    func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], within time: Duration
    ) async -> Result<Term, CallFailure> {
        do {
            return .success(try await self.connection.call(module, function, arguments, within: time))
        } catch {
            return .failure(Self.failure(error))
        }
    }

    private static func failure(_ error: CallError) -> CallFailure {
        switch error.code {
        case .noConnection, .noAnswer, .cancelled: return .connectionLost(error.diagnostic)
        case .exited(let reason), .ended(let reason), .serverDown(let reason):
            let tag = reason.tupleElements?.first ?? reason
            return tag == .atom("noproc") ? .refused(self.noReleaseHandler) : .refused(error.diagnostic)
        case .thrown, .raised, .badRPC, .notSpawned, .unreadableAnswer, .requestTooLarge:
            return .refused(error.diagnostic)
        }
    }

    private static var noReleaseHandler: Diagnostic {
        Diagnostic(
            Diagnostic.ID("node/no-release-handler"), .error, "no release_handler runs on the node",
            explanation: "Installing is the work of the application `sasl`, which the running release does not start.",
            help: ["add `sasl` to the applications of the release, and start the node from it once"])
    }
}

/// Questions to a node that change nothing, each on a connection of its own.
package struct NodeQuestions: Sendable {
    let access: NodeAccess

    package init(_ access: NodeAccess) { self.access = access }

    /// Why the node did not say.
    package struct Unanswered: Error {
        package let finding: Diagnostic

        /// The finding as a warning: a node that is down is a fact about the host, not a failure of asking.
        package var asWarning: Diagnostic { self.finding.with(.warning) }
    }

    /// The releases the node has, as its release_handler tells them.
    package func releases() async -> Result<[NodeRelease], Unanswered> {
        await self.ask { connection in
            await ReleaseHandlerClient(connection: connection).releases().mapError { Unanswered(finding: $0.finding) }
        }
    }

    /// Asks on a connection of its own.
    func ask<Answer>(
        _ question: (NodeConnection) async -> Result<Answer, Unanswered>
    ) async -> Result<Answer, Unanswered> {
        do {
            return try await withNodeConnection(
                to: self.access.target, cookie: self.access.cookie, options: self.access.options, question)
        } catch let error as NodeError {
            return .failure(Unanswered(finding: error.diagnostic))
        } catch {
            return .failure(
                Unanswered(
                    finding: Diagnostic(
                        Diagnostic.ID("install/internal"), .error, "the node could not be asked",
                        help: ["please report this"])))
        }
    }
}

extension Diagnostic.ID {
    package static let otherRoot = Self("install/other-root")
}
