package import Diagnostics
import DistributionClient
import DistributionProtocol
import HostFiles
import ReleaseFiles
package import SystemPackage

/// What an operator said about reaching the node, and what stands in for what was not said.
package struct NodeRequest: Sendable {
    /// `NAME@HOST`; nil for the name in the `vm.args` of the release.
    package var node: String?
    package var cookieFile: FilePath?
    /// The distribution port, when EPMD shall not be asked.
    package var port: Int?
    /// The options of TLS distribution; nil for those of the release.
    package var tlsFile: FilePath?
    /// The run folder of the start script (`RELIFT_RUN_DIR`); nil for `ROOT/run`.
    package var runFolder: FilePath?
    /// `RELIFT_COOKIE`, which wins over every file.
    package var environmentCookie: String?
    /// The home folder, for `~/.erlang.cookie`.
    package var home: FilePath?
    /// The name of this machine.
    package var hostName: String
    /// `ERL_EPMD_PORT`, else the usual one.
    package var epmdPort: Int

    package init(
        node: String?, cookieFile: FilePath?, port: Int?, environmentCookie: String?, home: FilePath?, hostName: String,
        epmdPort: Int = NodeTarget.usualEpmdPort, tlsFile: FilePath? = nil, runFolder: FilePath? = nil
    ) {
        self.node = node
        self.cookieFile = cookieFile
        self.port = port
        self.environmentCookie = environmentCookie
        self.home = home
        self.hostName = hostName
        self.epmdPort = epmdPort
        self.tlsFile = tlsFile
        self.runFolder = runFolder
    }

    /// All that is needed to connect to the node of `system`, whose release `version` runs; a finding says what lacks.
    package func access(
        to system: TargetSystem, running version: String, _ findings: inout [Diagnostic]
    ) -> NodeAccess? {
        let arguments = NodeArguments(of: system, running: version, runFolder: self.runFolder, &findings)
        guard let name = self.name(arguments, system, version, &findings),
            let cookie = self.cookie(arguments.cookie, system, &findings)
        else { return nil }
        var options = ConnectionOptions()
        options.hostName = self.hostName
        switch self.tls(arguments, system, &findings) {
        case .none: break
        case .settings(let settings): options.tls = settings
        case .unusable: return nil
        }
        let port = (self.port ?? Self.fixedPort(arguments.written)).map { NodeTarget.Port.known($0) }
        return NodeAccess(
            target: NodeTarget(name: name, port: port ?? .askEpmd(port: self.epmdPort)), cookie: cookie,
            options: options)
    }

    /// The port of a node that does not register with EPMD and listens on one port only.
    private static func fixedPort(_ arguments: VMArguments?) -> Int? {
        guard let arguments, !arguments.usesEPMD, let ports = arguments.listenPorts, ports.count == 1 else {
            return nil
        }
        return Int(ports.lowerBound)
    }

    // MARK: - The name

    private func name(
        _ arguments: NodeArguments, _ system: TargetSystem, _ version: String, _ findings: inout [Diagnostic]
    ) -> NodeName? {
        let place = Diagnostic.Place.file(arguments.file.string)
        if self.node == nil, arguments.isNamedDynamically {
            findings.append(Self.dynamicName(at: place))
            return nil
        }
        let written = self.node == nil ? arguments.name : nil
        guard let text = self.node ?? written?.text ?? MixNodeName(in: system, running: version).text else {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("install/no-node-name"), .error, "the release does not say what its node is called",
                    at: place,
                    explanation:
                        "There is no `-name` or `-sname` without variables in its vm.args, nor does one process of this root "
                        + "tell it.",
                    help: ["give the name of the node with `--node NAME@HOST`"]))
            return nil
        }
        let host = written?.isLong == true ? self.hostName : self.shortHostName
        let whole = text.contains("@") ? text : "\(text)@\(host)"
        do {
            return try NodeName(validating: whole)
        } catch {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("install/bad-node-name"), .error, "`\(whole)` is not the name of a node",
                    at: self.node == nil ? place : .none, explanation: error.description,
                    help: ["a node is called `NAME@HOST`"]))
            return nil
        }
    }

    private static func dynamicName(at place: Diagnostic.Place) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/dynamic-node-name"), .error, "the node gets its name from others", at: place,
            explanation:
                "With the name `undefined` a node is named by the first one that it connects to, and takes no connections "
                + "of its own until then.",
            help: ["give the name that it has now with `--node NAME@HOST`", "or give it one of its own in vm.args"])
    }

    private var shortHostName: String {
        String(self.hostName.prefix { $0 != "." })
    }

    // MARK: - The cookie

    private func cookie(
        _ written: String?, _ system: TargetSystem, _ findings: inout [Diagnostic]
    ) -> Cookie? {
        if let text = self.environmentCookie { return self.validated(text, from: "RELIFT_COOKIE", &findings) }
        if let file = self.cookieFile { return self.cookie(in: file, system.files, &findings) }
        if let text = written { return self.validated(text, from: "`-setcookie` in vm.args", &findings) }
        var candidates = [system.root.appending("releases").appending("COOKIE")]
        if let home { candidates.append(home.appending(".erlang.cookie")) }
        for file in candidates where (try? system.files.factsIfPresent(of: file)) != nil {
            return self.cookie(in: file, system.files, &findings)
        }
        findings.append(
            Diagnostic(
                Diagnostic.ID("install/no-cookie"), .error, "no cookie was found to talk to the node with",
                notes: candidates.map { Diagnostic.Note("`\($0)` is not there") },
                help: ["give the file that holds it with `--cookie-file`, or set RELIFT_COOKIE"]))
        return nil
    }

    private func cookie(in file: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]) -> Cookie? {
        do {
            return try Cookie(fileContents: try files.readFile(file, limit: 4096))
        } catch let error as InvalidCookie {
            findings.append(self.invalid(error, from: "`\(file)`"))
        } catch let error as HostFileError {
            findings.append(error.diagnostic)
        } catch {
            findings.append(self.invalid(nil, from: "`\(file)`"))
        }
        return nil
    }

    private func validated(_ text: String, from origin: String, _ findings: inout [Diagnostic]) -> Cookie? {
        do {
            return try Cookie(validating: text)
        } catch {
            findings.append(self.invalid(error, from: origin))
            return nil
        }
    }

    private func invalid(_ error: InvalidCookie?, from origin: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/bad-cookie"), .error, "\(origin) does not hold a cookie",
            explanation: error?.description ?? "", help: ["a cookie is one line of text"])
    }
}
