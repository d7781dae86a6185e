import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// Makes the `sys.config` of a version from its `sys.config.src`, with the environment of the node; for a release of mix, of
/// what its configuration providers compute.
struct ConfigurationRendering {
    let root: FilePath
    let files: HostFileSystem

    private func folder(of version: String) -> FilePath { self.root.appending("releases").appending(version) }

    private func template(of version: String) -> FilePath { self.folder(of: version).appending("sys.config.src") }

    private func mix(_ version: String) -> MixConfiguration {
        MixConfiguration(root: self.root, version: version, files: self.files)
    }

    /// Whether the file is not whole before it is made on the host.
    func isNeeded(_ version: String) throws(HostFileError) -> Bool {
        if try self.mix(version).isNeeded() { return true }
        return try self.files.factsIfPresent(of: self.template(of: version)) != nil
    }

    /// Has the node write the result, so that it can read it whoever the operator is.
    func render(_ version: String, _ client: ReleaseHandlerClient) async -> InstallMachine.Event {
        do throws(ReleaseHandlerClient.CallFailure) {
            if (try? self.mix(version).isNeeded()) == true {
                try await self.mix(version).resolve(on: client)
                return .done([])
            }
            let environment = try await client.environment().get()
            let text = try self.configuration(self.template(of: version), environment)
            try await client.write(text, to: self.folder(of: version).appending("sys.config").string).get()
            return .done([])
        } catch {
            return error.event
        }
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
}
