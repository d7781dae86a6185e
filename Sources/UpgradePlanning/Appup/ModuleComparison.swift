package import ErlangTerms
package import ReleaseModel

/// What is different between two versions of a module, as far as a running system can notice.
///
/// Two modules are the same when their functions, their exports and their attributes are: not when their bytes are. The
/// order of functions, lines, comments, debug information, options of the compiler that change no code, compression and
/// the folder where the module was compiled make no difference.
package struct ModuleComparison: Hashable, Sendable {
    /// What the answer rests on.
    package enum Basis: Hashable, Sendable {
        /// The code is the same byte by byte (`beam_lib:md5/1`).
        case sameBytes
        /// Every function was compared.
        case functions
        /// The code of a version could not be understood; any difference of the bytes counts as a change. The reason is
        /// one sentence without a period, or nil where nobody looked.
        case wholeModule(reason: String?)
    }

    package var basis: Basis
    /// The functions of the source whose code is not the same; a `fun` or a comprehension counts as its function.
    package var changed: [ModuleFacts.FunctionName] = []
    package var added: [ModuleFacts.FunctionName] = []
    package var removed: [ModuleFacts.FunctionName] = []
    /// Exported functions of the newer version that the older one did not export, though it may have had them.
    package var exportsAdded: [ModuleFacts.FunctionName] = []
    package var exportsRemoved: [ModuleFacts.FunctionName] = []
    /// Attributes with other values, added and removed ones among them. Empty when a version has none left because it was
    /// stripped.
    package var attributes: [Atom] = []
    /// The definitions of native records are not the same.
    package var recordsChanged = false
    /// The whole module is another one, and no more is known.
    package var wholeModuleChanged = false

    /// Compares two versions of one module.
    package init(old: ModuleFacts, new: ModuleFacts) {
        if let before = old.attributes, let after = new.attributes {
            self.attributes = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        }
        if old.digest == new.digest {
            self.basis = .sameBytes
            return
        }
        self.basis = .functions
        switch (old.code, new.code) {
        case (.functions(let before, let oldRecords), .functions(let after, let newRecords)):
            self.compare(before, after)
            self.recordsChanged = oldRecords != newRecords
        case (.notUnderstood(let reason), _), (_, .notUnderstood(let reason)):
            self.basis = .wholeModule(reason: reason)
            self.wholeModuleChanged = true
        case (.notRead, _), (_, .notRead):
            self.basis = .wholeModule(reason: nil)
            self.wholeModuleChanged = true
        }
        self.exportsAdded = new.exports.subtracting(old.exports).sorted()
        self.exportsRemoved = old.exports.subtracting(new.exports).sorted()
    }

    /// Whether a running system could go on with either version.
    package var isUnchanged: Bool {
        !self.wholeModuleChanged && !self.recordsChanged && self.changed.isEmpty && self.added.isEmpty
            && self.removed.isEmpty && self.exportsAdded.isEmpty && self.exportsRemoved.isEmpty
            && self.attributes.isEmpty
    }

    private mutating func compare(_ before: [ModuleFacts.Function], _ after: [ModuleFacts.Function]) {
        func byName(_ functions: [ModuleFacts.Function]) -> [ModuleFacts.FunctionName: ModuleFacts.Function] {
            Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let (older, newer) = (byName(before), byName(after))
        var changed: Set<ModuleFacts.FunctionName> = []
        var added: Set<ModuleFacts.FunctionName> = []
        var removed: Set<ModuleFacts.FunctionName> = []
        // Functions that the compiler made, which came or went. Code that uses one names it, so that code changed too
        // and says more.
        var otherGenerated: Set<ModuleFacts.FunctionName> = []
        for function in after {
            if let same = older[function.name] {
                if same.digest != function.digest { changed.insert(function.generatedFor ?? function.name) }
            } else if let origin = function.generatedFor {
                otherGenerated.insert(origin)
            } else {
                added.insert(function.name)
            }
        }
        for function in before where newer[function.name] == nil {
            if let origin = function.generatedFor {
                otherGenerated.insert(origin)
            } else {
                removed.insert(function.name)
            }
        }
        changed.subtract(added)
        changed.subtract(removed)
        if changed.isEmpty, added.isEmpty, removed.isEmpty { changed = otherGenerated }
        self.changed = changed.sorted()
        self.added = added.sorted()
        self.removed = removed.sorted()
    }
}

extension ModuleComparison {
    /// What changed, in words without a period, the same on the way up and down; nil where nothing more is known than
    /// that the module is another one. Names the first three of many.
    ///
    /// - Parameters:
    ///   - older: the version of the application with the older module.
    ///   - newer: the version with the newer one.
    func summary(older: String, newer: String) -> String? {
        var parts = self.changed.map { "`\($0)` changed" }
        parts += self.added.map { "`\($0)` is new in \(newer)" }
        parts += self.removed.map { "`\($0)` is in \(older) only" }
        let (named, others) = (Set(self.added), Set(self.removed))
        parts += self.exportsAdded.filter { !named.contains($0) }.map { "`\($0)` is exported in \(newer) only" }
        parts += self.exportsRemoved.filter { !others.contains($0) }.map { "`\($0)` is exported in \(older) only" }
        parts += self.attributes.map { "attribute `\($0)` changed" }
        if self.recordsChanged { parts.append("definitions of native records changed") }
        if self.wholeModuleChanged {
            guard case .wholeModule(let reason?) = self.basis else { return nil }
            return "changed as a whole, since its functions could not be compared: \(reason)"
        }
        if parts.isEmpty { return nil }
        return parts.prefix(3).joined(separator: ", ") + (parts.count > 3 ? " and \(parts.count - 3) more" : "")
    }
}
