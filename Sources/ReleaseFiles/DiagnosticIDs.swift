package import Diagnostics

/// The kinds of findings about files, by format.
extension Diagnostic.ID {
    // Any file of one term
    package static let termFileRestIgnored = Self("term-file/rest-ignored")
    package static let termFileNotOneTerm = Self("term-file/not-one-term")

    // .rel
    package static let relNotARelease = Self("rel/not-a-release")
    package static let relNotAString = Self("rel/not-a-string")
    package static let relUnsafeVersion = Self("rel/unsafe-version")
    package static let relUnsafeName = Self("rel/unsafe-name")
    package static let relIllegalApplication = Self("rel/illegal-application")

    // .app
    package static let appNotAnApplication = Self("app/not-an-application")
    package static let appMissingKey = Self("app/missing-key")
    package static let appWrongValue = Self("app/wrong-value")
    package static let appDuplicateEntry = Self("app/duplicate-entry")
    package static let appRepeatedKey = Self("app/repeated-key")
    package static let appMisspeltKey = Self("app/misspelt-key")
    package static let appUnsafeName = Self("app/unsafe-name")

    // .appup
    package static let appupNotAnAppup = Self("appup/not-an-appup")
    package static let appupEntrySkipped = Self("appup/entry-skipped")
    package static let appupScriptNotAList = Self("appup/script-not-a-list")

    // relup
    package static let relupNotARelup = Self("relup/not-a-relup")
    package static let relupIllegalEntry = Self("relup/illegal-entry")

    // .script, .boot
    package static let bootNotAScript = Self("boot/not-a-script")
    package static let bootNotATerm = Self("boot/not-a-term")
    package static let bootUnknownCommand = Self("boot/unknown-command")

    // RELEASES
    package static let releasesNotAList = Self("releases/not-a-list")
    package static let releasesIllegalEntry = Self("releases/illegal-entry")
    package static let releasesRepeatedVersion = Self("releases/repeated-version")

    // start_erl.data
    package static let startErlDataNotTwoWords = Self("start-erl-data/not-two-words")
    package static let startErlDataUnsafeName = Self("start-erl-data/unsafe-name")

    // sys.config.src, vm.args.src
    package static let configNotAVariable = Self("config/not-a-variable")
    package static let configVariableNotSet = Self("config/variable-not-set")
    package static let configValueNotATerm = Self("config/value-not-a-term")
    package static let configValueDoesNotFit = Self("config/value-does-not-fit")

    // sys.config
    package static let sysConfigNotAList = Self("sys-config/not-a-list")
    package static let sysConfigIllegalEntry = Self("sys-config/illegal-entry")
    package static let sysConfigIllegalParameter = Self("sys-config/illegal-parameter")
    package static let sysConfigRepeated = Self("sys-config/repeated")

    // vm.args
    package static let vmArgsNotText = Self("vm-args/not-text")
    package static let vmArgsOpenQuote = Self("vm-args/open-quote")
    package static let vmArgsMissingValue = Self("vm-args/missing-value")
}
