import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// What `systools:make_tar` packs without looking whether it belongs to the release.
extension StandardTarball {
    // MARK: - Boot file

    /// Warnings about the boot file that goes in: whether it is that of the release, and of its applications.
    ///
    /// - Parameter named: the file `NAME.boot` that would have been packed without a `start.boot`.
    func stalenessOfBootFile(_ path: FilePath, named: FilePath?) -> [Diagnostic] {
        guard let bytes = try? self.files.readFile(path, limit: LoadingLimits.textFile) else { return [] }
        var problems: [Diagnostic] = []
        let read = BootScriptFile.readBoot(bytes, path: path.string, &problems)
        // systools packs whatever it is.
        for index in problems.indices { problems[index].severity = .warning }
        return problems + (read.map { self.staleness(of: $0, bytes, at: path, named: named) } ?? [])
    }

    private func staleness(
        of script: BootScript, _ bytes: [UInt8], at path: FilePath, named: FilePath?
    ) -> [Diagnostic] {
        let release = self.loaded.release
        if script.name != release.name.text || script.version != release.version.text {
            return [
                self.staleBootFile(
                    path, "is that of \(script.name) \(script.version), not of \(release.name) \(release.version)",
                    named: named)
            ]
        }
        if let difference = Self.difference(of: script, from: release) {
            return [self.staleBootFile(path, difference, named: named)]
        }
        // The same release in name, but not the file that was made for it here.
        if let named, named != path, named.removingLastComponent() == self.searchFolders.first,
            let others = try? self.files.readFile(named, limit: LoadingLimits.textFile), others != bytes
        {
            return [self.staleBootFile(path, "differs from `\(named)`", named: named)]
        }
        return []
    }

    private func staleBootFile(_ path: FilePath, _ what: String, named: FilePath?) -> Diagnostic {
        let isOther = named.map { $0 != path } ?? false
        return Diagnostic(
            .tarStaleBootFile, .warning, "the boot file `\(path)` \(what)", at: .file(path.string),
            explanation: """
                A file `start.boot` anywhere on the search path is packed before `NAME.boot`, whatever is in it; the node \
                boots what it says.
                """,
            notes: isOther ? named.map { [Diagnostic.Note("not packed", at: .file($0.string))] } ?? [] : [],
            help: isOther
                ? ["remove `\(path)`"] : ["make it again with `relift script \(self.resourceFile)`"])
    }

    /// How the applications that a boot script loads differ from those of the release. `kernel` is not loaded, and those
    /// of type `none` neither.
    private static func difference(of script: BootScript, from release: Release) -> String? {
        var loaded: [Atom: String] = [:]
        for command in script.commands {
            guard let (name, version) = self.loadedApplication(command) else { continue }
            loaded[name] = version
            guard let member = ApplicationName(validating: name).flatMap({ release[$0] }) else {
                return "loads `\(name)`, which is not in the release"
            }
            if !member.version.text.utf8.elementsEqual(version.utf8) {
                return "loads `\(name)` \(version), the release has \(member.version)"
            }
        }
        let missing = release.applications.first { member in
            member.name != .kernel && member.type != .none && loaded[member.name.atom] == nil
        }
        return missing.map { "does not load `\($0.name)`" }
    }

    /// Name and version in `{apply,{application,load,[{application,Name,[{vsn,Version}|_]}]}}`.
    private static func loadedApplication(_ command: Term) -> (Atom, String)? {
        guard let apply = command.tupleElements, apply.count == 2, apply[0] == .atom("apply"),
            let call = apply[1].tupleElements, call.count == 3, call[0] == .atom("application"),
            call[1] == .atom("load"), let specification = call[2].listElements?.first?.tupleElements,
            specification.count == 3, let name = specification[1].atomValue
        else { return nil }
        let version = specification[2].listElements?.lazy.compactMap { property -> String? in
            guard let pair = property.tupleElements, pair.count == 2, pair[0] == .atom("vsn") else { return nil }
            return pair[1].stringValue
        }.first
        return version.map { (name, $0) }
    }

    // MARK: - Relup

    /// Warnings about the relup that goes in: whether it is that of the release, and of its applications.
    func staleness(of relup: Relup, at path: FilePath) -> [Diagnostic] {
        let release = self.loaded.release
        if relup.version != release.version {
            return [
                Self.staleRelup(
                    path, "is that of version \(relup.version), not of \(release.version)",
                    "`release_handler` refuses a relup of another version.")
            ]
        }
        // Upgrades load the code of this release: versions that it does not have were those of an earlier build.
        for entry in relup.up {
            for (name, version) in entry.instructions.compactMap(Self.loadedCode) {
                let member = ApplicationName(validating: name).flatMap { release[$0] }
                if member.map({ $0.version.text.utf8.elementsEqual(version.utf8) }) ?? false { continue }
                let has = member.map { "the release has \($0.version)" } ?? "which is not in the release"
                return [
                    Self.staleRelup(
                        path, "loads `\(name)` \(version), \(has)",
                        "It was made before the release was changed; the upgrade would fail.")
                ]
            }
        }
        return []
    }

    private static func staleRelup(_ path: FilePath, _ what: String, _ explanation: String) -> Diagnostic {
        Diagnostic(
            .tarStaleRelup, .warning, "the relup `\(path)` \(what)", at: .file(path.string), explanation: explanation,
            help: ["remove it, or make a new one with `relift relup`"])
    }

    /// Name and version in `{load_object_code,{Name,Version,Modules}}`.
    private static func loadedCode(_ instruction: Term) -> (Atom, String)? {
        guard let elements = instruction.tupleElements, elements.count == 2, elements[0] == .atom("load_object_code"),
            let parts = elements[1].tupleElements, parts.count == 3, let name = parts[0].atomValue,
            let version = parts[1].stringValue
        else { return nil }
        return (name, version)
    }
}
