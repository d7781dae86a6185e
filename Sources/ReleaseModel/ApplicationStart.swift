/// What starting an application calls, by the code of its callback module (`application:start/2`, `Module:start/2`).
package struct ApplicationStart: Hashable, Sendable {
    /// The functions of other modules that `start/2` reaches, by itself and by functions of its module, in the order of
    /// the import table. Calls of a module that is only known when it runs are not among them.
    package var calls: [ModuleFacts.ImportedFunction]

    package init(calls: [ModuleFacts.ImportedFunction]) { self.calls = calls }
}
