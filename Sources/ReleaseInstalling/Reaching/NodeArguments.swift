import Diagnostics
import HostFiles
import ReleaseFiles
import SystemPackage

/// The arguments that the node of a target system was started with, as far as the host knows them.
///
/// In order: the `vm.args` of the release; where that is only a source with variables, what the start script made of it in
/// its run folder (`Templates/bin/release.mustache`); where there are variables in `vm.args` itself, as in releases whose
/// start script replaces them on the way, the arguments of the process that runs from this root.
struct NodeArguments {
    /// nil when no file holds any.
    let written: VMArguments?
    /// Where they stand, or should.
    let file: FilePath
    private let system: TargetSystem
    private let runFolder: FilePath

    /// - Parameters:
    ///   - version: of the release that boots.
    ///   - runFolder: of the start script; nil is the usual one.
    init(of system: TargetSystem, running version: String, runFolder: FilePath?, _ findings: inout [Diagnostic]) {
        self.system = system
        self.runFolder = runFolder ?? system.root.appending("run")
        let path = system.root.appending("releases").appending(version).appending("vm.args")
        let rendered = self.runFolder.appending("vm.args")
        let isThere = (try? system.files.factsIfPresent(of: path)) != nil
        let chosen = isThere ? path : rendered
        self.file = chosen
        self.written = system.arguments(in: chosen, &findings)
    }

    /// The name of the node, with or without host.
    var name: Name? {
        if let name = self.written.flatMap({ Self.name(in: $0) }), !Self.hasVariables(name.text) { return name }
        if let name = self.nameOfStartScript { return name }
        let names = Set(self.processes.compactMap { Self.name(in: $0) })
        return names.count == 1 ? names.first : nil
    }

    /// `-name` or `-sname`.
    struct Name: Hashable {
        var text: String
        var isLong: Bool
    }

    /// The cookie as written; nil when a variable stands in its place.
    var cookie: String? { self.written?.cookie.flatMap { Self.hasVariables($0) ? nil : $0 } }

    /// `-name undefined`: the node gets a name from the first that it connects to, and takes no connections.
    var isNamedDynamically: Bool {
        self.written.flatMap { Self.name(in: $0) }?.text.split(separator: "@").first == "undefined"
    }

    /// `${NAME}`; a dollar sign alone may well be in a cookie.
    static func hasVariables(_ text: String) -> Bool { text.contains("${") }

    private static func name(in arguments: VMArguments) -> Name? {
        if let text = arguments.longName { return Name(text: text, isLong: true) }
        return arguments.shortName.map { Name(text: $0, isLong: false) }
    }

    /// What `bin/NAME` noted when it started the node: the first line of `run/NAME.node` is `-name NAME`.
    private var nameOfStartScript: Name? {
        let entries = (try? self.system.files.entries(of: self.runFolder)) ?? []
        let names = entries.filter { $0.name.extension == "node" }.compactMap { entry -> Name? in
            guard let bytes = try? self.system.files.readFile(self.runFolder.appending(entry.name), limit: 1 << 16)
            else { return nil }
            let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            return Self.name(in: VMArguments(line.split(separator: " ").map(String.init)))
        }
        return names.count == 1 ? names[0] : nil
    }

    /// The arguments of the virtual machines that run from this root: it is their root, or that of their boot file. Nodes
    /// that only ask others, such as a remote shell, are not among them.
    private var processes: [VMArguments] {
        let root = self.system.root.string
        let own = (try? self.system.files.facts(of: self.system.root)) ?? nil
        return ((try? self.system.files.processes()) ?? []).compactMap { process in
            guard let program = process.arguments.first.map({ FilePath($0).lastComponent?.string ?? "" }),
                program.hasPrefix("beam")
            else { return nil }
            let arguments = VMArguments(Array(process.arguments.dropFirst()))
            guard arguments.flags(named: "-remsh").isEmpty, arguments.flags(named: "-hidden").isEmpty else {
                return nil
            }
            let boot = arguments.value(of: "-boot") ?? ""
            let theirs = arguments.value(of: "-root").flatMap { try? self.system.files.facts(of: FilePath($0)) }
            let isSame = own.flatMap { own in theirs.map { own.isSameFile(as: $0) } } ?? false
            return isSame || boot.hasPrefix(root + "/releases/") ? arguments : nil
        }
    }
}
