package import Diagnostics

extension Diagnostic.ID {
    // Instructions of appups, on their own
    package static let appupUnknownInstruction = Self("appup/unknown-instruction")
    package static let appupMalformedInstruction = Self("appup/malformed-instruction")
    package static let appupNotImplemented = Self("appup/not-implemented")
    package static let appupTwoPointsOfNoReturn = Self("appup/two-points-of-no-return")
    package static let appupTooEarly = Self("appup/before-point-of-no-return")
    package static let appupNoObjectCode = Self("appup/no-object-code")
    package static let appupNotResumed = Self("appup/not-resumed")
    package static let appupNotSuspended = Self("appup/not-suspended")
    package static let appupNotStopped = Self("appup/not-stopped")
    package static let appupNotStarted = Self("appup/not-started")

    // Instructions against the releases and against each other
    package static let relupNoSuchApplication = Self("relup/no-such-application")
    package static let relupApplicationStays = Self("relup/application-stays")
    package static let relupModuleTwice = Self("relup/module-twice")
    package static let relupUndefinedDependency = Self("relup/undefined-dependency")
    package static let relupNoSuchModule = Self("relup/no-such-module")
    package static let relupConflictingVersions = Self("relup/conflicting-versions")

    // Appups against the releases
    package static let relupMissingSasl = Self("relup/missing-sasl")
    package static let relupNoAppup = Self("relup/no-appup")
    package static let relupNoEntry = Self("relup/no-entry")
    package static let relupRuntimeChanged = Self("relup/runtime-changed")
    package static let relupOldSasl = Self("relup/old-sasl")
    package static let relupAddedBeforeDependency = Self("relup/added-before-dependency")
    package static let relupRemovedBeforeDependant = Self("relup/removed-before-dependant")
    package static let relupIncludedApplicationStarted = Self("relup/included-application-started")
    package static let relupStartTypeChangeIgnored = Self("relup/start-type-change-ignored")
    package static let appupPatternNeverMatches = Self("appup/pattern-never-matches")
    package static let appupOtherVersion = Self("appup/other-version")
    package static let appupMalformedPattern = Self("appup/malformed-pattern")
    package static let appupUnsupportedPattern = Self("appup/unsupported-pattern")
    package static let appupExpensivePattern = Self("appup/expensive-pattern")

    // Appups against the code
    package static let appupVersionNotBumped = Self("appup/version-not-bumped")
    package static let appupNoObjectFile = Self("appup/no-object-file")
    package static let appupModuleNotListed = Self("appup/module-not-listed")
    package static let appupBehaviourChanged = Self("appup/behaviour-changed")
    package static let appupModuleInTwoApplications = Self("appup/module-in-two-applications")
    package static let appupNIFModule = Self("appup/nif-module")
    package static let appupProtocolImplementation = Self("appup/protocol-implementation")
    package static let appupSeveralBehaviours = Self("appup/several-behaviours")
    package static let appupUnknownBehaviour = Self("appup/unknown-behaviour")
    package static let appupVersionWentDown = Self("appup/version-went-down")
    package static let appupModulesNeedEachOther = Self("appup/modules-need-each-other")

    // What people wrote against the code
    package static let appupModuleNotCovered = Self("appup/module-not-covered")
    package static let appupNoEntry = Self("appup/no-entry")
    package static let appupUnknownModule = Self("appup/unknown-module")
    package static let appupForeignModule = Self("appup/module-of-another-application")
    package static let appupModuleNotThere = Self("appup/module-not-there")
    package static let appupDeletedModuleStays = Self("appup/deleted-module-stays")
    package static let appupAddedModuleWasThere = Self("appup/added-module-was-there")
    package static let appupModuleNotChanged = Self("appup/module-not-changed")
    package static let appupStateNotConverted = Self("appup/state-not-converted")
    package static let appupNoCodeChange = Self("appup/no-code-change")
    package static let appupPurgeKills = Self("appup/purge-kills")
    package static let appupWrongOrder = Self("appup/wrong-order")
    package static let appupTimeoutBelowWait = Self("appup/timeout-below-wait")

    // States of processes
    package static let appupStateShapeChanged = Self("appup/state-shape-changed")
    package static let appupStateKeysChanged = Self("appup/state-keys-changed")
    package static let appupStateNameRemoved = Self("appup/state-name-removed")

    // Children of supervisors
    package static let appupChildChanged = Self("appup/child-changed")
    package static let appupChildUpdated = Self("appup/child-updated")
    package static let appupChildrenReordered = Self("appup/children-reordered")
    package static let appupChildrenNotReadable = Self("appup/children-not-readable")
    package static let appupChildrenUncertain = Self("appup/children-uncertain")
    package static let appupChildrenOfStartChanged = Self("appup/children-of-start-changed")
    package static let appupSupervisorKindChanged = Self("appup/supervisor-kind-changed")
    package static let appupInitNotRepeatable = Self("appup/init-not-repeatable")
    package static let appupSupervisorNotAddressable = Self("appup/supervisor-not-addressable")
}
