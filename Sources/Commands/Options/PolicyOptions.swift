import ArgumentParser
import Diagnostics
import HostFiles
import Manifests
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// What is to be made of findings: severities, what the manifest suppresses, and a baseline.
struct PolicyOptions: ParsableArguments {
    @Option(
        name: .customLong("severity"),
        help: ArgumentHelp(
            "What findings of a kind are: error, warning, note or off. Repeat it. It goes before "
                + "{check, [{severity, 'ID', LEVEL}]}. in relift.config.", valueName: "id=level"))
    var severities: [String] = []

    @Option(
        help: ArgumentHelp(
            "Findings that are known and accepted, as --write-baseline wrote them; only others count.",
            valueName: "file"))
    var baseline: String?

    @Option(help: ArgumentHelp("Accept what is found now: write it to a file for --baseline.", valueName: "file"))
    var writeBaseline: String?

    private static let manifest: FilePath = "relift.config"

    func validate() throws {
        for text in self.severities { _ = try Self.parse(text) }
    }

    private static func parse(_ text: String) throws -> (Diagnostic.ID, FindingPolicy.Level) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let levels = FindingPolicy.Level.allCases.map(\.rawValue)
        guard parts.count == 2 else {
            throw ValidationError(
                "--severity \(text): it takes ID=LEVEL, where LEVEL is one of \(levels.joined(separator: ", "))")
        }
        let id = Diagnostic.ID(parts[0])
        try ExplainAction.validate(parts[0], of: "--severity \(text)")
        guard let level = FindingPolicy.Level(rawValue: parts[1]) else {
            let hint =
                NearestName.of(parts[1], among: levels).map { "did you mean `\($0)`?" }
                ?? "it is one of \(levels.joined(separator: ", "))"
            throw ValidationError("--severity \(text): there is no severity `\(parts[1])`; \(hint)")
        }
        return (id, level)
    }

    /// What is to be made of findings, by the `relift.config` of the working folder and these options.
    func policy(
        isStrict: Bool, firm: Set<Diagnostic.ID> = [], _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> FindingPolicy {
        var policy = Self.projectPolicy(firm: firm, files, &findings)
        policy.isStrict = isStrict
        for text in self.severities {
            guard let (id, level) = try? Self.parse(text) else { continue }
            policy.levels[id] = level
        }
        return policy
    }

    /// What is to be made of findings, by the `relift.config` of the working folder alone.
    static func projectPolicy(
        firm: Set<Diagnostic.ID>, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> FindingPolicy {
        var policy = self.settings(files, &findings).policy
        policy.firm = firm
        return policy
    }

    /// What `--baseline` accepts; nil without it, and when a finding of error severity was appended.
    func acceptedFindings(_ files: HostFileSystem, _ findings: inout [Diagnostic]) -> Baseline? {
        guard let path = self.baseline else { return nil }
        return files.source(FilePath(path), &findings).flatMap { Baseline.read($0, &findings) }
    }

    private static func settings(_ files: HostFileSystem, _ findings: inout [Diagnostic]) -> CheckSettings {
        guard files.isFile(Self.manifest), let source = files.source(Self.manifest, &findings),
            let settings = CheckSettings.read(source, &findings)
        else { return CheckSettings() }
        findings += settings.unknownIDs(known: ExplainAction.catalogue.entries.map(\.id))
        return settings
    }
}
