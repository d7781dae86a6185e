import Diagnostics
import ErlangTerms

/// What a journal says of the operation it belongs to.
package struct JournalText: Hashable, Sendable {
    package private(set) var operation: Operation
    /// In order, without the first line.
    package private(set) var entries: [JournalEntry]

    /// Reads the lines up to the first that is torn: whoever was killed while writing it had not begun what it tells.
    ///
    /// Nil when not even the first line is whole.
    package init?(_ bytes: [UInt8]) {
        var entries: [JournalEntry] = []
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
            guard line.last == UInt8(ascii: "."), let term = try? TermText.parseTerm(Array(line)),
                let entry = JournalEntry(term)
            else { break }
            entries.append(entry)
        }
        guard case .operation(var operation)? = entries.first else { return nil }
        entries.removeFirst()
        for case .hop(let from, let to) in entries { (operation.from, operation.to) = (from, to) }
        self.operation = operation
        self.entries = entries
    }

    package func hasBegun(_ step: InstallReport.StepName) -> Bool { self.entries.contains(.began(step)) }

    package func isDone(_ step: InstallReport.StepName) -> Bool {
        self.entries.contains(.ended(step, isDone: true))
    }

    /// How it ended; nil for an operation that was cut off.
    package var end: OperationEnd? {
        guard case .end(let end)? = self.entries.last else { return nil }
        return end
    }

    /// The step that was under way, or the last one that was.
    package var lastStep: InstallReport.StepName? {
        for entry in self.entries.reversed() {
            if case .began(let step) = entry { return step }
        }
        return nil
    }

    /// Paths below the root that this operation puts there.
    package var placing: [String] {
        self.entries.flatMap { entry -> [String] in if case .placing(let paths) = entry { paths } else { [] } }
    }
}
