import Diagnostics
import ErlangTerms
import HostFiles
import Manifests
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// The steps of `overlay`, done to a tree in their order (`rlx_overlay`).
struct Overlays {
    let input: BuildPlan.Input
    let release: Release
    /// The steps that were done, with their texts rendered: what `--dry-run` shows.
    private(set) var done: [String] = []

    init(_ input: BuildPlan.Input, of release: Release) {
        self.input = input
        self.release = release
    }

    private var manifest: EffectiveManifest { self.input.manifest }

    mutating func apply(to tree: inout ReleaseTree, _ findings: inout [Diagnostic]) throws(HostFileError) {
        guard !self.manifest.overlay.isEmpty else { return }
        let scope = OverlayScope(
            standing: self.standingVariables, self.manifest, folder: self.input.folder, files: self.input.files,
            &findings)
        // A variable that cannot be rendered is missing in what follows: one finding says enough.
        guard !findings.hasErrors else { return }
        for step in self.manifest.overlay { try self.apply(step, scope, to: &tree, &findings) }
    }

    /// relx's and rebar3's own variables; every application's name stands for its folder.
    private var standingVariables: [OverlayValue.Pair] {
        func text(_ text: String) -> OverlayValue { .text(Array(text.utf8)) }
        func path(_ path: FilePath) -> OverlayValue { text(self.absolute(path).string) }
        let output = self.input.output.appending(self.manifest.name.text)
        let runtime = self.release.resource.runtime.text
        var variables: [OverlayValue.Pair] = [
            .init(name: "output_dir", value: path(output)),
            .init(name: "target_dir", value: path(output)),
            .init(name: "overridden", value: .list([])),
            .init(name: "overrides", value: .list([])),
            .init(
                name: "lib_dirs",
                value: .list(self.manifest.libraryFolders.value.map { path(self.input.path($0)) })),
            .init(name: "root_dir", value: path(self.input.folder)),
        ]
        variables.append(.init(name: "vm_args", value: self.value(of: self.manifest.vmArguments)))
        variables.append(.init(name: "sys_config", value: self.value(of: self.manifest.systemConfiguration)))
        variables += self.release.applications.map { member in
            let folder = FilePath(member.application.directory).removingLastComponent()
            return OverlayValue.Pair(name: member.name.name, value: path(folder))
        }
        variables += [
            .init(name: "erts_vsn", value: text(runtime)),
            .init(name: "erts_dir", value: self.input.otp.map { path($0.root) } ?? text("")),
            .init(name: "release_erts_version", value: text(runtime)),
            .init(name: "release_name", value: text(self.manifest.name.text)),
            .init(name: "release_version", value: text(self.manifest.version.text)),
            .init(name: "release", value: text("\(self.manifest.name.text)-\(self.manifest.version.text)")),
            .init(
                name: "base_dir",
                value: path(self.input.path(EffectiveManifest.Standard.buildFolder(self.manifest.profiles)))),
            .init(
                name: "profile_string",
                value: text(self.manifest.profiles.isEmpty ? "default" : self.manifest.profiles.joined(separator: "+"))),
        ]
        return variables
    }

    private func value(
        of setting: EffectiveManifest.Setting<EffectiveManifest.ConfigurationFile>
    ) -> OverlayValue {
        switch setting.value {
        case .required(let file): .text(Array(self.absolute(self.input.path(file.path)).string.utf8))
        case .none: .flag(false)
        case .ifPresent: .text(Array("undefined".utf8))
        }
    }

    private func absolute(_ path: FilePath) -> FilePath {
        self.input.workingFolder.pushing(path).lexicallyNormalized()
    }

    // MARK: - Steps

    private mutating func apply(
        _ step: Written<OverlayStep>, _ scope: OverlayScope, to tree: inout ReleaseTree,
        _ findings: inout [Diagnostic]
    ) throws(HostFileError) {
        switch step.value {
        case .makeFolder(let to):
            guard let target = self.target(to, scope, &findings) else { return }
            self.done.append("mkdir \(target.path)")
            self.put(ReleaseTree.Entry(target.path, .folder), to, in: &tree, &findings)
        case .copy(let from, let to):
            try self.copy(from, to, scope, isLink: false, in: &tree, &findings)
        case .link(let from, let to):
            try self.copy(from, to, scope, isLink: self.manifest.mode.value == .dev, in: &tree, &findings)
        case .template(let from, let to, let variables):
            let scope = variables.map { scope.adding($0, of: self.manifest.source, &findings) } ?? scope
            try self.renderFile(from, to, scope, in: &tree, &findings)
        case .changeMode(let mode, let path):
            guard let target = self.target(path, scope, &findings),
                let bits = self.bits(mode, scope, &findings)
            else { return }
            self.done.append("chmod \(String(bits, radix: 8)) \(target.path)")
            guard !tree.setMode(bits, of: target.path) else { return }
            findings.append(
                Diagnostic(
                    .overlayNothingToChange, .error, "the release has no `\(target.path)` whose mode could be set",
                    at: self.place(path), help: ["put it there in a step before this one, or correct the path"]))
        }
    }

    private mutating func copy(
        _ from: Written<String>, _ to: Written<String>, _ scope: OverlayScope, isLink: Bool,
        in tree: inout ReleaseTree, _ findings: inout [Diagnostic]
    ) throws(HostFileError) {
        guard let target = self.target(to, scope, &findings), let source = self.source(from, scope, &findings) else {
            return
        }
        let files = self.input.files
        self.done.append("\(isLink ? "link" : "copy") \(source) -> \(target.path)\(target.isFolder ? "/" : "")")
        guard target.isFolder else {
            guard files.isFileOrFolder(source) else { return self.reportNoSource(source, from, &findings) }
            return try self.place(source, at: target.path, isLink, to, in: &tree, &findings)
        }
        guard let patterns = FilePattern.patterns(source) else {
            findings.append(
                Diagnostic(
                    .overlayBadPath, .error, "`\(source)` has too many alternatives", at: self.place(from),
                    help: ["write several steps"]))
            return
        }
        var matches: [FilePath] = []
        for pattern in patterns {
            for match in try pattern.matches(files) where !matches.contains(match) { matches.append(match) }
        }
        if matches.isEmpty {
            guard FilePattern.isPattern(source) else { return self.reportNoSource(source, from, &findings) }
            findings.append(
                Diagnostic(
                    .overlayNothingMatches, .warning, "nothing matches `\(source)`", at: self.place(from),
                    explanation: "The step does nothing.", help: ["correct the pattern, or remove the step"]))
        }
        for match in matches {
            guard let name = match.lastComponent else { continue }
            try self.place(match, at: target.path.appending(name), isLink, to, in: &tree, &findings)
        }
    }

    /// A file at a path, the contents of a folder below it, or a link.
    private func place(
        _ source: FilePath, at target: FilePath, _ isLink: Bool, _ to: Written<String>, in tree: inout ReleaseTree,
        _ findings: inout [Diagnostic]
    ) throws(HostFileError) {
        let files = self.input.files
        if isLink {
            self.put(ReleaseTree.Entry(target, .symbolicLink(to: self.absolute(source))), to, in: &tree, &findings)
        } else if files.isFolder(source) {
            for entry in try FolderFiles.entries(source, as: target, files: files) {
                self.put(entry, to, in: &tree, &findings)
            }
        } else {
            let isExecutable = try files.facts(of: source).isExecutable
            self.put(
                ReleaseTree.Entry(target, .file(source), isExecutable: isExecutable), to, in: &tree, &findings)
        }
    }

    private mutating func renderFile(
        _ from: Written<String>, _ to: Written<String>, _ scope: OverlayScope, in tree: inout ReleaseTree,
        _ findings: inout [Diagnostic]
    ) throws(HostFileError) {
        guard let target = self.target(to, scope, &findings), let path = self.source(from, scope, &findings) else {
            return
        }
        self.done.append("template \(path) -> \(target.path)")
        guard self.input.files.isFile(path) else { return self.reportNoSource(path, from, &findings) }
        let bytes = try self.input.files.readFile(path, limit: LoadingLimits.textFile)
        let source = SourceFile(path: path.string, bytes: bytes)
        guard let template = OverlayTemplate(bytes, at: .file(source), &findings),
            let rendered = template.render(scope.value, step: self.place(from), &findings)
        else { return }
        let isExecutable = try self.input.files.facts(of: path).isExecutable
        self.put(
            ReleaseTree.Entry(target.path, .bytes(rendered), isExecutable: isExecutable), to, in: &tree, &findings)
    }

    private func put(
        _ entry: ReleaseTree.Entry, _ to: Written<String>, in tree: inout ReleaseTree,
        _ findings: inout [Diagnostic]
    ) {
        guard !tree.put(entry) else { return }
        findings.append(
            Diagnostic(
                .overlayInTheWay, .error,
                tree.isFolder(entry.path)
                    ? "`\(entry.path)` is a folder of the release, and cannot become a file"
                    : "a file of the release stands where `\(entry.path)` would be",
                at: self.place(to), help: ["end the path with `/` to copy into a folder, or choose another path"]))
    }

    // MARK: - Texts

    private func rendered(
        _ text: Written<String>, _ scope: OverlayScope, _ findings: inout [Diagnostic]
    ) -> String? {
        let place = OverlayTemplate.Location.term(SourceRange(self.manifest.source, text.range))
        guard let template = OverlayTemplate(Array(text.value.utf8), at: place, &findings),
            let bytes = template.render(scope.value, &findings)
        else { return nil }
        guard let result = String(validating: bytes, as: UTF8.self), !result.isEmpty, !result.utf8.contains(0) else {
            findings.append(
                Diagnostic(
                    .overlayBadPath, .error, "the path is empty, or not UTF-8, once it is rendered",
                    at: self.place(text), help: ["look at the values of its variables"]))
            return nil
        }
        return result
    }

    private func source(
        _ text: Written<String>, _ scope: OverlayScope, _ findings: inout [Diagnostic]
    ) -> FilePath? {
        self.rendered(text, scope, &findings).map(self.input.path)
    }

    /// A path in the release, and whether it is written as a folder: with `/` at the end, or as `.`.
    private func target(
        _ text: Written<String>, _ scope: OverlayScope, _ findings: inout [Diagnostic]
    ) -> (path: FilePath, isFolder: Bool)? {
        guard let result = self.rendered(text, scope, &findings) else { return nil }
        let path = FilePath(result).lexicallyNormalized()
        guard !path.isAbsolute, path.components.first?.kind != .parentDirectory else {
            findings.append(
                Diagnostic(
                    .overlayBadPath, .error, "`\(result)` is outside of the release", at: self.place(text),
                    explanation: "Targets are relative to the root of the release.",
                    help: ["for example: \"etc/my_file\""]))
            return nil
        }
        let components = path.components.filter { $0.kind == .regular }
        return (FilePath(root: nil, components), result.hasSuffix("/") || components.isEmpty)
    }

    private func bits(
        _ mode: Written<OverlayStep.Mode>, _ scope: OverlayScope, _ findings: inout [Diagnostic]
    ) -> UInt16? {
        switch mode.value {
        case .bits(let bits): return bits
        case .template(let text):
            guard let result = self.rendered(Written(text, at: mode.range), scope, &findings) else { return nil }
            if let bits = UInt16(result), bits <= 0o7777 { return bits }
            findings.append(
                Diagnostic(
                    .overlayBadPath, .error, "`\(result)` cannot be the mode of a file", at: self.place(mode),
                    explanation: "A mode that is a template becomes a decimal number, as in relx: 493 is 8#755.",
                    help: ["for example: {chmod, 8#755, \"bin/tool\"}"]))
            return nil
        }
    }

    private func place<Value>(_ written: Written<Value>) -> Diagnostic.Place {
        .source(SourceRange(self.manifest.source, written.range))
    }

    private func reportNoSource(_ path: FilePath, _ text: Written<String>, _ findings: inout [Diagnostic]) {
        findings.append(
            Diagnostic(
                .overlayNoSource, .error, "there is no `\(path)`", at: self.place(text),
                explanation: "Sources are relative to the manifest's folder.",
                help: ["correct the path, or remove the step"]))
    }
}
