extension ReleaseResolution {
    /// What a caller may ask of the checks: the options of `systools:make_script/2` that concern them.
    package struct Options: Hashable, Sendable {
        /// `src_tests`: what was found of each module's files; nil when the option is not given. Modules that are not
        /// in it count as without object file.
        package var moduleFiles: [ModuleName: ModuleFileState]?
        /// `exref`: the functions that a cross reference found undefined, in its order.
        package var undefinedFunctions: [ModuleFacts.ImportedFunction]
        /// False for `no_warn_sasl`.
        package var warnsOfMissingSasl: Bool
        /// `warnings_as_errors`. Only warnings that systools knows count.
        package var treatsWarningsAsErrors: Bool

        package init(
            moduleFiles: [ModuleName: ModuleFileState]? = nil,
            undefinedFunctions: [ModuleFacts.ImportedFunction] = [], warnsOfMissingSasl: Bool = true,
            treatsWarningsAsErrors: Bool = false
        ) {
            self.moduleFiles = moduleFiles
            self.undefinedFunctions = undefinedFunctions
            self.warnsOfMissingSasl = warnsOfMissingSasl
            self.treatsWarningsAsErrors = treatsWarningsAsErrors
        }
    }

    /// What `src_tests` sees of a module.
    package enum ModuleFileState: Hashable, Sendable {
        /// Object and source are there, and the source is not newer.
        case current
        case objectMissing
        case sourceNotFound
        case objectOutOfDate
    }
}
