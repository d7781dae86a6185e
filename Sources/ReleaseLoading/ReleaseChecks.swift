package import ReleaseModel

/// What is read of a release beside its `.rel` and `.app` files.
package struct ReleaseParts: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The `.appup` files beside the `.app` files.
    package static let appups = ReleaseParts(rawValue: 1)
    /// The facts of the BEAM files of a tarball, which take the pass over it that reading the rest takes. Those of
    /// folders are read afterwards, with ``ReleaseLoader/readModules(of:and:_:)``.
    package static let packedModules = ReleaseParts(rawValue: 2)
}

/// The options of `systools:make_script/2` and `make_tar/2` that ask for more, or for fewer, checks of a release.
package struct ReleaseChecks: Hashable, Sendable {
    /// `src_tests`: each module is compared with its source.
    package var comparesWithSources: Bool
    /// `exref`: the applications whose calls are looked up; nil for none.
    package var crossReference: CrossReference?
    /// False for `no_warn_sasl`.
    package var warnsOfMissingSasl: Bool
    /// `warnings_as_errors`; only warnings that systools knows count.
    package var treatsWarningsAsErrors: Bool

    /// Whose calls a cross reference looks up.
    package enum CrossReference: Hashable, Sendable {
        case all
        case only([ApplicationName])

        /// The applications; nil for all.
        var applications: [ApplicationName]? {
            switch self {
            case .all: nil
            case .only(let names): names
            }
        }
    }

    package init(
        comparesWithSources: Bool = false, crossReference: CrossReference? = nil, warnsOfMissingSasl: Bool = true,
        treatsWarningsAsErrors: Bool = false
    ) {
        self.comparesWithSources = comparesWithSources
        self.crossReference = crossReference
        self.warnsOfMissingSasl = warnsOfMissingSasl
        self.treatsWarningsAsErrors = treatsWarningsAsErrors
    }
}
