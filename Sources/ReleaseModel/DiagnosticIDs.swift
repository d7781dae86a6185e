package import Diagnostics

/// The kinds of findings about releases as a whole.
extension Diagnostic.ID {
    package static let releaseMissingMandatoryApplication = Self("release/missing-mandatory-application")
    package static let releaseMandatoryApplicationNotPermanent = Self("release/mandatory-application-not-permanent")
    package static let releaseApplicationNotFound = Self("release/application-not-found")
    package static let releaseVersionNotFound = Self("release/version-not-found")
    package static let releaseApplicationMismatch = Self("release/application-mismatch")
    package static let releaseInclusionNotListed = Self("release/inclusion-not-listed")
    package static let releaseUndefinedApplication = Self("release/undefined-application")
    package static let releaseRegisteredNameClash = Self("release/registered-name-clash")
    package static let releaseIncludedTwice = Self("release/included-twice")
    package static let releaseInclusionCycle = Self("release/inclusion-cycle")
    package static let releaseModuleClash = Self("release/module-clash")
    package static let releaseObjectFileMissing = Self("release/object-file-missing")
    package static let releaseCircularDependencies = Self("release/circular-dependencies")
    package static let releaseInclusionOrder = Self("release/inclusion-order")
    package static let releaseUsedTwice = Self("release/used-twice")
    package static let releaseMissingSasl = Self("release/missing-sasl")
    package static let releaseSourceNotFound = Self("release/source-not-found")
    package static let releaseObjectOutOfDate = Self("release/object-out-of-date")
    package static let releaseUndefinedFunction = Self("release/undefined-function")
    package static let releaseApplicationListedTwice = Self("release/application-listed-twice")
    package static let releaseDependencyNotStarted = Self("release/dependency-not-started")
}
