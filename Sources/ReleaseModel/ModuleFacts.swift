package import ErlangTerms

/// What planning and checking need to know of one BEAM file.
package struct ModuleFacts: Hashable, Sendable {
    package var name: ModuleName
    /// As `beam_lib:md5/1` computes it, 16 bytes.
    package var digest: [UInt8]
    /// The `behaviour`/`behavior` attributes, in the order of the file.
    package var behaviours: [Atom]
    package var exports: Set<FunctionName>
    package var imports: Set<ImportedFunction>
    /// The `vsn` attribute as `beam_lib:version/1` gives it.
    package var version: [Term]
    /// `-on_load`, which every NIF module has; false where the code was not read.
    package var hasOnLoad: Bool
    /// A digest of each attribute that says something about the running module; nil where they were stripped.
    package var attributes: [Atom: Digest]?
    package var code: Code
    /// The children of a supervisor; nil for a module that is none.
    package var supervisor: SupervisorChildren?
    /// What its `child_spec/1` makes; nil for a module without one, and where it cannot be told.
    package var childTemplate: ChildTemplate?
    /// The modules whose Elixir structs its code makes or takes apart, by literals and matches.
    package var structs: Set<Atom> = []
    /// The states of its processes.
    package var states = ProcessStates.absent
    /// The calls without a timeout, for a connection or its data, that return into it; none where code is not read.
    package var endlessWaits: Set<ImportedFunction> = []
    /// The funs of its own that it keeps for longer than a call; empty where the code was not read.
    package var keptFuns: [KeptFun] = []
    /// How long its callbacks may wait; nothing where the code was not read.
    package var waits = CallbackWaits()
    /// What starting the application calls; nil for a module that is no application's callback module.
    package var start: ApplicationStart?

    /// A function of the module.
    package struct FunctionName: Hashable, Sendable {
        package var name: Atom
        package var arity: Int

        package init(_ name: Atom, _ arity: Int) {
            self.name = name
            self.arity = arity
        }
    }

    /// A function of another module that this one calls.
    package struct ImportedFunction: Hashable, Sendable {
        package var module: Atom
        package var function: Atom
        package var arity: Int

        package init(module: Atom, function: Atom, arity: Int) {
            self.module = module
            self.function = function
            self.arity = arity
        }
    }

    package init(
        name: ModuleName, digest: [UInt8], behaviours: [Atom] = [], exports: Set<FunctionName> = [],
        imports: Set<ImportedFunction> = [], version: [Term] = [], hasOnLoad: Bool = false,
        attributes: [Atom: Digest]? = nil, code: Code = .notRead
    ) {
        self.name = name
        self.digest = digest
        self.behaviours = behaviours
        self.exports = exports
        self.imports = imports
        self.version = version
        self.hasOnLoad = hasOnLoad
        self.attributes = attributes
        self.code = code
    }

    /// Whether the function can be called from outside.
    package func exports(_ name: Atom, _ arity: Int) -> Bool { self.exports.contains(FunctionName(name, arity)) }
}
