import Diagnostics
import DistributionClient
import HostFiles
import ReleaseFiles
import ReleaseInstalling
import ReleaseModel
import SystemPackage

extension NodeRequest {
    /// What the options say, and the environment of this process where they are silent.
    init(_ options: NodeOptions, files: HostFileSystem) {
        let hostName = (try? files.readFile("/proc/sys/kernel/hostname", limit: 4096)) ?? []
        self.init(
            node: options.node, cookieFile: options.cookieFile.map { FilePath($0) }, port: options.port,
            environmentCookie: ProcessEnvironment.variable("RELIFT_COOKIE").flatMap { $0.isEmpty ? nil : $0 },
            home: ProcessEnvironment.variable("HOME").map { FilePath($0) },
            hostName: String(decoding: hostName.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self),
            epmdPort: ProcessEnvironment.variable("ERL_EPMD_PORT").flatMap { Int($0) } ?? NodeTarget.usualEpmdPort,
            tlsFile: options.tlsConfig.map { FilePath($0) },
            runFolder: ProcessEnvironment.variable("RELIFT_RUN_DIR").flatMap { $0.isEmpty ? nil : FilePath($0) })
    }
}

/// The target system that `--root` names and how to reach its node.
struct OperatedNode {
    let system: TargetSystem
    let access: NodeAccess
    /// The version that boots, by `releases/start_erl.data`.
    let bootVersion: String

    init?(_ options: NodeOptions, files: HostFileSystem, _ findings: inout [Diagnostic]) {
        guard let system = TargetSystem(root: options.rootFolder, files: files, &findings),
            let data = system.startData(&findings)
        else { return nil }
        let version = data.release.text
        guard let access = NodeRequest(options, files: files).access(to: system, running: version, &findings) else {
            return nil
        }
        self.system = system
        self.access = access
        self.bootVersion = version
    }
}
