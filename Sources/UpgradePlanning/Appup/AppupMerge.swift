package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// One appup for several versions to come from: what a person wrote, and what the code asks for besides.
///
/// Entries of other versions stay as they are. An entry whose key is a regular expression is for other versions too, so
/// what it lacks for one version goes into an entry of that version before it.
package struct AppupMerge: Sendable {
    /// The merged appup.
    package private(set) var appup: Appup
    /// What the person's instructions lack: one finding of error severity each.
    package private(set) var missing: [Diagnostic] = []
    /// Those of ``missing`` that ``appup`` lacks too, since they could not be put in.
    package private(set) var unmerged: [Diagnostic] = []
    /// What does not fit the code, of any severity.
    package private(set) var contradictions: [Diagnostic] = []
    /// The scripts for each version to come from, in the order given.
    package private(set) var pairs: [Pair] = []

    /// A pair of versions with the scripts of ``appup`` for it.
    package struct Pair: Hashable, Sendable {
        package let from: ApplicationVersion
        package let up: [GeneratedAppup.Instruction]
        package let down: [GeneratedAppup.Instruction]

        package init(
            from: ApplicationVersion, up: [GeneratedAppup.Instruction], down: [GeneratedAppup.Instruction]
        ) {
            self.from = from
            self.up = up
            self.down = down
        }
    }

    /// Whether nothing is missing and nothing of error severity contradicts the code.
    package var isNeededOne: Bool { self.missing.isEmpty && !self.contradictions.hasErrors }

    /// Makes the appup of the generated scripts alone.
    ///
    /// - Parameter changes: of one application, all to the same version; not empty.
    package init(_ changes: [AppupChange], to version: ApplicationVersion) {
        self.appup = Appup(version: .exact(version.text), up: [], down: [])
        for change in changes {
            let generated = change.generated
            let key = Appup.Key.exact(generated.from.text)
            self.appup.up.append(Appup.Entry(key: key, script: generated.up.map(\.term)))
            self.appup.down.append(Appup.Entry(key: key, script: generated.down.map(\.term)))
            self.pairs.append(Pair(from: generated.from, up: generated.up, down: generated.down))
        }
    }

    /// Merges the generated scripts into an appup that is there.
    ///
    /// - Parameters:
    ///   - written: the appup as it is written in its file; `%VSN%` may stand in it.
    ///   - existing: the same with the version in place of `%VSN%`.
    ///   - file: its text, for places.
    package init(
        _ changes: [AppupChange], to version: ApplicationVersion, into written: Appup, meaning existing: Appup,
        path: String, file: TermFile?
    ) {
        self.appup = written
        if !existing.isFor(version) {
            self.appup.version = .exact(version.text)
            self.contradictions.append(Self.otherVersion(existing, version, changes, path))
        }
        let sources = AppupSources(files: file.map { [path: $0] } ?? [:])
        var found: [(AppupChange, UpgradeMode, Int?)] = []
        for change in changes {
            for mode in UpgradeMode.allCases {
                do throws(AppupKeyProblem) {
                    found.append((change, mode, try existing.entryIndex(for: change.generated.from, mode)))
                } catch {
                    self.contradictions.append(Self.unreadable(error, change, mode, sources, path))
                }
            }
        }
        var scripts: [ApplicationVersion: [UpgradeMode: [GeneratedAppup.Instruction]]] = [:]
        var added: [UpgradeMode: [Appup.Entry]] = [:]
        for (change, mode, index) in found {
            let generated = change.generated
            guard let index else {
                self.missing.append(Self.noEntry(change, mode, existing, path))
                added[mode, default: []].append(
                    Appup.Entry(
                        key: .exact(generated.from.text), script: generated.instructions(mode).map(\.term)))
                scripts[generated.from, default: [:]][mode] = generated.instructions(mode)
                continue
            }
            let entry = existing.entries(mode)[index]
            let review = ScriptReview(
                entry.script, change, mode, isForSeveral: entry.key.isPattern,
                places: sources.places(path, mode, entry.key),
                place: sources.place(path, mode, entry.key))
            let missing = review.missingFindings
            self.missing += missing
            if review.obstacle != nil { self.unmerged += missing }
            self.contradictions += review.contradictions
            let asWritten = written.entries(mode)[index].script
            let merged = review.merged
            scripts[generated.from, default: [:]][mode] = Self.instructions(merged, asWritten, generated, mode)
            guard !review.missing.isEmpty, review.obstacle == nil else { continue }
            let script = merged.map { element in element.written.map { asWritten[$0] } ?? element.term }
            switch entry.key {
            case .exact: self.appup.replaceScript(script, at: index, mode)
            case .pattern:
                added[mode, default: []].append(Appup.Entry(key: .exact(generated.from.text), script: script))
            }
        }
        // Only now, since the numbers of the entries were those of the file.
        self.appup.up.insert(contentsOf: added[.up] ?? [], at: 0)
        self.appup.down.insert(contentsOf: added[.down] ?? [], at: 0)
        self.pairs = changes.map { change in
            let from = change.generated.from
            return Pair(from: from, up: scripts[from]?[.up] ?? [], down: scripts[from]?[.down] ?? [])
        }
    }

    /// The instructions of a merged script with their causes.
    private static func instructions(
        _ merged: [HandMerge.Element], _ asWritten: [Term], _ generated: GeneratedAppup, _ mode: UpgradeMode
    ) -> [GeneratedAppup.Instruction] {
        merged.map { element in
            let reason = element.generated.map { generated.instructions(mode)[$0].cause }
            guard let number = element.written else {
                return GeneratedAppup.Instruction(term: element.term, cause: reason ?? Cause("generated"))
            }
            return GeneratedAppup.Instruction(
                term: asWritten[number], cause: Cause("written by hand", because: reason.map { [$0] } ?? []))
        }
    }

    /// The causes of the scripts of this run, one line an instruction, for the comments of the written file.
    package func causes(_ mode: UpgradeMode) -> [Appup.Key: [String]] {
        Dictionary(
            self.pairs.map { pair in
                (.exact(pair.from.text), (mode == .up ? pair.up : pair.down).map(\.cause.chain))
            }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - Findings

    private static func noEntry(
        _ change: AppupChange, _ mode: UpgradeMode, _ existing: Appup, _ path: String
    ) -> Diagnostic {
        let instructions = change.generated.instructions(mode)
        let known = existing.entries(mode).map { "`\($0.key.text)`" }.joined(separator: ", ")
        return Diagnostic(
            .appupNoEntry, .error, "the appup of `\(change.new.name)` has no entry for \(change.way(mode))",
            at: .file(path), explanation: "Without it there is no \(mode == .up ? "upgrade" : "way back").",
            notes: (known.isEmpty ? [] : [Diagnostic.Note("it has \(known)")])
                + instructions.map { Diagnostic.Note("`\(TermPrinter.line($0.term))`: \($0.cause.chain)") },
            help: [
                "add `{\"\(change.generated.from)\", \(TermPrinter.line(.list(instructions.map(\.term))))}`",
                "or let `relift appup OLD NEW --merge` write it",
            ], application: change.new.name.name, direction: mode.direction)
    }

    private static func otherVersion(
        _ existing: Appup, _ version: ApplicationVersion, _ changes: [AppupChange], _ path: String
    ) -> Diagnostic {
        Diagnostic(
            .appupOtherVersion, .warning,
            "the appup says it is for version `\(existing.version.text)`, the application has `\(version)`",
            at: .file(path), explanation: "OTP uses it nevertheless. Its entries were written for other code.",
            help: ["look at its entries, then write `\"\(version)\"` first"],
            application: changes.first?.new.name.name)
    }

    private static func unreadable(
        _ problem: AppupKeyProblem, _ change: AppupChange, _ mode: UpgradeMode, _ sources: AppupSources,
        _ path: String
    ) -> Diagnostic {
        Diagnostic(
            .appupMalformedPattern, .error,
            "the appup of `\(change.new.name)` has a key that cannot be read: `\(problem.pattern)`",
            at: sources.place(path, mode, problem.key), explanation: "systools fails when it comes to this key.",
            help: ["correct the regular expression, or write the versions one by one"],
            application: change.new.name.name, direction: mode.direction)
    }
}

extension Appup {
    fileprivate mutating func replaceScript(_ script: [Term], at index: Int, _ mode: UpgradeMode) {
        switch mode {
        case .up: self.up[index].script = script
        case .down: self.down[index].script = script
        }
    }
}

extension Appup.Key {
    /// The version, or the regular expression.
    fileprivate var text: String {
        switch self {
        case .exact(let text), .pattern(let text): text
        }
    }
}

extension Appup.Key {
    /// Whether it may stand for more than one version.
    fileprivate var isPattern: Bool {
        switch self {
        case .pattern: true
        case .exact: false
        }
    }
}
