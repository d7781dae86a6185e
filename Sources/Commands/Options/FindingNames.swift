import ArgumentParser
import Diagnostics

extension ExplainAction {
    /// Throws where an option names a finding that does not exist: a slip of the keys would do nothing, and say nothing.
    static func validate(_ id: String, of option: String) throws {
        guard self.catalogue[Diagnostic.ID(id)] == nil else { return }
        let hint = self.nearest(to: id).map { "did you mean `\($0)`?" } ?? "`relift explain` lists all findings"
        throw ValidationError("\(option): there is no finding `\(id)`; \(hint)")
    }
}
