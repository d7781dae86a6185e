/// A fun that a module makes and keeps for longer than a call.
///
/// A fun belongs to the version of the module that made it. Once that version is purged, calling it raises `badfun`,
/// whatever the method of the purge.
package struct KeptFun: Hashable, Sendable {
    /// The function of the source that makes it.
    package var function: ModuleFacts.FunctionName
    /// The function of another module that it is handed to; nil where it is a part of the state of a process.
    package var call: ModuleFacts.ImportedFunction?

    package init(function: ModuleFacts.FunctionName, call: ModuleFacts.ImportedFunction? = nil) {
        self.function = function
        self.call = call
    }
}
