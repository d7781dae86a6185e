import Diagnostics
import ErlangTerms
import ReleaseModel

extension ManifestReader {
    /// Reads the value of one setting; what is wrong with it is a finding, and the setting stays as it was.
    mutating func readValue(
        _ value: LocatedTerm, _ key: SettingKey, for scope: Scope, into settings: inout Settings
    ) {
        switch key {
        case .includeRuntime: settings.includeRuntime = self.readInclusion(value, key)
        case .systemLibraries: settings.systemLibraries = self.readInclusion(value, key)
        case .systemConfiguration: settings.systemConfiguration = self.readFileChoice(value, key)
        case .systemConfigurationSource: settings.systemConfigurationSource = self.readFileChoice(value, key)
        case .vmArguments: settings.vmArguments = self.readFileChoice(value, key)
        case .vmArgumentsSource: settings.vmArgumentsSource = self.readFileChoice(value, key)
        case .libraryFolders: settings.libraryFolders += self.readFolders(value, key)
        case .overlay: self.readOverlay(value, for: scope, into: &settings)
        case .overlayVariables: settings.overlayVariables += self.readOverlayVariables(value, key)
        case .overlayDefaults: settings.overlayDefaults += self.readOverlayVariables(value, key)
        case .mode:
            guard let mode: Written<BuildMode> = self.readWord(value, key) else { return }
            self.apply(mode, to: &settings)
        case .developmentMode:
            guard let isOn = self.readBoolean(value, key) else { return }
            if isOn.value {
                self.apply(Written(.dev, at: isOn.range), to: &settings)
            } else if settings.mode.map({ $0.value == .dev }) ?? true {
                // What the mode stood for besides stays as it is (`rlx_state:dev_mode/2`).
                settings.mode = Written(nil, at: isOn.range)
            }
        case .debugInformation: settings.debugInformation = self.readWord(value, key)
        case .includesSources: settings.includesSources = self.readBoolean(value, key)
        case .excludedApplications: settings.excludedApplications = self.readApplicationNames(value, key)
        case .excludedModules: settings.excludedModules = self.readExcludedModules(value, key)
        case .comparesWithSources: settings.comparesWithSources = self.readBoolean(value, key)
        case .checksCalls: settings.checksCalls = self.readBoolean(value, key)
        case .treatsWarningsAsErrors: settings.treatsWarningsAsErrors = self.readBoolean(value, key)
        case .generatesStartScript: settings.generatesStartScript = self.readBoolean(value, key)
        case .extendsStartScript: settings.extendsStartScript = self.readBoolean(value, key)
        case .startScriptHooks: settings.startScriptHooks = self.readHooks(value, key)
        case .startScriptExtensions: settings.startScriptExtensions = self.readExtensions(value, key)
        case .health: settings.health = self.readHealth(value, key)
        }
    }

    /// A mode stands for other settings from its place on; what was set to something else before has no effect.
    private mutating func apply(_ mode: Written<BuildMode>, to settings: inout Settings) {
        func isLost<Value: Equatable>(_ written: Written<Value>?, _ value: Value) -> Written<Value>? {
            written.flatMap { $0.isByMode || $0.value == value ? nil : $0 }
        }
        if let first = isLost(settings.includeRuntime, mode.value.includeRuntime) {
            self.reportOverridden(.includeRuntime, mode, first.range)
        }
        if let first = isLost(settings.debugInformation, mode.value.debugInformation) {
            self.reportOverridden(.debugInformation, mode, first.range)
        }
        if let first = isLost(settings.includesSources, mode.value.includesSources) {
            self.reportOverridden(.includesSources, mode, first.range)
        }
        settings.mode = Written(mode.value, at: mode.range)
        settings.includeRuntime = Written(mode.value.includeRuntime, at: mode.range, isByMode: true)
        settings.debugInformation = Written(mode.value.debugInformation, at: mode.range, isByMode: true)
        settings.includesSources = Written(mode.value.includesSources, at: mode.range, isByMode: true)
    }

    // MARK: - Words and lists of names

    private mutating func readBoolean(_ value: LocatedTerm, _ key: SettingKey) -> Written<Bool>? {
        if value.term.isAtom("true") { return Written(true, at: value.range) }
        if value.term.isAtom("false") { return Written(false, at: value.range) }
        self.reportWrongValue(value, key)
        return nil
    }

    private mutating func readWord<Word: RawRepresentable & CaseIterable & Sendable>(
        _ value: LocatedTerm, _ key: SettingKey
    ) -> Written<Word>? where Word.RawValue == String {
        let name = value.term.atomValue?.name
        if let word = name.flatMap(Word.init(rawValue:)) { return Written(word, at: value.range) }
        let meant = name.flatMap { NearestName.of($0, among: Word.allCases.map(\.rawValue)) }
        self.reportWrongValue(value, key, example: meant.map { "{\(key.rawValue), \($0)}." })
        return nil
    }

    private mutating func readApplicationNames(
        _ value: LocatedTerm, _ key: SettingKey
    ) -> Written<[ApplicationName]>? {
        guard let elements = self.elements(value, key) else { return nil }
        var names: [ApplicationName] = []
        for element in elements {
            guard let name = element.term.atomValue.flatMap(ApplicationName.init(validating:)) else {
                self.reportWrongValue(element, key)
                continue
            }
            names.append(name)
        }
        return Written(names, at: value.range)
    }

    private mutating func readExcludedModules(
        _ value: LocatedTerm, _ key: SettingKey
    ) -> Written<[ExcludedModules]>? {
        guard let elements = self.elements(value, key) else { return nil }
        var excluded: [ExcludedModules] = []
        for element in elements {
            guard element.children.count == 2, let name = element.key.flatMap(ApplicationName.init(validating:)),
                let list = element.children[1].listElements
            else {
                self.reportWrongValue(element, key)
                continue
            }
            let modules = list.compactMap { $0.term.atomValue.flatMap(ModuleName.init(validating:)) }
            guard modules.count == list.count else {
                self.reportWrongValue(element, key)
                continue
            }
            excluded.append(ExcludedModules(application: name, modules: modules))
        }
        return Written(excluded, at: value.range)
    }

    // MARK: - Files and folders

    private mutating func readInclusion(_ value: LocatedTerm, _ key: SettingKey) -> Written<Inclusion>? {
        if value.term.isAtom("true") { return Written(.included, at: value.range) }
        if value.term.isAtom("false") { return Written(.notIncluded, at: value.range) }
        if let path = self.path(value) { return Written(.from(path), at: value.range) }
        self.reportWrongValue(value, key)
        return nil
    }

    private mutating func readFileChoice(_ value: LocatedTerm, _ key: SettingKey) -> Written<FileChoice>? {
        if value.term.isAtom("false") { return Written(FileChoice.none, at: value.range) }
        // relx's way to say that nothing is set.
        if value.term.isAtom("undefined") { return nil }
        if let path = self.path(value) { return Written(.file(path), at: value.range) }
        self.reportWrongValue(value, key)
        return nil
    }

    private mutating func readFolders(_ value: LocatedTerm, _ key: SettingKey) -> [Written<String>] {
        // A single string is a list too, of characters: an easy slip, with its own way out.
        if self.path(value) != nil {
            self.reportWrongValue(value, key, example: "{lib_dirs, [\(self.written(value))]}.")
            return []
        }
        guard let elements = self.elements(value, key) else { return [] }
        var folders: [Written<String>] = []
        for element in elements {
            if let path = self.path(element) {
                folders.append(Written(path, at: element.range))
            } else {
                self.reportWrongValue(element, key)
            }
        }
        return folders
    }

    // MARK: - Start scripts

    private mutating func readHooks(_ value: LocatedTerm, _ key: SettingKey) -> Written<[StartScriptHook]>? {
        guard let elements = self.elements(value, key) else { return nil }
        var hooks: [StartScriptHook] = []
        for element in elements {
            guard element.children.count == 2, let name = element.key, let list = element.children[1].listElements
            else {
                self.reportWrongValue(element, key)
                continue
            }
            guard let phase = StartScriptHook.Phase(rawValue: name.name) else {
                self.report(
                    .unknownHookPhase(name.name, self.written(element.children[0]), at: self.place(element.children[0]))
                )
                continue
            }
            for hook in list {
                guard let action = self.hookAction(hook) else {
                    self.report(.unknownHook(self.written(hook), at: self.place(hook)))
                    continue
                }
                guard action.isAllowed(in: phase) else {
                    self.report(.misplacedHook(self.written(hook), phase, at: self.place(hook)))
                    continue
                }
                hooks.append(StartScriptHook(phase: phase, action: action))
            }
        }
        return Written(hooks, at: value.range)
    }

    private func hookAction(_ term: LocatedTerm) -> StartScriptHook.Action? {
        switch term.term.atomValue?.name {
        case "pid": return .processID(file: nil)
        case "wait_for_vm_start": return .waitForVMStart
        case "builtin_status": return .builtInStatus
        case _?: return nil
        case nil: break
        }
        guard term.children.count == 2, let key = term.key else { return nil }
        let value = term.children[1]
        switch key.name {
        case "custom": return self.path(value).map { .custom($0) }
        case "pid": return self.path(value).map { .processID(file: $0) }
        case "wait_for_process": return value.term.atomValue.map { .waitForProcess($0.name) }
        default: return nil
        }
    }

    private mutating func readExtensions(
        _ value: LocatedTerm, _ key: SettingKey
    ) -> Written<[StartScriptExtension]>? {
        guard let elements = self.elements(value, key) else { return nil }
        var extensions: [StartScriptExtension] = []
        for element in elements {
            guard element.children.count == 2, let name = element.key, Self.isCommandName(name.name),
                let script = self.path(element.children[1])
            else {
                self.reportWrongValue(element, key)
                continue
            }
            extensions.append(StartScriptExtension(command: name.name, script: script))
        }
        return Written(extensions, at: value.range)
    }

    private mutating func readHealth(_ value: LocatedTerm, _ key: SettingKey) -> Written<[HealthQuestion]>? {
        guard self.elements(value, key) != nil else { return nil }
        var found: [Diagnostic] = []
        let questions = HealthQuestion.read(value, in: self.source, &found)
        for finding in found { self.report(finding) }
        return Written(questions, at: value.range)
    }

    /// What a shell script can take as the name of a command, and of a variable.
    private static func isCommandName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    // MARK: - Parts

    /// The elements of a list that is no string, else a finding.
    mutating func elements(_ value: LocatedTerm, _ key: SettingKey) -> [LocatedTerm]? {
        if let elements = value.listElements, elements.isEmpty || self.text(value) == nil { return elements }
        self.reportWrongValue(value, key)
        return nil
    }

    mutating func reportWrongValue(_ value: LocatedTerm, _ key: SettingKey, example: String? = nil) {
        self.report(
            .wrongValue(
                key: key.rawValue, form: key.form, example: example ?? key.example, self.written(value),
                at: self.place(value)))
    }

    private mutating func reportOverridden(_ key: SettingKey, _ mode: Written<BuildMode>, _ first: ByteRange) {
        self.report(.overriddenByMode(key, mode.value, at: self.place(mode.range), first: self.place(first)))
    }
}

extension StartScriptHook.Action {
    /// relx runs these hooks in these phases only (`rlx_assemble:validate_hook/2`).
    func isAllowed(in phase: StartScriptHook.Phase) -> Bool {
        switch self {
        case .custom: true
        case .processID, .waitForVMStart, .waitForProcess: phase == .postStart || phase == .status
        case .builtInStatus: phase == .status
        }
    }
}
