import Diagnostics
import ReleaseModel

extension EffectiveManifest {
    /// One line of what is built: a setting, its value as a manifest would write it, and why it is this one.
    package struct Row: Hashable, Sendable {
        package let key: String
        package let value: String
        package let origin: Origin
    }

    /// Every setting with its value and origin; those with several values have a row for each.
    package var rows: [Row] {
        let release = { (range: ByteRange) in Origin.manifest(SourceRange(self.source, range)) }
        var rows = [
            Row(key: "release", value: self.name.text, origin: release(self.definition.name.range)),
            Row(key: "version", value: "\"\(self.version)\"", origin: release(self.definition.version.range)),
        ]
        if let base = self.definition.base {
            rows.append(Row(key: "extend", value: self.written(base.range), origin: release(base.range)))
        }
        if let runtime = self.definition.runtime {
            rows.append(Row(key: "erts", value: "\"\(runtime.value)\"", origin: release(runtime.range)))
        }
        for entry in self.applications {
            rows.append(Row(key: "application", value: entry.text, origin: release(entry.name.range)))
        }
        rows += [
            self.row(.mode, self.mode) { $0?.rawValue ?? "none" },
            self.row(.includeRuntime, self.includeRuntime) { $0.text },
            self.row(.systemLibraries, self.systemLibraries) { $0.text },
            Row(
                key: SettingKey.systemConfiguration.rawValue, value: self.systemConfiguration.value.text,
                origin: self.systemConfiguration.origin),
            Row(
                key: SettingKey.vmArguments.rawValue, value: self.vmArguments.value.text,
                origin: self.vmArguments.origin),
        ]
        rows += self.libraryRows
        rows += [
            self.row(.excludedApplications, self.excludedApplications) { names in
                "[\(names.map(\.name).joined(separator: ", "))]"
            },
            self.row(.excludedModules, self.excludedModules) { excluded in
                "["
                    + excluded.map { "{\($0.application), [\($0.modules.map(\.name).joined(separator: ", "))]}" }
                    .joined(separator: ", ") + "]"
            },
            self.row(.debugInformation, self.debugInformation) { $0.rawValue },
            self.row(.includesSources, self.includesSources) { "\($0)" },
            self.row(.comparesWithSources, self.comparesWithSources) { "\($0)" },
            self.row(.checksCalls, self.checksCalls) { "\($0)" },
            self.row(.treatsWarningsAsErrors, self.treatsWarningsAsErrors) { "\($0)" },
            self.row(.generatesStartScript, self.generatesStartScript) { "\($0)" },
            self.row(.extendsStartScript, self.extendsStartScript) { "\($0)" },
            self.row(.startScriptHooks, self.startScriptHooks) { _ in "[]" },
            self.row(.startScriptExtensions, self.startScriptExtensions) { _ in "[]" },
        ]
        if self.health.origin.range != nil { rows.append(self.row(.health, self.health) { _ in "[]" }) }
        rows += self.list(.overlay, self.overlay)
        rows += self.list(.overlayVariables, self.overlayVariables)
        rows += self.list(.overlayDefaults, self.overlayDefaults)
        return rows
    }

    /// What was written is shown as it was written, all else by `text`.
    private func row<Value>(_ key: SettingKey, _ setting: Setting<Value>, _ text: (Value) -> String) -> Row {
        switch setting.origin {
        case .release(let range), .manifest(let range):
            let written = self.written(range.bytes)
            // `dev_mode` sets the mode by another word.
            let value = key == .mode ? text(setting.value) : written
            return Row(key: key.rawValue, value: value, origin: setting.origin)
        case .mode, .option, .standard:
            return Row(key: key.rawValue, value: text(setting.value), origin: setting.origin)
        }
    }

    private func list<Value>(_ key: SettingKey, _ values: [Written<Value>]) -> [Row] {
        if values.isEmpty { return [Row(key: key.rawValue, value: "[]", origin: .standard)] }
        return values.map {
            Row(
                key: key.rawValue, value: self.written($0.range),
                origin: .manifest(SourceRange(self.source, $0.range)))
        }
    }

    private var libraryRows: [Row] {
        self.libraryFolders.value.map { folder in
            Row(key: SettingKey.libraryFolders.rawValue, value: "\"\(folder)\"", origin: self.libraryFolders.origin)
        }
    }

    private func written(_ range: ByteRange) -> String {
        let bytes = self.source.bytes
        let upper = min(Int(range.upperBound), bytes.count)
        let lower = min(Int(range.lowerBound), upper)
        return String(decoding: bytes[lower..<upper], as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
    }
}

extension ReleaseDefinition.ApplicationEntry {
    /// The entry as a manifest writes it.
    var text: String {
        var parts = [self.name.value.name]
        if let version = self.version { parts.append("\"\(version.value)\"") }
        if let type = self.type { parts.append(type.value.rawValue) }
        if let included = self.included {
            parts.append("[\(included.value.map(\.name).joined(separator: ", "))]")
        }
        return parts.count == 1 ? parts[0] : "{\(parts.joined(separator: ", "))}"
    }
}

extension Inclusion {
    var text: String {
        switch self {
        case .included: "true"
        case .notIncluded: "false"
        case .from(let path): "\"\(path)\""
        }
    }
}

extension EffectiveManifest.ConfigurationFile {
    var text: String {
        switch self {
        case .required(let file): "\"\(file.path)\""
        case .ifPresent(let files): files.map { "\"\($0.path)\"" }.joined(separator: " or ") + ", if it is there"
        case .none: "false"
        }
    }
}
