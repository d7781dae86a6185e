import Diagnostics
import HostFiles
import SystemPackage

/// Whether the native files of the applications are for the processor of the runtime system that the release brings.
///
/// Nothing is run: the first bytes of a file say what it is for. A release that is built for another platform takes its
/// runtime system from a folder, and with it, easily, the libraries of the host's own Erlang.
struct ProcessorCheck {
    let files: HostFileSystem

    /// A warning for each application with such files, which names the first of them.
    func findings(in tree: ReleaseTree, runtime: String) throws(HostFileError) -> [Diagnostic] {
        guard let wanted = try self.runtimePlatform(in: tree, runtime) else { return [] }
        var findings: [Diagnostic] = []
        var places: [String: Int] = [:]
        for entry in tree.entries {
            let components = entry.path.components.map(\.string)
            guard components.count > 3, components[0] == "lib", components[2] == "priv",
                entry.isExecutable || ["so", "dylib", "dll"].contains(entry.path.extension ?? ""),
                let platform = try self.platform(of: entry), platform != wanted
            else { continue }
            if let place = places[components[1]] {
                findings[place].notes.append(
                    Diagnostic.Note("`\(entry.path)` is for \(platform)", at: Self.place(entry)))
                continue
            }
            places[components[1]] = findings.count
            findings.append(Self.finding(entry, platform, wanted))
        }
        return findings
    }

    private static func finding(
        _ entry: ReleaseTree.Entry, _ platform: ObjectPlatform, _ wanted: ObjectPlatform
    ) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("build/other-processor"), .warning,
            "`\(entry.path)` is for \(platform), the runtime system of the release for \(wanted)",
            at: Self.place(entry),
            explanation: "The node cannot load or run it: what needs it fails when it is called first.",
            help: [
                "build the application for \(wanted)",
                "take OTP's own applications from where the runtime system is from: `{system_libs, \"DIR\"}`",
            ])
    }

    private static func place(_ entry: ReleaseTree.Entry) -> Diagnostic.Place {
        if case .file(let path) = entry.content { .file(path.string) } else { .none }
    }

    /// What the emulator is for; nil where there is none that says it.
    private func runtimePlatform(in tree: ReleaseTree, _ runtime: String) throws(HostFileError) -> ObjectPlatform? {
        let folder = FilePath("erts-\(runtime)").appending("bin")
        for name in ["beam.smp", "beam", "beam.debug.smp"] {
            guard let entry = tree[folder.appending(name)] else { continue }
            return try self.platform(of: entry)
        }
        return nil
    }

    private func platform(of entry: ReleaseTree.Entry) throws(HostFileError) -> ObjectPlatform? {
        switch entry.content {
        case .file(let path):
            return ObjectPlatform(startOf: try HostInputFile(path, self.files).read(upTo: ObjectPlatform.headerSize))
        case .bytes(let bytes): return ObjectPlatform(startOf: bytes)
        case .folder, .symbolicLink: return nil
        }
    }
}

/// What a native file is made for, as its first bytes say: ELF (`e_ident`, `e_machine`) or Mach-O (`cputype`).
struct ObjectPlatform: Hashable, CustomStringConvertible {
    /// Such as `x86-64, 64 bits, ELF`.
    let description: String

    static let headerSize = 20

    /// Nil for what is no such file: a script, or a Mach-O file for several processors.
    init?(startOf bytes: [UInt8]) {
        guard bytes.count >= Self.headerSize else { return nil }
        if bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) {
            let isBigEndian = bytes[5] == 2
            let machine = isBigEndian ? Int(bytes[18]) << 8 | Int(bytes[19]) : Int(bytes[19]) << 8 | Int(bytes[18])
            let name = Self.machines[machine] ?? "processor \(machine)"
            let order = isBigEndian ? ", most byte first" : ""
            self.description = "\(name), \(bytes[4] == 1 ? 32 : 64) bits\(order), ELF"
        } else if bytes.starts(with: [0xcf, 0xfa, 0xed, 0xfe]) {
            let kind = Int(bytes[4])
            let name = kind == 7 ? "x86-64" : kind == 12 ? "AArch64" : "processor \(kind)"
            self.description = "\(name), 64 bits, Mach-O"
        } else {
            return nil
        }
    }

    private static let machines = [
        3: "x86", 8: "MIPS", 20: "PowerPC", 21: "PowerPC", 22: "S/390", 40: "ARM", 43: "SPARC", 62: "x86-64",
        183: "AArch64", 243: "RISC-V", 258: "LoongArch",
    ]
}
