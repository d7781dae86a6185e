import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseLoading
import SystemPackage

/// `hex_metadata.config`, which every Hex package holds: pairs of binaries, one term each
/// (https://github.com/hexpm/specifications, `package_metadata.md`).
struct HexMetadata {
    /// The name and version of the package; nil where the file does not say both.
    let package: HexPackage?
    let licences: [String]

    static let fileName = "hex_metadata.config"

    /// Reads the file in a folder; nil when there is none that can be read.
    init?(in folder: FilePath, _ files: HostFileSystem) {
        let path = folder.appending(Self.fileName)
        // What is wrong with the file of a dependency is nothing that the person who builds could mend.
        var ignored: [Diagnostic] = []
        guard files.isFile(path), let source = files.source(path, &ignored),
            let file = TermText.parseFile(source, &ignored)
        else { return nil }
        func value(_ key: String) -> Term? {
            for term in file.terms {
                guard let pair = term.term.tupleElements, pair.count == 2, pair[0].writtenText == key else { continue }
                return pair[1]
            }
            return nil
        }
        if let name = value("name")?.writtenText, let version = value("version")?.writtenText {
            self.package = HexPackage(
                name: name, version: version, repository: HexPackage.publicRepository, checksum: nil)
        } else {
            self.package = nil
        }
        self.licences = (value("licenses")?.listElements ?? []).compactMap(\.writtenText)
    }
}
