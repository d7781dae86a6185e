import Archives
import Diagnostics
import HostFiles
import ReleaseModel
import Signatures
import SystemPackage

/// What the members of a release tarball are for the host: folders that are put in place as a whole, and everything else.
///
/// The folders are those that stock `release_handler` knows: `lib/App-Vsn`, `erts-Vsn` and `releases/Vsn`.
struct TarballLayout {
    /// A folder that is on the host as a whole or not at all.
    struct Unit: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case library, runtime, version
        }

        var kind: Kind
        /// Relative to the root.
        var path: FilePath
        /// Indices of its members in the archive, in their order.
        var members: [Int]
    }

    /// What a member is.
    enum Place: Hashable, Sendable {
        case unit(Unit.Kind, FilePath)
        /// A file, link or folder of the user's, such as `bin/NAME`.
        case loose(FilePath)
        /// A folder in `releases` that is not that of the version.
        case otherVersion(FilePath)
        /// What release_handler or the host keeps: it says what runs there, and never comes from a tarball.
        case live(FilePath)
        /// Below relift's own folder, or below that of the keys which the host trusts.
        case reserved(FilePath)
        /// A folder that any root has, or the `.rel` file that stock unpacking takes away again.
        case nothing
    }

    /// relift's own folder in `releases`.
    static let ownFolder: FilePath.Component = ".relift"
    /// In `releases`: what release_handler and the start scripts write, and the cookie that Elixir's releases are packed with.
    private static let liveNames: Set<FilePath.Component> = [
        "RELEASES", "start_erl.data", "new_start_erl.data", "COOKIE",
    ]

    /// In the order of their first members.
    private(set) var units: [Unit] = []
    /// Indices of the members that are not in units.
    private(set) var loose: [Int] = []
    private(set) var otherVersions: [(path: FilePath, members: [Int])] = []
    private(set) var live: [FilePath] = []
    private(set) var reserved: [FilePath] = []

    init(_ members: [VerifiedArchive.Member], version: ReleaseVersion, archiveName: String) {
        var unitIndices: [FilePath: Int] = [:]
        var otherIndices: [FilePath: Int] = [:]
        for (index, member) in members.enumerated() where !member.isRepeated {
            switch Self.place(of: member, version: version, archiveName: archiveName) {
            case .unit(let kind, let path):
                let position = unitIndices[path] ?? self.units.count
                if position == self.units.count { self.units.append(Unit(kind: kind, path: path, members: [])) }
                unitIndices[path] = position
                self.units[position].members.append(index)
            case .otherVersion(let path):
                let position = otherIndices[path] ?? self.otherVersions.count
                if position == self.otherVersions.count { self.otherVersions.append((path, [])) }
                otherIndices[path] = position
                self.otherVersions[position].members.append(index)
            case .loose: self.loose.append(index)
            case .live(let path): self.live.append(path)
            case .reserved(let path): self.reserved.append(path)
            case .nothing: break
            }
        }
    }

    static func place(
        of member: VerifiedArchive.Member, version: ReleaseVersion, archiveName: String
    ) -> Place {
        let path = FilePath(bytes: member.name)
        let parts = Array(path.components)
        guard let first = parts.first else { return .nothing }
        let isInside = parts.count > 1
        if first.bytes.starts(with: "erts-".utf8), isInside || member.entry.kind == .folder {
            return .unit(.runtime, FilePath(root: nil, [first]))
        }
        if parts.starts(with: KeyPlaces.folder.components) { return .reserved(path) }
        guard first == "lib" || first == "releases" else { return .loose(path) }
        guard isInside else { return member.entry.kind == .folder ? .nothing : .loose(path) }
        let folder = FilePath(root: nil, parts[..<2])
        let isFolder = parts.count > 2 || member.entry.kind == .folder
        if first == "lib" { return isFolder ? .unit(.library, folder) : .loose(path) }
        if parts[1] == Self.ownFolder { return .reserved(path) }
        if Self.liveNames.contains(parts[1]) { return .live(path) }
        if isFolder {
            return parts[1].bytes.elementsEqual(version.text.utf8) ? .unit(.version, folder) : .otherVersion(folder)
        }
        return parts[1].bytes.elementsEqual("\(archiveName).rel".utf8) ? .nothing : .loose(path)
    }
}
