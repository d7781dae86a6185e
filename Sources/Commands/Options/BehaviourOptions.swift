import ArgumentParser
import Diagnostics
import ErlangTerms
import HostFiles
import Manifests
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// What the behaviours of a project are, for the comparison of its code.
struct BehaviourOptions: ParsableArguments {
    @Option(
        name: .customLong("behaviour"),
        help: ArgumentHelp(
            "What the callback modules of a behaviour are: "
                + BehaviourMapping.Meaning.names.joined(separator: ", ")
                + ". Repeat it. It goes before {appup, [{behaviours, [{NAME, KIND}]}]}. in relift.config.",
            valueName: "name=kind"))
    var behaviours: [String] = []

    private static let manifest: FilePath = "relift.config"

    func validate() throws {
        for text in self.behaviours where Self.parse(text) == nil {
            let kinds = BehaviourMapping.Meaning.names.joined(separator: ", ")
            throw ValidationError("--behaviour \(text): it takes NAME=KIND, where KIND is one of \(kinds)")
        }
    }

    private static func parse(_ text: String) -> (Atom, BehaviourMapping.Meaning)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, let meaning = BehaviourMapping.Meaning(parts[1]) else { return nil }
        return (Atom(parts[0]), meaning)
    }

    /// All that is known of behaviours: by these options, by the `relift.config` of the working folder, and by the
    /// modules of the releases.
    func mapping(
        _ releases: [LoadedRelease], _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> BehaviourMapping {
        var configured = self.settings(files, &findings).behaviours
        for (behaviour, meaning) in self.behaviours.compactMap(Self.parse) { configured[behaviour] = meaning }
        let modules = releases.flatMap { $0.release.applications }.flatMap { $0.application.modules.values }
        return BehaviourMapping(configured: configured, modules: modules)
    }

    private func settings(_ files: HostFileSystem, _ findings: inout [Diagnostic]) -> AppupSettings {
        guard files.isFile(Self.manifest), let source = files.source(Self.manifest, &findings) else {
            return AppupSettings()
        }
        return AppupSettings.read(source, &findings) ?? AppupSettings()
    }
}
