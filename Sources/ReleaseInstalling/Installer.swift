import Diagnostics
import DistributionClient
import DistributionProtocol
package import HostFiles
import ReleaseFiles
import ReleaseModel
package import SystemPackage

/// Drives an ``InstallMachine`` against a live node: performs its actions and tells it what came of them.
package struct Installer: Sendable {
    package let root: FilePath
    package let access: NodeAccess
    package let files: HostFileSystem
    /// How long a node that went away may take to come back.
    package var returnTime: Duration = .seconds(60)
    /// Hears of every step as it begins and ends.
    package var observer: @Sendable (InstallProgress) -> Void

    package init(
        root: FilePath, access: NodeAccess, files: HostFileSystem,
        observer: @escaping @Sendable (InstallProgress) -> Void = { _ in }
    ) {
        self.root = root
        self.access = access
        self.files = files
        self.observer = observer
    }

    /// Carries out the goal. `tarball` is the file to install and the name the node wants it under.
    package func run(_ goal: InstallMachine.Goal, tarball: Tarball? = nil) async -> InstallReport {
        var machine = InstallMachine(goal: goal)
        var steps: [InstallReport.Step] = []
        var action = machine.start()
        while true {
            if case .finish(let outcome) = action { return InstallReport(outcome: outcome, steps: steps) }
            if case .reconnect = action { await self.waitForReturn(&steps) }
            do {
                action = try await withNodeConnection(
                    to: self.access.target, cookie: self.access.cookie, options: self.access.options
                ) { connection in
                    try await self.perform(
                        action, of: &machine, ReleaseHandlerClient(connection: connection), tarball, &steps)
                }
            } catch let error as NodeError {
                action = machine.handle(.connectionLost(error.diagnostic))
            } catch {
                action = machine.handle(.failed(Self.unexpected))
            }
        }
    }

    /// The tarball to install.
    package struct Tarball: Sendable {
        package var path: FilePath
        /// The name of the `.rel` file in it, without extension: `unpack_release` wants the tarball under this name.
        package var archiveName: String

        package init(path: FilePath, archiveName: String) {
            self.path = path
            self.archiveName = archiveName
        }
    }

    // MARK: - Actions

    /// Performs actions on one connection until one needs another connection or nothing is left to do.
    private func perform(
        _ first: InstallMachine.Action, of machine: inout InstallMachine, _ client: ReleaseHandlerClient,
        _ tarball: Tarball?, _ steps: inout [InstallReport.Step]
    ) async throws -> InstallMachine.Action {
        if let foreign = await self.foreignRoot(client) { return machine.handle(.failed(foreign)) }
        var action = first
        while true {
            let event: InstallMachine.Event
            switch action {
            case .finish: return action
            case .reconnect where first != .reconnect: return action
            case .reconnect, .listReleases:
                switch await client.releases() {
                case .success(let releases): event = .releases(releases)
                case .failure(.connectionLost(let finding)): event = .connectionLost(finding)
                case .failure(.refused(let finding)): event = .failed(finding)
                }
            case .copyTarball:
                event =
                    self.step(.copy, &steps) { () throws(HostFileError) in try self.copy(tarball) } ?? .tarballCopied
            case .removeTarball:
                event =
                    self.step(.remove, &steps) { () throws(HostFileError) in try self.remove(tarball) }
                    ?? .tarballRemoved
            case .renderConfiguration(let version): event = await self.renderConfiguration(of: version, client, &steps)
            case .call(let call): event = await self.call(call, client, &steps)
            }
            action = machine.handle(event)
        }
    }

    private func call(
        _ call: InstallMachine.Call, _ client: ReleaseHandlerClient, _ steps: inout [InstallReport.Step]
    ) async -> InstallMachine.Event {
        let name = InstallReport.StepName(call)
        self.observer(.began(name))
        let clock = ContinuousClock()
        let start = clock.now
        let result = await client.perform(call)
        let time = clock.now - start
        let event: InstallMachine.Event
        let isDone: Bool
        switch result {
        case .success(let answer):
            event = .answered(answer)
            if case .ok = answer { isDone = true } else { isDone = false }
        case .failure(.connectionLost(let finding)): (event, isDone) = (.connectionLost(finding), false)
        case .failure(.refused(let finding)): (event, isDone) = (.failed(finding), false)
        }
        self.end(InstallReport.Step(name: name, isDone: isDone, time: time), &steps)
        return event
    }

    /// Makes `sys.config` from `sys.config.src` with the environment of the node, and has the node write it, so that it can
    /// read it whoever the operator is; for a release of mix, of what its configuration providers compute.
    private func renderConfiguration(
        of version: String, _ client: ReleaseHandlerClient, _ steps: inout [InstallReport.Step]
    ) async -> InstallMachine.Event {
        let folder = self.root.appending("releases").appending(version)
        let template = folder.appending("sys.config.src")
        let mix = MixConfiguration(root: self.root, version: version, files: self.files)
        let isMix: Bool
        do {
            isMix = try mix.isNeeded()
            let hasTemplate = try self.files.factsIfPresent(of: template) != nil
            guard isMix || hasTemplate else { return .configurationRendered }
        } catch {
            return .failed(error.diagnostic)
        }
        self.observer(.began(.configure))
        let clock = ContinuousClock()
        let start = clock.now
        let event: InstallMachine.Event
        do throws(ReleaseHandlerClient.CallFailure) {
            if isMix {
                try await mix.resolve(on: client)
            } else {
                let environment = try await client.environment().get()
                let text = try self.configuration(template, environment)
                try await client.write(text, to: folder.appending("sys.config").string).get()
            }
            event = .configurationRendered
        } catch {
            switch error {
            case .connectionLost(let finding): event = .connectionLost(finding)
            case .refused(let finding): event = .failed(finding)
            }
        }
        self.end(
            InstallReport.Step(name: .configure, isDone: event == .configurationRendered, time: clock.now - start),
            &steps)
        return event
    }

    private func configuration(
        _ template: FilePath, _ environment: [String: String]
    ) throws(ReleaseHandlerClient.CallFailure) -> [UInt8] {
        var findings: [Diagnostic] = []
        let bytes: [UInt8]
        do {
            bytes = try self.files.readFile(template, limit: TargetSystem.fileLimit)
        } catch {
            throw .refused(error.diagnostic)
        }
        let source = SourceFile(path: template.string, bytes: bytes)
        if let text = EnvironmentTemplate.render(source, .terms, environment: environment, &findings) {
            // Errors are shown where they are in the result, whose path says that it is not a file.
            _ = SystemConfiguration.read(SourceFile(path: "\(template) with its variables", bytes: text), &findings)
            if !findings.hasErrors { return text }
        }
        throw .refused(Self.unusable(template, findings))
    }

    /// One finding for all that keeps a template from becoming a configuration.
    private static func unusable(_ template: FilePath, _ findings: [Diagnostic]) -> Diagnostic {
        let errors = findings.filter { $0.severity == .error }
        guard errors.count != 1 else { return errors[0] }
        return Diagnostic(
            Diagnostic.ID("install/unusable-configuration"), .error, "no configuration can be made of `\(template)`",
            at: .file(template.string), explanation: "With it the upgrade would leave applications without parameters.",
            notes: errors.map { Diagnostic.Note($0.summary, at: $0.place) },
            help: ["set what is missing where the node is started, or correct the template"])
    }

    /// Performs a step on the host; the event of its failure, or nil.
    private func step(
        _ name: InstallReport.StepName, _ steps: inout [InstallReport.Step],
        _ body: () throws(HostFileError) -> Void
    ) -> InstallMachine.Event? {
        self.observer(.began(name))
        let clock = ContinuousClock()
        let start = clock.now
        var failure: Diagnostic?
        do {
            try body()
        } catch {
            failure = error.diagnostic
        }
        self.end(InstallReport.Step(name: name, isDone: failure == nil, time: clock.now - start), &steps)
        return failure.map { .failed($0) }
    }

    private func end(_ step: InstallReport.Step, _ steps: inout [InstallReport.Step]) {
        steps.append(step)
        self.observer(.ended(step))
    }

    // MARK: - The host

    private func destination(_ tarball: Tarball) -> FilePath {
        self.root.appending("releases").appending("\(tarball.archiveName).tar.gz")
    }

    private func copy(_ tarball: Tarball?) throws(HostFileError) {
        guard let tarball else { return }
        let destination = self.destination(tarball)
        if let there = try self.files.factsIfPresent(of: destination),
            there.isSameFile(as: try self.files.facts(of: tarball.path))
        {
            return
        }
        // Not the final name until it is whole: the node may be told to unpack by someone else meanwhile.
        let partial = self.root.appending("releases").appending("\(tarball.archiveName).tar.gz.partial")
        if try self.files.factsIfPresent(of: partial) != nil { try self.files.removeFile(partial) }
        try self.files.copyFile(tarball.path, to: partial)
        try self.files.rename(partial, to: destination)
    }

    private func remove(_ tarball: Tarball?) throws(HostFileError) {
        guard let tarball else { return }
        let destination = self.destination(tarball)
        guard let there = try self.files.factsIfPresent(of: destination),
            !there.isSameFile(as: try self.files.facts(of: tarball.path))
        else { return }
        try self.files.removeFile(destination)
    }

    /// A finding when the node does not run from this root.
    private func foreignRoot(_ client: ReleaseHandlerClient) async -> Diagnostic? {
        guard case .success(let theirs) = await client.rootFolder() else { return nil }
        guard let ours = try? self.files.facts(of: self.root), let other = try? self.files.facts(of: FilePath(theirs)),
            ours.isSameFile(as: other)
        else {
            return Diagnostic(
                Diagnostic.ID("install/other-root"), .error,
                "node `\(self.access.target.name)` does not run from `\(self.root)`", at: .file(self.root.string),
                explanation: "It runs from `\(theirs)`; what is installed here would never reach it.",
                help: ["give that folder with `--root`, or the node of this folder with `--node`"])
        }
        return nil
    }

    private func waitForReturn(_ steps: inout [InstallReport.Step]) async {
        self.observer(.began(.waitForNode))
        let clock = ContinuousClock()
        let start = clock.now
        var isBack = false
        while !isBack, clock.now - start < self.returnTime, !Task.isCancelled {
            try? await clock.sleep(for: .milliseconds(500))
            isBack =
                (try? await withNodeConnection(
                    to: self.access.target, cookie: self.access.cookie, options: self.access.options
                ) { connection in
                    await ReleaseHandlerClient(connection: connection).isStarted()
                }) ?? false
        }
        self.end(InstallReport.Step(name: .waitForNode, isDone: isBack, time: clock.now - start), &steps)
    }

    private static var unexpected: Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/internal"), .error, "the installer failed in a way it does not know",
            help: ["`relift status` says what the node runs; please report this"])
    }
}
