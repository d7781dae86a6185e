package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// What is known of the `.appup` files of a release beside their contents. Everything is optional.
package struct AppupSources: Sendable {
    /// The files as they were read, by path, so that findings and causes can point into them.
    package var files: [String: TermFile]
    /// For files that could not be read, or do not hold an appup: what OTP's reader answers, by path. For an
    /// application without appup that is not named here, the file does not exist.
    package var readResults: [String: Term]
    /// What is wrong with the files, by path.
    package var findings: [String: [Diagnostic]]
    /// Appups that were generated in this run, by application, for the causes of their instructions.
    package var generated: [ApplicationName: GeneratedAppup]
    /// Appups of the project for applications that it depends on, in the order in which they are asked. They go before
    /// the one beside the `.app` file.
    package var project: [ApplicationName: [ProjectAppup]]

    /// An appup that lies in the project, not in the application.
    package struct ProjectAppup: Hashable, Sendable {
        package let path: String
        package let appup: Appup

        package init(path: String, appup: Appup) {
            self.path = path
            self.appup = appup
        }
    }

    package init(
        files: [String: TermFile] = [:], readResults: [String: Term] = [:], findings: [String: [Diagnostic]] = [:],
        generated: [ApplicationName: GeneratedAppup] = [:], project: [ApplicationName: [ProjectAppup]] = [:]
    ) {
        self.files = files
        self.readResults = readResults
        self.findings = findings
        self.generated = generated
        self.project = project
    }

    /// The project's appup for a pair of versions: the first that is for the version and has an entry for the other one.
    package func projectAppup(
        _ application: ApplicationName, to version: ApplicationVersion, from other: ApplicationVersion,
        _ mode: UpgradeMode
    ) throws(ProjectKeyProblem) -> ProjectAppup? {
        for candidate in self.project[application] ?? [] where candidate.appup.isFor(version) {
            do throws(AppupKeyProblem) {
                if try candidate.appup.entry(for: other, mode) != nil { return candidate }
            } catch {
                throw ProjectKeyProblem(path: candidate.path, problem: error)
            }
        }
        return nil
    }

    package static let unknown = AppupSources()

    /// Whether the project has appups for both ways of a pair of versions.
    package func coversByProject(_ change: GeneratedAppup) -> Bool {
        UpgradeMode.allCases.allSatisfy { mode in
            ((try? self.projectAppup(change.application, to: change.to, from: change.from, mode)) ?? nil) != nil
        }
    }

    /// The places of the instructions of an entry.
    func places(_ path: String, _ mode: UpgradeMode, _ key: Appup.Key) -> [Diagnostic.Place] {
        guard let (file, entry) = self.entry(path, mode, key), let parts = entry.tupleElements, parts.count > 1 else {
            return []
        }
        return (parts[1].listElements ?? []).map { file.place($0) }
    }

    /// The place of an entry's key, or of the whole file.
    func place(_ path: String, _ mode: UpgradeMode, _ key: Appup.Key) -> Diagnostic.Place {
        guard let (file, entry) = self.entry(path, mode, key), let first = entry.tupleElements?.first else {
            return .file(path)
        }
        return file.place(first)
    }

    private func entry(_ path: String, _ mode: UpgradeMode, _ key: Appup.Key) -> (TermFile, LocatedTerm)? {
        let wanted: Term =
            switch key {
            case .exact(let version): .string(version)
            case .pattern(let pattern): .binary(Array(pattern.utf8))
            }
        guard let file = self.files[path], let parts = file.terms.first?.tupleElements, parts.count == 3,
            let entries = parts[mode == .up ? 1 : 2].listElements,
            let entry = entries.first(where: { $0.tupleElements?.first?.term == wanted })
        else { return nil }
        return (file, entry)
    }
}

extension Appup {
    /// The entries for one direction.
    package func entries(_ mode: UpgradeMode) -> [Entry] {
        switch mode {
        case .up: self.up
        case .down: self.down
        }
    }

    /// The entry that OTP takes for a version: the first one in the order of the file whose key fits.
    ///
    /// Throws where OTP would come to a pattern that it cannot read, or that this program does not understand.
    package func entry(
        for version: ApplicationVersion, _ mode: UpgradeMode
    ) throws(AppupKeyProblem) -> Entry? {
        try self.entryIndex(for: version, mode).map { self.entries(mode)[$0] }
    }

    /// The number of that entry.
    func entryIndex(for version: ApplicationVersion, _ mode: UpgradeMode) throws(AppupKeyProblem) -> Int? {
        for (index, entry) in self.entries(mode).enumerated() {
            switch entry.key {
            case .exact(let text):
                if text.utf8.elementsEqual(version.text.utf8) { return index }
            case .pattern(let text):
                do throws(VersionPattern.Problem) {
                    if try VersionPattern(text).matches(version.text) { return index }
                } catch {
                    throw AppupKeyProblem(key: entry.key, pattern: text, problem: error)
                }
            }
        }
        return nil
    }
}

/// A key of an appup that cannot be compared with a version.
package struct AppupKeyProblem: Error, Hashable, Sendable {
    package let key: Appup.Key
    package let pattern: String
    package let problem: VersionPattern.Problem
}

/// The same in an appup of the project.
package struct ProjectKeyProblem: Error, Hashable, Sendable {
    package let path: String
    package let problem: AppupKeyProblem
}
