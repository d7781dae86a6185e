import BeamFiles
import Diagnostics
import ErlangTerms
import HostFiles
import Manifests
import ReleaseLoading
package import ReleaseModel
import SystemPackage

/// The files of applications as the manifest wants them: copied or linked, stripped, without what is left out.
package struct ApplicationMembers: Sendable {
    private let input: BuildPlan.Input

    /// What was taken of one application.
    package struct Members: Sendable {
        package let application: Application
        /// Its files under `lib/App-Vsn`; with `dev_mode` the one link that stands for them.
        package let entries: [ReleaseTree.Entry]
        /// The same files where they were read: what its content digest is of.
        package let contents: [ReleaseTree.Entry]
    }

    init(_ input: BuildPlan.Input) { self.input = input }

    /// Folders of source code, as relx copies them (`rlx_assemble:copy_directory/4`).
    private static let sourceFolders = ["src", "lib", "c_src"]

    func members(of application: Application, _ findings: inout [Diagnostic]) throws(HostFileError) -> Members {
        let manifest = self.input.manifest
        let files = ApplicationFiles(application, files: self.input.files)
        let excluded = manifest.excludedModules.value.filter { $0.application == application.name }
        var entries = try files.assembledMembers(
            otherFolders: manifest.includesSources.value ? Self.sourceFolders : [],
            excluding: Set(excluded.flatMap(\.modules)), &findings)
        let resource = try self.trimmedResource(of: application, &findings)
        if manifest.mode.value == .dev, resource == nil {
            let root = self.input.workingFolder.pushing(files.root).lexicallyNormalized()
            let link = ReleaseTree.Entry(ApplicationFiles.folder(of: application), .symbolicLink(to: root))
            return Members(application: application, entries: [link], contents: entries)
        }
        if let resource {
            let name = "\(application.name.name).app"
            entries = entries.map { entry in
                guard entry.path.lastComponent?.string == name, entry.path.components.count == 4 else { return entry }
                return ReleaseTree.Entry(entry.path, .bytes(resource))
            }
        }
        // What is linked would be stripped at its source.
        if manifest.debugInformation.value == .strip, manifest.mode.value != .dev {
            entries = try entries.map { (entry) throws(HostFileError) in try self.stripped(entry, &findings) }
        }
        return Members(application: application, entries: entries, contents: entries)
    }

    private func stripped(
        _ entry: ReleaseTree.Entry, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> ReleaseTree.Entry {
        guard case .file(let path) = entry.content, entry.path.extension == "beam" else { return entry }
        let bytes = try self.input.files.readFile(path, limit: LoadingLimits.beamFile)
        do throws(BeamFileError) {
            guard let stripped = try BeamFile(parsing: bytes).stripped() else { return entry }
            return ReleaseTree.Entry(entry.path, .bytes(stripped))
        } catch {
            findings.append(error.diagnostic(path: path.string))
            return entry
        }
    }

    /// The `.app` file without the applications and modules that are left out; nil when it stays as it is.
    private func trimmedResource(
        of application: Application, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> [UInt8]? {
        let gone = Set(self.input.manifest.excludedApplications.value.map { Term.atom($0.atom) })
        let modules = Set(
            self.input.manifest.excludedModules.value.filter { $0.application == application.name }
                .flatMap(\.modules).map { Term.atom($0.atom) })
        guard !gone.isEmpty || !modules.isEmpty else { return nil }
        let bytes = try self.input.files.readFile(FilePath(application.file), limit: LoadingLimits.textFile)
        let source = SourceFile(path: application.file, bytes: bytes)
        guard let file = TermText.parseFile(source, &findings),
            case .tuple(let parts) = file.terms.first?.term, parts.count == 3, let properties = parts[2].listElements
        else { return nil }
        let trimmed = properties.map { property -> Term in
            guard let pair = property.tupleElements, pair.count == 2, let values = pair[1].listElements else {
                return property
            }
            switch pair[0].atomValue?.name {
            case "applications", "included_applications", "optional_applications":
                return .tuple(pair[0], .list(values.filter { !gone.contains($0) }))
            case "modules": return .tuple(pair[0], .list(values.filter { !modules.contains($0) }))
            default: return property
            }
        }
        return trimmed == properties ? nil : TermPrinter.file([.tuple(parts[0], parts[1], .list(trimmed))])
    }
}
