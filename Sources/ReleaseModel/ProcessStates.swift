/// What is known of the states of a module's processes.
///
/// Following the code to tell them takes longer than everything else that is read of a module. They are compared with
/// those of another version and used for nothing else, so where both versions have them from the same code they are left
/// unread.
package enum ProcessStates: Hashable, Sendable {
    /// No process keeps a state with the module, as far as its behaviours say; or its code was not read.
    case absent
    /// There are states, and nobody has read them.
    case unread(Origin)
    /// The origin is nil where the code was not understood function by function.
    case read(StateShapes, Origin?)

    /// Everything the states come from.
    package struct Origin: Hashable, Sendable {
        /// Of the behaviour, its callbacks, and what they call in the module.
        package let code: ModuleFacts.Digest
        /// Of the definitions of records, or of all debug information, which holds them: it is large, and read only where
        /// the code is the same. Nil where nobody has looked.
        package var records: ModuleFacts.Digest?

        package init(code: ModuleFacts.Digest, records: ModuleFacts.Digest? = nil) {
            self.code = code
            self.records = records
        }

        /// Whether this is certainly the origin of the same states.
        func isSame(as other: Origin) -> Bool {
            self.code == other.code && self.records != nil && self.records == other.records
        }
    }

    /// What was read; nil for ``absent`` and for ``unread(_:)``, which is not the same.
    package var shapes: StateShapes? {
        if case .read(let shapes, _) = self { shapes } else { nil }
    }

    package var origin: Origin? {
        switch self {
        case .absent: nil
        case .unread(let origin): origin
        case .read(_, let origin): origin
        }
    }

    /// Whether two versions of a module certainly have the same states.
    package func areSame(as other: ProcessStates) -> Bool {
        guard let origin = self.origin, let otherOrigin = other.origin else { return false }
        return origin.isSame(as: otherOrigin)
    }

    /// Whether comparing two versions needs states of the first one that nobody has read.
    package func mustBeRead(against other: ProcessStates) -> Bool {
        guard case .unread = self else { return false }
        return other != .absent && !self.areSame(as: other)
    }
}
