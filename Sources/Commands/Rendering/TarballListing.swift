import Archives
import Diagnostics
import HostFiles
import SystemPackage

/// The members of a tarball, as `tar -tv` lists them.
struct TarballListing {
    let path: FilePath

    func run(_ console: Console) async -> ExitStatus {
        var findings: [Diagnostic] = []
        var members: [ArchiveEntry] = []
        do {
            var reader = try ArchiveReader(self.path, HostFileSystem())
            while let entry = try reader.next(&findings) { members.append(entry) }
        } catch {
            console.report(findings + [error.diagnostic])
            return .findings
        }
        console.report(findings)
        switch console.format {
        case .text:
            for member in members {
                let mode = String(member.mode, radix: 8)
                let size = String(member.size)
                let padding = String(repeating: " ", count: max(0, 10 - size.count))
                console.result("\(mode) \(padding)\(size) \(String(decoding: member.name, as: UTF8.self))\n")
            }
        case .json:
            let values = members.map { member in
                JSONValue.object([
                    ("name", .string(String(decoding: member.name, as: UTF8.self))), ("size", .integer(member.size)),
                    ("mode", .string(String(member.mode, radix: 8))),
                ])
            }
            console.result(
                JSONValue.object([("schemaVersion", .integer(1)), ("members", .array(values))]).text + "\n")
        }
        return .done
    }
}
