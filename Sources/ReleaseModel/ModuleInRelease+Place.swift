package import Diagnostics
import ErlangTerms

extension ModuleInRelease {
    /// A function of the module, or a call in it and in what it leads to; without a function the first such call in the
    /// module. The line is found once the finding is to be shown (`SourceLookup`).
    package func place(
        of function: ModuleFacts.FunctionName? = nil, calling call: ModuleFacts.ImportedFunction? = nil
    ) -> Diagnostic.Place {
        .code(self.facts.name, in: self.directory, of: function, calling: call)
    }
}

extension Application {
    /// The same for a module of the application, read or not.
    package func place(
        in module: ModuleName, of function: ModuleFacts.FunctionName? = nil,
        calling call: ModuleFacts.ImportedFunction? = nil
    ) -> Diagnostic.Place {
        .code(module, in: self.directory, of: function, calling: call)
    }
}

extension Diagnostic.Place {
    fileprivate static func code(
        _ module: ModuleName, in directory: String, of function: ModuleFacts.FunctionName?,
        calling call: ModuleFacts.ImportedFunction?
    ) -> Self {
        .binary(
            Diagnostic.BinaryPlace(
                path: "\(directory)/\(module).beam", module: module.name, function: function?.description,
                call: call.map {
                    Diagnostic.Call(module: $0.module.name, function: $0.function.name, arity: $0.arity)
                }))
    }
}

extension ModuleFacts.FunctionName {
    /// The callback that a behaviour asks first.
    package static let initial = Self("init", 1)
    /// Of an application's callback module.
    package static let start = Self("start", 2)
}

extension ModuleFacts.ImportedFunction {
    /// What loads the native functions of a module.
    package static let loadNative = Self(module: "erlang", function: "load_nif", arity: 2)
}

extension ModuleFacts {
    /// Whether it has native functions, as far as its imports tell.
    package var loadsNativeFunctions: Bool { self.imports.contains(.loadNative) }
}
