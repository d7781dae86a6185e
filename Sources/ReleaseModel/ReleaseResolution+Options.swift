package import Diagnostics
package import ErlangTerms

extension ReleaseResolution {
    /// What a caller may ask of the checks: the options of `systools:make_script/2` that concern them.
    package struct Options: Hashable, Sendable {
        /// `src_tests`: what was found of each module's files; nil when the option is not given. Modules that are not
        /// in it count as without object file.
        package var moduleFiles: [ModuleName: ModuleFileState]?
        /// `exref`: the functions that a cross reference found undefined, in its order, or why it found none.
        package var undefinedFunctions: Result<[ModuleFacts.ImportedFunction], CrossReferenceFailure>
        /// False for `no_warn_sasl`.
        package var warnsOfMissingSasl: Bool
        /// `warnings_as_errors`. Only warnings that systools knows count.
        package var treatsWarningsAsErrors: Bool

        package init(
            moduleFiles: [ModuleName: ModuleFileState]? = nil,
            undefinedFunctions: Result<[ModuleFacts.ImportedFunction], CrossReferenceFailure> = .success([]),
            warnsOfMissingSasl: Bool = true, treatsWarningsAsErrors: Bool = false
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

/// Why the cross reference that `exref` asks for could not be made.
package struct CrossReferenceFailure: Error, Hashable, Sendable {
    package var diagnostic: Diagnostic
    /// What systools adds to its list of errors with modules.
    package var otpElement: Term
    /// The reason of a crash, where systools crashes.
    package var otpCrash: Term?

    package init(diagnostic: Diagnostic, otpElement: Term, otpCrash: Term?) {
        self.diagnostic = diagnostic
        self.otpElement = otpElement
        self.otpCrash = otpCrash
    }
}
