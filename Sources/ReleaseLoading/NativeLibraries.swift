import Archives
import BeamFiles
import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseModel
import SystemPackage

extension LoadedRelease {
    /// What the native libraries in `priv` of the modules' applications say of these modules. Missing is what no library
    /// speaks of, or not in a way that can be read.
    func nativeLibraries(of modules: Set<ModuleName>, _ files: HostFileSystem) -> [Atom: NativeLibraryFacts] {
        var found: [Atom: NativeLibraryFacts] = [:]
        for member in self.release.applications {
            let wanted = modules.filter { member.application.modules[$0] != nil }
            guard !wanted.isEmpty else { continue }
            self.forEachLibrary(of: member.application, files) { path, bytes in
                guard let library = try? NativeLibrary(parsing: bytes) else { return }
                for entry in library.entries {
                    guard let module = wanted.first(where: { $0.name.utf8.elementsEqual(entry.module.utf8) }) else {
                        continue
                    }
                    let facts = NativeLibraryFacts(path: path, hasUpgrade: entry.hasUpgrade)
                    // Of two libraries for one module it is not known which is loaded.
                    if let other = found[module.atom], other.hasUpgrade != facts.hasUpgrade {
                        found[module.atom] = nil
                        return
                    }
                    found[module.atom] = facts
                }
            }
        }
        return found
    }

    private func forEachLibrary(
        of application: Application, _ files: HostFileSystem, _ body: (String, [UInt8]) -> Void
    ) {
        if case .tarball(let path) = self.reference, application.directory.hasPrefix("\(path):") {
            let prefix = application.directory.dropFirst("\(path):".count).dropLast("ebin".count) + "priv/"
            self.forEachPackedLibrary(in: path, String(prefix), files, body)
            return
        }
        let folder = FilePath(application.directory).removingLastComponent().appending("priv")
        guard let tree = try? files.tree(folder, followLinks: true) else { return }
        for entry in tree where entry.path.extension == "so" {
            let path = folder.pushing(entry.path)
            guard let bytes = try? files.readFile(path, limit: LoadingLimits.nativeLibrary) else { continue }
            body(path.string, bytes)
        }
    }

    private func forEachPackedLibrary(
        in tarball: FilePath, _ prefix: String, _ files: HostFileSystem, _ body: (String, [UInt8]) -> Void
    ) {
        do {
            // What is wrong with the tarball was said when it was read first.
            var ignored: [Diagnostic] = []
            var reader = try ArchiveReader(tarball, files)
            while let entry = try reader.next(&ignored) {
                let name = String(decoding: entry.name, as: UTF8.self)
                guard entry.kind == .file, name.hasPrefix(prefix), name.hasSuffix(".so") else { continue }
                body("\(tarball):\(name)", try reader.readContents())
            }
        } catch {
            return
        }
    }
}
