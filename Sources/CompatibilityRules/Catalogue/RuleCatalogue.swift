package import Diagnostics

/// All rules. What one rule finds no other one says again.
package enum RuleCatalogue {
    /// About one release alone.
    package static let releaseRules: [any ReleaseRule.Type] = [
        ListAroundDynamic.self, WrongModules.self, ChildrenHidden.self,
        ConfigurationUnreadable.self, IncludedConfigurationMissing.self, ConfiguredApplicationUnknown.self,
        RuntimeDependencyTooOld.self, HyphenInVersion.self, TarballNameDiffers.self, UnlistedLibrary.self,
        RelupOfOtherVersion.self, ProtocolsNotConsolidated.self,
        // What scripts stumble over; with a script at hand they are asked again, and know for certain
        TopNotSupervisor.self, SupervisorDynamicModules.self, NIFWithoutUpgrade.self,
    ]

    /// About two releases.
    package static let hopRules: [any HopRule.Type] = [
        ModuleNotCovered.self,
        // What lies around the applications
        SameVersionOtherRelease.self, ReleaseVersionOrder.self, ReleaseNameChanged.self, BaseApplicationChanged.self,
        HeartMissing.self, StaticEmulator.self, RuntimeNotIncluded.self, VMArgumentsChanged.self, RelupPathMissing.self,
        RelupStale.self, ConfigurationTemplate.self,
        ConfigurationMissing.self, ConfigurationKeyVanishes.self, ConfigurationTypeChanged.self,
        IncludedConfigurationMoves.self, ConfigurationProviders.self, ConsolidationChanged.self,
        // What the code is tied to
        BaseModuleReloaded.self, SameVersionOtherSpecification.self, NIFWithoutUpgrade.self,
        PortDriverReloaded.self, RegisteredNameMoves.self,
    ]

    /// About each of the two scripts.
    package static let scriptRules: [any ScriptRule.Type] = [
        UnknownInstruction.self, BeforePointOfNoReturn.self, MisplacedRestart.self, ObjectCodeNotRead.self,
        ObjectCodeOfOtherVersion.self, ModuleNotInRelease.self, LoadedTwice.self, NotResumed.self, NotStarted.self,
        NotSuspended.self, ApplyTargetMissing.self, CodeChangeMissing.self, SupervisorStillSuspended.self,
        UndefinedAfter.self, CodeLeftBehind.self, WrongCodeAtEnd.self, CallBeforeLoaded.self,
        SupervisorDynamicModules.self, TopNotSupervisor.self, UpdateWithoutChild.self, SupervisorNotUpdated.self,
        KillsAtCommit.self, LocalLoop.self, FunKept.self,
    ]

    /// Each rule once, whatever it is asked about.
    package static var rules: [any Rule.Type] {
        let other: [any Rule.Type] = self.hopRules + self.scriptRules
        return self.releaseRules.filter { rule in !other.contains { $0.id == rule.id } } + other
    }

    package static var explanations: [Explanation] { self.rules.map { $0.explanation } }
}
