import BeamFiles
import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// `relift inspect`: one file of the trade, readably.
struct InspectAction {
    let path: FilePath

    /// Bytes of a file at most.
    private static let fileLimit = 256 << 20

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        if Self.isTarball(self.path) { return await TarballListing(path: self.path).run(console) }
        let bytes: [UInt8]
        do {
            bytes = try files.readFile(self.path, limit: Self.fileLimit)
        } catch {
            console.report([error.diagnostic])
            return .failed
        }
        if self.path.extension == "beam" || bytes.starts(with: "FOR1".utf8) {
            return self.module(bytes, console)
        }
        var findings: [Diagnostic] = []
        let terms: [Term]
        // The version byte of the external term format.
        if bytes.first == 131 {
            let script = BootScriptFile.readBoot(bytes, path: self.path.string, &findings)
            terms = script.map { [$0.term] } ?? []
        } else {
            let source = SourceFile(path: self.path.string, bytes: bytes)
            terms = TermText.parseFile(source, &findings)?.terms.map(\.term) ?? []
        }
        console.report(findings)
        guard !findings.hasErrors else { return .findings }
        switch console.format {
        case .text: console.result(TermPrinter.file(terms))
        case .json:
            console.result(
                JSONValue.object([
                    ("schemaVersion", .integer(1)), ("file", .string(self.path.string)),
                    ("terms", .array(terms.map { .string(TermPrinter.line($0)) })),
                ]).text + "\n")
        }
        return .done
    }

    static func isTarball(_ path: FilePath) -> Bool {
        [".tar.gz", ".tgz", ".tar"].contains { path.string.hasSuffix($0) }
    }

    private func module(_ bytes: [UInt8], _ console: Console) -> ExitStatus {
        do {
            let beam = try BeamFile(parsing: bytes)
            let listing = try ModuleListing(beam)
            switch console.format {
            case .text: console.result(listing.text)
            case .json: console.result(listing.json.text + "\n")
            }
            return .done
        } catch {
            console.report([error.diagnostic(path: self.path.string)])
            return .findings
        }
    }
}
