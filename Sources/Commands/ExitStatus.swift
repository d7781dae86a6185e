import ArgumentParser

/// How a run ends (contract, section 4).
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// Findings of error severity: the input or the hop is not acceptable.
    case findings = 1
    /// The operation failed: input and output, the connection, or a mistake of ours.
    case failed = 2
    /// The node or host refused; it was left as it was.
    case refused = 3
    /// The node runs the old release.
    case rolledBack = 4
    /// The state is unclear.
    case personNeeded = 5
    /// The node is not what the plan was made for.
    case stalePlan = 6
}

extension ExitStatus {
    /// Ends a command's `run` with this status; returns normally for `done`.
    func end() throws {
        guard self != .done else { return }
        throw ExitCode(self.rawValue)
    }
}
