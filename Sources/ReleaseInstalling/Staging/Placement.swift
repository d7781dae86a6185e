package import Diagnostics
package import ErlangTerms
package import HostFiles
package import ReleaseModel
package import SystemPackage

/// What is to be moved from a staging folder into the root, and what release it makes.
///
/// It lies in the staging folder, too, from when everything in there is on the disk: whoever comes after a crash reads it
/// there and goes on.
package struct Placement: Hashable, Sendable {
    /// SHA-256 of the tarball in hexadecimal digits: the identity of the release.
    package var digest: String
    /// The name of the release, in its `.rel` file.
    package var name: String
    package var version: ReleaseVersion
    package var runtime: RuntimeVersion
    /// The name of the `.rel` file without extension.
    package var archiveName: String
    /// The applications that are, or will be, in the root's `lib`.
    package var applications: [Application]
    /// Relative to the root, in the order in which they are moved: the folder of the version comes last, so that a version
    /// that has a folder has everything else, too.
    package var moves: [FilePath]

    package struct Application: Hashable, Sendable {
        package var name: ApplicationName
        package var version: ApplicationVersion

        package init(name: ApplicationName, version: ApplicationVersion) {
            self.name = name
            self.version = version
        }
    }

    /// The `.rel` file in the root: the first argument of `release_handler:set_unpacked/2`.
    package func resourceFile(in root: FilePath) -> FilePath {
        root.appending("releases").appending(self.version.text).appending("\(self.archiveName).rel")
    }

    /// Where the libraries are: the second argument of `release_handler:set_unpacked/2`. Relative, as `unpack_release`
    /// leaves them in `RELEASES`.
    package var libraryFolders: Term {
        .list(
            self.applications.map { application in
                .tuple(.atom(application.name.atom), .string(application.version.text), .string("lib"))
            })
    }

    // MARK: - Folders

    /// The folder of all staged releases.
    package static func area(in root: FilePath) -> FilePath {
        root.appending("releases").appending(TarballLayout.ownFolder).appending("staging")
    }

    /// The folder of this one.
    package static func folder(of digest: String, in root: FilePath) -> FilePath {
        Self.area(in: root).appending(digest)
    }

    static let treeName: FilePath.Component = "tree"
    static let fileName: FilePath.Component = "STAGED"

    // MARK: - The file

    private static let format = 1

    /// The bytes of the file, one Erlang term.
    var file: [UInt8] {
        let applications = self.applications.map { Term.tuple(.atom($0.name.atom), .string($0.version.text)) }
        let fields: [(Atom, Term)] = [
            ("digest", .string(self.digest)), ("name", .string(self.name)), ("version", .string(self.version.text)),
            ("erts", .string(self.runtime.text)), ("archive", .string(self.archiveName)),
            ("applications", .list(applications)), ("moves", .list(self.moves.map { .binary($0.bytes) })),
        ]
        return TermPrinter.file([
            .tuple(
                .atom("relift_staged"), .integer(Self.format),
                .list(fields.map { .tuple(.atom($0.0), $0.1) }))
        ])
    }

    /// What is staged under a digest; nil when nothing is, or not all of it. A file that cannot be read is a finding.
    package static func read(
        _ digest: String, in root: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> Placement? {
        let path = Self.folder(of: digest, in: root).appending(Self.fileName)
        let bytes: [UInt8]
        do {
            guard try files.factsIfPresent(of: path, followLinks: false) != nil else { return nil }
            bytes = try files.readFile(path, limit: TargetSystem.fileLimit)
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
        let source = SourceFile(path: path.string, bytes: bytes)
        guard let file = TermText.parseFile(source, &findings), file.terms.count == 1,
            let parts = file.terms[0].term.tupleElements, parts.count == 3, parts[0].isAtom("relift_staged"),
            parts[1] == .integer(self.format), let placement = Placement(contents: parts[2]),
            placement.digest == digest
        else {
            findings.append(
                Diagnostic(
                    .stageUnreadable, .error, "`\(path)` does not say what is staged", at: .file(path.string),
                    explanation: "It was changed, or another version of relift made it.",
                    help: ["remove the folder around it and install the tarball again"]))
            return nil
        }
        return placement
    }

    private init?(contents: Term) {
        var values: [Atom: Term] = [:]
        for pair in contents.listElements ?? [] {
            guard let parts = pair.tupleElements, parts.count == 2, let key = parts[0].atomValue else { return nil }
            values[key] = parts[1]
        }
        guard let digest = values["digest"]?.stringValue, let name = values["name"]?.stringValue,
            let version = values["version"]?.stringValue.flatMap({ ReleaseVersion(validating: $0) }),
            let runtime = values["erts"]?.stringValue.flatMap({ RuntimeVersion(validating: $0) }),
            let archiveName = values["archive"]?.stringValue,
            let applications = values["applications"]?.listElements, let moves = values["moves"]?.listElements
        else { return nil }
        self.digest = digest
        self.name = name
        self.version = version
        self.runtime = runtime
        self.archiveName = archiveName
        self.applications = []
        self.moves = []
        for term in applications {
            guard let pair = term.tupleElements, pair.count == 2,
                let name = pair[0].atomValue.flatMap({ ApplicationName(validating: $0) }),
                let version = pair[1].stringValue.flatMap({ ApplicationVersion(validating: $0) })
            else { return nil }
            self.applications.append(Application(name: name, version: version))
        }
        for term in moves {
            guard let bytes = term.binaryBytes, !bytes.contains(0) else { return nil }
            let path = FilePath(bytes: bytes)
            guard !path.isAbsolute, !path.isEmpty, path.components.allSatisfy({ $0.kind == .regular }) else {
                return nil
            }
            self.moves.append(path)
        }
    }

    init(
        digest: String, resource: ReleaseResource, archiveName: String, applications: [Application], moves: [FilePath]
    ) {
        self.digest = digest
        self.name = resource.name.text
        self.version = resource.version
        self.runtime = resource.runtime
        self.archiveName = archiveName
        self.applications = applications
        self.moves = moves
    }
}
