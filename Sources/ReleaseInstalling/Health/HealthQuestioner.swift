package import DistributionClient
import DistributionProtocol
import ErlangTerms
package import ReleaseModel

/// Asks the questions of a release. What is not of the node is given to it: this module starts no programs.
package struct HealthQuestioner: Sendable {
    /// Runs a command of the host's shell.
    package var command: @Sendable (String) async -> HealthQuestion.Answer
    /// Gets a URL.
    package var http: @Sendable (String) async -> HealthQuestion.Answer
    /// How long a function of the node may take.
    package var time: Duration

    package init(
        command: @escaping @Sendable (String) async -> HealthQuestion.Answer,
        http: @escaping @Sendable (String) async -> HealthQuestion.Answer = { _ in .none("HTTP is not asked here") },
        time: Duration = .seconds(5)
    ) {
        self.command = command
        self.http = http
        self.time = time
    }

    /// Asks one question, over a connection with the node where it needs one.
    package func ask(_ question: HealthQuestion, on connection: NodeConnection) async -> HealthQuestion.Answer {
        switch question.kind {
        case .http(let url): return await self.http(url)
        case .command(let command): return await self.command(command)
        case .call(let function, let arguments):
            do throws(CallError) {
                let value = try await connection.call(
                    function.module, function.function, arguments, within: self.time, abandonment: .kill)
                return Self.answer(value)
            } catch {
                switch error.code {
                case .noConnection, .noAnswer, .cancelled, .serverDown, .notSpawned, .unreadableAnswer,
                    .requestTooLarge:
                    return .none("\(error)")
                case .thrown, .exited, .raised, .ended, .badRPC: return .bad("\(error)")
                }
            }
        }
    }

    private static func answer(_ value: Term) -> HealthQuestion.Answer {
        if value.isAtom("ok") || value.isAtom("true") { return .good }
        if let elements = value.tupleElements, elements.first?.isAtom("ok") == true { return .good }
        return .bad("it returned `\(String(TermPrinter.line(value).prefix(200)))`")
    }
}
