import ReleaseModel
import Subprocess
import SystemPackage

/// A command of the operator's by which a release on trial is judged (`{cmd, Command}`).
enum HealthCommand {
    private static let timeLimit = Duration.seconds(10)

    /// Runs it by the shell of this host.
    static func run(_ command: String) async -> HealthQuestion.Answer {
        await withTaskGroup(of: HealthQuestion.Answer.self) { group in
            group.addTask { await self.answer(command) }
            group.addTask {
                // Cancelled when the command has ended.
                try? await Task.sleep(for: self.timeLimit)
                return .none("it did not end within \(self.timeLimit.components.seconds) s")
            }
            let first = await group.next() ?? .none("it was not run")
            group.cancelAll()
            return first
        }
    }

    private static func answer(_ command: String) async -> HealthQuestion.Answer {
        do {
            let result = try await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", command], output: .discarded, error: .discarded)
            switch result.terminationStatus {
            case .exited(0): return .good
            case .exited(let status): return .bad("it ended with status \(status)")
            case .signaled(let signal): return .bad("it was ended by signal \(signal)")
            }
        } catch {
            return .none("it could not be run: \(error)")
        }
    }
}
