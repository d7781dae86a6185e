import Diagnostics
import ErlangTerms
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// What becomes of the appup of one application.
struct AppupOutcome {
    let application: Application
    let path: FilePath
    /// In one word: `written`, `merged`, `replaced`, `kept`, `needed`.
    let fate: String
    let pairs: [AppupMerge.Pair]
    let findings: [Diagnostic]
    /// What is to be written; nil for nothing.
    let bytes: [UInt8]?
    /// What to write where states changed, by the version to come from; nil where nobody asked.
    let skeletons: [ApplicationVersion: [CodeChangeSkeleton]]?

    /// - Parameter command: with which the user writes what is missing.
    init(
        _ changes: [AppupChange], _ application: Application, _ place: AppupPlaces.Place, _ mode: AppupAction.Mode,
        command: String, problems: [Diagnostic]
    ) {
        self.application = application
        self.path = place.path
        self.skeletons =
            mode.skeletons
            ? Dictionary(
                changes.map { ($0.generated.from, $0.generated.skeletons) }, uniquingKeysWith: { first, _ in first })
            : nil
        let pure = AppupMerge(changes, to: application.version)
        let isBumped = changes.allSatisfy { $0.generated.from != $0.generated.to }
        guard isBumped, !place.isUnusable else {
            (self.fate, self.pairs, self.findings, self.bytes) = ("needed", pure.pairs, problems, nil)
            return
        }
        guard let committed = place.committed else {
            let missing = mode.checks ? [Self.missing(application, place.path, command)] : []
            self.fate = mode.checks ? "needed" : "written"
            self.pairs = pure.pairs
            self.findings = problems + missing
            self.bytes = mode.checks ? nil : Self.bytes(pure, mode)
            return
        }
        let merge = AppupMerge(
            changes, to: application.version, into: committed.written, meaning: committed.meaning,
            path: committed.path.string, file: committed.file)
        switch mode.checks ? .keep : mode.existing {
        case .keep:
            self.fate = "kept"
            self.pairs = pure.pairs
            self.findings =
                problems + merge.missing + merge.contradictions
                + (mode.checks ? [] : Self.kept(merge, committed, pure, application))
            self.bytes = nil
        case .merge:
            let isSame = merge.appup == committed.written
            let obstacle = isSame ? nil : committed.obstacle
            let found = problems + merge.contradictions + (obstacle == nil ? merge.unmerged : merge.missing)
            let writes = !isSame && obstacle == nil && !merge.contradictions.hasErrors
            self.fate = writes ? "merged" : "kept"
            self.pairs = merge.pairs
            self.findings =
                found + (obstacle.map { [Self.notRewritten(committed, $0, application)] } ?? [])
                + (writes ? Self.lost(committed, application) : [])
            self.bytes = writes ? Self.bytes(merge, mode) : nil
        case .replace:
            self.fate = "replaced"
            self.pairs = pure.pairs
            self.findings = problems + Self.lost(committed, application)
            self.bytes = Self.bytes(pure, mode)
        }
    }

    private static func bytes(_ merge: AppupMerge, _ mode: AppupAction.Mode) -> [UInt8] {
        mode.comments
            ? AppupFile.write(merge.appup, up: merge.causes(.up), down: merge.causes(.down))
            : AppupFile.write(merge.appup)
    }

    // MARK: - Findings

    private static func missing(_ application: Application, _ path: FilePath, _ command: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("appup/missing"), .error,
            "application `\(application.name)` changed, but `\(path)` is not there", at: .file(path.string),
            explanation: "Without it there is no relup.", help: ["write it with `\(command)`"],
            application: application.name.name)
    }

    /// That the file stays as it is, where that is not what the code alone would give.
    private static func kept(
        _ merge: AppupMerge, _ committed: CommittedAppup, _ pure: AppupMerge, _ application: Application
    ) -> [Diagnostic] {
        guard committed.meaning != pure.appup else { return [] }
        return [
            Diagnostic(
                Diagnostic.ID("appup/kept"), .note, "`\(committed.path)` is kept as it is",
                at: .file(committed.path.string),
                help: merge.missing.isEmpty
                    ? ["`--force` replaces it by what the code asks for"]
                    : [
                        "`--merge` adds what is missing and keeps what is written",
                        "`--force` replaces it; `--output DIR` writes elsewhere",
                    ], application: application.name.name)
        ]
    }

    private static func notRewritten(
        _ committed: CommittedAppup, _ obstacle: String, _ application: Application
    ) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("appup/not-merged"), .error, "`\(committed.path)` is not written anew: \(obstacle)",
            at: .file(committed.path.string), help: ["add what is missing by hand", "or correct the file first"],
            application: application.name.name)
    }

    private static func lost(_ committed: CommittedAppup, _ application: Application) -> [Diagnostic] {
        guard committed.comments > 0 else { return [] }
        let lines = committed.comments == 1 ? "1 line" : "\(committed.comments) lines"
        return [
            Diagnostic(
                Diagnostic.ID("appup/comments-lost"), .warning,
                "`\(committed.path)` is written without its comments (\(lines))", at: .file(committed.path.string),
                explanation: "Instructions are kept, comments are not.",
                help: ["look at the difference before it is committed", "or add what is missing by hand"],
                application: application.name.name)
        ]
    }

    // MARK: - Showing

    /// All results of a run.
    ///
    /// - Parameter isWritten: whether files were written, where there was something to write.
    static func show(
        _ outcomes: [AppupOutcome], _ findings: [Diagnostic], isWritten: Bool, _ format: Console.Format
    ) -> String {
        switch format {
        case .text:
            if outcomes.isEmpty { return "no application of both releases has changed\n" }
            return outcomes.flatMap { $0.texts(isWritten) + $0.skeletonTexts }.joined(separator: "\n")
        case .json:
            let appups = outcomes.flatMap { $0.json(findings, isWritten) }
            return JSONValue.object([("schemaVersion", .integer(1)), ("appups", .array(appups))]).text + "\n"
        }
    }

    private func json(_ findings: [Diagnostic], _ isWritten: Bool) -> [JSONValue] {
        func instructions(_ instructions: [GeneratedAppup.Instruction]) -> JSONValue {
            .array(
                instructions.map {
                    .object([
                        ("instruction", .string(TermPrinter.line($0.term))), ("cause", .string($0.cause.chain)),
                    ])
                })
        }
        let own = findings.filter { $0.application == self.application.name.name }.map(\.json)
        return self.pairs.map { pair in
            let members: [(String, JSONValue)] = [
                ("application", .string(self.application.name.name)), ("from", .string(pair.from.text)),
                ("to", .string(self.application.version.text)), ("file", .string(self.path.string)),
                ("result", .string(self.fate(isWritten))), ("up", instructions(pair.up)),
                ("down", instructions(pair.down)),
                ("findings", .array(own)),
            ]
            guard let skeletons = self.skeletons else { return .object(members) }
            return .object(
                members + [
                    (
                        "codeChangeSkeletons",
                        .array(
                            (skeletons[pair.from] ?? []).map {
                                .object([("module", .string($0.module.name)), ("text", .string($0.text))])
                            })
                    )
                ])
        }
    }

    private func fate(_ isWritten: Bool) -> String { isWritten || self.bytes == nil ? self.fate : "not written" }

    /// What to write into the modules of the newer version.
    private var skeletonTexts: [String] {
        self.pairs.flatMap { pair in
            (self.skeletons?[pair.from] ?? []).map {
                "\($0.module), \(pair.from) <-> \(self.application.version)\n\($0.text)"
            }
        }
    }

    /// A text for each set of versions that have the same scripts.
    private func texts(_ isWritten: Bool) -> [String] {
        var groups: [(versions: [String], pair: AppupMerge.Pair)] = []
        for pair in self.pairs {
            if let index = groups.firstIndex(where: { $0.pair.up == pair.up && $0.pair.down == pair.down }) {
                groups[index].versions.append(pair.from.text)
            } else {
                groups.append(([pair.from.text], pair))
            }
        }
        return groups.map { group in
            var lines = [
                "\(self.application.name) \(group.versions.joined(separator: ", ")) -> \(self.application.version)   "
                    + "\(self.path) (\(self.fate(isWritten)))"
            ]
            for (title, instructions) in [("up", group.pair.up), ("down", group.pair.down)] {
                lines.append("  \(title)")
                if instructions.isEmpty { lines.append("    nothing to do") }
                for instruction in instructions {
                    lines.append("    \(TermPrinter.line(instruction.term))")
                    lines.append("        \(instruction.cause.chain)")
                }
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }
}
