import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// The configuration of a release of mix, computed before an upgrade as a fresh boot would compute it.
///
/// mix's configuration providers (`runtime.exs`) run when a node boots; `release_handler` knows nothing of them and reads
/// `sys.config` as it lies there. So a short-lived node boots the target version's `start_clean` with the code and the
/// providers of that version. Elixir can restart a system behind its providers, and then writes what they computed to the
/// file that the system restarts with (`Config.Provider`, `reboot_system_after_config`): that file becomes the
/// `sys.config` of the upgrade. The running node starts that node with its own environment, user and folder.
struct MixConfiguration: Sendable {
    let root: FilePath
    let version: String
    let files: HostFileSystem

    /// The most time that the providers may take, in seconds.
    private static let timeLimit = 300

    private var folder: FilePath { self.root.appending("releases").appending(self.version) }
    /// What the short-lived node is configured with, and replaces.
    private var scratch: FilePath { self.folder.appending("relift-resolving.config") }

    /// Whether the version has providers to run, or is a release of mix that cannot be installed as its relup says.
    func isNeeded() throws(HostFileError) -> Bool {
        if try self.files.factsIfPresent(of: self.folder.appending(MixLayout.configuration)) != nil { return true }
        return try self.files.factsIfPresent(of: self.folder.appending("elixir")) != nil
            && !self.newEmulatorOrigins.isEmpty
    }

    /// Has the node compute and write `sys.config`. Nothing but that file changes, and it only when all went well.
    func resolve(on client: ReleaseHandlerClient) async throws(ReleaseHandlerClient.CallFailure) {
        if let running = try await client.releases().get().running, self.newEmulatorOrigins.contains(running.version) {
            throw .refused(self.newEmulator)
        }
        let hasProviders: Bool
        do {
            hasProviders = try self.files.factsIfPresent(of: self.folder.appending(MixLayout.configuration)) != nil
        } catch {
            throw .refused(error.diagnostic)
        }
        guard hasProviders else { return }
        let source = try self.source()
        let started = try self.forShortLivedNode(source)
        let command = try self.command()
        try await client.write(TermPrinter.file([started]), to: self.scratch.string).get()
        do throws(ReleaseHandlerClient.CallFailure) {
            try self.check(try await client.shell(command, within: .seconds(Self.timeLimit + 60)).get())
            let computed = try await client.readFile(self.scratch.string).get()
            try self.check(computed, against: source)
            try await client.rename(self.scratch.string, to: self.folder.appending("sys.config").string).get()
        } catch {
            // What it holds may be secret. Where the node is gone, the next attempt replaces it.
            _ = await client.removeFile(self.scratch.string)
            throw error
        }
    }

    // MARK: - Before

    /// The versions from which the upgrade begins with a boot of the new runtime system, of a version that lies there for
    /// that boot only.
    private var newEmulatorOrigins: Set<String> {
        var ignored: [Diagnostic] = []
        guard let system = TargetSystem(root: self.root, files: self.files, &ignored) else { return [] }
        let entries = system.relup(of: self.version)?.up ?? []
        return Set(
            entries.filter { $0.instructions.first == .atom("restart_new_emulator") }.map(\.version.text))
    }

    private var newEmulator: Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/mix-new-emulator"), .error,
            "a release of mix cannot be upgraded with `restart_new_emulator`", at: .file("\(self.folder)/relup"),
            explanation: """
                The node would boot a version in between, made by `release_handler`, whose folder has none of the files that \
                mix's start script needs: it would not come back.
                """,
            help: ["stop the node, unpack the tarball, write its version into releases/start_erl.data, and start it"])
    }

    /// What mix wrote.
    private func source() throws(ReleaseHandlerClient.CallFailure) -> SystemConfiguration {
        let path = self.folder.appending(MixLayout.configuration)
        var findings: [Diagnostic] = []
        do {
            let bytes = try self.files.readFile(path, limit: TargetSystem.fileLimit)
            // Its name is that of a file that may not name others, which mix's never does.
            if let read = SystemConfiguration.read(SourceFile(path: path.string, bytes: bytes), &findings) {
                return read
            }
        } catch {
            throw .refused(error.diagnostic)
        }
        throw .refused(findings.first { $0.severity == .error } ?? self.notResolved("it cannot be read", []))
    }

    /// The configuration with which Elixir writes down what its providers computed, and keeps it.
    private func forShortLivedNode(
        _ configuration: SystemConfiguration
    ) throws(ReleaseHandlerClient.CallFailure) -> Term {
        var hasProviders = false
        let sections = (configuration.term.listElements ?? []).map { section -> Term in
            guard let parts = section.tupleElements, parts.count == 2, parts[0] == .atom("elixir"),
                let parameters = parts[1].listElements
            else { return section }
            return .tuple(
                parts[0],
                .list(
                    parameters.map { parameter in
                        guard let pair = parameter.tupleElements, pair.count == 2,
                            pair[0] == .atom(MixLayout.providersKey), case .map(let provider) = pair[1]
                        else { return parameter }
                        hasProviders = true
                        return .tuple(pair[0], .map(Self.restarting(provider)))
                    }))
        }
        guard hasProviders else {
            throw .refused(self.notResolved("it names no configuration providers that relift knows", []))
        }
        return .list(sections)
    }

    /// Versions of Elixir differ in which of these fields they have; one that lacks the first always restarts.
    private static func restarting(_ provider: TermMap) -> TermMap {
        TermMap(
            provider.pairs.map { pair in
                switch pair.key.atomValue {
                case "reboot_system_after_config": (pair.key, .atom("true"))
                case "prune_runtime_sys_config_after_boot", "prune_after_boot": (pair.key, .atom("false"))
                default: (pair.key, pair.value)
                }
            })
    }

    /// The command for the shell of the node. Its environment is that of the node but for what tells versions apart, and
    /// for what `env.sh` of the target version, which a boot reads, makes of it.
    private func command() throws(ReleaseHandlerClient.CallFailure) -> String {
        var findings: [Diagnostic] = []
        let records = TargetSystem(root: self.root, files: self.files, &findings)?.records(&findings) ?? []
        guard let record = records.first(where: { $0.version == self.version }), let runtime = record.runtime else {
            throw .refused(
                findings.first { $0.severity == .error } ?? self.notResolved("releases/RELEASES does not have it", []))
        }
        let quoted = Self.quoted
        let (root, folder) = (quoted(self.root.string), quoted(self.folder.string))
        let scratch = quoted(String(self.scratch.string.dropLast(".config".count)))
        return """
            { (
            unset RELIFT_BOOTED_VSN ELIXIR_CONFIG_PROVIDER_BOOTED ERL_FLAGS ERL_AFLAGS ERL_ZFLAGS HEART_COMMAND
            RELEASE_ROOT=\(root) RELEASE_VSN=\(quoted(self.version)) REL_VSN_DIR=\(folder)
            RELEASE_SYS_CONFIG=\(scratch) RELEASE_VM_ARGS=$REL_VSN_DIR/vm.args
            RELEASE_REMOTE_VM_ARGS=$REL_VSN_DIR/remote.vm.args
            : "${RELEASE_NAME:=\(record.name.filter { $0.isLetter || $0.isNumber || $0 == "_" })}" "${RELEASE_COMMAND:=start}"
            export RELEASE_ROOT RELEASE_NAME RELEASE_VSN RELEASE_COMMAND RELEASE_SYS_CONFIG RELEASE_VM_ARGS
            export RELEASE_REMOTE_VM_ARGS
            . "$REL_VSN_DIR/env.sh" || exit
            ERL_CRASH_DUMP=/dev/null RELEASE_SYS_CONFIG=\(scratch)
            export ERL_CRASH_DUMP RELEASE_SYS_CONFIG
            limit=
            ! command -v timeout >/dev/null || limit='timeout -k 5 \(Self.timeLimit)'
            exec $limit \(root)/erts-\(quoted(runtime))/bin/erl -noinput -boot "$REL_VSN_DIR/start_clean" \
            -boot_var RELEASE_LIB \(root)/lib -config "$RELEASE_SYS_CONFIG" -eval 'halt(0).'
            ) 2>&1; echo "relift:$?"; } | tail -c 8000
            """
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    // MARK: - After

    /// Refuses where the short-lived node did not boot to its end.
    private func check(_ output: String) throws(ReleaseHandlerClient.CallFailure) {
        let lines = output.split(whereSeparator: \.isNewline)
        guard let status = lines.last.map({ $0.trimmingPrefix("relift:") }), status != "0" else { return }
        let reason = status == "124" ? "it took more than \(Self.timeLimit) seconds" : "status \(status)"
        throw .refused(self.notResolved(reason, lines.dropLast().suffix(20).map(String.init)))
    }

    /// Refuses what is no configuration, or not one that a node of this version would boot with.
    private func check(
        _ computed: [UInt8], against source: SystemConfiguration
    ) throws(ReleaseHandlerClient.CallFailure) {
        var findings: [Diagnostic] = []
        let place = "\(self.folder)/sys.config"
        guard let result = SystemConfiguration.read(SourceFile(path: place, bytes: computed), &findings) else {
            let errors = findings.filter { $0.severity == .error }.map(\.summary)
            throw .refused(self.notResolved("what they computed is no configuration", errors))
        }
        let elixir = result.parameters(of: "elixir")
        let hasBooted: Bool =
            switch elixir[MixLayout.providersKey] {
            // Elixir 1.9 puts the note that they ran in the place of the providers.
            case .none: false
            case .some(.map): elixir[MixLayout.bootedKey] != nil
            case .some: true
            }
        guard hasBooted else { throw .refused(self.notResolved("its boot script does not run them", [])) }
        guard !source.restartsBehindProviders else { return }
        for name: Atom in ["kernel", "stdlib"] where result.parameters(of: name) != source.parameters(of: name) {
            throw .refused(
                Diagnostic(
                    Diagnostic.ID("install/providers-change-kernel"), .error,
                    "the configuration providers of version \(self.version) change `\(name.name)`",
                    at: .file("\(self.folder)/\(MixLayout.configuration)"),
                    explanation: "A node of this version would not boot with it: both run before the providers do.",
                    help: [
                        "configure it in config/config.exs",
                        "or write `reboot_system_after_config: true` into the release in mix.exs",
                    ]))
        }
    }

    private func notResolved(_ reason: String, _ output: [String]) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/providers-failed"), .error,
            "the configuration of version \(self.version) cannot be computed: \(reason)",
            at: .file("\(self.folder)/\(MixLayout.configuration)"),
            explanation: """
                Its configuration providers ran in a node of their own, with the environment of the running node. Without \
                what they say the upgrade would leave applications without parameters.
                """,
            notes: output.map { Diagnostic.Note($0) },
            help: [
                "correct config/runtime.exs, or set what it reads where the node is started",
                "if the providers want more than the code and the environment, upgrade by a restart",
            ])
    }
}

extension SystemConfiguration {
    /// The parameters of an application.
    fileprivate func parameters(of application: Atom) -> [Atom: Term] {
        var parameters: [Atom: Term] = [:]
        for section in self.sections where section.application == application {
            for parameter in section.parameters { parameters[parameter.name] = parameter.value.term }
        }
        return parameters
    }

    /// Whether a node of mix restarts once its providers ran, so that they can configure all of it.
    fileprivate var restartsBehindProviders: Bool {
        guard case .map(let provider) = self.parameters(of: "elixir")[MixLayout.providersKey] else { return true }
        return provider[.atom("reboot_system_after_config")] != .atom("false")
    }
}
