import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// `relift appup`: the code of two releases → `.appup` files, or their comparison with those that are there.
struct AppupAction {
    enum Mode: Equatable {
        case write(overwriting: Bool)
        case dryRun
        case check
    }

    let old: String
    let new: String
    let applications: [String]
    let output: FilePath?
    let mode: Mode
    let libraries: LibraryOptions

    /// One generated appup and the file it belongs in.
    private struct Generated {
        var appup: GeneratedAppup
        var path: FilePath
        /// What is in that file now.
        var existing: Appup?
    }

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, &findings)
        guard let old = await loader.load(self.old, reading: [.appups, .modules], &findings),
            let new = await loader.load(self.new, reading: [.appups, .modules], &findings), !findings.hasErrors
        else {
            console.report(findings)
            return .findings
        }
        let generated = self.generate(old.release, new.release, files, &findings)
        switch self.mode {
        case .check: findings += generated.flatMap(self.comparison)
        case .dryRun: break
        case .write(let isOverwriting):
            guard !findings.hasErrors else { break }
            do {
                findings += try self.write(generated, isOverwriting, files)
            } catch {
                console.report(findings + [error.diagnostic])
                return .failed
            }
        }
        console.report(findings)
        self.show(generated, findings, console)
        return findings.hasErrors ? .findings : .done
    }

    private func generate(
        _ old: Release, _ new: Release, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> [Generated] {
        for name in self.applications where !new.applications.contains(where: { $0.name.name == name }) {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("appup/unknown-application"), .error, "the new release has no application `\(name)`",
                    help: ["it has \(new.applications.map { "`\($0.name)`" }.joined(separator: ", "))"]))
        }
        var generated: [Generated] = []
        for member in new.applications {
            let application = member.application
            guard self.applications.isEmpty || self.applications.contains(application.name.name),
                let before = old[application.name]?.application
            else { continue }
            let appup = AppupGenerator.generate(old: before, new: application)
            let isUnchanged = appup.from == appup.to && appup.up.isEmpty && appup.down.isEmpty
            guard !isUnchanged else { continue }
            findings += appup.findings
            let file = "\(application.name.name).appup"
            let path = (self.output ?? FilePath(application.directory)).appending(file)
            generated.append(
                Generated(appup: appup, path: path, existing: self.existing(path, application, files, &findings)))
        }
        return generated
    }

    private func existing(
        _ path: FilePath, _ application: Application, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> Appup? {
        guard self.output != nil else { return application.appup }
        guard files.isFile(path), let bytes = try? files.readFile(path, limit: LoadingLimits.textFile) else {
            return nil
        }
        return AppupFile.read(SourceFile(path: path.string, bytes: bytes), &findings)
    }

    // MARK: - Writing

    /// Writes what is not there yet; findings about what is.
    private func write(
        _ generated: [Generated], _ isOverwriting: Bool, _ files: HostFileSystem
    ) throws(HostFileError) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        for one in generated {
            if let existing = one.existing, !isOverwriting {
                guard existing != one.appup.appup else { continue }
                findings.append(Self.kept(one, existing))
                continue
            }
            try files.makeFolders(one.path.removingLastComponent())
            try files.replaceFile(one.path, with: AppupFile.write(one.appup.appup))
        }
        return findings
    }

    private static func kept(_ one: Generated, _ existing: Appup) -> Diagnostic {
        let comparison = AppupComparison(existing, with: one.appup)
        let covers = comparison.up != .noEntry && comparison.down != .noEntry
        return Diagnostic(
            Diagnostic.ID("appup/kept"), covers ? .note : .error,
            covers
                ? "`\(one.path)` is kept as it is"
                : "`\(one.path)` has no entry for version `\(one.appup.from)`, and is not overwritten",
            at: .file(one.path.string),
            help: [
                "`--check` shows how it differs from what the code asks for",
                "`--force` overwrites it; `--output DIR` writes elsewhere",
            ], application: one.appup.application.name)
    }

    private func comparison(_ one: Generated) -> [Diagnostic] {
        guard let existing = one.existing else {
            return [
                Diagnostic(
                    Diagnostic.ID("appup/missing"), .error,
                    "application `\(one.appup.application)` changed, but `\(one.path)` is not there",
                    at: .file(one.path.string), help: ["write it with `relift appup \(self.old) \(self.new)`"],
                    application: one.appup.application.name)
            ]
        }
        return AppupComparison(existing, with: one.appup).diagnostics(one.appup, file: one.path.string)
    }

    // MARK: - Showing

    private func show(_ generated: [Generated], _ findings: [Diagnostic], _ console: Console) {
        switch console.format {
        case .text:
            guard !generated.isEmpty else {
                console.result("no application of both releases has changed\n")
                return
            }
            console.result(generated.map { Self.text($0, self.mode) }.joined(separator: "\n"))
        case .json:
            let appups = generated.map { one in
                JSONValue.object([
                    ("application", .string(one.appup.application.name)),
                    ("from", .string(one.appup.from.text)),
                    ("to", .string(one.appup.to.text)),
                    ("file", .string(one.path.string)),
                    ("up", .array(one.appup.up.map(Self.json))),
                    ("down", .array(one.appup.down.map(Self.json))),
                    (
                        "findings",
                        .array(findings.filter { $0.application == one.appup.application.name }.map(\.json))
                    ),
                ])
            }
            console.result(JSONValue.object([("schemaVersion", .integer(1)), ("appups", .array(appups))]).text + "\n")
        }
    }

    private static func json(_ instruction: GeneratedAppup.Instruction) -> JSONValue {
        .object([
            ("instruction", .string(TermPrinter.line(instruction.term))),
            ("cause", .string(instruction.cause.chain)),
        ])
    }

    private static func text(_ one: Generated, _ mode: Mode) -> String {
        let appup = one.appup
        var lines = ["\(appup.application) \(appup.from) -> \(appup.to)   \(one.path)"]
        for (title, instructions) in [("up", appup.up), ("down", appup.down)] {
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
