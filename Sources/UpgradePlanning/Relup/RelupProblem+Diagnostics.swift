package import Diagnostics
import ErlangTerms
import ReleaseModel

extension RelupProblem {
    /// What is wrong, for people.
    package var diagnostics: [Diagnostic] {
        switch self {
        case .missingSasl(let release): [Self.missingSasl(release)]
        case .unusableAppup(let name, let file, let readResult, let findings):
            findings + [Self.unusableAppup(name, file, isThere: readResult != nil)]
        case .noEntry(let application, let base, let mode, let known):
            [Self.noEntry(application, base, mode, known)]
                + RelupTraps.patterns(known, application: application.application, version: base)
                .map { $0(.unknown, mode).diagnostic(direction: mode.direction) }
        case .unusableKey(let name, let problem, let mode, let place):
            [Self.unusableKey(name, problem, mode, place)]
        case .translation(let failure, let mode, _): failure.diagnostics(mode)
        case .warningsTreatedAsErrors(let warnings):
            warnings.map(\.diagnostic).strict(true)
        }
    }

    private static func missingSasl(_ release: Release) -> Diagnostic {
        Diagnostic(
            .relupMissingSasl, .error,
            "the release `\(release.name)` \(release.version) has no `sasl`",
            explanation: "`sasl` holds the release handler, which applies upgrade scripts.",
            help: ["add `sasl` to the applications of the release; a release without it can only be restarted"])
    }

    private static func unusableAppup(_ name: ApplicationName, _ file: String, isThere: Bool) -> Diagnostic {
        Diagnostic(
            .relupNoAppup, .error,
            isThere
                ? "`\(name)` changes its version, and its appup cannot be used"
                : "`\(name)` changes its version and has no appup",
            at: .file(file),
            explanation: "The appup of the newer version says how to change the running code, both ways.",
            help: ["`relift appup OLD NEW --app \(name)` generates one"], application: name.name)
    }

    private static func noEntry(
        _ application: ResolvedApplication, _ base: ApplicationVersion, _ mode: UpgradeMode, _ known: [Appup.Key]
    ) -> Diagnostic {
        let (name, version) = (application.name.name, application.version.text)
        let keys = known.map { key in
            switch key {
            case .exact(let text): TermPrinter.line(.string(text))
            case .pattern(let text): TermPrinter.line(.binary(Array(text.utf8)))
            }
        }
        let summary =
            mode == .up
            ? "the appup of `\(name)` \(version) does not say how to come from \(base)"
            : "the appup of `\(name)` \(version) does not say how to go back to \(base)"
        var notes = [
            Diagnostic.Note(
                keys.isEmpty
                    ? "it has no entries for this direction" : "it knows \(keys.prefix(10).joined(separator: ", "))")
        ]
        if known.contains(where: { if case .pattern = $0 { true } else { false } }) {
            notes.append(Diagnostic.Note("a pattern counts only when its first match is the whole version"))
        }
        return Diagnostic(
            .relupNoEntry, .error, summary, at: .file(application.application.appupFile),
            explanation: "Versions are compared as texts; the first entry that fits is taken.", notes: notes,
            help: [
                "add `{\"\(base.text)\",[…]}` to its \(mode == .up ? "second" : "third") element",
                "`relift appup OLD NEW --app \(name)` generates the instructions",
            ], application: name, direction: mode.direction)
    }

    private static func unusableKey(
        _ name: ApplicationName, _ problem: AppupKeyProblem, _ mode: UpgradeMode, _ place: Diagnostic.Place
    ) -> Diagnostic {
        let id: Diagnostic.ID
        let summary: String
        let explanation: String
        switch problem.problem {
        case .malformed(let what, let offset):
            id = .appupMalformedPattern
            summary = "`\(problem.pattern)` is not a regular expression: \(what)"
            explanation = "At character \(offset + 1). OTP crashes when it comes to such a key."
        case .unsupported(let what, let offset):
            id = .appupUnsupportedPattern
            summary = "`\(problem.pattern)` uses what is not supported here: \(what)"
            explanation =
                "At character \(offset + 1). The OTP versions do not all read it alike, or it is beyond this program."
        case .tooExpensive:
            id = .appupExpensivePattern
            summary = "matching `\(problem.pattern)` takes too long"
            explanation = "Nested repetitions make the search exponential; OTP gives up too, and takes it for no match."
        }
        return Diagnostic(
            id, .error, summary, at: place, explanation: explanation,
            help: [
                "write a simple pattern such as `<<\"1\\\\.4\\\\.[0-9]+\">>`, or the versions one by one as strings"
            ],
            application: name.name, direction: mode.direction)
    }
}

extension RelupWarning {
    /// The warning, for people.
    package var diagnostic: Diagnostic {
        switch self {
        case .otherVersionInAppup(let name, let file, let inAppup, let inApplication):
            Diagnostic(
                .appupOtherVersion, .warning,
                "the appup of `\(name)` says it is for \(inAppup.text), the application is \(inApplication)",
                at: .file(file), explanation: "OTP uses it nevertheless; it may be left over from another version.",
                help: ["write \"\(inApplication)\" as its first element, after looking at its entries"],
                application: name.name)
        case .runtimeChanged(let mode, let top, let base):
            Diagnostic(
                .relupRuntimeChanged, .warning,
                "the runtime system changes between \(base.version) (\(base.runtime)) and \(top.version) (\(top.runtime))",
                explanation: "The node restarts during the upgrade: connections and states are lost.",
                help: ["keep the runtime system for a hot upgrade"], direction: mode.direction)
        case .oldSasl(let base, let sasl):
            Diagnostic(
                .relupOldSasl, .warning,
                "the release handler of \(base.version) (sasl \(sasl)) is from before R15",
                explanation: "The new runtime system starts after the script instead of before it.",
                help: ["upgrade to a release on the same runtime system first"], direction: .up)
        }
    }
}
