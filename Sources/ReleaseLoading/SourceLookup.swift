import BeamFiles
package import Diagnostics
import ErlangTerms
package import HostFiles
import SystemPackage

/// Finds the lines of functions and calls that findings are about, in the modules themselves. Only what is shown is looked
/// up: of thousands of modules that were read, findings are about a few.
package struct SourceLookup {
    private let files: HostFileSystem
    private var known: [String: SourcePlaces?] = [:]

    package init(_ files: HostFileSystem) { self.files = files }

    /// The findings with the lines that could be found; where there are none, they stay as they are.
    package mutating func located(_ findings: [Diagnostic]) -> [Diagnostic] {
        self.readPacked(findings.flatMap { [$0.place] + $0.notes.map(\.place) })
        return findings.map { finding in
            var finding = finding
            finding.place = self.located(finding.place)
            for index in finding.notes.indices {
                finding.notes[index].place = self.located(finding.notes[index].place)
            }
            return finding
        }
    }

    private mutating func located(_ place: Diagnostic.Place) -> Diagnostic.Place {
        guard case .binary(var binary) = place, binary.wantsLine else { return place }
        let name = binary.function.flatMap(Self.name)
        // A function that was named and cannot be told is none to look elsewhere for.
        guard (name == nil) == (binary.function == nil), let places = self.places(binary.path) else { return place }
        var found: SourcePlaces.Place?
        if let call = binary.call {
            let target = BeamFile.Import(
                module: Atom(call.module), function: Atom(call.function), arity: call.arity)
            found = places.place(ofCall: target, from: name)
        }
        if found == nil, let name { found = places.place(of: name.name, name.arity) }
        guard let found else { return place }
        binary.function = "\(found.function)/\(found.arity)"
        binary.source = found.file
        binary.line = found.line
        return .binary(binary)
    }

    /// `name/arity` in its parts.
    private static func name(_ text: String) -> (name: Atom, arity: Int)? {
        guard let slash = text.lastIndex(of: "/"), let arity = Int(text[text.index(after: slash)...]),
            let name = Atom(validating: String(text[..<slash]))
        else { return nil }
        return (name, arity)
    }

    // MARK: - Modules

    private mutating func places(_ path: String) -> SourcePlaces? {
        if let known = self.known[path] { return known }
        let places = (try? self.files.readFile(FilePath(path), limit: LoadingLimits.beamFile)).flatMap(Self.places)
        self.known[path] = .some(places)
        return places
    }

    /// What is wrong with the file was said when it was read; here it only means that there is no line.
    private static func places(_ bytes: [UInt8]) -> SourcePlaces? {
        (try? BeamFile(parsing: bytes)).flatMap { try? $0.sourcePlaces }
    }

    /// The modules inside of tarballs, which lie at `TARBALL:MEMBER`: one pass over each.
    private mutating func readPacked(_ places: [Diagnostic.Place]) {
        var wanted: [String: Set<String>] = [:]
        for case .binary(let place) in places where place.wantsLine {
            guard let end = [".tar.gz:", ".tgz:", ".tar:"].lazy.compactMap({ place.path.firstRange(of: $0) }).first
            else { continue }
            let member = String(place.path[end.upperBound...])
            wanted[String(place.path[..<end.upperBound].dropLast()), default: []].insert(member)
        }
        for (tarball, members) in wanted {
            let found = TarballContents.members(members, of: FilePath(tarball), self.files)
            for (member, bytes) in found { self.known["\(tarball):\(member)"] = .some(Self.places(bytes)) }
        }
    }
}

extension Diagnostic.BinaryPlace {
    /// Whether it is code of a module, and its line is yet to be found.
    fileprivate var wantsLine: Bool {
        self.module != nil && self.chunk == nil && self.line == nil && (self.function != nil || self.call != nil)
    }
}
