package import Diagnostics

/// Why a text is not one term: the findings a file with that text would have.
package struct TermTextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one, the first in the text first. Their places are in a nameless file that holds the text.
    package let diagnostics: [Diagnostic]

    /// The summary of the first finding.
    package var description: String { self.diagnostics.first?.summary ?? "not an Erlang term" }
}
