import Diagnostics
import DistributionClient
import HostFiles
import ReleaseFiles
import SystemPackage

/// What TLS with a node is to be, before it is made.
enum TLSChoice {
    case none
    case settings(TLSSettings)
    /// A finding says what is wrong.
    case unusable
}

extension NodeRequest {
    /// TLS as `--tls-config` says, else as the arguments of the node do: a node with `-proto_dist inet_tls` is reached with
    /// the options for the connections that it makes itself.
    func tls(_ arguments: NodeArguments, _ system: TargetSystem, _ findings: inout [Diagnostic]) -> TLSChoice {
        let files = system.files
        if let file = self.tlsFile {
            return self.choice(self.options(in: file, files, &findings), in: "", file.string, files, &findings)
        }
        guard let written = arguments.written, written.usesTLS else { return .none }
        // The node's own working folder, which paths are relative to, is mostly the root.
        let folder = system.root
        if let file = written.tlsOptionsFile, !NodeArguments.hasVariables(file) {
            let path = folder.pushing(FilePath(file))
            return self.choice(self.options(in: path, files, &findings), in: folder, path.string, files, &findings)
        }
        let place = arguments.file.string
        let options = TLSDistributionOptions.read(written, file: place, &findings)
        return self.choice(options, in: folder, place, files, &findings)
    }

    private func options(
        in file: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> TLSDistributionOptions? {
        do {
            let bytes = try files.readFile(file, limit: 1 << 20)
            return TLSDistributionOptions.read(SourceFile(path: file.string, bytes: bytes), &findings)
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }

    private func choice(
        _ options: TLSDistributionOptions?, in folder: FilePath, _ place: String, _ files: HostFileSystem,
        _ findings: inout [Diagnostic]
    ) -> TLSChoice {
        guard let options else { return .unusable }
        guard !options.verifies || options.authorityFile != nil else {
            findings.append(Self.noAuthority(place))
            return .unusable
        }
        var material = TLSMaterial()
        do {
            material.certificates = try Self.file(options.certificateFile, in: folder, files)
            material.key = try Self.file(options.keyFile, in: folder, files)
            if options.verifies { material.authorities = try Self.file(options.authorityFile, in: folder, files) }
        } catch {
            findings.append(error.diagnostic)
            return .unusable
        }
        material.password = options.password
        material.takesVersion12 = options.takesVersion12
        material.takesVersion13 = options.takesVersion13
        material.serverName =
            switch options.serverName {
            case .host: .host
            case .other(let name): .other(name)
            case .disabled: .disabled
            }
        do {
            return .settings(try TLSSettings(material))
        } catch {
            findings.append(Self.unusable(error))
            return .unusable
        }
    }

    private static func file(
        _ name: String?, in folder: FilePath, _ files: HostFileSystem
    ) throws(HostFileError) -> TLSMaterial.File? {
        guard let name else { return nil }
        let path = folder.pushing(FilePath(name))
        return TLSMaterial.File(path: path.string, bytes: try files.readFile(path, limit: 4 << 20))
    }

    private static func noAuthority(_ place: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("tls-config/no-authority"), .error,
            "`verify_peer` needs to know who may sign the certificate of the node", at: .file(place),
            help: ["name the authorities as `{cacertfile, \"FILE\"}` of `client`"])
    }

    private static func unusable(_ error: TLSMaterialError) -> Diagnostic {
        let summary =
            switch error.reason {
            case .noCertificate: "`\(error.path)` does not hold a certificate in PEM"
            case .noAuthority: "`\(error.path)` does not hold the certificate of an authority in PEM"
            case .noKey(hasPassword: false): "`\(error.path)` does not hold a private key in PEM that needs no password"
            case .noKey(hasPassword: true): "`\(error.path)` does not hold a private key in PEM that the password opens"
            case .unusable(let detail): "`\(error.path)` cannot be used for TLS (\(detail))"
            }
        return Diagnostic(
            Diagnostic.ID("tls-config/unusable-file"), .error, summary, at: .file(error.path),
            help: ["`openssl x509 -in FILE -noout -subject` and `openssl pkey -in FILE -noout` show what is in a file"])
    }
}
